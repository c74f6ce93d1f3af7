/* The bits of a float, its fused multiply-add, and the limits of the functions in close.h: what its polynomials and its
 * arithmetic stand on. */
#ifndef SOFTKNEE_CLOSE_BASE_H
#define SOFTKNEE_CLOSE_BASE_H
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define CLOSE_FN static inline __attribute__((always_inline, unused))
#define CLOSE_SIGN 0x80000000u
#define CLOSE_ONE 0x3f800000u
#define CLOSE_GREATEST 0x7f7fffff /* the bits of the largest number; those of infinity and NaN are above */
#define CLOSE_MAGIC 0x1.8p23f     /* adding this leaves the nearest whole number in the low bits */
#define CLOSE_END 72.0f           /* e^-x, and what completes it in lo, are normal numbers to here; */
#define CLOSE_GAUSS_END 12.0f     /* so is e^(-x^2/2) */
#define CLOSE_CUBIC_END 9.25f     /* and the exponential in gelu_tanh */

CLOSE_FN uint32_t close_bits(float x)
{
    uint32_t b;
    memcpy(&b, &x, sizeof b);
    return b;
}
CLOSE_FN float close_from_bits(uint32_t b)
{
    float x;
    memcpy(&x, &b, sizeof x);
    return x;
}
CLOSE_FN float close_fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
#endif
