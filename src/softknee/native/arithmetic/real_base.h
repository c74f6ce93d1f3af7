/* What the arithmetics are built from: bit tricks, exact sums and products.
 *
 * Nothing here branches, so loops vectorise. Build with -ffp-contract=off: error terms such
 * as (a - s) + b are only right as written. */
#ifndef SOFTKNEE_REAL_BASE_H
#define SOFTKNEE_REAL_BASE_H
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if defined(__GNUC__)
#define REAL_FN static inline __attribute__((always_inline, unused))
#elif defined(_MSC_VER)
#define REAL_FN static __forceinline
#else
#define REAL_FN static inline
#endif

#if defined(__FMA__) || defined(__AVX512F__) || defined(__ARM_FEATURE_FMA)
#define REAL_HAS_FMA 1
#else
#define REAL_HAS_FMA 0
#endif

typedef struct {
    double hi, lo;
} rdd;

REAL_FN uint64_t rd_bits(double x)
{
    uint64_t b;
    memcpy(&b, &x, sizeof b);
    return b;
}

REAL_FN double rd_from_bits(uint64_t b)
{
    double x;
    memcpy(&x, &b, sizeof x);
    return x;
}

#define RD_SIGN 0x8000000000000000u
#define RD_ONE 0x3ff0000000000000u
/* Adding this to a double well below 2^51 leaves the nearest whole number in its low bits. */
#define RD_MAGIC 0x1.8p52

REAL_FN double rd_abs(double x) { return rd_from_bits(rd_bits(x) & ~RD_SIGN); }
REAL_FN double rd_with_sign(double x, double s) { return rd_from_bits((rd_bits(x) & ~RD_SIGN) | (rd_bits(s) & RD_SIGN)); }
REAL_FN double rd_sqrt(double x) { return sqrt(x); }

/* Fused where that is one instruction; libm's software fma would cost a hundred. */
REAL_FN double rd_fma(double a, double b, double c)
{
#if REAL_HAS_FMA
    return fma(a, b, c);
#else
    return a * b + c;
#endif
}

/* 1/x or up to twice as much, for positive x; infinite where x is subnormal or 0, large where it is infinite. */
REAL_FN double rd_inverse_bound(double x)
{
    uint64_t power = 0x7fe0000000000000u - (rd_bits(x) & 0x7ff0000000000000u);
    return x < DBL_MIN ? (double)INFINITY : rd_from_bits(power);
}

/* m 2^k, rounded once: k is split so that neither factor leaves the exponent range. */
REAL_FN double rd_scale(double m, uint64_t k)
{
    uint64_t half = ((k + 4096) >> 1) - 2048;
    return m * rd_from_bits((half + 1023) << 52) * rd_from_bits((k - half + 1023) << 52);
}

REAL_FN rdd rdd_two_sum(double a, double b)
{
    double s = a + b, t = s - a;
    return (rdd){s, (a - (s - t)) + (b - t)};
}

/* Needs |a| >= |b| or a = 0. */
REAL_FN rdd rdd_fast_sum(double a, double b)
{
    double s = a + b;
    return (rdd){s, (a - s) + b};
}

REAL_FN rdd rdd_two_prod(double a, double b)
{
    double p = a * b;
#if REAL_HAS_FMA
    return (rdd){p, fma(a, b, -p)};
#else
    /* Rounding the bits to 26 leaves 26 and a sign: every product below is exact. Dekker's
     * way of splitting, by a multiplication, would overflow. */
    const uint64_t half = 0x4000000, mask = ~(uint64_t)0x7ffffff;
    double ah = rd_from_bits((rd_bits(a) + half) & mask), al = a - ah;
    double bh = rd_from_bits((rd_bits(b) + half) & mask), bl = b - bh;
    return (rdd){p, ((ah * bh - p) + ah * bl + al * bh) + al * bl};
#endif
}

/* One Horner step p x + (hi + lo), where the constant outweighs the product. p.lo comes in
 * last: so a chain of steps waits for one multiplication and one addition each. */
REAL_FN rdd rdd_step(rdd p, rdd x, double hi, double lo)
{
    rdd t = rdd_two_prod(p.hi, x.hi), s = rdd_fast_sum(hi, t.hi);
    return (rdd){s.hi, rd_fma(p.lo, x.hi, rd_fma(p.hi, x.lo, t.lo + lo) + s.lo)};
}

/* The same for a constant of any size. */
REAL_FN rdd rdd_step_any(rdd p, rdd x, double hi, double lo)
{
    rdd t = rdd_two_prod(p.hi, x.hi), s = rdd_two_sum(hi, t.hi);
    return (rdd){s.hi, rd_fma(p.lo, x.hi, rd_fma(p.hi, x.lo, t.lo + lo) + s.lo)};
}
#endif
