#include "big.h"

#include <math.h>
#include <string.h>

int big_sign(const big *a)
{
    return a->sign != 0 ? a->sign : a->is_negative ? -1 : 1;
}

int64_t big_join(int64_t a, int64_t b)
{
    if (a <= BIG_EXACT || b <= BIG_EXACT)
        return a > b ? a : b;
    int64_t larger = a > b ? a : b;
    return larger >= BIG_NOTHING ? BIG_NOTHING : larger + 1;
}

/* The exponent of an error times a number. */
static int64_t times(int64_t error, int64_t exponent)
{
    if (error <= BIG_EXACT || error >= BIG_NOTHING)
        return error;
    return error + exponent;
}

static void special(big *r, enum big_kind kind, int sign, int64_t error)
{
    r->kind = kind;
    r->sign = sign;
    r->is_negative = 0;
    r->n = 0;
    r->exponent = 0;
    r->error = error;
}

/* 0 of a sign. */
static void zero(big *r, int sign, int64_t error)
{
    special(r, BIG_FINITE, 0, error);
    r->is_negative = sign < 0;
}

/* From `length` limbs w, which may begin with zeros. */
static void take(big *r, const uint32_t *w, int length, int sign, int64_t exponent, int n, int64_t error)
{
    int first = 0, shift = 0;
    while (first < length && w[first] == 0)
        first++;
    n = n < BIG_LIMBS ? n : BIG_LIMBS;
    special(r, BIG_FINITE, 0, error);
    if (first == length)
        return;
    for (uint32_t top = w[first]; !(top & 0x80000000u); top <<= 1)
        shift++;
    int kept = length - first < n ? length - first : n, lost = 0;
    for (int i = 0; i < length - first; i++) {
        uint64_t here = (uint64_t)w[first + i] << 32 | (first + i + 1 < length ? w[first + i + 1] : 0);
        uint32_t limb = (uint32_t)((here << shift) >> 32);
        if (i < kept)
            r->limb[i] = limb;
        else
            lost |= limb != 0;
    }
    while (kept > 0 && r->limb[kept - 1] == 0)
        kept--;
    r->sign = sign;
    r->n = kept;
    r->exponent = exponent - 32 * (int64_t)first - shift;
    if (lost)
        r->error = big_join(error, r->exponent - 32 * (int64_t)n);
}

void big_round(big *r, const big *a, int n)
{
    if (a->kind != BIG_FINITE || a->sign == 0)
        *r = *a;
    else
        take(r, a->limb, a->n, a->sign, a->exponent, n, a->error);
}

void big_from(big *r, double x)
{
    if (x != x || isinf(x)) {
        special(r, x != x ? BIG_NAN : BIG_INFINITE, x > 0 ? 1 : x < 0 ? -1 : 0, BIG_EXACT);
        return;
    }
    if (x == 0) {
        zero(r, signbit(x) ? -1 : 1, BIG_EXACT);
        return;
    }
    int exponent;
    uint64_t bits = (uint64_t)ldexp(frexp(fabs(x), &exponent), 64);
    uint32_t w[2] = {(uint32_t)(bits >> 32), (uint32_t)bits};
    take(r, w, 2, x < 0 ? -1 : 1, exponent, 2, BIG_EXACT);
}

double big_to_double(const big *a)
{
    if (a->kind == BIG_NAN)
        return NAN;
    if (a->kind == BIG_INFINITE)
        return a->sign * INFINITY;
    if (a->sign == 0 || a->exponent < -1100)
        return big_sign(a) * 0.0;
    if (a->exponent > 1025)
        return a->sign * INFINITY;
    /* Rounded here to the bits that the double has, so that ldexp has nothing to round. */
    uint64_t top = (uint64_t)a->limb[0] << 32 | (a->n > 1 ? a->limb[1] : 0);
    int bits = a->exponent >= -1021 ? 53 : 53 - (int)(-1021 - a->exponent), drop = 64 - bits;
    int rest = a->n > 2; /* no limb is 0 at the end */
    if (drop > 64)
        return a->sign * 0.0;
    uint64_t kept = drop == 64 ? 0 : top >> drop, below = top << bits % 64;
    below = bits == 0 ? top : below;
    if (below > 0x8000000000000000u || (below == 0x8000000000000000u && (rest || (kept & 1))))
        kept++;
    return a->sign * ldexp((double)kept, (int)a->exponent - bits);
}

/* Whether its error does not matter beside infinity; for products its sign has to be certain. */
static int is_told(const big *x, int sign_matters)
{
    if (x->error <= BIG_EXACT)
        return 1;
    if (x->kind != BIG_FINITE || x->error >= BIG_NOTHING)
        return 0;
    return !sign_matters || (x->sign != 0 && x->error < x->exponent - 1);
}

