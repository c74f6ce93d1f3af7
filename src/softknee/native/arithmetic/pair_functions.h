/* The elementary functions in pairs; see pair_base.h for what a pair is and how good.
 * Within 2^-60 of themselves.
 *
 * A function may give up by answering NaN; the caller then computes that element wider. It
 * does so where no network lives: near overflow, at log of subnormals, sin of huge numbers.
 * A result below e^-PAIR_EXP_END comes out as some number about as small. */
#ifndef SOFTKNEE_PAIR_FUNCTIONS_H
#define SOFTKNEE_PAIR_FUNCTIONS_H
#include "pair_base.h"

#include "pair_polynomials_f64.h"
#define PAIR_OVERFLOW 709.5
#define PAIR_LOST 46.0 /* e^-x is below every error against 1 from here on ... */
#define PAIR_LARGE 0x1p40 /* ... and 1/x against x, 1/x^2 against 1. */
#define PAIR_SINE_END 0x1p20
/* Adding this to a number well below 2^(p-2) leaves the nearest whole number in its low bits. */
#define PAIR_MAGIC ((flt)1.5 * (flt)((pair_bits)1 << PAIR_MANTISSA))

/* |x|, where it is below the end. */
PAIR_FN flt pair_size_1(flt x, flt end) { return pair_at_most(pair_abs(x), end); }
PAIR_FN pair pair_size_2(pair x, flt end)
{
    flt a = pair_abs(x.hi);
    return (pair){pair_at_most(a, end), a > end ? 0 : pair_flip(x.lo, x.hi)};
}

/* x + lo = k ln 2 + r + rest; r is exact, so rest is all that is lost. */
typedef struct {
    flt k, r, rest, scale; /* scale = 2^k */
} pair_reduced;

PAIR_FN pair_reduced pair_reduce_1(flt x)
{
    flt t = pair_fma(x, PAIR_LOG2E, PAIR_MAGIC), k = t - PAIR_MAGIC;
    pair_bits scale = (pair_to_bits(t) << PAIR_MANTISSA) + PAIR_ONE;
    return (pair_reduced){k, pair_fma(-k, PAIR_LN2_1, x), k * -PAIR_LN2_2, pair_from_bits(scale)};
}
/* e^lo - 1 = lo + lo^2/2, for a lo of full length times a large x. */
PAIR_FN pair_reduced pair_reduce_2(pair x)
{
    pair_reduced e = pair_reduce_1(x.hi);
    e.rest = e.rest + pair_fma((flt)0.5 * x.lo, x.lo, x.lo);
    return e;
}

/* e^(r + rest): r and r^2/2 are added exactly. */
PAIR_FN pair pair_exp_sum(pair_reduced e)
{
    flt half = (flt)0.5 * e.r, square = half * e.r, square_lo = pair_fma(half, e.r, -square);
    pair w = pair_mul_21(pair_exp_rest(e.r), e.r);
    pair one = pair_fast_sum(1, e.r), two = pair_fast_sum(one.hi, square);
    flt lo = pair_fma(square_lo, w.hi, pair_fma(square, w.lo, square_lo)) + (one.lo + two.lo);
    pair sum = pair_fast_sum(two.hi, pair_fma(square, w.hi, lo));
    return (pair){sum.hi, pair_fma(e.rest, sum.hi, sum.lo)};
}
PAIR_FN pair pair_scaled(pair a, flt scale) { return (pair){a.hi * scale, a.lo * scale}; }

PAIR_FN pair pair_exp_reduced_1(pair_reduced e) { return pair_scaled(pair_exp_sum(e), e.scale); }
/* A long rest leaves a long lo. */
PAIR_FN pair pair_exp_reduced_2(pair_reduced e) { return pair_scaled(pair_normal(pair_exp_sum(e)), e.scale); }

/* Past the ends e^x gives up or is tiny. */
PAIR_FN flt pair_range_1(flt x, flt end)
{
    return x > PAIR_OVERFLOW ? (flt)NAN : pair_at_least(x, end);
}
PAIR_FN pair pair_range_2(pair x, flt end) { return (pair){pair_range_1(x.hi, end), x.hi < end ? 0 : x.lo}; }
PAIR_FN pair pair_exp_1(flt x) { return pair_exp_reduced_1(pair_reduce_1(pair_range_1(x, -PAIR_EXP_END))); }
PAIR_FN pair pair_exp_2(pair x) { return pair_exp_reduced_2(pair_reduce_2(pair_range_2(x, -PAIR_EXP_END))); }

