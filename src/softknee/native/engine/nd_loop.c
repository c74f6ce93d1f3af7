#include "nd_loop.h"

#include "openmp.h"

/* A call for a run costs as much as some tens of elements. */
enum { SHORT_RUN = 64 };

/* The operands of a loop one after the other: output, gradient, arguments. */
static struct operand *operand(struct nd_loop *loop, int k)
{
    return k == 0 ? &loop->out : k == 1 ? &loop->gradient : &loop->in[k - 2];
}

static void move_dim(struct nd_loop *loop, int from, int to)
{
    loop->shape[to] = loop->shape[from];
    for (int k = 0; k < loop->spec->program.n_arguments + 2; k++) {
        struct operand *o = operand(loop, k);
        if (k != 1 || loop->has_gradient)
            o->strides[to] = o->strides[from];
    }
}

static void swap_dims(struct nd_loop *loop, int a, int b)
{
    const ptrdiff_t size = loop->shape[a];
    loop->shape[a] = loop->shape[b];
    loop->shape[b] = size;
    for (int k = 0; k < loop->spec->program.n_arguments + 2; k++) {
        struct operand *o = operand(loop, k);
        if (k != 1 || loop->has_gradient) {
            const ptrdiff_t stride = o->strides[a];
            o->strides[a] = o->strides[b];
            o->strides[b] = stride;
        }
    }
}

/* Whether the outer dimension runs on where the inner one ends, in every operand. */
static int continues(struct nd_loop *loop, int outer, int inner)
{
    for (int k = 0; k < loop->spec->program.n_arguments + 2; k++) {
        const struct operand *o = operand(loop, k);
        if ((k != 1 || loop->has_gradient) && o->strides[outer] != o->strides[inner] * loop->shape[inner])
            return 0;
    }
    return 1;
}

int arrange_nd_loop(struct nd_loop *loop)
{
    int count = 0;
    for (int d = 0; d < loop->n_dims; d++)
        if (loop->shape[d] != 1)
            move_dim(loop, d, count++);
    for (int d = 1; d < count; d++)
        for (int e = d; e > 0 && loop->out.strides[e - 1] < loop->out.strides[e]; e--)
            swap_dims(loop, e - 1, e);
    int last = 0;
    for (int d = 1; d < count; d++) {
        if (continues(loop, last, d)) {
            const ptrdiff_t size = loop->shape[last];
            move_dim(loop, d, last);
            loop->shape[last] *= size;
        } else {
            move_dim(loop, d, ++last);
        }
    }
    loop->n_dims = count == 0 ? 0 : last + 1;
    return loop->n_dims <= 1 || loop->shape[loop->n_dims - 1] >= SHORT_RUN;
}

/* The runs of a loop, which are its innermost dimension, counted through all others. */
struct runs {
    const struct nd_loop *loop;
    int threads; /* within a run */
    int failed;
};

static void run_some(void *context, ptrdiff_t from, ptrdiff_t to)
{
    struct runs *runs = context;
    const struct nd_loop *loop = runs->loop;
    const int n_arguments = loop->spec->program.n_arguments, inner = loop->n_dims - 1;
    struct work work = {.spec = loop->spec, .element = loop->element, .n = inner < 0 ? 1 : loop->shape[inner]};
    work.out_stride = inner < 0 ? 0 : loop->out.strides[inner];
    work.gradient_stride = inner < 0 || !loop->has_gradient ? 0 : loop->gradient.strides[inner];
    for (int k = 0; k < n_arguments; k++)
        work.in_stride[k] = inner < 0 ? 0 : loop->in[k].strides[inner];
    for (ptrdiff_t run = from; run < to; run++) {
        work.out = loop->out.data;
        work.gradient = loop->has_gradient ? loop->gradient.data : NULL;
        for (int k = 0; k < n_arguments; k++)
            work.in[k] = loop->in[k].data;
        ptrdiff_t rest = run;
        for (int d = inner - 1; d >= 0; d--) {
            const ptrdiff_t at = rest % loop->shape[d];
            rest /= loop->shape[d];
            work.out += at * loop->out.strides[d];
            if (loop->has_gradient)
                work.gradient += at * loop->gradient.strides[d];
            for (int k = 0; k < n_arguments; k++)
                work.in[k] += at * loop->in[k].strides[d];
        }
        if (run_work(&work, runs->threads, openmp_run) < 0)
            __atomic_store_n(&runs->failed, 1, __ATOMIC_RELAXED);
    }
}

int run_nd_loop(const struct nd_loop *loop, int threads)
{
    const int inner = loop->n_dims - 1;
    ptrdiff_t count = 1;
    for (int d = 0; d < inner; d++)
        count *= loop->shape[d];
    const ptrdiff_t n = inner < 0 ? 1 : loop->shape[inner];
    if (count == 0 || n == 0)
        return 0;
    const ptrdiff_t grain = least_share(loop->spec);
    struct runs runs = {loop, n >= 2 * grain ? threads : 1, 0};
    if (runs.threads > 1 || threads == 1 || n * count < 2 * grain)
        run_some(&runs, 0, count);
    else
        openmp_run(run_some, &runs, count, (grain + n - 1) / n, threads);
    return runs.failed ? -1 : 0;
}