/* A finite number as 1 or 0 of its sign; what is not finite as it is. */
static double sketch(const big *a)
{
    return a->kind != BIG_FINITE ? big_to_double(a) : a->sign != 0 ? a->sign : big_sign(a) * 0.0;
}

/* What is not finite, as in doubles. */
static int not_finite(big *r, const big *a, const big *b, char op)
{
    if (a->kind == BIG_FINITE && b->kind == BIG_FINITE)
        return 0;
    const double x = sketch(a), y = sketch(b);
    big_from(r, op == '+' ? x + y : op == '*' ? x * y : x / y);
    r->error = is_told(a, op != '+') && is_told(b, op != '+') ? BIG_EXACT : BIG_NOTHING;
    return 1;
}

/* a + s b, s being 1 or -1. */
static void sum(big *r, const big *a, const big *b, int s, int n)
{
    int64_t error = big_join(a->error, b->error);
    if (a->sign == 0 || b->sign == 0) {
        const int are_negative = big_sign(a) < 0 && s * big_sign(b) < 0;
        big_round(r, a->sign == 0 ? b : a, n);
        r->sign = a->sign == 0 ? s * b->sign : a->sign;
        r->is_negative = are_negative;
        if (r->error > BIG_EXACT)
            error = big_join(error, r->error);
        r->error = error;
        return;
    }
    int sign_a = a->sign, sign_b = s * b->sign;
    if (a->exponent < b->exponent) {
        const big *other = a;
        a = b;
        b = other;
        int sign = sign_a;
        sign_a = sign_b;
        sign_b = sign;
    }
    int64_t gap = a->exponent - b->exponent;
    int place = (int)(gap / 32), shift = (int)(gap % 32);
    if (gap > 32 * (int64_t)(n + 2) && gap > 32 * (int64_t)(a->n + 2)) {
        big_round(r, a, n);
        r->sign = sign_a;
        r->error = big_join(big_join(error, b->exponent), r->error);
        return;
    }
    /* A limb in front for the carry. */
    uint32_t w[2 * BIG_LIMBS + 8];
    int length = 1 + (a->n > place + b->n + 1 ? a->n : place + b->n + 1);
    memset(w, 0, (size_t)length * sizeof *w);
    memcpy(w + 1, a->limb, (size_t)a->n * sizeof *w);
    int64_t carry = 0;
    for (int i = length - 1; i >= 0; i--) {
        int at = i - 1 - place;
        uint64_t left = at >= 1 && at - 1 < b->n ? b->limb[at - 1] : 0, right = at >= 0 && at < b->n ? b->limb[at] : 0;
        uint32_t limb = (uint32_t)((left << 32 | right) >> shift);
        int64_t total = (int64_t)w[i] + (sign_a == sign_b ? (int64_t)limb : -(int64_t)limb) + carry;
        w[i] = (uint32_t)total;
        carry = total >> 32;
    }
    if (carry < 0) {
        uint64_t one = 1;
        for (int i = length - 1; i >= 0; i--) {
            one += (uint32_t)~w[i];
            w[i] = (uint32_t)one;
            one >>= 32;
        }
        sign_a = -sign_a;
    }
    take(r, w, length, sign_a, a->exponent + 32, n, error);
}

void big_add(big *r, const big *a, const big *b, int n)
{
    if (!not_finite(r, a, b, '+'))
        sum(r, a, b, 1, n);
}

void big_sub(big *r, const big *a, const big *b, int n)
{
    big minus;
    big_neg(&minus, b, BIG_LIMBS);
    big_add(r, a, &minus, n);
}

void big_neg(big *r, const big *a, int n)
{
    big_round(r, a, n);
    r->sign = -r->sign;
    r->is_negative = !r->is_negative;
}

void big_mul(big *r, const big *a, const big *b, int n)
{
    if (not_finite(r, a, b, '*'))
        return;
    int64_t error = big_join(big_join(a->sign == 0 ? BIG_EXACT : times(b->error, a->exponent),
                                      b->sign == 0 ? BIG_EXACT : times(a->error, b->exponent)),
                             a->error <= BIG_EXACT || b->error <= BIG_EXACT ? BIG_EXACT : times(a->error, b->error));
    if (a->error >= BIG_NOTHING || b->error >= BIG_NOTHING)
        error = BIG_NOTHING;
    if (a->sign == 0 || b->sign == 0) {
        zero(r, big_sign(a) * big_sign(b), error);
        return;
    }
    uint32_t w[2 * BIG_LIMBS];
    memset(w, 0, (size_t)(a->n + b->n) * sizeof *w);
    for (int i = a->n - 1; i >= 0; i--) {
        uint64_t carry = 0;
        for (int k = b->n - 1; k >= 0; k--) {
            carry += (uint64_t)a->limb[i] * b->limb[k] + w[i + k + 1];
            w[i + k + 1] = (uint32_t)carry;
            carry >>= 32;
        }
        w[i] = (uint32_t)carry;
    }
    take(r, w, a->n + b->n, a->sign * b->sign, a->exponent + b->exponent, n, error);
}

