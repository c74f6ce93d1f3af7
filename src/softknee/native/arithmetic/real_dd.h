/* `real` = double-double, an unevaluated sum hi + lo with |lo| <= ulp(hi)/2: for float64
 * results. Operations are good to about 2^-100, so that a composite expression can lose 35
 * bits to cancellation and still round to the right float64.
 *
 * Where the format gives out the caller evaluates again in long double: a result below
 * 2^-960 may have lost its lo part; and NaN is returned for sin and cos past 2^20, often
 * within a few bits of overflow, and where an operand below 2^-960, whose own lo part may be
 * lost, would make a result that no longer shows it. */
#ifndef SOFTKNEE_REAL_DD_H
#define SOFTKNEE_REAL_DD_H
#include "real_common.h"

typedef rdd real;

REAL_FN real real_const(double hi, double lo) { return (rdd){hi, lo}; }
REAL_FN real real_from(double x) { return (rdd){x, 0.0}; }
REAL_FN double real_to(real a) { return a.hi; }
REAL_FN real real_neg(real a) { return (rdd){-a.hi, -a.lo}; }

#define RDD_TINY 0x1p-960

/* What error_bounded.h asks for. */
typedef double bound;
#define REAL_ROUNDING 0x1p-102
#define REAL_CLOSE 0x1p-102
#define REAL_LEAST RDD_TINY
#define REAL_LOST 0x1p-1074
#include "real_limits.h"
REAL_FN bound real_high(real a) { return a.hi; }
REAL_FN bound real_size(real a) { return rd_abs(a.hi); }
REAL_FN bound real_inverse(bound size) { return rd_inverse_bound(size); }
REAL_FN bound real_gap(real a, real b) { return rd_abs((a.hi - b.hi) + (a.lo - b.lo)); }
REAL_FN bound real_const_error(double hi, double lo, double rest)
{
    (void)hi;
    (void)lo;
    return rd_abs(rest);
}

/* Conditions are single comparisons and nested selections throughout: gcc gives up on loops
 * that combine masks. Equal hi parts leave it to the lo parts. */
REAL_FN double rdd_key(rdd a, rdd b) { return a.hi == b.hi ? a.lo : a.hi; }
REAL_FN bool real_gt(real a, real b) { return rdd_key(a, b) > rdd_key(b, a); }
REAL_FN bool real_ge(real a, real b) { return rdd_key(a, b) >= rdd_key(b, a); }
REAL_FN bool real_lt(real a, real b) { return rdd_key(a, b) < rdd_key(b, a); }
REAL_FN bool real_le(real a, real b) { return rdd_key(a, b) <= rdd_key(b, a); }
REAL_FN bool real_eq(real a, real b) { return rdd_key(a, b) == rdd_key(b, a); }
REAL_FN real real_where(bool c, real a, real b) { return (rdd){c ? a.hi : b.hi, c ? a.lo : b.lo}; }

/* Where the plain double result is infinite, NaN or 0 it is the answer: error terms are then
 * NaN, or have lost the sign of the zero. */
REAL_FN rdd rdd_or_special(double plain, rdd y)
{
    double hi = rd_abs(plain) <= DBL_MAX ? y.hi : plain;
    return (rdd){hi == 0.0 ? plain : hi, rd_abs(plain) <= DBL_MAX ? y.lo : 0.0};
}

/* Both parts of both arguments are summed exactly up to the last step, so that cancelling hi
 * parts leave a result as precise as the lo parts. */
REAL_FN rdd rdd_add(rdd a, rdd b)
{
    rdd s = rdd_two_sum(a.hi, b.hi), t = rdd_two_sum(a.lo, b.lo);
    s = rdd_fast_sum(s.hi, s.lo + t.hi);
    return rdd_fast_sum(s.hi, s.lo + t.lo);
}

REAL_FN rdd rdd_mul(rdd a, rdd b)
{
    rdd p = rdd_two_prod(a.hi, b.hi);
    return rdd_fast_sum(p.hi, p.lo + rd_fma(a.hi, b.lo, a.lo * b.hi));
}

