#include "sweep.h"

#include "team.h"

/* A call for a run costs as much as some tens of elements. */
enum { SHORT_RUN = 64 };

/* The operands of a sweep one after the other: output, gradient, arguments. */
static struct operand *operand(struct sweep *sweep, int k)
{
    return k == 0 ? &sweep->out : k == 1 ? &sweep->gradient : &sweep->in[k - 2];
}

static void move_dim(struct sweep *sweep, int from, int to)
{
    sweep->shape[to] = sweep->shape[from];
    for (int k = 0; k < sweep->face->program.n_arguments + 2; k++) {
        struct operand *o = operand(sweep, k);
        if (k != 1 || sweep->has_gradient)
            o->strides[to] = o->strides[from];
    }
}

static void swap_dims(struct sweep *sweep, int a, int b)
{
    const ptrdiff_t size = sweep->shape[a];
    sweep->shape[a] = sweep->shape[b];
    sweep->shape[b] = size;
    for (int k = 0; k < sweep->face->program.n_arguments + 2; k++) {
        struct operand *o = operand(sweep, k);
        if (k != 1 || sweep->has_gradient) {
            const ptrdiff_t stride = o->strides[a];
            o->strides[a] = o->strides[b];
            o->strides[b] = stride;
        }
    }
}

/* Whether the outer dimension runs on where the inner one ends, in every operand. */
static int continues(struct sweep *sweep, int outer, int inner)
{
    for (int k = 0; k < sweep->face->program.n_arguments + 2; k++) {
        const struct operand *o = operand(sweep, k);
        if ((k != 1 || sweep->has_gradient) && o->strides[outer] != o->strides[inner] * sweep->shape[inner])
            return 0;
    }
    return 1;
}

int arrange(struct sweep *sweep)
{
    int count = 0;
    for (int d = 0; d < sweep->n_dims; d++)
        if (sweep->shape[d] != 1)
            move_dim(sweep, d, count++);
    for (int d = 1; d < count; d++)
        for (int e = d; e > 0 && sweep->out.strides[e - 1] < sweep->out.strides[e]; e--)
            swap_dims(sweep, e - 1, e);
    int last = 0;
    for (int d = 1; d < count; d++) {
        if (continues(sweep, last, d)) {
            const ptrdiff_t size = sweep->shape[last];
            move_dim(sweep, d, last);
            sweep->shape[last] *= size;
        } else {
            move_dim(sweep, d, ++last);
        }
    }
    sweep->n_dims = count == 0 ? 0 : last + 1;
    return sweep->n_dims <= 1 || sweep->shape[sweep->n_dims - 1] >= SHORT_RUN;
}

/* The runs of a sweep, which are its innermost dimension, counted through all others. */
struct runs {
    const struct sweep *sweep;
    int threads; /* within a run */
    int failed;
};

static void run_some(void *context, ptrdiff_t from, ptrdiff_t to)
{
    struct runs *runs = context;
    const struct sweep *sweep = runs->sweep;
    const int n_arguments = sweep->face->program.n_arguments, inner = sweep->n_dims - 1;
    struct work work = {.face = sweep->face, .element = sweep->element, .n = inner < 0 ? 1 : sweep->shape[inner]};
    work.out_stride = inner < 0 ? 0 : sweep->out.strides[inner];
    work.gradient_stride = inner < 0 || !sweep->has_gradient ? 0 : sweep->gradient.strides[inner];
    for (int k = 0; k < n_arguments; k++)
        work.in_stride[k] = inner < 0 ? 0 : sweep->in[k].strides[inner];
    for (ptrdiff_t run = from; run < to; run++) {
        work.out = sweep->out.data;
        work.gradient = sweep->has_gradient ? sweep->gradient.data : NULL;
        for (int k = 0; k < n_arguments; k++)
            work.in[k] = sweep->in[k].data;
        ptrdiff_t rest = run;
        for (int d = inner - 1; d >= 0; d--) {
            const ptrdiff_t at = rest % sweep->shape[d];
            rest /= sweep->shape[d];
            work.out += at * sweep->out.strides[d];
            if (sweep->has_gradient)
                work.gradient += at * sweep->gradient.strides[d];
            for (int k = 0; k < n_arguments; k++)
                work.in[k] += at * sweep->in[k].strides[d];
        }
        if (run_work(&work, runs->threads, team_run) < 0)
            __atomic_store_n(&runs->failed, 1, __ATOMIC_RELAXED);
    }
}

int run_sweep(const struct sweep *sweep, int threads)
{
    const int inner = sweep->n_dims - 1;
    ptrdiff_t count = 1;
    for (int d = 0; d < inner; d++)
        count *= sweep->shape[d];
    const ptrdiff_t n = inner < 0 ? 1 : sweep->shape[inner];
    if (count == 0 || n == 0)
        return 0;
    const ptrdiff_t grain = least_share(sweep->face);
    struct runs runs = {sweep, n >= 2 * grain ? threads : 1, 0};
    if (runs.threads > 1 || threads == 1 || n * count < 2 * grain)
        run_some(&runs, 0, count);
    else
        team_run(run_some, &runs, count, (grain + n - 1) / n, threads);
    return runs.failed ? -1 : 0;
}
