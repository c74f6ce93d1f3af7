/* The names of pair.h where a `pair` is one number: a double for PAIR_WIDE, a float for
 * PAIR_LOOSE; `flt` is float for both.
 *
 * Wide results are within 2^-36 of themselves (2^-35 where two such meet) over all that a
 * double holds, so that nothing a float can hold is tiny or overflows on the way. Loose ones,
 * for results of 11 bits and fewer, are within 2^-20 over most of what a float holds. A function
 * that gives up answers NaN: at log of what is not positive, at sin of huge numbers. */
#ifndef SOFTKNEE_PAIR_PLAIN_H
#define SOFTKNEE_PAIR_PLAIN_H
#if defined(PAIR_WIDE)
#include "pair_polynomials_wide.h"
#else
#include "pair_polynomials_loose.h"
#endif

PAIR_FN plain_bits plain_to_bits(plain x)
{
    plain_bits b;
    memcpy(&b, &x, sizeof b);
    return b;
}
PAIR_FN plain plain_from_bits(plain_bits b)
{
    plain x;
    memcpy(&x, &b, sizeof x);
    return x;
}
PAIR_FN plain plain_abs(plain x) { return plain_from_bits(plain_to_bits(x) & ~PLAIN_SIGN); }
PAIR_FN plain plain_with_sign(plain x, plain s)
{
    return plain_from_bits((plain_to_bits(x) & ~PLAIN_SIGN) | (plain_to_bits(s) & PLAIN_SIGN));
}

typedef struct {
    plain hi;
} pair;

PAIR_FN pair pair_constant(flt hi, flt lo) { return (pair){plain_with_sign((plain)hi + lo, hi)}; }
PAIR_FN pair pair_of(flt x) { return (pair){x}; }
PAIR_FN flt pair_round(pair a) { return (flt)a.hi; }
PAIR_FN flt pair_where_1(int c, flt a, flt b) { return c ? a : b; }
PAIR_FN pair pair_where_2(int c, pair a, pair b) { return (pair){c ? a.hi : b.hi}; }
PAIR_FN flt pair_neg_1(flt a) { return -a; }
PAIR_FN pair pair_neg_2(pair a) { return (pair){-a.hi}; }
/* Whether a sum has lost what it had to spare. */
PAIR_FN int pair_cancels(pair sum, plain a) { return plain_abs(sum.hi) < PLAIN_SPARE * plain_abs(a); }

#define PLAIN_BINARY(name, op)                                                                           \
    PAIR_FN pair pair_##name##_11(flt a, flt b) { return (pair){(plain)a op b}; }                      \
    PAIR_FN pair pair_##name##_12(flt a, pair b) { return (pair){a op b.hi}; }                          \
    PAIR_FN pair pair_##name##_21(pair a, flt b) { return (pair){a.hi op b}; }                          \
    PAIR_FN pair pair_##name##_22(pair a, pair b) { return (pair){a.hi op b.hi}; }
PLAIN_BINARY(add, +)
PLAIN_BINARY(sub, -)
PLAIN_BINARY(mul, *)
PLAIN_BINARY(div, /)
#undef PLAIN_BINARY

/* The nearest floats on either side of a number, or itself. */
PAIR_FN flt pair_below(double a)
{
    const flt y = (flt)a;
    return y > a ? nextafterf(y, -INFINITY) : y;
}
PAIR_FN flt pair_above(double a) { return -pair_below(-a); }

/* A factor for many floats, as parameters are where kernels are called. */
PAIR_FN int pair_is_everyday(pair a)
{
    const plain size = plain_abs(a.hi);
    return size == 0 || (size > (plain)0x1p-100 && size < (plain)0x1p100);
}
#if defined(PAIR_WIDE) && REAL_HAS_FMA
/* In two floats of one sign, so that no product's zero takes the sign of another. Below `least`, a float's bits, the
 * second part's product may be no float. */
typedef struct {
    flt hi, lo;
    int32_t least;
} split;
PAIR_FN split pair_split(pair a)
{
    const flt hi = (flt)plain_from_bits(plain_to_bits(a.hi) & ~(plain_bits)0x1fffffff), least = (flt)(0x1p-96 / fabs(a.hi));
    uint32_t b;
    memcpy(&b, &least, sizeof b);
    return (split){hi, (flt)(a.hi - hi), (int32_t)(b | 0x80000000u)};
}
/* In doubt, NaN. Less one, with a sign, the bits of 0 are the greatest of all and those of tiny numbers the least. */
PAIR_FN flt pair_times_split(flt x, split s)
{
    if (s.lo == 0) /* the same for all elements, for which the compiler makes a loop of its own */
        return x * s.hi;
    flt y = fmaf(x, s.hi, x * s.lo);
    uint32_t b, of_y;
    memcpy(&b, &x, sizeof b);
    memcpy(&of_y, &y, sizeof of_y);
    of_y |= (uint32_t)-((int32_t)((b | 0x80000000u) - 1) < s.least);
    memcpy(&y, &of_y, sizeof y);
    return y;
}
#else
/* For results of few digits, or as a double. */
typedef pair split;
PAIR_FN split pair_split(pair a) { return a; }
PAIR_FN flt pair_times_split(flt x, split s) { return (flt)(x * s.hi); }
#endif

