/* `Direct`: one activation at some parameters, on torch's CPU tensors.
 *
 * Its methods return None for what they leave to the general way: tensors elsewhere or of other
 * types, and whenever torch traces, transforms or watches. */
#include "direct.h"

#include <stdlib.h>

#include "dlpack_import.h"
#include "derivative_spec.h"
#include "half_types.h"
#include "memory.h"

const struct spec *direct_spec(struct direct *self, int by)
{
    PyObject **at = by < 0 ? &self->value : &self->slopes[by];
    if (*at == NULL) {
        PyObject *made = PyObject_CallFunction(self->specs, "i", by);
        if (made == NULL)
            return NULL;
        if (*at == NULL)
            *at = made;
        else
            Py_DECREF(made); /* another thread was faster */
    }
    return spec_of(*at);
}

static double parameter_element(const char *at, enum element element)
{
    switch (element) {
    case HALF: return half_to_double(*(const uint16_t *)at);
    case BFLOAT: return bfloat_to_double(*(const uint16_t *)at);
    case SINGLE: return *(const float *)at;
    default: return *(const double *)at;
    }
}

/* A parameter that comes with the call: one number, or one for each channel (axis 1), as doubles in
 * `made`. 1, 0 where it does not fit, -1 with an exception set. */
static int place_parameter(struct nd_loop *loop, struct operand *operand, PyObject *tensor, double *one, double **made)
{
    struct dlpack_tensor t;
    enum element element;
    if (!dlpack_import(tensor, &t, &element))
        return 0;
    ptrdiff_t count = 1;
    for (int d = 0; d < t.n_dims; d++)
        count *= t.shape[d];
    for (int d = 0; d < loop->n_dims; d++)
        operand->strides[d] = 0;
    const char *source = (const char *)t.data + t.byte_offset;
    if (count == 1) {
        *one = parameter_element(source, element);
        operand->data = (char *)one;
        return 1;
    }
    if (t.n_dims != 1 || loop->n_dims < 2 || count != loop->shape[1] || count == 0)
        return 0;
    *made = malloc((size_t)count * sizeof **made);
    if (*made == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (ptrdiff_t i = 0; i < count; i++)
        (*made)[i] = parameter_element(source + i * t.strides[0] * element_size(element), element);
    operand->data = (char *)*made;
    operand->strides[1] = sizeof **made;
    return 1;
}

/* A tensor's memory. */
struct view {
    struct dlpack_tensor tensor;
    enum element element;
};

static int look_at(PyObject *tensor, struct view *view)
{
    return dlpack_import(tensor, &view->tensor, &view->element);
}

static size_t bytes_of(const struct view *view)
{
    size_t bytes = (size_t)element_size(view->element);
    for (int d = 0; d < view->tensor.n_dims; d++)
        bytes *= (size_t)view->tensor.shape[d];
    return bytes;
}

/* The tensors of one computation; `given` as in a call. */
struct computation {
    const struct spec *spec;
    PyObject *const *given;
    PyObject *gradient; /* NULL for none */
    PyObject *out;
    const struct view *first, *target; /* of given[0] and of out */
};

/* Set up the loop; `numbers` and `made` hold the parameters. Returns as `place_parameter` does. */
static int lay_out(struct direct *self, const struct computation *c, struct nd_loop *loop, double *numbers, double **made)
{
    loop->spec = c->spec;
    loop->element = c->target->element;
    loop->n_dims = c->target->tensor.n_dims;
    loop->has_gradient = c->gradient != NULL;
    for (int d = 0; d < loop->n_dims; d++)
        loop->shape[d] = c->target->tensor.shape[d];
    place(loop, &loop->out, &c->target->tensor);
    for (int k = 0; k < self->n_inputs + (c->gradient != NULL); k++) {
        const struct view *view = c->first;
        struct view other;
        if (k > 0) {
            if (!look_at(k < self->n_inputs ? c->given[k] : c->gradient, &other))
                return 0;
            view = &other;
        }
        if (view->element != loop->element
            || !place(loop, k < self->n_inputs ? &loop->in[k] : &loop->gradient, &view->tensor))
            return 0;
    }
    int next = self->n_inputs;
    for (int k = self->n_inputs; k < c->spec->program.n_arguments; k++) {
        numbers[k] = self->numbers[k];
        if (self->comes_with_call[k]) {
            const int fits = place_parameter(loop, &loop->in[k], c->given[next++], &numbers[k], &made[k]);
            if (fits <= 0)
                return fits;
        } else {
            loop->in[k].data = (char *)&numbers[k];
            for (int d = 0; d < loop->n_dims; d++)
                loop->in[k].strides[d] = 0;
        }
    }
    return 1;
}

static int thread_count(ptrdiff_t n)
{
    if (n < DIRECT_THREADS_FROM)
        return 1;
    PyObject *number = PyObject_CallNoArgs(softknee_torch.num_threads);
    const long count = number == NULL ? -1 : PyLong_AsLong(number);
    Py_XDECREF(number);
    return count < 1 ? -1 : (int)count;
}

static int run(const struct nd_loop *loop)
{
    ptrdiff_t n = 1;
    for (int d = 0; d < loop->n_dims; d++)
        n *= loop->shape[d];
    const int threads = thread_count(n);
    if (threads < 0)
        return -1;
    int status;
    if (n < DIRECT_RELEASE_FROM) {
        status = run_nd_loop(loop, threads);
    } else {
        Py_BEGIN_ALLOW_THREADS
        status = run_nd_loop(loop, threads);
        Py_END_ALLOW_THREADS
    }
    if (status < 0)
        PyErr_NoMemory();
    return status < 0 ? -1 : 1;
}

/* The same computation on copies that lie in memory as the output does. Returns as `place_parameter` does. */
static int compute(struct direct *self, const struct computation *c, int own_out);

static int compute_dense(struct direct *self, const struct computation *c)
{
    PyObject *dense[MAX_ARGUMENTS] = {NULL};
    struct computation again = *c;
    int status = 1;
    for (int k = 0; k < self->n_given; k++) {
        dense[k] = k < self->n_inputs ? new_like(c->out, c->given[k]) : Py_NewRef(c->given[k]);
        if (dense[k] == NULL)
            status = -1;
    }
    again.given = dense;
    if (c->gradient != NULL && (again.gradient = new_like(c->out, c->gradient)) == NULL)
        status = -1;
    struct view first;
    again.first = &first;
    if (status > 0)
        status = look_at(dense[0], &first) ? compute(self, &again, 1) : 0;
    for (int k = 0; k < self->n_given; k++)
        Py_XDECREF(dense[k]);
    if (c->gradient != NULL)
        Py_XDECREF(again.gradient);
    return status;
}

/* Whether the data lies in memory as the output does. */
static int is_dense(const struct nd_loop *loop)
{
    const int inner = loop->n_dims - 1;
    int same = 1;
    for (int d = 0; d <= inner; d++) {
        for (int k = 0; k < loop->spec->n_inputs; k++)
            same &= loop->in[k].strides[d] == loop->out.strides[d];
        same &= !loop->has_gradient || loop->gradient.strides[d] == loop->out.strides[d];
    }
    return same;
}

/* `own_out`: the output was made here, so that copies can lie as it does. */
static int compute(struct direct *self, const struct computation *c, int own_out)
{
    struct nd_loop loop;
    double numbers[MAX_ARGUMENTS], *made[MAX_ARGUMENTS] = {NULL};
    int copied = 0;
    int status = lay_out(self, c, &loop, numbers, made);
    if (status > 0) {
        /* Short runs are copied into long ones, unless it is a parameter that cuts them. */
        copied = !arrange_nd_loop(&loop) && !is_dense(&loop);
        status = !copied ? run(&loop) : own_out;
    }
    for (int k = self->n_inputs; k < MAX_ARGUMENTS; k++)
        free(made[k]);
    return copied && own_out ? compute_dense(self, c) : status;
}

/* The spec of `by` on `given`, times the gradient where there is one, into `out` or a new tensor;
 * None where this is left to the general way. */
static PyObject *result(struct direct *self, int by, PyObject *const *given, PyObject *gradient, PyObject *out)
{
    const struct spec *spec = direct_spec(self, by);
    if (spec == NULL)
        return NULL;
    struct view first, target;
    if (!look_at(given[0], &first))
        Py_RETURN_NONE;
    const int own_out = out == NULL;
    out = own_out ? new_like(given[0], NULL) : Py_NewRef(out);
    if (out == NULL)
        return NULL;
    if (!look_at(out, &target)) {
        Py_DECREF(out);
        Py_RETURN_NONE;
    }
    if (own_out)
        memory_advise_huge((char *)target.tensor.data + target.tensor.byte_offset, bytes_of(&target));
    const struct computation c = {spec, given, gradient, out, &first, &target};
    const int status = compute(self, &c, own_out);
    if (status > 0)
        return out;
    Py_DECREF(out);
    if (status < 0)
        return NULL;
    Py_RETURN_NONE;
}

static int wanted(struct direct *self, PyObject *const *given, Py_ssize_t n)
{
    if (softknee_torch.tensor == NULL || n != self->n_given)
        return 0;
    if (!is_exact(given[0]))
        return 0;
    int go = is_quiet(given[0]);
    for (Py_ssize_t k = 0; go > 0 && k < n; k++)
        go = is_plain(given[k]);
    return go;
}

/* The value that a call has already, for the `forward` that it causes in the same thread: only a call
 * that can be computed here may be recorded here. */
struct ready {
    const struct direct *of;
    PyObject *out; /* borrowed from the call */
};
static _Thread_local struct ready ready;

static PyObject *direct_call(PyObject *object, PyObject *const *given, size_t nargsf, PyObject *names)
{
    struct direct *self = (struct direct *)object;
    const Py_ssize_t n = PyVectorcall_NARGS(nargsf);
    int go = names == NULL || PyTuple_GET_SIZE(names) == 0 ? wanted(self, given, n) : 0;
    if (go < 0)
        return NULL;
    if (!go)
        Py_RETURN_NONE;
    int recorded = 0;
    for (Py_ssize_t k = 0; recorded == 0 && k < n; k++)
        recorded = requires_grad(given[k]);
    if (recorded > 0)
        recorded = grad_enabled();
    if (recorded < 0)
        return NULL;
    if (!recorded)
        return result(self, -1, given, NULL, NULL);
    if (softknee_torch.node != NULL && self->n_given == 1) {
        PyObject *const about[] = {object, given[0]};
        PyObject *found = PyObject_Vectorcall(softknee_torch.node, about, 2, NULL);
        if (found != Py_None)
            return found;
        Py_DECREF(found);
    }
    if (self->apply == Py_None || self->apply == NULL)
        Py_RETURN_NONE;
    PyObject *out = result(self, -1, given, NULL, NULL);
    if (out == NULL || out == Py_None)
        return out;
    const struct ready before = ready;
    ready = (struct ready){self, out};
    PyObject *made = PyObject_Vectorcall(self->apply, given, (size_t)n, NULL);
    ready = before;
    Py_DECREF(out);
    return made;
}

static PyObject *direct_forward(struct direct *self, PyObject *const *args, Py_ssize_t n)
{
    if (n != self->n_given + 1)
        return PyErr_Format(PyExc_TypeError, "forward takes a context and %d tensors", self->n_given);
    PyObject *out = ready.of == self ? Py_NewRef(ready.out) : result(self, -1, args + 1, NULL, NULL);
    ready.of = NULL;
    if (out == Py_None) {
        Py_DECREF(out);
        return PyErr_Format(PyExc_RuntimeError, "the tensors changed during the call");
    }
    if (out == NULL)
        return NULL;
    /* What ctx.save_for_backward sets, without a frame of Python. */
    static PyObject *name;
    if (name == NULL)
        name = PyUnicode_InternFromString("to_save");
    PyObject *saved = name == NULL ? NULL : PyTuple_New(self->keeps_output ? 1 : self->n_given);
    for (Py_ssize_t k = 0; saved != NULL && k < PyTuple_GET_SIZE(saved); k++)
        PyTuple_SET_ITEM(saved, k, Py_NewRef(self->keeps_output ? out : args[1 + k]));
    if (saved == NULL || PyObject_SetAttr(args[0], name, saved) < 0)
        Py_CLEAR(out);
    Py_XDECREF(saved);
    return out;
}

static PyObject *direct_backward(struct direct *self, PyObject *const *args, Py_ssize_t n)
{
    if (n != 2)
        return PyErr_Format(PyExc_TypeError, "backward takes a context and a gradient");
    static PyObject *name;
    if (name == NULL && (name = PyUnicode_InternFromString("saved_tensors")) == NULL)
        return NULL;
    PyObject *saved = PyObject_GetAttr(args[0], name);
    if (saved == NULL)
        return NULL;
    PyObject *made = NULL;
    int go = PyTuple_Check(saved) && PyTuple_GET_SIZE(saved) == 1 && self->n_given == 1 && is_exact(args[1]);
    if (go) {
        const int recorded = grad_enabled();
        go = recorded < 0 ? -1 : !recorded;
    }
    if (go > 0)
        go = wanted(self, &PyTuple_GET_ITEM(saved, 0), 1);
    if (go > 0)
        go = is_plain(args[1]);
    if (go > 0)
        made = result(self, 0, &PyTuple_GET_ITEM(saved, 0), args[1], NULL);
    if (go == 0 || made == Py_None) {
        Py_XDECREF(made);
        PyObject *const general[] = {args[0], saved, args[1]};
        made = PyObject_Vectorcall(self->general, general, 3, NULL);
    }
    Py_DECREF(saved);
    return made;
}

static PyObject *direct_value(struct direct *self, PyObject *const *args, Py_ssize_t n)
{
    int go = n < 1 ? 0 : wanted(self, args + 1, n - 1);
    if (go > 0 && args[0] != Py_None)
        go = is_plain(args[0]);
    if (go < 0)
        return NULL;
    if (!go)
        Py_RETURN_NONE;
    return result(self, -1, args + 1, NULL, args[0] == Py_None ? NULL : args[0]);
}

static PyObject *direct_product(struct direct *self, PyObject *const *args, Py_ssize_t n)
{
    if (n < 4)
        return PyErr_Format(PyExc_TypeError, "product takes an index, an output, a gradient and the tensors");
    const long by = PyLong_AsLong(args[0]);
    if (by == -1 && PyErr_Occurred())
        return NULL;
    if (by < 0 || by >= MAX_ARGUMENTS)
        return PyErr_Format(PyExc_ValueError, "there is no argument %ld", by);
    int go = wanted(self, args + 3, n - 3);
    if (go > 0)
        go = is_plain(args[2]);
    if (go > 0 && args[1] != Py_None)
        go = is_plain(args[1]);
    if (go < 0)
        return NULL;
    if (!go)
        Py_RETURN_NONE;
    return result(self, (int)by, args + 3, args[2], args[1] == Py_None ? NULL : args[1]);
}

static PyObject *direct_bind(struct direct *self, PyObject *const *args, Py_ssize_t n)
{
    if (n != 2)
        return PyErr_Format(PyExc_TypeError, "bind takes apply and general");
    Py_XSETREF(self->apply, Py_NewRef(args[0]));
    Py_XSETREF(self->general, Py_NewRef(args[1]));
    Py_RETURN_NONE;
}

static PyObject *direct_new(PyTypeObject *type, PyObject *args, PyObject *names)
{
    PyObject *specs, *numbers, *name = NULL;
    int n_inputs, keeps_output = 0;
    if (names != NULL && PyDict_GET_SIZE(names) != 0)
        return PyErr_Format(PyExc_TypeError, "Direct takes no keywords");
    if (!PyArg_ParseTuple(args, "OiO!|pU", &specs, &n_inputs, &PyTuple_Type, &numbers, &keeps_output, &name))
        return NULL;
    const Py_ssize_t count = PyTuple_GET_SIZE(numbers);
    if (n_inputs < 1 || count > MAX_ARGUMENTS - n_inputs)
        return PyErr_Format(PyExc_ValueError, "too few inputs or too many parameters");
    struct direct *self = (struct direct *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->vectorcall = direct_call;
    self->n_inputs = self->n_given = n_inputs;
    self->name = name == NULL ? PyUnicode_FromString("softknee") : Py_NewRef(name);
    self->specs = Py_NewRef(specs);
    self->apply = Py_NewRef(Py_None);
    self->general = Py_NewRef(Py_None);
    for (Py_ssize_t k = 0; k < count; k++) {
        PyObject *number = PyTuple_GET_ITEM(numbers, k);
        if (number == Py_None) {
            self->comes_with_call[n_inputs + k] = 1;
            self->n_given++;
        } else {
            self->numbers[n_inputs + k] = PyFloat_AsDouble(number);
        }
    }
    const struct spec *value = PyErr_Occurred() ? NULL : direct_spec(self, -1);
    self->keeps_output = keeps_output;
    if (keeps_output && self->n_given != 1)
        PyErr_SetString(PyExc_ValueError, "only of one tensor the output may be kept");
    if (value != NULL && (value->n_inputs != n_inputs || value->program.n_arguments != n_inputs + count))
        PyErr_SetString(PyExc_ValueError, "the spec has other arguments");
    if (PyErr_Occurred())
        Py_CLEAR(self);
    return (PyObject *)self;
}

static int direct_traverse(PyObject *object, visitproc visit, void *arg)
{
    struct direct *self = (struct direct *)object;
    Py_VISIT(self->specs);
    Py_VISIT(self->apply);
    Py_VISIT(self->general);
    return 0;
}

static int direct_clear(PyObject *object)
{
    struct direct *self = (struct direct *)object;
    Py_CLEAR(self->name);
    Py_CLEAR(self->specs);
    Py_CLEAR(self->apply);
    Py_CLEAR(self->general);
    Py_CLEAR(self->value);
    for (int k = 0; k < MAX_ARGUMENTS; k++)
        Py_CLEAR(self->slopes[k]);
    return 0;
}

static void direct_dealloc(PyObject *object)
{
    PyObject_GC_UnTrack(object);
    direct_clear(object);
    Py_TYPE(object)->tp_free(object);
}

/* `backward` as a method: torch's nodes call `apply` of their class with the gradient alone. */
static PyObject *direct_method(struct direct *self, PyObject *unused)
{
    (void)unused;
    PyObject *backward = PyObject_GetAttrString((PyObject *)self, "backward");
    PyObject *method = backward == NULL ? NULL : PyInstanceMethod_New(backward);
    Py_XDECREF(backward);
    return method;
}

static PyMethodDef direct_methods[] = {
    {"bind", (PyCFunction)(void (*)(void))direct_bind, METH_FASTCALL,
     "bind(apply, general): what records a call for autograd, and the backward for what is left to the general way."},
    {"forward", (PyCFunction)(void (*)(void))direct_forward, METH_FASTCALL,
     "forward(ctx, *tensors): the value; the tensors, or the value alone, are saved for backward."},
    {"backward", (PyCFunction)(void (*)(void))direct_backward, METH_FASTCALL,
     "backward(ctx, gradient): gradient * slope of what was saved in one pass, for one tensor."},
    {"backward_method", (PyCFunction)(void (*)(void))direct_method, METH_NOARGS,
     "backward_method(): `backward` for a class, whose instances it takes as ctx."},
    {"value", (PyCFunction)(void (*)(void))direct_value, METH_FASTCALL,
     "value(out, *tensors): the value, written into `out` or, for None, a new tensor."},
    {"product", (PyCFunction)(void (*)(void))direct_product, METH_FASTCALL,
     "product(index, out, gradient, *tensors): gradient * derivative by the argument of that index."},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject direct_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "softknee._native.Direct",
    .tp_doc = "Direct(specs, n_inputs, numbers, keeps_output=False, name='softknee')\n\nAn activation on torch's CPU tensors; a parameter that is None "
              "comes with each call, as a tensor.\nCalled with tensors it gives the value, recorded where a gradient "
              "is wanted, or None where it declines.",
    .tp_basicsize = sizeof(struct direct),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_new = direct_new,
    .tp_dealloc = direct_dealloc,
    .tp_traverse = direct_traverse,
    .tp_clear = direct_clear,
    .tp_call = PyVectorcall_Call,
    .tp_vectorcall_offset = offsetof(struct direct, vectorcall),
    .tp_methods = direct_methods,
};

int add_direct(PyObject *module)
{
    return PyModule_AddType(module, &direct_type);
}
