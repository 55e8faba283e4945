"""Which inputs a study varies: those asked for; else those with an interval, and the main ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from slopt.case.case import PlanningCase
from slopt.case.intervals import Intervals, intervals_of
from slopt.case.paths import path_of
from slopt.case.schema import BY_NAME, TABLES
from slopt.case.spans import LEVEL, in_range, spanned
from slopt.errors import UsageError
from slopt.problem.choice import ChoiceProblem
from slopt.sayings import listed, say
from slopt.study.sensitivity.asked import asked_inputs
from slopt.study.sensitivity.cells import input_of_setting, inputs_of_rows
from slopt.study.sensitivity.inputs import Bounds, Input
from slopt.study.sensitivity.matters import matters
from slopt.study.sensitivity.move import point_at
from slopt.study.sweep.runner import require_sound

SPAN = 0.2
"""How far a main input without an interval is varied, up and down, where nothing else is said."""
MAIN = {
    "segments": ("customers", "orders_per_customer", "revenue_per_order", "margin", "base_churn"),
    "tiers": (LEVEL, "open_cost", "cost_per_customer", "cost_per_order"),
    "resources": ("unit_cost", "extra_unit_cost"),
    "usage": ("per_customer", "per_order", "per_segment"),
    "response": (
        "lost_order_share",
        "leave_probability",
        "listeners",
        "prospect_share",
        "deterrence",
        "prospect_value",
    ),
    "offers": (
        LEVEL,
        "service_cost",
        "lost_orders",
        "lost_customers",
        "lost_prospects",
        "lost_sales",
    ),
}
MAIN_SETTING = "case.discount_rate"


@dataclass(frozen=True)
class Wanted:
    """What the user asked for: paths with or without ends, the span, one input for every row."""

    vary: tuple[str, ...] = ()
    span: float = SPAN
    by_row: bool = False


@dataclass(frozen=True, eq=False)
class Chosen:
    """The inputs of a study, and the names of those that change nothing anywhere."""

    inputs: tuple[Input, ...]
    idle: tuple[str, ...]


def choose_inputs(case: PlanningCase, problem: ChoiceProblem, wanted: Wanted) -> Chosen:
    """The inputs that are asked for; else all with an interval, then the main ones by the span.

    Raises UsageError for a path that does not exist, for ends that do not hold today's value
    between them, and where nothing is left to vary. InvalidInput where an end makes no case.
    """
    known = intervals_of(case)
    if not wanted.vary:
        found = _all(case, known, wanted)
    else:
        found = asked_inputs(case, known, wanted.vary, wanted.span, wanted.by_row)
        ends = [point_at(case, [one], ((0, end),)) for one in found for end in (one.low, one.high)]
        require_sound(case, ends)
    idle = [one.name for one in found if not matters(case, problem, one)]
    inputs = tuple(one for one in found if one.name not in idle)
    if not inputs:
        raise UsageError(_nothing(wanted, idle))
    return Chosen(inputs, tuple(idle))


def _nothing(wanted: Wanted, idle: Sequence[str]) -> str:
    if wanted.vary:
        return say("No input that was asked for changes the problem: {idle}.", idle=listed(idle))
    return say(
        "No input of this case has an interval in the table sources. Add low "
        "and high there, name inputs with --vary PATH=LOW:HIGH, or vary the "
        "main ones with --span 20%."
    )


def _all(
    case: PlanningCase, known: dict[tuple[str, str], Intervals], wanted: Wanted
) -> list[Input]:
    found: list[Input] = []
    for schema in TABLES:
        if schema.name == "sources" or schema.name not in case.tables:
            continue
        for name in case.tables[schema.name]:
            its = known.get((schema.name, name))
            if its is not None and its.given.any():
                found += _from_sources(case, its, wanted.by_row)
            elif wanted.span > 0 and name in MAIN.get(schema.name, ()):
                found += _by_span(case, schema.name, name, wanted, its)
    rate = case.settings.case.discount_rate
    if wanted.span > 0 and rate > 0:
        found.append(_setting(case, MAIN_SETTING, rate, wanted.span))
    return found


def _from_sources(case: PlanningCase, its: Intervals, by_row: bool) -> list[Input]:
    rows = np.flatnonzero(its.given)
    now = case.tables[its.table].numbers(its.column)[rows]
    column = BY_NAME[its.table].column(its.column)
    lows, highs = in_range(column, now, its.low[rows], its.high[rows])
    return inputs_of_rows(
        case, its.table, its.column, rows, (now, lows, highs), Bounds.SOURCES, its, by_row
    )


def _by_span(
    case: PlanningCase, table: str, name: str, wanted: Wanted, its: Intervals | None
) -> list[Input]:
    values = case.tables[table].numbers(name)
    rows = np.flatnonzero(~np.isnan(values))
    now = values[rows]
    lows, highs = spanned(BY_NAME[table].column(name), now, wanted.span)
    wide = lows < highs
    ends = (now[wide], lows[wide], highs[wide])
    return inputs_of_rows(case, table, name, rows[wide], ends, Bounds.SPAN, its, wanted.by_row)


def _setting(case: PlanningCase, name: str, now: float, span: float) -> Input:
    path = path_of(case, name)
    value = np.array([now])
    return input_of_setting(path, value, value * (1 - span), value * (1 + span), Bounds.SPAN)
