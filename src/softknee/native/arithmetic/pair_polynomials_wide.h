/* Written by tools/make_pair_polynomials.py: change that, not this. */
#ifndef SOFTKNEE_PAIR_POLYNOMIALS_WIDE_H
#define SOFTKNEE_PAIR_POLYNOMIALS_WIDE_H
#include "pair_plain_base.h"

#define PLAIN_LN2_1 0x1.62e42fefa39efp-1
#define PLAIN_LN2_2 0x1.abc9e3b39803fp-56
#define PLAIN_PI_2_1 0x1.921fb544p+0
#define PLAIN_PI_2_2 0x1.0b4611a6p-34
#define PLAIN_PI_2_3 0x1.3198a2e037073p-69
#define PLAIN_LN2 0x1.62e42fefa39efp-1
#define PLAIN_LOG2E 0x1.71547652b82fep+0
#define PLAIN_2_PI 0x1.45f306dc9c883p-1
#define PLAIN_PI_2 0x1.921fb54442d18p+0
#define PLAIN_PI_4 0x1.921fb54442d18p-1
#define PLAIN_1_SQRT_2PI 0x1.9884533d43651p-2
#define PLAIN_TAN_PI_8 0x1.a827999fcef32p-2
#define PLAIN_TAN_3PI_8 0x1.3504f333f9de6p+1
#define PLAIN_ERFC_END 0x1.4f9e6bbc4ecb3p+3
#define PLAIN_CDF_END 0x1.daa2fefaae1d8p+3
#define PLAIN_ERFC_K 0x1.p+1
#define PLAIN_CDF_K 0x1.8p+1

/* e^x, |x| <= ln(2)/2 */
PAIR_FN plain plain_exp_sum(plain x)
{
    plain p = 0x1.a15a4fc103094p-16;
    p = plain_fma(p, x, 0x1.a1aa7f4661101p-13);
    p = plain_fma(p, x, 0x1.6c164df426e43p-10);
    p = plain_fma(p, x, 0x1.111080ade1e5dp-7);
    p = plain_fma(p, x, 0x1.5555557428e4ap-5);
    p = plain_fma(p, x, 0x1.555555a26e0aap-3);
    p = plain_fma(p, x, 0x1.fffffffff71cfp-2);
    p = plain_fma(p, x, 0x1.ffffffffd38cp-1);
    p = plain_fma(p, x, 0x1.p+0);
    return p;
}

/* (e^x - 1)/x, |x| <= ln(2)/2 */
PAIR_FN plain plain_expm1_ratio(plain x)
{
    plain p = 0x1.a136b08f4d167p-16;
    p = plain_fma(p, x, 0x1.a17df318bb0c4p-13);
    p = plain_fma(p, x, 0x1.6c166be7451fep-10);
    p = plain_fma(p, x, 0x1.1110a62213e0dp-7);
    p = plain_fma(p, x, 0x1.55555565c5602p-5);
    p = plain_fma(p, x, 0x1.5555557e71355p-3);
    p = plain_fma(p, x, 0x1.fffffffffe069p-2);
    p = plain_fma(p, x, 0x1.fffffffff61fdp-1);
    return p;
}

/* R where log((1+s)/(1-s)) = 2 s + s x R, x = s^2 <= (3 - 2 sqrt 2)^2 */
PAIR_FN plain plain_log_rest(plain x)
{
    plain p = 0x1.8c8c150c31d08p-3;
    p = plain_fma(p, x, 0x1.c67ad9d7f596cp-3);
    p = plain_fma(p, x, 0x1.249323e52bb61p-2);
    p = plain_fma(p, x, 0x1.999998cafb89ap-2);
    p = plain_fma(p, x, 0x1.5555555564e97p-1);
    return p;
}

/* R where log((1+s)/(1-s)) = 2 s + s x R, x = s^2 <= 1/9 */
PAIR_FN plain plain_log1p_rest(plain x)
{
    plain p = 0x1.8677b6f4f0fc9p-3;
    p = plain_fma(p, x, 0x1.27db1eb8ee4bcp-3);
    p = plain_fma(p, x, 0x1.75de5e284b1b2p-3);
    p = plain_fma(p, x, 0x1.c70d2f55f3c6p-3);
    p = plain_fma(p, x, 0x1.24926db1473d9p-2);
    p = plain_fma(p, x, 0x1.999999584826ep-2);
    p = plain_fma(p, x, 0x1.555555555ed28p-1);
    return p;
}

/* (sin(r) - r)/r^3 where x = r^2, r <= pi/4 */
PAIR_FN plain plain_sin_rest(plain x)
{
    plain p = -0x1.aa285701d01b8p-26;
    p = plain_fma(p, x, 0x1.71d9a9f2f92d5p-19);
    p = plain_fma(p, x, -0x1.a019fd9b346d6p-13);
    p = plain_fma(p, x, 0x1.1111110fd3d39p-7);
    p = plain_fma(p, x, -0x1.555555555516bp-3);
    return p;
}

