/* Array versions of the functions of one real_*.h, for test_reals.py. */
#include <stddef.h>
#include HEADER

#if KIND == 0
#define SPLIT(r, h, l) (h = (r), l = 0.0)
#elif KIND == 1
#define SPLIT(r, h, l) (h = (r).hi, l = (r).lo)
#else
#define SPLIT(r, h, l) (h = (double)(r), l = (double)((r) - (real)(double)(r)))
#endif

typedef const double *restrict in_array;
typedef double *restrict out_array;

#define UNARY(f)                                                                               \
    void array_##f(in_array ah, in_array al, out_array h, out_array l, ptrdiff_t n)            \
    {                                                                                          \
        for (ptrdiff_t i = 0; i < n; i++) {                                                    \
            real r = real_##f(real_const(ah[i], al[i]));                                       \
            SPLIT(r, h[i], l[i]);                                                              \
        }                                                                                      \
    }
#define BINARY(f)                                                                              \
    void array_##f(in_array ah, in_array al, in_array bh, in_array bl, out_array h, out_array l, \
                   ptrdiff_t n)                                                                \
    {                                                                                          \
        for (ptrdiff_t i = 0; i < n; i++) {                                                    \
            real r = real_##f(real_const(ah[i], al[i]), real_const(bh[i], bl[i]));             \
            SPLIT(r, h[i], l[i]);                                                              \
        }                                                                                      \
    }
/* The comparison, and what it selects of 1 and 2. */
#define COMPARE(f)                                                                             \
    void array_##f(in_array ah, in_array al, in_array bh, in_array bl, out_array h, out_array l, \
                   ptrdiff_t n)                                                                \
    {                                                                                          \
        for (ptrdiff_t i = 0; i < n; i++) {                                                    \
            int c = real_##f(real_const(ah[i], al[i]), real_const(bh[i], bl[i]));              \
            h[i] = c;                                                                          \
            l[i] = real_to(real_where(c, real_from(1.0), real_from(2.0)));                     \
        }                                                                                      \
    }

BINARY(add)
BINARY(sub)
BINARY(mul)
BINARY(div)
COMPARE(gt)
COMPARE(ge)
COMPARE(lt)
COMPARE(le)
COMPARE(eq)
UNARY(neg)
UNARY(sqrt)
UNARY(exp)
UNARY(expm1)
UNARY(log)
UNARY(log1p)
UNARY(sin)
UNARY(cos)
UNARY(tanh)
UNARY(atan)
UNARY(asinh)
UNARY(erf)
UNARY(erfc)
UNARY(sigmoid)
UNARY(softplus)
UNARY(normal_cdf)
UNARY(normal_pdf)
UNARY(gauss)
