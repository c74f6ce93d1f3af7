/* Values and slopes of the functions that everybody calls, in the arithmetic of close.h.
 *
 * Each with an exponential is computed in two or three steps, with a buffer between them: a processor then has more elements
 * under way in shorter chains of operations. The first step is mostly t = e^-|x|. Many functions are a rectifier less a bump
 * that is even, and so have a slope s with s(x) + s(-x) = 1. */
#ifndef SOFTKNEE_CLOSE_FUNCTIONS_H
#define SOFTKNEE_CLOSE_FUNCTIONS_H
#include "close.h"

/* Doubt where x is below -end and the result may be subnormal, and at infinity and NaN. */
CLOSE_FN close_result close_beyond(float y, float x, float end)
{
    return (close_result){y, close_below(x, end) | close_not_finite(x)};
}
/* The same in two parts, which a gate multiplies by its other input. */
typedef struct {
    duo y;
    int32_t doubt;
} close_parts;
CLOSE_FN close_parts close_parts_beyond(duo y, float x, float end)
{
    return (close_parts){y, close_below(x, end) | close_not_finite(x)};
}
CLOSE_FN close_result close_whole(close_parts p) { return (close_result){close_round(p.y), p.doubt}; }
/* a times a function of x. A product that is tiny may have lost digits, a function of what is tiny may have been too small to
 * keep them, and what overflows may be a low part's product. A product of 0 has the sign that its low part may take away. */
CLOSE_FN close_result close_gated(float a, float x, close_parts p)
{
    const float y = close_times_rounded(a, p.y);
    const uint32_t sign = (close_bits(a) ^ close_bits(p.y.hi)) & CLOSE_SIGN;
    const int32_t doubt = p.doubt | close_not_finite(y) | close_tiny(y) | close_tiny(x);
    return (close_result){close_from_bits(close_bits(y) | sign), doubt};
}
/* A result that does not depend on a, unless a is NaN. */
CLOSE_FN close_result close_beside(float a, close_result r) { return (close_result){r.y, r.doubt | close_is_nan(a)}; }
/* For what has limits on both sides: NaN stays. */
CLOSE_FN close_result close_bounded(float y, float x)
{
    return (close_result){close_from_bits(close_bits(y) | (uint32_t)close_is_nan(x)), 0};
}

/* The first steps. */
CLOSE_FN duo close_decay(float x) { return close_exp(-close_size_to(x, CLOSE_END)); }
CLOSE_FN duo close_decay_twice(float x) { return close_exp(-2 * close_size_to(x, CLOSE_END / 2)); }
CLOSE_FN duo close_loss(float x) { return close_expm1(-close_size_to(x, CLOSE_END)); }
CLOSE_FN duo close_loss_finer(float x) { return close_expm1_finer(-close_size_to(x, CLOSE_END)); }
CLOSE_FN duo close_loss_twice(float x) { return close_expm1(-2 * close_size_to(x, CLOSE_END / 2)); }

/* 1/(1 + t) or t/(1 + t) */
CLOSE_FN close_parts close_sigmoid_parts(float x, duo t)
{
    const duo top = {close_where_negative(x, t.hi, 1), close_keep(t.lo, close_signed(x))};
    return close_parts_beyond(close_quotient(top, close_one_plus(1, t)), x, CLOSE_END);
}
CLOSE_FN close_result close_sigmoid(float x, duo t) { return close_whole(close_sigmoid_parts(x, t)); }
CLOSE_FN duo close_mirrored_ratio(duo t) { return close_quotient(t, close_square_of(close_one_plus(1, t))); }
CLOSE_FN close_parts close_sigmoid_slope_parts(float x, duo t)
{
    return close_parts_beyond(close_mirrored_ratio(t), -close_size(x), CLOSE_END);
}
CLOSE_FN close_result close_sigmoid_slope(float x, duo t) { return close_whole(close_sigmoid_slope_parts(x, t)); }

