/* The interpreter in double: results that are rounded to float32 or less. */
#include "vm.h"
#include "real_double.h"
#define VM_BLOCK BLOCK
#include "vm.inc.h"

const size_t ISA(double_register) = sizeof(vm_register);

void ISA(start_double)(const struct program *p, void *r)
{
    vm_start(p, r);
}

void ISA(run_double)(const struct program *p, void *r, const double *const *in, double *out, ptrdiff_t n)
{
    vm_run(p, r, in, out, n);
}
