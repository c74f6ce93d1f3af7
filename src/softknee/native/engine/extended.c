/* Single elements in long double with its wider exponent: results that underflow or overflow on the way in
 * double, and the limits at infinity. What it is not sure of takes as many digits as it needs (big.h). */
#include <float.h>
#include <stdlib.h>

#include "big.h"
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

/* One element, the arguments being in the registers already. */
static bounded evaluate(const struct program *p, vm_register *r)
{
    vm_code(p, r, 1);
    return (bounded){r[p->result].value[0], r[p->result].error[0]};
}

static void place(const struct program *p, vm_register *r, const double *in, int n_inputs, long double distance)
{
    for (int32_t k = 0; k < p->n_arguments; k++) {
        int is_far = k < n_inputs && isinf(in[k]) && distance > 0;
        r[k].value[0] = is_far ? copysignl(FAR_AWAY * distance, in[k]) : (long double)in[k];
        r[k].error[0] = 0;
    }
}

/* The common value at points far out, or NaN: it grows too slowly to tell, or oscillates. */
static double far_limit(const struct program *p, vm_register *r, const double *in, int n_inputs)
{
    enum { PROBES = 4 };
    static const long double distance[PROBES] = {1.0L, 1.37L, 2.9L, 7.1L};
    double found[PROBES];
    for (int probe = 0; probe < PROBES; probe++) {
        place(p, r, in, n_inputs, distance[probe]);
        found[probe] = real_to(evaluate(p, r).value);
        if (!(found[probe] == found[0]))
            return NAN;
    }
    return found[0];
}

/* A part of an ulp: of a normal double, or of the smallest. */
#define SURE_RESULT 0x1p-57L
#define SURE_SUBNORMAL (DBL_MIN * SURE_RESULT)

double extended_value(const struct program *p, const double *in, int n_inputs, int wide)
{
    vm_register *r = malloc((size_t)p->n_registers * sizeof *r);
    if (r == NULL)
        return NAN;
    vm_start(p, r);
    int infinite = 0;
    for (int k = 0; k < n_inputs; k++)
        infinite |= isinf(in[k]);
    double result = infinite ? far_limit(p, r, in, n_inputs) : NAN;
    if (result != result) {
        place(p, r, in, n_inputs, 0); /* a logarithm is infinite at infinity, a sine is NaN */
        bounded y = evaluate(p, r);
        if (infinite)
            result = real_to(y.value);
        else if (wide)
            result = bounded_result(y.value, y.error, SURE_RESULT, SURE_SUBNORMAL);
        else
            result = bounded_result(y.value, y.error, SURE_FLOAT, NO_FLOAT);
        if (!infinite && result != result && y.error != 0)
            result = big_value(p, in);
    }
    free(r);
    return result;
}
