/* Elementary functions of big numbers: series after a reduction of the argument, with some limbs to spare. */
#include <math.h>
#include <string.h>

#include "big.h"
#include "big_digits.h"

/* Beyond 2^50 an exponential is as good as infinite or 0. */
enum { SPARE = 3, FAR = 50 };

static void set(big *r, int k) { big_from(r, k); }

static void unknown(big *r)
{
    big_from(r, NAN);
    r->error = BIG_NOTHING;
}

static void digits(big *r, const uint32_t *table, int n, int64_t exponent)
{
    *r = (big){.kind = BIG_FINITE, .sign = 1, .n = n < BIG_LIMBS ? n : BIG_LIMBS, .exponent = exponent,
               .error = BIG_EXACT};
    memcpy(r->limb, table, (size_t)r->n * sizeof *table);
}

/* The number without its error. */
static big centre(const big *x)
{
    big c = *x;
    c.error = BIG_EXACT;
    return c;
}

/* y to n limbs, off by what rounding takes and by `moved`. */
static void finish(big *r, const big *y, int n, int64_t moved)
{
    big_round(r, y, n);
    if (r->kind == BIG_FINITE && r->sign != 0)
        r->error = big_join(moved, r->exponent - 32 * (int64_t)n + 1);
    else
        r->error = moved;
}

/* f(0) = 0 of the same sign. */
static void keep_zero(big *r, const big *x)
{
    if (r->sign == 0)
        r->is_negative = big_sign(x) < 0;
}

static int64_t scaled(int64_t error, int64_t exponent)
{
    return error <= BIG_EXACT || error >= BIG_NOTHING ? error : error + exponent;
}

/* Whether there is nothing to compute with; infinity has its limits. */
static int no_number(big *r, const big *x, double low, double high)
{
    if (x->kind == BIG_FINITE && x->error < BIG_NOTHING)
        return 0;
    if (x->kind == BIG_INFINITE && x->error <= BIG_EXACT)
        big_from(r, x->sign > 0 ? high : low);
    else
        unknown(r);
    if (x->kind == BIG_NAN)
        r->error = x->error;
    return 1;
}

static int working(int n) { return n + SPARE < BIG_LIMBS ? n + SPARE : BIG_LIMBS; }

/* Sum of x^k / k! from k = `first` on, for |x| < 1/2. */
static void exponential_series(big *r, const big *x, int first, int n)
{
    big term, next, total;
    set(&term, 1);
    set(&total, first == 0);
    for (uint32_t k = 1;; k++) {
        big_mul(&next, &term, x, n);
        big_over(&next, k, n);
        term = next;
        term.error = BIG_EXACT;
        if (term.sign == 0 || (total.sign != 0 && term.exponent < total.exponent - 32 * (int64_t)n))
            break;
        big_add(&next, &total, &term, n);
        total = centre(&next);
    }
    *r = total;
}

void big_exp(big *r, const big *x, int n)
{
    if (no_number(r, x, 0, INFINITY))
        return;
    if (x->sign != 0 && x->exponent > FAR && x->error < x->exponent - 2) {
        big_from(r, x->sign > 0 ? INFINITY : 0);
        r->error = x->sign > 0 ? BIG_NOTHING : -((int64_t)1 << (FAR - 2));
        return;
    }
    if (x->error > 0) {
        unknown(r);
        return;
    }
    int wide = working(n) + 1;
    big c = centre(x), ln2, k, part, y;
    double times = nearbyint(big_to_double(&c) * 1.4426950408889634);
    digits(&ln2, LOG_2, wide + 2, 0);
    big_from(&k, times);
    big_mul(&part, &k, &ln2, wide + 3);
    big_sub(&y, &c, &part, wide);
    enum { HALVINGS = 16 };
    if (y.sign != 0)
        y.exponent -= HALVINGS;
    y.error = BIG_EXACT;
    exponential_series(&part, &y, 0, wide);
    for (int i = 0; i < HALVINGS; i++) {
        big_mul(&y, &part, &part, wide);
        part = centre(&y);
    }
    part.exponent += (int64_t)times;
    finish(r, &part, n, scaled(x->error, part.exponent + 1));
}

