#include "fast_call.h"

/* A Python `__call__` costs a microsecond when it is warm and three between other code of torch. It stays in the class:
 * torch.compile reads it, and all that has no plan goes there. */
static ternaryfunc whole_call;
static PyObject *plans_name;

static PyObject *fast_call(PyObject *object, PyObject *args, PyObject *keywords)
{
    if (PyTuple_GET_SIZE(args) == 1 && (keywords == NULL || PyDict_GET_SIZE(keywords) == 0)) {
        PyObject *plans = PyObject_GetAttr(object, plans_name);
        if (plans == NULL)
            return NULL;
        PyObject *x = PyTuple_GET_ITEM(args, 0);
        PyObject *plan = PyDict_Check(plans) ? PyDict_GetItemWithError(plans, (PyObject *)Py_TYPE(x)) : NULL;
        Py_XINCREF(plan);
        Py_DECREF(plans);
        if (plan != NULL) {
            PyObject *found = PyObject_CallOneArg(plan, x);
            Py_DECREF(plan);
            if (found != Py_None)
                return found;
            Py_DECREF(found);
        } else if (PyErr_Occurred()) {
            return NULL;
        }
    }
    return whole_call(object, args, keywords);
}

const char install_fast_call_doc[] =
    "install_fast_call(cls)\n\nLet a call of cls's instances with one argument x go to `self.plans[type(x)](x)`, where\n"
    "there is one and it does not give None, and to `cls.__call__` otherwise.";

PyObject *install_fast_call(PyObject *self, PyObject *cls)
{
    (void)self;
    if (!PyType_Check(cls) || ((PyTypeObject *)cls)->tp_call == NULL)
        return PyErr_Format(PyExc_TypeError, "must be a class with __call__");
    if (plans_name == NULL && (plans_name = PyUnicode_InternFromString("plans")) == NULL)
        return NULL;
    PyTypeObject *type = (PyTypeObject *)cls;
    if (type->tp_call != fast_call) {
        whole_call = type->tp_call; /* of every class that has its `__call__` from Python */
        type->tp_call = fast_call;
    }
    Py_RETURN_NONE;
}
