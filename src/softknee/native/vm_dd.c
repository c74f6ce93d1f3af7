/* The interpreter in double-double: results that are rounded to float64. */
#include "kernels.h"
#include "real_dd.h"
#define VM_BLOCK BLOCK
#include "vm.inc.h"

extern const struct kernel ISA(kernels)[];
void ISA(run_double)(const struct program *p, void *r, const double *const *in, double *out, ptrdiff_t n);
void ISA(start_double)(const struct program *p, void *r);

const struct isa ISA(isa) = {
    .kernels = ISA(kernels),
    .double_bytes = BLOCK * sizeof(double),
    .dd_bytes = sizeof(vm_register),
    .run_double = ISA(run_double),
    .run_dd = vm_run,
    .start_double = ISA(start_double),
    .start_dd = vm_start,
};