/* E = 2^k (e^r - 1 + base), base = 0 where k = 0: then E - base is e^x - 1 without
 * cancellation. */
typedef struct {
    flt base;
    pair e;
} pair_based;

/* Having to stand a subtraction, it adds the next term exactly too. */
PAIR_FN pair_based pair_exp_based(pair_reduced e)
{
    flt base = e.k == 0 ? 0 : 1;
    pair square = pair_mul_11((flt)0.5 * e.r, e.r), w = pair_mul_21(pair_exp_rest(e.r), e.r);
    pair third = pair_mul_22(square, w);
    pair sum = pair_fast_sum(base, e.r), two = pair_fast_sum(sum.hi, square.hi);
    pair three = pair_fast_sum(two.hi, third.hi);
    flt lo = three.lo + ((sum.lo + two.lo) + (square.lo + third.lo));
    lo = pair_fma(e.rest, (1 - base) + three.hi, lo);
    return (pair_based){base, pair_scaled((pair){three.hi, lo}, e.scale)};
}
PAIR_FN pair pair_expm1_reduced(pair_reduced e)
{
    pair_based b = pair_exp_based(e);
    return pair_add_21(b.e, -b.base);
}
PAIR_FN pair pair_expm1_1(flt x)
{
    pair y = pair_expm1_reduced(pair_reduce_1(pair_range_1(x, -PAIR_LOST)));
    return (pair){pair_with_sign(y.hi, x), y.lo};
}
PAIR_FN pair pair_expm1_2(pair x)
{
    pair y = pair_normal(pair_expm1_reduced(pair_reduce_2(pair_range_2(x, -PAIR_LOST))));
    return (pair){pair_with_sign(y.hi, x.hi), y.lo};
}

/* Of a pair, which is rounded, it gives up where a whole number is too near to tell. */
PAIR_FN pair pair_floor_1(flt x) { return (pair){floor(x), 0}; }
PAIR_FN pair pair_floor_2(pair x)
{
    flt y = floor(x.hi), above = (x.hi - y) + x.lo, far = fabs(x.hi) * 0x1p-40 + 0x1p-40;
    return (pair){above > far && 1 - above > far ? y : (flt)NAN, 0};
}

/* t = e^-|x|. */
PAIR_FN pair pair_decay_1(flt x) { return pair_exp_reduced_1(pair_reduce_1(-pair_size_1(x, PAIR_EXP_END))); }
PAIR_FN pair pair_decay_2(pair x)
{
    return pair_exp_reduced_2(pair_reduce_2(pair_neg_2(pair_size_2(x, PAIR_EXP_END))));
}

/* 1/(1 + t) or t/(1 + t). */
PAIR_FN pair pair_sigmoid_from(flt x, pair t)
{
    pair d = pair_fast_12(1, t);
    return pair_div_22((pair){x < 0 ? t.hi : 1, x < 0 ? t.lo : 0}, d);
}
PAIR_FN pair pair_sigmoid_1(flt x) { return pair_sigmoid_from(x, pair_decay_1(x)); }
PAIR_FN pair pair_sigmoid_2(pair x) { return pair_sigmoid_from(x.hi, pair_decay_2(x)); }

/* (1 - t)/(1 + t) with t = e^(-2a), both from E - base. */
PAIR_FN pair pair_tanh_from(flt x, pair_reduced e)
{
    pair_based b = pair_exp_based(e);
    pair top = pair_fast_12(b.base, pair_neg_2(b.e)), bottom = pair_fast_12(2 - b.base, b.e);
    pair y = pair_div_22(top, bottom);
    return (pair){pair_with_sign(y.hi, x), pair_flip(y.lo, x)};
}
PAIR_FN pair pair_tanh_1(flt x) { return pair_tanh_from(x, pair_reduce_1(-2 * pair_size_1(x, PAIR_LOST / 2))); }
PAIR_FN pair pair_tanh_2(pair x)
{
    return pair_tanh_from(x.hi, pair_reduce_2(pair_mul_21(pair_size_2(x, PAIR_LOST / 2), -2)));
}

