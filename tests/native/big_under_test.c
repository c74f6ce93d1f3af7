/* What test_big.py calls: functions of sums of doubles, each result as a sum of doubles and the log2 of its error. */
#include <math.h>

#include "big.h"

enum { PARTS = 12 };

static void from_parts(big *r, const double *parts, int count)
{
    big part, sum;
    big_from(r, parts[0]);
    for (int i = 1; i < count; i++) {
        big_from(&part, parts[i]);
        big_add(&sum, r, &part, BIG_LIMBS);
        *r = sum;
    }
}

/* Leading parts; scaled by 2^-exponent, which is returned, so that none underflows. */
static double to_parts(const big *y, double *parts, double *error)
{
    big rest = *y, part, left;
    double exponent = y->sign == 0 ? 0 : (double)y->exponent;
    *error = y->error <= BIG_EXACT ? -INFINITY : y->error >= BIG_NOTHING ? INFINITY : (double)y->error;
    rest.exponent -= (int64_t)exponent;
    rest.error = BIG_EXACT;
    for (int i = 0; i < PARTS; i++) {
        parts[i] = big_to_double(&rest);
        if (!isfinite(parts[i]))
            return 0;
        big_from(&part, parts[i]);
        big_sub(&left, &rest, &part, BIG_LIMBS);
        rest = left;
    }
    return exponent;
}

/* Errors of the arguments are given as exponents; -INFINITY for none. */
static void set_error(big *r, double error)
{
    if (error > -INFINITY)
        r->error = (int64_t)error;
}

#define UNARY(f)                                                                                      \
    double call_##f(const double *a, int count, double a_error, int n, double *parts, double *error)  \
    {                                                                                                 \
        big x, y;                                                                                     \
        from_parts(&x, a, count);                                                                     \
        set_error(&x, a_error);                                                                       \
        big_##f(&y, &x, n);                                                                           \
        return to_parts(&y, parts, error);                                                            \
    }                                                                                                 \
    double double_##f(double a, int n)                                                                \
    {                                                                                                 \
        big x, y;                                                                                     \
        big_from(&x, a);                                                                              \
        big_##f(&y, &x, n);                                                                           \
        return big_to_double(&y);                                                                     \
    }
#define BINARY(f)                                                                                     \
    double call_##f(const double *a, const double *b, int count, double a_error, double b_error, int n, \
                    double *parts, double *error)                                                     \
    {                                                                                                 \
        big x, z, y;                                                                                  \
        from_parts(&x, a, count);                                                                     \
        from_parts(&z, b, count);                                                                     \
        set_error(&x, a_error);                                                                       \
        set_error(&z, b_error);                                                                       \
        big_##f(&y, &x, &z, n);                                                                       \
        return to_parts(&y, parts, error);                                                            \
    }                                                                                                 \
    double double_##f(double a, double b, int n)                                                      \
    {                                                                                                 \
        big x, z, y;                                                                                  \
        big_from(&x, a);                                                                              \
        big_from(&z, b);                                                                              \
        big_##f(&y, &x, &z, n);                                                                       \
        return big_to_double(&y);                                                                     \
    }
BINARY(add)
BINARY(sub)
BINARY(mul)
BINARY(div)
UNARY(neg)
UNARY(sqrt)
UNARY(exp)
UNARY(expm1)
UNARY(log)
UNARY(log1p)
UNARY(sin)
UNARY(cos)
UNARY(tanh)
UNARY(atan)
UNARY(asinh)
UNARY(erf)
UNARY(erfc)
UNARY(sigmoid)
UNARY(softplus)
UNARY(normal_cdf)
UNARY(normal_pdf)
UNARY(gauss)

/* The double nearest to a sum of doubles. */
double rounded(const double *a, int count)
{
    big x;
    from_parts(&x, a, count);
    return big_to_double(&x);
}
