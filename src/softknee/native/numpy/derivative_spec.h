/* Derivative specs, which are values, derivatives and inverses of functions, as Python objects: made from bytecode,
 * checked, freed. */
#ifndef SOFTKNEE_DERIVATIVE_SPEC_H
#define SOFTKNEE_DERIVATIVE_SPEC_H
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "work.h"

/* The capsules that own specs have this name. */
#define SPEC_CAPSULE "softknee.derivative_spec"

/* Raises ValueError for what is no program. */
PyObject *make_derivative_spec(PyObject *self, PyObject *description);
extern const char make_derivative_spec_doc[];

/* The spec that a capsule owns; NULL with an exception set for another object. */
const struct spec *spec_of(PyObject *capsule);
#endif
