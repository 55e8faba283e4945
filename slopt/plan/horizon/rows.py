"""Figures of a plan over periods as they are written: one row a segment and period, and so on.

Money is in the money of its period, not discounted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from slopt.case.texts import Texts
from slopt.plan.rows import PLAN_COLUMNS, Numbers
from slopt.problem.horizon.evaluate import BOOKED, HorizonEvaluation
from slopt.problem.horizon.problem import NEVER, HorizonChoice, HorizonProblem, Places
from slopt.vocabulary import LOSSES, Basis

HORIZON_COLUMNS = (*PLAN_COLUMNS, "period", "customers", "change_cost", "project", "basis")
RESOURCE_COLUMNS = ("resource", "used", "capacity", "extra", "price", "period")
STAFF_COLUMNS = ("option", "resource", "period", "held", "hired", "released", "cost")
PROJECT_COLUMNS = ("project", "start", "in_effect", "investment", "running_cost", "saves")
PERIOD_COLUMNS = (
    "period",
    "basis",
    "discount",
    "budget",
    "carried_in",
    "carried",
    "booked",
    *BOOKED,
    *LOSSES,
    "lost_unsplit",
    "lost_sales",
    "caused",
    "total_cost",
    "service_level",
    "tiers_used",
    "changes",
    "customers",
    "left",
    "deterred",
)


def horizon_columns(
    problem: HorizonProblem,
    choice: HorizonChoice,
    evaluation: HorizonEvaluation,
    bases: Sequence[Sequence[Basis]],
) -> dict[str, Texts | Numbers]:
    """The columns of plan.csv, period by period and in each the segments in the case's order.

    `bases` are by period and segment. Kinds of lost sales not known apart are NaN.
    """
    s, t, *_ = problem.size
    tiers = [*problem.tiers, ""]
    projects = [*(project.name for project in problem.projects), ""]
    money = {name: _rows(evaluation.by_segment[name]) for name in evaluation.by_segment}
    at = (np.arange(s)[:, None], np.arange(t)[None, :], choice.modes)
    unknown = _rows(problem.lost_unsplit[at]) != 0
    lost = sum(money[name] for name in (*LOSSES, "lost_unsplit"))
    for name in LOSSES:
        money[name] = np.where(unknown, np.nan, money[name])
    words = [basis.value for basis in Basis]
    basis = np.array([words.index(one.value) for period in bases for one in period])
    return {
        "segment": _repeated(problem.segments, t),
        "tier": Texts.of_codes(tiers, _rows(problem.mode_tier[choice.modes])),
        "current_tier": Texts.of_codes(tiers, np.tile(problem.current, t)),
        "service_level": _rows(problem.service_level[at]),
        "service_cost": money["service_cost"],
        **{name: money[name] for name in LOSSES},
        "lost_sales": lost,
        "total_cost": money["service_cost"] + money["change_cost"] + lost,
        "period": Texts.of_codes(list(problem.periods), np.repeat(np.arange(t), s)),
        "customers": _rows(evaluation.base.customers[:, :t]),
        "change_cost": money["change_cost"],
        "project": Texts.of_codes(projects, _rows(problem.mode_project[choice.modes])),
        "basis": Texts.of_codes(words, basis),
    }


def _rows(values: Numbers | Places) -> Any:
    """(S, T) -> a row a period and segment."""
    return values.T.ravel()


def _repeated(segments: Sequence[str], times: int) -> Texts:
    texts = segments if isinstance(segments, Texts) else Texts.of(segments)
    return Texts.of_codes(texts.words, np.tile(texts.codes, times))


def horizon_rows(columns: Mapping[str, Texts | Numbers]) -> list[dict[str, Any]]:
    """The same by rows; what is not known is None."""
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [
        {name: None if value != value else value for name, value in zip(columns, row, strict=True)}
        for row in rows
    ]


def resource_rows(
    problem: HorizonProblem, evaluation: HorizonEvaluation, prices: Mapping[str, float | None]
) -> list[dict[str, Any]]:
    """One row a period and resource; `capacity` with the staff at work and what projects add."""
    return [
        {
            "resource": name,
            "used": float(evaluation.used[r, p]),
            "capacity": float(evaluation.capacity[r, p]),
            "extra": float(evaluation.extra[r, p]),
            "price": prices.get(f"{name} {period}"),
            "period": period,
        }
        for p, period in enumerate(problem.periods)
        for r, name in enumerate(problem.resources)
    ]


def staff_rows(
    problem: HorizonProblem, choice: HorizonChoice, evaluation: HorizonEvaluation
) -> list[dict[str, Any]]:
    """One row a staff option and period: units held, hired and released, and what they cost."""
    return [
        {
            "option": option.name,
            "resource": problem.resources[option.resource],
            "period": period,
            "held": float(evaluation.held[o, p]),
            "hired": float(choice.hired[o, p]),
            "released": float(choice.released[o, p]),
            "cost": float(
                option.wage[p] * evaluation.held[o, p]
                + option.hire_cost * choice.hired[o, p]
                + option.release_cost * choice.released[o, p]
            ),
        }
        for o, option in enumerate(problem.staff)
        for p, period in enumerate(problem.periods)
    ]


def project_rows(problem: HorizonProblem, choice: HorizonChoice) -> list[dict[str, Any]]:
    """One row a project; start and in_effect are periods, empty where it is not started.

    A project of before the plan starts in `before`; what comes into effect after the last period
    does so in `after`.
    """

    def period_of(place: int) -> str:
        if place == NEVER:
            return ""
        if place < 0:
            return BEFORE
        return problem.periods[place] if place < len(problem.periods) else AFTER

    return [
        {
            "project": project.name,
            "start": period_of(start),
            "in_effect": period_of(NEVER if start == NEVER else start + project.takes),
            "investment": project.investment,
            "running_cost": project.running_cost,
            "saves": project.saves,
        }
        for project, start in zip(problem.projects, choice.started.tolist(), strict=True)
    ]


BEFORE, AFTER = "before", "after"


def period_rows(
    problem: HorizonProblem, evaluation: HorizonEvaluation, bases: Sequence[Sequence[Basis]]
) -> list[dict[str, Any]]:
    """One row a period: its budget, what is booked, lost and carried on, level, changes, base.

    `lost_sales` are those felt in the period; `caused` those that its service causes, whenever
    they are felt, in its money: what max_lost_sales caps.
    """
    t = len(problem.periods)
    n = evaluation.base.customers[:, :t].sum(axis=0)
    carried_in = np.concatenate([[problem.carry_in], evaluation.carried[:-1]])
    lost = np.sum(list(evaluation.lost.values()), axis=0)
    rows = []
    for p, period in enumerate(problem.periods):
        budget = problem.budget[p]
        has_budget = not np.isnan(budget)
        rows.append(
            {
                "period": period,
                "basis": basis_of(bases[p]).value,
                "discount": float(problem.discount[p]),
                "budget": float(budget) if has_budget else None,
                "carried_in": float(carried_in[p]) if has_budget else None,
                "carried": float(evaluation.carried[p]) if has_budget else None,
                "booked": float(evaluation.spent[p]),
                **{line: float(evaluation.booked[line][p]) for line in BOOKED},
                **{line: float(evaluation.lost[line][p]) for line in (*LOSSES, "lost_unsplit")},
                "lost_sales": float(lost[p]),
                "caused": float(evaluation.caused[p]),
                "total_cost": float(evaluation.spent[p] + lost[p]),
                "service_level": float(evaluation.service_level[p]),
                "tiers_used": int(evaluation.tiers_used[p]),
                "changes": int(evaluation.changed[:, p].sum()),
                "customers": float(n[p]),
                "left": float(evaluation.base.left[:, p].sum()),
                "deterred": float(evaluation.base.deterred[:, p].sum()),
            }
        )
    return rows


def basis_of(bases: Sequence[Basis]) -> Basis:
    """What a period is as a whole: actual as soon as something in it is."""
    return next((one for one in (Basis.ACTUAL, Basis.DECIDED) if one in bases), Basis.PLAN)