/* log((1+s)/(1-s)) = 2 s + s z R, z = s^2. */
PAIR_FN pair pair_log_sum(pair s, pair z, pair rest)
{
    return pair_fast_22((pair){2 * s.hi, 2 * s.lo}, pair_mul_22(s, pair_mul_22(z, rest)));
}

/* max(x, 0) + log(1 + t). */
PAIR_FN pair pair_softplus_from(flt x, flt lo, pair t)
{
    pair s = pair_div_22(t, pair_fast_12(2, t)), z = pair_mul_22(s, s);
    pair l = pair_log_sum(s, z, pair_log1p_rest(z));
    flt linear = x > 0 ? x : 0;
    flt large = linear > l.hi ? linear : l.hi, small = linear > l.hi ? l.hi : linear;
    pair sum = pair_fast_sum(large, small);
    return (pair){sum.hi, sum.lo + (l.lo + lo)};
}
PAIR_FN pair pair_softplus_1(flt x) { return pair_softplus_from(x, 0, pair_decay_1(x)); }
PAIR_FN pair pair_softplus_2(pair x) { return pair_softplus_from(x.hi, x.hi > 0 ? x.lo : 0, pair_decay_2(x)); }

/* log(u + rest), u.hi = m 2^k with m in [sqrt(1/2), sqrt(2)), for positive normal u.hi. */
PAIR_FN pair pair_log_sum_of(pair u, flt rest)
{
    pair_bits bits = pair_to_bits(u.hi), e = (bits + (PAIR_ONE - PAIR_SQRT_HALF_BITS)) >> PAIR_MANTISSA;
    pair_bits whole = e - (PAIR_ONE >> PAIR_MANTISSA);
    const pair_bits magic = pair_to_bits(PAIR_MAGIC);
    flt k = pair_from_bits(whole + magic) - PAIR_MAGIC;
    flt m = pair_from_bits(bits - (whole << PAIR_MANTISSA));
    flt down = pair_from_bits(PAIR_ONE - (whole << PAIR_MANTISSA));
    pair f = pair_two_sum(m - 1, u.lo * down);
    f.lo = pair_fma(rest, down, f.lo);
    pair s = pair_div_22(f, pair_fast_12(2, f)), z = pair_mul_22(s, s);
    pair l = pair_log_sum(s, z, pair_log_rest(z));
    return pair_normal(pair_fast_22((pair){k * PAIR_LN2_SHORT_1, k * PAIR_LN2_SHORT_2}, l));
}
PAIR_FN pair pair_log_checked(pair u, flt rest)
{
    pair y = pair_log_sum_of(u, rest);
    return (pair){u.hi >= PAIR_LEAST && u.hi <= 1 / PAIR_LEAST ? y.hi : (flt)NAN, y.lo};
}
PAIR_FN pair pair_log_1(flt x) { return pair_log_checked(pair_of(x), 0); }
PAIR_FN pair pair_log_2(pair x) { return pair_log_checked(x, 0); }

/* 1 + x.hi takes a pair already; for tiny x what it leaves is the result. */
PAIR_FN pair pair_log1p_1(flt x)
{
    pair y = pair_log_checked(pair_two_sum(1, x), 0);
    return (pair){pair_with_sign(y.hi, x), y.lo};
}
PAIR_FN pair pair_log1p_2(pair x)
{
    pair u = pair_two_sum(1, x.hi), s = pair_two_sum(u.hi, x.lo);
    pair y = pair_log_checked((pair){s.hi, u.lo}, s.lo);
    return (pair){pair_with_sign(y.hi, x.hi), y.lo};
}

PAIR_FN pair pair_sqrt_from(flt x, flt lo)
{
    flt y = pair_root(x), rest = pair_fma(-y, y, x) + lo;
    return (pair){y, y > 0 ? rest / (y + y) : 0};
}
PAIR_FN pair pair_sqrt_1(flt x) { return pair_sqrt_from(x, 0); }
PAIR_FN pair pair_sqrt_2(pair x) { return pair_sqrt_from(x.hi, x.lo); }

