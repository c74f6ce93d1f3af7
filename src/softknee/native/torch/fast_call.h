/* A class whose calls are looked at in C before `__call__` is. */
#ifndef SOFTKNEE_FAST_CALL_H
#define SOFTKNEE_FAST_CALL_H
#define PY_SSIZE_T_CLEAN
#include <Python.h>

extern const char install_fast_call_doc[];
PyObject *install_fast_call(PyObject *self, PyObject *cls);
#endif
