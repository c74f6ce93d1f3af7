/* float32 results by float32 arithmetic: numbers in two parts where it matters, one rounding at the end.
 *
 * What enters that rounding is within about 2^-26 of itself, so results are within 0.6 to 1 ulp. Half the operations
 * of the same in double, twice as many at once: for the functions that everybody calls. Where a result would be
 * subnormal, and at infinity and NaN, a function says that it is in doubt, and the element is computed wider.
 *
 * Needs fused multiply-add and -ffp-contract=off. Selections are by sign bits and limits by whole numbers, which take
 * one instruction where comparing floats and blending takes two from the units that multiply. */
#ifndef SOFTKNEE_CLOSE_H
#define SOFTKNEE_CLOSE_H
#include "close_polynomials.h"

/* hi + lo, |lo| far below |hi|. */
typedef struct {
    float hi, lo;
} duo;

/* A result, and all ones where it is in doubt. */
typedef struct {
    float y;
    int32_t doubt;
} close_result;

/* All ones where x has a sign. */
CLOSE_FN uint32_t close_signed(float x) { return (uint32_t)((int32_t)close_bits(x) >> 31); }
CLOSE_FN float close_where_negative(float x, float then, float otherwise)
{
    return (int32_t)close_bits(x) < 0 ? then : otherwise;
}
/* x, where it has no sign, else 0. */
CLOSE_FN float close_positive(float x) { return close_from_bits(close_bits(x) & ~close_signed(x)); }
CLOSE_FN float close_keep(float x, uint32_t mask) { return close_from_bits(close_bits(x) & mask); }
/* y with the sign of x also, as in a function that has its argument's sign. */
CLOSE_FN float close_signed_as(float y, float x) { return close_from_bits(close_bits(y) | (close_bits(x) & CLOSE_SIGN)); }
CLOSE_FN float close_size(float x) { return close_from_bits(close_bits(x) & ~CLOSE_SIGN); }
/* |x|, at most the end, which NaN becomes too. */
CLOSE_FN float close_size_to(float x, float end)
{
    const uint32_t b = close_bits(x) & ~CLOSE_SIGN, most = close_bits(end);
    return close_from_bits(b < most ? b : most);
}
CLOSE_FN int32_t close_is_nan(float x) { return -((int32_t)(close_bits(x) & ~CLOSE_SIGN) > CLOSE_GREATEST + 1); }
CLOSE_FN int32_t close_not_finite(float x) { return -((int32_t)(close_bits(x) & ~CLOSE_SIGN) > CLOSE_GREATEST); }
/* Below 2^-96, and not 0: less one, 0 is the greatest. */
CLOSE_FN int32_t close_tiny(float x)
{
    return -((int32_t)((close_bits(x) | CLOSE_SIGN) - 1) < (int32_t)(close_bits(0x1p-96f) | CLOSE_SIGN));
}
CLOSE_FN int32_t close_above(float x, float end) { return -((int32_t)(close_bits(x) & ~CLOSE_SIGN) > (int32_t)close_bits(end)); }
CLOSE_FN int32_t close_below(float x, float end) { return -((int32_t)(close_bits(x) ^ CLOSE_SIGN) > (int32_t)close_bits(end)); }

/* With CLOSE_ROUGH, for results of 16 bits, nobody asks for low parts: what makes them is then left out by the compiler.
 * Only what is not small is added where it arises (`settled`). */
