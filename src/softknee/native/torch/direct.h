/* Derivative specs on torch's CPU tensors, without torch's or NumPy's calling conventions in between. */
#ifndef SOFTKNEE_DIRECT_H
#define SOFTKNEE_DIRECT_H
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "work.h"

/* From here on other threads of Python may run meanwhile, and those of the C module help. */
enum { DIRECT_RELEASE_FROM = 1 << 12, DIRECT_THREADS_FROM = 1 << 15 };

struct direct {
    PyObject_HEAD
    vectorcallfunc vectorcall;
    int n_inputs, n_given; /* n_given: inputs, then the parameters that come with the call */
    double numbers[MAX_ARGUMENTS];
    char comes_with_call[MAX_ARGUMENTS];
    int keeps_output; /* backward reads the output, and the slope's spec is a function of it */
    PyObject *name;    /* of the autograd function */
    PyObject *specs;   /* of an argument's index, -1 for the value: makes the spec's capsule */
    PyObject *value;   /* capsules, made when first needed */
    PyObject *slopes[MAX_ARGUMENTS];
    PyObject *apply;   /* records the call for autograd */
    PyObject *general; /* backward where `backward` declines: general(ctx, saved, gradient) */
    const struct spec *exported_value, *exported_slope; /* of value and slopes[0], for plan_export.c */
};

/* The spec of an argument's slope, or of the value for -1; NULL with an exception set. */
const struct spec *direct_spec(struct direct *self, int by);

/* Add the type `Direct` to the module; -1 with an exception set where that fails. */
int add_direct(PyObject *module);
#endif
