"""The offers of a case over periods as they are written: a row a period, segment and tier.

Money is that of the period, for the customers that the case begins with: what a customer more or
less changes is decided by plans. Losses are those that the service of the period causes, whenever
they are felt.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.by_period import CONTRACT, contract_places
from slopt.case.case import PlanningCase
from slopt.case.texts import Texts
from slopt.problem.horizon.problem import Flags, HorizonProblem, Numbers
from slopt.vocabulary import LOSSES

NOT_OFFERED, NOTICE = "allowed", "notice_periods"


def money_of_offers(problem: HorizonProblem) -> dict[str, Numbers]:
    """(S, T, M) by line: service_cost, the losses, lost_unsplit, lost_sales and total_cost.

    Of a whole segment with the customers of the case, in the money of the period.
    """
    left, deterred = problem.worth_of_the_missing
    now = problem.discount[None, :]
    count = problem.customers[:, None, None]
    money = {
        "service_cost": count * problem.cost + problem.fixed_cost,
        "lost_orders": count * problem.lost_orders,
        "lost_customers": count
        * (problem.lost_customers + problem.leave_caused * (left / now)[:, :, None]),
        "lost_prospects": count
        * (problem.lost_prospects + problem.deter * (deterred / now)[:, :, None]),
        "lost_unsplit": count * problem.lost_unsplit,
        "lost_sales": count * problem.caused,
    }
    return {**money, "total_cost": money["service_cost"] + money["lost_sales"]}


def modes_offered(problem: HorizonProblem) -> Flags:
    """(S, T, M): the tiers alone, barred or not, and those that a project lifts and nothing bars.

    A project lifts nothing before the first period in which it can be in effect.
    """
    alone = np.arange(len(problem.mode_tier)) < len(problem.tiers)
    begins = [
        (one.earliest if one.started is None else one.started) + one.takes
        for one in problem.projects
    ]
    in_reach = (
        np.arange(len(problem.periods))[:, None] >= np.array([*begins, 0])[problem.mode_project]
    )
    return np.asarray(alone | (in_reach & ~problem.barred))


def offer_columns(case: PlanningCase, problem: HorizonProblem) -> dict[str, Texts | Numbers]:
    """The columns of offers.csv, period by period and in each the segments in the case's order.

    `barred` names what forbids the pair, "" where nothing does; `use:RESOURCE` are units;
    `project` is the one that lifts the tier. Kinds of lost sales not known apart are NaN.
    """
    t, s, m = np.nonzero(modes_offered(problem).transpose(1, 0, 2))
    at = (s, t, m)
    money = {name: values[at] for name, values in money_of_offers(problem).items()}
    unknown = money.pop("lost_unsplit") != 0
    for name in LOSSES:
        money[name] = np.where(unknown, np.nan, money[name])
    count = problem.customers[s]
    segments = problem.segments
    names = segments if isinstance(segments, Texts) else Texts.of(segments)
    projects = [*(project.name for project in problem.projects), ""]
    reasons, code = _reasons(case, problem)
    return {
        "segment": Texts.of_codes(names.words, names.codes[s]),
        "tier": Texts.of_codes(list(problem.tiers), problem.mode_tier[m]),
        "barred": Texts.of_codes(reasons, code[s, t, problem.mode_tier[m]]),
        "service_level": problem.service_level[at],
        **money,
        **{
            f"use:{name}": count * problem.use[r][at] + problem.fixed_use[r][at]
            for r, name in enumerate(problem.resources)
        },
        "period": Texts.of_codes(list(problem.periods), t),
        "customers": count,
        "project": Texts.of_codes(projects, problem.mode_project[m]),
    }


def _reasons(case: PlanningCase, problem: HorizonProblem) -> tuple[list[str], NDArray[Any]]:
    """What bars each tier alone, as texts and (S, T, K) which of them: contract, notice, offers."""
    tiers = np.arange(len(problem.tiers))
    rank, barred = problem.rank, problem.barred[:, :, : len(tiers)]
    notice = case.table("segments").numbers("notice_periods")
    current = problem.current
    told = (np.arange(len(problem.periods)) < notice[:, None]) & (current >= 0)[:, None]
    by = {NOTICE: told[:, :, None] & (tiers != current[:, None])[:, None, :]}
    for name in CONTRACT:
        place = contract_places(case, name)[:, :, None]
        other = {
            "min_tier": rank < rank[place],
            "max_tier": rank > rank[place],
            "fixed_tier": tiers != place,
        }[name]
        by[name] = (place >= 0) & other
    explained = np.logical_or.reduce(list(by.values()))
    by = {NOT_OFFERED: barred & ~explained, **{name: by[name] for name in (*CONTRACT, NOTICE)}}
    code = sum((1 << bit) * flags.astype(np.int64) for bit, flags in enumerate(by.values()))
    texts = [
        " ".join(name for bit, name in enumerate(by) if number >> bit & 1)
        for number in range(1 << len(by))
    ]
    return texts, np.asarray(code)
