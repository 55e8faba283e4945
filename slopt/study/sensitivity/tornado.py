"""The tornado: each input at its low and its high, all others as today."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from slopt.problem.evaluate import Evaluation
from slopt.study.sensitivity.futures import TODAY, Best, Futures
from slopt.study.sensitivity.inputs import Input
from slopt.study.sensitivity.move import Place


@dataclass(frozen=True, eq=False)
class End:
    """An input at one place: the best plan there, and today's recommendation kept.

    change: of the goal's value from today's; kept_change: the same with the recommendation kept.
    regret: what keeping costs, infinite where it breaks the limits `broken`. moved: segments with
    another best tier. All are None where there is no plan (`moved` too).
    """

    where: float
    best: Best
    evaluation: Evaluation | None
    change: float | None
    kept_change: float | None
    regret: float | None
    broken: tuple[str, ...]
    moved: tuple[int, ...] | None


@dataclass(frozen=True, eq=False)
class Bar:
    """One input of the tornado."""

    input: Input
    low: End
    high: End

    @property
    def swing(self) -> float:
        """How far the goal's value moves between the ends and today; infinite without a plan."""
        changes = [end.change for end in (self.low, self.high)]
        known = [0.0, *(change for change in changes if change is not None)]
        return float("inf") if None in changes else max(known) - min(known)

    @property
    def moved(self) -> frozenset[int]:
        """Segments whose best tier is another one at an end."""
        return frozenset(self.low.moved or ()) | frozenset(self.high.moved or ())


def tornado(futures: Futures) -> list[Bar]:
    """All inputs, the one that moves the goal's value most first; ties in the order of inputs."""
    places = [
        futures.at(number, where)
        for number, one in enumerate(futures.inputs)
        for where in (one.low, one.high)
    ]
    futures.best(places)
    bars = [
        Bar(one, end_at(futures, low, one.low), end_at(futures, high, one.high))
        for one, low, high in zip(futures.inputs, places[::2], places[1::2], strict=True)
    ]
    return sorted(bars, key=lambda bar: -bar.swing)


def end_at(futures: Futures, place: Place, where: float) -> End:
    """What there is to say of one place."""
    best = futures.best([place])[0]
    kept = futures.evaluation(futures.plan, place)
    broken = () if kept is None else tuple(breach.rule for breach in kept.violations)
    moved = futures.moved(place)
    if moved is None:
        return End(where, best, None, None, None, None, broken, None)
    now, kept_loss, regret = futures.least(TODAY), futures.kept(place), futures.regret(place)
    choice = best.choice if best.choice is not None and moved else futures.plan
    return End(
        where,
        best,
        futures.evaluation(choice, place),
        futures.sense * (futures.least(place) - now),
        futures.sense * (kept_loss - now) if np.isfinite(kept_loss) else None,
        regret,
        broken if regret == np.inf else (),
        tuple(moved),
    )
