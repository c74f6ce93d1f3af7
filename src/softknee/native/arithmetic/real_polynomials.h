/* Written by tools/make_real_polynomials.py: change that, not this. */
#ifndef SOFTKNEE_REAL_POLYNOMIALS_H
#define SOFTKNEE_REAL_POLYNOMIALS_H
#include "real_base.h"

#define RD_LN2_1 0x1.62e42fefa4000p-1
#define RD_LN2_2 -0x1.8432a1b0e2000p-43
#define RD_LN2_REST_HI -0x1.8cff81a12a17ep-85
#define RD_LN2_REST_LO -0x1.979b31ace93a5p-141
#define RD_HALF_PI_1 0x1.921fb54400000p+0
#define RD_HALF_PI_2 0x1.0b4611a600000p-34
#define RD_HALF_PI_3 0x1.3198a2e000000p-69
#define RD_HALF_PI_REST_HI 0x1.b839a252049c1p-104
#define RD_HALF_PI_REST_LO 0x1.14cf98e804178p-160
#define RD_LOG2E_HI 0x1.71547652b82fep+0
#define RD_LOG2E_LO 0x1.777d0ffda0d24p-56
#define RD_TWO_OVER_PI_HI 0x1.45f306dc9c883p-1
#define RD_TWO_OVER_PI_LO -0x1.6b01ec5417056p-55
#define RD_LN2_HI 0x1.62e42fefa39efp-1
#define RD_LN2_LO 0x1.abc9e3b39803fp-56
#define RD_PI_2_HI 0x1.921fb54442d18p+0
#define RD_PI_2_LO 0x1.1a62633145c07p-54
#define RD_PI_4_HI 0x1.921fb54442d18p-1
#define RD_PI_4_LO 0x1.1a62633145c07p-55
#define RD_SQRT2_HI 0x1.6a09e667f3bcdp+0
#define RD_SQRT2_LO -0x1.bdd3413b26456p-54
#define RD_SQRT_HALF_HI 0x1.6a09e667f3bcdp-1
#define RD_SQRT_HALF_LO -0x1.bdd3413b26456p-55
#define RD_1_SQRT_2PI_HI 0x1.9884533d43651p-2
#define RD_1_SQRT_2PI_LO -0x1.cbc0d30ebfd15p-56
#define RD_ERFC_K 4.0

/* (e^x - 1 - x)/x^2 for |x| <= ln(2)/2 */
REAL_FN double rd_exp_rest(double x) {
    double p = 0x1.1f72fc83bcbc7p-29;
    p = rd_fma(p, x, 0x1.af4ddda1c08cdp-26);
    p = rd_fma(p, x, 0x1.27e4db67ac2b0p-22);
    p = rd_fma(p, x, 0x1.71de0237484cdp-19);
    p = rd_fma(p, x, 0x1.a01a01a6d7831p-16);
    p = rd_fma(p, x, 0x1.a01a01abe6323p-13);
    p = rd_fma(p, x, 0x1.6c16c16c162d6p-10);
    p = rd_fma(p, x, 0x1.11111111100dfp-7);
    p = rd_fma(p, x, 0x1.5555555555556p-5);
    p = rd_fma(p, x, 0x1.5555555555557p-3);
    return rd_fma(p, x, 0x1.0000000000000p-1);
}

/* R/x where log((1+s)/(1-s)) = s (2 + R), x = s^2 <= (3 - 2 sqrt 2)^2 */
REAL_FN double rd_log_rest(double x) {
    double p = 0x1.2b5900de53b32p-3;
    p = rd_fma(p, x, 0x1.39fe51a7c18f9p-3);
    p = rd_fma(p, x, 0x1.7462b51cb66b1p-3);
    p = rd_fma(p, x, 0x1.c71c62e3f11e6p-3);
    p = rd_fma(p, x, 0x1.2492492df281ap-2);
    p = rd_fma(p, x, 0x1.99999999952d7p-2);
    return rd_fma(p, x, 0x1.5555555555558p-1);
}

/* (atan(z) - z)/z^3 where x = z^2, |z| <= tan(pi/8) */
REAL_FN double rd_atan_rest(double x) {
    double p = 0x1.0acd9e91a5a35p-6;
    p = rd_fma(p, x, -0x1.1b311bb48c215p-5);
    p = rd_fma(p, x, 0x1.74dccfb93fff0p-5);
    p = rd_fma(p, x, -0x1.ac7a5a79b3f26p-5);
    p = rd_fma(p, x, 0x1.e19a0bfa3eef9p-5);
    p = rd_fma(p, x, -0x1.110e87b4357d2p-4);
    p = rd_fma(p, x, 0x1.3b1392d519db1p-4);
    p = rd_fma(p, x, -0x1.745d165dc9713p-4);
    p = rd_fma(p, x, 0x1.c71c71c303dbbp-4);
    p = rd_fma(p, x, -0x1.249249248d7dcp-3);
    p = rd_fma(p, x, 0x1.9999999999953p-3);
    return rd_fma(p, x, -0x1.5555555555555p-2);
}

