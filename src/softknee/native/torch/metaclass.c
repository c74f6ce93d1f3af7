#include "metaclass.h"

/* torch asks the class of an autograd function for five attributes with each call, by C strings. Python's cache of
 * attributes knows interned names only, so each of the five searches the metaclass's ancestors and then the class's:
 * a quarter of what a recorded call costs.
 *
 * What stands in the class's own dictionary and is no descriptor is found all the same, unless the metaclass has a
 * data descriptor of that name: `type` has none whose value would be another. */
static PyObject *own_first(PyObject *cls, PyObject *name)
{
    PyObject *found = PyDict_GetItemWithError(((PyTypeObject *)cls)->tp_dict, name);
    if (found == NULL && PyErr_Occurred())
        return NULL;
    /* Of a class a plain function is what it is of an instance before it is bound: itself. */
    if (found != NULL && (Py_TYPE(found)->tp_descr_get == NULL || PyFunction_Check(found)))
        return Py_NewRef(found);
    return PyType_Type.tp_getattro(cls, name);
}

const char make_metaclass_doc[] = "make_metaclass(base)\n\nA metaclass like `base`, whose classes are asked for "
                                  "attributes of their own at less cost.";

PyObject *make_metaclass(PyObject *self, PyObject *base)
{
    (void)self;
    static PyType_Slot slots[] = {{Py_tp_getattro, (void *)own_first}, {0, NULL}};
    static PyType_Spec spec = {"softknee._native.OwnFirst", 0, 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots};
    if (!PyType_Check(base) || !PyType_IsSubtype((PyTypeObject *)base, &PyType_Type)
        || ((PyTypeObject *)base)->tp_getattro != PyType_Type.tp_getattro)
        return PyErr_Format(PyExc_TypeError, "must be a metaclass that looks attributes up as `type` does");
    PyObject *bases = PyTuple_Pack(1, base);
    PyObject *made = bases == NULL ? NULL : PyType_FromSpecWithBases(&spec, bases);
    Py_XDECREF(bases);
    return made;
}
