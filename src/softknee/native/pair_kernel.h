/* What generated kernels in pair arithmetic need besides the arithmetic. */
#ifndef SOFTKNEE_PAIR_KERNEL_H
#define SOFTKNEE_PAIR_KERNEL_H
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

/* Below, the low parts underflow; beyond, they overflow. NaN is large. */
PAIR_FN truth pair_is_tiny(flt x) { return pair_abs(x) < PAIR_TINY; }
PAIR_FN truth pair_is_large(flt x) { return !(pair_abs(x) < 1 / PAIR_TINY); }

/* The sigmoid at x and at -x, from one exponential and one quotient. */
typedef struct {
    pair here, mirrored;
} pair_sigmoids;

PAIR_FN pair_sigmoids pair_sigmoids_from(flt x, pair t)
{
    pair large = pair_div_12(1, pair_fast_12(1, t)), small = pair_mul_22(t, large);
    return (pair_sigmoids){pair_where_2(x < 0, small, large), pair_where_2(x < 0, large, small)};
}
PAIR_FN pair_sigmoids pair_sigmoids_1(flt x)
{
    return pair_sigmoids_from(x, pair_exp_clamped_1(-pair_at_most(pair_abs(x), PAIR_EXP_END)));
}
PAIR_FN pair_sigmoids pair_sigmoids_2(pair x)
{
    flt a = pair_at_most(pair_abs(x.hi), PAIR_EXP_END);
    return pair_sigmoids_from(x.hi, pair_exp_clamped_2(-a, -pair_flip(x.lo, x.hi)));
}
#endif
