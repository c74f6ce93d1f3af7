/* The two vectorised interpreters of bytecode, per instruction set. */
#ifndef SOFTKNEE_VM_H
#define SOFTKNEE_VM_H
#include "kernels.h"

/* Bytes of one register, which holds a block. */
extern const size_t ISA(double_register), ISA(dd_register);

/* Write the constants into fresh registers. */
void ISA(start_double)(const struct program *program, void *registers);
void ISA(start_dd)(const struct program *program, void *registers);

/* One block: columns in, column out, n <= BLOCK. NaN is written where the result may be off. */
void ISA(run_double)(const struct program *program, void *registers, const double *const *in, double *out, ptrdiff_t n);
void ISA(run_dd)(const struct program *program, void *registers, const double *const *in, double *out, ptrdiff_t n);
#endif
