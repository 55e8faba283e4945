"""Sensitivity: which inputs move the answer, which turn the decision, how well a plan holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from slopt.problem.choice import ChoiceProblem
from slopt.sayings import say
from slopt.study.sensitivity.choose import Chosen
from slopt.study.sensitivity.futures import Futures
from slopt.study.sensitivity.indices import Indices, indices
from slopt.study.sensitivity.stability import Stability, stability
from slopt.study.sensitivity.switches import Switches, switch_points
from slopt.study.sensitivity.tornado import Bar, tornado
from slopt.vocabulary import Screening

SAMPLES = {Screening.TORNADO: 200, Screening.MORRIS: 20, Screening.SOBOL: 128}
"""Where no number is given: futures of the stability table, paths, base samples."""


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """A study of a case around the best plan of today.

    bars, switches and stability belong to the tornado, indices to Morris and Sobol. switches are
    in the order of inputs, bars by their swing. `solved`: problems that were solved for it.
    """

    problem: ChoiceProblem
    chosen: Chosen
    futures: Futures
    screening: Screening
    seed: int
    bars: tuple[Bar, ...] = ()
    switches: tuple[Switches, ...] = ()
    stability: Stability | None = None
    indices: Indices | None = None

    @property
    def turning(self) -> int:
        """Inputs with a switch point within their range."""
        return sum(switches.turns for switches in self.switches)

    @property
    def solved(self) -> int:
        """Problems that were solved, that of today included."""
        return self.futures.solved


def sensitivity(
    problem: ChoiceProblem,
    chosen: Chosen,
    futures: Futures,
    screening: Screening,
    samples: int | None,
    seed: int,
    told: Callable[[str], None] = lambda _: None,
) -> Sensitivity:
    """The study that was asked for; `told` hears what is going on. Raises UsageError
    where SALib is needed and not installed."""
    count = SAMPLES[screening] if samples is None else samples
    base = Sensitivity(problem, chosen, futures, screening, seed)
    if screening is not Screening.TORNADO:
        told(say("solving sampled futures"))
        found = indices(futures, screening, count, seed)
        return replace(base, indices=found)
    told(say("solving the ends of every range"))
    bars = tuple(tornado(futures))
    told(say("looking for switch points"))
    switches = tuple(switch_points(futures))
    told(say("solving sampled futures"))
    return replace(base, bars=bars, switches=switches, stability=stability(futures, count, seed))