#define PLAIN_COMPARISON(name, op)                                                                       \
    PAIR_FN int pair_##name##_11(flt a, flt b) { return a op b; }                                       \
    PAIR_FN int pair_##name##_12(flt a, pair b) { return a op b.hi; }                                   \
    PAIR_FN int pair_##name##_21(pair a, flt b) { return a.hi op b; }                                   \
    PAIR_FN int pair_##name##_22(pair a, pair b) { return a.hi op b.hi; }
PLAIN_COMPARISON(gt, >)
PLAIN_COMPARISON(ge, >=)
PLAIN_COMPARISON(lt, <)
PLAIN_COMPARISON(le, <=)
PLAIN_COMPARISON(eq, ==)
#undef PLAIN_COMPARISON

/* Adding this to a number well below 2^(p-2) leaves the nearest whole number in its low bits. */
#define PLAIN_MAGIC ((plain)1.5 * (plain)((plain_bits)1 << PLAIN_MANTISSA))
/* NaN stays. */
PAIR_FN plain plain_at_most(plain x, plain most) { return x > most ? most : x; }
PAIR_FN plain plain_at_least(plain x, plain least) { return x < least ? least : x; }
PAIR_FN plain plain_between(plain x, plain end) { return plain_at_least(plain_at_most(x, end), -end); }
/* The same before x is widened, when a vector holds twice as many. */
PAIR_FN plain plain_of_flt_between(flt x, flt low, flt high)
{
    flt most = x > high ? high : x;
    return most < low ? low : most;
}

/* x = k ln 2 + r. */
typedef struct {
    plain r, scale; /* scale = 2^k */
} plain_reduced;

PAIR_FN plain_reduced plain_reduce(plain x)
{
    plain t = plain_fma(x, PLAIN_LOG2E, PLAIN_MAGIC), k = t - PLAIN_MAGIC;
    plain r = plain_fma(-k, PLAIN_LN2_1, x);
#if defined(PAIR_LOOSE)
    r = plain_fma(-k, PLAIN_LN2_2, r);
#endif
    return (plain_reduced){r, plain_from_bits((plain_to_bits(t) << PLAIN_MANTISSA) + PLAIN_ONE)};
}
PAIR_FN plain plain_exp_reduced(plain x)
{
    plain_reduced e = plain_reduce(x);
    return plain_exp_sum(e.r) * e.scale;
}
/* What is too large for the double is infinite in float anyway. */
PAIR_FN plain plain_no_overflow(plain x)
{
#if defined(PAIR_LOOSE)
    return x > PLAIN_OVERFLOW ? (plain)NAN : x;
#else
    return plain_at_most(x, PLAIN_EXP_END);
#endif
}
PAIR_FN plain plain_exp(plain x) { return plain_exp_reduced(plain_at_least(plain_no_overflow(x), -PLAIN_EXP_END)); }
/* The last difference is written so that -0 stays. */
PAIR_FN plain plain_expm1_between(plain x)
{
    plain_reduced e = plain_reduce(x);
    return plain_fma(e.scale, e.r * plain_expm1_ratio(e.r), -(1 - e.scale));
}
PAIR_FN plain plain_expm1(plain x) { return plain_expm1_between(plain_at_least(plain_no_overflow(x), -60)); }
PAIR_FN plain plain_tanh_between(plain x)
{
    plain m = plain_expm1_between(2 * x);
    return m / (m + 2);
}
PAIR_FN plain plain_tanh(plain x) { return plain_tanh_between(plain_between(x, 30)); }
PAIR_FN plain plain_sigmoid_between(plain x) { return 1 / (1 + plain_exp_reduced(-x)); }
PAIR_FN plain plain_sigmoid(plain x) { return plain_sigmoid_between(plain_between(x, PLAIN_EXP_END)); }

/* e^-x for x >= 0. */
PAIR_FN plain plain_decay(plain x) { return plain_exp_reduced(-plain_at_most(x, PLAIN_EXP_END)); }

/* log((1+s)/(1-s)) = 2 s + s z R, z = s^2. */
PAIR_FN plain plain_softplus(plain x)
{
    plain t = plain_decay(plain_abs(x)), s = t / (2 + t), z = s * s;
    return (x > 0 ? x : 0) + s * plain_fma(z, plain_log1p_rest(z), 2);
}

