/* A face over arrays of one shape whose elements lie in memory in any order. */
#ifndef SOFTKNEE_SWEEP_H
#define SOFTKNEE_SWEEP_H
#include "work.h"

enum { MAX_DIMS = 32, MAX_OPERANDS = MAX_ARGUMENTS + 2 };

struct operand {
    char *data;
    ptrdiff_t strides[MAX_DIMS]; /* in bytes */
};

struct sweep {
    const struct face *face;
    enum element element;
    int n_dims;
    int has_gradient;
    ptrdiff_t shape[MAX_DIMS];
    struct operand out, gradient, in[MAX_ARGUMENTS];
};

/* Bring the dimensions into the order of the output's memory and join those that run on; returns 0
 * where what remains would be cut into runs too short to pay. */
int arrange(struct sweep *sweep);

/* Run an arranged sweep on up to `threads` threads; -1 where memory lacks, else 0. */
int run_sweep(const struct sweep *sweep, int threads);
#endif
