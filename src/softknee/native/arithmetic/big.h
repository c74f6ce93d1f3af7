/* Numbers of as many digits as are asked for, each with a bound of its error: balls, as in Arb.
 *
 * They decide what no fixed format can, since terms may cancel to any depth: the sum of 1 and e^-700 less 1.
 * Only few elements come here, so this is short rather than fast. Exponents do not end. */
#ifndef SOFTKNEE_BIG_H
#define SOFTKNEE_BIG_H
#include <stdint.h>

#include "kernels.h"

/* Digits are limbs of 32 bits. The argument of a sine, up to 2^2048, takes its bits beside the MOST of a result. */
enum { BIG_MOST = 128, BIG_LIMBS = 200 };

/* Exponents of errors: there is none; nothing is known. */
#define BIG_EXACT (-((int64_t)1 << 60))
#define BIG_NOTHING ((int64_t)1 << 60)

enum big_kind { BIG_FINITE, BIG_INFINITE, BIG_NAN };

/* sign * 0.limbs * 2^exponent, the first bit being set; or 0, where sign is 0. The true number is within 2^error.
 * Zeros have two signs, as in doubles: `is_negative` tells, for a zero alone. */
typedef struct {
    enum big_kind kind;
    int sign, is_negative, n;
    int64_t exponent, error;
    uint32_t limb[BIG_LIMBS]; /* the most significant first */
} big;

/* Results have n limbs, and never are one of the operands. */
void big_from(big *r, double x);
void big_add(big *r, const big *a, const big *b, int n);
void big_sub(big *r, const big *a, const big *b, int n);
void big_mul(big *r, const big *a, const big *b, int n);
void big_div(big *r, const big *a, const big *b, int n);
void big_neg(big *r, const big *a, int n);
/* Where a whole number lies within the error, the result is that one and its error 1. */
void big_floor(big *r, const big *x, int n);
void big_sqrt(big *r, const big *x, int n);
/* r / k in place. */
void big_over(big *r, uint32_t k, int n);
/* a as a sum of fewer limbs. */
void big_round(big *r, const big *a, int n);
/* The larger of two errors, or as much as both. */
int64_t big_join(int64_t a, int64_t b);
/* The sign of a number or a zero, 1 or -1. */
int big_sign(const big *a);
/* The nearest double, error aside. */
double big_to_double(const big *a);

void big_exp(big *r, const big *x, int n);
void big_expm1(big *r, const big *x, int n);
void big_log(big *r, const big *x, int n);
void big_log1p(big *r, const big *x, int n);
void big_sin(big *r, const big *x, int n);
void big_cos(big *r, const big *x, int n);
void big_tanh(big *r, const big *x, int n);
void big_atan(big *r, const big *x, int n);
void big_asinh(big *r, const big *x, int n);
void big_erf(big *r, const big *x, int n);
void big_erfc(big *r, const big *x, int n);
void big_sigmoid(big *r, const big *x, int n);
void big_softplus(big *r, const big *x, int n);
void big_normal_cdf(big *r, const big *x, int n);
void big_normal_pdf(big *r, const big *x, int n);
void big_gauss(big *r, const big *x, int n);

/* One element of a program, with more and more digits until the double is certain; what cannot be told from
 * 0 is 0. */
double big_value(const struct program *program, const double *in);
#endif