void big_expm1(big *r, const big *x, int n)
{
    if (no_number(r, x, -1, INFINITY))
        return;
    big y, one, c = centre(x);
    if (x->sign == 0 || x->exponent < -4) {
        if (x->error > -2) {
            unknown(r);
            return;
        }
        exponential_series(&y, &c, 1, working(n));
        finish(r, &y, n, scaled(x->error, 2));
        keep_zero(r, x);
        return;
    }
    big e;
    big_exp(&e, x, working(n) - 1);
    set(&one, 1);
    big_sub(&y, &e, &one, working(n));
    finish(r, &y, n, y.error);
}

/* log(1 + u) for |u| < 1/2, by y + 2 (u - e)/(2 + u + e), e = e^y - 1, which triples the digits. */
static void log_near_one(big *r, const big *u, int n)
{
    big y = *u;
    if (u->sign == 0) {
        *r = y;
        return;
    }
    if (u->exponent > -900)
        big_from(&y, log1p(big_to_double(u)));
    big e, top, bottom, two, step;
    set(&two, 2);
    for (int64_t bits = 48; bits < 32 * (int64_t)n; bits *= 3) {
        big_expm1(&e, &y, n);
        e.error = BIG_EXACT;
        big_sub(&top, u, &e, n);
        big_add(&step, &two, u, n);
        big_add(&bottom, &step, &e, n);
        top.error = bottom.error = BIG_EXACT;
        big_div(&step, &top, &bottom, n);
        if (step.sign != 0)
            step.exponent++;
        big_add(&e, &y, &step, n);
        y = centre(&e);
    }
    *r = y;
}

void big_log(big *r, const big *x, int n)
{
    if (no_number(r, x, NAN, INFINITY))
        return;
    if (x->sign <= 0 && x->error <= BIG_EXACT) {
        big_from(r, x->sign < 0 ? NAN : -INFINITY);
        return;
    }
    if (x->sign == 0 || (x->error > BIG_EXACT && x->error >= x->exponent - 2)) {
        unknown(r);
        return;
    }
    if (x->sign < 0) {
        big_from(r, NAN);
        return;
    }
    int wide = working(n);
    big m = centre(x), one, u, y, ln2, k, part;
    int64_t power = x->exponent;
    m.exponent = 0;
    if (m.limb[0] < 0xb504f334u) {
        m.exponent = 1;
        power--;
    }
    set(&one, 1);
    big_sub(&u, &m, &one, BIG_LIMBS);
    log_near_one(&y, &u, wide);
    digits(&ln2, LOG_2, wide + 2, 0);
    big_from(&k, (double)power);
    big_mul(&part, &k, &ln2, wide + 2);
    big_add(&u, &y, &part, wide);
    finish(r, &u, n, scaled(x->error, 2 - x->exponent));
}

void big_log1p(big *r, const big *x, int n)
{
    if (no_number(r, x, NAN, INFINITY))
        return;
    big one, sum, y, c = centre(x);
    if (x->sign != 0 && x->exponent >= -1) {
        set(&one, 1);
        big_add(&sum, &one, x, working(n));
        big_log(r, &sum, n);
        return;
    }
    if (x->error > -3) {
        unknown(r);
        return;
    }
    log_near_one(&y, &c, working(n));
    finish(r, &y, n, scaled(x->error, 2));
}

/* x to the nearest whole number; the last two bits of that. */
static unsigned whole(big *r, const big *x)
{
    big half, sum;
    set(&half, 1);
    half.exponent--;
    half.sign = x->sign < 0 ? -1 : 1;
    big_add(&sum, x, &half, BIG_LIMBS);
    *r = sum;
    r->error = BIG_EXACT;
    if (sum.sign == 0 || sum.exponent <= 0) {
        set(r, 0);
        return 0;
    }
    int64_t bits = sum.exponent;
    unsigned last = 0;
    for (int i = 0; i < r->n; i++) {
        int64_t here = bits - 32 * (int64_t)i; /* bits of the whole part from this limb on */
        if (here < 32)
            r->limb[i] = here <= 0 ? 0 : r->limb[i] & ~(uint32_t)(0xffffffffu >> here);
    }
    for (int64_t k = 0; k < 2; k++) {
        int64_t at = bits - 1 - k; /* counted from the first bit */
        if (at >= 0 && at / 32 < r->n)
            last |= ((r->limb[at / 32] >> (31 - at % 32)) & 1) << k;
    }
    while (r->n > 0 && r->limb[r->n - 1] == 0)
        r->n--;
    if (r->n == 0)
        set(r, 0);
    return sum.sign < 0 ? (4 - last) & 3 : last;
}

