/* The interpreter in double-double: results that are rounded to float64. */
#include "vm.h"
#include "real_dd.h"
#define VM_BLOCK BLOCK
#include "vm.inc.h"

const size_t ISA(dd_register) = sizeof(vm_register);

void ISA(start_dd)(const struct program *p, void *r)
{
    vm_start(p, r);
}

void ISA(run_dd)(const struct program *p, void *r, const double *const *in, double *out, ptrdiff_t n)
{
    vm_run(p, r, in, out, n);
}
