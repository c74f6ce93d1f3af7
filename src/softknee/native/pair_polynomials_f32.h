/* Written by tools/make_pair_polynomials.py: change that, not this. */
#define PAIR_LN2_1 0x1.62e4300000000p-1f
#define PAIR_LN2_2 -0x1.05c6100000000p-29f
#define PAIR_LN2_SHORT_1 0x1.62e0000000000p-1f
#define PAIR_LN2_SHORT_2 0x1.0bfbe80000000p-15f
#define PAIR_PI_2_1 0x1.921fb60000000p+0f
#define PAIR_PI_2_2 -0x1.777a5c0000000p-25f
#define PAIR_PI_2_3 -0x1.ee59da0000000p-50f
#define PAIR_PI_4_1 0x1.921fb60000000p-1f
#define PAIR_PI_4_2 -0x1.777a5c0000000p-26f
#define PAIR_1_SQRT_2PI_1 0x1.9884540000000p-2f
#define PAIR_1_SQRT_2PI_2 -0x1.8579360000000p-27f
#define PAIR_LOG2E 0x1.7154760000000p+0f
#define PAIR_2_PI 0x1.45f3060000000p-1f
#define PAIR_SQRT_HALF 0x1.6a09e60000000p-1f
#define PAIR_TAN_PI_8 0x1.a8279a0000000p-2f
#define PAIR_TAN_3PI_8 0x1.3504f40000000p+1f
#define PAIR_EXP_END 0x1.1c00000000000p+6f
#define PAIR_GAUSS_END 0x1.0da3040000000p+3f
#define PAIR_CDF_END 0x1.7d52f20000000p+3f
#define PAIR_ERFC_K 0x1.0000000000000p+1f
#define PAIR_CDF_K 0x1.8000000000000p+1f

/* W/x where e^x = 1 + x + x^2/2 (1 + W), |x| <= ln(2)/2 */
PAIR_FN pair pair_exp_rest(flt x)
{
    flt h = 0x1.a0ef780000000p-15f;
    h = pair_fma(h, x, 0x1.a124e40000000p-12f);
    h = pair_fma(h, x, 0x1.6c169a0000000p-9f);
    h = pair_fma(h, x, 0x1.1110e00000000p-6f);
    h = pair_fma(h, x, 0x1.5555560000000p-4f);
    pair p = pair_step_first(h, x, 0x1.5555560000000p-2f, -0x1.4b0fb60000000p-27f);
    return p;
}

/* R where log((1+s)/(1-s)) = 2 s + s x R, x = s^2 <= (3 - 2 sqrt 2)^2 */
PAIR_FN pair pair_log_rest(pair x)
{
    flt h = 0x1.ddceda0000000p-3f;
    h = pair_fma(h, x.hi, 0x1.245c440000000p-2f);
    h = pair_fma(h, x.hi, 0x1.9999ec0000000p-2f);
    pair p = pair_step_first(h, x.hi, 0x1.5555560000000p-1f, -0x1.689aa40000000p-26f);
    return p;
}

/* R where log((1+s)/(1-s)) = 2 s + s x R, x = s^2 <= 1/9 */
PAIR_FN pair pair_log1p_rest(pair x)
{
    flt h = 0x1.a9bb0c0000000p-3f;
    h = pair_fma(h, x.hi, 0x1.65ad520000000p-3f);
    h = pair_fma(h, x.hi, 0x1.c7fb360000000p-3f);
    h = pair_fma(h, x.hi, 0x1.248f580000000p-2f);
    pair p = pair_step_first(h, x.hi, 0x1.9999a00000000p-2f, 0x1.a7c39a0000000p-27f);
    p = pair_step_2(p, x, 0x1.5555560000000p-1f, -0x1.5831500000000p-26f);
    return p;
}

/* (sin(r) - r)/r^3 where x = r^2, r <= pi/4 */
PAIR_FN pair pair_sin_rest(pair x)
{
    flt h = 0x1.6dbe080000000p-19f;
    h = pair_fma(h, x.hi, -0x1.a013a80000000p-13f);
    pair p = pair_step_first(h, x.hi, 0x1.11110e0000000p-7f, -0x1.0d30f60000000p-35f);
    p = pair_step_2(p, x, -0x1.5555560000000p-3f, 0x1.5743ec0000000p-28f);
    return p;
}

/* (cos(r) - 1 + r^2/2)/r^4 where x = r^2, r <= pi/4 */
PAIR_FN pair pair_cos_rest(pair x)
{
    flt h = -0x1.25244e0000000p-22f;
    h = pair_fma(h, x.hi, 0x1.a015c40000000p-16f);
    h = pair_fma(h, x.hi, -0x1.6c16c00000000p-10f);
    pair p = pair_step_first(h, x.hi, 0x1.5555560000000p-5f, -0x1.55fa620000000p-30f);
    return p;
}

