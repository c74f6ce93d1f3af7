"""Constants and polynomials of the Triton kernels, in the dtype of x.

Written by tools/make_triton_polynomials.py: change that, not this.
"""

from __future__ import annotations

import triton
import triton.language as tl


@triton.jit
def magic(x):
    """1.5 times the number from which on every float is whole."""
    if x.dtype == tl.float64:
        c = tl.full((), 6755399441055744.0, x.dtype)
    else:
        c = tl.full((), 12582912.0, x.dtype)
    return c


@triton.jit
def log2e(x):
    """1 / ln 2."""
    if x.dtype == tl.float64:
        c = tl.full((), 1.4426950408889634, x.dtype)
    else:
        c = tl.full((), 1.4426950216293335, x.dtype)
    return c


@triton.jit
def ln2_hi(x):
    """ln 2, its leading part."""
    if x.dtype == tl.float64:
        c = tl.full((), 0.6931471805601177, x.dtype)
    else:
        c = tl.full((), 0.693145751953125, x.dtype)
    return c


@triton.jit
def ln2_lo(x):
    """ln 2, what the leading part leaves."""
    if x.dtype == tl.float64:
        c = tl.full((), -1.7239444525614835e-13, x.dtype)
    else:
        c = tl.full((), 1.428606765330187e-06, x.dtype)
    return c


@triton.jit
def half_pi_hi(x):
    """pi / 2, its leading part."""
    if x.dtype == tl.float64:
        c = tl.full((), 1.5707963267948966, x.dtype)
    else:
        c = tl.full((), 1.5707963705062866, x.dtype)
    return c


@triton.jit
def half_pi_lo(x):
    """pi / 2, what the leading part leaves."""
    if x.dtype == tl.float64:
        c = tl.full((), 6.123233995736766e-17, x.dtype)
    else:
        c = tl.full((), -4.371138828673793e-08, x.dtype)
    return c


@triton.jit
def quarter_pi_hi(x):
    """pi / 4, its leading part."""
    if x.dtype == tl.float64:
        c = tl.full((), 0.7853981633974483, x.dtype)
    else:
        c = tl.full((), 0.7853981852531433, x.dtype)
    return c


@triton.jit
def quarter_pi_lo(x):
    """pi / 4, what the leading part leaves."""
    if x.dtype == tl.float64:
        c = tl.full((), 3.061616997868383e-17, x.dtype)
    else:
        c = tl.full((), -2.1855694143368964e-08, x.dtype)
    return c


@triton.jit
def sqrt2_hi(x):
    """The square root of 2, its leading part."""
    if x.dtype == tl.float64:
        c = tl.full((), 1.4142135623730951, x.dtype)
    else:
        c = tl.full((), 1.4142135381698608, x.dtype)
    return c


@triton.jit
def sqrt2_lo(x):
    """The square root of 2, what the leading part leaves."""
    if x.dtype == tl.float64:
        c = tl.full((), -9.667293313452913e-17, x.dtype)
    else:
        c = tl.full((), 2.4203234971764687e-08, x.dtype)
    return c


@triton.jit
def density_hi(x):
    """1 / sqrt(2 pi), its leading part."""
    if x.dtype == tl.float64:
        c = tl.full((), 0.3989422804014327, x.dtype)
    else:
        c = tl.full((), 0.3989422917366028, x.dtype)
    return c


@triton.jit
def density_lo(x):
    """1 / sqrt(2 pi), what the leading part leaves."""
    if x.dtype == tl.float64:
        c = tl.full((), -2.49232720227773e-17, x.dtype)
    else:
        c = tl.full((), -1.1335170135851058e-08, x.dtype)
    return c


@triton.jit
def exp_rest(x):
    """(e^x - 1 - x)/x^2 for |x| <= ln(2)/2."""
    if x.dtype == tl.float64:
        p = tl.full(x.shape, 2.0914697911867024e-09, x.dtype)
        p = tl.fma(p, x, tl.full((), 2.5105232329847944e-08, x.dtype))
        p = tl.fma(p, x, tl.full((), 2.75572736168118e-07, x.dtype))
        p = tl.fma(p, x, tl.full((), 2.7557255363379395e-06, x.dtype))
        p = tl.fma(p, x, tl.full((), 2.4801587325568478e-05, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.00019841269874849664, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.0013888888888883742, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.008333333333326127, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.04166666666666667, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.1666666666666667, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.5, x.dtype))
    else:
        p = tl.full(x.shape, 0.00019891005649697036, x.dtype)
        p = tl.fma(p, x, tl.full((), 0.0013933662557974458, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.00833331048488617, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.041666463017463684, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.1666666716337204, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.5, x.dtype))
    return p


@triton.jit
def log_rest(x):
    """R/x where log((1+s)/(1-s)) = s (2 + R), x = s^2 <= (3 - 2 sqrt 2)^2."""
    if x.dtype == tl.float64:
        p = tl.full(x.shape, 0.14616585424888623, x.dtype)
        p = tl.fma(p, x, tl.full((), 0.15331710618210773, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.18182889455674947, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.22222211130259878, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.2857142862600327, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.39999999999899444, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.666666666666667, x.dtype))
    else:
        p = tl.full(x.shape, 0.23330582678318024, x.dtype)
        p = tl.fma(p, x, tl.full((), 0.2855081558227539, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.4000012278556824, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.6666666865348816, x.dtype))
    return p


