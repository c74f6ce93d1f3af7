/* What real_double.h and real_dd.h share: the double kernels that double-double starts its
 * Newton steps from. */
#ifndef SOFTKNEE_REAL_COMMON_H
#define SOFTKNEE_REAL_COMMON_H
#include "real_base.h"
#include "real_polynomials.h"

/* e^x = (1 + r + q) 2^k, |r| <= ln(2)/2. */
typedef struct {
    double r, q;
    uint64_t k;
} rd_exp_parts;

REAL_FN rd_exp_parts rd_exp_reduce(double x)
{
    double t = x * RD_LOG2E_HI + RD_MAGIC, k = t - RD_MAGIC;
    double exact = x - k * RD_LN2_1, r = exact - k * RD_LN2_2;
    double lost = (exact - r) - k * RD_LN2_2;
    return (rd_exp_parts){r, rd_fma(r * r, rd_exp_rest(r), lost), rd_bits(t) - rd_bits(RD_MAGIC)};
}

/* Past these e^x is 0 or infinite; NaN passes, its comparisons being false. */
REAL_FN double rd_exp_clamp(double x)
{
    x = x > 710.0 ? 710.0 : x;
    return x < -746.0 ? -746.0 : x;
}

REAL_FN double rd_exp(double x)
{
    rd_exp_parts e = rd_exp_reduce(rd_exp_clamp(x));
    return rd_scale(1.0 + (e.r + e.q), e.k);
}

/* 2^k (1 + r + q) - 1 = 2 ((h - 1/2) + h r + h q) with h = 2^(k-1), which never overflows;
 * the first sum is kept exactly, for k = -1 and 1 cancel a bit. */
REAL_FN double rd_expm1(double x)
{
    double low = x < -50.0 ? -50.0 : x, c = low > 710.0 ? 710.0 : low;
    rd_exp_parts e = rd_exp_reduce(c);
    double h = rd_from_bits((e.k + 1022) << 52);
    rdd s = rdd_two_sum(h - 0.5, h * e.r);
    double y = 2.0 * (s.hi + rd_fma(h, e.q, s.lo));
    return rd_abs(x) < 0x1p-54 ? x : y;
}

/* a = m 2^k with m in [sqrt(1/2), sqrt(2)), for positive normal a. */
typedef struct {
    double m, k;
    uint64_t whole; /* k as an integer */
} rd_log_parts;

REAL_FN rd_log_parts rd_log_split(double a)
{
    uint64_t b = rd_bits(a), e = (b + (RD_ONE - 0x3fe6a09e667f3bcdu)) >> 52;
    double k = rd_from_bits(e | 0x4330000000000000u) - (0x1p52 + 1023.0);
    return (rd_log_parts){rd_from_bits(b - ((e - 1023) << 52)), k, e - 1023};
}

/* k ln 2 + log(1 + f + d), for |d| far below |f|. With s = f/(2 + f):
 * log(1 + f) = s (2 + R(s^2)) = f - (f^2/2 - s (f^2/2 + R)), the large term f exact. */
REAL_FN double rd_log_join(double k, double f, double d)
{
    double s = f / (2.0 + f), z = s * s, half = 0.5 * f * f;
    double rest = half - rd_fma(s, half + z * rd_log_rest(z), rd_fma(k, RD_LN2_2, d));
    return k * RD_LN2_1 - (rest - f);
}

REAL_FN double rd_log_special(double x, double y)
{
    y = x == INFINITY ? x : y;
    y = x == 0.0 ? -INFINITY : y;
    return x >= 0.0 ? y : (x < 0.0 ? (double)NAN : x);
}

REAL_FN double rd_log(double x)
{
    bool tiny = x < DBL_MIN;
    rd_log_parts p = rd_log_split(tiny ? x * 0x1p54 : x);
    return rd_log_special(x, rd_log_join(tiny ? p.k - 54.0 : p.k, p.m - 1.0, 0.0));
}

/* 1 + x = u + c exactly; where k = 0, u - 1 + c is x again, to the last bit. */
REAL_FN double rd_log1p(double x)
{
    rdd u = rdd_two_sum(1.0, x);
    rd_log_parts p = rd_log_split(u.hi);
    double c = rd_scale(u.lo, -p.whole), f = (p.m - 1.0) + c;
    double y = rd_log_special(u.hi, rd_log_join(p.k, f, c - (f - (p.m - 1.0))));
    return rd_abs(x) < 0x1p-54 ? x : y;
}

/* atan(a) = atan(c) + atan((a - c)/(1 + a c)), c = 0, 1 or infinity, for a >= 0. */
REAL_FN double rd_atan_positive(double a)
{
    bool far = a > 0x1.3504f333f9de6p+1, middle = a > 0x1.a827999fcef32p-2;
    double top = far ? -1.0 : (middle ? a - 1.0 : a), bottom = far ? a : (middle ? a + 1.0 : 1.0);
    double z = top / bottom, w = z * z;
    double hi = far ? RD_PI_2_HI : (middle ? RD_PI_4_HI : 0.0), lo = far ? RD_PI_2_LO : (middle ? RD_PI_4_LO : 0.0);
    return hi + (z + rd_fma(z * w, rd_atan_rest(w), lo));
}
#endif
