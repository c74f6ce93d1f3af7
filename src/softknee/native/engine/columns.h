/* Columns of one arithmetic to and from strided elements of any type. */
#ifndef SOFTKNEE_COLUMNS_H
#define SOFTKNEE_COLUMNS_H
#include <string.h>
#if defined(__F16C__)
#include <immintrin.h>
#endif

#include "half_types.h"
#include "work.h"

/* NumPy hands aligned data to loops, and torch's is: an element may be read through its type. A
 * stride that is the element's size is written as such, so that the loop vectorises. */
#define EACH_READ(type, expression)                                                            \
    do {                                                                                       \
        if (stride == sizeof(type)) {                                                          \
            const type *source = (const type *)from;                                           \
            for (ptrdiff_t i = 0; i < n; i++) {                                                \
                type item = source[i];                                                         \
                to[i] = expression;                                                            \
            }                                                                                  \
        } else {                                                                               \
            for (ptrdiff_t i = 0; i < n; i++) {                                                \
                type item = *(const type *)(from + i * stride);                                \
                to[i] = expression;                                                            \
            }                                                                                  \
        }                                                                                      \
    } while (0)
#define EACH_WRITTEN(type, expression)                                                         \
    do {                                                                                       \
        if (stride == sizeof(type)) {                                                          \
            type *target = (type *)to;                                                         \
            for (ptrdiff_t i = 0; i < n; i++)                                                  \
                target[i] = expression;                                                        \
        } else {                                                                               \
            for (ptrdiff_t i = 0; i < n; i++)                                                  \
                *(type *)(to + i * stride) = expression;                                       \
        }                                                                                      \
    } while (0)

static void load_doubles(double *restrict to, const char *from, ptrdiff_t stride, ptrdiff_t n, enum element element)
{
    switch (element) {
    case HALF: EACH_READ(uint16_t, half_to_double(item)); break;
    case BFLOAT: EACH_READ(uint16_t, bfloat_to_double(item)); break;
    case SINGLE: EACH_READ(float, item); break;
    default: EACH_READ(double, item);
    }
}

static void store_doubles(char *to, ptrdiff_t stride, const double *restrict from, ptrdiff_t n, enum element element)
{
    switch (element) {
    case HALF: EACH_WRITTEN(uint16_t, double_to_half(from[i])); break;
    case BFLOAT: EACH_WRITTEN(uint16_t, double_to_bfloat(from[i])); break;
    case SINGLE: EACH_WRITTEN(float, (float)from[i]); break;
    default: EACH_WRITTEN(double, from[i]);
    }
}

/* Where the processor converts halves, eight at a time; returns how many that makes. */
static ptrdiff_t load_eights(float *restrict to, const char *from, ptrdiff_t n)
{
    ptrdiff_t i = 0;
#if defined(__F16C__)
    for (; i + 8 <= n; i += 8)
        _mm256_storeu_ps(to + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)(from + 2 * i))));
#else
    (void)to, (void)from, (void)n;
#endif
    return i;
}
static ptrdiff_t store_eights(char *to, const float *restrict from, ptrdiff_t n)
{
    ptrdiff_t i = 0;
#if defined(__F16C__)
    for (; i + 8 <= n; i += 8)
        _mm_storeu_si128((__m128i *)(void *)(to + 2 * i),
                         _mm256_cvtps_ph(_mm256_loadu_ps(from + i), _MM_FROUND_TO_NEAREST_INT));
#else
    (void)to, (void)from, (void)n;
#endif
    return i;
}

static void load_floats(float *restrict to, const char *from, ptrdiff_t stride, ptrdiff_t n, enum element element)
{
    if (element == HALF && stride == sizeof(uint16_t)) {
        const ptrdiff_t done = load_eights(to, from, n);
        to += done, from += done * stride, n -= done;
    }
    switch (element) {
    case HALF: EACH_READ(uint16_t, half_to_float(item)); break;
    case BFLOAT: EACH_READ(uint16_t, bfloat_to_float(item)); break;
    default: EACH_READ(float, item);
    }
}

static void store_floats(char *to, ptrdiff_t stride, const float *restrict from, ptrdiff_t n, enum element element)
{
    if (element == HALF && stride == sizeof(uint16_t)) {
        const ptrdiff_t done = store_eights(to, from, n);
        to += done * stride, from += done, n -= done;
    }
    switch (element) {
    case HALF: EACH_WRITTEN(uint16_t, float_to_half(from[i])); break;
    case BFLOAT: EACH_WRITTEN(uint16_t, float_to_bfloat(from[i])); break;
    default: EACH_WRITTEN(float, from[i]);
    }
}

/* Numbers of bfloat16 two by two, as words: the lower halves go to the first half of a column, the upper ones to the second,
 * which takes no instruction that moves numbers between lanes. */
static void load_pairs(float *restrict to, const char *from, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < n / 2; i++) {
        uint32_t word;
        memcpy(&word, from + (ptrdiff_t)sizeof word * i, sizeof word);
        to[i] = half_float_from_bits(word << 16);
        to[n / 2 + i] = half_float_from_bits(word & 0xffff0000u);
    }
}
/* Most columns are of numbers: what is missing is found on the way. */
static void store_pairs(char *restrict to, const float *restrict from, ptrdiff_t n)
{
    int missing = 0;
    for (ptrdiff_t i = 0; i < n / 2; i++) {
        const float low = from[i], high = from[n / 2 + i];
        const uint32_t word = bfloat_rounded(low) >> 16 | (bfloat_rounded(high) & 0xffff0000u);
        missing |= (low != low) | (high != high);
        memcpy(to + (ptrdiff_t)sizeof word * i, &word, sizeof word);
    }
    for (ptrdiff_t i = 0; missing && i < n / 2; i++) {
        const uint32_t word = float_to_bfloat(from[i]) | (uint32_t)float_to_bfloat(from[n / 2 + i]) << 16;
        memcpy(to + (ptrdiff_t)sizeof word * i, &word, sizeof word);
    }
}
/* Where the number at a place in such a column came from. */
static ptrdiff_t place_in_pairs(ptrdiff_t i, ptrdiff_t n) { return i < n / 2 ? 2 * i : 2 * i - n + 1; }
#endif
