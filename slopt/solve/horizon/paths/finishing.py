"""A plan near the prices: paths that are nearly best, mixed, and the few mixtures made whole.

Only segments of which several paths are nearly as good matter. All others take their best path;
of those that are left a linear program decides most, and what it leaves mixed goes to a program
in whole numbers together with the segments that are nearest to a tie.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from slopt.problem.horizon.side import Side
from slopt.problem.program import LinearProgram
from slopt.solve.highs import Options, run
from slopt.solve.horizon.paths.bound import Dual
from slopt.solve.horizon.paths.columns import Columns, program_of
from slopt.solve.horizon.paths.oracle import PathOracle
from slopt.solve.horizon.paths.rounding import Mixture, made_whole
from slopt.solve.outcome import Answer
from slopt.vocabulary import Status

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
WIDE = 600
"""Segments that the linear program decides on at first; more where these cannot keep the rows."""
EACH = 6
"""Paths of a segment that are tried at first."""
STAGES = ((60, 8), (200, 8), (600, 16))
"""(segments, paths of each) left to the program in whole numbers, in turn."""
SHARE, LONGEST = 0.2, 4.0
"""Of the time left, and seconds, for one stage."""
SHARE_IMPROVING = 0.5
"""Of the time left, for making a plan better."""
PART, LEAST_PART, PART_S, MOST_IDLE = 30, 12, 2.0, 12
"""Segments of the first part that is planned anew, and of the least; seconds for one, and parts
without success after which it is given up."""
FULL = 0.9
"""Of the seconds, from which on a part was too large to be solved."""
TIGHTER = (0.002, 0.01, 0.05)
"""Of what rows use: held back in turn, where a mixture is not made whole or not well enough."""
HALF = 0.5
OF_GAP = 0.3
"""Of the gap asked for, what a program in whole numbers may leave."""
TRIFLE = 1e-9
WHOLE = 1 - 1e-6
SETTLING = 5.0
"""Seconds for the side block of a plan."""


@dataclass(frozen=True, eq=False)
class Found:
    """Modes (S, T) and side block (J,) of a plan; its cost as the program sums it up."""

    modes: Places
    values: Numbers
    cost: float


class Finisher:
    """Plans of one oracle and side block from a dual."""

    def __init__(self, oracle: PathOracle, side: Side, columns: Columns, seed: int) -> None:
        self.oracle, self.side, self.columns, self.seed = oracle, side, columns, seed
        self._known: tuple[Dual, list[Places]] | None = None

    def listed(self, dual: Dual, room: float, most: int) -> Places | None:
        """Places of all paths within `room` of the best of their segments; None if over `most`."""
        segments = len(dual.least)
        each = max(2, most // max(1, segments) * 4)
        near = self.oracle.near(dual.priced, np.full(segments, room), each)
        if not near.complete.all() or len(near.segment) > most:
            return None
        return self.columns.places(near.segment, near.modes)

    def whole(
        self, chosen: Places, ends: tuple[Numbers, Numbers], options: Options
    ) -> tuple[Answer, Found | None]:
        """The best plan of listed paths, which every segment has some of."""
        answer = run(program_of(self.columns, chosen, self.side, ends), options)
        if answer.values is None or answer.objective is None:
            return answer, None
        modes = self._modes_of(chosen[answer.values[: len(chosen)] > 0.5])
        return answer, Found(modes, answer.values[len(chosen) :], answer.objective)

    def near(
        self, dual: Dual, ends: tuple[Numbers, Numbers], gap: float, deadline: float
    ) -> Found | None:
        """A plan near the prices, as good as `gap` against the bound asks for or time allows."""
        segments = len(dual.least)
        second = self._second_best(dual)
        order = np.argsort(second, kind="stable")
        best: Found | None = None
        own = self.columns.places(np.arange(segments), dual.modes)
        mixture, wide = self._mixed(dual, own, order[:WIDE], ends, deadline), WIDE
        while mixture is None and wide < segments and time.perf_counter() < deadline:
            wide *= 3
            mixture = self._mixed(dual, own, order[:wide], ends, deadline)
        if mixture is not None:
            best = self._made_whole(dual, mixture, gap, deadline)
            for share in TIGHTER:
                near = best is not None and best.cost - dual.bound <= gap * abs(best.cost)
                if near or time.perf_counter() >= deadline:
                    break
                tighter = self._mixed(dual, own, order[:wide], ends, deadline, share)
                if tighter is None:
                    break
                other = self._made_whole(dual, tighter, gap, deadline)
                if other is not None and (best is None or other.cost < best.cost):
                    best = other
            decided, fractional = self._likeliest(own, mixture)
            order = np.concatenate([fractional, order[~np.isin(order, fractional)]])
        else:
            decided, fractional = own, np.zeros(0, dtype=np.int64)
        if best is None:
            best = self._in_stages(dual, order, decided, len(fractional), ends, gap, deadline)
        if best is not None:
            best = self._improved(dual, best, order, ends, gap, deadline)
        return best

    def _in_stages(
        self,
        dual: Dual,
        order: Places,
        decided: Places,
        least: int,
        ends: tuple[Numbers, Numbers],
        gap: float,
        deadline: float,
    ) -> Found | None:
        """A plan in whole numbers over more and more segments, at least the first `least`."""
        for count, each in STAGES:
            left = deadline - time.perf_counter()
            if left <= 0:
                break
            free = order[: max(count, least)]
            seconds = max(0.5, min(LONGEST, SHARE * left))
            found = self._replanned(dual, free, each, decided, ends, gap, seconds)
            if found is not None or count >= len(order):
                return found
        return None

    def _improved(
        self,
        dual: Dual,
        best: Found,
        order: Places,
        ends: tuple[Numbers, Numbers],
        gap: float,
        deadline: float,
    ) -> Found:
        """A better plan, by planning a part of the segments anew, again and again.

        Each part is those whose paths cost most above the best at the prices, and some at random.
        """
        rng = np.random.default_rng(self.seed)
        begin, size, idle = time.perf_counter(), PART, 0
        most = min(deadline, begin + SHARE_IMPROVING * max(0.0, deadline - begin))
        while idle < MOST_IDLE and best.cost - dual.bound > gap * abs(best.cost):
            left = most - time.perf_counter()
            if left <= 0:
                break
            places = self.columns.places(np.arange(len(order)), best.modes)
            worth = self.columns.cost[places] + self.columns.use[places] @ dual.at.prices
            loss = worth - dual.least
            worst = np.argsort(-loss, kind="stable")[: size // 3]
            near = order[: max(3 * size, 1)]
            some = rng.permutation(near if rng.random() < HALF else order)[: size - len(worst)]
            free = np.union1d(worst, some)
            found = self._replanned(dual, free, EACH, places, ends, gap, min(left, PART_S))
            solved = most - time.perf_counter() > left - FULL * min(left, PART_S)
            if found is not None and found.cost < best.cost - TRIFLE * abs(best.cost):
                best, idle = found, 0
            else:
                idle += 1
                size = min(len(order), size + size // 3) if solved else max(LEAST_PART, size // 2)
        return best

    def _replanned(
        self,
        dual: Dual,
        free: Places,
        each: int,
        decided: Places,
        ends: tuple[Numbers, Numbers],
        gap: float,
        seconds: float,
    ) -> Found | None:
        """The best plan in which the segments that are not `free` take their paths at `decided`."""
        free = np.sort(free)
        chosen = np.union1d(self._paths_of(dual, free, each), decided[free])
        fixed = decided[np.setdiff1d(np.arange(len(decided)), free)]
        options = Options(OF_GAP * gap, seconds, self.seed)
        answer = self._restricted(chosen, fixed, ends, options, whole=True)
        if answer.status is Status.INTERRUPTED:
            raise KeyboardInterrupt
        if answer.values is None or answer.objective is None:
            return None
        on = chosen[answer.values[: len(chosen)] > 0.5]
        modes = self._modes_of(np.append(fixed, on))
        return Found(modes, answer.values[len(chosen) :], answer.objective)

    def _made_whole(
        self, dual: Dual, mixture: Mixture, gap: float, deadline: float
    ) -> Found | None:
        """A plan by repair of the mixture, its side block settled anew."""
        left = max(0.0, min(LONGEST, SHARE * (deadline - time.perf_counter())))
        room, seed = 0.5 * gap * abs(dual.bound), self.seed
        prices = dual.at.prices
        found = made_whole(self.columns, self.side, mixture, prices, room, left, seed)
        if found is None:
            return None
        paths, settled = found
        taken = np.append(mixture.fixed, paths)
        tight = np.where(self.side.switch, settled, self.side.lower)
        loose = np.where(self.side.switch, settled, self.side.upper)
        answer = self._settled(taken, (tight, loose))
        if answer.values is None or answer.objective is None:
            return None
        return Found(self._modes_of(taken), answer.values, answer.objective)

    def _modes_of(self, places: Places) -> Places:
        """The modes (S, T) of one path for each segment."""
        modes = np.empty((len(places), self.columns.modes.shape[1]), dtype=np.int64)
        modes[self.columns.segment[places]] = self.columns.modes[places]
        return modes

    def settle(self, modes: Places, ends: tuple[Numbers, Numbers]) -> Numbers | None:
        """The best side block (J,) for modes (S, T)."""
        taken = self.columns.places(np.arange(len(modes)), modes)
        return self._settled(taken, ends).values

    def _settled(self, taken: Places, ends: tuple[Numbers, Numbers]) -> Answer:
        nothing = np.zeros(0, dtype=np.int64)
        options = Options(0.0, SETTLING, self.seed)
        return self._restricted(nothing, taken, ends, options, whole=True)

    def _second_best(self, dual: Dual) -> Numbers:
        """(S,): what the second best path of each segment costs above the best."""
        segments = len(dual.least)
        near = self.oracle.near(dual.priced, np.full(segments, np.inf), 2)
        second = np.full(segments, np.inf)
        later = np.flatnonzero(np.diff(near.segment, prepend=-1) == 0)
        at = near.segment[later]
        second[at] = near.cost[later] - dual.least[at]
        return second

    def _paths_of(self, dual: Dual, segments: Places, each: int) -> Places:
        """Places of the best paths of some segments, and of the best that go another way in each
        period: the best of all differ in few periods, and limits bind in others."""
        room = np.full(len(dual.least), -1.0)
        room[segments] = np.inf
        near = self.oracle.near(dual.priced, room, each)
        found = [self.columns.places(near.segment, near.modes)]
        for modes in self._detours(dual):
            found.append(self.columns.places(segments, modes[segments]))
        return np.unique(np.concatenate(found))

    def _detours(self, dual: Dual) -> list[Places]:
        """For each period the best paths (S, T) with another mode in it."""
        if self._known is None or self._known[0] is not dual:
            far = 1e3 * max(1.0, float(np.abs(dual.least).max()))
            detours = []
            row = np.arange(len(dual.least))
            for p in range(dual.modes.shape[1]):
                fixed = dual.priced.fixed.copy()
                fixed[row, p, dual.modes[:, p]] += far
                detours.append(self.oracle.best(replace(dual.priced, fixed=fixed))[1])
            self._known = dual, detours
        return self._known[1]

    def _mixed(
        self,
        dual: Dual,
        own: Places,
        free: Places,
        ends: tuple[Numbers, Numbers],
        deadline: float,
        tighter: float = 0.0,
    ) -> Mixture | None:
        """The linear program over the best paths of the segments at `free`; the others as `own`.

        `tighter` is the share of each row's use that is held back.
        """
        free = np.sort(free)
        chosen = np.union1d(self._paths_of(dual, free, EACH), own[free])
        fixed = own[np.setdiff1d(np.arange(len(own)), free)]
        left = max(0.5, deadline - time.perf_counter())
        options = Options(0.0, left, self.seed)
        back = tighter * np.abs(self.columns.use[own]).sum(axis=0)
        answer = self._restricted(chosen, fixed, ends, options, whole=False, back=back)
        if answer.values is None:
            return None
        return Mixture(chosen, answer.values[: len(chosen)], fixed, answer.values[len(chosen) :])

    def _likeliest(self, own: Places, mixture: Mixture) -> tuple[Places, Places]:
        """(the path of each segment with the largest share, segments that are mixed)."""
        segment = self.columns.segment[mixture.chosen]
        order = np.lexsort((-mixture.share, segment))
        first = np.flatnonzero(np.diff(segment[order], prepend=-1))
        decided = own.copy()
        decided[segment[order][first]] = mixture.chosen[order[first]]
        return decided, segment[order][first][mixture.share[order[first]] < WHOLE]

    def _restricted(
        self,
        chosen: Places,
        fixed: Places,
        ends: tuple[Numbers, Numbers],
        options: Options,
        whole: bool,
        back: Numbers | float = 0.0,
    ) -> Answer:
        """Solve over the paths at `chosen`, with those at `fixed` taken and `back` (R,) held
        back."""
        used = self.columns.use[fixed].sum(axis=0) + back
        program: LinearProgram = program_of(
            self.columns, chosen, self.side, ends, used, float(self.columns.cost[fixed].sum())
        )
        return run(program if whole else program.relaxed(), options, confirm=False)
