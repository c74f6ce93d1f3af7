/* The table of targets/torch/extension/plan_table.h. */
#ifndef SOFTKNEE_PLAN_EXPORT_H
#define SOFTKNEE_PLAN_EXPORT_H
#define PY_SSIZE_T_CLEAN
#include <Python.h>

PyObject *plan_table(PyObject *self, PyObject *unused);
extern const char plan_table_doc[];
#endif