/* sum of (-1)^k x^(2k+s) / (2k+s)!: the sine for s = 1, the cosine for s = 0; |x| < 1. */
static void wave_series(big *r, const big *x, uint32_t s, int n)
{
    big square, term, next, total;
    big_mul(&square, x, x, n);
    square.error = BIG_EXACT;
    set(&term, 1);
    if (s)
        term = centre(x);
    total = term;
    for (uint32_t k = s + 1; term.sign != 0; k += 2) {
        big_mul(&next, &term, &square, n);
        big_over(&next, k * (k + 1), n);
        term = next;
        term.sign = -term.sign;
        term.error = BIG_EXACT;
        if (term.sign == 0 || term.exponent < total.exponent - 32 * (int64_t)n)
            break;
        big_add(&next, &total, &term, n);
        total = centre(&next);
    }
    *r = total;
}

/* The sine a number of quarter turns on. */
static void wave(big *r, const big *x, unsigned quarters, int n)
{
    if (no_number(r, x, NAN, NAN))
        return;
    const int wide = working(n), reach = wide + (int)(x->exponent > 0 ? x->exponent / 32 + 2 : 0);
    if (x->exponent > 32 * (int64_t)BIG_LIMBS || reach > BIG_LIMBS) {
        unknown(r);
        return;
    }
    big c = centre(x), half_pi, turns, k, part, y;
    int64_t lost = BIG_EXACT;
    if (x->sign != 0 && x->exponent >= 0) {
        digits(&half_pi, QUARTER_PI, reach, 1);
        big_div(&turns, &c, &half_pi, reach);
        quarters += whole(&k, &turns);
        big_mul(&part, &k, &half_pi, BIG_LIMBS);
        big_sub(&y, &c, &part, wide + 1);
        c = centre(&y);
        lost = -32 * (int64_t)wide + 40;
    }
    wave_series(&y, &c, !(quarters & 1), wide);
    if (quarters & 2)
        y.sign = -y.sign;
    finish(r, &y, n, big_join(lost, x->error));
}

void big_sin(big *r, const big *x, int n) { wave(r, x, 0, n); }
void big_cos(big *r, const big *x, int n) { wave(r, x, 1, n); }

/* For z <= 1: from y close to atan(z), tan(atan(z) - y) = (z c - s)/(c + z s) with s, c of y. */
static void atan_small(big *r, const big *z, int n)
{
    big y, s, c, top, bottom, part, d, square, power, total;
    set(&y, 0);
    d = centre(z);
    if (z->sign != 0 && z->exponent > -20) {
        big_from(&y, atan(big_to_double(z)));
        wave_series(&s, &y, 1, n);
        wave_series(&c, &y, 0, n);
        big_mul(&part, z, &c, n);
        big_sub(&top, &part, &s, n);
        big_mul(&part, z, &s, n);
        big_add(&bottom, &part, &c, n);
        top.error = bottom.error = BIG_EXACT;
        big_div(&d, &top, &bottom, n);
        d.error = BIG_EXACT;
    }
    big_mul(&square, &d, &d, n);
    square.error = BIG_EXACT;
    power = total = d;
    for (uint32_t k = 3; power.sign != 0; k += 2) {
        big_mul(&part, &power, &square, n);
        power = centre(&part);
        power.sign = -power.sign;
        if (power.sign == 0 || power.exponent < total.exponent - 32 * (int64_t)n)
            break;
        part = power;
        big_over(&part, k, n);
        big_add(&top, &total, &part, n);
        total = centre(&top);
    }
    big_add(r, &y, &total, n);
}

void big_atan(big *r, const big *x, int n)
{
    big z = *x, one, half_pi, angle, y;
    int far = x->kind == BIG_INFINITE || x->exponent > 1;
    if (x->kind == BIG_NAN || x->error >= BIG_NOTHING || (far && x->error > BIG_EXACT && x->error >= x->exponent - 1)) {
        unknown(r);
        r->error = x->kind == BIG_NAN ? x->error : BIG_NOTHING;
        return;
    }
    int wide = working(n);
    set(&one, 1);
    if (x->kind == BIG_INFINITE) {
        set(&z, 0);
    } else if (far) {
        big_div(&z, &one, x, wide);
    } else if (x->exponent == 1 && x->sign != 0) {
        big_div(&z, &one, x, wide);
        far = 1;
    }
    int64_t moved = z.error;
    z.error = BIG_EXACT;
    atan_small(&angle, &z, wide);
    if (far) {
        digits(&half_pi, QUARTER_PI, wide, 1);
        half_pi.sign = x->sign;
        big_sub(&y, &half_pi, &angle, wide);
        angle = y;
    }
    finish(r, &angle, n, big_join(moved, far ? -32 * (int64_t)n : BIG_EXACT));
    keep_zero(r, x);
}

