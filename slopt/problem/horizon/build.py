"""(case with periods) -> horizon problem: where tables over time become plain numbers.

S segments, T periods, K tiers, M modes, R resources.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.by_period import of_resources, of_segments, own_or
from slopt.case.case import PlanningCase
from slopt.case.memory import bytes_of_problem, does_not_fit
from slopt.case.own_rows import OwnRows
from slopt.errors import InvalidInput
from slopt.problem.build import rules_of, tier_positions, within_reach
from slopt.problem.horizon.after_horizon import worth_after
from slopt.problem.horizon.build_modes import Modes, modes_of, offers_over_time
from slopt.problem.horizon.build_staff import projects_of, staff_of
from slopt.problem.horizon.problem import LONG_AGO, HorizonProblem
from slopt.problem.horizon.tier_moves import change_costs

Numbers = NDArray[np.float64]


def build_horizon(case: PlanningCase) -> HorizonProblem:
    """The problem over periods of a case that has some.

    Raises InvalidInput where figures contradict each other over time, or are beyond use.
    """
    modes = modes_of(case)
    _require_room(case, modes)
    offers = offers_over_time(case, modes)
    segments, info = case.table("segments"), case.settings.case
    weight, customers = segments.numbers("weight"), segments.numbers("customers")
    orders = customers * segments.numbers("orders_per_customer")
    lag = OwnRows(case).numbers("lag_periods").astype(np.int64)
    current = tier_positions(case, "current_tier")
    end_value, newcomer_value = worth_after(case, offers.margin, offers.keep)
    step = 1 / (1 + info.discount_rate)
    joined = of_segments(case).numbers("acquired")
    return HorizonProblem(
        segments=case.segments,
        periods=tuple(case.periods),
        tiers=tuple(case.tiers),
        rank=case.ranks,
        mode_tier=modes.tier,
        mode_project=modes.project,
        customers=customers.copy(),
        weight=within_reach(np.where(np.isnan(weight), orders, weight)),
        end_value=end_value,
        newcomer_value=newcomer_value,
        history=np.repeat(current[:, None], max(int(lag.max(initial=0)), 1), axis=1),
        margin=offers.margin,
        keep=offers.keep,
        join=np.nan_to_num(joined),
        **offers.arrays,
        discount=np.power(step, np.arange(len(case.periods), dtype=np.float64)),
        discount_step=step,
        change_cost=change_costs(case),
        open_cost=np.outer(
            case.table("periods").numbers("cost_factor"), case.table("tiers").numbers("open_cost")
        ),
        least_stay=case.table("tiers").numbers("least_stay").astype(np.int64),
        lag=lag.copy(),
        stayed=np.full(len(customers), LONG_AGO, dtype=np.int64),
        resources=tuple(case.resources),
        **_resources(case),
        staff=staff_of(case),
        projects=projects_of(case),
        rules=rules_of(case),
        **_limits(case),
    )


def _resources(case: PlanningCase) -> dict[str, Any]:
    """Capacities, and what an extra unit costs above a normal one, (R, T)."""
    table, own = case.table("resources"), of_resources(case)
    always = {
        name: np.broadcast_to(table.numbers(name)[:, None], (len(table), len(case.periods)))
        for name in ("capacity", "extra_capacity", "unit_cost", "extra_unit_cost")
    }
    factor = case.table("periods").numbers("cost_factor")
    unit = own_or(own.numbers("unit_cost"), always["unit_cost"] * factor)
    extra = own_or(own.numbers("extra_unit_cost"), always["extra_unit_cost"] * factor)
    return {
        "capacity": own_or(own.numbers("capacity"), always["capacity"]),
        "extra_capacity": own_or(own.numbers("extra_capacity"), always["extra_capacity"]),
        "extra_premium": np.where(np.isnan(extra), 0.0, extra - unit),
    }


def _limits(case: PlanningCase) -> dict[str, Any]:
    """Goal and limits; the figure of a period counts before that of all."""
    limits, horizon, table = case.settings.limits, case.settings.horizon, case.table("periods")

    def by_period(column: str, always: float | None) -> Numbers:
        return own_or(table.numbers(column), np.array(np.nan if always is None else always))

    since = case.periods.index(horizon.target_from) if horizon.target_from else 0
    target = limits.min_service_level
    level = by_period("min_service_level", None)
    level[since:] = own_or(level[since:], np.array(np.nan if target is None else target))
    return {
        "goal": case.settings.plan.goal,
        "budget": by_period("budget", limits.budget),
        "carries": table.flags("carry_over").copy(),
        "max_lost_sales": by_period("max_lost_sales", limits.max_lost_sales),
        "min_service_level": level,
        "max_tiers": limits.max_tiers,
        "max_changes": limits.max_changes,
        "max_changes_each": horizon.max_changes_each,
    }


def _require_room(case: PlanningCase, modes: Modes) -> None:
    size = len(case.segments), len(modes.tier), len(case.resources)
    needed = bytes_of_problem(size[0] * len(case.periods), size[1], 2 * size[2])
    problem = does_not_fit(needed, *size)
    if problem:
        raise InvalidInput([problem])
