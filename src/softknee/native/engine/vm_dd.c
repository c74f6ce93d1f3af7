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

void ISA(run_dd)(const struct program *p, void *registers, const double *const *in, double *out, ptrdiff_t n)
{
    vm_register *r = registers;
    for (int32_t k = 0; k < p->n_arguments; k++)
        EACH
        {
            r[k].value[i] = real_from(in[k][i]);
            r[k].error[i] = 0;
        }
    vm_code(p, r, n);
    EACH out[i] = bounded_result(r[p->result].value[i], r[p->result].error[i], SURE_DOUBLE, 0);
}
