/* Written by tools/make_close_polynomials.py: change that, not this. */
#ifndef SOFTKNEE_CLOSE_POLYNOMIALS_H
#define SOFTKNEE_CLOSE_POLYNOMIALS_H
#include "close_base.h"

#define CLOSE_LOG2E 0x1.715476p+0f
#define CLOSE_LN2_1 0x1.62e43p-1f
#define CLOSE_LN2_2 -0x1.05c61p-29f
#define CLOSE_1_SQRT_2PI_1 0x1.988454p-2f
#define CLOSE_1_SQRT_2PI_2 -0x1.857936p-27f
#define CLOSE_CDF_K 0x1.8p+0f
#define CLOSE_CUBIC_1_1 0x1.988454p+0f
#define CLOSE_CUBIC_1_2 -0x1.857936p-25f
#define CLOSE_CUBIC_3_1 0x1.2444f2p-4f
#define CLOSE_CUBIC_3_2 0x1.49b16ap-29f
#define CLOSE_CUBIC_SLOPE_3_1 0x1.b6676cp-3f
#define CLOSE_CUBIC_SLOPE_3_2 -0x1.175e2p-32f
#define CLOSE_REACH 0x1.p-2f

/* (e^x - 1 - x)/x^2, |x| <= ln(2)/2 */
CLOSE_FN float close_exp_rest(float x, float square)
{
    const float p0 = close_fma(0x1.5554dcp-3f, x, 0x1.p-1f);
    const float p1 = close_fma(0x1.120c04p-7f, x, 0x1.555502p-5f);
    const float p2 = 0x1.6d2e04p-10f;
    float p = p2;
    p = close_fma(p, square, p1);
    p = close_fma(p, square, p0);
    return p;
}

/* the same, closer */
CLOSE_FN float close_expm1_rest(float x, float square)
{
    const float p0 = close_fma(0x1.555556p-3f, x, 0x1.p-1f);
    const float p1 = close_fma(0x1.110fc8p-7f, x, 0x1.555502p-5f);
    const float p2 = close_fma(0x1.a2cb5ep-13f, x, 0x1.6d2e04p-10f);
    float p = p2;
    p = close_fma(p, square, p1);
    p = close_fma(p, square, p0);
    return p;
}

/* R where log((1+s)/(1-s)) = 2 s + s x R, x = s^2 <= 1/9 */
CLOSE_FN float close_log1p_rest(float x, float square)
{
    const float p0 = close_fma(0x1.999868p-2f, x, 0x1.555556p-1f);
    const float p1 = close_fma(0x1.bb3e24p-3f, x, 0x1.24d702p-2f);
    const float p2 = 0x1.e0e4cep-3f;
    float p = p2;
    p = close_fma(p, square, p1);
    p = close_fma(p, square, p0);
    return p;
}

#define CLOSE_CDF_0_1 0x1.3c144p-1f
#define CLOSE_CDF_0_2 0x1.8401e8p-28f
#define CLOSE_CDF_1 -0x1.8f9054p-3f
/* (a + K) e^(a^2/2) Phi(-a) = C_0 + C_1 x + x^2 times this, x = (a - K)/(a + K), 0 <= a <= 12 */
CLOSE_FN float close_cdf_rest(float x, float square)
{
    const float p0 = close_fma(0x1.253b0cp-6f, x, -0x1.d700aep-5f);
    const float p1 = close_fma(0x1.04cf12p-8f, x, 0x1.20fdbep-6f);
    const float p2 = close_fma(-0x1.5e5e9ap-9f, x, -0x1.3d0dap-9f);
    const float p3 = close_fma(0x1.61d344p-13f, x, -0x1.1db716p-10f);
    const float p4 = close_fma(0x1.f45218p-13f, x, 0x1.15915p-11f);
    const float p5 = close_fma(-0x1.2d8df6p-15f, x, -0x1.f7adccp-16f);
    float p = p5;
    p = close_fma(p, square, p4);
    p = close_fma(p, square, p3);
    p = close_fma(p, square, p2);
    p = close_fma(p, square, p1);
    p = close_fma(p, square, p0);
    return p;
}

#define CLOSE_SILU_ROOT_1 0x1.474974p+0f
#define CLOSE_SILU_ROOT_2 -0x1.bdf6fap-27f
#define CLOSE_SILU_0_1 -0x1.474974p+0f
#define CLOSE_SILU_0_2 0x1.af7584p-27f
/* what changes its sign in the slope of silu = x (C_0 + x times this), x the distance from the root */
CLOSE_FN float close_silu_root(float x, float square)
{
    const float p0 = close_fma(-0x1.7c3228p-5f, x, 0x1.1d25dp-3f);
    const float p1 = close_fma(-0x1.30d696p-9f, x, 0x1.7c2f82p-7f);
    const float p2 = 0x1.9a3352p-12f;
    float p = p2;
    p = close_fma(p, square, p1);
    p = close_fma(p, square, p0);
    return p;
}

#define CLOSE_GELU_ROOT_1 0x1.80ead2p-1f
#define CLOSE_GELU_ROOT_2 -0x1.a03fd4p-27f
#define CLOSE_GELU_0_1 -0x1.25126cp-1f
#define CLOSE_GELU_0_2 -0x1.cdb8cp-28f
/* what changes its sign in the slope of gelu = x (C_0 + x times this), x the distance from the root */
CLOSE_FN float close_gelu_root(float x, float square)
{
    const float p0 = close_fma(-0x1.2baa98p-5f, x, 0x1.5b298p-4f);
    const float p1 = close_fma(-0x1.55d89p-8f, x, 0x1.d502c8p-7f);
    const float p2 = 0x1.cc9166p-10f;
    float p = p2;
    p = close_fma(p, square, p1);
    p = close_fma(p, square, p0);
    return p;
}

#define CLOSE_GELU_TANH_ROOT_1 0x1.8142ap-1f
#define CLOSE_GELU_TANH_ROOT_2 -0x1.85a06cp-27f
#define CLOSE_GELU_TANH_0_1 -0x1.3af6cep+1f
#define CLOSE_GELU_TANH_0_2 0x1.f56aa2p-24f
/* what changes its sign in the slope of gelu_tanh = x (C_0 + x times this), x the distance from the root */
CLOSE_FN float close_gelu_tanh_root(float x, float square)
{
    const float p0 = close_fma(-0x1.9a0ef8p-2f, x, -0x1.993ccap-4f);
    const float p1 = close_fma(-0x1.f37216p-6f, x, 0x1.371c6ap-4f);
    const float p2 = close_fma(-0x1.ea45c8p-9f, x, 0x1.765a04p-7f);
    float p = p2;
    p = close_fma(p, square, p1);
    p = close_fma(p, square, p0);
    return p;
}

#define CLOSE_MISH_ROOT_1 0x1.31432cp+0f
#define CLOSE_MISH_ROOT_2 0x1.a25b08p-29f
#define CLOSE_MISH_0_1 -0x1.9a1c16p+2f
#define CLOSE_MISH_0_2 0x1.4191dp-23f
/* what changes its sign in the slope of mish = x (C_0 + x times this), x the distance from the root */
CLOSE_FN float close_mish_root(float x, float square)
{
    const float p0 = close_fma(-0x1.49434p+0f, x, 0x1.21b0cap+1f);
    const float p1 = close_fma(-0x1.ab0f5cp-3f, x, 0x1.1d96d6p-1f);
    const float p2 = close_fma(-0x1.80fb82p-6f, x, 0x1.28f21cp-4f);
    float p = p2;
    p = close_fma(p, square, p1);
    p = close_fma(p, square, p0);
    return p;
}
#endif
