"""The exact core, compiled; see slopt/solve/core/."""

import enum
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice

Numbers = NDArray[np.float64]

MOST_ROWS: int
MOST_TIERS: int

class Instance:
    """The whole problem: classes of equal segments, scaled rows, extras all or in part."""

    def __init__(
        self,
        cost: Numbers,
        use: Sequence[Numbers],
        allowed: NDArray[np.bool_],
        scale: Numbers,
        bound: Numbers,
        accept: Numbers,
        fill: Numbers,
        relieved: Sequence[int],
        extra_cost: Numbers,
        extra_use: Numbers,
    ) -> None: ...
    @property
    def classes(self) -> int: ...
    @property
    def alternatives(self) -> int: ...
    @property
    def class_of(self) -> NDArray[np.int32]: ...

class LpStatus(enum.Enum):
    """How the climb of the prices ended."""

    Optimal = 0
    Cutoff = 1
    Stalled = 2
    Unbounded = 3
    Paused = 4

class Reason(enum.Enum):
    """Why a tree came back: searched out, node or time limit of the call, memory."""

    Finished = 0
    Paused = 1
    Full = 2

class Root:
    """The linear program of an instance, from given prices on; 0 or more a scaled row."""

    def __init__(self, instance: Instance, prices: Numbers) -> None: ...
    def advance(self, pivots: int) -> LpStatus: ...
    def stop(self) -> None: ...
    @property
    def bound(self) -> float: ...
    @property
    def pivots(self) -> int: ...
    @property
    def prices(self) -> Numbers: ...
    @property
    def ray(self) -> Numbers: ...
    @property
    def magnitude(self) -> float: ...
    def nearest(self, k: int) -> float: ...
    def count_below(self, gap: float) -> int: ...
    def first_plan(self, start: Choice | None, most_groups: int) -> tuple[float, Choice] | None: ...

class Target:
    """How far below a plan nothing better has to be looked for; see Target in core_tree.h."""

    def __init__(self, *, gap: float, unit: float, margin: float, offset: float) -> None: ...
    def cut(self, value: float) -> float: ...

class Tree:
    """Branch and bound below a root for plans that cost less than `cut`."""

    def __init__(
        self, root: Root, target: Target, *, cut: float, value: float, log: bool
    ) -> None: ...
    def run(self, most_nodes: int, seconds: float, most_bytes: int) -> Reason: ...
    def know(self, value: float) -> None: ...
    @property
    def proven(self) -> float: ...
    @property
    def cut(self) -> float: ...
    @property
    def value(self) -> float: ...
    @property
    def nodes(self) -> int: ...
    @property
    def pivots(self) -> int: ...
    @property
    def spare(self) -> int: ...
    @property
    def bytes(self) -> int: ...
    def choice(self) -> Choice: ...
    def log(self) -> dict[str, Any]: ...