/* q = a.hi/b.hi, then the remainder a - q b once more. */
REAL_FN rdd rdd_div(rdd a, rdd b)
{
    double q = a.hi / b.hi;
    rdd p = rdd_two_prod(q, b.hi);
    double rest = ((a.hi - p.hi) - p.lo) + (a.lo - q * b.lo);
    return rdd_fast_sum(q, rest / b.hi);
}

REAL_FN rdd rdd_scale(rdd a, uint64_t k) { return (rdd){rd_scale(a.hi, k), rd_scale(a.lo, k)}; }
REAL_FN rdd rdd_times(rdd a, double power) { return (rdd){a.hi * power, a.lo * power}; }

/* Signs by bits: SSE2 cannot compare 64-bit integers. */
REAL_FN rdd rdd_flip(rdd a, uint64_t sign)
{
    return (rdd){rd_from_bits(rd_bits(a.hi) ^ sign), rd_from_bits(rd_bits(a.lo) ^ sign)};
}
REAL_FN rdd rdd_abs(rdd a) { return rdd_flip(a, rd_bits(a.hi) & RD_SIGN); }
/* y >= 0 given the sign of x. */
REAL_FN rdd rdd_with_sign(rdd y, rdd x) { return rdd_flip(y, rd_bits(x.hi) & RD_SIGN); }

REAL_FN rdd rdd_one_plus(rdd a) { return rdd_add((rdd){1.0, 0.0}, a); }

REAL_FN real real_add(real a, real b) { return rdd_or_special(a.hi + b.hi, rdd_add(a, b)); }
REAL_FN real real_sub(real a, real b) { return real_add(a, real_neg(b)); }
/* The same for products and quotients, which can raise a tiny operand to a plain result. */
REAL_FN rdd rdd_or_special_product(double plain, rdd y, rdd a, rdd b)
{
    double p = rd_abs(plain), least = rd_abs(a.hi) < rd_abs(b.hi) ? rd_abs(a.hi) : rd_abs(b.hi);
    double hi = p <= DBL_MAX ? (least < RDD_TINY ? (double)NAN : y.hi) : plain;
    double lo = p <= DBL_MAX ? y.lo : 0.0;
    return (rdd){p < RDD_TINY ? plain : hi, p < RDD_TINY ? 0.0 : lo};
}

REAL_FN real real_mul(real a, real b) { return rdd_or_special_product(a.hi * b.hi, rdd_mul(a, b), a, b); }
REAL_FN real real_div(real a, real b) { return rdd_or_special_product(a.hi / b.hi, rdd_div(a, b), a, b); }

/* The same for functions of one argument. */
REAL_FN rdd rdd_or_special_tiny(rdd x, rdd y)
{
    double hi = rd_abs(x.hi) < RDD_TINY ? (double)NAN : y.hi;
    return (rdd){x.hi == 0.0 ? y.hi : hi, y.lo};
}

/* s + (x - s^2)/(2 s), a large x scaled so that s^2 is finite. */
/* A whole hi has its fraction, if any, in lo. */
REAL_FN real real_floor(real x)
{
    double hi = floor(x.hi), lo = hi == x.hi ? floor(x.lo) : 0.0, sum = hi + lo;
    return (rdd){sum, rd_abs(hi) < INFINITY ? lo - (sum - hi) : 0.0};
}

REAL_FN real real_sqrt(real x)
{
    bool big = x.hi > 0x1p500;
    rdd a = rdd_times(x, big ? 0x1p-600 : 1.0);
    double s = rd_sqrt(a.hi);
    rdd p = rdd_two_prod(s, s);
    rdd y = rdd_fast_sum(s, (((a.hi - p.hi) - p.lo) + a.lo) / (2.0 * s));
    y = rdd_or_special(s, s == 0.0 ? (rdd){s, 0.0} : y);
    return rdd_or_special_tiny(x, rdd_times(y, big ? 0x1p300 : 1.0));
}

/* e^(hi + lo + rest) = (1 + m) 2^k, where lo need not be below ulp(hi). */
typedef struct {
    rdd m;
    uint64_t k;
} rdd_exp_parts;

