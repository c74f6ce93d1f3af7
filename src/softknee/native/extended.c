/* The last resort for single elements, in long double with its wider exponent: results that
 * underflow or overflow on the way in double, and the limits at infinity. */
#include <float.h>
#include <stdlib.h>

#include "work.h"
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

/* The common value at points far out, or NaN: it grows too slowly to tell, or oscillates. */
static double far_limit(const struct program *p, vm_register *r, long double *at, const double *in, int n_inputs)
{
    enum { PROBES = 4 };
    static const long double distance[PROBES] = {1.0L, 1.37L, 2.9L, 7.1L};
    double found[PROBES];
    for (int probe = 0; probe < PROBES; probe++) {
        for (int k = 0; k < n_inputs; k++)
            if (isinf(in[k]))
                at[k] = copysignl(FAR_AWAY * distance[probe], in[k]);
        evaluate(p, r, at, &found[probe]);
        if (!(found[probe] == found[0]))
            return NAN;
    }
    return found[0];
}

double extended_value(const struct program *p, const double *in, int n_inputs)
{
    double result = NAN;
    int infinite = 0;
    vm_register *r = malloc((size_t)p->n_registers * sizeof *r);
    long double *at = malloc((size_t)p->n_arguments * sizeof *at);
    if (r != NULL && at != NULL) {
        vm_start(p, r);
        for (int32_t k = 0; k < p->n_arguments; k++) {
            at[k] = in[k];
            infinite |= k < n_inputs && isinf(in[k]);
        }
        if (infinite)
            result = far_limit(p, r, at, in, n_inputs);
        if (result != result) {
            for (int32_t k = 0; k < p->n_arguments; k++)
                at[k] = in[k];
            evaluate(p, r, at, &result); /* a logarithm is infinite at infinity, a sine is NaN */
        }
    }
    free(r);
    free(at);
    return result;
}
