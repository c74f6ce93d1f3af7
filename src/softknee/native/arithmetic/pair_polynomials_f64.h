/* Written by tools/make_pair_polynomials.py: change that, not this. */
#ifndef SOFTKNEE_PAIR_POLYNOMIALS_F64_H
#define SOFTKNEE_PAIR_POLYNOMIALS_F64_H
#include "pair_base.h"

#define PAIR_LN2_1 0x1.62e42fefa39efp-1
#define PAIR_LN2_2 0x1.abc9e3b39803fp-56
#define PAIR_LN2_SHORT_1 0x1.62e42fefa38p-1
#define PAIR_LN2_SHORT_2 0x1.ef35793c7673p-45
#define PAIR_PI_2_1 0x1.921fb54442d18p+0
#define PAIR_PI_2_2 0x1.1a62633145c07p-54
#define PAIR_PI_2_3 -0x1.f1976b7ed8fbcp-110
#define PAIR_PI_4_1 0x1.921fb54442d18p-1
#define PAIR_PI_4_2 0x1.1a62633145c07p-55
#define PAIR_1_SQRT_2PI_1 0x1.9884533d43651p-2
#define PAIR_1_SQRT_2PI_2 -0x1.cbc0d30ebfd15p-56
#define PAIR_LOG2E 0x1.71547652b82fep+0
#define PAIR_2_PI 0x1.45f306dc9c883p-1
#define PAIR_SQRT_HALF 0x1.6a09e667f3bcdp-1
#define PAIR_TAN_PI_8 0x1.a827999fcef32p-2
#define PAIR_TAN_3PI_8 0x1.3504f333f9de6p+1
#define PAIR_EXP_END 0x1.3bp+9
#define PAIR_GAUSS_END 0x1.9198c8b8307c8p+4
#define PAIR_CDF_END 0x1.1bf8c9d2ed1a2p+5
#define PAIR_ERFC_K 0x1.p+1
#define PAIR_CDF_K 0x1.8p+1

/* W/x where e^x = 1 + x + x^2/2 (1 + W), |x| <= ln(2)/2 */
PAIR_FN pair pair_exp_rest(flt x)
{
    flt h = 0x1.61b2b02877046p-32;
    h = pair_fma(h, x, 0x1.1f72fc83bcbc7p-28);
    h = pair_fma(h, x, 0x1.ae64344d76c0cp-25);
    h = pair_fma(h, x, 0x1.27e4db67ac2bp-21);
    h = pair_fma(h, x, 0x1.71de3a5904949p-18);
    h = pair_fma(h, x, 0x1.a01a01a6d7831p-15);
    h = pair_fma(h, x, 0x1.a01a01a019b2bp-12);
    h = pair_fma(h, x, 0x1.6c16c16c162d6p-9);
    h = pair_fma(h, x, 0x1.1111111111111p-6);
    h = pair_fma(h, x, 0x1.5555555555556p-4);
    pair p = pair_step_first(h, x, 0x1.5555555555555p-2, 0x1.5555555555555p-56);
    return p;
}

/* R where log((1+s)/(1-s)) = 2 s + s x R, x = s^2 <= (3 - 2 sqrt 2)^2 */
PAIR_FN pair pair_log_rest(pair x)
{
    flt h = 0x1.0c039fe4bea01p-3;
    h = pair_fma(h, x.hi, 0x1.0fbe957ed02d3p-3);
    h = pair_fma(h, x.hi, 0x1.3b1c355ddb48p-3);
    h = pair_fma(h, x.hi, 0x1.745cf9047e55ep-3);
    h = pair_fma(h, x.hi, 0x1.c71c7201593cap-3);
    h = pair_fma(h, x.hi, 0x1.2492492476ccap-2);
    h = pair_fma(h, x.hi, 0x1.9999999999a38p-2);
    pair p = pair_step_first(h, x.hi, 0x1.5555555555555p-1, 0x1.42ba103747871p-55);
    return p;
}

