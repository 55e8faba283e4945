"""The difference between plan and actual, split so that the parts add up to it.

S segments, T periods. What the case leads one to expect is computed as planned, and then with one
driver after the other as it was: each step is the effect of that driver. What is left between the
last of these and the actual figure no driver explains: of cost it is the cost rate, of losses how
customers answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from slopt.problem.horizon.problem import Flags, Numbers
from slopt.study.monitor.drivers import Compared, Driver
from slopt.study.monitor.expected import ACCOUNTS, Expected, expected, worth_of_the_missing


class Effect(StrEnum):
    """The parts of a difference, in their order."""

    CUSTOMERS = "customers"
    ORDERS = "orders"
    PRICE = "price"
    TIER = "tier"
    LEVEL = "service_level"
    COST_RATE = "cost_rate"
    RESPONSE = "response"


BY_DRIVER = dict(
    zip(
        Driver,
        (Effect.CUSTOMERS, Effect.ORDERS, Effect.PRICE, Effect.TIER, Effect.LEVEL),
        strict=True,
    )
)
RESULT = "result"
SIGN = {
    "margin": 1.0,
    "service_cost": -1.0,
    "lost_orders": -1.0,
    "lost_customers": -1.0,
    "lost_prospects": -1.0,
    "lost_unsplit": -1.0,
}
"""How an account counts in `result`: margin, less the cost of serving, less what is lost."""


@dataclass(frozen=True, eq=False)
class Line:
    """One account, (S, T), 0 where nothing is compared: planned, actual, and by effect what leads
    from one to the other. `is_known` where the actual figure was told; elsewhere it is what the
    drivers lead one to expect."""

    planned: Numbers
    actual: Numbers
    effects: dict[Effect, Numbers]
    is_known: Flags

    @property
    def difference(self) -> Numbers:
        """Actual less planned."""
        return self.actual - self.planned


@dataclass(frozen=True, eq=False)
class Split:
    """`lines` by account, those of ACCOUNTS and then RESULT; `given` is what the case leads one to
    expect with every driver as it was."""

    lines: dict[str, Line]
    given: Expected


def split(compared: Compared) -> Split:
    """Planned and actual figures of every account, and the effects between them."""
    case, problem, covered = compared.case, compared.problem, compared.covered
    at = compared.planned
    steps = [expected(case, problem, at, at)]
    for driver in Driver:
        of = compared.actual if driver is Driver.LEVEL else compared.decided
        at = at.taking(driver, of)
        steps.append(expected(case, problem, compared.planned, at))
    given = steps[-1]
    told = _told(compared, given)
    lines = {}
    for account in ACCOUNTS:
        path = [getattr(step, account) for step in steps]
        known = covered & ~np.isnan(told[account])
        actual = np.where(known, told[account], path[-1])
        effects = {
            BY_DRIVER[driver]: np.where(covered, after - before, 0.0)
            for driver, before, after in zip(Driver, path[:-1], path[1:], strict=True)
        }
        rest = np.where(covered, actual - path[-1], 0.0)
        nothing = np.zeros(rest.shape)
        is_cost = account == "service_cost"
        effects[Effect.COST_RATE] = rest if is_cost else nothing
        effects[Effect.RESPONSE] = nothing if is_cost else rest
        lines[account] = Line(
            np.where(covered, path[0], 0.0), np.where(covered, actual, 0.0), effects, known
        )
    lines[RESULT] = _result(lines, covered)
    return Split(lines, given)


def _told(compared: Compared, given: Expected) -> dict[str, Numbers]:
    """(S, T) by account: the actual figure, NaN where nobody told it.

    Customers who left count beyond those whom the case takes to leave anyway, and by the net change
    of customers where nothing else is known; prospects are those
    who would have come and did not.
    """
    happened, problem = compared.happened, compared.problem
    share = compared.case.table("segments").numbers("margin")[:, None]
    at, keep = compared.actual, problem.keep
    # Where only the change of the customers is known, as many joined as the case expects.
    left = _either(happened.left, given.joined - compared.net)
    driven = (left - (1 - keep) * at.customers) / np.where(keep > 0, keep, np.nan)
    worth, worth_of_deterred = worth_of_the_missing(problem)
    whole = given.lost_customers - given.leave * at.customers * worth
    missed = problem.join - happened.joined
    won = problem.join > 0
    money = given.lost_prospects - given.deter * at.customers * worth_of_deterred
    return {
        "revenue": happened.revenue,
        "margin": happened.revenue * share,
        "service_cost": happened.service_cost,
        "lost_orders": happened.lost_orders,
        "lost_customers": _either(happened.lost_customers, whole + driven * worth),
        "lost_prospects": _either(
            happened.lost_prospects, np.where(won, money + missed * worth_of_deterred, np.nan)
        ),
        "lost_unsplit": np.full(keep.shape, np.nan),
        "left": happened.left,
        "joined": happened.joined,
    }


def _either(first: Numbers, second: Numbers) -> Numbers:
    return np.where(np.isnan(first), second, first)


def _result(lines: dict[str, Line], covered: Flags) -> Line:
    """Margin less cost of serving less what is lost, effect by effect."""

    def total(values: dict[str, Numbers]) -> Numbers:
        return np.asarray(np.sum([SIGN[account] * values[account] for account in SIGN], axis=0))

    parts = {account: lines[account] for account in SIGN}
    said = np.any([line.is_known for line in parts.values()], axis=0)
    return Line(
        total({account: line.planned for account, line in parts.items()}),
        total({account: line.actual for account, line in parts.items()}),
        {
            effect: total({account: line.effects[effect] for account, line in parts.items()})
            for effect in Effect
        },
        covered & said,
    )
