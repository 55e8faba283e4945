"""Checks of caps on service cost below 0, which only fees can keep."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from slopt.case.case import PlanningCase
from slopt.case.columns import CellError, plainly
from slopt.case.few import flagged
from slopt.case.raw import RawCase, RawSettings
from slopt.case.settings import COLUMNS, override_of, read_setting
from slopt.errors import Problem
from slopt.sayings import say
from slopt.vocabulary import RuleKind

BUDGET = "limits.budget"


def check_net_costs(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """A budget, or a rule's cap, below 0 where no offer can cost less than 0."""
    nets = _may_be_below_zero(case)
    remedy = say(
        "Write 0 or more: a cap below 0 needs fees that may outweigh the costs, price in tiers or "
        "fees in promises."
    )
    budget = case.settings.limits.budget
    if budget is not None and budget < 0 and not nets:
        yield _source(raw, budget).problem(
            BUDGET, say('"{shown}" is below {low}.', shown=plainly(budget), low="0"), remedy
        )
    if "rules" not in case.tables:
        return
    table, source = case.table("rules"), raw.tables["rules"]
    value, kind = table.numbers("value"), table.texts("kind")
    wrong = (value < 0) & ~(kind.is_in([RuleKind.MAX_SERVICE_COST]) & nets)

    def describe(row: int) -> Problem:
        of_cost = kind[row] == RuleKind.MAX_SERVICE_COST
        return source.problem(
            say('"{shown}" is below {low}.', shown=plainly(value[row]), low="0"),
            remedy if of_cost else say("Write a number, 0 or more."),
            table.rows[row],
            "value",
            plainly(value[row]),
        )

    yield from flagged(wrong, describe)


def _may_be_below_zero(case: PlanningCase) -> bool:
    """True where customers pay for tiers, or a service cost that is given is below 0."""
    if case.has_periods:
        return False
    above = [case.table("tiers").numbers("price")] if "tiers" in case.tables else []
    if "promises" in case.tables:
        promises = case.table("promises")
        above += [promises.numbers("fee_per_customer"), promises.numbers("fee_per_order")]
    if "offers" in case.tables:
        above.append(-case.table("offers").numbers("service_cost"))
    return any(bool(np.any(values > 0)) for values in above)


def _source(raw: RawCase, budget: float) -> RawSettings:
    """Where the budget stands: in the case, or on the command line."""
    if raw.settings is not None:
        try:
            if read_setting(COLUMNS[BUDGET], raw.settings.values.get(BUDGET)) == budget:
                return raw.settings
        except CellError:
            pass
    return override_of(BUDGET, budget)
