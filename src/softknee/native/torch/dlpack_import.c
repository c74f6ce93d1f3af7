#include "dlpack_import.h"

struct torch softknee_torch;

const char setup_torch_doc[] =
    "setup_torch(exchange, tensor, parameter, overridden, watchers, flags, is_grad_enabled, is_neg, empty_like, "
    "num_threads)\n\nTell the module of torch: its DLPack table of functions, the types that are taken, what says\n"
    "whether anybody watches the call, and the functions of torch that are called.";

PyObject *setup_torch(PyObject *self, PyObject *args)
{
    PyObject *capsule;
    struct torch t;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOO!O!OOOO", &capsule, &t.tensor, &t.parameter, &t.overridden, &PyTuple_Type,
                          &t.watchers, &PyTuple_Type, &t.flags, &t.is_grad_enabled, &t.is_neg, &t.empty_like,
                          &t.num_threads))
        return NULL;
    t.exchange = PyCapsule_GetPointer(capsule, DLPACK_EXCHANGE_CAPSULE);
    if (t.exchange == NULL)
        return NULL;
    if (t.exchange->major != DLPACK_MAJOR || t.exchange->tensor_from_object == NULL)
        Py_RETURN_FALSE;
    /* For as long as the process lives, as the modules they are of. */
    PyObject *kept[] = {capsule,      t.tensor, t.parameter,       t.overridden, t.watchers,
                        t.flags, t.is_grad_enabled, t.is_neg,     t.empty_like, t.num_threads};
    for (size_t k = 0; k < sizeof kept / sizeof *kept; k++)
        Py_INCREF(kept[k]);
    t.node = NULL;
    softknee_torch = t;
    Py_RETURN_TRUE;
}

const char set_torch_node_doc[] =
    "set_torch_node(node)\n\nRecord calls of one tensor by node(plan, x), which gives the value, or None for what it\n"
    "leaves to a node in Python; None: all of them.";

PyObject *set_torch_node(PyObject *self, PyObject *node)
{
    (void)self;
    Py_XSETREF(softknee_torch.node, node == Py_None ? NULL : Py_NewRef(node));
    Py_RETURN_NONE;
}

static int truth(PyObject *result)
{
    if (result == NULL)
        return -1;
    const int is_true = result == Py_None || result == Py_False ? 0 : PyObject_IsTrue(result);
    Py_DECREF(result);
    return is_true;
}

int is_exact(PyObject *object)
{
    const PyObject *type = (PyObject *)Py_TYPE(object);
    return type == softknee_torch.tensor || type == softknee_torch.parameter;
}

int is_quiet(PyObject *tensor)
{
    const struct torch *t = &softknee_torch;
    int seen = truth(PyObject_CallOneArg(t->overridden, tensor));
    for (Py_ssize_t k = 0; seen == 0 && k < PyTuple_GET_SIZE(t->watchers); k++)
        seen = truth(PyObject_CallNoArgs(PyTuple_GET_ITEM(t->watchers, k)));
    for (Py_ssize_t k = 0; seen == 0 && k < PyTuple_GET_SIZE(t->flags); k++) {
        PyObject *flag = PyTuple_GET_ITEM(t->flags, k);
        PyObject *now = PyDict_GetItemWithError(PyTuple_GET_ITEM(flag, 0), PyTuple_GET_ITEM(flag, 1));
        if (now == NULL)
            seen = PyErr_Occurred() ? -1 : 1;
        else if (now != PyTuple_GET_ITEM(flag, 2))
            seen = PyObject_RichCompareBool(now, PyTuple_GET_ITEM(flag, 2), Py_NE);
    }
    return seen < 0 ? -1 : !seen;
}

int is_plain(PyObject *object)
{
    if (!is_exact(object))
        return 0;
    const int negated = truth(PyObject_CallOneArg(softknee_torch.is_neg, object));
    return negated < 0 ? -1 : !negated;
}

int grad_enabled(void)
{
    return truth(PyObject_CallNoArgs(softknee_torch.is_grad_enabled));
}

int requires_grad(PyObject *tensor)
{
    static PyObject *name;
    if (name == NULL && (name = PyUnicode_InternFromString("requires_grad")) == NULL)
        return -1;
    return truth(PyObject_GetAttr(tensor, name));
}

int dlpack_import(PyObject *tensor, struct dlpack_tensor *to, enum element *element)
{
    if (!is_exact(tensor))
        return 0;
    if (softknee_torch.exchange->tensor_from_object(tensor, to) < 0) {
        PyErr_Clear(); /* sparse, nested, without memory: torch's own ops say what is wrong, if anything is */
        return 0;
    }
    if (to->device_type != DLPACK_CPU || to->lanes != 1 || to->n_dims > MAX_DIMS)
        return 0;
    if (to->type_code == DLPACK_FLOAT && to->type_bits == 32)
        *element = SINGLE;
    else if (to->type_code == DLPACK_FLOAT && to->type_bits == 64)
        *element = DOUBLE;
    else if (to->type_code == DLPACK_FLOAT && to->type_bits == 16)
        *element = HALF;
    else if (to->type_code == DLPACK_BFLOAT && to->type_bits == 16)
        *element = BFLOAT;
    else
        return 0;
    ptrdiff_t count = 1;
    for (int d = 0; d < to->n_dims; d++)
        count *= to->shape[d];
    if (to->data == NULL && count != 0)
        return 0; /* torch's zero tensors and other tensors without memory */
    return 1;
}

const char is_readable_doc[] =
    "is_readable(object)\n\nWhether it is a tensor that `Direct` would take now: plain, and nobody watches.";

PyObject *is_readable(PyObject *self, PyObject *object)
{
    struct dlpack_tensor t;
    enum element element;
    (void)self;
    int go = softknee_torch.tensor != NULL && is_exact(object) ? is_quiet(object) : 0;
    if (go > 0)
        go = is_plain(object);
    return go < 0 ? NULL : PyBool_FromLong(go && dlpack_import(object, &t, &element));
}

int place(struct nd_loop *loop, struct operand *operand, const struct dlpack_tensor *tensor)
{
    if (tensor->n_dims != loop->n_dims)
        return 0;
    const ptrdiff_t size = element_size(loop->element);
    operand->data = (char *)tensor->data + tensor->byte_offset;
    for (int d = 0; d < loop->n_dims; d++) {
        if (tensor->shape[d] != loop->shape[d])
            return 0;
        operand->strides[d] = tensor->strides[d] * size;
    }
    return 1;
}

PyObject *new_like(PyObject *tensor, PyObject *from)
{
    PyObject *made = PyObject_CallOneArg(softknee_torch.empty_like, tensor);
    if (made == NULL || from == NULL)
        return made;
    PyObject *filled = PyObject_CallMethod(made, "copy_", "O", from);
    Py_DECREF(made);
    return filled;
}
