/* Faces as Python objects: made from bytecode, checked, freed. */
#ifndef SOFTKNEE_FACE_H
#define SOFTKNEE_FACE_H
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "work.h"

/* The capsules that own faces have this name. */
#define FACE_CAPSULE "softknee.face"

/* Raises ValueError for what is no program. */
PyObject *make_face(PyObject *self, PyObject *description);
extern const char make_face_doc[];

/* The face that a capsule owns; NULL with an exception set for another object. */
const struct face *face_of(PyObject *capsule);
#endif
