/* What a block of doubles may have lost is found and computed again, wider. */
#include <math.h>
#include <string.h>

#include "work.h"

/* Below this, a product of factors that underflow separately is computed again, wider. */
static const double TINY = 0x1p-960;

/* Bit by bit: zeros of two signs are two numbers. */
static double remembered(const struct spec *spec, struct recomputed *last, const double *here, int wide)
{
    const size_t size = (size_t)spec->program.n_arguments * sizeof *here;
    for (int k = 0; k < last->count; k++)
        if (memcmp(last->arguments[k], here, size) == 0)
            return last->results[k];
    const int at = last->next++ % REMEMBERED;
    last->count = last->count < REMEMBERED ? last->count + 1 : REMEMBERED;
    memcpy(last->arguments[at], here, size);
    last->results[at] = extended_value(&spec->program, here, spec->n_inputs, wide);
    return last->results[at];
}

void recompute_block(const struct spec *spec, struct recomputed *last, const double *const *in, double *out,
                     ptrdiff_t n, int wide)
{
    int tails = wide && spec->tails;
    unsigned is_unreliable = 0;
    for (int k = 0; k < spec->n_inputs; k++)
        for (ptrdiff_t i = 0; i < n; i++)
            out[i] = in[k][i] != in[k][i] ? in[k][i] : out[i];
    for (ptrdiff_t i = 0; i < n; i++)
        is_unreliable |= (unsigned)(out[i] != out[i]) | ((unsigned)tails & (unsigned)!(fabs(out[i]) >= TINY))
                    | ((unsigned)wide & (unsigned)(fabs(out[i]) > 1.7e308));
    if (!is_unreliable)
        return;
    for (ptrdiff_t i = 0; i < n; i++) {
        double size = fabs(out[i]);
        if (!(size != size || (tails && size < TINY) || (wide && isinf(size))))
            continue;
        double here[MAX_ARGUMENTS];
        int n_arguments = spec->program.n_arguments, missing = 0;
        for (int k = 0; k < n_arguments; k++) {
            here[k] = in[k][i];
            missing |= here[k] != here[k];
        }
        if (!missing)
            out[i] = remembered(spec, last, here, wide);
    }
}
