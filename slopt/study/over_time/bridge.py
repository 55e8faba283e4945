"""From one plan over periods to another in steps of present value that add up exactly.

First the decisions of A are kept while the inputs of B are taken over, one table after the other;
then what happened in B's settled periods takes the place of what was planned; then B's decisions
take the place of A's. Figures are on a grid of binary fractions, on which sums are exact.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from slopt.case.case import PlanningCase
from slopt.case.schema import SCHEMAS
from slopt.errors import InvalidInput
from slopt.plan.horizon.actual import Actuals, with_actuals
from slopt.problem.evaluate import Breach
from slopt.problem.horizon.build import build_horizon
from slopt.problem.horizon.evaluate import HorizonEvaluation, evaluate_horizon
from slopt.problem.horizon.problem import HorizonChoice, HorizonProblem, Numbers
from slopt.study.compare.bridge import PARTS, Grid, Money
from slopt.study.compare.changes import Change, changes_between
from slopt.study.over_time.sides import SideOverTime, as_choice_of, require_same_frame, still_asked

SETTINGS = "settings"
"""What stands for case.toml among the tables."""
LARGER = 64
"""The grid is made for sums so much larger than the largest figure."""


class StepOverTime(StrEnum):
    """What a step of the bridge is."""

    INPUTS = "inputs"
    HAPPENED = "happened"
    TIERS = "tiers"
    STAFF = "staff"
    PROJECTS = "projects"
    SHARED = "shared"


@dataclass(frozen=True)
class Step:
    """One step: what it is, which tables it takes over, and its money in present value."""

    kind: StepOverTime
    money: Money
    tables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Move:
    """A segment that another tier serves in the periods `first` to `last` (places), and what its
    other tiers over all periods change, in present value at the inputs of B."""

    segment: int
    before: int
    after: int
    first: int
    last: int
    total: float


@dataclass(frozen=True, eq=False)
class ComparisonOverTime:
    """A and B, what differs between their inputs, and the bridge of the money.

    `start` and the money of all steps add up to `end`, exactly, part by part. `moves` are in the
    order of segments and periods. `broken` is what A's decisions break under the inputs of B.
    """

    a: SideOverTime
    b: SideOverTime
    changes: tuple[Change, ...]
    start: Money
    steps: tuple[Step, ...]
    end: Money
    moves: tuple[Move, ...]
    broken: tuple[Breach, ...] = ()

    @property
    def worth(self) -> float:
        """By how much perfect and free service is worth more in B: the change of the net present
        value is this less the change of what is booked and lost."""
        a, b = self.a.evaluation, self.b.evaluation
        return (b.npv + b.total_cost) - (a.npv + a.total_cost)

    @property
    def is_same_plan(self) -> bool:
        """True where B decides as A does."""
        kept = as_choice_of(self.a.choice, self.a.problem, self.b.problem)
        return kept.digest == self.b.choice.digest


def compare_over_time(a: SideOverTime, b: SideOverTime) -> ComparisonOverTime:
    """The comparison of two plans for the same segments, tiers and periods, else UsageError."""
    require_same_frame(a, b)
    changes = tuple(changes_between(a.case, b.case))
    largest = max(abs(side.evaluation.present[p]) for side in (a, b) for p in PARTS)
    grid = Grid(LARGER * max(largest, 1.0))
    start = _money(grid, a.evaluation)
    levels, steps = start, []
    for tables, value in _taken_over(a, b, changes):
        now = _money(grid, value)
        steps.append(Step(StepOverTime.INPUTS, now - levels, tables))
        levels = now
    kept = _priced(a, build_horizon(b.case), b.actuals.over(a.actuals))
    if a.actuals.digest != b.actuals.digest:
        now = _money(grid, kept[2])
        steps.append(Step(StepOverTime.HAPPENED, now - levels))
        levels = now
    end = _money(grid, b.evaluation)
    steps += _decided(grid, b, kept[2], end - levels)
    moves, broken = tuple(_moves(kept, b)), still_asked(kept[2].violations, b.problem, b.first)
    return ComparisonOverTime(a, b, changes, start, tuple(steps), end, moves, broken)


Priced = tuple[HorizonProblem, HorizonChoice, HorizonEvaluation]


def _priced(side: SideOverTime, problem: HorizonProblem, actuals: Actuals) -> Priced:
    """The decisions of a side under other inputs, where these actuals happened."""
    choice = as_choice_of(side.choice, side.problem, problem)
    problem, choice = with_actuals(problem, choice, actuals)
    return problem, choice, evaluate_horizon(problem, choice)


def _taken_over(
    a: SideOverTime, b: SideOverTime, changes: Sequence[Change]
) -> list[tuple[tuple[str, ...], HorizonEvaluation]]:
    """A's decisions after each table of B; tables that make no sense alone go with the next."""
    differ = {change.place.partition(".")[0].partition("[")[0] for change in changes}
    settings = bool(differ - set(SCHEMAS))
    names = [*((SETTINGS,) if settings else ()), *(name for name in SCHEMAS if name in differ)]
    groups = [TOGETHER if name in TOGETHER else (name,) for name in names]
    ordered = list(dict.fromkeys(groups))
    taken: list[str] = []
    pending: list[str] = []
    found = []
    for place, group in enumerate(ordered):
        pending += [name for name in group if name in names]
        whole = place == len(ordered) - 1
        try:
            case = b.case if whole else case_between(a.case, b.case, [*taken, *pending])
            value = _priced(a, build_horizon(case), a.actuals)[2]
        except InvalidInput:
            if whole:
                raise
            continue
        found.append((tuple(pending), value))
        taken, pending = [*taken, *pending], []
    return found


