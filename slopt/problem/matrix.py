"""Choice problem -> linear program, straight into arrays, no modelling language.

The same program that `models/tier_plan.py` states in Pyomo; a property test holds the two equal.
`docs/models/tier_plan.md` has the mathematics.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import ChoiceProblem, shares
from slopt.problem.program import LinearProgram
from slopt.problem.rules import Rule
from slopt.vocabulary import Goal, RuleKind

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
INF = float("inf")


def assemble(problem: ChoiceProblem) -> LinearProgram:
    """The program of a choice problem: columns choose, open, extra and others, then its rows."""
    program = _Assembly(problem)
    program.one_tier_per_segment()
    program.service_cost_within_budget()
    program.use_within_capacity()
    program.prospects_told()
    program.tiers_on_the_menu()
    program.customers_choose()
    program.changes_within_limit()
    program.service_level_above_floor()
    program.lost_sales_within_cap()
    for rule in problem.rules:
        program.keep(rule)
    return program.finish()


class _Assembly:
    """Columns and rows as they are added; `finish` makes one array of each."""

    def __init__(self, problem: ChoiceProblem) -> None:
        self.problem = problem
        self.sign = -1.0 if problem.goal.maximises else 1.0
        self.choose = np.argwhere(problem.admissible)
        self.segment, self.tier = self.choose.T
        self.column_at = np.full(problem.admissible.shape, -1, dtype=np.int64)
        self.column_at[self.segment, self.tier] = np.arange(len(self.choose))
        pairs = len(self.choose)
        self.costs: list[Numbers] = [self.sign * problem.values[self.segment, self.tier]]
        self.uppers: list[Numbers] = [np.ones(pairs)]
        self.integrals: list[NDArray[np.bool_]] = [np.ones(pairs, dtype=np.bool_)]
        self.columns = pairs
        self.row_columns: list[Places] = []
        self.row_values: list[Numbers] = []
        self.row_lengths: list[Places] = []
        self.row_lower: list[Numbers] = []
        self.row_upper: list[Numbers] = []
        self.rows = 0
        self.shared: dict[str, int] = {}
        self.pieces: list[tuple[Places, Numbers]] = []
        counted = 1.0 if problem.counts_service_cost else 0.0
        self.open = (
            self.add_columns(counted * problem.open_cost[: problem.menu_size], 1.0, integral=True)
            if problem.has_menu
            else None
        )
        self.buyable = np.flatnonzero(problem.extra_capacity > 0)
        self.extra = self.add_columns(
            counted * problem.extra_premium[self.buyable], problem.extra_capacity[self.buyable]
        )

    def add_columns(self, cost: Numbers, upper: Numbers | float, integral: bool = False) -> Places:
        """Columns between 0 and `upper`; returns their places."""
        count = len(cost)
        self.costs.append(np.asarray(cost, dtype=np.float64))
        self.uppers.append(np.broadcast_to(np.asarray(upper, dtype=np.float64), (count,)))
        self.integrals.append(np.full(count, integral))
        self.columns += count
        return np.arange(self.columns - count, self.columns)

    def add_row(
        self, columns: Places, values: Numbers, lower: float, upper: float, name: str | None = None
    ) -> None:
        """One row; coefficients that are 0 are left out."""
        kept = values != 0
        self.add_rows(
            columns[kept],
            values[kept],
            np.array([int(kept.sum())]),
            np.array([lower]),
            np.array([upper]),
        )
        if name is not None:
            self.shared[name] = self.rows - 1

    def add_rows(
        self, columns: Places, values: Numbers, lengths: Places, lower: Numbers, upper: Numbers
    ) -> None:
        """Many rows, their coefficients one after the other."""
        self.row_columns.append(columns)
        self.row_values.append(values)
        self.row_lengths.append(lengths)
        self.row_lower.append(lower)
        self.row_upper.append(upper)
        self.rows += len(lengths)

    def prospects_told(self) -> None:
        """Pieces of what each pool loses, the next only after the one before is full."""
        goal = self.problem.goal
        counted = 1.0 if goal in (Goal.MIN_TOTAL_COST, Goal.MIN_LOST_SALES) else 0.0
        for pool in self.problem.pools:
            width, height = np.diff(pool.at), np.diff(pool.lost)
            part = self.add_columns(counted * height, 1.0)
            full = self.add_columns(np.zeros(len(width) - 1), 1.0, integral=True)
            self.pieces.append((part, height))
            columns = np.append(np.arange(len(self.choose)), part)
            values = np.append(pool.messages[self.segment, self.tier], -width)
            self.add_row(columns, values, -INF, 0.0, pool.row)
            for before, switch, after in zip(part[:-1], full, part[1:], strict=True):
                self.add_row(np.array([switch, before]), np.array([1.0, -1.0]), -INF, 0.0)
                self.add_row(np.array([after, switch]), np.array([1.0, -1.0]), -INF, 0.0)

    def one_tier_per_segment(self) -> None:
        counts = np.bincount(self.segment, minlength=len(self.problem.segments))
        ones = np.ones(len(counts))
        self.add_rows(np.arange(len(self.choose)), np.ones(len(self.choose)), counts, ones, ones)

    def service_cost_within_budget(self) -> None:
        problem = self.problem
        if problem.budget is None:
            return
        columns = [np.arange(len(self.choose)), self.extra]
        values = [
            problem.service_cost[self.segment, self.tier],
            problem.extra_premium[self.buyable],
        ]
        if self.open is not None:
            columns.append(self.open)
            values.append(problem.open_cost[: problem.menu_size])
        self.add_row(
            np.concatenate(columns), np.concatenate(values), -INF, problem.budget, "budget"
        )

    def use_within_capacity(self) -> None:
        problem = self.problem
        bought = dict(zip(self.buyable.tolist(), self.extra.tolist(), strict=True))
        chosen = np.arange(len(self.choose))
        for r, name in enumerate(problem.resources):
            use = problem.use[r, self.segment, self.tier]
            columns, values = chosen, use
            if r in bought:
                columns = np.append(chosen, bought[r])
                values = np.append(use, -1.0)
                if problem.extra_premium[r] < 0:
                    self._extra_only_beyond_capacity(r, bought[r], use)
            self.add_row(columns, values, -INF, problem.capacity[r], name)

    def _extra_only_beyond_capacity(self, r: int, extra: int, use: Numbers) -> None:
        """Extra units cheaper than normal ones must not be bought before the capacity is used up.

        With `beyond` binary: extra <= E beyond, and extra <= use - capacity where beyond is 1.
        """
        capacity, most = self.problem.capacity[r], self.problem.extra_capacity[r]
        beyond = self.add_columns(np.zeros(1), 1.0, integral=True)
        self.add_row(np.array([extra, *beyond]), np.array([1.0, -most]), -INF, 0.0)
        self.add_row(
            np.concatenate([np.arange(len(use)), [extra], beyond]),
            np.concatenate([-use, [1.0, capacity]]),
            -INF,
            0.0,
        )

    def tiers_on_the_menu(self) -> None:
        if self.open is None:
            return
        on_menu = np.flatnonzero(self.tier < self.problem.menu_size)
        pairs = len(on_menu)
        columns = np.column_stack([on_menu, self.open[self.tier[on_menu]]]).ravel()
        self.add_rows(
            columns,
            np.tile([1.0, -1.0], pairs),
            np.full(pairs, 2),
            np.full(pairs, -INF),
            np.zeros(pairs),
        )
        if self.problem.max_tiers is not None:
            counted = self.problem.on_menu[: len(self.open)].astype(np.float64)
            self.add_row(self.open, counted, -INF, self.problem.max_tiers, "max_tiers")

    def customers_choose(self) -> None:
        """Where a tier is open, who may take it has one that it takes as gladly.

        One price of a service at most is open, and taking none always is.
        """
        selection = self.problem.selection
        if selection is None or self.open is None:
            return
        for segment in selection.choosers:
            for tier, good in selection.demands(segment):
                places = self.column_at[segment, : len(good)][good]
                places = places[places >= 0]
                self.add_row(
                    np.append(places, self.open[tier]),
                    np.append(np.ones(len(places)), -1.0),
                    0.0,
                    INF,
                )
        for _name, tiers in selection.same_service:
            self.add_row(self.open[list(tiers)], np.ones(len(tiers)), -INF, 1.0)
        if selection.outside is not None:
            self.add_row(self.open[[selection.outside]], np.ones(1), 1.0, 1.0)

    def changes_within_limit(self) -> None:
        if self.problem.max_changes is not None:
            changed = self.problem.changed[self.segment, self.tier].astype(np.float64)
            self.add_row(
                np.arange(len(self.choose)), changed, -INF, self.problem.max_changes, "max_changes"
            )

    def service_level_above_floor(self) -> None:
        if self.problem.min_service_level is not None:
            weighted = self.problem.mean_weight[:, None] * self.problem.service_level
            self.add_row(
                np.arange(len(self.choose)),
                weighted[self.segment, self.tier],
                self.problem.min_service_level,
                INF,
                "min_service_level",
            )

    def lost_sales_within_cap(self) -> None:
        problem = self.problem
        if problem.max_lost_sales is not None:
            lost = problem.lost_sales[self.segment, self.tier]
            self.add_row(
                np.concatenate([np.arange(len(self.choose)), *(part for part, _ in self.pieces)]),
                np.concatenate([lost, *(height for _, height in self.pieces)]),
                -INF,
                problem.max_lost_sales - sum(pool.error for pool in problem.pools),
                "max_lost_sales",
            )

    def keep(self, rule: Rule) -> None:
        """The rows of one rule."""
        if rule.kind is RuleKind.NOT_BELOW:
            self._not_below(rule)
        elif rule.kind is RuleKind.SAME_TIER:
            self._same_tier(rule)
        else:
            self._limit_on_members(rule)

    def _limit_on_members(self, rule: Rule) -> None:
        """A limit on a sum over the members; a soft one has slack that costs its penalty."""
        problem, members = self.problem, np.array(rule.members, dtype=np.int64)
        at_least = rule.kind.is_floor
        if rule.kind is RuleKind.MIN_SERVICE_LEVEL:
            terms = shares(problem.weight[members])[:, None] * problem.service_level[members]
        elif rule.kind is RuleKind.MAX_SERVICE_COST:
            terms = problem.service_cost[members]
        elif rule.kind is RuleKind.MAX_LOST_SALES:
            terms = problem.lost_sales[members]
        else:
            terms = np.zeros((len(members), len(problem.tiers)))
            terms[:, rule.tier] = 1.0
        places = self.column_at[members]
        there = places >= 0
        columns, values = places[there], terms[there]
        if rule.is_soft:
            most = float(np.abs(terms).max(axis=1, initial=0.0).sum()) + abs(rule.value)
            slack = self.add_columns(np.array([float(rule.penalty or 0.0)]), most)
            columns = np.append(columns, slack)
            values = np.append(values, 1.0 if at_least else -1.0)
        lower, upper = (rule.value, INF) if at_least else (-INF, rule.value)
        self.add_row(columns, values, lower, upper, rule.name)

    def _not_below(self, rule: Rule) -> None:
        """For every rank: if `other` has at least that rank, then `segment` has it too.

        A soft rule lets each step of rank be missed at the penalty times the height of the step.
        """
        rank = self.problem.rank
        steps = np.unique(rank)
        for a, b in rule.pairs:
            for below, step in pairwise(steps):
                reached = rank >= step
                own, its = (self.column_at[s][reached & (self.column_at[s] >= 0)] for s in (a, b))
                columns = np.concatenate([own, its])
                values = np.concatenate([np.ones(len(own)), -np.ones(len(its))])
                if rule.is_soft:
                    price = float(rule.penalty or 0.0) * float(step - below)
                    columns = np.append(columns, self.add_columns(np.array([price]), 1.0))
                    values = np.append(values, 1.0)
                self.add_row(columns, values, 0.0, INF)

    def _same_tier(self, rule: Rule) -> None:
        """A common tier of the group; a soft rule lets a member leave it at the penalty."""
        tiers = len(self.problem.tiers)
        common = self.add_columns(np.zeros(tiers), 1.0, integral=True)
        self.add_row(common, np.ones(tiers), 1.0, 1.0)
        for member in rule.members:
            places = self.column_at[member]
            leaves = (
                self.add_columns(np.array([float(rule.penalty or 0.0)]), 1.0)
                if rule.is_soft
                else np.empty(0, dtype=np.int64)
            )
            for tier in np.flatnonzero(places >= 0):
                columns = np.concatenate([[places[tier], common[tier]], leaves])
                values = np.array([1.0, -1.0, -1.0])[: len(columns)]
                self.add_row(columns, values, -INF, 0.0)

    def finish(self) -> LinearProgram:
        return LinearProgram(
            cost=np.concatenate(self.costs),
            lower=np.zeros(self.columns),
            upper=np.concatenate(self.uppers),
            integral=np.concatenate(self.integrals),
            start=np.concatenate([[0], np.cumsum(np.concatenate(self.row_lengths))]),
            index=np.concatenate(self.row_columns).astype(np.int64),
            value=np.concatenate(self.row_values),
            row_lower=np.concatenate(self.row_lower).astype(np.float64),
            row_upper=np.concatenate(self.row_upper).astype(np.float64),
            choose=self.choose,
            sign=self.sign,
            shared=self.shared,
        )
