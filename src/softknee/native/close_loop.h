/* The loops of close_faces.h, as kernels.h wants them. */
#ifndef SOFTKNEE_CLOSE_LOOP_H
#define SOFTKNEE_CLOSE_LOOP_H
#include "close_faces.h"

enum { CLOSE_STRIP = 256 };

CLOSE_FN duo close_parameter(double value)
{
    const float hi = (float)value;
    return (duo){hi, (float)(value - hi)};
}
/* Whether products with it stay where no digit is lost. */
CLOSE_FN int close_moderate(double value) { return value >= 0x1p-20 && value <= 0x1p20; }

/* `guard`: for which parameters it is; what follows are further arguments of the second step. Returns -1 where it is
 * not for these parameters. */
#define CLOSE_KERNEL(name, first, second, guard, ...)                                                                  \
    int name(const float *const *in, const double *parameters, float *restrict out, ptrdiff_t n)                       \
    {                                                                                                                  \
        const float *restrict x = in[0];                                                                               \
        float hi[CLOSE_STRIP], lo[CLOSE_STRIP];                                                                        \
        int32_t any = 0;                                                                                               \
        (void)parameters;                                                                                              \
        if (!(guard))                                                                                                  \
            return -1;                                                                                                 \
        for (ptrdiff_t start = 0; start < n; start += CLOSE_STRIP) {                                                   \
            const ptrdiff_t end = n - start < CLOSE_STRIP ? n : start + CLOSE_STRIP;                                   \
            for (ptrdiff_t i = start; i < end; i++) {                                                                  \
                const duo found = close_##first(x[i]);                                                                 \
                hi[i - start] = found.hi;                                                                              \
                lo[i - start] = found.lo;                                                                              \
            }                                                                                                          \
            for (ptrdiff_t i = start; i < end; i++) {                                                                  \
                const duo from = {hi[i - start], lo[i - start]};                                                       \
                const close_result found = close_##second(x[i], from, ##__VA_ARGS__);                                  \
                any |= found.doubt;                                                                                    \
                out[i] = close_from_bits(close_bits(found.y) | (uint32_t)found.doubt);                                 \
            }                                                                                                          \
        }                                                                                                              \
        return any != 0;                                                                                               \
    }
#endif