/* sin(x + turn pi/2). Near the roots x.lo matters to the last bit. */
PAIR_FN pair pair_sine(pair x, pair_bits turn)
{
    flt t = pair_fma(x.hi, PAIR_2_PI, PAIR_MAGIC), k = t - PAIR_MAGIC;
    pair_bits quadrant = pair_to_bits(t) + turn;
    pair p = pair_mul_11(-k, PAIR_PI_2_2), q = pair_two_sum(pair_fma(-k, PAIR_PI_2_1, x.hi), p.hi);
    pair s = pair_two_sum(q.hi, x.lo);
    pair r = pair_fast_sum(s.hi, s.lo + (q.lo + pair_fma(-k, PAIR_PI_2_3, p.lo)));
    pair z = pair_mul_22(r, r);
    pair sine = pair_fast_22(r, pair_mul_22(r, pair_mul_22(z, pair_sin_rest(z))));
    pair half = {(flt)-0.5 * z.hi, (flt)-0.5 * z.lo}, most = pair_fast_12(1, half);
    pair cosine = pair_fast_22(most, pair_mul_22(pair_mul_22(z, z), pair_cos_rest(z)));
    pair_bits swap = quadrant & 1, sign = (quadrant >> 1) << (8 * sizeof(flt) - 1);
    flt hi = swap ? cosine.hi : sine.hi, low = swap ? cosine.lo : sine.lo;
    hi = pair_from_bits(pair_to_bits(hi) ^ sign);
    return (pair){pair_abs(x.hi) <= PAIR_SINE_END ? hi : (flt)NAN, pair_from_bits(pair_to_bits(low) ^ sign)};
}
PAIR_FN pair pair_sin_2(pair x)
{
    pair y = pair_sine(x, 0);
    return (pair){x.hi == 0 ? x.hi : y.hi, y.lo};
}
PAIR_FN pair pair_sin_1(flt x) { return pair_sin_2(pair_of(x)); }
PAIR_FN pair pair_cos_2(pair x) { return pair_sine(x, 1); }
PAIR_FN pair pair_cos_1(flt x) { return pair_sine(pair_of(x), 1); }

/* atan(a) = atan(c) + atan((a - c)/(1 + a c)), c = 0, 1 or infinity. */
PAIR_FN pair pair_atan_2(pair x)
{
    pair a = {pair_at_most(pair_abs(x.hi), PAIR_LARGE * PAIR_LARGE), pair_flip(x.lo, x.hi)};
    int far = a.hi > PAIR_TAN_3PI_8, middle = a.hi > PAIR_TAN_PI_8;
    pair less = pair_two_sum(a.hi, -1), more = pair_two_sum(a.hi, 1);
    less.lo += a.lo;
    more.lo += a.lo;
    pair top = pair_where_2(far, pair_of(-1), pair_where_2(middle, less, a));
    pair bottom = pair_where_2(far, a, pair_where_2(middle, more, pair_of(1)));
    pair z = pair_div_22(top, bottom), w = pair_mul_22(z, z);
    pair rest = pair_mul_22(z, pair_mul_22(w, pair_atan_rest(w)));
    flt c = far ? 2 : (middle ? 1 : 0);
    pair sum = pair_fast_22((pair){c * PAIR_PI_4_1, c * PAIR_PI_4_2}, z);
    pair y = pair_fast_22(sum, rest);
    return (pair){pair_with_sign(y.hi, x.hi), pair_flip(y.lo, x.hi)};
}
PAIR_FN pair pair_atan_1(flt x) { return pair_atan_2(pair_of(x)); }

/* asinh(a) = log1p(a + a^2/(1 + sqrt(1 + a^2))), and log(2a) + 1/(4a^2) ... for large a. */
PAIR_FN pair pair_asinh_2(pair x)
{
    flt a = pair_abs(x.hi), low = pair_flip(x.lo, x.hi);
    int large = a > PAIR_LARGE;
    pair b = {large ? 1 : a, large ? 0 : low}, square = pair_mul_22(b, b);
    pair root = pair_sqrt_2(pair_add_21(square, 1));
    pair v = pair_add_22(b, pair_div_22(square, pair_add_21(root, 1)));
    pair y = pair_log_checked(pair_where_2(large, (pair){a, low}, pair_two_sum(1, v.hi)), large ? 0 : v.lo);
    pair more = pair_add_22(y, (pair){large ? PAIR_LN2_1 : 0, large ? PAIR_LN2_2 : 0});
    return (pair){pair_with_sign(more.hi, x.hi), pair_flip(more.lo, x.hi)};
}
PAIR_FN pair pair_asinh_1(flt x) { return pair_asinh_2(pair_of(x)); }

