"""The little statistics that the outcomes need."""

from __future__ import annotations

import math
from dataclasses import dataclass

_Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Share:
    """A share with Wilson's 95 % interval.

    Attributes:
        count, of: ``count`` of ``of``, 0 <= count <= of.
        low, high: The interval, 0 to 1; 0 and 1 where there is nothing to count.
    """

    count: int
    of: int
    low: float
    high: float


def wilson(count: int, of: int) -> Share:
    """Wilson's interval for a share, which stays within 0 and 1 and holds for small numbers.

    Source: E. B. Wilson (1927), Journal of the American Statistical Association 22, 209-212.

    >>> share = wilson(0, 10)
    >>> share.low, round(share.high, 4)
    (0.0, 0.2775)
    """
    if of == 0:
        return Share(0, 0, 0.0, 1.0)
    share, z2 = count / of, _Z95**2
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z95 * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    low = 0.0 if count == 0 else max(0.0, middle - half)
    high = 1.0 if count == of else min(1.0, middle + half)
    return Share(count, of, low, high)
