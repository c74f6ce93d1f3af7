/* Array versions of everything in pair.h, for test_pair.py: `array_f` gives both parts,
 * `rounded_f` the loop that a kernel has, repeated for timing. */
#include <stddef.h>

#include "pair.h"
#if defined(PAIR_WIDE)
typedef double part;
#else
typedef flt part;
#endif
#if defined(PAIR_WIDE) || defined(PAIR_LOOSE)
#define SPLIT(y, h, l) (h = y.hi, l = 0)
#else
#define SPLIT(y, h, l) (h = y.hi, l = y.lo)
#endif

typedef const flt *restrict in_array;
typedef part *restrict out_array;
typedef flt *restrict rounded_array;

#define UNARY(f)                                                                                       \
    void array_##f##_1(in_array x, out_array h, out_array l, ptrdiff_t n)                              \
    {                                                                                                  \
        for (ptrdiff_t i = 0; i < n; i++) {                                                            \
            pair y = pair_##f##_1(x[i]);                                                               \
            SPLIT(y, h[i], l[i]);                                                                       \
        }                                                                                              \
    }                                                                                                  \
    void array_##f##_2(in_array x, in_array low, out_array h, out_array l, ptrdiff_t n)                \
    {                                                                                                  \
        for (ptrdiff_t i = 0; i < n; i++) {                                                            \
            pair y = pair_##f##_2(pair_constant(x[i], low[i]));                                               \
            SPLIT(y, h[i], l[i]);                                                                       \
        }                                                                                              \
    }                                                                                                  \
    void rounded_##f##_1(in_array x, rounded_array y, ptrdiff_t n, int repeats)                            \
    {                                                                                                  \
        while (repeats-- > 0) {                                                                        \
            for (ptrdiff_t i = 0; i < n; i++)                                                          \
                y[i] = pair_round(pair_##f##_1(x[i]));                                                 \
            __asm__ volatile("" ::: "memory");                                                         \
        }                                                                                              \
    }                                                                                                  \
    void rounded_##f##_2(in_array x, in_array low, rounded_array y, ptrdiff_t n, int repeats)              \
    {                                                                                                  \
        while (repeats-- > 0) {                                                                        \
            for (ptrdiff_t i = 0; i < n; i++)                                                          \
                y[i] = pair_round(pair_##f##_2(pair_constant(x[i], low[i])));                                 \
            __asm__ volatile("" ::: "memory");                                                         \
        }                                                                                              \
    }
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

#define BINARY_FORM(name, a, b)                                                                        \
    void array_##name(in_array ah, in_array al, in_array bh, in_array bl, out_array h, out_array l,    \
                      ptrdiff_t n)                                                                     \
    {                                                                                                  \
        for (ptrdiff_t i = 0; i < n; i++) {                                                            \
            (void)al, (void)bl;                                                                        \
            pair y = pair_##name(a, b);                                                                \
            SPLIT(y, h[i], l[i]);                                                                       \
        }                                                                                              \
    }
/* The comparison, and what it selects of 1 and 2. */
#define COMPARE_FORM(name, a, b)                                                                       \
    void array_##name(in_array ah, in_array al, in_array bh, in_array bl, out_array h, out_array l,    \
                      ptrdiff_t n)                                                                     \
    {                                                                                                  \
        for (ptrdiff_t i = 0; i < n; i++) {                                                            \
            (void)al, (void)bl;                                                                        \
            int c = pair_##name(a, b);                                                                 \
            h[i] = pair_round(pair_where_2(c, pair_of(1), pair_of(2)));                                         \
            l[i] = pair_where_1(c, 1, 2);                                                              \
        }                                                                                              \
    }
#define ONE(x) x##h[i]
#define TWO(x) pair_constant(x##h[i], x##l[i])
#define FORMS(kind, f)                                                                                 \
    kind(f##_11, ONE(a), ONE(b)) kind(f##_12, ONE(a), TWO(b)) kind(f##_21, TWO(a), ONE(b))             \
        kind(f##_22, TWO(a), TWO(b))
FORMS(BINARY_FORM, add)
FORMS(BINARY_FORM, sub)
FORMS(BINARY_FORM, mul)
FORMS(BINARY_FORM, div)
FORMS(COMPARE_FORM, gt)
FORMS(COMPARE_FORM, ge)
FORMS(COMPARE_FORM, lt)
FORMS(COMPARE_FORM, le)
FORMS(COMPARE_FORM, eq)

/* What has no error: -a in both forms, a rounded, and whether the sum a cancelled from b. */
void array_exact(in_array ah, in_array al, in_array b, out_array one, out_array hi, out_array lo, out_array rounded,
                 out_array cancels, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        pair a = pair_constant(ah[i], al[i]), y = pair_neg_2(a);
        one[i] = pair_neg_1(ah[i]);
        SPLIT(y, hi[i], lo[i]);
        rounded[i] = pair_round(a);
        cancels[i] = pair_cancels(a, b[i]) ? 1 : 0;
    }
}
