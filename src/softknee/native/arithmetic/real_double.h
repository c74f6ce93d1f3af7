/* `real` = double, within about 2 ulp: for results rounded to float32 and shorter. */
#ifndef SOFTKNEE_REAL_DOUBLE_H
#define SOFTKNEE_REAL_DOUBLE_H
#include "real_common.h"

typedef double real;

REAL_FN real real_const(double hi, double lo)
{
    (void)lo;
    return hi;
}
REAL_FN real real_from(double x) { return x; }
REAL_FN double real_to(real a) { return a; }

/* What error_bounded.h asks for. */
typedef double bound;
#define REAL_ROUNDING 0x1p-53
#define REAL_CLOSE 0x1p-51
#define REAL_LEAST DBL_MIN
#define REAL_LOST 0x1p-1074
#include "real_limits.h"
REAL_FN bound real_high(real a) { return a; }
REAL_FN bound real_size(real a) { return rd_abs(a); }
REAL_FN bound real_inverse(bound size) { return rd_inverse_bound(size); }
REAL_FN bound real_gap(real a, real b) { return rd_abs(a - b); }
REAL_FN bound real_const_error(double hi, double lo, double rest)
{
    (void)hi;
    return rd_abs(lo) + rd_abs(rest);
}

REAL_FN real real_add(real a, real b) { return a + b; }
REAL_FN real real_sub(real a, real b) { return a - b; }
REAL_FN real real_mul(real a, real b) { return a * b; }
REAL_FN real real_div(real a, real b) { return a / b; }
REAL_FN real real_neg(real a) { return -a; }

REAL_FN bool real_gt(real a, real b) { return a > b; }
REAL_FN bool real_ge(real a, real b) { return a >= b; }
REAL_FN bool real_lt(real a, real b) { return a < b; }
REAL_FN bool real_le(real a, real b) { return a <= b; }
REAL_FN bool real_eq(real a, real b) { return a == b; }
REAL_FN real real_where(bool c, real a, real b) { return c ? a : b; }

REAL_FN real real_floor(real x) { return floor(x); }
REAL_FN real real_sqrt(real x) { return rd_sqrt(x); }
REAL_FN real real_exp(real x) { return rd_exp(x); }
REAL_FN real real_expm1(real x) { return rd_expm1(x); }
REAL_FN real real_log(real x) { return rd_log(x); }
REAL_FN real real_log1p(real x) { return rd_log1p(x); }
/* Full-range reduction is not worth a vector version. */
REAL_FN real real_sin(real x) { return sin(x); }
REAL_FN real real_cos(real x) { return cos(x); }
REAL_FN real real_atan(real x) { return rd_with_sign(rd_atan_positive(rd_abs(x)), x); }

/* tanh(a) = m/(m + 2) = 1 - 2/(m + 2) with m = e^(2a) - 1; the second form from 1/2 on,
 * where it halves the error of the quotient. */
REAL_FN real real_tanh(real x)
{
    double a = rd_abs(x), m = rd_expm1(2.0 * a);
    bool big = a > 0.5493;
    double q = (big ? -2.0 : m) / (m + 2.0);
    return rd_with_sign(big ? 1.0 + q : q, x);
}

/* asinh(a) = log1p(a + a^2/(1 + sqrt(1 + a^2))); past 2^60, log(a) + ln 2. */
REAL_FN real real_asinh(real x)
{
    double a = rd_abs(x), square = a * a;
    bool big = a > 0x1p60;
    double y = rd_log1p(big ? a : a + square / (1.0 + rd_sqrt(1.0 + square)));
    return rd_with_sign(y + (big ? RD_LN2_HI : 0.0), x);
}

REAL_FN real real_sigmoid(real x)
{
    double t = rd_exp(-rd_abs(x));
    return (x >= 0.0 ? 1.0 : t) / (1.0 + t);
}

REAL_FN real real_softplus(real x) { return (x > 0.0 ? x : 0.0) + rd_log1p(rd_exp(-rd_abs(x))); }

