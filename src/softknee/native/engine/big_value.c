/* The interpreter of bytecode for one element, in big numbers. */
#include <math.h>
#include <stdlib.h>

#include "big.h"

/* Limbs to begin with; they double. A program whose constants are no sums of doubles knows too little of them
 * for more than SOME. */
enum { FEW = 6, SOME = 12, BITS_OF_RESULT = 62 };

/* 1, 0 or -1 as the difference is above, at or below 0; `unsure` where the errors could turn it. */
static int compared(const big *a, const big *b, int n, int *unsure)
{
    big d;
    big_sub(&d, a, b, n + 2);
    if (d.kind != BIG_FINITE) {
        double x = a->kind == BIG_FINITE ? 0 : big_to_double(a), y = b->kind == BIG_FINITE ? 0 : big_to_double(b);
        *unsure |= d.error > BIG_EXACT;
        return x > y ? 1 : x < y ? -1 : x == y ? 0 : 2;
    }
    *unsure |= d.error > BIG_EXACT && (d.sign == 0 || d.error >= d.exponent - 1);
    return d.sign;
}

static int big_gt(int sign) { return sign == 1; }
static int big_ge(int sign) { return sign == 1 || sign == 0; }
static int big_lt(int sign) { return sign == -1; }
static int big_le(int sign) { return sign == -1 || sign == 0; }
static int big_eq(int sign) { return sign == 0; }

/* Write the result to `*r`; whether all comparisons were sure. Conditions are the numbers 1 and 0. */
static int run(const struct program *p, big *registers, int n)
{
    int unsure = 0;
    for (int32_t at = 0; at < p->n_instructions; at++) {
        const struct instruction *now = &p->code[at];
        big *t = registers + now->target;
        const big *a = registers + now->a, *b = registers + now->b, *c = registers + now->c;
        switch (now->op) {
#define UNARY(name, code) case code: big_##name(t, a, n); break;
#define BINARY(name, code) case code: big_##name(t, a, b, n); break;
#define COMPARE(name, code) case code: big_from(t, big_##name(compared(a, b, n, &unsure))); break;
#define LOGICAL(name, code) case code: big_from(t, logical_##name(a->sign, b->sign)); break;
#define SELECT(name, code) case code: *t = *(a->sign ? b : c); break;
#define logical_and(x, y) ((x) && (y))
#define logical_or(x, y) ((x) || (y))
#include "ops.inc"
#undef UNARY
#undef BINARY
#undef COMPARE
#undef LOGICAL
#undef SELECT
        default: break;
        }
    }
    return !unsure;
}

/* Put the arguments and constants in place; whether the constants are all exact. */
static int begin(const struct program *p, big *registers, const double *in)
{
    int exact = 1;
    for (int32_t k = 0; k < p->n_arguments; k++)
        big_from(&registers[k], in[k]);
    for (int32_t k = 0; k < p->n_constants; k++) {
        const double *parts = p->constants + CONSTANT_PARTS * k;
        big *total = &registers[p->n_arguments + k], part, sum;
        big_from(total, parts[0]);
        for (int i = 1; i < CONSTANT_PARTS && isfinite(parts[0]); i++) {
            big_from(&part, parts[i]);
            big_add(&sum, total, &part, BIG_LIMBS);
            *total = sum;
        }
        if (parts[CONSTANT_PARTS - 1] != 0.0) {
            total->error = total->exponent - 53 * CONSTANT_PARTS;
            exact = 0;
        }
    }
    return exact;
}

/* Whether the double is as good as the errors allow: wherever the truth is, it rounds to this or nearly. */
static int is_sure(const big *y)
{
    if (y->error <= BIG_EXACT || y->kind != BIG_FINITE)
        return y->error <= BIG_EXACT;
    int64_t size = y->sign == 0 || y->exponent < -1021 ? -1021 : y->exponent;
    return y->error < size - BITS_OF_RESULT;
}

double big_value(const struct program *p, const double *in)
{
    big *registers = malloc((size_t)p->n_registers * sizeof *registers);
    if (registers == NULL)
        return NAN;
    const int most = begin(p, registers, in) ? BIG_MOST : SOME;
    const big *y = &registers[p->result];
    for (int n = FEW; n <= most; n *= 2)
        if (run(p, registers, n) && is_sure(y))
            break;
    int is_zero = y->kind == BIG_FINITE && y->sign != 0 && y->error < BIG_NOTHING && y->error >= y->exponent;
    double result = is_zero ? 0.0 : big_to_double(y);
    free(registers);
    return result;
}