/* R where log((1+s)/(1-s)) = 2 s + s x R, x = s^2 <= 1/9 */
PAIR_FN pair pair_log1p_rest(pair x)
{
    flt h = 0x1.37efc8d8ef86dp-3;
    h = pair_fma(h, x.hi, 0x1.0371d8ce34c9dp-4);
    h = pair_fma(h, x.hi, 0x1.9739b78827d54p-4);
    h = pair_fma(h, x.hi, 0x1.ad46f26426322p-4);
    h = pair_fma(h, x.hi, 0x1.e2046690418c7p-4);
    h = pair_fma(h, x.hi, 0x1.11103f2b2f62p-3);
    h = pair_fma(h, x.hi, 0x1.3b13b7c424528p-3);
    h = pair_fma(h, x.hi, 0x1.745d1724e58e7p-3);
    h = pair_fma(h, x.hi, 0x1.c71c71c77e0ffp-3);
    h = pair_fma(h, x.hi, 0x1.2492492491fe8p-2);
    pair p = pair_step_first(h, x.hi, 0x1.999999999999cp-2, 0x1.8db510baa5465p-56);
    p = pair_step_2(p, x, 0x1.5555555555555p-1, 0x1.54c847879c045p-55);
    return p;
}

/* (sin(r) - r)/r^3 where x = r^2, r <= pi/4 */
PAIR_FN pair pair_sin_rest(pair x)
{
    flt h = -0x1.ab17d3985bccep-41;
    h = pair_fma(h, x.hi, 0x1.61217f0ac7f98p-33);
    h = pair_fma(h, x.hi, -0x1.ae645412c4787p-26);
    h = pair_fma(h, x.hi, 0x1.71de3a5460952p-19);
    h = pair_fma(h, x.hi, -0x1.a01a01a019938p-13);
    pair p = pair_step_first(h, x.hi, 0x1.111111111111p-7, 0x1.57db5ff445a51p-67);
    p = pair_step_2(p, x, -0x1.5555555555555p-3, -0x1.54e7dfb0701a7p-57);
    return p;
}

/* (cos(r) - 1 + r^2/2)/r^4 where x = r^2, r <= pi/4 */
PAIR_FN pair pair_cos_rest(pair x)
{
    flt h = 0x1.ab785aa02d659p-45;
    h = pair_fma(h, x.hi, -0x1.9394ba0c332d9p-37);
    h = pair_fma(h, x.hi, 0x1.1eed8deb97423p-29);
    h = pair_fma(h, x.hi, -0x1.27e4fb7712d61p-22);
    h = pair_fma(h, x.hi, 0x1.a01a01a019d0ap-16);
    h = pair_fma(h, x.hi, -0x1.6c16c16c16c16p-10);
    pair p = pair_step_first(h, x.hi, 0x1.5555555555555p-5, 0x1.553cfe5e27847p-59);
    return p;
}

/* (atan(z) - z)/z^3 where x = z^2, |z| <= tan(pi/8) */
PAIR_FN pair pair_atan_rest(pair x)
{
    flt h = -0x1.c8125d219f4eep-7;
    h = pair_fma(h, x.hi, 0x1.f5ef5ac94695bp-6);
    h = pair_fma(h, x.hi, -0x1.503c3ecbd73a1p-5);
    h = pair_fma(h, x.hi, 0x1.829ce1bfba6ccp-5);
    h = pair_fma(h, x.hi, -0x1.aebd1f6da4d71p-5);
    h = pair_fma(h, x.hi, 0x1.e1d8e9ba3ed69p-5);
    h = pair_fma(h, x.hi, -0x1.1110cee7d8cd4p-4);
    h = pair_fma(h, x.hi, 0x1.3b13aea9e6049p-4);
    h = pair_fma(h, x.hi, -0x1.745d17356503fp-4);
    h = pair_fma(h, x.hi, 0x1.c71c71c6ddbf8p-4);
    h = pair_fma(h, x.hi, -0x1.24924924920adp-3);
    pair p = pair_step_first(h, x.hi, 0x1.9999999999997p-3, -0x1.ca054f61839e2p-57);
    p = pair_step_2(p, x, -0x1.5555555555555p-2, -0x1.548aae7653741p-56);
    return p;
}