/* log(u), u = m 2^k with m in [sqrt(1/2), sqrt(2)); where k = 0, less_one is u - 1 exactly. */
PAIR_FN plain plain_log_of(plain u, plain less_one)
{
    plain_bits b = plain_to_bits(u), e = (b + (PLAIN_ONE - PLAIN_SQRT_HALF_BITS)) >> PLAIN_MANTISSA;
    plain_bits whole = e - (PLAIN_ONE >> PLAIN_MANTISSA);
    plain k = plain_from_bits(whole + plain_to_bits(PLAIN_MAGIC)) - PLAIN_MAGIC;
    plain f = k == 0 ? less_one : plain_from_bits(b - (whole << PLAIN_MANTISSA)) - 1;
    plain s = f / (2 + f), z = s * s;
    plain y = plain_fma(k, PLAIN_LN2, s * plain_fma(z, plain_log_rest(z), 2));
    return u >= PLAIN_LEAST && u <= 1 / PLAIN_LEAST ? y : (plain)NAN;
}
PAIR_FN plain plain_log(plain x) { return plain_log_of(x, x - 1); }
PAIR_FN plain plain_log1p(plain x) { return plain_with_sign(plain_log_of(1 + x, x), x); }

/* Each product but the last is exact, with fused operations or without. */
PAIR_FN plain plain_sine(plain x, plain_bits turn)
{
    plain t = plain_fma(x, PLAIN_2_PI, PLAIN_MAGIC), k = t - PLAIN_MAGIC;
    plain_bits quadrant = plain_to_bits(t) + turn;
    plain r = plain_fma(-k, PLAIN_PI_2_2, plain_fma(-k, PLAIN_PI_2_1, x));
    r = plain_fma(-k, PLAIN_PI_2_3, r);
    plain z = r * r, sine = plain_fma(r * z, plain_sin_rest(z), r);
    plain cosine = plain_fma(z * z, plain_cos_rest(z), plain_fma((plain)-0.5, z, 1));
    plain_bits sign = (quadrant >> 1) << (8 * sizeof(plain) - 1);
    plain y = plain_from_bits(plain_to_bits(quadrant & 1 ? cosine : sine) ^ sign);
    return plain_abs(x) <= PLAIN_SINE_END ? y : (plain)NAN;
}
PAIR_FN plain plain_sin(plain x) { return x == 0 ? x : plain_sine(x, 0); }
PAIR_FN plain plain_cos(plain x) { return plain_sine(x, 1); }

/* atan(a) = atan(c) + atan((a - c)/(1 + a c)), c = 0, 1 or infinity. */
PAIR_FN plain plain_atan(plain x)
{
    plain a = plain_at_most(plain_abs(x), (plain)0x1p60);
    int far = a > PLAIN_TAN_3PI_8, middle = a > PLAIN_TAN_PI_8;
    plain top = far ? -1 : (middle ? a - 1 : a), bottom = far ? a : (middle ? a + 1 : 1);
    plain z = top / bottom, w = z * z, c = far ? PLAIN_PI_2 : (middle ? PLAIN_PI_4 : 0);
    return plain_with_sign(c + plain_fma(z * w, plain_atan_rest(w), z), x);
}

PAIR_FN plain plain_asinh(plain x)
{
    plain a = plain_abs(x), square = a * a;
    return plain_with_sign(plain_log1p(a + square / (1 + plain_root(1 + square))), x);
}

/* a^2 - square. */
PAIR_FN plain plain_square_rest(plain a, plain square)
{
#if REAL_HAS_FMA
    return plain_fma(a, a, -square);
#else
    const plain_bits half = ((plain_bits)1 << (PLAIN_MANTISSA / 2 + 1)) - 1;
    plain high = plain_from_bits(plain_to_bits(a) & ~half), low = a - high;
    return ((high * high - square) + 2 * high * low) + low * low;
#endif
}

/* e^(-s x^2), s = 1 or 1/2. */
PAIR_FN plain plain_gauss_of(plain x, plain s)
{
    plain square = x * x;
#if defined(PAIR_LOOSE)
    /* The rounding of x^2 would be felt. */
    plain low = plain_square_rest(x, square), y = plain_exp_reduced(-s * square);
    return plain_fma(-s * low, y, y);
#else
    return plain_exp_reduced(-s * square);
#endif
}
PAIR_FN plain plain_gauss_between(plain x) { return plain_gauss_of(x, 1); }
PAIR_FN plain plain_gauss(plain x) { return plain_gauss_between(plain_between(x, PLAIN_GAUSS_END)); }
PAIR_FN plain plain_pdf_between(plain x) { return PLAIN_1_SQRT_2PI * plain_gauss_of(x, (plain)0.5); }
PAIR_FN plain plain_normal_pdf(plain x) { return plain_pdf_between(plain_between(x, PLAIN_NORMAL_END)); }

