"""What an answer over listed offers says of all offers: its bound, its gap, its proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from slopt.problem.choice import ChoiceProblem
from slopt.problem.generated.terms import ask, unlisted
from slopt.problem.sharing import obstacle, share
from slopt.solve.outcome import Outcome, Relaxation
from slopt.vocabulary import Status

DIGITS = 14
"""Of a price as it is written: the certificate counts with what can be read again."""


def over_all_offers(
    problem: ChoiceProblem, outcome: Outcome, gap: float, known: Mapping[str, float] | None = None
) -> Outcome:
    """The outcome with the bound that holds for offers that the problem does not list, too.

    `known` are other prices that may prove more. Raises SolverTrouble where a source fails.
    """
    if outcome.status is Status.INFEASIBLE:
        return _without_plan(problem, outcome)
    sign = -1.0 if problem.goal.maximises else 1.0
    proofs = list(_proofs(problem, outcome.relaxation, known))
    if not proofs:
        return outcome.replace(bound=None, status=_feasible(outcome))
    bound, relaxation = max(proofs, key=lambda proof: proof[0])
    outcome = outcome.replace(bound=sign * bound, relaxation=relaxation)
    return outcome.bounded(sign * bound, gap, problem.goal.maximises)


def _feasible(outcome: Outcome) -> Status:
    return Status.FEASIBLE if outcome.status is Status.OPTIMAL else outcome.status


def _proofs(
    problem: ChoiceProblem, relaxation: Relaxation | None, known: Mapping[str, float] | None
) -> Iterator[tuple[float, Relaxation]]:
    """(bound in the minimised sense, what proves it) at the prices that there are."""
    sign = -1.0 if problem.goal.maximises else 1.0
    if relaxation is not None:
        prices = as_written(relaxation.prices)
        if relaxation.program is not None and relaxation.bound is not None:
            listed: float | None = sign * relaxation.bound
        else:
            listed = _listed(problem, prices)
        if listed is not None:
            gain = unlisted(ask(problem, prices))
            yield listed - gain, replace(relaxation, unlisted=gain)
    if known is not None:
        prices = as_written(known)
        listed = _listed(problem, prices)
        if listed is not None:
            gain = unlisted(ask(problem, prices))
            yield listed - gain, Relaxation(prices, unlisted=gain)


def _listed(problem: ChoiceProblem, prices: Mapping[str, float]) -> float | None:
    """What the listed offers cannot beat at the prices; None where prices prove nothing."""
    if obstacle(problem) is not None:
        return None
    rows = share(problem).rows
    return rows.dual(np.array([prices.get(name, 0.0) for name in rows.names]))[0]


def as_written(prices: Mapping[str, float]) -> dict[str, float]:
    """Prices with the digits that they are written with."""
    return {name: float(f"{price:.{DIGITS}g}") for name, price in prices.items()}


def _without_plan(problem: ChoiceProblem, outcome: Outcome) -> Outcome:
    """No plan among the listed offers: is that proven of all?"""
    if outcome.relaxation is None:
        return outcome.replace(status=Status.NO_PLAN, bound=None)
    prices = outcome.relaxation.prices
    gain = unlisted(ask(problem, prices, for_goal=False))
    relaxation = replace(outcome.relaxation, unlisted=gain)
    if _least_use(problem, prices) - gain > 0:
        return outcome.replace(relaxation=relaxation)
    return outcome.replace(status=Status.NO_PLAN, bound=None, relaxation=None)


def _least_use(problem: ChoiceProblem, prices: Mapping[str, float]) -> float:
    """By how much what is used at the least exceeds what there is, at the prices."""
    rows = share(problem).rows
    free = rows.replace(
        cost=np.zeros_like(rows.cost), extra_cost=np.zeros_like(rows.extra_cost), offset=0.0
    )
    return free.dual(np.array([prices.get(name, 0.0) for name in rows.names]))[0]
