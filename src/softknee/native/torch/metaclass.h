/* Classes whose own attributes are found without a search. */
#ifndef SOFTKNEE_METACLASS_H
#define SOFTKNEE_METACLASS_H
#define PY_SSIZE_T_CLEAN
#include <Python.h>

extern const char make_metaclass_doc[];
PyObject *make_metaclass(PyObject *self, PyObject *base);
#endif
