/* The interpreter of bytecode in the arithmetic `real` of the header included before.
 *
 * Registers hold a block of values each, and bounds of their errors beside them, so one op is one loop that
 * vectorises, and the cost of interpreting is shared by a block. A target never is one of its own sources
 * (bytecode.py). */
#include <math.h>

#include "error_bounded.h"

typedef struct {
    real value[VM_BLOCK];
    bound error[VM_BLOCK];
} vm_register;

static void vm_start(const struct program *p, void *registers)
{
    vm_register *r = registers;
    for (int32_t k = 0; k < p->n_constants; k++) {
        const double *parts = p->constants + CONSTANT_PARTS * k;
        real value = real_const(parts[0], parts[1]);
        bound error = real_const_error(parts[0], parts[1], parts[2]);
        for (ptrdiff_t i = 0; i < VM_BLOCK; i++) {
            r[p->n_arguments + k].value[i] = value;
            r[p->n_arguments + k].error[i] = error;
        }
    }
}

#define EACH for (ptrdiff_t i = 0; i < n; i++)
#define BOUNDED(r) ((bounded){(r)->value[i], (r)->error[i]})
#define UNARY(name, code)                                                                          \
    static void vm_##name(vm_register *restrict t, const vm_register *a, ptrdiff_t n)              \
    {                                                                                              \
        EACH                                                                                       \
        {                                                                                          \
            real y = real_##name(a->value[i]);                                                     \
            t->error[i] = bounded_error_##name(BOUNDED(a), y);                                     \
            t->value[i] = y;                                                                       \
        }                                                                                          \
    }
#define BINARY(name, code)                                                                         \
    static void vm_##name(vm_register *restrict t, const vm_register *a, const vm_register *b, ptrdiff_t n) \
    {                                                                                              \
        EACH                                                                                       \
        {                                                                                          \
            real y = real_##name(a->value[i], b->value[i]);                                        \
            t->error[i] = bounded_error_##name(BOUNDED(a), BOUNDED(b), y);                         \
            t->value[i] = y;                                                                       \
        }                                                                                          \
    }
/* A condition is held as the number 1 or 0, the error infinite where those of its operands could turn it. */
#define COMPARE(name, code)                                                                        \
    static void vm_##name(vm_register *restrict t, const vm_register *a, const vm_register *b, ptrdiff_t n) \
    {                                                                                              \
        EACH                                                                                       \
        {                                                                                          \
            t->error[i] = bounded_comparison_error(BOUNDED(a), BOUNDED(b));                        \
            t->value[i] = real_from(real_##name(a->value[i], b->value[i]) ? 1.0 : 0.0);            \
        }                                                                                          \
    }
#define LOGICAL(name, code)
#define SELECT(name, code)
#include "ops.inc"
#undef UNARY
#undef BINARY
#undef COMPARE
#undef LOGICAL
#undef SELECT

static void vm_logical_and(vm_register *restrict t, const vm_register *a, const vm_register *b, ptrdiff_t n)
{
    EACH t->value[i] = real_from(real_to(a->value[i]) * real_to(b->value[i]));
    EACH t->error[i] = a->error[i] + b->error[i];
}

static void vm_logical_or(vm_register *restrict t, const vm_register *a, const vm_register *b, ptrdiff_t n)
{
    EACH t->value[i] = real_from(real_to(a->value[i]) + real_to(b->value[i]) > 0.0 ? 1.0 : 0.0);
    EACH t->error[i] = a->error[i] + b->error[i];
}

static void vm_select(vm_register *restrict t, const vm_register *c, const vm_register *a, const vm_register *b,
                      ptrdiff_t n)
{
    EACH t->value[i] = real_where(real_to(c->value[i]) != 0.0, a->value[i], b->value[i]);
    EACH t->error[i] = (real_to(c->value[i]) != 0.0 ? a->error[i] : b->error[i]) + c->error[i];
}

/* Run the code on what the registers of the arguments hold. */
static void vm_code(const struct program *p, vm_register *r, ptrdiff_t n)
{
    for (int32_t at = 0; at < p->n_instructions; at++) {
        const struct instruction *now = &p->code[at];
        vm_register *t = r + now->target;
        const vm_register *a = r + now->a, *b = r + now->b, *c = r + now->c;
        switch (now->op) {
#define UNARY(name, code) case code: vm_##name(t, a, n); break;
#define BINARY(name, code) case code: vm_##name(t, a, b, n); break;
#define COMPARE(name, code) case code: vm_##name(t, a, b, n); break;
#define LOGICAL(name, code) case code: vm_logical_##name(t, a, b, n); break;
#define SELECT(name, code) case code: vm_select(t, a, b, c, n); break;
#include "ops.inc"
#undef UNARY
#undef BINARY
#undef COMPARE
#undef LOGICAL
#undef SELECT
        default: break;
        }
    }
}
