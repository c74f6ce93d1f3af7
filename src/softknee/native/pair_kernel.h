/* What generated kernels in pair arithmetic need besides the arithmetic. */
#ifndef SOFTKNEE_PAIR_KERNEL_H
#define SOFTKNEE_PAIR_KERNEL_H
#include <stddef.h>

#include "pair.h"

/* A condition is as wide as `flt`, so that loops with both vectorise. A doubtful result is written as NaN;
 * its last bit tells one that may have cancelled, which takes all the digits there are, from one that is
 * merely too small or too large. */
#ifdef PAIR_DOUBLE
typedef int64_t truth;
#define PAIR_TINY 0x1p-900
#define PAIR_DOUBT pair_from_bits(0x7ff8000000000001)
#define PAIR_SIZE_DOUBT pair_from_bits(0x7ff8000000000000)
#else
typedef int32_t truth;
#define PAIR_TINY 0x1p-100f
#define PAIR_DOUBT pair_from_bits(0x7fc00001)
#define PAIR_SIZE_DOUBT pair_from_bits(0x7fc00000)
#endif

PAIR_FN pair pair_parameter(double value)
{
    flt hi = (flt)value;
    return (pair){hi, (flt)(value - (double)hi)};
}

/* Times a power of two. */
PAIR_FN pair pair_scale(pair a, flt power) { return (pair){a.hi * power, a.lo * power}; }

/* A result y, or NaN where the value it hangs on is not to be trusted. Written as nested selections, which
 * vectorise where conditions joined by & and | do not. Below PAIR_TINY low parts underflow, and above its
 * inverse they overflow; `witness` is 0 where `of` is 0 by construction, and then that is no loss. */
PAIR_FN flt pair_unless_tiny(flt y, flt of, flt witness)
{
    flt otherwise = witness == 0 ? y : PAIR_SIZE_DOUBT;
    return pair_abs(of) < PAIR_TINY ? otherwise : y;
}
PAIR_FN flt pair_unless_large(flt y, flt of)
{
    flt known = pair_abs(of) > 1 / PAIR_TINY ? PAIR_SIZE_DOUBT : y;
    return of != of ? of : known;
}
PAIR_FN flt pair_unless_cancelled(flt y, pair sum, flt of) { return pair_cancels(sum, of) ? PAIR_DOUBT : y; }

/* 0 where one of these is, and where both are. */
PAIR_FN flt pair_either(flt a, flt b) { return pair_abs(a) < pair_abs(b) ? a : b; }
PAIR_FN flt pair_both(flt a, flt b) { return pair_abs(a) < pair_abs(b) ? b : a; }

/* All of a column is doubtful. */
static inline int pair_refuse(flt *out, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < n; i++)
        out[i] = PAIR_DOUBT;
    return n > 0;
}

/* The sigmoid at x and at -x, from one exponential and one quotient. */
typedef struct {
    pair here, mirrored;
} pair_sigmoids;

PAIR_FN pair_sigmoids pair_sigmoids_from(flt x, pair t)
{
    pair large = pair_div_12(1, pair_fast_12(1, t)), small = pair_mul_22(t, large);
    return (pair_sigmoids){pair_where_2(x < 0, small, large), pair_where_2(x < 0, large, small)};
}
PAIR_FN pair_sigmoids pair_sigmoids_1(flt x) { return pair_sigmoids_from(x, pair_decay_1(x)); }
PAIR_FN pair_sigmoids pair_sigmoids_2(pair x) { return pair_sigmoids_from(x.hi, pair_decay_2(x)); }
#endif
