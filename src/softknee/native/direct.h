/* Faces on torch's CPU tensors, without torch's or NumPy's calling conventions in between. */
#ifndef SOFTKNEE_DIRECT_H
#define SOFTKNEE_DIRECT_H
#define PY_SSIZE_T_CLEAN
#include <Python.h>


/* Add the type `Direct` to the module; -1 with an exception set where that fails. */
int add_direct(PyObject *module);
#endif
