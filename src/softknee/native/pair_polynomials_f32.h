/* Written by tools/make_pair_polynomials.py: change that, not this. */
#define PAIR_LN2_1 0x1.62e43p-1f
#define PAIR_LN2_2 -0x1.05c61p-29f
#define PAIR_LN2_SHORT_1 0x1.62ep-1f
#define PAIR_LN2_SHORT_2 0x1.0bfbe8p-15f
#define PAIR_PI_2_1 0x1.921fb6p+0f
#define PAIR_PI_2_2 -0x1.777a5cp-25f
#define PAIR_PI_2_3 -0x1.ee59dap-50f
#define PAIR_PI_4_1 0x1.921fb6p-1f
#define PAIR_PI_4_2 -0x1.777a5cp-26f
#define PAIR_1_SQRT_2PI_1 0x1.988454p-2f
#define PAIR_1_SQRT_2PI_2 -0x1.857936p-27f
#define PAIR_LOG2E 0x1.715476p+0f
#define PAIR_2_PI 0x1.45f306p-1f
#define PAIR_SQRT_HALF 0x1.6a09e6p-1f
#define PAIR_TAN_PI_8 0x1.a8279ap-2f
#define PAIR_TAN_3PI_8 0x1.3504f4p+1f
#define PAIR_EXP_END 0x1.1cp+6f
#define PAIR_GAUSS_END 0x1.0da304p+3f
#define PAIR_CDF_END 0x1.7d52f2p+3f
#define PAIR_ERFC_K 0x1.p+1f
#define PAIR_CDF_K 0x1.8p+1f

/* W/x where e^x = 1 + x + x^2/2 (1 + W), |x| <= ln(2)/2 */
PAIR_FN pair pair_exp_rest(flt x)
{
    flt h = 0x1.a0ef78p-15f;
    h = pair_fma(h, x, 0x1.a124e4p-12f);
    h = pair_fma(h, x, 0x1.6c169ap-9f);
    h = pair_fma(h, x, 0x1.1110ep-6f);
    h = pair_fma(h, x, 0x1.555556p-4f);
    pair p = pair_step_first(h, x, 0x1.555556p-2f, -0x1.4b0fb6p-27f);
    return p;
}

/* R where log((1+s)/(1-s)) = 2 s + s x R, x = s^2 <= (3 - 2 sqrt 2)^2 */
PAIR_FN pair pair_log_rest(pair x)
{
    flt h = 0x1.ddcedap-3f;
    h = pair_fma(h, x.hi, 0x1.245c44p-2f);
    h = pair_fma(h, x.hi, 0x1.9999ecp-2f);
    pair p = pair_step_first(h, x.hi, 0x1.555556p-1f, -0x1.689aa4p-26f);
    return p;
}

/* R where log((1+s)/(1-s)) = 2 s + s x R, x = s^2 <= 1/9 */
PAIR_FN pair pair_log1p_rest(pair x)
{
    flt h = 0x1.a9bb0cp-3f;
    h = pair_fma(h, x.hi, 0x1.65ad52p-3f);
    h = pair_fma(h, x.hi, 0x1.c7fb36p-3f);
    h = pair_fma(h, x.hi, 0x1.248f58p-2f);
    pair p = pair_step_first(h, x.hi, 0x1.9999ap-2f, 0x1.a7c39ap-27f);
    p = pair_step_2(p, x, 0x1.555556p-1f, -0x1.58315p-26f);
    return p;
}

/* (sin(r) - r)/r^3 where x = r^2, r <= pi/4 */
PAIR_FN pair pair_sin_rest(pair x)
{
    flt h = 0x1.6dbe08p-19f;
    h = pair_fma(h, x.hi, -0x1.a013a8p-13f);
    pair p = pair_step_first(h, x.hi, 0x1.11110ep-7f, -0x1.0d30f6p-35f);
    p = pair_step_2(p, x, -0x1.555556p-3f, 0x1.5743ecp-28f);
    return p;
}

/* (cos(r) - 1 + r^2/2)/r^4 where x = r^2, r <= pi/4 */
PAIR_FN pair pair_cos_rest(pair x)
{
    flt h = -0x1.25244ep-22f;
    h = pair_fma(h, x.hi, 0x1.a015c4p-16f);
    h = pair_fma(h, x.hi, -0x1.6c16cp-10f);
    pair p = pair_step_first(h, x.hi, 0x1.555556p-5f, -0x1.55fa62p-30f);
    return p;
}

