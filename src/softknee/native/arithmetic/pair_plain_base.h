/* The number that a `pair` of PAIR_WIDE or PAIR_LOOSE is, a double or a float, with the limits of its functions: what
 * the polynomials and functions of pair_plain.h stand on. */
#ifndef SOFTKNEE_PAIR_PLAIN_BASE_H
#define SOFTKNEE_PAIR_PLAIN_BASE_H
#include "real_base.h"

#define PAIR_FN REAL_FN

typedef float flt;
#if defined(PAIR_WIDE)
typedef double plain;
typedef uint64_t plain_bits;
#define PLAIN_NEAR 0x1p-33 /* the digits of a pair, with some to spare */
#define PLAIN_MANTISSA 52
#define PLAIN_ONE RD_ONE
#define PLAIN_SIGN RD_SIGN
#define PLAIN_SQRT_HALF_BITS 0x3fe6a09e667f3bcdu
#define PLAIN_LEAST DBL_MIN
#define PLAIN_EXP_END 700.0 /* between minus this and this e^x is a normal number */
#define PLAIN_GAUSS_END 26.0 /* e^(-x^2) and e^(-x^2/2) are normal to here */
#define PLAIN_NORMAL_END 37.0
#define PLAIN_SINE_END 0x1p20
#define PLAIN_SPARE 0x1p-10
PAIR_FN plain plain_fma(plain a, plain b, plain c) { return rd_fma(a, b, c); }
PAIR_FN plain plain_root(plain x) { return sqrt(x); }
#else
typedef float plain;
typedef uint32_t plain_bits;
#define PLAIN_NEAR 0x1p-18f
#define PLAIN_MANTISSA 23
#define PLAIN_ONE 0x3f800000u
#define PLAIN_SIGN 0x80000000u
#define PLAIN_SQRT_HALF_BITS 0x3f3504f3u
#define PLAIN_LEAST FLT_MIN
/* Short of the smallest numbers: what is computed from a subnormal takes ten times as long. */
#define PLAIN_EXP_END 80.0f
#define PLAIN_OVERFLOW 88.0f
#define PLAIN_GAUSS_END 8.6f
#define PLAIN_NORMAL_END 12.1f
#define PLAIN_SINE_END 0x1p10f
#define PLAIN_SPARE 0x1p-7f
PAIR_FN plain plain_fma(plain a, plain b, plain c)
{
#if REAL_HAS_FMA
    return fmaf(a, b, c);
#else
    return a * b + c;
#endif
}
PAIR_FN plain plain_root(plain x) { return sqrtf(x); }
#endif
#endif
