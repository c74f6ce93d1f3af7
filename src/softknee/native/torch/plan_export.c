#include "plan_export.h"

#include "direct.h"
#include "plan_table.h"
#include "memory.h"
#include "nd_loop.h"

_Static_assert((int)PLAN_HALF == (int)HALF && (int)PLAN_SINGLE == (int)SINGLE && (int)PLAN_DOUBLE == (int)DOUBLE
                   && (int)PLAN_BFLOAT == (int)BFLOAT,
               "the element types have the same numbers");

static int prepare(void *plan)
{
    struct direct *self = plan;
    if (self->exported_value == NULL && (self->exported_value = direct_spec(self, -1)) == NULL)
        return 0;
    return self->exported_slope != NULL || (self->exported_slope = direct_spec(self, 0)) != NULL;
}

static int keeps_output(void *plan)
{
    return ((struct direct *)plan)->keeps_output;
}

static const char *name(void *plan)
{
    return PyUnicode_AsUTF8(((struct direct *)plan)->name);
}

static void place_tensor(struct operand *operand, const struct plan_tensor *tensor, int n_dims, ptrdiff_t size)
{
    operand->data = tensor->data;
    for (int d = 0; d < n_dims; d++)
        operand->strides[d] = tensor->strides[d] * size;
}

static int compute(void *plan, const struct plan_work *work)
{
    const struct direct *self = plan;
    struct nd_loop loop;
    if (work->n_dims > MAX_DIMS)
        return 0;
    loop.has_gradient = work->gradient.data != NULL;
    loop.spec = loop.has_gradient ? self->exported_slope : self->exported_value;
    loop.element = (enum element)work->element;
    loop.n_dims = work->n_dims;
    const ptrdiff_t size = element_size(loop.element);
    size_t bytes = (size_t)size;
    for (int d = 0; d < work->n_dims; d++) {
        loop.shape[d] = work->shape[d];
        bytes *= (size_t)work->shape[d];
    }
    place_tensor(&loop.in[0], &work->in, work->n_dims, size);
    place_tensor(&loop.out, &work->out, work->n_dims, size);
    if (loop.has_gradient)
        place_tensor(&loop.gradient, &work->gradient, work->n_dims, size);
    for (int k = 1; k < loop.spec->program.n_arguments; k++) {
        loop.in[k].data = (char *)&self->numbers[k];
        for (int d = 0; d < work->n_dims; d++)
            loop.in[k].strides[d] = 0;
    }
    if (!arrange_nd_loop(&loop))
        return 0;
    memory_advise_huge(work->out.data, bytes);
    return run_nd_loop(&loop, work->threads) < 0 ? -1 : 1;
}

static const struct plan_table table = {prepare, keeps_output, name, compute, DIRECT_RELEASE_FROM, DIRECT_THREADS_FROM};

const char plan_table_doc[] =
    "plan_table()\n\nThe table of functions through which code in C++ uses a `Direct`, as a capsule.";

PyObject *plan_table(PyObject *self, PyObject *unused)
{
    (void)self;
    (void)unused;
    return PyCapsule_New((void *)&table, PLAN_TABLE_CAPSULE, NULL);
}
