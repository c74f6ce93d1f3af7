/* What generated kernels need besides the arithmetic of pair.h: which results are not to be trusted.
 *
 * A unreliable value is NaN, which spreads to what is computed from it and is dropped with a branch not
 * taken. The last bit of a result's NaN tells one that may have cancelled, which takes all the digits there
 * are, from one that is merely too small or too large. */
#ifndef SOFTKNEE_PAIR_KERNEL_H
#define SOFTKNEE_PAIR_KERNEL_H
#include <stddef.h>

#include "pair.h"
#include "piecewise.h"

/* `part`: what a pair is made of. `truth`: a condition as wide as `flt`. */
#if defined(PAIR_DOUBLE)
typedef flt part;
typedef int64_t truth;
#define PAIR_TINY 0x1p-900
#define PAIR_UNRELIABLE rd_from_bits(0x7ff8000000000001)
#define PAIR_OUT_OF_RANGE rd_from_bits(0x7ff8000000000000)
#elif defined(PAIR_WIDE)
typedef plain part;
typedef int32_t truth;
#define PAIR_TINY 0x1p-140 /* what is smaller is no float, and wide functions need not be good there */
#define PAIR_UNRELIABLE rd_from_bits(0x7ff8000020000000) /* the last bit once it is a float */
#define PAIR_OUT_OF_RANGE rd_from_bits(0x7ff8000000000000)
#else
typedef plain part;
typedef int32_t truth;
#define PAIR_TINY 0x1p-100f
#define PAIR_UNRELIABLE plain_from_bits(0x7fc00001)
#define PAIR_OUT_OF_RANGE plain_from_bits(0x7fc00000)
#endif

PAIR_FN part pair_size(part x)
{
#if defined(PAIR_DOUBLE)
    return pair_abs(x);
#else
    return plain_abs(x);
#endif
}

PAIR_FN pair pair_parameter(double value)
{
#if defined(PAIR_DOUBLE)
    return (pair){value, 0};
#else
    return (pair){(part)value};
#endif
}

/* Times a power of two. */
PAIR_FN pair pair_scale(pair a, flt power)
{
#if defined(PAIR_DOUBLE)
    return (pair){a.hi * power, a.lo * power};
#else
    return (pair){a.hi * power};
#endif
}

PAIR_FN part pair_unless_cancelled(part y, pair sum, part of) { return pair_cancels(sum, of) ? PAIR_UNRELIABLE : y; }

/* y, or NaN where the value it hangs on is not to be trusted: below PAIR_TINY digits underflow, above its
 * inverse they overflow. `witness` is 0 where `of` is 0 by construction, which is no loss. Written as nested
 * selections, which vectorise where conditions joined by & and | do not. */
PAIR_FN part pair_unless_tiny(part y, part of, part witness)
{
    part otherwise = witness == 0 ? y : PAIR_OUT_OF_RANGE;
    return pair_size(of) < PAIR_TINY ? otherwise : y;
}
PAIR_FN part pair_unless_large(part y, part of)
{
    part known = pair_size(of) > 1 / PAIR_TINY ? PAIR_OUT_OF_RANGE : y;
    return of != of ? of : known;
}

/* 0 where one of these is, and where both are. */
PAIR_FN part pair_either(part a, part b) { return pair_size(a) < pair_size(b) ? a : b; }
PAIR_FN part pair_both(part a, part b) { return pair_size(a) < pair_size(b) ? b : a; }

/* All of a column is unreliable. */
static inline int pair_refuse(flt *out, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < n; i++)
        out[i] = (flt)PAIR_UNRELIABLE;
    return n > 0;
}

/* The sigmoid at x and at -x, from one exponential and one quotient. */
typedef struct {
    pair here, mirrored;
} pair_sigmoids;

#if defined(PAIR_DOUBLE)
PAIR_FN pair_sigmoids pair_sigmoids_from(flt x, pair t)
{
    pair large = pair_div_12(1, pair_fast_12(1, t)), small = pair_mul_22(t, large);
    return (pair_sigmoids){pair_where_2(x < 0, small, large), pair_where_2(x < 0, large, small)};
}
PAIR_FN pair_sigmoids pair_sigmoids_1(flt x) { return pair_sigmoids_from(x, pair_decay_1(x)); }
PAIR_FN pair_sigmoids pair_sigmoids_2(pair x) { return pair_sigmoids_from(x.hi, pair_decay_2(x)); }
#else
PAIR_FN pair_sigmoids pair_sigmoids_2(pair x)
{
    part t = plain_exp_reduced(-plain_between(x.hi, PLAIN_EXP_END)), here = 1 / (1 + t);
    return (pair_sigmoids){{here}, {t * here}};
}
PAIR_FN pair_sigmoids pair_sigmoids_1(flt x) { return pair_sigmoids_2(pair_of(x)); }
#endif
#endif