/* (cos(r) - 1 + r^2/2)/r^4 where x = r^2, r <= pi/4 */
PAIR_FN plain plain_cos_rest(plain x)
{
    plain p = -0x1.25244dcc3a26dp-22;
    p = plain_fma(p, x, 0x1.a015c47c8395cp-16);
    p = plain_fma(p, x, -0x1.6c16bf54e65aep-10);
    p = plain_fma(p, x, 0x1.5555555502cf2p-5);
    return p;
}

/* (atan(z) - z)/z^3 where x = z^2, |z| <= tan(pi/8) */
PAIR_FN plain plain_atan_rest(plain x)
{
    plain p = -0x1.4b387e6cb926cp-5;
    p = plain_fma(p, x, 0x1.244349e5a1419p-4);
    p = plain_fma(p, x, -0x1.71d3c0372122fp-4);
    p = plain_fma(p, x, 0x1.c6f68726ef3c3p-4);
    p = plain_fma(p, x, -0x1.2491c08ae06fdp-3);
    p = plain_fma(p, x, 0x1.99999825944b2p-3);
    p = plain_fma(p, x, -0x1.5555555502184p-2);
    return p;
}

/* erf(z)/z where x = z^2, |z| <= 1/2 */
PAIR_FN plain plain_erf_ratio(plain x)
{
    plain p = 0x1.c5f0a7e25c102p-14;
    p = plain_fma(p, x, -0x1.bdffdd15a57d2p-11);
    p = plain_fma(p, x, 0x1.5650063efb67cp-8);
    p = plain_fma(p, x, -0x1.b82ca17576adep-6);
    p = plain_fma(p, x, 0x1.ce2f20f1cc184p-4);
    p = plain_fma(p, x, -0x1.812746af8968ap-2);
    p = plain_fma(p, x, 0x1.20dd7504299a6p+0);
    return p;
}

/* (1 + a/2)/2 e^(a^2) erfc(a), x = (a - 2)/(a + 2), 0 <= a <= 10.49 */
PAIR_FN plain plain_erfc_scaled(plain x)
{
    plain p = 0x1.737ec4f28bb3bp-23;
    p = plain_fma(p, x, -0x1.a59fcb29eba03p-24);
    p = plain_fma(p, x, -0x1.898221db951e8p-19);
    p = plain_fma(p, x, -0x1.53eff9de35644p-18);
    p = plain_fma(p, x, 0x1.08515990322e4p-17);
    p = plain_fma(p, x, 0x1.2be9765b4b84dp-15);
    p = plain_fma(p, x, 0x1.26f7abd71433ep-17);
    p = plain_fma(p, x, -0x1.5b589ff8c3d16p-13);
    p = plain_fma(p, x, -0x1.b70c5ad13a02ap-13);
    p = plain_fma(p, x, 0x1.9514373e44a76p-11);
    p = plain_fma(p, x, 0x1.a89ed71743aeep-10);
    p = plain_fma(p, x, -0x1.606e3787ea0bdp-8);
    p = plain_fma(p, x, -0x1.2a88e63730b82p-7);
    p = plain_fma(p, x, 0x1.1e2deea1955ebp-4);
    p = plain_fma(p, x, -0x1.5fd38675494bap-3);
    p = plain_fma(p, x, 0x1.058671b52e34ap-2);
    return p;
}

/* (1 + a/3)/2 e^(a^2/2) Phi(-a), x = (a - 3)/(a + 3), 0 <= a <= 14.83 */
PAIR_FN plain plain_cdf_scaled(plain x)
{
    plain p = 0x1.4a773f542df2cp-23;
    p = plain_fma(p, x, 0x1.ea67333352e0ap-22);
    p = plain_fma(p, x, -0x1.a6265d7f5698bp-22);
    p = plain_fma(p, x, -0x1.b3c1cd1185caap-19);
    p = plain_fma(p, x, -0x1.32b53bbbab2cep-19);
    p = plain_fma(p, x, 0x1.b4d014fb9da7dp-17);
    p = plain_fma(p, x, 0x1.aff1d6d53e578p-16);
    p = plain_fma(p, x, -0x1.666ad1da16dc9p-15);
    p = plain_fma(p, x, -0x1.6d8b57ca5a63dp-13);
    p = plain_fma(p, x, 0x1.67283f220b398p-13);
    p = plain_fma(p, x, 0x1.30a37016c47b3p-10);
    p = plain_fma(p, x, -0x1.c92127a7c70e1p-10);
    p = plain_fma(p, x, -0x1.021e7f945f808p-7);
    p = plain_fma(p, x, 0x1.3a0d052cdc67fp-5);
    p = plain_fma(p, x, -0x1.5bb437230f8fep-4);
    p = plain_fma(p, x, 0x1.f1b89c231ff4p-4);
    return p;
}
#endif