/* erf(z)/z - 1 where x = z^2, |z| <= 1/2 */
REAL_FN double rd_erf_rest(double x) {
    double p = -0x1.39fb524e9c1f7p-23;
    p = rd_fma(p, x, 0x1.b776442df3041p-20);
    p = rd_fma(p, x, -0x1.f4bb9f7301dedp-17);
    p = rd_fma(p, x, 0x1.f9a2a6635fe79p-14);
    p = rd_fma(p, x, -0x1.c02db23d41138p-11);
    p = rd_fma(p, x, 0x1.565bcd0aa6349p-8);
    p = rd_fma(p, x, -0x1.b82ce3127f739p-6);
    p = rd_fma(p, x, 0x1.ce2f21a042b29p-4);
    p = rd_fma(p, x, -0x1.812746b0379e6p-2);
    return rd_fma(p, x, 0x1.06eba8214db69p-3);
}

/* (1 + 2a) e^(a^2) erfc(a), x = (a - 4)/(a + 4), 0 <= a <= 28 */
REAL_FN rdd rd_erfc_scaled(double x) {
    double p = 0x1.401609bf915e2p-32;
    p = rd_fma(p, x, 0x1.210c970eb46d4p-29);
    p = rd_fma(p, x, 0x1.cfaa94405e761p-30);
    p = rd_fma(p, x, -0x1.1d56405fb00c0p-26);
    p = rd_fma(p, x, -0x1.483e5f2f13f5cp-26);
    p = rd_fma(p, x, 0x1.e689355383b88p-24);
    p = rd_fma(p, x, 0x1.4adcd53cbbc96p-24);
    p = rd_fma(p, x, -0x1.bc665b6377870p-21);
    p = rd_fma(p, x, 0x1.3926a52c331a6p-22);
    p = rd_fma(p, x, 0x1.7f3e45c1e5061p-18);
    p = rd_fma(p, x, -0x1.7882d18e29e35p-17);
    p = rd_fma(p, x, -0x1.995b13f6b0a3fp-16);
    p = rd_fma(p, x, 0x1.3be033841dfc4p-13);
    p = rd_fma(p, x, -0x1.a1df1879570cbp-13);
    p = rd_fma(p, x, -0x1.8d4a996717f16p-11);
    p = rd_fma(p, x, 0x1.49c6727714f22p-8);
    p = rd_fma(p, x, -0x1.09623885955c8p-6);
    p = rd_fma(p, x, 0x1.3079edf6ae2ebp-5);
    p = rd_fma(p, x, -0x1.0fb06dfe46db3p-4);
    p = rd_fma(p, x, 0x1.7fee004e113a0p-4);
    p = rd_fma(p, x, -0x1.9ddb23c3e924bp-4);
    p = rd_fma(p, x, 0x1.16ecefcfa5400p-4);
    p = rd_fma(p, x, 0x1.f7f5df66fd7e6p-7);
    p = rd_fma(p, x, -0x1.1df1ad154a28fp-3);
    return rdd_fast_sum(0x1.3ba5916e9fd7fp+0, p * x);
}

