/* A class whose calls are looked at in C before `__call__` is. */
#ifndef SOFTKNEE_SHORTCUT_H
#define SOFTKNEE_SHORTCUT_H
#define PY_SSIZE_T_CLEAN
#include <Python.h>

extern const char shorten_calls_doc[];
PyObject *shorten_calls(PyObject *self, PyObject *cls);
#endif
