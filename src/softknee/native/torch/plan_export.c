#include "lend.h"

#include "direct.h"
#include "lent.h"
#include "memory.h"
#include "sweep.h"

_Static_assert((int)LENT_HALF == (int)HALF && (int)LENT_SINGLE == (int)SINGLE && (int)LENT_DOUBLE == (int)DOUBLE
                   && (int)LENT_BFLOAT == (int)BFLOAT,
               "the element types have the same numbers");

static int prepare(void *plan)
{
    struct direct *self = plan;
    if (self->lent_value == NULL && (self->lent_value = direct_face(self, -1)) == NULL)
        return 0;
    return self->lent_slope != NULL || (self->lent_slope = direct_face(self, 0)) != NULL;
}

static int keeps_output(void *plan)
{
    return ((struct direct *)plan)->keeps_output;
}

static const char *name(void *plan)
{
    return PyUnicode_AsUTF8(((struct direct *)plan)->name);
}

static void place_lent(struct operand *operand, const struct lent_tensor *tensor, int n_dims, ptrdiff_t size)
{
    operand->data = tensor->data;
    for (int d = 0; d < n_dims; d++)
        operand->strides[d] = tensor->strides[d] * size;
}

static int compute(void *plan, const struct lent_work *work)
{
    const struct direct *self = plan;
    struct sweep sweep;
    if (work->n_dims > MAX_DIMS)
        return 0;
    sweep.has_gradient = work->gradient.data != NULL;
    sweep.face = sweep.has_gradient ? self->lent_slope : self->lent_value;
    sweep.element = (enum element)work->element;
    sweep.n_dims = work->n_dims;
    const ptrdiff_t size = element_size(sweep.element);
    size_t bytes = (size_t)size;
    for (int d = 0; d < work->n_dims; d++) {
        sweep.shape[d] = work->shape[d];
        bytes *= (size_t)work->shape[d];
    }
    place_lent(&sweep.in[0], &work->in, work->n_dims, size);
    place_lent(&sweep.out, &work->out, work->n_dims, size);
    if (sweep.has_gradient)
        place_lent(&sweep.gradient, &work->gradient, work->n_dims, size);
    for (int k = 1; k < sweep.face->program.n_arguments; k++) {
        sweep.in[k].data = (char *)&self->numbers[k];
        for (int d = 0; d < work->n_dims; d++)
            sweep.in[k].strides[d] = 0;
    }
    if (!arrange(&sweep))
        return 0;
    memory_advise_huge(work->out.data, bytes);
    return run_sweep(&sweep, work->threads) < 0 ? -1 : 1;
}

static const struct lent table = {prepare, keeps_output, name, compute, DIRECT_RELEASE_FROM, DIRECT_THREADS_FROM};

const char lend_doc[] = "lend()\n\nThe table of functions through which code in C++ uses a `Direct`, as a capsule.";

PyObject *lend(PyObject *self, PyObject *unused)
{
    (void)self;
    (void)unused;
    return PyCapsule_New((void *)&table, LENT_CAPSULE, NULL);
}
