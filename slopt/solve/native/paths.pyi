"""The best paths of many segments through modes and periods, by backward recursion."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]

class Paths:
    """A view of the segments and their states; see states.py and the constructor of plain.Paths."""

    def __init__(
        self,
        tier: Places,
        lagged: Places,
        next: Places,
        mode_tier: Places,
        start: Places,
        customers: Numbers,
        keep: Numbers,
        join: Numbers,
        leave: Numbers,
        deter: Numbers,
        barred: Flags,
        change_cost: Numbers,
    ) -> None: ...
    def best(
        self,
        begin: int,
        end: int,
        slope: Numbers,
        fixed: Numbers,
        change_money: Numbers,
        change_count: Numbers,
        last: Numbers,
        terminal: Numbers,
    ) -> tuple[Numbers, Places]:
        """(least cost (n,), its modes (n, T)) of segments begin to end; infinite without a path."""

    def near(
        self,
        begin: int,
        end: int,
        slope: Numbers,
        fixed: Numbers,
        change_money: Numbers,
        change_count: Numbers,
        last: Numbers,
        terminal: Numbers,
        room: Numbers,
        most: int,
    ) -> tuple[Places, Numbers, Places, Flags]:
        """Paths that cost at most `room` (S,) more than the best of their segment, best first.

        (segment (N,), cost (N,), modes (N, T), were they all listed (n,)): `most` of a segment.
        """