/* -m/(m + 2), m = e^(-2x) - 1; x >= 0. */
void big_tanh(big *r, const big *x, int n)
{
    if (no_number(r, x, -1, 1))
        return;
    big a = *x, m, sum, two;
    a.sign = -(x->sign != 0);
    if (a.sign != 0)
        a.exponent++;
    a.error = scaled(x->error, 1);
    big_expm1(&m, &a, n + 1);
    set(&two, 2);
    big_add(&sum, &m, &two, n + 1);
    m.sign = -m.sign;
    big_div(r, &m, &sum, n);
    if (x->sign < 0)
        r->sign = -r->sign;
    keep_zero(r, x);
}

/* log1p(a + a^2/(1 + sqrt(1 + a^2))). */
void big_asinh(big *r, const big *x, int n)
{
    if (no_number(r, x, -INFINITY, INFINITY))
        return;
    big a = *x, one, square, part, root;
    a.sign = x->sign != 0;
    set(&one, 1);
    big_mul(&square, &a, &a, n + 1);
    big_add(&part, &one, &square, n + 1);
    big_sqrt(&root, &part, n + 1);
    big_add(&part, &one, &root, n + 1);
    big_div(&root, &square, &part, n + 1);
    big_add(&part, &a, &root, n + 1);
    big_log1p(r, &part, n);
    if (x->sign < 0)
        r->sign = -r->sign;
    keep_zero(r, x);
}

/* e^x below 0, where sigmoid and softplus are near it. */
void big_sigmoid(big *r, const big *x, int n)
{
    if (no_number(r, x, 0, 1))
        return;
    big a = *x, t, one, sum;
    a.sign = -(x->sign != 0);
    set(&one, 1);
    big_exp(&t, &a, n + 1);
    big_add(&sum, &one, &t, n + 1);
    big_div(r, x->sign < 0 ? &t : &one, &sum, n);
}

void big_softplus(big *r, const big *x, int n)
{
    if (no_number(r, x, 0, INFINITY))
        return;
    big a = *x, t, y;
    a.sign = -(x->sign != 0);
    big_exp(&t, &a, n + 1);
    big_log1p(&y, &t, n + 1);
    if (x->sign > 0)
        big_add(r, x, &y, n);
    else
        big_round(r, &y, n);
}

static void bell(big *r, const big *x, int halved, int n)
{
    big square;
    big_mul(&square, x, x, n + 2);
    square.sign = -square.sign;
    if (halved && square.sign != 0) {
        square.exponent--;
        square.error = scaled(square.error, -1);
    }
    big_exp(r, &square, n);
}

void big_gauss(big *r, const big *x, int n)
{
    if (!no_number(r, x, 0, 0))
        bell(r, x, 0, n);
}

void big_normal_pdf(big *r, const big *x, int n)
{
    if (no_number(r, x, 0, 0))
        return;
    big two_pi, root, y;
    digits(&two_pi, QUARTER_PI, n + 2, 3);
    two_pi.error = 3 - 32 * (int64_t)(n + 2);
    bell(&y, x, 1, n + 1);
    big_sqrt(&root, &two_pi, n + 1);
    big_div(r, &y, &root, n);
}

/* 1/sqrt(pi), to n limbs. */
static void inverse_root_pi(big *r, int n)
{
    big pi, root, one;
    set(&one, 1);
    digits(&pi, QUARTER_PI, n + 1, 2);
    big_sqrt(&root, &pi, n + 1);
    root.error = BIG_EXACT;
    big_div(r, &one, &root, n);
    r->error = BIG_EXACT;
}

/* 2/sqrt(pi) e^(-x^2) (x + 2 x^3/3 + 4 x^5/15 + ...): nothing cancels. x >= 0 is exact. */
static void erf_series(big *r, const big *x, int n)
{
    big square, term = *x, total = *x, next, e;
    big_mul(&square, x, x, n);
    square.error = BIG_EXACT;
    if (square.sign != 0)
        square.exponent++;
    for (uint32_t k = 3; term.sign != 0; k += 2) {
        big_mul(&next, &term, &square, n);
        big_over(&next, k, n);
        term = next;
        term.error = BIG_EXACT;
        if (term.sign == 0 || term.exponent < total.exponent - 32 * (int64_t)n)
            break;
        big_add(&next, &total, &term, n);
        total = centre(&next);
    }
    bell(&e, x, 0, n);
    e.error = BIG_EXACT;
    big_mul(&next, &total, &e, n);
    inverse_root_pi(&e, n);
    big_mul(r, &next, &e, n);
    if (r->sign != 0)
        r->exponent++;
    r->error = BIG_EXACT;
}

