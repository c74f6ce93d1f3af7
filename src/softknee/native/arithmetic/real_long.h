/* `real` = long double: the fallback where a result is tiny or an intermediate overflows.
 *
 * On x86 its 15-bit exponent keeps what the other arithmetics lose there; where long double
 * is double, this is no better than double. */
#ifndef SOFTKNEE_REAL_LONG_H
#define SOFTKNEE_REAL_LONG_H
#include <float.h>
#include <math.h>
#include <stdbool.h>

#if defined(__GNUC__)
#define REAL_FN static inline __attribute__((always_inline, unused))
#else
#define REAL_FN static inline
#endif

typedef long double real;

/* -0 + 0 would be 0. */
REAL_FN real real_const(double hi, double lo) { return lo != 0.0 ? (real)hi + (real)lo : (real)hi; }
REAL_FN real real_from(double x) { return x; }
REAL_FN double real_to(real a) { return (double)a; }

/* What error_bounded.h asks for. */
typedef long double bound;
#define REAL_ROUNDING (LDBL_EPSILON / 2)
#define REAL_CLOSE (4 * LDBL_EPSILON)
#define REAL_LEAST LDBL_MIN
#define REAL_LOST (LDBL_MIN * LDBL_EPSILON)
#include "real_limits.h"
REAL_FN bound real_high(real a) { return a; }
REAL_FN bound real_size(real a) { return fabsl(a); }
REAL_FN bound real_inverse(bound size) { return 1 / size; }
REAL_FN bound real_gap(real a, real b) { return fabsl(a - b); }
REAL_FN bound real_const_error(double hi, double lo, double rest)
{
    return lo != 0.0 ? fabsl((real)rest) + REAL_ROUNDING * fabsl((real)hi) : 0.0L;
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

REAL_FN real real_floor(real x) { return floorl(x); }
REAL_FN real real_sqrt(real x) { return sqrtl(x); }
REAL_FN real real_exp(real x) { return expl(x); }
REAL_FN real real_expm1(real x) { return expm1l(x); }
REAL_FN real real_log(real x) { return logl(x); }
REAL_FN real real_log1p(real x) { return log1pl(x); }
REAL_FN real real_sin(real x) { return sinl(x); }
REAL_FN real real_cos(real x) { return cosl(x); }
REAL_FN real real_tanh(real x) { return tanhl(x); }
REAL_FN real real_atan(real x) { return atanl(x); }
REAL_FN real real_asinh(real x) { return asinhl(x); }
REAL_FN real real_erf(real x) { return erfl(x); }
REAL_FN real real_erfc(real x) { return erfcl(x); }

REAL_FN real real_sigmoid(real x)
{
    real t = expl(-fabsl(x));
    return (x >= 0.0L ? 1.0L : t) / (1.0L + t);
}

REAL_FN real real_softplus(real x) { return (x > 0.0L ? x : 0.0L) + log1pl(expl(-fabsl(x))); }

/* With x^2 = p + e exactly, e^-(p + e) = e^-p (1 - e) to first order in the tiny e. */
REAL_FN real real_gauss(real x)
{
    real a = fabsl(x) > 200.0L ? 200.0L : x, p = a * a, e = fmal(a, a, -p);
    return expl(-p) * (1.0L - e);
}

REAL_FN real real_normal_pdf(real x)
{
    real a = fabsl(x) > 200.0L ? 200.0L : x, p = a * a, e = fmal(a, a, -p);
    return expl(-0.5L * p) * (1.0L - 0.5L * e) * 0.398942280401432677939946059934381868L;
}

/* erfc(z + d) = erfc(z) - 2/sqrt(pi) e^(-z^2) d, with d what rounding -x/sqrt(2) to z lost:
 * in the tail erfc magnifies that loss by 2 z^2. sqrt(2) is the sum of two doubles. */
REAL_FN real real_normal_cdf(real x)
{
    real big = 0x1.6a09e667f3bcdp+0, small = -0x1.bdd3413b26456p-54;
    real z = -x / (big + small);
    real d = (fmal(-z, big, -x) - z * small) / big;
    real slope = fabsl(z) < 200.0L ? 1.12837916709551257389615890312154517L * expl(-z * z) : 0.0L;
    return 0.5L * (erfcl(z) - (slope > 0.0L ? slope * d : 0.0L));
}
#endif