/* (atan(z) - z)/z^3 where x = z^2, |z| <= tan(pi/8) */
PAIR_FN pair pair_atan_rest(pair x)
{
    flt h = -0x1.4b387ep-5f;
    h = pair_fma(h, x.hi, 0x1.24434ap-4f);
    h = pair_fma(h, x.hi, -0x1.71d3cp-4f);
    h = pair_fma(h, x.hi, 0x1.c6f688p-4f);
    h = pair_fma(h, x.hi, -0x1.2491cp-3f);
    pair p = pair_step_first(h, x.hi, 0x1.999998p-3f, 0x1.2ca258p-30f);
    p = pair_step_2(p, x, -0x1.555556p-2f, 0x1.55fbdp-27f);
    return p;
}

/* erf(z)/z where x = z^2, |z| <= 1/2 */
PAIR_FN pair pair_erf_ratio(pair x)
{
    flt h = -0x1.936a48p-11f;
    h = pair_fma(h, x.hi, 0x1.54d076p-8f);
    h = pair_fma(h, x.hi, -0x1.b8203p-6f);
    pair p = pair_step_first(h, x.hi, 0x1.ce2ef2p-4f, 0x1.cf1364p-31f);
    p = pair_step_2(p, x, -0x1.812746p-2f, -0x1.bd6dd8p-28f);
    p = pair_step_2(p, x, 0x1.20dd76p+0f, -0x1.f7c962p-25f);
    return p;
}

/* (1 + a/2)/2 e^(a^2) erfc(a), x = (a - 2)/(a + 2), 0 <= a <= 8.426 */
PAIR_FN pair pair_erfc_scaled(pair x)
{
    flt h = -0x1.ab0fccp-20f;
    h = pair_fma(h, x.hi, -0x1.0a8e2p-18f);
    h = pair_fma(h, x.hi, 0x1.c3ec96p-18f);
    h = pair_fma(h, x.hi, 0x1.2030c6p-15f);
    h = pair_fma(h, x.hi, 0x1.314e96p-17f);
    h = pair_fma(h, x.hi, -0x1.59f9b6p-13f);
    h = pair_fma(h, x.hi, -0x1.b7105ep-13f);
    pair p = pair_step_first(h, x.hi, 0x1.9501p-11f, -0x1.ede412p-38f);
    p = pair_step_2(p, x, 0x1.a89e56p-10f, 0x1.a8b804p-37f);
    p = pair_step_2(p, x, -0x1.606df8p-8f, -0x1.d79c2ap-33f);
    p = pair_step_2(p, x, -0x1.2a88e4p-7f, -0x1.f02a46p-33f);
    p = pair_step_2(p, x, 0x1.1e2deep-4f, 0x1.ec40c4p-30f);
    p = pair_step_2(p, x, -0x1.5fd386p-3f, -0x1.d773d6p-29f);
    p = pair_step_2_any(p, x, 0x1.058672p-2f, -0x1.2b07fep-28f);
    return p;
}

/* (1 + a/3)/2 e^(a^2/2) Phi(-a), x = (a - 3)/(a + 3), 0 <= a <= 11.92 */
PAIR_FN pair pair_cdf_scaled(pair x)
{
    flt h = -0x1.6be3dp-21f;
    h = pair_fma(h, x.hi, -0x1.84de76p-19f);
    h = pair_fma(h, x.hi, -0x1.f3fff6p-20f);
    h = pair_fma(h, x.hi, 0x1.b33b3p-17f);
    h = pair_fma(h, x.hi, 0x1.acc75ap-16f);
    h = pair_fma(h, x.hi, -0x1.669b7cp-15f);
    pair p = pair_step_first(h, x.hi, -0x1.6d772ap-13f, -0x1.a63052p-38f);
    p = pair_step_2_any(p, x, 0x1.672c4p-13f, -0x1.0a1246p-39f);
    p = pair_step_2(p, x, 0x1.30a336p-10f, -0x1.28f6bap-38f);
    p = pair_step_2(p, x, -0x1.c92134p-10f, 0x1.1fb174p-38f);
    p = pair_step_2(p, x, -0x1.021e8p-7f, 0x1.52beb6p-32f);
    p = pair_step_2(p, x, 0x1.3a0d06p-5f, -0x1.a0a35cp-30f);
    p = pair_step_2(p, x, -0x1.5bb438p-4f, 0x1.b9cde8p-29f);
    p = pair_step_2_any(p, x, 0x1.f1b89cp-4f, 0x1.18f4dap-31f);
    return p;
}