/* (e^x - 1)/x for |x| <= ln(2)/2 */
REAL_FN rdd rdd_expm1_ratio(rdd x) {
    double h = 0x1.761b41316381ap-75;
    h = rd_fma(h, x.hi, 0x1.0ce396db7f853p-70);
    h = rd_fma(h, x.hi, 0x1.71b8ef6dcf572p-66);
    h = rd_fma(h, x.hi, 0x1.e542ba4020225p-62);
    h = rd_fma(h, x.hi, 0x1.2f49b46814157p-57);
    h = rd_fma(h, x.hi, 0x1.6827863b97d97p-53);
    h = rd_fma(h, x.hi, 0x1.952c77030ad4ap-49);
    h = rd_fma(h, x.hi, 0x1.ae7f3e733b81fp-45);
    h = rd_fma(h, x.hi, 0x1.ae7f3e733b81fp-41);
    h = rd_fma(h, x.hi, 0x1.93974a8c07c9dp-37);
    rdd p = {h, 0.0};
    p = rdd_step(p, x, 0x1.6124613a86d09p-33, 0x1.f28e0cc748ebep-87);
    p = rdd_step(p, x, 0x1.1eed8eff8d898p-29, -0x1.2aec959e14c06p-83);
    p = rdd_step(p, x, 0x1.ae64567f544e4p-26, -0x1.c062e06d1f209p-80);
    p = rdd_step(p, x, 0x1.27e4fb7789f5cp-22, 0x1.cbbc05b4fa99ap-76);
    p = rdd_step(p, x, 0x1.71de3a556c734p-19, -0x1.c154f8ddc6c00p-73);
    p = rdd_step(p, x, 0x1.a01a01a01a01ap-16, 0x1.a01a01a01a01ap-76);
    p = rdd_step(p, x, 0x1.a01a01a01a01ap-13, 0x1.a01a01a01a01ap-73);
    p = rdd_step(p, x, 0x1.6c16c16c16c17p-10, -0x1.f49f49f49f49fp-65);
    p = rdd_step(p, x, 0x1.1111111111111p-7, 0x1.1111111111111p-63);
    p = rdd_step(p, x, 0x1.5555555555555p-5, 0x1.5555555555555p-59);
    p = rdd_step(p, x, 0x1.5555555555555p-3, 0x1.5555555555555p-57);
    p = rdd_step(p, x, 0x1.0000000000000p-1, 0x0.0p+0);
    p = rdd_step(p, x, 0x1.0000000000000p+0, 0x0.0p+0);
    return p;
}

/* sin(z)/z where x = z^2, |z| <= pi/4 */
REAL_FN rdd rdd_sin_ratio(rdd x) {
    double h = 0x1.259f98b4358adp-103;
    h = rd_fma(h, x.hi, -0x1.d1ab1c2dccea3p-94);
    h = rd_fma(h, x.hi, 0x1.3f3ccdd165fa9p-84);
    h = rd_fma(h, x.hi, -0x1.761b41316381ap-75);
    h = rd_fma(h, x.hi, 0x1.71b8ef6dcf572p-66);
    h = rd_fma(h, x.hi, -0x1.2f49b46814157p-57);
    rdd p = {h, 0.0};
    p = rdd_step(p, x, 0x1.952c77030ad4ap-49, 0x1.ac981465ddc6cp-103);
    p = rdd_step(p, x, -0x1.ae7f3e733b81fp-41, -0x1.1d8656b0ee8cbp-97);
    p = rdd_step(p, x, 0x1.6124613a86d09p-33, 0x1.f28e0cc748ebep-87);
    p = rdd_step(p, x, -0x1.ae64567f544e4p-26, 0x1.c062e06d1f209p-80);
    p = rdd_step(p, x, 0x1.71de3a556c734p-19, -0x1.c154f8ddc6c00p-73);
    p = rdd_step(p, x, -0x1.a01a01a01a01ap-13, -0x1.a01a01a01a01ap-73);
    p = rdd_step(p, x, 0x1.1111111111111p-7, 0x1.1111111111111p-63);
    p = rdd_step(p, x, -0x1.5555555555555p-3, -0x1.5555555555555p-57);
    p = rdd_step(p, x, 0x1.0000000000000p+0, 0x0.0p+0);
    return p;
}

/* cos(z) where x = z^2, |z| <= pi/4 */
REAL_FN rdd rdd_cos(rdd x) {
    double h = 0x1.0a18a2635085dp-98;
    h = rd_fma(h, x.hi, -0x1.88e85fc6a4e5ap-89);
    h = rd_fma(h, x.hi, 0x1.f2cf01972f578p-80);
    h = rd_fma(h, x.hi, -0x1.0ce396db7f853p-70);
    h = rd_fma(h, x.hi, 0x1.e542ba4020225p-62);
    h = rd_fma(h, x.hi, -0x1.6827863b97d97p-53);
    rdd p = {h, 0.0};
    p = rdd_step(p, x, 0x1.ae7f3e733b81fp-45, 0x1.1d8656b0ee8cbp-101);
    p = rdd_step(p, x, -0x1.93974a8c07c9dp-37, -0x1.05d6f8a2efd1fp-92);
    p = rdd_step(p, x, 0x1.1eed8eff8d898p-29, -0x1.2aec959e14c06p-83);
    p = rdd_step(p, x, -0x1.27e4fb7789f5cp-22, -0x1.cbbc05b4fa99ap-76);
    p = rdd_step(p, x, 0x1.a01a01a01a01ap-16, 0x1.a01a01a01a01ap-76);
    p = rdd_step(p, x, -0x1.6c16c16c16c17p-10, 0x1.f49f49f49f49fp-65);
    p = rdd_step(p, x, 0x1.5555555555555p-5, 0x1.5555555555555p-59);
    p = rdd_step(p, x, -0x1.0000000000000p-1, 0x0.0p+0);
    p = rdd_step(p, x, 0x1.0000000000000p+0, 0x0.0p+0);
    return p;
}

