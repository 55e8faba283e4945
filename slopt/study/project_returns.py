"""Whether the investments of a case pay: return, present value, payback, with opportunity cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.economics.investment import (
    net_present_value,
    opportunity_cost,
    payback_periods,
    return_on_investment,
)

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Returns:
    """What one stream of benefits makes of the outlay.

    roi: a share, opportunity cost counted as cost; None where nothing is spent. payback: periods,
    undiscounted; None where the money never comes back.
    """

    roi: float | None
    net_present_value: float
    payback: float | None


@dataclass(frozen=True)
class Project:
    """One investment, judged by booked benefits alone and with the estimated ones.

    `other_return` per period is the next best use of the money, at which values are discounted.
    """

    investment: str
    outlay: float
    periods: int
    other_return: float
    opportunity_cost: float
    booked: Returns
    expected: Returns


def projects_of(case: PlanningCase) -> list[Project]:
    """The investments of a case, in its order."""
    table = case.table("investments")
    numbers = {
        name: table.numbers(name)
        for name in (
            "outlay",
            "periods",
            "benefit",
            "expected_benefit",
            "running_cost",
            "starts_after",
            "other_return",
        )
    }
    found = []
    for place, name in enumerate(table.texts("investment")):
        row = {column: float(values[place]) for column, values in numbers.items()}
        other, periods = row["other_return"], int(row["periods"])
        rate = case.settings.case.discount_rate if np.isnan(other) else other
        forgone = float(opportunity_cost(row["outlay"], rate, periods))
        found.append(
            Project(
                investment=name,
                outlay=row["outlay"],
                periods=periods,
                other_return=rate,
                opportunity_cost=forgone,
                booked=_returns(row, row["benefit"], rate, forgone),
                expected=_returns(row, row["benefit"] + row["expected_benefit"], rate, forgone),
            )
        )
    return found


def _returns(row: dict[str, float], benefit: float, rate: float, forgone: float) -> Returns:
    period = np.arange(1, int(row["periods"]) + 1)
    gains = np.where(period > row["starts_after"], benefit, 0.0)
    flows = np.concatenate([[-row["outlay"]], gains - row["running_cost"]])
    cost = row["outlay"] + row["running_cost"] * len(period)
    return Returns(
        roi=float(return_on_investment(gains.sum(), cost, forgone)) if cost + forgone > 0 else None,
        net_present_value=net_present_value(flows, rate),
        payback=payback_periods(flows),
    )
