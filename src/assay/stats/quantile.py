"""Quantiles of the normal and of Student's t distribution."""

import math
from statistics import NormalDist

import numpy as np

_SERIES_UP_TO = 200


def two_sided_z(level: float) -> float:
    """The z that leaves ``1 - level`` outside of [-z, z], such as 1.959964 for 0.95."""
    return NormalDist().inv_cdf(0.5 + level / 2)


def two_sided_t(level: float, freedom: int) -> float:
    """The t that leaves ``1 - level`` outside of [-t, t], for ``freedom`` >= 1 whole degrees of freedom.

    Up to 200 degrees by Newton's method on the closed series of the distribution (Abramowitz and Stegun 26.7.3
    and 26.7.4), beyond by the expansion about the normal quantile (26.7.5). Good to nine digits at usual levels.
    """
    z = two_sided_z(level)
    if freedom > _SERIES_UP_TO:
        return _expansion(z, freedom)
    # The distribution is concave to the right of 0 and z lies left of t, so that Newton's steps climb to t.
    t = z
    for _ in range(200):
        step = (level - _inside(t, freedom)) / (2 * _density(t, freedom))
        t += step
        if abs(step) <= 1e-13 * t:
            break
    return t


def _inside(t: float, freedom: int) -> float:
    """The probability of [-t, t]."""
    angle = math.atan2(t, math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    if freedom % 2:
        steps = np.arange(2, freedom - 1, 2)
        terms = np.cumprod(np.concatenate(([cosine], steps / (steps + 1) * cosine**2)))
        series = float(terms.sum()) if freedom > 1 else 0.0
        return 2 / math.pi * (angle + sine * series)
    steps = np.arange(1, freedom - 2, 2)
    return sine * float(np.cumprod(np.concatenate(([1.0], steps / (steps + 1) * cosine**2))).sum())


def _density(t: float, freedom: int) -> float:
    log_scale = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2) - math.log(freedom * math.pi) / 2
    return math.exp(log_scale - (freedom + 1) / 2 * math.log1p(t * t / freedom))


def _expansion(z: float, freedom: int) -> float:
    g1 = (z**3 + z) / 4
    g2 = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    g3 = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    g4 = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + g1 / freedom + g2 / freedom**2 + g3 / freedom**3 + g4 / freedom**4
