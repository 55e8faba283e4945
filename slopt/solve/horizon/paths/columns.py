"""Paths that were found so far, as columns of the master program."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from slopt.problem.horizon.shared_rows import SharedRows
from slopt.problem.horizon.side import Side
from slopt.problem.program import LinearProgram
from slopt.solve.horizon.paths.walking import own_cost, walk

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
INF = float("inf")


class Columns:
    """A growing list of different paths: segment (N,), modes (N, T), cost (N,), use (N, R)."""

    def __init__(self, rows: SharedRows) -> None:
        self.rows = rows
        periods = len(rows.problem.periods)
        self.segment = np.zeros(0, dtype=np.int64)
        self.modes = np.zeros((0, periods), dtype=np.int64)
        self.cost = np.zeros(0)
        self.use = np.zeros((0, len(rows.rows)))
        self._known: dict[bytes, int] = {}

    def __len__(self) -> int:
        return len(self.segment)

    def places(self, segment: Places, modes: Places) -> Places:
        """Where paths (N,), (N, T) stand in the list, added where they are new."""
        keys = [bytes(key) for key in np.column_stack([segment, modes]).astype(np.int32)]
        new: list[int] = []
        for place, key in enumerate(keys):
            if key not in self._known:
                self._known[key] = len(self) + len(new)
                new.append(place)
        if new:
            followed = walk(self.rows, segment[new], modes[new])
            self.segment = np.append(self.segment, segment[new])
            self.modes = np.vstack([self.modes, modes[new]])
            self.cost = np.append(self.cost, own_cost(self.rows, followed))
            self.use = np.vstack([self.use, self.rows.used(followed)])
        return np.array([self._known[key] for key in keys], dtype=np.int64)


def program_of(
    columns: Columns,
    chosen: Places,
    side: Side,
    ends: tuple[Numbers, Numbers],
    used: Numbers | float = 0.0,
    cost: float = 0.0,
) -> LinearProgram:
    """The paths at `chosen` (n,) and the side block between `ends`, as a program.

    Columns: the paths, then the side block. Rows: the shared ones, those of the side block, then
    one for each segment that has paths here. `used` (R,) and `cost` are what the others take.
    """
    from scipy.sparse import bmat, coo_matrix, csr_matrix

    paths, shared, j = len(chosen), len(side.limit), len(side.cost)
    segments, place = np.unique(columns.segment[chosen], return_inverse=True)
    count = len(segments)
    one = coo_matrix((np.ones(paths), (place.reshape(-1), np.arange(paths))), (count, paths))
    table = bmat(
        [
            [csr_matrix(columns.use[chosen].T), csr_matrix(side.on_rows)],
            [csr_matrix((len(side.own), paths)), csr_matrix(side.own)],
            [one, csr_matrix((count, j))],
        ],
        format="csr",
    )
    table.eliminate_zeros()
    return LinearProgram(
        cost=np.append(columns.cost[chosen], side.cost),
        lower=np.append(np.zeros(paths), ends[0]),
        upper=np.append(np.ones(paths), ends[1]),
        integral=np.append(np.ones(paths, dtype=np.bool_), side.integral),
        start=table.indptr.astype(np.int64),
        index=table.indices.astype(np.int64),
        value=table.data,
        row_lower=np.concatenate([np.full(shared, -INF), side.own_lower, np.ones(count)]),
        row_upper=np.concatenate([side.limit - used, side.own_upper, np.ones(count)]),
        choose=np.zeros((0, 2), dtype=np.int64),
        offset=columns.rows.objective.offset + side.offset + cost,
    )
