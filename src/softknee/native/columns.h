/* Columns of one arithmetic to and from strided elements of any type. */
#ifndef SOFTKNEE_COLUMNS_H
#define SOFTKNEE_COLUMNS_H
#include <string.h>

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

static void load_floats(float *restrict to, const char *from, ptrdiff_t stride, ptrdiff_t n, enum element element)
{
    switch (element) {
    case HALF: EACH_READ(uint16_t, half_to_float(item)); break;
    case BFLOAT: EACH_READ(uint16_t, bfloat_to_float(item)); break;
    default: EACH_READ(float, item);
    }
}

static void store_floats(char *to, ptrdiff_t stride, const float *restrict from, ptrdiff_t n, enum element element)
{
    switch (element) {
    case HALF: EACH_WRITTEN(uint16_t, float_to_half(from[i])); break;
    case BFLOAT: EACH_WRITTEN(uint16_t, float_to_bfloat(from[i])); break;
    default: EACH_WRITTEN(float, from[i]);
    }
}
#endif
