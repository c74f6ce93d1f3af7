/* What kernels on the bits of 16-bit elements need. Of two numbers the greater has the greater key, and -0 comes
 * just before 0. */
#ifndef SOFTKNEE_BITS_KERNEL_H
#define SOFTKNEE_BITS_KERNEL_H
#include <stddef.h>

#include "half_types.h"

HALF_FN int16_t bits_key(uint16_t b) { return (int16_t)(b ^ ((uint16_t)-((int16_t)b < 0) >> 1)); }
HALF_FN uint16_t bits_of(double x, int bfloat) { return bfloat ? double_to_bfloat(x) : double_to_half(x); }
HALF_FN int16_t bits_infinity(int bfloat) { return bfloat ? 0x7f80 : 0x7c00; }
/* The bit that tells a NaN that does not signal. */
HALF_FN uint16_t bits_quiet(int bfloat) { return bfloat ? 0x0040 : 0x0200; }

/* All ones where a is greater, and a selection by that: so written, they stay within 16 bits. */
HALF_FN uint16_t bits_greater(int16_t a, int16_t b) { return (uint16_t)-(a > b); }
HALF_FN uint16_t bits_where(uint16_t mask, uint16_t then, uint16_t otherwise)
{
    return (uint16_t)((then & mask) | (otherwise & (uint16_t)~mask));
}

/* The key of the greatest number that is not above the limit. */
HALF_FN int16_t bits_below(double limit, int bfloat)
{
    const uint16_t nearest = bits_of(limit, bfloat);
    const double value = bfloat ? bfloat_to_double(nearest) : half_to_double(nearest);
    return limit == 0 ? 0 : (int16_t)(bits_key(nearest) - (value > limit));
}
/* The key of the least that is not below it. */
HALF_FN int16_t bits_above(double limit, int bfloat) { return (int16_t)~bits_below(-limit, bfloat); }
#endif
