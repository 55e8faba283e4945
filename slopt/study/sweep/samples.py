"""Points drawn over ranges: Latin hypercube and Sobol, by SciPy, the same for the same seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from slopt.case.amounts import Amount, Interval
from slopt.case.case import PlanningCase
from slopt.case.columns import Kind
from slopt.case.paths import Path, values_at
from slopt.errors import UsageError
from slopt.problem.scenarios.draws import lhs, sobol
from slopt.sayings import say
from slopt.study.sweep.point import Point

MOST = 1_000_000


class Design(StrEnum):
    """How points are spread over the ranges."""

    LHS = "lhs"
    SOBOL = "sobol"


@dataclass(frozen=True)
class Sample:
    """So many points of a design."""

    design: Design
    count: int


def sample_of(text: str) -> Sample:
    """`lhs:200` or `sobol:256`. Raises UsageError for anything else."""
    name, _, count = text.partition(":")
    design = name.strip().casefold()
    if design not in tuple(Design) or not count.strip().isdigit():
        raise UsageError(say('--sample {text}: write "lhs:200" or "sobol:256".', text=text))
    if not 1 <= int(count) <= MOST:
        raise UsageError(
            say(
                "--sample {text}: write a number of points from 1 to {most}.",
                text=text,
                most=f"{MOST:,}",
            )
        )
    return Sample(Design(design), int(count))


def sample_points(
    case: PlanningCase, ranges: Mapping[Path, Interval], sample: Sample
) -> list[Point]:
    """Points over the ranges, seeded by the case's own seed; whole numbers where those belong."""
    draw = lhs if sample.design is Design.LHS else sobol
    shares = draw(len(ranges), sample.count, case.settings.solve.seed)
    whole = {
        path: path.column.kind is Kind.INTEGER and _base(case, path, interval)
        for path, interval in ranges.items()
    }
    return [
        Point.of(
            {
                path: _amount(interval, float(share), whole[path])
                for (path, interval), share in zip(ranges.items(), row, strict=True)
            }
        )
        for row in shares
    ]


def _amount(interval: Interval, share: float, base: float) -> Amount:
    """A value of the interval; of a whole number the nearest, factors made amounts by `base`."""
    amount = interval.at(share)
    if not base:
        return amount
    assert isinstance(amount.value, float | int)
    return Amount(float(round(amount.value * base if amount.is_factor else amount.value)))


def _base(case: PlanningCase, path: Path, interval: Interval) -> float:
    """What factors of a whole number are of: the one value there is."""
    if not interval.is_factor:
        return 1.0
    if not path.is_single:
        raise UsageError(
            say(
                "{path}: draw whole numbers of several rows as amounts, not factors.",
                path=path.text,
            )
        )
    value = values_at(case, path)
    value = value if path.is_setting else value[0]
    if value is None or not value == value or value == 0:
        raise UsageError(
            say("{path} is not set or 0: write amounts in place of factors.", path=path.text)
        )
    return float(value)
