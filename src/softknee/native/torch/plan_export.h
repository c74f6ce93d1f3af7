/* The table of targets/torch/extension/lent.h. */
#ifndef SOFTKNEE_LEND_H
#define SOFTKNEE_LEND_H
#define PY_SSIZE_T_CLEAN
#include <Python.h>

PyObject *lend(PyObject *self, PyObject *unused);
extern const char lend_doc[];
#endif