/* c e^-(s a^2), s = 1 or 1/2: a^2 is kept exactly, for its last bits are all of the tail's
 * precision; c comes in before the scaling, which alone rounds a subnormal result. */
REAL_FN double rd_gauss(double a, double s, rdd c)
{
    rdd square = rdd_two_prod(a, a);
    rd_exp_parts e = rd_exp_reduce(-s * square.hi);
    double y = e.r + e.q;
    y = rd_fma(-s * square.lo, 1.0 + y, y);
    return rd_scale(c.hi + rd_fma(c.hi, y, rd_fma(c.lo, y, c.lo)), e.k);
}

/* Beyond, the results are 0. */
REAL_FN double rd_tail_clamp(double x, double end)
{
    double a = rd_abs(x);
    return a > end ? end : a;
}

REAL_FN real real_gauss(real x) { return rd_gauss(rd_tail_clamp(x, 28.0), 1.0, (rdd){1.0, 0.0}); }
REAL_FN real real_normal_pdf(real x)
{
    return rd_gauss(rd_tail_clamp(x, 39.0), 0.5, (rdd){RD_1_SQRT_2PI_HI, RD_1_SQRT_2PI_LO});
}

/* f/(1 + w) to two doubles, for 1 <= f < 1.3: there the quotient itself is close enough to
 * 1/(1 + w) to divide the remainder by. */
REAL_FN rdd rd_erfc_factor(rdd f, rdd w)
{
    rdd d = rdd_two_sum(1.0, w.hi);
    double q = f.hi / d.hi;
    rdd p = rdd_two_prod(q, d.hi);
    return (rdd){q, q * (((f.hi - p.hi) - p.lo) + (f.lo - q * (d.lo + w.lo)))};
}

/* erfc(a) = e^(-a^2) F(t)/(1 + 2a), t = (a - K)/(a + K), where F is nearly flat, so that
 * the rounding of t hardly matters. */
REAL_FN double rd_erfc_positive(double a)
{
    rdd f = rd_erfc_scaled((a - RD_ERFC_K) / (a + RD_ERFC_K));
    return rd_gauss(a, 1.0, rd_erfc_factor(f, (rdd){2.0 * a, 0.0}));
}

/* erf(a) for a <= 1/2. */
REAL_FN double rd_erf_small(double a) { return rd_fma(a, rd_erf_rest(a * a), a); }

/* Up to erf(a) = 1/2, 1 - erf(a) is the more precise: F is a sum of larger terms there. */
REAL_FN real real_erfc(real x)
{
    double a = rd_tail_clamp(x, 28.0), tail = rd_erfc_positive(a);
    double small = 1.0 - rd_with_sign(rd_erf_small(a), x);
    return a < 0.4769 ? small : (x < 0.0 ? 2.0 - tail : tail);
}

REAL_FN real real_erf(real x)
{
    double a = rd_tail_clamp(x, 28.0), y = 1.0 - rd_erfc_positive(a);
    return rd_with_sign(a < 0.5 ? rd_erf_small(a) : y, x);
}

/* The same with a/sqrt(2) for a, without rounding that quotient for F. */
REAL_FN real real_normal_cdf(real x)
{
    double a = rd_tail_clamp(x, 39.0), k = RD_ERFC_K * RD_SQRT2_HI;
    rdd w = rdd_two_prod(RD_SQRT2_HI, a);
    w.lo += RD_SQRT2_LO * a;
    rdd c = rd_erfc_factor(rd_erfc_scaled((a - k) / (a + k)), w);
    double tail = rd_gauss(a, 0.5, (rdd){0.5 * c.hi, 0.5 * c.lo});
    double small = 0.5 + rd_with_sign(0.5 * rd_erf_small(a * RD_SQRT_HALF_HI), x);
    return a < 0.6744 ? small : (x > 0.0 ? 1.0 - tail : tail);
}
#endif
