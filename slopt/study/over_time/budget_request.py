"""A budget request: what is committed, what is proposed, and what a little less or more buys.

The step is a share of the budget of each period; where a period has none, of what the plan books
there, and more than that changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from slopt.problem.horizon.problem import Numbers
from slopt.study.over_time.bought import Answer, Ask, Bought
from slopt.vocabulary import Goal

STEP = 0.05
MOVES = 3


@dataclass(frozen=True, eq=False)
class Transfer:
    """An amount of one period's budget that goes to another one; places of periods.

    `by_price` is what the goal gains from it at the prices of the plan, which is more than what it
    really gains unless the amount is small; `gain` is what it gains once it is solved, None where
    it was not, or where no plan was found, as `answer` says.
    """

    giver: int
    taker: int
    amount: float
    by_price: float
    gain: float | None = None
    answer: Answer | None = None


@dataclass(frozen=True, eq=False)
class BudgetRequest:
    """The proposed plan and its neighbours.

    `periods` are those that are planned, `budgets` (T,) theirs, NaN for none. `committed` by line
    (T,). `less` and `more` have every budget changed by the share `step`. `each` is by period, that
    of this period alone changed, down and up; empty where nobody asked. `transfers`: best first.
    """

    periods: tuple[str, ...]
    goal: Goal
    step: float
    budgets: Numbers
    committed: dict[str, Numbers]
    proposed: Bought
    less: Answer
    more: Answer
    each: tuple[tuple[Answer, Answer], ...] = ()
    transfers: tuple[Transfer, ...] = ()

    def gain(self, answer: Answer) -> float | None:
        """By how much the goal is better than in the proposed plan, below 0 where it is worse."""
        return None if answer.bought is None else _gain(self.goal, self.proposed, answer.bought)


def request_budget(
    periods: tuple[str, ...],
    goal: Goal,
    budgets: Numbers,
    committed: dict[str, Numbers],
    proposed: Bought,
    ask: Ask,
    step: float = STEP,
    each: bool = False,
    moves: int = MOVES,
) -> BudgetRequest:
    """Solve for every budget a step less and more; `moves` transfers, the best by price, as well.

    With `each`, every period is changed by itself too: two more plans a period.
    """
    down, up = _stepped(budgets, proposed, -step), _stepped(budgets, proposed, step)
    less, more = ask(down), ask(up)
    singles = []
    for p in range(len(periods)) if each else ():
        pair = []
        for changed in (down, up):
            budget = budgets.copy()
            budget[p] = changed[p]
            pair.append(ask(budget))
        singles.append((pair[0], pair[1]))
    found = [
        _solved(transfer, goal, budgets, proposed, ask)
        for transfer in _by_price(budgets, proposed, step)[:moves]
    ]
    return BudgetRequest(
        periods,
        goal,
        step,
        budgets,
        committed,
        proposed,
        less,
        more,
        tuple(singles),
        tuple(sorted(found, key=lambda one: -(-np.inf if one.gain is None else one.gain))),
    )


def _stepped(budgets: Numbers, plan: Bought, share: float) -> Numbers:
    without = np.nan if share > 0 else (1 + share) * plan.spent
    return np.where(np.isnan(budgets), without, (1 + share) * budgets)


def _gain(goal: Goal, plan: Bought, other: Bought) -> float:
    better = plan.objective - other.objective
    return -better if goal.maximises else better


def _by_price(budgets: Numbers, plan: Bought, step: float) -> list[Transfer]:
    """Transfers between two budgets that prices say are worth it, the best first."""
    return sorted(_worth_it(budgets, plan, step), key=lambda one: -one.by_price)


def _worth_it(budgets: Numbers, plan: Bought, step: float) -> Iterator[Transfer]:
    for giver in np.flatnonzero(~np.isnan(budgets)).tolist():
        amount = step * float(budgets[giver])
        for taker in np.flatnonzero(~np.isnan(budgets)).tolist():
            by_price = amount * float(plan.prices[taker] - plan.prices[giver])
            if by_price > 0:
                yield Transfer(giver, taker, amount, by_price)


def _solved(transfer: Transfer, goal: Goal, budgets: Numbers, plan: Bought, ask: Ask) -> Transfer:
    moved = budgets.copy()
    moved[transfer.giver] -= transfer.amount
    moved[transfer.taker] += transfer.amount
    answer = ask(moved)
    gain = None if answer.bought is None else _gain(goal, plan, answer.bought)
    return Transfer(
        transfer.giver, transfer.taker, transfer.amount, transfer.by_price, gain, answer
    )
