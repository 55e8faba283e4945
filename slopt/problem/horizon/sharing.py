"""Horizon problem -> what its segments share: accounts of each period, and rows over them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import shares
from slopt.problem.horizon.accounts import Account, Change
from slopt.problem.horizon.problem import HorizonProblem
from slopt.problem.horizon.shared_rows import Objective, Row, SharedRows
from slopt.problem.rules import Rule
from slopt.vocabulary import Goal, RuleKind

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

ROWS_ALONE = 600
"""Where something has to be opened for segments, each has rows of its own up to so many in all."""
ROWS_GROUPED, MOST_GROUPS = 40, 8
"""Beyond, segments are put into groups: so many rows and groups. Finer groups give a better bound,
and a larger program."""


def share_horizon(problem: HorizonProblem) -> SharedRows:
    """The rows of a problem. ValueError where it has a rule that no such rows say."""
    made = _Rows(problem)
    made.budgets()
    made.resources()
    made.limits()
    made.menu()
    made.lifts()
    for index, rule in enumerate(problem.rules):
        made.rule(index, rule)
    return SharedRows(problem, objective_of(problem), tuple(made.accounts), tuple(made.rows))


def objective_of(problem: HorizonProblem) -> Objective:
    """The segments' own part of the goal, minimised."""
    goal, last = problem.goal, len(problem.periods) - 1
    lost = 1.0 if goal in (Goal.MIN_TOTAL_COST, Goal.MIN_LOST_SALES) else 0.0
    booked_too = goal in (Goal.MIN_TOTAL_COST, Goal.MIN_BUDGET)
    slope, fixed = np.zeros(problem.cost.shape), np.zeros(problem.cost.shape)
    step = problem.discount[None, :, None]
    if booked_too:
        slope += step * problem.cost
        fixed += step * problem.fixed_cost
    if goal is Goal.MAX_SERVICE:
        fixed -= problem.mean_weight[:, None, None] * problem.service_level / (last + 1)
    lagged, offset = np.zeros(problem.cost[:, 0].shape), 0.0
    if lost:
        lines = problem.lost_orders + problem.lost_customers
        lines = lines + problem.lost_prospects + problem.lost_unsplit
        slope += step * (lines - problem.margin[:, :, None])
        end, most = problem.end_value[:, None], problem.most_customers
        left = end * problem.leave[:, last]
        after = problem.newcomer_value[:, None] * problem.deter[:, last] - end
        at_once = problem.lag[:, None] == 0
        slope[:, last] += problem.discount[last] * (after + np.where(at_once, left, 0.0))
        lagged = problem.discount[last] * np.where(at_once, 0.0, left)
        offset = float((problem.discount * problem.margin * most[:, :-1]).sum())
        offset += float(problem.discount[last] * (problem.end_value @ most[:, last]))
    money = problem.discount if booked_too else np.zeros(last + 1)
    return Objective(slope, fixed, money, lagged, lost, offset)


