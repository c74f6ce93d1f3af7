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
#endif
