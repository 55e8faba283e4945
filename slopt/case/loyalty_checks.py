"""Checks of the states of loyalty: shares and chances that add up, contributions that agree."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from slopt.case.case import PlanningCase
from slopt.case.columns import plainly
from slopt.case.cost_checks import ONE, as_percent
from slopt.case.raw import RawCase
from slopt.errors import Problem, Severity
from slopt.sayings import say

MEAN = 1e-6
"""How far the mean of margin_factor may be from 1 before the contributions do not agree."""


def check_loyalty(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Every problem of the states and of the moves between them."""
    yield from _states(case, raw)
    if "loyalty_states" in case.tables and "loyalty_moves" not in case.tables:
        yield raw.tables["loyalty_states"].problem(
            say("There are states of loyalty and no moves between them: nobody ever leaves."),
            say("Add loyalty_moves: the chance to go from each state to the others in a period."),
            1,
            severity=Severity.WARNING,
        )
    yield from _moves(case, raw)


def _states(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    if "loyalty_states" not in case.tables:
        return
    table, source = case.table("loyalty_states"), raw.tables["loyalty_states"]
    shares = np.nan_to_num(table.numbers("customers"))
    if "customers" not in source.places:
        return
    total = math.fsum(shares)
    if abs(total - 1) > ONE:
        yield source.problem(
            say("The shares of customers add up to {total} %.", total=as_percent(total)),
            say("Make them 100 % together."),
            table.rows[-1],
            "customers",
            float(shares[-1]),
        )
        return
    mean = math.fsum(shares * np.nan_to_num(table.numbers("margin_factor")))
    if abs(mean - 1) > MEAN:
        yield source.problem(
            say(
                "The mean margin_factor of today's customers is {mean} and not 1: they would "
                "not make the contribution of their segments.",
                mean=plainly(round(mean, 6)),
            ),
            say("Scale the factors so that their mean, by the shares of customers, is 1."),
            table.rows[-1],
            "margin_factor",
            severity=Severity.WARNING,
        )


def _moves(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    if "loyalty_moves" not in case.tables:
        return
    table, source = case.table("loyalty_moves"), raw.tables["loyalty_moves"]
    state, chances = table.texts("state"), table.numbers("probability")
    for code in range(len(state.words)):
        rows = np.flatnonzero(state.codes == code)
        total = math.fsum(np.nan_to_num(chances[rows]))
        if state.word(code) and abs(total - 1) > ONE:
            yield source.problem(
                say(
                    'The chances of "{word}" add up to {total} %.',
                    word=state.word(code),
                    total=as_percent(total),
                ),
                say("Make them 100 % together, those who stay included."),
                table.rows[int(rows[-1])],
                "probability",
                float(chances[rows[-1]]),
            )