REAL_FN rdd_exp_parts rdd_exp_reduce(double hi, double lo, double rest)
{
    double t = hi * RD_LOG2E_HI + RD_MAGIC, k = t - RD_MAGIC;
    rdd a = rdd_two_sum(hi - k * RD_LN2_1, -(k * RD_LN2_2)), b = rdd_two_sum(a.lo, lo);
    rdd r = rdd_two_sum(a.hi, b.hi);
    r.lo += b.lo + (rest - k * RD_LN2_REST_HI);
    return (rdd_exp_parts){rdd_mul(rdd_expm1_ratio(r), r), rd_bits(t) - rd_bits(RD_MAGIC)};
}

/* The plain double keeps its NaN, and clamped its lo part is nothing. */
REAL_FN rdd rdd_clamp(rdd x, double low, double high)
{
    double h = x.hi > high ? high : x.hi;
    h = h < low ? low : h;
    return (rdd){h, h == x.hi ? x.lo : 0.0};
}

REAL_FN rdd rdd_finite_lo(rdd y) { return (rdd){y.hi, rd_abs(y.hi) <= DBL_MAX ? y.lo : 0.0}; }

REAL_FN real real_exp(real x)
{
    rdd c = rdd_clamp(x, -746.0, 710.0);
    rdd_exp_parts e = rdd_exp_reduce(c.hi, c.lo, 0.0);
    rdd s = rdd_fast_sum(1.0, e.m.hi);
    return rdd_finite_lo(rdd_scale(rdd_fast_sum(s.hi, s.lo + e.m.lo), e.k));
}

/* 2 ((h - 1/2) + h m) with h = 2^(k-1), which never overflows. */
REAL_FN real real_expm1(real x)
{
    rdd c = rdd_clamp(x, -200.0, 710.0);
    rdd_exp_parts e = rdd_exp_reduce(c.hi, c.lo, 0.0);
    double h = rd_from_bits((e.k + 1022) << 52);
    rdd y = rdd_add(rdd_two_sum(h, -0.5), rdd_times(e.m, h));
    return real_where(rd_abs(x.hi) < 0x1p-200, x, rdd_finite_lo(rdd_times(y, 2.0)));
}

/* k ln 2 + log(1 + u) for 1 + u in [sqrt(1/2), sqrt(2)]: from y close to log(1 + u), one
 * Newton step y + (u - m)/(1 + m), m = e^y - 1, as precise as u is, however small. */
REAL_FN rdd rdd_log_join(double k, rdd u)
{
    double y = rd_log_join(0.0, u.hi, 0.0);
    rdd m = rdd_mul(rdd_expm1_ratio((rdd){y, 0.0}), (rdd){y, 0.0});
    double w = ((u.hi - m.hi) + (u.lo - m.lo)) / (1.0 + m.hi);
    rdd whole = rdd_two_sum(k * RD_LN2_1, k * RD_LN2_2);
    whole.lo += k * RD_LN2_REST_HI;
    return rdd_add(whole, rdd_fast_sum(y, w - 0.5 * w * w));
}

REAL_FN rdd rdd_log_special(double x, rdd y)
{
    double lo = x <= DBL_MAX ? y.lo : 0.0;
    return (rdd){rd_log_special(x, y.hi), x > 0.0 ? lo : 0.0};
}

REAL_FN real real_log(real x)
{
    rd_log_parts p = rd_log_split(x.hi);
    rdd u = rdd_two_sum(p.m - 1.0, rd_scale(x.lo, -p.whole));
    return rdd_or_special_tiny(x, rdd_log_special(x.hi, rdd_log_join(p.k, u)));
}

/* Where 1 + x needs no scaling, x itself is the u of rdd_log_join. */
REAL_FN real real_log1p(real x)
{
    rdd a = rdd_one_plus(x);
    a.hi = x.hi == INFINITY ? x.hi : a.hi;
    rd_log_parts p = rd_log_split(a.hi);
    rdd u = rdd_two_sum(p.m - 1.0, rd_scale(a.lo, -p.whole));
    rdd y = rdd_log_special(a.hi, rdd_log_join(p.k, real_where(p.k == 0.0, x, u)));
    return real_where(rd_abs(x.hi) < 0x1p-200, x, y);
}