/* e^(-x^2)/(x sqrt(pi)) (1 - 1/(2x^2) + 3/(2x^2)^2 - ...), whose error is below the last term. */
static void erfc_far(big *r, const big *x, int n)
{
    big square, term, total, next, e, inverse, one, factor;
    set(&one, 1);
    term = total = one;
    big_mul(&square, x, x, n);
    square.error = BIG_EXACT;
    square.exponent++;
    big_div(&inverse, &one, &square, n);
    inverse.error = BIG_EXACT;
    int64_t last = 1;
    for (int k = 1;; k += 2) {
        big_from(&factor, k);
        big_mul(&next, &term, &factor, n);
        big_mul(&e, &next, &inverse, n);
        if (e.sign == 0 || e.exponent > last || e.exponent < -32 * (int64_t)n)
            break;
        term = centre(&e);
        term.sign = -term.sign;
        last = term.exponent;
        big_add(&next, &total, &term, n);
        total = centre(&next);
    }
    bell(&e, x, 0, n);
    e.error = BIG_EXACT;
    big_mul(&next, &total, &e, n);
    inverse_root_pi(&e, n);
    big_mul(&term, &next, &e, n);
    term.error = BIG_EXACT;
    big_div(r, &term, x, n);
    r->error = BIG_EXACT;
}

void big_erf(big *r, const big *x, int n)
{
    if (no_number(r, x, -1, 1))
        return;
    big a = centre(x), y, one, c;
    a.sign = x->sign != 0;
    int wide = working(n);
    double size = x->exponent > 20 ? 1e6 : big_to_double(&a);
    if (size * size > 23 * wide) {
        set(&one, 1);
        erfc_far(&c, &a, wide);
        big_sub(&y, &one, &c, wide);
    } else {
        erf_series(&y, &a, wide);
    }
    if (x->sign < 0)
        y.sign = -1;
    finish(r, &y, n, scaled(x->error, 1));
    keep_zero(r, x);
}

void big_erfc(big *r, const big *x, int n)
{
    if (no_number(r, x, 2, 0))
        return;
    big a = centre(x), y, one, c;
    a.sign = x->sign != 0;
    int wide = working(n);
    double size = x->exponent > 20 ? 1e6 : big_to_double(&a), square = size * size;
    int64_t moved = scaled(x->error, 1), lost = BIG_EXACT;
    if (x->sign <= 0) {
        set(&one, 1);
        big_erf(&y, &a, wide);
        big_add(&c, &one, &y, wide);
        finish(r, &c, n, moved);
        return;
    }
    if (x->error > BIG_EXACT && size < 1e6) {
        /* The slope falls as the tail does. */
        if (x->error + x->exponent < -3)
            moved = x->error + 3 - (int64_t)(square * 1.4426);
        else
            moved = x->error + 1;
    }
    if (square > 23 * wide) {
        erfc_far(&y, &a, wide);
    } else {
        int more = wide + (int)(square * 1.4427 / 32) + 2;
        more = more < BIG_LIMBS - 4 ? more : BIG_LIMBS - 4;
        set(&one, 1);
        erf_series(&c, &a, more);
        big_sub(&y, &one, &c, more);
        lost = 40 - 32 * (int64_t)more;
    }
    finish(r, &y, n, big_join(moved, lost));
}

/* erfc(-x/sqrt(2))/2 */
void big_normal_cdf(big *r, const big *x, int n)
{
    if (no_number(r, x, 0, 1))
        return;
    big two, root, z;
    int wide = n + 2 + (x->exponent > 0 && x->exponent < 64 ? (int)x->exponent / 16 : 0);
    set(&two, 2);
    big_sqrt(&root, &two, wide);
    big_div(&z, x, &root, wide);
    z.sign = -z.sign;
    big_erfc(r, &z, n);
    if (r->sign != 0)
        r->exponent--;
    r->error = scaled(r->error, -1);
}