/* u = 2K/(a + K): then (a - K)/(a + K) = 1 - u and 1/(1 + a/K) = u/2. */
PAIR_FN plain plain_erfc_positive(plain a)
{
    plain u = 2 * PLAIN_ERFC_K / (plain_at_most(a, PLAIN_ERFC_END) + PLAIN_ERFC_K);
    return plain_gauss_of(a, 1) * (u * plain_erfc_scaled(1 - u));
}
PAIR_FN plain plain_erfc_between(plain x)
{
    plain y = plain_erfc_positive(plain_abs(x));
    return x < 0 ? 2 - y : y;
}
PAIR_FN plain plain_erfc(plain x) { return plain_erfc_between(plain_between(x, PLAIN_GAUSS_END)); }
PAIR_FN plain plain_erf_between(plain x)
{
    plain a = plain_abs(x), y = 1 - plain_erfc_positive(a);
    return a < (plain)0.5 ? x * plain_erf_ratio(x * x) : plain_with_sign(y, x);
}
PAIR_FN plain plain_erf(plain x) { return plain_erf_between(plain_between(x, PLAIN_GAUSS_END)); }
PAIR_FN plain plain_cdf_between(plain x)
{
    plain a = plain_abs(x), u = 2 * PLAIN_CDF_K / (plain_at_most(a, PLAIN_CDF_END) + PLAIN_CDF_K);
    plain y = plain_gauss_of(x, (plain)0.5) * (u * plain_cdf_scaled(1 - u)); /* of x: shared with the density */
    return x > 0 ? 1 - y : y;
}
PAIR_FN plain plain_normal_cdf(plain x) { return plain_cdf_between(plain_between(x, PLAIN_NORMAL_END)); }

#define PLAIN_UNARY(name, f)                                                                            \
    PAIR_FN pair pair_##name##_1(flt x) { return (pair){f(x)}; }                                        \
    PAIR_FN pair pair_##name##_2(pair x) { return (pair){f(x.hi)}; }
/* `core` stands what is between low and high. */
#define PLAIN_BETWEEN(name, core, low, high)                                                            \
    PAIR_FN pair pair_##name##_1(flt x) { return (pair){core(plain_of_flt_between(x, low, high))}; }    \
    PAIR_FN pair pair_##name##_2(pair x) { return (pair){plain_##name(x.hi)}; }
/* Of a pair, which is rounded, it gives up where a whole number is too near to tell. */
PAIR_FN plain plain_floor(plain x) { return (plain)floor(x); }
PAIR_FN pair pair_floor_1(flt x) { return (pair){plain_floor(x)}; }
PAIR_FN pair pair_floor_2(pair x)
{
    plain y = plain_floor(x.hi), above = x.hi - y, far = plain_abs(x.hi) * PLAIN_NEAR + PLAIN_NEAR;
    return (pair){above > far && 1 - above > far ? y : (plain)NAN};
}
PLAIN_UNARY(sqrt, plain_root)
#if defined(PAIR_WIDE)
PLAIN_BETWEEN(exp, plain_exp_reduced, -PLAIN_EXP_END, PLAIN_EXP_END)
PLAIN_BETWEEN(expm1, plain_expm1_between, -60, PLAIN_EXP_END)
#else
PLAIN_UNARY(exp, plain_exp)
PLAIN_UNARY(expm1, plain_expm1)
#endif
PLAIN_UNARY(log, plain_log)
PLAIN_UNARY(log1p, plain_log1p)
PLAIN_UNARY(sin, plain_sin)
PLAIN_UNARY(cos, plain_cos)
PLAIN_BETWEEN(tanh, plain_tanh_between, -30, 30)
PLAIN_UNARY(atan, plain_atan)
PLAIN_UNARY(asinh, plain_asinh)
PLAIN_BETWEEN(erf, plain_erf_between, -PLAIN_GAUSS_END, PLAIN_GAUSS_END)
PLAIN_BETWEEN(erfc, plain_erfc_between, -PLAIN_GAUSS_END, PLAIN_GAUSS_END)
PLAIN_BETWEEN(sigmoid, plain_sigmoid_between, -PLAIN_EXP_END, PLAIN_EXP_END)
PLAIN_UNARY(softplus, plain_softplus)
PLAIN_BETWEEN(normal_cdf, plain_cdf_between, -PLAIN_NORMAL_END, PLAIN_NORMAL_END)
PLAIN_BETWEEN(normal_pdf, plain_pdf_between, -PLAIN_NORMAL_END, PLAIN_NORMAL_END)
PLAIN_BETWEEN(gauss, plain_gauss_between, -PLAIN_GAUSS_END, PLAIN_GAUSS_END)
#undef PLAIN_UNARY
#undef PLAIN_BETWEEN
#endif
