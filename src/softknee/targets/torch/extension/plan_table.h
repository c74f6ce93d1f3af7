/* What the C module lends to the nodes in C++: the plans of native/torch/direct.c, without Python in between. */
#ifndef SOFTKNEE_PLAN_TABLE_H
#define SOFTKNEE_PLAN_TABLE_H
#include <stddef.h>
#include <stdint.h>

#define PLAN_TABLE_CAPSULE "softknee.plan_table"

enum plan_element { PLAN_HALF, PLAN_SINGLE, PLAN_DOUBLE, PLAN_BFLOAT };

/* A tensor's memory; strides in elements. */
struct plan_tensor {
    void *data;
    const int64_t *strides;
};

/* One computation, on tensors of one shape and element type. `out` is memory that nobody has touched yet. */
struct plan_work {
    int element;
    int n_dims;
    const int64_t *shape;
    struct plan_tensor in, gradient, out; /* gradient.data is NULL for the value */
    int threads;
};

struct plan_table {
    /* `plan` is a Direct of one tensor. These with the GIL held: 1, or 0 with an exception set; whether backward reads
     * the output; and what the autograd function is called, for as long as the plan lives. */
    int (*prepare)(void *plan);
    int (*keeps_output)(void *plan);
    const char *(*name)(void *plan);
    /* Needs no GIL: the value, or gradient times slope at what backward reads. 1, 0 where the memory is cut into
     * runs too short to pay, -1 where memory lacks. */
    int (*compute)(void *plan, const struct plan_work *work);
    /* The elements from which on it is worth while to release the GIL, and to use threads. */
    ptrdiff_t release_from, threads_from;
};
#endif
