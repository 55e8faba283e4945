"""Kernels of the price method: one pass over all segments, best prices, repair."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

class Segments:
    """A view of the arrays of a problem, which must be C-contiguous; nothing is copied.

    cost and every array of use are (S, K); allowed is None where every pair is.
    """

    def __init__(
        self, cost: Numbers, use: list[Numbers], allowed: NDArray[np.bool_] | None
    ) -> None: ...
    def price(
        self,
        begin: int,
        end: int,
        prices: Numbers,
        window: float,
        tier: NDArray[np.int16],
        gap: NDArray[np.float32],
    ) -> tuple[float, Numbers, Numbers, int]:
        """Sum of the minima, use (M,), sum of d d' over near ties (M, M), how many those are.

        d is the change of use between best and second best tier of a segment in which the two
        are less than `window` apart. Tier and gap of segments begin to end are written.
        """

    def chosen(self, begin: int, end: int, tier: NDArray[np.int64]) -> tuple[float, Numbers, bool]:
        """Cost and use (M,) of given tiers, and whether all of them are allowed."""

def ascend(
    cost: Numbers,
    use: list[Numbers],
    allowed: NDArray[np.bool_],
    limit: Numbers,
    low: Numbers,
    high: Numbers,
    start: Numbers,
    most_pivots: int,
    most_seconds: float,
) -> tuple[int, Numbers, float, Numbers, int]:
    """Best prices between low and high: (ending, prices, bound, share (n, K), pivots).

    Endings: 0 best, 1 stalled, 2 unbounded, 3 limit. The shares of tiers mixed in each segment
    keep the rows where the prices are the best and within their bounds.
    """

class Search:
    """Search for a plan of few segments near the prices; see pricing_repair.h.

    reduced and every array of use are (n, K), candidate says which pairs may be taken; prices,
    weight and limit are (M,); extra_use is (M, J); start (n,) are the tiers to begin with.
    """

    def __init__(
        self,
        reduced: Numbers,
        use: list[Numbers],
        candidate: NDArray[np.bool_],
        prices: Numbers,
        weight: Numbers,
        limit: Numbers,
        relieved: NDArray[np.int64],
        extra_cost: Numbers,
        extra_most: Numbers,
        extra_use: Numbers,
        start: NDArray[np.int64],
        seed: int,
    ) -> None: ...
    def run(self, rounds: int, target: float) -> None:
        """Repair and exchange so often, or until the loss is at most `target`."""

    @property
    def loss(self) -> float:
        """What the best plan costs above the bound at the prices; infinite without a plan."""

    @property
    def choice(self) -> NDArray[np.int64] | None:
        """The best plan's tiers (n,)."""