/* x = k pi/2 + r. Three pieces of pi/2 have 32 bits, so that k times one is exact. */
typedef struct {
    rdd r, sin, cos;
    uint64_t k;
} rdd_turn;

REAL_FN rdd_turn rdd_sin_cos(rdd r)
{
    rdd square = rdd_mul(r, r), c = rdd_cos(square);
    return (rdd_turn){r, rdd_mul(rdd_sin_ratio(square), r), rdd_fast_sum(c.hi, c.lo), 0};
}

REAL_FN rdd_turn rdd_turn_of(rdd x)
{
    double t = x.hi * RD_TWO_OVER_PI_HI + RD_MAGIC, k = t - RD_MAGIC;
    rdd r = rdd_two_sum(x.hi - k * RD_HALF_PI_1, -(k * RD_HALF_PI_2));
    r = rdd_add(r, (rdd){-(k * RD_HALF_PI_3), 0.0});
    rdd rest = rdd_two_prod(-k, RD_HALF_PI_REST_HI);
    rest.lo -= k * RD_HALF_PI_REST_LO;
    rdd_turn turn = rdd_sin_cos(rdd_add(r, rdd_add(rest, (rdd){x.lo, 0.0})));
    turn.k = rd_bits(t) - rd_bits(RD_MAGIC);
    return turn;
}

REAL_FN double rd_odd_else(uint64_t k, double odd, double even)
{
    uint64_t mask = -(k & 1);
    return rd_from_bits((rd_bits(odd) & mask) | (rd_bits(even) & ~mask));
}

REAL_FN rdd rdd_quarter(rdd_turn t, uint64_t k)
{
    rdd y = {rd_odd_else(k, t.cos.hi, t.sin.hi), rd_odd_else(k, t.cos.lo, t.sin.lo)};
    return rdd_flip(y, (k & 2) << 62);
}

REAL_FN real real_sin(real x)
{
    rdd_turn t = rdd_turn_of(x);
    rdd y = rdd_quarter(t, t.k);
    y = real_where(rd_abs(x.hi) < 0x1p-200, x, y);
    return real_where(rd_abs(x.hi) <= 0x1p20, y, (rdd){NAN, NAN});
}

REAL_FN real real_cos(real x)
{
    rdd_turn t = rdd_turn_of(x);
    return real_where(rd_abs(x.hi) <= 0x1p20, rdd_quarter(t, t.k + 1), (rdd){NAN, NAN});
}

/* -m/(m + 2) with m = e^(-2a) - 1. */
REAL_FN real real_tanh(real x)
{
    rdd m = real_expm1(rdd_times(rdd_abs(x), -2.0));
    rdd y = rdd_div(real_neg(m), rdd_add((rdd){2.0, 0.0}, m));
    y = rdd_with_sign(y, x);
    return real_where(rd_abs(x.hi) < 0x1p-200, x, y);
}

/* For z <= 1: from y close to atan(z), tan(atan(z) - y) = (z c - s)/(c + z s) with s, c of y.
 * For larger a, pi/2 - atan(1/a). */
REAL_FN real real_atan(real x)
{
    rdd a = rdd_abs(x), one = {1.0, 0.0};
    bool big = a.hi > 1.0;
    rdd z = real_where(big, rdd_div(one, rdd_clamp(a, 0.0, 0x1p900)), a);
    double y = rd_atan_positive(z.hi);
    rdd_turn t = rdd_sin_cos((rdd){y, 0.0});
    rdd top = rdd_add(rdd_mul(z, t.cos), real_neg(t.sin));
    rdd angle = rdd_fast_sum(y, top.hi / rd_fma(z.hi, t.sin.hi, t.cos.hi));
    rdd far = rdd_add((rdd){RD_PI_2_HI, RD_PI_2_LO}, real_neg(angle));
    rdd result = rdd_with_sign(real_where(big, far, angle), x);
    return real_where(rd_abs(x.hi) < 0x1p-200, x, result);
}