/* With m = e^(-2 |x|) - 1: -m/(2 + m). */
CLOSE_FN close_result close_tanh(float x, duo m)
{
    const duo n = close_normal(m);
    const float y = close_ratio((duo){-n.hi, -n.lo}, close_one_plus(2, n));
    return close_bounded(close_signed_as(close_size(y), x), x);
}
/* With t = e^(-2 |x|): 4 t/(1 + t)^2. */
CLOSE_FN close_result close_tanh_slope(float x, duo t)
{
    return close_beyond(4 * close_round(close_mirrored_ratio(t)), -close_size(x), CLOSE_END / 2);
}

/* max(x, 0) + log(1 + t), log((1 + s)/(1 - s)) = 2 s + s z R with s = t/(2 + t), z = s^2 */
CLOSE_FN float close_softplus_of(float x, duo t)
{
    const duo s = close_quotient(t, close_one_plus(2, t));
    const float z = s.hi * s.hi, lo = close_fma(s.hi * z, close_log1p_rest(z, z * z), 2 * s.lo);
    const duo sum = close_two_sum(close_positive(x), 2 * s.hi);
    return sum.hi + (sum.lo + lo);
}
CLOSE_FN close_result close_softplus(float x, duo t) { return close_beyond(close_softplus_of(x, t), x, CLOSE_END); }
CLOSE_FN close_result close_logsigmoid(float x, duo t) { return close_beyond(-close_softplus_of(-x, t), -x, CLOSE_END); }
CLOSE_FN close_result close_logsigmoid_slope(float x, duo t) { return close_sigmoid(-x, t); }

