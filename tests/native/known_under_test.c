/* Array versions of the functions of known.h over one real_*.h, for test_known.py. */
#include <stddef.h>
#include HEADER
#include "known.h"

#define PUT(value, bound_of_error) (y[i] = real_to(value), error[i] = (double)(bound_of_error))
typedef const double *restrict in_array;
typedef double *restrict out_array;

#define UNARY(f, code)                                                                         \
    void array_##f(in_array a, in_array ae, out_array y, out_array error, ptrdiff_t n)         \
    {                                                                                          \
        for (ptrdiff_t i = 0; i < n; i++) {                                                    \
            const known x = {real_from(a[i]), ae[i]};                                          \
            const real r = real_##f(x.value);                                                  \
            PUT(r, known_error_##f(x, r));                                                     \
        }                                                                                      \
    }
#define BINARY(f, code)                                                                        \
    void array_##f(in_array a, in_array ae, in_array b, in_array be, out_array y, out_array error, ptrdiff_t n) \
    {                                                                                          \
        for (ptrdiff_t i = 0; i < n; i++) {                                                    \
            const known x = {real_from(a[i]), ae[i]}, z = {real_from(b[i]), be[i]};            \
            const real r = real_##f(x.value, z.value);                                         \
            PUT(r, known_error_##f(x, z, r));                                                  \
        }                                                                                      \
    }
#define COMPARE(f, code)                                                                       \
    void array_##f(in_array a, in_array ae, in_array b, in_array be, out_array y, out_array error, ptrdiff_t n) \
    {                                                                                          \
        for (ptrdiff_t i = 0; i < n; i++) {                                                    \
            const known x = {real_from(a[i]), ae[i]}, z = {real_from(b[i]), be[i]};            \
            y[i] = real_##f(x.value, z.value);                                                 \
            error[i] = (double)known_doubt(x, z);                                              \
        }                                                                                      \
    }
#define LOGICAL(f, code)
#define SELECT(f, code)
#include "ops.inc"

void array_result(in_array a, in_array ae, out_array y, out_array error, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        y[i] = known_result(real_from(a[i]), ae[i], (bound)0x1p-60, 0);
        error[i] = 0;
    }
}
