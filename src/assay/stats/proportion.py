"""The interval of a share."""

import math

from assay.base.errors import Bug
from assay.stats.quantile import two_sided_z


def wilson(successes: float, n: float, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of ``successes / n``; both may be fractional (scores in [0, 1], effective n).

    (0, 1) for n = 0: nothing is known. Wilson (1927); never the Wald interval, which covers too little.
    Raises Bug where ``successes`` is not between 0 and ``n``.
    """
    if not 0 <= successes <= n:
        raise Bug(f"A share of {successes:g} in {n:g} was asked for.")
    if n == 0:
        return 0.0, 1.0
    z2 = two_sided_z(level) ** 2
    p = successes / n
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = math.sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    # Rounding must not put a share of exactly 0 or 1 outside of its own interval.
    return max(0.0, min(middle - half, p)), min(1.0, max(middle + half, p))