/* max(x, 0) - |x| q, 0 <= q <= 1/2; it has the sign of x. */
CLOSE_FN duo close_rectifier_parts(float x, duo q)
{
    const float a = close_size(x), base = close_positive(x);
    const float p = close_fma(-a, q.hi, base), rest = close_fma(-a, q.hi, base - p);
    return (duo){close_signed_as(p, x), close_fma(-a, q.lo, rest)};
}
CLOSE_FN close_result close_rectifier(float x, close_parts p)
{
    return (close_result){close_signed_as(close_round(p.y), x), p.doubt};
}
/* s for x < 0, 1 - s else, |s| <= 1 */
CLOSE_FN duo close_mirrored(float x, duo s)
{
    const uint32_t turned = ~close_bits(x) & CLOSE_SIGN;
    const float base = close_where_negative(x, 0, 1), hi = close_from_bits(close_bits(s.hi) ^ turned);
    const duo sum = close_fast_sum(base, hi);
    return (duo){sum.hi, sum.lo + close_from_bits(close_bits(s.lo) ^ turned)};
}
/* A sum that is 0 at a root, and beside it the distance times a polynomial. */
CLOSE_FN duo close_near_root(duo sum, duo distance, duo ratio)
{
    const duo near = close_product(close_settled(distance), ratio);
    const int is_near = close_size(distance.hi) < CLOSE_REACH;
    return (duo){is_near ? near.hi : sum.hi, is_near ? near.lo : sum.lo};
}
#define CLOSE_NEAR_ROOT(NAME, name, a, sum)                                                                            \
    close_near_root(sum, (duo){(a) - CLOSE_##NAME##_ROOT_1, -CLOSE_##NAME##_ROOT_2},                                   \
                    close_step((a) - CLOSE_##NAME##_ROOT_1,                                                            \
                               close_##name##_root((a) - CLOSE_##NAME##_ROOT_1,                                        \
                                                   ((a) - CLOSE_##NAME##_ROOT_1) * ((a) - CLOSE_##NAME##_ROOT_1)),     \
                               (duo){CLOSE_##NAME##_0_1, CLOSE_##NAME##_0_2}))

/* The bump of silu is t/(1 + t). */
CLOSE_FN close_parts close_silu_parts(float x, duo t)
{
    return close_parts_beyond(close_rectifier_parts(x, close_quotient(t, close_one_plus(1, t))), x, CLOSE_END);
}
CLOSE_FN close_result close_silu(float x, duo t) { return close_rectifier(x, close_silu_parts(x, t)); }
/* t (1 + t - |x|)/(1 + t)^2 for x < 0 */
CLOSE_FN duo close_silu_sum(float x, duo t)
{
    const float a = close_size_to(x, CLOSE_END);
    return CLOSE_NEAR_ROOT(SILU, silu, a, close_add(close_two_sum(1, -a), t));
}
CLOSE_FN duo close_mirrored_product(duo t, duo sum)
{
    return close_quotient(close_product(t, sum), close_square_of(close_one_plus(1, t)));
}
CLOSE_FN close_parts close_silu_slope_parts(float x, duo t, duo sum)
{
    return close_parts_beyond(close_mirrored(x, close_mirrored_product(t, sum)), x, CLOSE_END);
}
CLOSE_FN close_result close_silu_slope(float x, duo t, duo sum) { return close_whole(close_silu_slope_parts(x, t, sum)); }

/* With t = e^x for x < 0 and 2 e^-x else: tanh(softplus(x)) = w/(2 + w), w = t (2 + t), for x < 0,
 * and 1 - t^2/(2 + w) else. */
typedef struct {
    duo t, square, w; /* w without twice the low part of t */
} close_mish_parts;
CLOSE_FN close_mish_parts close_mish_of(float x, duo t)
{
    const float twice = close_where_negative(x, 1, 2);
    const duo scaled = {t.hi * twice, t.lo * twice}, square = close_square_of(scaled);
    return (close_mish_parts){scaled, square, close_one_plus(scaled.hi + scaled.hi, square)};
}
/* 2 + w */
CLOSE_FN duo close_mish_bottom(close_mish_parts m)
{
    const duo two = close_two_sum(2, m.w.hi);
    return (duo){two.hi, two.lo + (m.w.lo + (m.t.lo + m.t.lo))};
}
CLOSE_FN close_result close_mish(float x, duo t)
{
    const close_mish_parts m = close_mish_of(x, t);
    const duo top = {close_where_negative(x, m.w.hi, m.square.hi),
                     close_where_negative(x, m.w.lo + (m.t.lo + m.t.lo), m.square.lo)};
    const duo y = close_rectifier_parts(x, close_quotient(top, close_mish_bottom(m)));
    return close_rectifier(x, close_parts_beyond(y, x, CLOSE_END));
}
/* With t, w as there, d = 2 + w and a = |x|: t ((2 + t) d - 4 a (1 + t))/d^2 for x < 0, and
 * 1 - t^2 (d - 2 a (2 + t))/d^2 else. */
CLOSE_FN duo close_mish_sum(float x, duo t)
{
    const close_mish_parts m = close_mish_of(x, t);
    const float a = close_size_to(x, CLOSE_END), two_t = m.t.hi + m.t.hi;
    const duo more = close_two_sum(2, m.t.hi), two_and = {more.hi, more.lo + m.t.lo}; /* 2 + t */
    const duo factor = {close_where_negative(x, two_and.hi, 1), close_keep(two_and.lo, close_signed(x))};
    const duo growth = {close_where_negative(x, 2 + two_t, two_and.hi),
                        close_where_negative(x, (two_t - ((2 + two_t) - 2)) + (m.t.lo + m.t.lo), two_and.lo)};
    const duo sum = close_add(close_product(factor, close_mish_bottom(m)), close_times(-2 * a, growth));
    const duo near = CLOSE_NEAR_ROOT(MISH, mish, a, sum);
    return (duo){close_where_negative(x, near.hi, sum.hi), close_where_negative(x, near.lo, sum.lo)};
}
CLOSE_FN close_result close_mish_slope(float x, duo t, duo sum)
{
    const close_mish_parts m = close_mish_of(x, t);
    const duo outer = {close_where_negative(x, m.t.hi, m.square.hi), close_where_negative(x, m.t.lo, m.square.lo)};
    const duo slope = close_quotient(close_product(outer, sum), close_square_of(close_mish_bottom(m)));
    return close_whole(close_parts_beyond(close_mirrored(x, slope), x, CLOSE_END));
}

/* e^(-x^2/2) */
CLOSE_FN duo close_gauss(float x)
{
    const float a = close_size_to(x, CLOSE_GAUSS_END);
    const duo square = close_square(a);
    return close_exp_of((duo){-0.5f * square.hi, -0.5f * square.lo});
}
/* Phi(-a)/e^(-a^2/2) = Q/(a + K) with a = |x|, Q a polynomial in 1 - 2 K/(a + K). */
CLOSE_FN duo close_mills(float x, duo unused)
{
    const float a = close_size_to(x, CLOSE_GAUSS_END);
    const duo bottom = close_two_sum(a, CLOSE_CDF_K), u = close_quotient((duo){2 * CLOSE_CDF_K, 0}, bottom);
    const float v = 1 - u.hi, v_lo = ((1 - v) - u.hi) - u.lo, rest = close_cdf_rest(v, v * v);
    const float p = close_fma(v, rest, CLOSE_CDF_1), p_lo = close_fma(v, rest, CLOSE_CDF_1 - p);
    const float lo = close_fma(v, p_lo, close_fma(v_lo, p, CLOSE_CDF_0_2));
    return (void)unused, close_quotient(close_step(v, p, (duo){CLOSE_CDF_0_1, lo}), bottom);
}
CLOSE_FN close_parts close_gelu_parts(float x, duo e, duo mills)
{
    return close_parts_beyond(close_rectifier_parts(x, close_product(e, mills)), x, CLOSE_GAUSS_END);
}
CLOSE_FN close_result close_gelu(float x, duo e, duo mills) { return close_rectifier(x, close_gelu_parts(x, e, mills)); }
CLOSE_FN duo close_gelu_sum(float x, duo unused)
{
    const float a = close_size_to(x, CLOSE_GAUSS_END);
    const duo linear = close_times(-a, (duo){CLOSE_1_SQRT_2PI_1, CLOSE_1_SQRT_2PI_2});
    return CLOSE_NEAR_ROOT(GELU, gelu, a, close_add(close_mills(x, unused), linear));
}
CLOSE_FN close_parts close_gelu_slope_parts(float x, duo e, duo sum)
{
    return close_parts_beyond(close_mirrored(x, close_product(e, sum)), x, CLOSE_GAUSS_END);
}
CLOSE_FN close_result close_gelu_slope(float x, duo e, duo sum) { return close_whole(close_gelu_slope_parts(x, e, sum)); }

/* gelu_tanh is x times the sigmoid of x (c + b x^2). */
CLOSE_FN duo close_cubic(float a, duo b)
{
    return close_times(-a, close_sum((duo){CLOSE_CUBIC_1_1, CLOSE_CUBIC_1_2}, close_product(b, close_square(a))));
}
CLOSE_FN duo close_decay_cubic(float x)
{
    return close_exp_of(close_cubic(close_size_to(x, CLOSE_CUBIC_END), (duo){CLOSE_CUBIC_3_1, CLOSE_CUBIC_3_2}));
}
CLOSE_FN close_parts close_gelu_tanh_parts(float x, duo t)
{
    return close_parts_beyond(close_rectifier_parts(x, close_quotient(t, close_one_plus(1, t))), x, CLOSE_CUBIC_END);
}
CLOSE_FN close_result close_gelu_tanh(float x, duo t) { return close_rectifier(x, close_gelu_tanh_parts(x, t)); }
CLOSE_FN duo close_gelu_tanh_sum(float x, duo t)
{
    const float a = close_size_to(x, CLOSE_CUBIC_END);
    const duo fall = close_cubic(a, (duo){CLOSE_CUBIC_SLOPE_3_1, CLOSE_CUBIC_SLOPE_3_2});
    return CLOSE_NEAR_ROOT(GELU_TANH, gelu_tanh, a, close_add(close_one_plus(1, t), fall));
}
CLOSE_FN close_parts close_gelu_tanh_slope_parts(float x, duo t, duo sum)
{
    return close_parts_beyond(close_mirrored(x, close_mirrored_product(t, sum)), x, CLOSE_CUBIC_END);
}
CLOSE_FN close_result close_gelu_tanh_slope(float x, duo t, duo sum) { return close_whole(close_gelu_tanh_slope_parts(x, t, sum)); }

/* x for x > 0, alpha (e^x - 1) else, alpha > 0; m = e^-|x| - 1 */
CLOSE_FN float close_elu_below(float x, duo m, duo alpha)
{
    return close_signed_as(close_round(close_product(alpha, m)), x);
}
CLOSE_FN close_result close_elu(float x, duo m, duo alpha)
{
    return close_bounded(close_where_negative(x, close_elu_below(x, m, alpha), x), x);
}
CLOSE_FN close_result close_elu_slope(float x, duo t, duo alpha)
{
    return close_beyond(x > 0 ? 1 : close_round(close_product(alpha, t)), x, CLOSE_END);
}
/* The same with a scale above. */
CLOSE_FN close_result close_selu(float x, duo m, duo scale, duo alpha)
{
    const float above = close_round(close_times(x, scale));
    return (close_result){close_where_negative(x, close_elu_below(x, m, alpha), above), close_above(x, 0x1p126f)};
}
CLOSE_FN close_result close_selu_slope(float x, duo t, duo scale, duo alpha)
{
    return close_beyond(x > 0 ? scale.hi : close_round(close_product(alpha, t)), x, CLOSE_END);
}

/* x moved towards 0 by lambda, or 0 with its sign. Whether |x| is larger shows in the difference, which is not 0 by
 * rounding. One of two floats is rounded as it should be. */
CLOSE_FN close_result close_softshrink(float x, duo lambda)
{
    if (lambda.lo == 0)
        return (close_result){close_signed_as(close_positive(close_size(x) - lambda.hi), x), 0};
    const float a = close_size(x), less = a - lambda.hi, lost = (a - less) - lambda.hi;
    return (close_result){close_signed_as(close_positive(less + (lost - lambda.lo)), x), close_not_finite(x)};
}

/* 1/6, its second part cut, not rounded, so that (x + 3)/6 has a low part at 0 that is not below 0: -0 stays -0. */
static const duo close_sixth = {0x1.555556p-3f, -0x1.555554p-28f};
/* 3 + x for |x| <= 6: there the low part is exact as if 3 were the larger. */
CLOSE_FN duo close_three_plus(float x) { return close_fast_sum(3, x); }
/* These comparisons let NaN through. */
CLOSE_FN float close_up_to_three(float x) { return 3 < x ? 3 : x; }
CLOSE_FN float close_from_minus_three(float x, float y) { return x <= -3 ? 0 : y; }
CLOSE_FN close_result close_hardsigmoid(float x)
{
    const float y = close_product_rounded(close_three_plus(close_up_to_three(x)), close_sixth);
    return (close_result){close_from_minus_three(x, y), 0};
}
CLOSE_FN close_result close_hardswish(float x)
{
    const duo ratio = close_product(close_three_plus(close_up_to_three(x)), close_sixth);
    return (close_result){close_from_minus_three(x, close_times_rounded(x, ratio)), 0};
}
/* (2 x + 3)/6 between */
CLOSE_FN close_result close_hardswish_slope(float x)
{
    const float y = close_product_rounded(close_three_plus(2 * close_up_to_three(x)), close_sixth);
    return (close_result){close_from_minus_three(x, x > 3 ? 1 : y), 0};
}
#endif
