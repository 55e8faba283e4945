"""The modes of a plan over periods, and what each costs, loses and uses in every period.

A mode is a tier, alone or with the lift of one project; the tiers alone come first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.by_period import cost_factor, of_segments
from slopt.case.case import PlanningCase
from slopt.case.own_rows import OwnRows
from slopt.case.period_case import period_cases
from slopt.case.schema import ANY
from slopt.case.texts import Texts
from slopt.economics.period_offers import PeriodOffers, margin_of, period_offers
from slopt.errors import InvalidInput
from slopt.problem.build import contract_bars, members_of, tier_positions
from slopt.problem.horizon.problem import LOST
from slopt.sayings import say

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

NO_PROJECT = -1
FIGURES = ("service_level", "cost", "fixed_cost", *LOST, "leave", "deter", "use", "fixed_use")
"""Figures of PeriodOffers that HorizonProblem has by period and mode, under the same name."""


@dataclass(frozen=True, eq=False)
class Modes:
    """tier, project (M,): of each mode, -1 for no project; lifts: project -> points (S, K)."""

    tier: Places
    project: Places
    lifts: dict[int, Numbers]


def modes_of(case: PlanningCase) -> Modes:
    """The tiers, and the tiers that a project lifts for anybody."""
    table, count = case.table("projects"), len(case.tiers)
    points, tiers = table.numbers("lift"), table.texts("lift_tier").places_in(Texts.of(case.tiers))
    tier, project = [np.arange(count)], [np.full(count, NO_PROJECT)]
    lifts = {}
    for row in np.flatnonzero(points > 0).tolist():
        lifted = np.arange(count) if tiers[row] < 0 else tiers[row : row + 1]
        whose = np.array(members_of(case, table.texts("lift_segment")[row] or ANY), dtype=np.int64)
        lifts[row] = np.zeros((len(case.segments), count))
        lifts[row][whose[:, None], lifted] = points[row]
        tier.append(lifted)
        project.append(np.full(len(lifted), row))
    return Modes(np.concatenate(tier), np.concatenate(project), lifts)


@dataclass(frozen=True, eq=False)
class OffersOverTime:
    """margin, keep (S, T); `arrays` (S, T, M) and (R, S, T, M) by field of HorizonProblem."""

    margin: Numbers
    keep: Numbers
    arrays: dict[str, Any]


def offers_over_time(case: PlanningCase, modes: Modes) -> OffersOverTime:
    """The offers of all periods. Raises InvalidInput that names the period at fault."""
    acquired = of_segments(case).numbers("acquired")
    wins = np.asarray(~np.isnan(acquired))
    factor, notice = cost_factor(case), _notice(case, modes)
    margin, keep, by_period = [], [], []
    for t, its in enumerate(period_cases(case)):
        offers = _offers_of(its, case.periods[t], modes, wins[:, t])
        arrays = {name: _by_mode(offers, modes, name) for name in FIGURES}
        for name in ("cost", "fixed_cost"):
            arrays[name] = arrays[name] * factor[:, t, None]
        bars = contract_bars(its, offers[NO_PROJECT].allowed) != 0
        arrays["barred"] = bars[:, modes.tier] | _not_lifted(modes) | notice[:, t]
        by_period.append(arrays)
        margin.append(margin_of(its))
        keep.append(1 - its.table("segments").numbers("base_churn"))
    arrays = {name: np.stack([of[name] for of in by_period], axis=-2) for name in by_period[0]}
    over_time = OffersOverTime(np.stack(margin, axis=1), np.stack(keep, axis=1), arrays)
    most = _most_deterred(case, over_time.keep, np.nan_to_num(acquired))
    arrays["deter"] = np.minimum(arrays["deter"], most[:, :, None])
    arrays["leave"], arrays["leave_after"] = _by_lag(case, arrays["leave"])
    return over_time


def _by_lag(case: PlanningCase, caused: Numbers) -> tuple[Numbers, Numbers]:
    """Who leaves in a period (S, T, M), and after the last one (S, M), from whom each drives away.

    Who leaves in t was served badly `lag` periods before, by the demand and prices of then; before
    the plan, by those of its first period.
    """
    lag = OwnRows(case).numbers("lag_periods").astype(np.int64)
    then = np.maximum(np.arange(caused.shape[1]) - lag[:, None], 0)
    return caused[np.arange(len(lag))[:, None], then], caused[:, -1].copy()


def _offers_of(
    case: PlanningCase, period: str, modes: Modes, wins: NDArray[np.bool_]
) -> dict[int, PeriodOffers]:
    """The offers of a period by the project that lifts them."""
    try:
        plain = {NO_PROJECT: period_offers(case, wins)}
        return plain | {row: period_offers(case, wins, lift) for row, lift in modes.lifts.items()}
    except InvalidInput as error:
        raise InvalidInput(
            [
                replace(
                    problem,
                    message=say("In {period}: {problem}", period=period, problem=problem.message),
                )
                for problem in error.problems
            ]
        ) from error


def _by_mode(offers: Mapping[int, PeriodOffers], modes: Modes, name: str) -> NDArray[Any]:
    """A figure of tiers (.., K) as one of modes (.., M)."""
    columns = [
        getattr(offers[project], name)[..., tier]
        for tier, project in zip(modes.tier.tolist(), modes.project.tolist(), strict=True)
    ]
    return np.stack(columns, axis=-1)


def _not_lifted(modes: Modes) -> NDArray[np.bool_]:
    """(S, M): modes with a project that lifts nothing there; (1, M) without any project."""
    columns = [
        modes.lifts[project][:, tier] == 0 if project >= 0 else np.zeros(1, dtype=np.bool_)
        for tier, project in zip(modes.tier.tolist(), modes.project.tolist(), strict=True)
    ]
    return np.stack(np.broadcast_arrays(*columns), axis=-1)


def _notice(case: PlanningCase, modes: Modes) -> NDArray[np.bool_]:
    """(S, T, M): other tiers than today's while notice keeps that."""
    notice = case.table("segments").numbers("notice_periods")
    current = tier_positions(case, "current_tier")
    bound = (np.arange(len(case.periods)) < notice[:, None]) & (current >= 0)[:, None]
    return np.asarray(bound[:, :, None] & (modes.tier != current[:, None])[:, None, :])


def _most_deterred(case: PlanningCase, keep: Numbers, join: Numbers) -> Numbers:
    """(S, T): by customer, as many as would come at the most customers that any plan has.

    Whom nobody would have won cannot be warned off.
    """
    most, count = [], case.table("segments").numbers("customers")
    for t in range(keep.shape[1]):
        most.append(np.divide(join[:, t], count, out=np.zeros(len(count)), where=count > 0))
        count = keep[:, t] * count + join[:, t]
    return np.stack(most, axis=1)