#if defined(CLOSE_ROUGH)
CLOSE_FN float close_with(float hi, float lo) { return (void)lo, hi; }
CLOSE_FN duo close_settled(duo a) { return (duo){a.hi + a.lo, 0}; }
#else
CLOSE_FN float close_with(float hi, float lo) { return hi + lo; }
CLOSE_FN duo close_settled(duo a) { return a; }
#endif
CLOSE_FN float close_round(duo a) { return close_with(a.hi, a.lo); }
CLOSE_FN duo close_fast_sum(float a, float b) /* |a| >= |b|, or a = 0 */
{
    const float s = a + b;
    return (duo){s, b - (s - a)};
}
CLOSE_FN duo close_two_sum(float a, float b)
{
    const float s = a + b, t = s - a;
    return (duo){s, (a - (s - t)) + (b - t)};
}
CLOSE_FN duo close_sum(duo a, duo b)
{
    const duo s = close_two_sum(a.hi, b.hi);
    return (duo){s.hi, s.lo + (a.lo + b.lo)};
}
/* The same where it may cancel. */
CLOSE_FN duo close_add(duo a, duo b) { return close_settled(close_sum(a, b)); }
CLOSE_FN duo close_normal(duo a)
{
    const duo settled = close_settled(a);
    return close_fast_sum(settled.hi, settled.lo);
}
/* a + b where a outweighs b */
CLOSE_FN duo close_one_plus(float a, duo b)
{
    const duo s = close_fast_sum(a, b.hi);
    return (duo){s.hi, s.lo + b.lo};
}
CLOSE_FN duo close_square(float a)
{
    const float p = a * a;
    return (duo){p, close_fma(a, a, -p)};
}
CLOSE_FN duo close_square_of(duo a)
{
    const float p = a.hi * a.hi;
    return (duo){p, close_fma(a.hi + a.hi, a.lo, close_fma(a.hi, a.hi, -p))};
}
CLOSE_FN duo close_product_of(float a, float b)
{
    const float p = a * b;
    return (duo){p, close_fma(a, b, -p)};
}
CLOSE_FN duo close_times(float a, duo b)
{
    const float p = a * b.hi;
    return (duo){p, close_fma(a, b.lo, close_fma(a, b.hi, -p))};
}
CLOSE_FN duo close_product(duo a, duo b)
{
    const float p = a.hi * b.hi;
    return (duo){p, close_fma(a.lo, b.hi, close_fma(a.hi, b.lo, close_fma(a.hi, b.hi, -p)))};
}
/* Products rounded at once. */
#if defined(CLOSE_ROUGH)
CLOSE_FN float close_times_rounded(float a, duo b) { return a * b.hi; }
CLOSE_FN float close_product_rounded(duo a, duo b) { return a.hi * b.hi; }
#else
CLOSE_FN float close_times_rounded(float a, duo b) { return close_fma(a, b.hi, a * b.lo); }
CLOSE_FN float close_product_rounded(duo a, duo b) { return close_fma(a.hi, b.hi, close_fma(a.lo, b.hi, a.hi * b.lo)); }
#endif
/* c + x p, where c outweighs it */
CLOSE_FN duo close_step(float x, float p, duo c)
{
    const duo product = close_product_of(x, p), sum = close_fast_sum(c.hi, product.hi);
    return (duo){sum.hi, sum.lo + (product.lo + c.lo)};
}
/* With i = 1/b.hi and 1 - i b = e: a i (1 + e), what the products lose added at the end. */
CLOSE_FN duo close_quotient(duo a, duo b)
{
#if defined(CLOSE_ROUGH)
    return (duo){a.hi / b.hi, 0};
#else
    const float i = 1 / b.hi, q = a.hi * i;
    const float e = close_fma(-i, b.lo, close_fma(-i, b.hi, 1)), lost = close_fma(a.lo, i, close_fma(a.hi, i, -q));
    return (duo){q, close_fma(q, e, lost)};
#endif
}
CLOSE_FN float close_ratio(duo a, duo b) { return close_round(close_quotient(a, b)); }

/* x = k ln 2 + r, r exact but for k times the second part of ln 2. */
typedef struct {
    float k, r, scale; /* scale = 2^k */
} close_reduced;
CLOSE_FN close_reduced close_reduce(float x)
{
    const float t = close_fma(x, CLOSE_LOG2E, CLOSE_MAGIC), k = t - CLOSE_MAGIC;
    float r = close_fma(-k, CLOSE_LN2_1, x);
#if defined(CLOSE_ROUGH)
    r = close_fma(-k, CLOSE_LN2_2, r); /* else it goes into a low part */
#endif
    return (close_reduced){k, r, close_from_bits((close_bits(t) << 23) + CLOSE_ONE)};
}
/* What r leaves to be added, and the rest of an argument. */
CLOSE_FN float close_left(close_reduced e, float rest)
{
#if defined(CLOSE_ROUGH)
    return (void)e, rest;
#else
    return close_fma(-CLOSE_LN2_2, e.k, rest);
#endif
}
/* e^(x + rest), -CLOSE_END <= x <= 0, for a rest that is small against 1. */
CLOSE_FN duo close_exp_parts(float x, float rest)
{
    const close_reduced e = close_reduce(x);
    const float square = e.r * e.r;
    const duo one = close_fast_sum(1, e.r), sum = close_fast_sum(one.hi, square * close_exp_rest(e.r, square));
    return (duo){sum.hi * e.scale, close_fma(close_left(e, rest), sum.hi, sum.lo + one.lo) * e.scale};
}
CLOSE_FN duo close_exp(float x) { return close_exp_parts(x, 0); }
CLOSE_FN duo close_exp_of(duo x) { return close_settled(close_exp_parts(x.hi, x.lo)); }
/* e^x - 1 with x reduced, the square of what it leaves, and what is to be added to both; lo may be an eighth of hi */
CLOSE_FN duo close_expm1_parts(close_reduced e, float square, float rest)
{
    const float w = close_fma(square, close_expm1_rest(e.r, square), rest);
    const float less = e.scale - 1, lost = e.scale - (less + 1);
    const float hi = close_fma(e.scale, e.r, less), low = close_fma(e.scale, e.r, less - hi) + lost;
    return close_settled((duo){hi, close_fma(e.scale, w, low)});
}
/* e^x - 1, -CLOSE_END <= x <= 0 */
CLOSE_FN duo close_expm1(float x)
{
    const close_reduced e = close_reduce(x);
    return close_expm1_parts(e, e.r * e.r, close_left(e, 0));
}
/* The same where what is made of it leaves no room for the rounding of the square. */
CLOSE_FN duo close_expm1_finer(float x)
{
    const close_reduced e = close_reduce(x);
    const duo square = close_square(e.r);
    return close_expm1_parts(e, square.hi, close_fma(0.5f, square.lo, close_left(e, 0)));
}
#endif
