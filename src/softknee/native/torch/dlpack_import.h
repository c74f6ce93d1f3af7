/* The state of torch around a call, and the memory of its tensors, imported by DLPack. */
#ifndef SOFTKNEE_DLPACK_IMPORT_H
#define SOFTKNEE_DLPACK_IMPORT_H
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "dlpack.h"
#include "nd_loop.h"

/* torch, as `setup_torch` was told of it; `tensor` is NULL before. */
struct torch {
    const struct dlpack_exchange *exchange;
    PyObject *tensor, *parameter; /* the two exact types that are taken */
    PyObject *overridden;         /* has_torch_function_unary */
    PyObject *watchers;           /* callables of no argument, false while nobody watches or transforms */
    PyObject *flags;              /* (dict, key, value while quiet) */
    PyObject *is_grad_enabled, *is_neg, *empty_like, *num_threads;
    PyObject *node; /* node(plan, x): records a call in C++ and gives the value, or None; NULL for none */
};
extern struct torch softknee_torch;

PyObject *setup_torch(PyObject *self, PyObject *args);
extern const char setup_torch_doc[];
PyObject *set_torch_node(PyObject *self, PyObject *node);
extern const char set_torch_node_doc[];
PyObject *is_readable(PyObject *self, PyObject *object);
extern const char is_readable_doc[];

/* Each of these: 1, 0 for no, -1 with an exception set. */
int is_quiet(PyObject *tensor);
int is_exact(PyObject *object); /* a tensor of one of the two types */
int is_plain(PyObject *object); /* that, its memory holding what it shows; only to be asked where it is quiet */
int grad_enabled(void);
int requires_grad(PyObject *tensor);
/* Whether a plain tensor can be read here: on the CPU, of a dtype that is known. 1 or 0. */
int dlpack_import(PyObject *tensor, struct dlpack_tensor *to, enum element *element);

/* The first element, in bytes' strides, of a tensor whose dimensions are as the loop's; 0 where they are not. */
int place(struct nd_loop *loop, struct operand *operand, const struct dlpack_tensor *tensor);

/* A new tensor like this one, filled with `from` where that is no NULL. */
PyObject *new_like(PyObject *tensor, PyObject *from);
#endif
