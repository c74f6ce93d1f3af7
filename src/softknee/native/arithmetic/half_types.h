/* float16 and bfloat16 to and from double by integer arithmetic: without branches, rounded
 * once (to nearest, ties to even), and untouched by a flush-to-zero mode, since no double
 * here is subnormal unless the double given is. */
#ifndef SOFTKNEE_HALF_TYPES_H
#define SOFTKNEE_HALF_TYPES_H
#include <stdint.h>
#include <string.h>

#if defined(__GNUC__)
#define HALF_FN static inline __attribute__((always_inline, unused))
#elif defined(_MSC_VER)
#define HALF_FN static __forceinline
#else
#define HALF_FN static inline
#endif

HALF_FN uint64_t half_bits(double x)
{
    uint64_t b;
    memcpy(&b, &x, sizeof b);
    return b;
}

HALF_FN double half_from_bits(uint64_t b)
{
    double x;
    memcpy(&x, &b, sizeof x);
    return x;
}

#define HALF_INFINITY 0x7ff0000000000000u

/* A 16-bit format with `stored` mantissa bits and exponents up to `bias`: moving its bits to
 * the top of a double leaves the exponent to be rebased. A subnormal is a small whole number
 * of units 2^(1 - bias - stored): put in the low bits of 2^52 units, less those 2^52 units.
 * Conditions compare doubles, for SSE2 cannot compare 64-bit integers. */
HALF_FN double half_widen(uint16_t h, unsigned stored, unsigned bias)
{
    uint64_t sign = (uint64_t)(h & 0x8000) << 48, rest = h & 0x7fff;
    uint64_t units = (uint64_t)(1024 - bias - stored + 52) << 52;
    double small = half_from_bits(units | rest) - half_from_bits(units);
    double normal = half_from_bits((rest << (52 - stored)) + ((uint64_t)(1023 - bias) << 52));
    double special = half_from_bits((rest << (52 - stored)) | HALF_INFINITY);
    double largest = half_from_bits((uint64_t)(1024 + bias) << 52), smallest = half_from_bits((uint64_t)(1024 - bias) << 52);
    double y = normal < smallest ? small : normal;
    y = normal >= largest ? special : y;
    return half_from_bits(half_bits(y) | sign);
}

/* Normal results: add half a unit less the tie's bit and cut; a carry runs into the exponent,
 * and from there into infinity, as it should. Subnormal results: adding 2^52 units rounds to
 * whole units. */
HALF_FN uint16_t half_narrow(double x, unsigned stored, unsigned bias)
{
    uint64_t b = half_bits(x), a = b & ~((uint64_t)1 << 63), sign = b >> 63 << 15;
    unsigned cut = 52 - stored;
    double positive = half_from_bits(a), smallest = half_from_bits((uint64_t)(1024 - bias) << 52);
    double largest = half_from_bits((uint64_t)(1024 + bias) << 52);
    uint64_t top = 0x7fff >> stored << stored;
    uint64_t normal = ((a + (((uint64_t)1 << (cut - 1)) - 1) + (a >> cut & 1)) >> cut) - ((uint64_t)(1023 - bias) << stored);
    uint64_t units = (uint64_t)(1024 - bias - stored + 52) << 52;
    uint64_t small = half_bits(positive + half_from_bits(units)) - units;
    uint64_t r = positive < smallest ? small : normal;
    r = positive >= largest ? top : r;
    r = x != x ? top | 1u << (stored - 1) : r;
    return (uint16_t)(r | sign);
}

static inline double half_to_double(uint16_t h) { return half_widen(h, 10, 15); }
static inline uint16_t double_to_half(double x) { return half_narrow(x, 10, 15); }
static inline double bfloat_to_double(uint16_t h) { return half_widen(h, 7, 127); }
static inline uint16_t double_to_bfloat(double x) { return half_narrow(x, 7, 127); }

HALF_FN uint32_t half_float_bits(float x)
{
    uint32_t b;
    memcpy(&b, &x, sizeof b);
    return b;
}

HALF_FN float half_float_from_bits(uint32_t b)
{
    float x;
    memcpy(&x, &b, sizeof x);
    return x;
}

/* The same by way of float, for float32 kernels: bfloat16 is the upper half of a float. */
static inline float bfloat_to_float(uint16_t h) { return half_float_from_bits((uint32_t)h << 16); }

/* In the upper half, where x is not NaN. */
static inline uint32_t bfloat_rounded(float x)
{
    uint32_t b = half_float_bits(x);
    return b + 0x7fff + (b >> 16 & 1);
}
static inline uint16_t float_to_bfloat(float x)
{
    return (uint16_t)((x != x ? half_float_bits(x) | 0x400000 : bfloat_rounded(x)) >> 16);
}

/* A half's subnormals are normal floats: n 2^-24, read off the low bits of 2^-1 + n 2^-24. */
static inline float half_to_float(uint16_t h)
{
    uint32_t sign = (uint32_t)(h & 0x8000) << 16, rest = h & 0x7fff;
    float small = half_float_from_bits(rest | 0x3f000000u) - 0.5f;
    float normal = half_float_from_bits((rest << 13) + 0x38000000u);
    float special = half_float_from_bits(rest << 13 | 0x7f800000u);
    float y = rest < 0x0400 ? small : normal;
    y = rest >= 0x7c00 ? special : y;
    return half_float_from_bits(half_float_bits(y) | sign);
}

static inline uint16_t float_to_half(float x)
{
    uint32_t b = half_float_bits(x), a = b & 0x7fffffff, sign = b >> 16 & 0x8000;
    uint32_t normal = ((a + 0xfff + (a >> 13 & 1)) >> 13) - (112u << 10);
    uint32_t small = half_float_bits(half_float_from_bits(a) + 0.5f) - 0x3f000000u;
    uint32_t r = a < 0x38800000u ? small : normal;
    r = a >= 0x47800000u ? 0x7c00 : r;
    r = a > 0x7f800000u ? 0x7e00 : r;
    return (uint16_t)(r | sign);
}
#endif
