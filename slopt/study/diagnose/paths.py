"""Changes as paths of the case and values, ready to be set, and the case with them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from slopt.case.case import PlanningCase
from slopt.case.changes import with_values
from slopt.case.paths import path_of
from slopt.problem.choice import Bar, ChoiceProblem
from slopt.problem.demands import DemandKind, forbidden
from slopt.problem.evaluate import BARRED_BY
from slopt.study.diagnose.changes import Change

Value = float | str | bool | None


def path_and_value(case: PlanningCase, problem: ChoiceProblem, change: Change) -> tuple[str, Value]:
    """Where the change is made in the case, and what is to stand there.

    A contract that is given up is an empty cell, a rule that is given up one with a penalty of 0.
    """
    demand = change.demand
    if demand.kind is DemandKind.LIMIT:
        return f"limits.{demand.name}", change.after
    if demand.kind is DemandKind.RESOURCE:
        return _at(case, "resources", [(demand.name,)], "capacity"), change.after
    if demand.kind is DemandKind.RULE:
        rule = case.table("rules").texts("rule")[demand.place]
        column = "penalty" if change.after is None else "value"
        return _at(case, "rules", [(rule,)], column), change.after or 0.0
    segments = [str(problem.segments[s]) for s in demand.segments]
    tier = None if change.after_tier is None else problem.tiers[change.after_tier]
    if demand.bar is Bar.NOT_OFFERED:
        pairs = [
            (segment, problem.tiers[t])
            for s, segment in zip(demand.segments, segments, strict=True)
            for t in np.flatnonzero(forbidden(problem)[s]).tolist()
            if tier is None or problem.tiers[t] == tier
        ]
        return _at(case, "offers", pairs, "allowed"), True
    return _at(case, "segments", [(s,) for s in segments], BARRED_BY[demand.bar]), tier


def repaired_case(
    case: PlanningCase, problem: ChoiceProblem, changes: tuple[Change, ...]
) -> PlanningCase:
    """The case with all the changes made."""
    return with_values(case, dict(path_and_value(case, problem, change) for change in changes))


def _at(case: PlanningCase, table: str, keys: Sequence[tuple[str, ...]], column: str) -> str:
    """The path of a column in the rows with these keys, as slopt writes it."""
    quoted = (", ".join('"' + word.replace('"', '""') + '"' for word in key) for key in keys)
    between = "; " if len(keys[0]) > 1 else ", "
    return path_of(case, f"{table}[{between.join(quoted)}].{column}").text
