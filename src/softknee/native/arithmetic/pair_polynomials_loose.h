/* Written by tools/make_pair_polynomials.py: change that, not this. */
#ifndef SOFTKNEE_PAIR_POLYNOMIALS_LOOSE_H
#define SOFTKNEE_PAIR_POLYNOMIALS_LOOSE_H
#include "pair_plain_base.h"

#define PLAIN_LN2_1 0x1.62e4p-1f
#define PLAIN_LN2_2 0x1.7f7d1cp-20f
#define PLAIN_PI_2_1 0x1.922p+0f
#define PLAIN_PI_2_2 -0x1.2afp-18f
#define PLAIN_PI_2_3 0x1.0b4612p-34f
#define PLAIN_LN2 0x1.62e43p-1f
#define PLAIN_LOG2E 0x1.715476p+0f
#define PLAIN_2_PI 0x1.45f306p-1f
#define PLAIN_PI_2 0x1.921fb6p+0f
#define PLAIN_PI_4 0x1.921fb6p-1f
#define PLAIN_1_SQRT_2PI 0x1.988454p-2f
#define PLAIN_TAN_PI_8 0x1.a8279ap-2f
#define PLAIN_TAN_3PI_8 0x1.3504f4p+1f
#define PLAIN_ERFC_END 0x1.2a79e4p+3f
#define PLAIN_CDF_END 0x1.a61be6p+3f
#define PLAIN_ERFC_K 0x1.p+1f
#define PLAIN_CDF_K 0x1.8p+1f

/* e^x, |x| <= ln(2)/2 */
PAIR_FN plain plain_exp_sum(plain x)
{
    plain p = 0x1.6d7532p-10f;
    p = plain_fma(p, x, 0x1.126fa8p-7f);
    p = plain_fma(p, x, 0x1.5554acp-5f);
    p = plain_fma(p, x, 0x1.555404p-3f);
    p = plain_fma(p, x, 0x1.p-1f);
    p = plain_fma(p, x, 0x1.p+0f);
    p = plain_fma(p, x, 0x1.p+0f);
    return p;
}

/* (e^x - 1)/x, |x| <= ln(2)/2 */
PAIR_FN plain plain_expm1_ratio(plain x)
{
    plain p = 0x1.6d4316p-10f;
    p = plain_fma(p, x, 0x1.123d82p-7f);
    p = plain_fma(p, x, 0x1.5554eap-5f);
    p = plain_fma(p, x, 0x1.55547cp-3f);
    p = plain_fma(p, x, 0x1.p-1f);
    p = plain_fma(p, x, 0x1.p+0f);
    return p;
}

/* R where log((1+s)/(1-s)) = 2 s + s x R, x = s^2 <= (3 - 2 sqrt 2)^2 */
PAIR_FN plain plain_log_rest(plain x)
{
    plain p = 0x1.2ee612p-2f;
    p = plain_fma(p, x, 0x1.997c3p-2f);
    p = plain_fma(p, x, 0x1.55555cp-1f);
    return p;
}

/* R where log((1+s)/(1-s)) = 2 s + s x R, x = s^2 <= 1/9 */
PAIR_FN plain plain_log1p_rest(plain x)
{
    plain p = 0x1.12f59ep-2f;
    p = plain_fma(p, x, 0x1.21249ap-2f);
    p = plain_fma(p, x, 0x1.99ad6cp-2f);
    p = plain_fma(p, x, 0x1.55554cp-1f);
    return p;
}

/* (sin(r) - r)/r^3 where x = r^2, r <= pi/4 */
PAIR_FN plain plain_sin_rest(plain x)
{
    plain p = -0x1.9ac9bp-13f;
    p = plain_fma(p, x, 0x1.110c28p-7f);
    p = plain_fma(p, x, -0x1.555552p-3f);
    return p;
}

/* (cos(r) - 1 + r^2/2)/r^4 where x = r^2, r <= pi/4 */
PAIR_FN plain plain_cos_rest(plain x)
{
    plain p = 0x1.9bd89cp-16f;
    p = plain_fma(p, x, -0x1.6c12d2p-10f);
    p = plain_fma(p, x, 0x1.555554p-5f);
    return p;
}

/* (atan(z) - z)/z^3 where x = z^2, |z| <= tan(pi/8) */
PAIR_FN plain plain_atan_rest(plain x)
{
    plain p = -0x1.084554p-4f;
    p = plain_fma(p, x, 0x1.b8102ep-4f);
    p = plain_fma(p, x, -0x1.242034p-3f);
    p = plain_fma(p, x, 0x1.99973p-3f);
    p = plain_fma(p, x, -0x1.555554p-2f);
    return p;
}

/* erf(z)/z where x = z^2, |z| <= 1/2 */
PAIR_FN plain plain_erf_ratio(plain x)
{
    plain p = 0x1.35451p-8f;
    p = plain_fma(p, x, -0x1.b6661p-6f);
    p = plain_fma(p, x, 0x1.ce251p-4f);
    p = plain_fma(p, x, -0x1.812732p-2f);
    p = plain_fma(p, x, 0x1.20dd74p+0f);
    return p;
}

/* (1 + a/2)/2 e^(a^2) erfc(a), x = (a - 2)/(a + 2), 0 <= a <= 9.327 */
PAIR_FN plain plain_erfc_scaled(plain x)
{
    plain p = -0x1.e4db96p-14f;
    p = plain_fma(p, x, -0x1.8d6242p-13f);
    p = plain_fma(p, x, 0x1.864086p-11f);
    p = plain_fma(p, x, 0x1.a60b0ep-10f);
    p = plain_fma(p, x, -0x1.5ff59cp-8f);
    p = plain_fma(p, x, -0x1.2a7b58p-7f);
    p = plain_fma(p, x, 0x1.1e2d32p-4f);
    p = plain_fma(p, x, -0x1.5fd38ep-3f);
    p = plain_fma(p, x, 0x1.058672p-2f);
    return p;
}

/* (1 + a/3)/2 e^(a^2/2) Phi(-a), x = (a - 3)/(a + 3), 0 <= a <= 13.19 */
PAIR_FN plain plain_cdf_scaled(plain x)
{
    plain p = 0x1.466f64p-18f;
    p = plain_fma(p, x, -0x1.4ff68ap-15f);
    p = plain_fma(p, x, -0x1.4868eap-13f);
    p = plain_fma(p, x, 0x1.6e0b84p-13f);
    p = plain_fma(p, x, 0x1.2f3864p-10f);
    p = plain_fma(p, x, -0x1.c97764p-10f);
    p = plain_fma(p, x, -0x1.021906p-7f);
    p = plain_fma(p, x, 0x1.3a0d46p-5f);
    p = plain_fma(p, x, -0x1.5bb43ep-4f);
    p = plain_fma(p, x, 0x1.f1b89cp-4f);
    return p;
}
#endif
