/* What generated kernels in pair arithmetic need besides the arithmetic. */
#ifndef SOFTKNEE_PAIR_KERNEL_H
#define SOFTKNEE_PAIR_KERNEL_H
#include "pair.h"

/* Comparisons give this, as wide as `flt`, so that loops with both vectorise. */
#ifdef PAIR_DOUBLE
typedef int64_t truth;
#define PAIR_TINY 0x1p-900
#define PAIR_NAN (double)NAN
#define pair_size(x) fabs(x)
#else
typedef int32_t truth;
#define PAIR_TINY 0x1p-100f
#define PAIR_NAN NAN
#define pair_size(x) fabsf(x)
#endif

REAL_FN pair pair_parameter(double value)
{
    flt hi = (flt)value;
    return (pair){hi, (flt)(value - (double)hi)};
}

/* Times a power of two. */
REAL_FN pair pair_scale(pair a, flt power) { return (pair){a.hi * power, a.lo * power}; }

/* Below, the low parts underflow. */
REAL_FN truth pair_tiny(flt x) { return pair_size(x) < PAIR_TINY; }

/* Whether 1/x or x itself leaves the range where low parts mean something; or x is NaN. */
REAL_FN truth pair_extreme(flt x) { return !(pair_size(x) >= PAIR_TINY) | (pair_size(x) > 1 / PAIR_TINY); }

REAL_FN truth pair_is_nan(flt x) { return x != x; }
REAL_FN truth pair_is_large(flt x) { return !(pair_size(x) < 0.5f / PAIR_TINY); }
#endif