@triton.jit
def atan_rest(x):
    """(atan(z) - z)/z^3 where x = z^2, |z| <= tan(pi/8)."""
    if x.dtype == tl.float64:
        p = tl.full(x.shape, 0.016284375050043393, x.dtype)
        p = tl.fma(p, x, tl.full((), -0.03456931506332609, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.045515447340221615, x.dtype))
        p = tl.fma(p, x, tl.full((), -0.05230443640686948, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.05878927554473807, x.dtype))
        p = tl.fma(p, x, tl.full((), -0.0666642476020052, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.07692296368042296, x.dtype))
        p = tl.fma(p, x, tl.full((), -0.09090908753259112, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.11111111105150588, x.dtype))
        p = tl.fma(p, x, tl.full((), -0.14285714285659779, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.19999999999999804, x.dtype))
        p = tl.fma(p, x, tl.full((), -0.3333333333333333, x.dtype))
    else:
        p = tl.full(x.shape, 0.05047937482595444, x.dtype)
        p = tl.fma(p, x, tl.full((), -0.08624598383903503, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.11071354895830154, x.dtype))
        p = tl.fma(p, x, tl.full((), -0.14284150302410126, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.19999977946281433, x.dtype))
        p = tl.fma(p, x, tl.full((), -0.3333333432674408, x.dtype))
    return p


@triton.jit
def erf_rest(x):
    """erf(z)/z - 1 where x = z^2, |z| <= 1/2."""
    if x.dtype == tl.float64:
        p = tl.full(x.shape, -1.462091340945175e-07, x.dtype)
        p = tl.fma(p, x, tl.full((), 1.637123442577e-06, x.dtype))
        p = tl.fma(p, x, tl.full((), -1.4923003368152099e-05, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.00012055286202005714, x.dtype))
        p = tl.fma(p, x, tl.full((), -0.0008548326510724796, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.0052239776220169365, x.dtype))
        p = tl.fma(p, x, tl.full((), -0.02686617064499972, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.1128379167095487, x.dtype))
        p = tl.fma(p, x, tl.full((), -0.3761263890318375, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.1283791670955126, x.dtype))
    else:
        p = tl.full(x.shape, -0.0007694534142501652, x.dtype)
        p = tl.fma(p, x, tl.full((), 0.005200413521379232, x.dtype))
        p = tl.fma(p, x, tl.full((), -0.02686314284801483, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.11283773928880692, x.dtype))
        p = tl.fma(p, x, tl.full((), -0.37612637877464294, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.12837916612625122, x.dtype))
    return p


@triton.jit
def erfc_first(x):
    """The first coefficient for `erfc_rest`."""
    if x.dtype == tl.float64:
        c = tl.full((), 1.2329951186255526, x.dtype)
    else:
        c = tl.full((), 1.2329951524734497, x.dtype)
    return c


@triton.jit
def erfc_rest(x):
    """(S - S_0)/x where S = (1 + 2a) e^(a^2) erfc(a), x = (a - 4)/(a + 4), S_0 its first coefficient."""
    if x.dtype == tl.float64:
        p = tl.full(x.shape, 2.9111659955327447e-10, x.dtype)
        p = tl.fma(p, x, tl.full((), 2.1031095817570338e-09, x.dtype))
        p = tl.fma(p, x, tl.full((), 1.6868082625932292e-09, x.dtype))
        p = tl.fma(p, x, tl.full((), -1.660879467182853e-08, x.dtype))
        p = tl.fma(p, x, tl.full((), -1.9106294487779176e-08, x.dtype))
        p = tl.fma(p, x, tl.full((), 1.1328048304274549e-07, x.dtype))
        p = tl.fma(p, x, tl.full((), 7.703495881102781e-08, x.dtype))
        p = tl.fma(p, x, tl.full((), -8.277591913537945e-07, x.dtype))
        p = tl.fma(p, x, tl.full((), 2.916445562939141e-07, x.dtype))
        p = tl.fma(p, x, tl.full((), 5.710769473216913e-06, x.dtype))
        p = tl.fma(p, x, tl.full((), -1.1220902504340601e-05, x.dtype))
        p = tl.fma(p, x, tl.full((), -2.4399505458525544e-05, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.00015062131217624512, x.dtype))
        p = tl.fma(p, x, tl.full((), -0.00019925664291065565, x.dtype))
        p = tl.fma(p, x, tl.full((), -0.0007577732147971718, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.005031969972225688, x.dtype))
        p = tl.fma(p, x, tl.full((), -0.016197734067039865, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.03716751553787908, x.dtype))
        p = tl.fma(p, x, tl.full((), -0.06633036581154421, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.09373283499833329, x.dtype))
        p = tl.fma(p, x, tl.full((), -0.10103906603632955, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.06809705425469303, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.015379652102620111, x.dtype))
        p = tl.fma(p, x, tl.full((), -0.13962111684056253, x.dtype))
    else:
        p = tl.full(x.shape, -0.0006506400532089174, x.dtype)
        p = tl.fma(p, x, tl.full((), -0.0011625617044046521, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.00502082658931613, x.dtype))
        p = tl.fma(p, x, tl.full((), -0.01602194271981716, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.0372333750128746, x.dtype))
        p = tl.fma(p, x, tl.full((), -0.06635203212499619, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.09371950477361679, x.dtype))
        p = tl.fma(p, x, tl.full((), -0.101038359105587, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.06809794157743454, x.dtype))
        p = tl.fma(p, x, tl.full((), 0.01537965890020132, x.dtype))
        p = tl.fma(p, x, tl.full((), -0.13962113857269287, x.dtype))
    return p