/* (atan(z) - z)/z^3 where x = z^2, |z| <= tan(pi/8) */
PAIR_FN pair pair_atan_rest(pair x)
{
    flt h = -0x1.4b387e0000000p-5f;
    h = pair_fma(h, x.hi, 0x1.24434a0000000p-4f);
    h = pair_fma(h, x.hi, -0x1.71d3c00000000p-4f);
    h = pair_fma(h, x.hi, 0x1.c6f6880000000p-4f);
    h = pair_fma(h, x.hi, -0x1.2491c00000000p-3f);
    pair p = pair_step_first(h, x.hi, 0x1.9999980000000p-3f, 0x1.2ca2580000000p-30f);
    p = pair_step_2(p, x, -0x1.5555560000000p-2f, 0x1.55fbd00000000p-27f);
    return p;
}

/* erf(z)/z where x = z^2, |z| <= 1/2 */
PAIR_FN pair pair_erf_ratio(pair x)
{
    flt h = -0x1.936a480000000p-11f;
    h = pair_fma(h, x.hi, 0x1.54d0760000000p-8f);
    h = pair_fma(h, x.hi, -0x1.b820300000000p-6f);
    pair p = pair_step_first(h, x.hi, 0x1.ce2ef20000000p-4f, 0x1.cf13640000000p-31f);
    p = pair_step_2(p, x, -0x1.8127460000000p-2f, -0x1.bd6dd80000000p-28f);
    p = pair_step_2(p, x, 0x1.20dd760000000p+0f, -0x1.f7c9620000000p-25f);
    return p;
}

/* (1 + a/2)/2 e^(a^2) erfc(a), x = (a - 2)/(a + 2), 0 <= a <= 8.426 */
PAIR_FN pair pair_erfc_scaled(pair x)
{
    flt h = -0x1.ab0fcc0000000p-20f;
    h = pair_fma(h, x.hi, -0x1.0a8e200000000p-18f);
    h = pair_fma(h, x.hi, 0x1.c3ec960000000p-18f);
    h = pair_fma(h, x.hi, 0x1.2030c60000000p-15f);
    h = pair_fma(h, x.hi, 0x1.314e960000000p-17f);
    h = pair_fma(h, x.hi, -0x1.59f9b60000000p-13f);
    h = pair_fma(h, x.hi, -0x1.b7105e0000000p-13f);
    pair p = pair_step_first(h, x.hi, 0x1.9501000000000p-11f, -0x1.ede4120000000p-38f);
    p = pair_step_2(p, x, 0x1.a89e560000000p-10f, 0x1.a8b8040000000p-37f);
    p = pair_step_2(p, x, -0x1.606df80000000p-8f, -0x1.d79c2a0000000p-33f);
    p = pair_step_2(p, x, -0x1.2a88e40000000p-7f, -0x1.f02a460000000p-33f);
    p = pair_step_2(p, x, 0x1.1e2dee0000000p-4f, 0x1.ec40c40000000p-30f);
    p = pair_step_2(p, x, -0x1.5fd3860000000p-3f, -0x1.d773d60000000p-29f);
    p = pair_step_2_any(p, x, 0x1.0586720000000p-2f, -0x1.2b07fe0000000p-28f);
    return p;
}

/* (1 + a/3)/2 e^(a^2/2) Phi(-a), x = (a - 3)/(a + 3), 0 <= a <= 11.92 */
PAIR_FN pair pair_cdf_scaled(pair x)
{
    flt h = -0x1.6be3d00000000p-21f;
    h = pair_fma(h, x.hi, -0x1.84de760000000p-19f);
    h = pair_fma(h, x.hi, -0x1.f3fff60000000p-20f);
    h = pair_fma(h, x.hi, 0x1.b33b300000000p-17f);
    h = pair_fma(h, x.hi, 0x1.acc75a0000000p-16f);
    h = pair_fma(h, x.hi, -0x1.669b7c0000000p-15f);
    pair p = pair_step_first(h, x.hi, -0x1.6d772a0000000p-13f, -0x1.a630520000000p-38f);
    p = pair_step_2_any(p, x, 0x1.672c400000000p-13f, -0x1.0a12460000000p-39f);
    p = pair_step_2(p, x, 0x1.30a3360000000p-10f, -0x1.28f6ba0000000p-38f);
    p = pair_step_2(p, x, -0x1.c921340000000p-10f, 0x1.1fb1740000000p-38f);
    p = pair_step_2(p, x, -0x1.021e800000000p-7f, 0x1.52beb60000000p-32f);
    p = pair_step_2(p, x, 0x1.3a0d060000000p-5f, -0x1.a0a35c0000000p-30f);
    p = pair_step_2(p, x, -0x1.5bb4380000000p-4f, 0x1.b9cde80000000p-29f);
    p = pair_step_2_any(p, x, 0x1.f1b89c0000000p-4f, 0x1.18f4da0000000p-31f);
    return p;
}
