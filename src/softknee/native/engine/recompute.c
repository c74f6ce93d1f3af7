/* What a block of doubles may have lost is found and computed again, wider. */
#include <math.h>
#include <string.h>

#include "work.h"

/* Below this, a product of factors that underflow separately is computed again, wider. */
static const double TINY = 0x1p-960;

/* Bit by bit: zeros of two signs are two numbers. */
static double remembered(const struct face *face, struct mended *known, const double *here, int wide)
{
    const size_t size = (size_t)face->program.n_arguments * sizeof *here;
    for (int k = 0; k < known->count; k++)
        if (memcmp(known->arguments[k], here, size) == 0)
            return known->results[k];
    const int at = known->next++ % MENDED;
    known->count = known->count < MENDED ? known->count + 1 : MENDED;
    memcpy(known->arguments[at], here, size);
    known->results[at] = extended_value(&face->program, here, face->n_inputs, wide);
    return known->results[at];
}

void mend_block(const struct face *face, struct mended *known, const double *const *in, double *out, ptrdiff_t n, int wide)
{
    int tails = wide && face->tails;
    unsigned doubtful = 0;
    for (int k = 0; k < face->n_inputs; k++)
        for (ptrdiff_t i = 0; i < n; i++)
            out[i] = in[k][i] != in[k][i] ? in[k][i] : out[i];
    for (ptrdiff_t i = 0; i < n; i++)
        doubtful |= (unsigned)(out[i] != out[i]) | ((unsigned)tails & (unsigned)!(fabs(out[i]) >= TINY))
                    | ((unsigned)wide & (unsigned)(fabs(out[i]) > 1.7e308));
    if (!doubtful)
        return;
    for (ptrdiff_t i = 0; i < n; i++) {
        double size = fabs(out[i]);
        if (!(size != size || (tails && size < TINY) || (wide && isinf(size))))
            continue;
        double here[MAX_ARGUMENTS];
        int n_arguments = face->program.n_arguments, missing = 0;
        for (int k = 0; k < n_arguments; k++) {
            here[k] = in[k][i];
            missing |= here[k] != here[k];
        }
        if (!missing)
            out[i] = remembered(face, known, here, wide);
    }
}