/* erf(z)/z where x = z^2, |z| <= 1/2 */
REAL_FN rdd rdd_erf_ratio(rdd x) {
    double h = -0x1.3676fc48c133cp-71;
    h = rd_fma(h, x.hi, 0x1.ab5cc31489f29p-67);
    h = rd_fma(h, x.hi, -0x1.18cc8a061c479p-62);
    h = rd_fma(h, x.hi, 0x1.5f7919bc67b8cp-58);
    h = rd_fma(h, x.hi, -0x1.a2007af3447f6p-54);
    h = rd_fma(h, x.hi, 0x1.d70b3537f4765p-50);
    h = rd_fma(h, x.hi, -0x1.f56f071a885cfp-46);
    h = rd_fma(h, x.hi, 0x1.f683ae4a97007p-42);
    h = rd_fma(h, x.hi, -0x1.d8453cb0c46eap-38);
    h = rd_fma(h, x.hi, 0x1.9e6ad5e55a730p-34);
    rdd p = {h, 0.0};
    p = rdd_step(p, x, -0x1.51d7181c5d36dp-30, 0x1.edfe29582f8a2p-84);
    p = rdd_step(p, x, 0x1.fcc5720624c1cp-27, -0x1.92e82d499b600p-82);
    p = rdd_step(p, x, -0x1.5f742ec43e71ap-23, 0x1.d28f03df991d8p-80);
    p = rdd_step(p, x, 0x1.b9e6c9dc651a3p-20, -0x1.fe08d49bd93ddp-74);
    p = rdd_step(p, x, -0x1.f4d25c3e0c2ebp-17, -0x1.79b1b9b5c586cp-71);
    p = rdd_step(p, x, 0x1.f9a326f9b89b7p-14, 0x1.e9a2341c71459p-68);
    p = rdd_step(p, x, -0x1.c02db40040b86p-11, 0x1.d9a497a0f8b0ep-65);
    p = rdd_step(p, x, 0x1.565bcd0e6a53fp-8, -0x1.a73e0832f7e39p-64);
    p = rdd_step(p, x, -0x1.b82ce31288b51p-6, 0x1.1015978e7ac92p-61);
    p = rdd_step(p, x, 0x1.ce2f21a042be2p-4, -0x1.2871bc5e00766p-58);
    p = rdd_step(p, x, -0x1.812746b0379e7p-2, 0x1.ee12e49cab700p-57);
    p = rdd_step(p, x, 0x1.20dd750429b6dp+0, 0x1.1ae3a914fed80p-56);
    return p;
}

