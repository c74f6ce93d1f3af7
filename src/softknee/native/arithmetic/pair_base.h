/* Pairs hi + lo of doubles: exact sums and products, and the arithmetic on them.
 *
 * Needs fused multiply-add, -ffp-contract=off and, to vectorise, -fno-trapping-math. Nothing branches and
 * nothing is called.
 *
 * A result is within 2^-60 of itself, and |lo| <= 2^-44 |hi| unless a sum has cancelled. The names end in how many flt each operand has: 1 (it is exact)
 * or 2 (a pair). Products of two lo are below all that, and left out. */
#ifndef SOFTKNEE_PAIR_BASE_H
#define SOFTKNEE_PAIR_BASE_H
#include "real_base.h"

#define PAIR_FN REAL_FN

typedef double flt;
typedef uint64_t pair_bits;
#define PAIR_MANTISSA 52
#define PAIR_ONE RD_ONE
#define PAIR_SIGN RD_SIGN
#define PAIR_SQRT_HALF_BITS 0x3fe6a09e667f3bcdu
#define PAIR_LEAST DBL_MIN

typedef struct {
    flt hi, lo;
} pair;

PAIR_FN pair_bits pair_to_bits(flt x)
{
    pair_bits b;
    memcpy(&b, &x, sizeof b);
    return b;
}

PAIR_FN flt pair_from_bits(pair_bits b)
{
    flt x;
    memcpy(&x, &b, sizeof x);
    return x;
}

PAIR_FN flt pair_fma(flt a, flt b, flt c) { return fma(a, b, c); }
PAIR_FN flt pair_root(flt x) { return sqrt(x); }

PAIR_FN flt pair_abs(flt x) { return pair_from_bits(pair_to_bits(x) & ~PAIR_SIGN); }
PAIR_FN flt pair_with_sign(flt x, flt s)
{
    return pair_from_bits((pair_to_bits(x) & ~PAIR_SIGN) | (pair_to_bits(s) & PAIR_SIGN));
}
/* x negated where s is negative. */
PAIR_FN flt pair_flip(flt x, flt s) { return pair_from_bits(pair_to_bits(x) ^ (pair_to_bits(s) & PAIR_SIGN)); }
/* NaN stays. */
PAIR_FN flt pair_at_most(flt x, flt most) { return x > most ? most : x; }
PAIR_FN flt pair_at_least(flt x, flt least) { return x < least ? least : x; }

PAIR_FN pair pair_constant(flt hi, flt lo) { return (pair){hi, lo}; }
PAIR_FN pair pair_of(flt x) { return (pair){x, 0}; }
PAIR_FN pair pair_where_2(int c, pair a, pair b) { return (pair){c ? a.hi : b.hi, c ? a.lo : b.lo}; }
PAIR_FN flt pair_where_1(int c, flt a, flt b) { return c ? a : b; }

/* Rounded once; a zero keeps its sign, which adding lo = 0 to -0 would lose. */
PAIR_FN flt pair_round(pair a) { return pair_with_sign(a.hi + a.lo, a.hi); }

PAIR_FN pair pair_two_sum(flt a, flt b)
{
    flt s = a + b, t = s - a;
    return (pair){s, (a - (s - t)) + (b - t)};
}

/* Needs |a| >= |b| or a = 0. */
PAIR_FN pair pair_fast_sum(flt a, flt b)
{
    flt s = a + b;
    return (pair){s, b - (s - a)};
}

PAIR_FN pair pair_normal(pair a) { return pair_fast_sum(a.hi, a.lo); }

PAIR_FN flt pair_neg_1(flt a) { return -a; }
PAIR_FN pair pair_neg_2(pair a) { return (pair){-a.hi, -a.lo}; }

PAIR_FN pair pair_add_11(flt a, flt b) { return pair_two_sum(a, b); }
PAIR_FN pair pair_add_21(pair a, flt b)
{
    pair s = pair_two_sum(a.hi, b);
    return (pair){s.hi, s.lo + a.lo};
}
PAIR_FN pair pair_add_12(flt a, pair b) { return pair_add_21(b, a); }
PAIR_FN pair pair_add_22(pair a, pair b)
{
    pair s = pair_two_sum(a.hi, b.hi);
    return (pair){s.hi, s.lo + (a.lo + b.lo)};
}

