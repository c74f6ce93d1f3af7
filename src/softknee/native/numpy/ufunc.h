/* Derivative specs as NumPy ufuncs. */
#ifndef SOFTKNEE_UFUNC_H
#define SOFTKNEE_UFUNC_H
#define PY_SSIZE_T_CLEAN
#include <Python.h>

extern const char make_ufunc_doc[];
PyObject *make_ufunc(PyObject *self, PyObject *args);

/* Import NumPy's C functions; -1 with an exception set where that fails. */
int import_numpy(void);
#endif
