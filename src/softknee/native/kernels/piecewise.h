/* Piecewise linear functions, and other single operations on floats, in one loop: an element is loaded, computed in
 * float, multiplied by its gradient, rounded and stored, without a buffer between. `PIECEWISE(at)`, defined before each
 * function, replaces a float by its result.
 *
 * What takes more than that, NaN in results of bfloat16 among it, is not done here: a function says how many elements,
 * from the first on, it has done. */
#ifndef SOFTKNEE_PIECEWISE_H
#define SOFTKNEE_PIECEWISE_H
#include <string.h>

#include "half_types.h"
#include "kernels.h"
#if defined(__F16C__)
#include <immintrin.h>
#endif

/* Such loops are short: counting would take as long as computing. */
#if defined(__clang__)
#define PIECEWISE_UNROLL
#else
#define PIECEWISE_UNROLL _Pragma("GCC unroll 4")
#endif

#define PIECEWISE_ARGUMENTS                                                                                            \
    const char *restrict in, const char *restrict gradient, const double *parameters, char *restrict out, ptrdiff_t n, \
        enum element element

HALF_FN uint32_t piecewise_word(const char *from, ptrdiff_t i)
{
    uint32_t word;
    memcpy(&word, from + (ptrdiff_t)sizeof word * i, sizeof word);
    return word;
}

/* Two numbers of bfloat16 at once, the halves of a word: no instruction moves numbers between lanes then. */
#define PIECEWISE_PAIRS(times)                                                                                         \
    for (ptrdiff_t i = 0; i < n / 2; i++) {                                                                            \
        const uint32_t word = piecewise_word(in, i);                                                                   \
        float low = half_float_from_bits(word << 16), high = half_float_from_bits(word & 0xffff0000u);                 \
        PIECEWISE(low)                                                                                                 \
        PIECEWISE(high)                                                                                                \
        times;                                                                                                         \
        any |= -((low != low) | (high != high));                                                                       \
        const uint32_t both = bfloat_rounded(low) >> 16 | (bfloat_rounded(high) & 0xffff0000u);                        \
        memcpy(out + (ptrdiff_t)sizeof both * i, &both, sizeof both);                                                  \
    }

/* Eight of float16, where the processor converts so many. */
#if defined(__F16C__)
HALF_FN void piecewise_load(float *to, const char *from)
{
    _mm256_storeu_ps(to, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)from)));
}
#define PIECEWISE_EIGHTS(checked, load_gradient, times)                                                                \
    for (ptrdiff_t start = 0; start + 8 <= n; start += 8) {                                                            \
        float x[8], g[8];                                                                                              \
        piecewise_load(x, in + 2 * start);                                                                             \
        load_gradient;                                                                                                 \
        (void)g;                                                                                                       \
        for (int i = 0; i < 8; i++) {                                                                                  \
            PIECEWISE(x[i])                                                                                            \
            times;                                                                                                     \
        }                                                                                                              \
        const __m256 y = _mm256_loadu_ps(x);                                                                           \
        if (checked)                                                                                                   \
            any |= _mm256_movemask_ps(_mm256_cmp_ps(y, y, _CMP_UNORD_Q));                                              \
        _mm_storeu_si128((__m128i *)(void *)(out + 2 * start), _mm256_cvtps_ph(y, _MM_FROUND_TO_NEAREST_INT));         \
    }
#endif

#define PIECEWISE_FLOATS(checked)                                                                                      \
    const float *restrict from = (const float *)(const void *)in, *restrict by = (const float *)(const void *)gradient;\
    float *restrict to = (float *)(void *)out;                                                                         \
    PIECEWISE_UNROLL                                                                                                   \
    for (ptrdiff_t i = 0; i < n; i++) {                                                                                \
        float x = from[i];                                                                                             \
        PIECEWISE(x)                                                                                                   \
        if (checked)                                                                                                   \
            any |= -(x != x);                                                                                          \
        to[i] = x * by[i];                                                                                             \
    }

/* The loops for the element types of this unit; `checked`: a result may be NaN where it is to be computed otherwise. */
#if defined(PAIR_LOOSE) || defined(CLOSE_ROUGH)
#define PIECEWISE_IF_BFLOAT(checked)                                                                                   \
    if (element == BFLOAT) {                                                                                           \
        if (gradient == NULL)                                                                                          \
            PIECEWISE_PAIRS((low *= one, high *= one))                                                                 \
        else                                                                                                           \
            PIECEWISE_PAIRS((low *= half_float_from_bits(piecewise_word(gradient, i) << 16),                           \
                            high *= half_float_from_bits(piecewise_word(gradient, i) & 0xffff0000u)))                  \
        return any ? 0 : n & ~(ptrdiff_t)1;                                                                            \
    }
#else
#define PIECEWISE_IF_BFLOAT(checked)
#endif
#if defined(__F16C__) && (defined(PAIR_WIDE) || defined(CLOSE_ROUGH))
#define PIECEWISE_IF_HALF(checked)                                                                                     \
    if (element == HALF) {                                                                                             \
        if (gradient == NULL)                                                                                          \
            PIECEWISE_EIGHTS(checked, (void)0, x[i] *= one)                                                            \
        else                                                                                                           \
            PIECEWISE_EIGHTS(checked, piecewise_load(g, gradient + 2 * start), x[i] *= g[i])                           \
        return any ? 0 : n & ~(ptrdiff_t)7;                                                                            \
    }
#else
#define PIECEWISE_IF_HALF(checked)
#endif
#if !defined(PAIR_LOOSE) && !defined(CLOSE_ROUGH)
#define PIECEWISE_IF_SINGLE(checked)                                                                                   \
    if (element == SINGLE && gradient != NULL) {                                                                       \
        PIECEWISE_FLOATS(checked)                                                                                      \
        return any ? 0 : n;                                                                                            \
    }
#else
#define PIECEWISE_IF_SINGLE(checked)
#endif
#define PIECEWISE_LOOPS(checked)                                                                                       \
    int32_t any = 0;                                                                                                   \
    const float one = n < 0 ? 0 : 1; /* a result that is constant, and rounded so, would be a branch */                \
    PIECEWISE_IF_BFLOAT(checked)                                                                                       \
    PIECEWISE_IF_HALF(checked)                                                                                         \
    PIECEWISE_IF_SINGLE(checked)                                                                                       \
    (void)any, (void)one, (void)in, (void)gradient, (void)out, (void)n, (void)element;                                   \
    return 0;
#endif
