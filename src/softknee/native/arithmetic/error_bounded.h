/* `bounded`: a `real` together with a bound of its error, over any real_*.h.
 *
 * Bounds grow by one rule per op: what the arguments' errors become, plus what the op itself adds. So a
 * difference of nearly equal numbers, a sine of a large product or a logarithm near 1 tell what they have
 * lost, wherever it happens in an expression. Nothing branches. A bound may be NaN or infinite: nothing is known. */
#ifndef SOFTKNEE_ERROR_BOUNDED_H
#define SOFTKNEE_ERROR_BOUNDED_H
#include <stdbool.h>

typedef struct {
    real value;
    bound error;
} bounded;

#define NO_BOUND ((bound)INFINITY)

REAL_FN bound bounded_least(bound a, bound b) { return a < b ? a : b; }

/* The double to use, or NaN where the error may show in it: more than `relative` of it and more than `least`. An
 * infinite value may come from a number on the way that left the range, and so has to be exact. */
REAL_FN double bounded_result(real value, bound error, bound relative, bound least)
{
    double y = real_to(value);
    bound allowed = real_size(value) * relative;
    allowed = allowed < least ? least : allowed;
    allowed = allowed < NO_BOUND ? allowed : 0;
    return error <= allowed ? y : (double)NAN;
}

REAL_FN bound bounded_error_add(bounded a, bounded b, real y)
{
    return a.error + b.error + REAL_ROUNDING * real_size(y);
}
#define bounded_error_sub bounded_error_add
REAL_FN bound bounded_error_neg(bounded a, real y)
{
    (void)y;
    return a.error;
}

/* What a product or quotient loses below the range of the format; nothing where it is 0 by a factor that is. */
REAL_FN bound bounded_underflow(bound size, bound factor)
{
    bound lost = factor == 0 ? 0 : REAL_LOST;
    return size < REAL_LEAST ? lost : 0;
}

REAL_FN bound bounded_error_mul(bounded a, bounded b, real y)
{
    bound size = real_size(y), x = real_size(a.value), z = real_size(b.value);
    bound moved = x * b.error + (z + b.error) * a.error;
    return moved + REAL_ROUNDING * size + bounded_underflow(size, bounded_least(x + a.error, z + b.error));
}

REAL_FN bound bounded_error_div(bounded a, bounded b, real y)
{
    bound size = real_size(y), below = real_size(b.value);
    bound moved = 2 * (a.error + size * b.error) * real_inverse(below);
    moved = a.error + b.error == 0 ? 0 : (b.error <= (bound)0.5 * below ? moved : NO_BOUND);
    return moved + REAL_ROUNDING * size + bounded_underflow(size, real_size(a.value) + a.error);
}

/* What a function itself adds. */
REAL_FN bound bounded_own(real y) { return REAL_CLOSE * real_size(y); }

/* A function that turns an absolute error into a relative one, as e^x does, times `rate`; its value is 0 or
 * as good as that where `is_gone`. */
REAL_FN bound bounded_growing(bound error, real y, bound rate, bool is_gone)
{
    bound off = error * rate, moved = off < (bound)0.5 ? 2 * off * real_size(y) : NO_BOUND;
    return bounded_own(y) + REAL_LEAST + (is_gone || error == 0 ? 0 : moved);
}

/* A function of slope at most `steepness` that no longer moves where `is_flat`. */
REAL_FN bound bounded_sliding(bound error, real y, bound steepness, bool is_flat)
{
    return bounded_own(y) + (is_flat ? 0 : steepness * error);
}

/* The argument that is nearest to 0 within the error. */
REAL_FN bound bounded_nearest(bounded x) { return real_size(x.value) - x.error; }

