/* The interpreter of bytecode in the arithmetic `real` of the header included before.
 *
 * Registers hold a block of values each, so one op is one loop that vectorises, and the cost of
 * interpreting is shared by a block. A target never is one of its own sources (bytecode.py). */
#include <math.h>

typedef real vm_register[VM_BLOCK];

static void vm_start(const struct program *p, void *registers)
{
    vm_register *r = registers;
    for (int32_t k = 0; k < p->n_constants; k++) {
        real value = real_const(p->constants[2 * k], p->constants[2 * k + 1]);
        for (ptrdiff_t i = 0; i < VM_BLOCK; i++)
            r[p->n_arguments + k][i] = value;
    }
}

#define EACH for (ptrdiff_t i = 0; i < n; i++)
#define UNARY(name, code)                                                                          \
    static void vm_##name(real *restrict t, const real *a, ptrdiff_t n)                            \
    {                                                                                              \
        EACH t[i] = real_##name(a[i]);                                                             \
    }
#define BINARY(name, code)                                                                         \
    static void vm_##name(real *restrict t, const real *a, const real *b, ptrdiff_t n)             \
    {                                                                                              \
        EACH t[i] = real_##name(a[i], b[i]);                                                       \
    }
/* A condition is held as the number 1 or 0. */
#define COMPARE(name, code)                                                                        \
    static void vm_##name(real *restrict t, const real *a, const real *b, ptrdiff_t n)             \
    {                                                                                              \
        EACH t[i] = real_from(real_##name(a[i], b[i]) ? 1.0 : 0.0);                                \
    }
#define LOGICAL(name, code)
#define SELECT(name, code)
#include "ops.inc"
#undef UNARY
#undef BINARY
#undef COMPARE
#undef LOGICAL
#undef SELECT

static void vm_both(real *restrict t, const real *a, const real *b, ptrdiff_t n)
{
    EACH t[i] = real_from(real_to(a[i]) * real_to(b[i]));
}

static void vm_either(real *restrict t, const real *a, const real *b, ptrdiff_t n)
{
    EACH t[i] = real_from(real_to(a[i]) + real_to(b[i]) > 0.0 ? 1.0 : 0.0);
}

static void vm_select(real *restrict t, const real *c, const real *a, const real *b, ptrdiff_t n)
{
    EACH t[i] = real_where(real_to(c[i]) != 0.0, a[i], b[i]);
}

static void vm_run(const struct program *p, void *registers, const double *const *in, double *out, ptrdiff_t n)
{
    vm_register *r = registers;
    for (int32_t k = 0; k < p->n_arguments; k++)
        EACH r[k][i] = real_from(in[k][i]);
    for (int32_t at = 0; at < p->n_instructions; at++) {
        const struct instruction *now = &p->code[at];
        real *t = r[now->target];
        const real *a = r[now->a], *b = r[now->b], *c = r[now->c];
        switch (now->op) {
#define UNARY(name, code) case code: vm_##name(t, a, n); break;
#define BINARY(name, code) case code: vm_##name(t, a, b, n); break;
#define COMPARE(name, code) case code: vm_##name(t, a, b, n); break;
#define LOGICAL(name, code) case code: vm_logical_##name(t, a, b, n); break;
#define SELECT(name, code) case code: vm_select(t, a, b, c, n); break;
#define vm_logical_and vm_both
#define vm_logical_or vm_either
#include "ops.inc"
#undef UNARY
#undef BINARY
#undef COMPARE
#undef LOGICAL
#undef SELECT
        default: break;
        }
    }
    EACH out[i] = real_to(r[p->result][i]);
}
#undef EACH
