/* The last resort for single elements, in long double with its wider exponent: results that
 * underflow or overflow on the way in double, and the limits at infinity. */
#include <float.h>
#include <stdlib.h>

#include "kernels.h"
#include "real_long.h"
#define VM_BLOCK 1
#include "vm.inc.h"

/* Large enough that every function has reached its limit, small enough that its fourth power
 * is still a number. */
#if LDBL_MAX_EXP > 1024
#define FAR_AWAY 1e1000L
#else
#define FAR_AWAY 1e70L
#endif

static void evaluate(const struct program *p, vm_register *r, const long double *in, double *out)
{
    /* vm_run converts its inputs from double, which FAR_AWAY does not survive. */
    const struct program rest = *p;
    static const double nothing[1] = {0.0};
    const double *unused[1] = {nothing};
    struct program body = rest;
    body.n_arguments = 0;
    for (int32_t k = 0; k < p->n_arguments; k++)
        r[k][0] = in[k];
    vm_run(&body, r, unused, out, 1);
}

double extended_value(const struct program *p, const double *in, int n_inputs)
{
    enum { PROBES = 4 };
    static const long double distance[PROBES] = {1.0L, 1.37L, 2.9L, 7.1L};
    double found[PROBES] = {0.0};
    int infinite = 0;
    vm_register *r = malloc((size_t)p->n_registers * sizeof *r);
    long double *at = malloc((size_t)p->n_arguments * sizeof *at);
    if (r == NULL || at == NULL) {
        free(r);
        free(at);
        return NAN;
    }
    vm_start(p, r);
    for (int probe = 0; probe < PROBES; probe++) {
        for (int32_t k = 0; k < p->n_arguments; k++) {
            at[k] = in[k];
            if (k < n_inputs && isinf(in[k])) {
                at[k] = copysignl(FAR_AWAY * distance[probe], in[k]);
                infinite = 1;
            }
        }
        evaluate(p, r, at, &found[probe]);
        if (!infinite)
            break;
    }
    free(r);
    free(at);
    if (!infinite)
        return found[0];
    for (int probe = 1; probe < PROBES; probe++)
        if (!(found[probe] == found[0])) /* it oscillates: there is no limit */
            return NAN;
    return found[0];
}