/* (1 + 2a) e^(a^2) erfc(a), x = (a - 4)/(a + 4), 0 <= a <= 28 */
REAL_FN rdd rdd_erfc_scaled(rdd x) {
    double h = -0x1.46e81e384e684p-59;
    h = rd_fma(h, x.hi, -0x1.19f6d8f59ef84p-55);
    rdd p = {h, 0.0};
    p = rdd_step_any(p, x, -0x1.2cf44c115a62ap-53, 0x1.830a3a517ae6fp-108);
    p = rdd_step_any(p, x, -0x1.a23623e119bb0p-54, -0x1.55c8c810442c8p-109);
    p = rdd_step_any(p, x, 0x1.f96275d9afa78p-51, -0x1.d0d4503e4d7afp-105);
    p = rdd_step_any(p, x, 0x1.416e0cf32f841p-49, 0x1.1b0df3b9405cep-106);
    p = rdd_step_any(p, x, -0x1.fee5957a260f6p-50, 0x1.8860cd834a811p-106);
    p = rdd_step_any(p, x, -0x1.02100c2cf3fdcp-46, -0x1.5bae958a578aap-100);
    p = rdd_step_any(p, x, -0x1.253626527c653p-47, -0x1.d1c8b4e3c4e38p-108);
    p = rdd_step_any(p, x, 0x1.1274cec7e8b8ap-44, 0x1.efdb8bed4503fp-99);
    p = rdd_step_any(p, x, 0x1.c89f00aff571dp-44, 0x1.3b9a7d3a823d6p-99);
    p = rdd_step_any(p, x, -0x1.b60fc6d83748dp-43, 0x1.463cb3202f713p-98);
    p = rdd_step_any(p, x, -0x1.75af89093bfb5p-41, 0x1.ff8737461f2b1p-95);
    p = rdd_step_any(p, x, 0x1.b47a9206f187bp-42, 0x1.71607840c234ap-96);
    p = rdd_step_any(p, x, 0x1.f82e72a877d88p-39, 0x1.f6fb404974b52p-93);
    p = rdd_step_any(p, x, 0x1.63a87c0f029e3p-41, -0x1.49862f6260f38p-95);
    p = rdd_step_any(p, x, -0x1.3a7feff359936p-36, -0x1.5ad89d3adf1f1p-91);
    p = rdd_step_any(p, x, -0x1.df5a2804ea009p-37, 0x1.69fa36545d76bp-93);
    p = rdd_step_any(p, x, 0x1.829e4414bd98bp-34, 0x1.de6d5cc6c6d5dp-89);
    p = rdd_step_any(p, x, 0x1.e453de5ed9540p-34, -0x1.d5a6bac153166p-88);
    p = rdd_step_any(p, x, -0x1.ee4b54c2a0b18p-32, 0x1.42e7fb70efb13p-87);
    p = rdd_step_any(p, x, -0x1.8cdeb9c225ff2p-31, 0x1.36e87b58d6d41p-85);
    p = rdd_step_any(p, x, 0x1.594b22a552f8bp-29, 0x1.508731b4e343fp-83);
    p = rdd_step_any(p, x, 0x1.24f7c38909e26p-28, -0x1.071f711a8656ap-83);
    p = rdd_step_any(p, x, -0x1.0fc6ab60f33a2p-26, 0x1.41f0f9afecc04p-80);
    p = rdd_step_any(p, x, -0x1.7dd514460af09p-26, 0x1.49eb705b46466p-80);
    p = rdd_step_any(p, x, 0x1.dde3bdda045e4p-24, 0x1.e6edef9eac266p-78);
    p = rdd_step_any(p, x, 0x1.5404b63dfc641p-24, 0x1.3057bef4cc155p-78);
    p = rdd_step_any(p, x, -0x1.bb56c300e72fep-21, 0x1.9ae5b11fef0ffp-76);
    p = rdd_step_any(p, x, 0x1.383a00f76c3eep-22, 0x1.da79b46be62aap-76);
    p = rdd_step_any(p, x, 0x1.7f2b211ffc894p-18, -0x1.19dc4478e9618p-74);
    p = rdd_step_any(p, x, -0x1.78812641d319bp-17, -0x1.51a10f6614a1ap-71);
    p = rdd_step_any(p, x, -0x1.99595f7de6a9ap-16, -0x1.e809ac474e728p-70);
    p = rdd_step_any(p, x, 0x1.3be0314a7c0a5p-13, 0x1.17d31716e5eeep-68);
    p = rdd_step_any(p, x, -0x1.a1df2511faed3p-13, -0x1.1b41ee9bfff9cp-67);
    p = rdd_step_any(p, x, -0x1.8d4a997fc78d1p-11, -0x1.3de0e9537124bp-66);
    p = rdd_step_any(p, x, 0x1.49c67285feb48p-8, -0x1.2c452c54623edp-62);
    p = rdd_step_any(p, x, -0x1.0962388557262p-6, -0x1.e739c6ad5bf60p-60);
    p = rdd_step_any(p, x, 0x1.3079edf682defp-5, -0x1.2e9af7deb11fcp-59);
    p = rdd_step_any(p, x, -0x1.0fb06dfe487a8p-4, -0x1.9d4d928813402p-59);
    p = rdd_step_any(p, x, 0x1.7fee004e1253bp-4, 0x1.c72539e5986d2p-61);
    p = rdd_step_any(p, x, -0x1.9ddb23c3e911ep-4, 0x1.2a1b42e755e68p-59);
    p = rdd_step_any(p, x, 0x1.16ecefcfa5396p-4, -0x1.5b50387da2cbdp-58);
    p = rdd_step_any(p, x, 0x1.f7f5df66fd7bfp-7, 0x1.879c40f2d421ep-61);
    p = rdd_step_any(p, x, -0x1.1df1ad154a28ep-3, -0x1.2435d121f8a75p-57);
    p = rdd_step_any(p, x, 0x1.3ba5916e9fd7fp+0, -0x1.aa9c415679e6fp-55);
    return p;
}

#endif