/* Knuth's algorithm D; the first bit of the divisor is set already. */
void big_div(big *r, const big *a, const big *b, int n)
{
    if (not_finite(r, a, b, '/'))
        return;
    int may_be_zero = b->error > BIG_EXACT && (b->sign == 0 || b->error >= b->exponent - 1);
    if (b->error >= BIG_NOTHING || a->error >= BIG_NOTHING || may_be_zero) {
        special(r, BIG_NAN, 0, BIG_NOTHING);
        return;
    }
    if (b->sign == 0) {
        special(r, a->sign == 0 ? BIG_NAN : BIG_INFINITE, a->sign * big_sign(b),
                a->error > BIG_EXACT ? BIG_NOTHING : BIG_EXACT);
        return;
    }
    int64_t error = times(a->error, 2 - b->exponent);
    if (a->sign == 0) {
        zero(r, big_sign(b) * big_sign(a), error);
        return;
    }
    error = big_join(error, times(b->error, a->exponent - 2 * b->exponent + 3));
    const uint32_t *v = b->limb;
    const int nv = b->n, quotients = (n < BIG_LIMBS ? n : BIG_LIMBS) + 2;
    uint32_t u[2 * BIG_LIMBS + 8], q[BIG_LIMBS + 8];
    memset(u, 0, (size_t)(quotients + nv + 1) * sizeof *u);
    memcpy(u + 1, a->limb, (size_t)(a->n < quotients + nv ? a->n : quotients + nv) * sizeof *u);
    for (int j = 0; j < quotients; j++) {
        uint64_t top = (uint64_t)u[j] << 32 | u[j + 1], guess, rest;
        guess = u[j] >= v[0] ? 0xffffffffu : top / v[0];
        rest = top - guess * v[0];
        while (nv > 1 && rest >> 32 == 0 && guess * v[1] > (rest << 32 | u[j + 2])) {
            guess--;
            rest += v[0];
        }
        uint64_t carry = 0;
        int64_t borrow = 0;
        for (int k = nv - 1; k >= 0; k--) {
            carry += guess * v[k];
            int64_t left = (int64_t)u[j + k + 1] - (int64_t)(uint32_t)carry + borrow;
            u[j + k + 1] = (uint32_t)left;
            borrow = left >> 32;
            carry >>= 32;
        }
        int64_t left = (int64_t)u[j] - (int64_t)carry + borrow;
        u[j] = (uint32_t)left;
        if (left < 0) {
            guess--;
            carry = 0;
            for (int k = nv - 1; k >= 0; k--) {
                carry += (uint64_t)u[j + k + 1] + v[k];
                u[j + k + 1] = (uint32_t)carry;
                carry >>= 32;
            }
            u[j] += (uint32_t)carry;
        }
        q[j] = (uint32_t)guess;
    }
    int remains = a->n > quotients + nv;
    for (int i = 0; i < quotients + nv + 1; i++)
        remains |= u[i] != 0;
    take(r, q, quotients, a->sign * b->sign, a->exponent - b->exponent + 32, n, error);
    if (remains)
        r->error = big_join(r->error, r->exponent - 32 * (int64_t)n);
}

void big_over(big *r, uint32_t k, int n)
{
    uint32_t q[BIG_LIMBS + 2];
    const int quotients = n + 2 < BIG_LIMBS + 2 ? n + 2 : BIG_LIMBS + 2;
    uint64_t rest = 0;
    for (int i = 0; i < quotients; i++) {
        rest = rest << 32 | (i < r->n ? r->limb[i] : 0);
        q[i] = (uint32_t)(rest / k);
        rest %= k;
    }
    const int sign = r->sign, remains = rest != 0 || r->n > quotients;
    take(r, q, quotients, sign, r->exponent, n, r->error);
    if (remains)
        r->error = big_join(r->error, r->exponent - 32 * (int64_t)n);
}