/* None, unless a whole number lies within the error: then the result may be another. */
REAL_FN bound bounded_error_floor(bounded x, real y)
{
    bound above = real_high(real_sub(x.value, y)), below = (bound)1 - above;
    return x.error == 0 || (x.error < above && x.error < below) ? 0 : NO_BOUND;
}
REAL_FN bound bounded_error_sqrt(bounded x, real y)
{
    bound moved = x.error < (bound)0.5 * real_size(x.value) ? x.error * real_inverse(real_size(y)) : NO_BOUND;
    return REAL_ROUNDING * real_size(y) + (x.error == 0 ? 0 : moved);
}
REAL_FN bound bounded_error_exp(bounded x, real y)
{
    return bounded_growing(x.error, y, 1, real_high(x.value) + x.error < -REAL_DECAYED);
}
REAL_FN bound bounded_error_expm1(bounded x, real y)
{
    bound moved = x.error < (bound)0.5 ? 2 * x.error * (real_size(y) + 1) : NO_BOUND;
    return bounded_own(y) + (x.error == 0 || real_high(x.value) + x.error < -REAL_FLAT ? 0 : moved);
}
REAL_FN bound bounded_logarithm(bound error, real y, bound size)
{
    bound moved = error < (bound)0.5 * size ? 2 * error * real_inverse(size) : NO_BOUND;
    return bounded_own(y) + (error == 0 ? 0 : moved);
}
REAL_FN bound bounded_error_log(bounded x, real y) { return bounded_logarithm(x.error, y, real_high(x.value)); }
REAL_FN bound bounded_error_log1p(bounded x, real y)
{
    return bounded_logarithm(x.error, y, real_high(real_add(real_from(1.0), x.value)));
}
REAL_FN bound bounded_error_sin(bounded x, real y) { return bounded_sliding(x.error, y, 1, false); }
REAL_FN bound bounded_error_cos(bounded x, real y) { return bounded_sliding(x.error, y, 1, false); }
REAL_FN bound bounded_error_tanh(bounded x, real y)
{
    return bounded_sliding(x.error, y, 1, bounded_nearest(x) > REAL_FLAT);
}
REAL_FN bound bounded_error_atan(bounded x, real y)
{
    bound size = real_size(x.value), off = x.error < (bound)0.5 * size ? 4 * real_inverse(1 + size * size) : 1;
    return bounded_sliding(x.error, y, off, false);
}
REAL_FN bound bounded_error_asinh(bounded x, real y)
{
    bound size = real_size(x.value), off = x.error < (bound)0.5 * size ? 3 * real_inverse(1 + size) : 1;
    return bounded_sliding(x.error, y, off, false);
}
REAL_FN bound bounded_error_sigmoid(bounded x, real y)
{
    bound far = bounded_nearest(x);
    return bounded_growing(x.error, y, 1, far > (real_high(x.value) < 0 ? REAL_DECAYED : REAL_FLAT));
}
REAL_FN bound bounded_error_softplus(bounded x, real y)
{
    bound tail = x.error < (bound)0.5 ? 2 * x.error * real_size(y) : x.error, moved = bounded_least(x.error, tail);
    return bounded_own(y) + REAL_LEAST + (real_high(x.value) + x.error < -REAL_DECAYED ? 0 : moved);
}
REAL_FN bound bounded_error_erf(bounded x, real y)
{
    return bounded_sliding(x.error, y, (bound)1.13, bounded_nearest(x) > REAL_BELL_FLAT);
}
/* The slope of a bell, and of its tail's area, is about 2 x times the value. */
REAL_FN bound bounded_bell(bounded x, real y)
{
    return bounded_growing(x.error, y, 2 * real_size(x.value) + 2, bounded_nearest(x) > REAL_BELL_GONE);
}
REAL_FN bound bounded_error_gauss(bounded x, real y) { return bounded_bell(x, y); }
REAL_FN bound bounded_error_normal_pdf(bounded x, real y) { return bounded_bell(x, y); }
REAL_FN bound bounded_error_erfc(bounded x, real y)
{
    bound left = bounded_sliding(x.error, y, (bound)1.13, bounded_nearest(x) > REAL_BELL_FLAT);
    bound right = bounded_bell(x, y);
    return real_high(x.value) < 0 ? left : right;
}
REAL_FN bound bounded_error_normal_cdf(bounded x, real y)
{
    bound right = bounded_sliding(x.error, y, (bound)0.4, bounded_nearest(x) > 2 * REAL_BELL_FLAT);
    bound left = bounded_bell(x, y);
    return real_high(x.value) > 0 ? right : left;
}

/* Errors of 0 leave a comparison certain. */
REAL_FN bound bounded_comparison_error(bounded a, bounded b)
{
    bound room = a.error + b.error, gap = real_gap(a.value, b.value);
    return room == 0 ? 0 : (gap > room ? 0 : NO_BOUND);
}
#endif