class _Rows:
    """Accounts and rows as they are added."""

    def __init__(self, problem: HorizonProblem) -> None:
        self.problem = problem
        self.accounts: list[Account] = []
        self.rows: list[Row] = []
        self.spent: dict[int, int] = {}

    def account(self, account: Account) -> int:
        """Add an account; its position."""
        self.accounts.append(account)
        return len(self.accounts) - 1

    def row(
        self,
        kind: str,
        about: tuple[int, ...],
        name: str,
        weights: tuple[tuple[int, float], ...],
        limit: float,
        penalty: float | None = None,
    ) -> None:
        """Add a row."""
        self.rows.append(Row(kind, about, name, weights, limit, penalty))

    def budgets(self) -> None:
        """One row a budget: all that was spent since its chain of budgets began."""
        problem = self.problem
        first, granted = 0, 0.0
        for p, budget in enumerate(problem.budget.tolist()):
            if np.isnan(budget):
                continue
            goes_on = p > 0 and problem.carries[p - 1] and not np.isnan(problem.budget[p - 1])
            if not goes_on:
                first, granted = p, problem.carry_in if p == 0 else 0.0
            granted += budget
            self.spent[p] = self.account(
                Account(p, problem.cost[:, p], problem.fixed_cost[:, p], Change.MONEY)
            )
            weights = tuple((self.spent[q], 1.0) for q in range(first, p + 1))
            self.row("budget", (first, p), f"budget {problem.periods[p]}", weights, granted)

    def resources(self) -> None:
        """Units used of each resource in each period."""
        problem = self.problem
        for r, name in enumerate(problem.resources):
            for p, period in enumerate(problem.periods):
                used = Account(p, problem.use[r, :, p], problem.fixed_use[r, :, p])
                limit = float(problem.capacity[r, p])
                weights = ((self.account(used), 1.0),)
                self.row("resource", (r, p), f"{name} {period}", weights, limit)

    def limits(self) -> None:
        """Changes, mean service level and lost sales of each period."""
        problem = self.problem
        for p, period in enumerate(problem.periods):
            if problem.max_changes is not None:
                moved = self.account(Account(p, change=Change.ONE))
                most = float(problem.max_changes)
                self.row("limit", (p,), f"max_changes {period}", ((moved, 1.0),), most)
            least = float(problem.min_service_level[p])
            if not np.isnan(least):
                levels = problem.mean_weight[:, None] * problem.service_level[:, p]
                level = self.account(Account(p, fixed=levels))
                self.row("limit", (p,), f"min_service_level {period}", ((level, -1.0),), -least)
            most = float(problem.max_lost_sales[p])
            if not np.isnan(most):
                caused = self.account(Account(p, problem.caused[:, p]))
                self.row("limit", (p,), f"max_lost_sales {period}", ((caused, 1.0),), most)

    def _groups(self, things: int) -> Iterator[Places]:
        rows, segments = things * len(self.problem.periods), len(self.problem.segments)
        count = segments
        if segments * rows > ROWS_ALONE:
            count = max(1, min(ROWS_GROUPED // rows, MOST_GROUPS))
        parts = np.array_split(np.arange(segments), max(1, count))
        yield from (part for part in parts if len(part))

    def menu(self) -> None:
        """A tier is used by none of a group unless it is open: counts, less what opens it."""
        problem = self.problem
        if problem.max_tiers is None and not np.any(problem.open_cost != 0):
            return
        for group in self._groups(len(problem.tiers)):
            for p in range(len(problem.periods)):
                for k in range(len(problem.tiers)):
                    self._count("menu", (p, k, len(group)), p, problem.mode_tier == k, group)

    def lifts(self) -> None:
        """A mode that a project makes possible is used by none before it is in effect."""
        problem = self.problem
        for index, project in enumerate(problem.projects):
            own = problem.mode_project == index
            if project.started is not None or not own.any():
                continue
            for group in self._groups(len(problem.projects)):
                for p in range(len(problem.periods)):
                    self._count("lift", (index, p, len(group)), p, own, group)

    def _count(
        self,
        kind: str,
        about: tuple[int, ...],
        p: int,
        modes: NDArray[np.bool_],
        group: Places,
        sign: float = 1.0,
    ) -> None:
        counted = np.broadcast_to(modes.astype(np.float64), (len(group), len(modes)))
        place = self.account(Account(p, fixed=np.ascontiguousarray(counted), members=group))
        self.row(kind, about, "", ((place, sign),), 0.0)

    def rule(self, index: int, rule: Rule) -> None:
        """The rows of a rule in every period."""
        for p, period in enumerate(self.problem.periods):
            name = f"{rule.name} {period}"
            price = None
            if rule.penalty is not None:
                price = rule.penalty * float(self.problem.period_weight[p])
            if rule.kind.is_on_sum:
                sign = -1.0 if rule.kind.is_floor else 1.0
                weights = ((self.account(self._on_sum(rule, p)), sign),)
                self.row("rule", (index, p), name, weights, sign * rule.value, price)
            elif rule.kind is RuleKind.NOT_BELOW:
                ranks = self.problem.rank[self.problem.mode_tier].astype(np.float64)[None, :]
                one = {m: Account(p, fixed=ranks, members=np.array([m])) for m in _bound_by(rule)}
                places = {member: self.account(account) for member, account in one.items()}
                for a, b in rule.pairs:
                    compared = ((places[b], 1.0), (places[a], -1.0))
                    self.row("rule", (index, p), name, compared, 0.0, price)
            else:
                members = np.array(rule.members, dtype=np.int64)
                for k in range(len(self.problem.tiers)):
                    about = (index, p, k, len(members))
                    self._count("same", about, p, self.problem.mode_tier == k, members, -1.0)

    def _on_sum(self, rule: Rule, p: int) -> Account:
        problem, members = self.problem, np.array(rule.members, dtype=np.int64)
        match rule.kind:
            case RuleKind.MIN_SERVICE_LEVEL:
                weight = shares(problem.weight[members])[:, None]
                return Account(p, fixed=weight * problem.service_level[members, p], members=members)
            case RuleKind.MAX_SERVICE_COST:
                cost, fixed = problem.cost[members, p], problem.fixed_cost[members, p]
                return Account(p, cost, fixed, members=members)
            case RuleKind.MAX_LOST_SALES:
                return Account(p, problem.caused[members, p], members=members)
        counted = (problem.mode_tier == rule.tier).astype(np.float64)
        return Account(p, fixed=np.tile(counted, (len(members), 1)), members=members)


def _bound_by(rule: Rule) -> list[int]:
    return sorted({member for pair in rule.pairs for member in pair})
