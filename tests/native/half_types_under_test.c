/* Array versions of half_types.h, for test_half_types.py. */
#include <stddef.h>
#include "half_types.h"

#define CONVERSION(f, from, to)                                                                \
    void array_##f(const from *restrict a, to *restrict out, ptrdiff_t n)                      \
    {                                                                                          \
        for (ptrdiff_t i = 0; i < n; i++)                                                      \
            out[i] = f(a[i]);                                                                  \
    }

CONVERSION(half_to_double, uint16_t, double)
CONVERSION(bfloat_to_double, uint16_t, double)
CONVERSION(double_to_half, double, uint16_t)
CONVERSION(double_to_bfloat, double, uint16_t)
CONVERSION(half_to_float, uint16_t, float)
CONVERSION(bfloat_to_float, uint16_t, float)
CONVERSION(float_to_half, float, uint16_t)
CONVERSION(float_to_bfloat, float, uint16_t)