/* erf(z)/z where x = z^2, |z| <= 1/2 */
PAIR_FN pair pair_erf_ratio(pair x)
{
    flt h = -0x1.39fb5019fbfd3p-23;
    h = pair_fma(h, x.hi, 0x1.b77643e2efe24p-20);
    h = pair_fma(h, x.hi, -0x1.f4bb9f6ede829p-17);
    h = pair_fma(h, x.hi, 0x1.f9a2a6634082fp-14);
    h = pair_fma(h, x.hi, -0x1.c02db23d40895p-11);
    h = pair_fma(h, x.hi, 0x1.565bcd0aa6333p-8);
    h = pair_fma(h, x.hi, -0x1.b82ce3127f739p-6);
    pair p = pair_step_first(h, x.hi, 0x1.ce2f21a042b29p-4, -0x1.c3df35fe4c933p-59);
    p = pair_step_2(p, x, -0x1.812746b0379e6p-2, -0x1.a27f856344d12p-56);
    p = pair_step_2(p, x, 0x1.20dd750429b6dp+0, 0x1.1a70f6ac9e28bp-56);
    return p;
}

/* (1 + a/2)/2 e^(a^2) erfc(a), x = (a - 2)/(a + 2), 0 <= a <= 25.1 */
PAIR_FN pair pair_erfc_scaled(pair x)
{
    flt h = -0x1.aa6debc106a3bp-38;
    h = pair_fma(h, x.hi, 0x1.7fa1b7fce52d5p-34);
    h = pair_fma(h, x.hi, 0x1.fe80fdaab0521p-32);
    h = pair_fma(h, x.hi, 0x1.3287c77e24618p-32);
    h = pair_fma(h, x.hi, -0x1.28216b56fb7d4p-29);
    h = pair_fma(h, x.hi, -0x1.38609f171aec7p-28);
    h = pair_fma(h, x.hi, 0x1.3fc9192e9a5c9p-31);
    h = pair_fma(h, x.hi, 0x1.ff912d170f2ebp-27);
    h = pair_fma(h, x.hi, 0x1.90da8f4fcc39bp-26);
    h = pair_fma(h, x.hi, -0x1.2d3cd2e574af5p-29);
    h = pair_fma(h, x.hi, -0x1.4bb561415e7f6p-24);
    h = pair_fma(h, x.hi, -0x1.2efb484b6d84cp-23);
    h = pair_fma(h, x.hi, -0x1.04c747bf40356p-29);
    h = pair_fma(h, x.hi, 0x1.0c042d3b110abp-21);
    h = pair_fma(h, x.hi, 0x1.e99ce83020b12p-21);
    h = pair_fma(h, x.hi, -0x1.2d86a509da64bp-22);
    h = pair_fma(h, x.hi, -0x1.0e7bde5ecc156p-18);
    h = pair_fma(h, x.hi, -0x1.6c035052813a9p-18);
    h = pair_fma(h, x.hi, 0x1.1e76ab550c19ap-17);
    h = pair_fma(h, x.hi, 0x1.2efa336e4339ap-15);
    h = pair_fma(h, x.hi, 0x1.20540aa9b434dp-17);
    h = pair_fma(h, x.hi, -0x1.5ba43886aca3dp-13);
    h = pair_fma(h, x.hi, -0x1.b6fbf994afc12p-13);
    pair p = pair_step_first(h, x.hi, 0x1.9517bb713ff86p-11, -0x1.c4f39a363e141p-68);
    p = pair_step_2(p, x, 0x1.a89eaff869753p-10, 0x1.1d11e77febeb2p-67);
    p = pair_step_2(p, x, -0x1.606e41552a565p-8, 0x1.195e13b6ec0c2p-62);
    p = pair_step_2(p, x, -0x1.2a88e6107d56cp-7, 0x1.7e2a03af1c3aep-61);
    p = pair_step_2(p, x, 0x1.1e2deea6b1175p-4, 0x1.e8a4521c499edp-61);
    p = pair_step_2(p, x, -0x1.5fd386754eff9p-3, 0x1.6a9e6612f7722p-58);
    p = pair_step_2_any(p, x, 0x1.058671b52c776p-2, -0x1.3b1b4948a5d2ep-58);
    return p;
}