/* e^(-s a^2), s = 1 or 1/2, with a^2 to the last bit. */
PAIR_FN pair pair_gauss_of(pair square, flt s)
{
    return pair_exp_reduced_2(pair_reduce_2((pair){-s * square.hi, -s * square.lo}));
}
PAIR_FN pair pair_square_1(flt x) { return pair_mul_11(x, x); }
PAIR_FN pair pair_square_2(pair x) { return pair_mul_22(x, x); }
PAIR_FN pair pair_gauss_1(flt x) { return pair_gauss_of(pair_square_1(pair_size_1(x, PAIR_GAUSS_END)), 1); }
PAIR_FN pair pair_gauss_2(pair x) { return pair_gauss_of(pair_square_2(pair_size_2(x, PAIR_GAUSS_END)), 1); }

PAIR_FN pair pair_normal_pdf_of(pair square)
{
    return pair_mul_22(pair_gauss_of(square, (flt)0.5), (pair){PAIR_1_SQRT_2PI_1, PAIR_1_SQRT_2PI_2});
}
PAIR_FN pair pair_normal_pdf_1(flt x) { return pair_normal_pdf_of(pair_square_1(pair_size_1(x, PAIR_CDF_END))); }
PAIR_FN pair pair_normal_pdf_2(pair x) { return pair_normal_pdf_of(pair_square_2(pair_size_2(x, PAIR_CDF_END))); }

/* u = 2K/(a + K), so that t = (a - K)/(a + K) = 1 - u and 1/(1 + a/K) = u/2. */
PAIR_FN pair pair_tail_u(pair a, flt k)
{
    return pair_div_12(2 * k, pair_add_21(a, k));
}
PAIR_FN pair pair_tail_t(pair u)
{
    pair t = pair_two_sum(1, -u.hi);
    return (pair){t.hi, t.lo - u.lo};
}
PAIR_FN pair pair_erfc_positive(pair a)
{
    pair u = pair_tail_u(a, PAIR_ERFC_K);
    return pair_mul_22(pair_gauss_of(pair_square_2(a), 1), pair_mul_22(u, pair_erfc_scaled(pair_tail_t(u))));
}
PAIR_FN pair pair_erfc_2(pair x)
{
    pair y = pair_erfc_positive(pair_size_2(x, PAIR_GAUSS_END));
    return pair_where_2(x.hi < 0, pair_fast_12(2, pair_neg_2(y)), y);
}
PAIR_FN pair pair_erfc_1(flt x) { return pair_erfc_2(pair_of(x)); }

PAIR_FN pair pair_erf_2(pair x)
{
    pair a = pair_size_2(x, PAIR_GAUSS_END), w = pair_mul_22(a, a);
    pair small = pair_mul_22(a, pair_erf_ratio(w));
    pair large = pair_fast_12(1, pair_neg_2(pair_erfc_positive(a)));
    pair y = pair_where_2(a.hi < (flt)0.5, small, large);
    return (pair){pair_with_sign(y.hi, x.hi), pair_flip(y.lo, x.hi)};
}
PAIR_FN pair pair_erf_1(flt x) { return pair_erf_2(pair_of(x)); }

/* The same as erfc with a/sqrt(2) for a. */
PAIR_FN pair pair_normal_cdf_2(pair x)
{
    pair a = pair_size_2(x, PAIR_CDF_END), u = pair_tail_u(a, PAIR_CDF_K);
    pair y = pair_mul_22(pair_gauss_of(pair_square_2(a), (flt)0.5), pair_mul_22(u, pair_cdf_scaled(pair_tail_t(u))));
    return pair_where_2(x.hi > 0, pair_fast_12(1, pair_neg_2(y)), y);
}
PAIR_FN pair pair_normal_cdf_1(flt x) { return pair_normal_cdf_2(pair_of(x)); }
#endif
