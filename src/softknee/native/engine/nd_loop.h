/* A spec over arrays of one shape whose elements lie in memory in any order. */
#ifndef SOFTKNEE_ND_LOOP_H
#define SOFTKNEE_ND_LOOP_H
#include "work.h"

enum { MAX_DIMS = 32, MAX_OPERANDS = MAX_ARGUMENTS + 2 };

struct operand {
    char *data;
    ptrdiff_t strides[MAX_DIMS]; /* in bytes */
};

struct nd_loop {
    const struct spec *spec;
    enum element element;
    int n_dims;
    int has_gradient;
    ptrdiff_t shape[MAX_DIMS];
    struct operand out, gradient, in[MAX_ARGUMENTS];
};

/* Bring the dimensions into the order of the output's memory and join those that run on; returns 0
 * where what remains would be cut into runs too short to pay. */
int arrange_nd_loop(struct nd_loop *loop);

/* Run an arranged loop on up to `threads` threads; -1 where memory lacks, else 0. */
int run_nd_loop(const struct nd_loop *loop, int threads);
#endif
