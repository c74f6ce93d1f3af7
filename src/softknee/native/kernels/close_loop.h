/* The loops of close_functions.h, as kernels.h wants them. */
#ifndef SOFTKNEE_CLOSE_LOOP_H
#define SOFTKNEE_CLOSE_LOOP_H
#include "close_functions.h"
#include "piecewise.h"

enum { CLOSE_STRIP = 256 };

CLOSE_FN duo close_parameter(double value)
{
    const float hi = (float)value;
    return (duo){hi, (float)(value - hi)};
}
/* Whether products with it stay where no digit is lost. */
CLOSE_FN int close_moderate(double value) { return value >= 0x1p-20 && value <= 0x1p20; }

/* What the steps leave for each other; rough ones no low parts. */
#if defined(CLOSE_ROUGH)
struct close_strip {
    float hi[CLOSE_STRIP], middle_hi[CLOSE_STRIP];
};
#define CLOSE_LEAVE(to, found) s.to##hi[i] = (found).hi
#define CLOSE_LEFT(from) ((duo){s.from##hi[i], 0})
#else
struct close_strip {
    float hi[CLOSE_STRIP], lo[CLOSE_STRIP], middle_hi[CLOSE_STRIP], middle_lo[CLOSE_STRIP];
};
#define CLOSE_LEAVE(to, found) s.to##hi[i] = (found).hi, s.to##lo[i] = (found).lo
#define CLOSE_LEFT(from) ((duo){s.from##hi[i], s.from##lo[i]})
#endif

/* How an element's result comes from the last step: as it is, or for a gate times its first input or beside it. */
#define CLOSE_WHOLE(last, ...) close_##last(__VA_ARGS__)
#define CLOSE_BESIDE(last, ...) close_beside(a[i], close_##last(__VA_ARGS__))
#define CLOSE_GATED(last, ...) close_gated(a[i], x[i], close_##last##_parts(__VA_ARGS__))

/* Strip by strip, each step in a loop of its own: first(x), then last(x, first, ...), or middle(x, first) between them and
 * last(x, first, middle, ...); or only(x, ...) in one loop, where nothing is gained by more. x is the input number `at`.
 * `guard`: for which parameters it is; -1 is returned for others. */
#define CLOSE_HEAD(name, at, guard)                                                                                    \
    int name(const float *const *in, const double *parameters, float *restrict out, ptrdiff_t n)                       \
    {                                                                                                                  \
        int32_t any = 0;                                                                                               \
        (void)parameters;                                                                                              \
        if (!(guard))                                                                                                  \
            return -1;                                                                                                 \
        for (ptrdiff_t start = 0; start < n; start += CLOSE_STRIP) {                                                   \
            const ptrdiff_t count = n - start < CLOSE_STRIP ? n - start : CLOSE_STRIP;                                 \
            const float *restrict x = in[at] + start, *restrict a = in[0] + start;                                     \
            float *restrict y = out + start;                                                                           \
            (void)a;
#define CLOSE_FIRST(first)                                                                                             \
    struct close_strip s;                                                                                              \
    for (ptrdiff_t i = 0; i < count; i++) {                                                                            \
        const duo found = close_##first(x[i]);                                                                         \
        CLOSE_LEAVE(, found);                                                                                          \
    }
#define CLOSE_MIDDLE(middle)                                                                                           \
    for (ptrdiff_t i = 0; i < count; i++) {                                                                            \
        const duo found = close_##middle(x[i], CLOSE_FROM);                                                            \
        CLOSE_LEAVE(middle_, found);                                                                                   \
    }
#define CLOSE_TAIL(unroll, result)                                                                                     \
    unroll for (ptrdiff_t i = 0; i < count; i++) {                                                                     \
        const close_result found = result;                                                                             \
        any |= found.doubt;                                                                                            \
        y[i] = close_from_bits(close_bits(found.y) | (uint32_t)found.doubt);                                           \
    }                                                                                                                  \
    }                                                                                                                  \
    return any != 0;                                                                                                   \
    }
#define CLOSE_FROM CLOSE_LEFT()
#define CLOSE_BETWEEN CLOSE_LEFT(middle_)
#define CLOSE_AT_ONCE(name, at, guard, result, only, ...)                                                              \
    CLOSE_HEAD(name, at, guard) CLOSE_TAIL(PIECEWISE_UNROLL, result(only, x[i], ##__VA_ARGS__))
/* The same in the loops of piecewise.h. */
#define CLOSE_PIECEWISE(name, guard, doubts)                                                                           \
    ptrdiff_t name(PIECEWISE_ARGUMENTS)                                                                                \
    {                                                                                                                  \
        (void)parameters;                                                                                              \
        if (!(guard))                                                                                                  \
            return 0;                                                                                                  \
        PIECEWISE_LOOPS(doubts)                                                                                        \
    }
#define CLOSE_ALONE(at, only, ...)                                                                                     \
    {                                                                                                                  \
        const close_result found = close_##only(at, ##__VA_ARGS__);                                                    \
        at = close_from_bits(close_bits(found.y) | (uint32_t)found.doubt);                                             \
    }
#define CLOSE_TWO(name, at, guard, result, first, last, ...)                                                           \
    CLOSE_HEAD(name, at, guard) CLOSE_FIRST(first) CLOSE_TAIL(, result(last, x[i], CLOSE_FROM, ##__VA_ARGS__))
#define CLOSE_THREE(name, at, guard, result, first, middle, last, ...)                                                 \
    CLOSE_HEAD(name, at, guard) CLOSE_FIRST(first) CLOSE_MIDDLE(middle)                                                \
        CLOSE_TAIL(, result(last, x[i], CLOSE_FROM, CLOSE_BETWEEN, ##__VA_ARGS__))
#endif