/* The number without its fraction. */
static void without_fraction(big *r, const big *a)
{
    const int64_t bits = a->exponent;
    if (bits <= 0) {
        zero(r, a->sign, BIG_EXACT);
        return;
    }
    *r = *a;
    r->error = BIG_EXACT;
    if (bits >= 32 * (int64_t)a->n)
        return;
    const int whole = (int)(bits / 32), rest = (int)(bits % 32);
    r->n = whole + (rest > 0);
    if (rest > 0)
        r->limb[whole] &= ~(0xffffffffu >> rest);
    while (r->n > 0 && r->limb[r->n - 1] == 0)
        r->n--;
}

void big_floor(big *r, const big *x, int n)
{
    if (x->kind != BIG_FINITE || (x->sign == 0 && x->error <= BIG_EXACT)) {
        *r = *x;
        return;
    }
    big whole, one, above, below, exact = *x;
    exact.error = BIG_EXACT;
    if (x->sign == 0)
        zero(&whole, 1, BIG_EXACT);
    else
        without_fraction(&whole, x);
    big_from(&one, 1.0);
    big_sub(&above, &exact, &whole, BIG_LIMBS);
    if (above.sign < 0) { /* towards zero is up for what is negative */
        big lower;
        big_sub(&lower, &whole, &one, BIG_LIMBS);
        whole = lower;
        big_sub(&above, &exact, &whole, BIG_LIMBS);
    }
    big_sub(&below, &one, &above, BIG_LIMBS);
    const int is_exact = x->error <= BIG_EXACT;
    const int is_above = above.sign > 0 && x->error < above.exponent - 1, is_below = x->error < below.exponent - 1;
    if (!is_exact && !is_below) { /* as near to the next whole number as can be told */
        big next;
        big_add(&next, &whole, &one, BIG_LIMBS);
        whole = next;
    }
    if (!is_exact && !(is_above && is_below))
        whole.error = big_join(0, x->error);
    big_round(r, &whole, n);
}

/* Newton's y (3 - x y^2)/2 to 1/sqrt(x), for x in [1/4, 1). */
void big_sqrt(big *r, const big *x, int n)
{
    if (x->kind != BIG_FINITE || x->error >= BIG_NOTHING) {
        int known = x->kind == BIG_INFINITE && x->sign > 0;
        special(r, known ? BIG_INFINITE : BIG_NAN, known, x->error > BIG_EXACT ? BIG_NOTHING : BIG_EXACT);
        return;
    }
    if (x->sign < 0 && (x->error <= BIG_EXACT || x->error < x->exponent - 1)) {
        special(r, BIG_NAN, 0, BIG_EXACT);
        return;
    }
    if (x->sign <= 0 || (x->error > BIG_EXACT && x->error >= x->exponent - 2)) {
        /* The root of what may be 0 is within the root of its error. */
        int64_t largest = x->sign > 0 ? big_join(x->error, x->exponent) : x->error;
        zero(r, x->sign == 0 ? big_sign(x) : 1, largest <= BIG_EXACT ? BIG_EXACT : largest / 2 + 1);
        return;
    }
    int64_t half = x->exponent >= 0 ? (x->exponent + 1) / 2 : -(-x->exponent / 2);
    big m = *x, y, square, product, three;
    m.exponent -= 2 * half;
    m.error = BIG_EXACT;
    big_from(&three, 3);
    big_from(&y, 1 / sqrt(big_to_double(&m)));
    int wide = n + 2;
    for (int bits = 50; bits < 32 * wide; bits *= 2) {
        big_mul(&square, &y, &y, wide);
        big_mul(&product, &square, &m, wide);
        big_sub(&square, &three, &product, wide);
        big_mul(&product, &square, &y, wide);
        y = product;
        y.exponent--;
        y.error = BIG_EXACT;
    }
    big_mul(&product, &y, &m, wide);
    /* A root that is a number of half the digits is exact. */
    big tidy, ulp;
    big_from(&ulp, 1);
    ulp.exponent = product.exponent - 32 * (int64_t)(wide - 2);
    big_add(&tidy, &product, &ulp, wide - 2);
    tidy.error = BIG_EXACT;
    big_mul(&square, &tidy, &tidy, BIG_LIMBS);
    big_sub(&three, &square, &m, BIG_LIMBS);
    int exact = 2 * tidy.n <= BIG_LIMBS && three.sign == 0 && three.error <= BIG_EXACT;
    big_round(r, exact ? &tidy : &product, n);
    r->exponent += half;
    int64_t moved = times(x->error, 1 - r->exponent);
    r->error = exact ? moved : big_join(moved, r->exponent - 32 * (int64_t)n + 1);
}
