#include "fused_pair.h"

#include <string.h>

/* So many elements stay in the first-level cache between the two. */
enum { AT_ONCE = 1024, GREATEST_ELEMENT = 8 };

struct fused_pair {
    const struct work *works[2];
    int overlaps; /* an output with an input: then both are computed before either is written */
    int failed;
};

static void copy_out(const struct work *work, const char *from, ptrdiff_t start, ptrdiff_t n)
{
    const ptrdiff_t size = element_size(work->element);
    for (ptrdiff_t i = 0; i < n; i++)
        memcpy(work->out + (start + i) * work->out_stride, from + i * size, (size_t)size);
}

static int run_apart(const struct fused_pair *pair, ptrdiff_t start, ptrdiff_t n)
{
    _Alignas(GREATEST_ELEMENT) char results[2][AT_ONCE * GREATEST_ELEMENT];
    int status = 0;
    for (int k = 0; k < 2; k++) {
        struct work work = *pair->works[k];
        for (int a = 0; a < work.spec->program.n_arguments; a++)
            work.in[a] += start * work.in_stride[a];
        work.n = n;
        work.out = results[k];
        work.out_stride = element_size(work.element);
        status |= softknee_isa->run_range(&work, 0, n);
    }
    for (int k = 0; k < 2; k++)
        copy_out(pair->works[k], results[k], start, n);
    return status;
}

static void run_some(void *context, ptrdiff_t from, ptrdiff_t to)
{
    struct fused_pair *pair = context;
    for (ptrdiff_t start = from; start < to; start += AT_ONCE) {
        const ptrdiff_t end = to - start < AT_ONCE ? to : start + AT_ONCE;
        int status = 0;
        if (pair->overlaps)
            status = run_apart(pair, start, end - start);
        else
            for (int k = 0; k < 2; k++)
                status |= softknee_isa->run_range(pair->works[k], start, end);
        if (status < 0)
            __atomic_store_n(&pair->failed, 1, __ATOMIC_RELAXED);
    }
}

int run_fused_pair(const struct work *first, const struct work *second, int threads, parallel_for *parallel)
{
    const enum overlap a = overlap_of(first), b = overlap_of(second), worst = a > b ? a : b;
    const ptrdiff_t grain = least_share(first->spec);
    struct fused_pair pair = {{first, second}, worst != APART, 0};
    if (threads == 1 || first->n < 2 * grain || worst == SHIFTED)
        run_some(&pair, 0, first->n);
    else
        parallel(run_some, &pair, first->n, grain, threads);
    return pair.failed ? -1 : 0;
}