TOGETHER = ("resources", "usage", "resource_periods", "staff_options", "staff_periods", "projects")
"""Tables that speak of each other's rows are taken over at once."""


def case_between(a: PlanningCase, b: PlanningCase, taken: Collection[str]) -> PlanningCase:
    """The case with these tables of B, and all others of A; it is not checked."""
    tables = {}
    for name in SCHEMAS:
        its = (b if name in taken else a).tables
        if name in its:
            tables[name] = its[name]
    return PlanningCase((b if SETTINGS in taken else a).settings, tables)


def _money(grid: Grid, value: HorizonEvaluation) -> Money:
    return Money(*(grid(value.present[part]) for part in PARTS))


def _decided(grid: Grid, b: SideOverTime, kept: HorizonEvaluation, change: Money) -> list[Step]:
    """The step of B's decisions, by what is decided; the parts add up to it."""

    def line(*names: str) -> float:
        discount = b.problem.discount
        now = sum(grid(float(discount @ b.evaluation.booked[name])) for name in names)
        return now - sum(grid(float(discount @ kept.booked[name])) for name in names)

    others = {
        StepOverTime.STAFF: Money(line("staff_cost")),
        StepOverTime.PROJECTS: Money(line("project_cost")),
        StepOverTime.SHARED: Money(line("open_cost", "extra_cost")),
    }
    tiers = change
    for money in others.values():
        tiers = tiers - money
    steps = [Step(StepOverTime.TIERS, tiers)]
    steps += [Step(kind, money) for kind, money in others.items()]
    return [step for step in steps if not step.money.is_nothing]


def _moves(kept: Priced, b: SideOverTime) -> list[Move]:
    problem, choice, value = kept
    before = problem.mode_tier[choice.modes]
    after = b.problem.mode_tier[b.choice.modes]
    total = of_segments(b.problem, b.evaluation) - of_segments(problem, value)
    moves = []
    for s in np.flatnonzero(np.any(before != after, axis=1)).tolist():
        first = 0
        for p in range(len(problem.periods)):
            here = before[s, p], after[s, p]
            if p + 1 < len(problem.periods) and here == (before[s, p + 1], after[s, p + 1]):
                continue
            if here[0] != here[1]:
                moves.append(Move(s, int(here[0]), int(here[1]), first, p, float(total[s])))
            first = p + 1
    return moves


def of_segments(problem: HorizonProblem, value: HorizonEvaluation) -> Numbers:
    """(S,): booked and lost by segment in present value, what is felt after the horizon included.

    Open tiers, extra units, staff and projects belong to no segment.
    """
    during = np.sum([problem.discount * line for line in value.by_segment.values()], axis=0)
    base, last = value.base, problem.discount[-1]
    gone = problem.end_value * (base.gone[:, -2] + base.left[:, -1])
    unwon = problem.end_value * base.unwon[:, -2] + problem.newcomer_value * base.deterred[:, -1]
    return np.asarray(during.sum(axis=1) + last * (gone + unwon) + base.echo)