PAIR_FN pair pair_sub_11(flt a, flt b) { return pair_two_sum(a, -b); }
PAIR_FN pair pair_sub_21(pair a, flt b) { return pair_add_21(a, -b); }
PAIR_FN pair pair_sub_12(flt a, pair b) { return pair_add_21(pair_neg_2(b), a); }
PAIR_FN pair pair_sub_22(pair a, pair b) { return pair_add_22(a, pair_neg_2(b)); }

/* The same for a.hi that outweighs b.hi, or is 0. */
PAIR_FN pair pair_fast_12(flt a, pair b)
{
    pair s = pair_fast_sum(a, b.hi);
    return (pair){s.hi, s.lo + b.lo};
}
PAIR_FN pair pair_fast_22(pair a, pair b)
{
    pair s = pair_fast_sum(a.hi, b.hi);
    return (pair){s.hi, s.lo + (a.lo + b.lo)};
}

PAIR_FN pair pair_mul_11(flt a, flt b)
{
    flt p = a * b;
    return (pair){p, pair_fma(a, b, -p)};
}
PAIR_FN pair pair_mul_21(pair a, flt b)
{
    flt p = a.hi * b;
    return (pair){p, pair_fma(a.lo, b, pair_fma(a.hi, b, -p))};
}
PAIR_FN pair pair_mul_12(flt a, pair b) { return pair_mul_21(b, a); }
PAIR_FN pair pair_mul_22(pair a, pair b)
{
    flt p = a.hi * b.hi;
    return (pair){p, pair_fma(a.lo, b.hi, pair_fma(a.hi, b.lo, pair_fma(a.hi, b.hi, -p)))};
}

/* a/b by one division, i = 1/b: the remainder a - q b is exact, and i good enough to divide
 * it. Gives NaN where i or b is infinite. */
PAIR_FN pair pair_div_11(flt a, flt b)
{
    flt i = 1 / b, q = a * i;
    return (pair){q, pair_fma(-q, b, a) * i};
}
PAIR_FN pair pair_div_21(pair a, flt b)
{
    flt i = 1 / b, q = a.hi * i;
    return (pair){q, (pair_fma(-q, b, a.hi) + a.lo) * i};
}
PAIR_FN pair pair_div_12(flt a, pair b)
{
    flt i = 1 / b.hi, q = a * i;
    return (pair){q, pair_fma(-q, b.lo, pair_fma(-q, b.hi, a)) * i};
}
PAIR_FN pair pair_div_22(pair a, pair b)
{
    flt i = 1 / b.hi, q = a.hi * i;
    return (pair){q, pair_fma(-q, b.lo, pair_fma(-q, b.hi, a.hi) + a.lo) * i};
}

#define PAIR_COMPARISON(name, op)                                                                       \
    PAIR_FN int pair_##name##_11(flt a, flt b) { return a op b; }                                       \
    PAIR_FN int pair_##name##_12(flt a, pair b) { return (a - b.hi) - b.lo op 0; }                      \
    PAIR_FN int pair_##name##_21(pair a, flt b) { return (a.hi - b) + a.lo op 0; }                      \
    PAIR_FN int pair_##name##_22(pair a, pair b) { return (a.hi - b.hi) + (a.lo - b.lo) op 0; }
PAIR_COMPARISON(gt, >)
PAIR_COMPARISON(ge, >=)
PAIR_COMPARISON(lt, <)
PAIR_COMPARISON(le, <=)
PAIR_COMPARISON(eq, ==)
#undef PAIR_COMPARISON

/* Whether a sum has lost the 7 bits that pairs have to spare, a_hi being one of its terms. */
PAIR_FN int pair_cancels(pair sum, flt a_hi)
{
    return pair_abs(sum.hi) < (flt)0x1p-7 * pair_abs(a_hi);
}

/* Horner steps p x + (hi + lo): the first from a single p whose error no longer matters; plain
 * where the constant outweighs the product, `any` where it may not. */
PAIR_FN pair pair_step_first(flt p, flt x, flt hi, flt lo) { return pair_fast_12(hi, (pair){p * x, lo}); }
PAIR_FN pair pair_step_first_any(flt p, flt x, flt hi, flt lo) { return pair_add_22((pair){hi, lo}, pair_of(p * x)); }
PAIR_FN pair pair_step_2(pair p, pair x, flt hi, flt lo)
{
    pair t = pair_mul_22(p, x);
    return pair_fast_22((pair){hi, lo}, t);
}
PAIR_FN pair pair_step_2_any(pair p, pair x, flt hi, flt lo) { return pair_add_22(pair_mul_22(p, x), (pair){hi, lo}); }
#endif