/* (1 + a/3)/2 e^(a^2/2) Phi(-a), x = (a - 3)/(a + 3), 0 <= a <= 35.5 */
PAIR_FN pair pair_cdf_scaled(pair x)
{
    flt h = -0x1.60b2dae53aae6p-36;
    h = pair_fma(h, x.hi, -0x1.115f79366813dp-34);
    h = pair_fma(h, x.hi, 0x1.3058c07de554cp-34);
    h = pair_fma(h, x.hi, 0x1.031229359cd85p-31);
    h = pair_fma(h, x.hi, 0x1.61d63984808e1p-32);
    h = pair_fma(h, x.hi, -0x1.5b83db560a762p-30);
    h = pair_fma(h, x.hi, -0x1.7f0945170571bp-29);
    h = pair_fma(h, x.hi, -0x1.431dce585a67fp-31);
    h = pair_fma(h, x.hi, 0x1.f1c48e85ddaa8p-28);
    h = pair_fma(h, x.hi, 0x1.0135ce7c3acd1p-26);
    h = pair_fma(h, x.hi, 0x1.faecf6088fb4dp-29);
    h = pair_fma(h, x.hi, -0x1.89a12864d6c39p-25);
    h = pair_fma(h, x.hi, -0x1.9e174439cec3cp-24);
    h = pair_fma(h, x.hi, 0x1.2556abccb892ap-29);
    h = pair_fma(h, x.hi, 0x1.9287ea5d0e612p-22);
    h = pair_fma(h, x.hi, 0x1.456438afd5dcbp-21);
    h = pair_fma(h, x.hi, -0x1.3a88a65371fcbp-21);
    h = pair_fma(h, x.hi, -0x1.cec6ea129523ep-19);
    h = pair_fma(h, x.hi, -0x1.28529f791632ap-19);
    h = pair_fma(h, x.hi, 0x1.b8c023dcc44b8p-17);
    h = pair_fma(h, x.hi, 0x1.afb7efbec1eeep-16);
    h = pair_fma(h, x.hi, -0x1.66b7e05974649p-15);
    pair p = pair_step_first(h, x.hi, -0x1.6d8b2979e24b9p-13, -0x1.ff00b932212a8p-70);
    p = pair_step_2_any(p, x, 0x1.672b660665be4p-13, 0x1.0eacbc71b9c58p-67);
    p = pair_step_2(p, x, 0x1.30a372cc69396p-10, -0x1.b5fe0fc96defep-65);
    p = pair_step_2(p, x, -0x1.c9212fca8d119p-10, 0x1.9f215cfc75f8ep-67);
    p = pair_step_2(p, x, -0x1.021e7f9bb71d3p-7, 0x1.f4e3af50ea9cp-61);
    p = pair_step_2(p, x, 0x1.3a0d052ee3304p-5, -0x1.68546c194677p-60);
    p = pair_step_2(p, x, -0x1.5bb437230beeep-4, -0x1.da4911b925d8dp-62);
    p = pair_step_2_any(p, x, 0x1.f1b89c231e9b8p-4, -0x1.da8693a533941p-58);
    return p;
}
#endif