/* asinh(a) = log1p(a + a^2/(1 + sqrt(1 + a^2))); past 2^120, log(a) + ln 2. */
REAL_FN real real_asinh(real x)
{
    rdd a = rdd_abs(x), square = rdd_mul(a, a);
    bool big = a.hi > 0x1p120;
    rdd u = rdd_add(a, rdd_div(square, rdd_one_plus(real_sqrt(rdd_one_plus(square)))));
    rdd y = real_log1p(real_where(big, a, u));
    y = real_where(big, real_add(y, (rdd){RD_LN2_HI, RD_LN2_LO}), y);
    return real_where(rd_abs(x.hi) < 0x1p-200, x, rdd_with_sign(y, x));
}

REAL_FN real real_sigmoid(real x)
{
    rdd t = real_exp(real_neg(rdd_abs(x)));
    rdd top = real_where(x.hi >= 0.0, (rdd){1.0, 0.0}, t);
    return real_div(top, rdd_one_plus(t));
}

REAL_FN real real_softplus(real x)
{
    rdd y = real_log1p(real_exp(real_neg(rdd_abs(x))));
    return real_add(real_where(x.hi > 0.0, x, (rdd){0.0, 0.0}), y);
}

/* c e^-(s a^2), s = 1 or 1/2: a^2 to three doubles, for the exponential turns its absolute
 * error into a relative one; c comes in before the scaling. */
REAL_FN rdd rdd_gauss(rdd a, double s, rdd c)
{
    rdd square = rdd_two_prod(a.hi, a.hi), cross = rdd_two_prod(2.0 * a.hi, a.lo);
    rdd low = rdd_two_sum(square.lo, cross.hi);
    double rest = low.lo + rd_fma(a.lo, a.lo, cross.lo);
    rdd_exp_parts e = rdd_exp_reduce(-s * square.hi, -s * low.hi, -s * rest);
    return rdd_scale(rdd_mul(c, rdd_one_plus(e.m)), e.k);
}

REAL_FN rdd rdd_tail_clamp(rdd x, double end) { return rdd_clamp(rdd_abs(x), 0.0, end); }

REAL_FN real real_gauss(real x) { return rdd_gauss(rdd_tail_clamp(x, 28.0), 1.0, (rdd){1.0, 0.0}); }
REAL_FN real real_normal_pdf(real x)
{
    return rdd_gauss(rdd_tail_clamp(x, 39.0), 0.5, (rdd){RD_1_SQRT_2PI_HI, RD_1_SQRT_2PI_LO});
}

/* erfc(b) = e^(-b^2) F((b - K)/(b + K))/(1 + 2b), where a^2 s = b^2. */
REAL_FN rdd rdd_erfc_positive(rdd a, rdd b, double s, double factor)
{
    rdd k = {RD_ERFC_K, 0.0}, f = rdd_erfc_scaled(rdd_div(rdd_add(b, real_neg(k)), rdd_add(b, k)));
    return rdd_gauss(a, s, rdd_div(rdd_times(f, factor), rdd_one_plus(rdd_times(b, 2.0))));
}

REAL_FN real real_erfc(real x)
{
    rdd a = rdd_tail_clamp(x, 28.0), tail = rdd_erfc_positive(a, a, 1.0, 1.0);
    return real_where(x.hi < 0.0, rdd_add((rdd){2.0, 0.0}, real_neg(tail)), tail);
}

REAL_FN real real_erf(real x)
{
    rdd a = rdd_tail_clamp(x, 28.0), small = rdd_mul(rdd_erf_ratio(rdd_mul(a, a)), a);
    rdd y = rdd_one_plus(real_neg(rdd_erfc_positive(a, a, 1.0, 1.0)));
    y = rdd_with_sign(real_where(a.hi < 0.5, small, y), x);
    return real_where(x.hi == 0.0, x, y);
}

REAL_FN real real_normal_cdf(real x)
{
    rdd a = rdd_tail_clamp(x, 39.0), b = rdd_mul(a, (rdd){RD_SQRT_HALF_HI, RD_SQRT_HALF_LO});
    rdd tail = rdd_erfc_positive(a, b, 0.5, 0.5);
    return real_where(x.hi > 0.0, rdd_one_plus(real_neg(tail)), tail);
}
#endif
