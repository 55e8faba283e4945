"""Horizon problem -> its side block: staff, projects, menus and breaches as columns."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from slopt.problem.horizon.problem import Project, StaffOption
from slopt.problem.horizon.shared_rows import SharedRows
from slopt.problem.horizon.side import Side

INF = float("inf")


def side_block(rows: SharedRows) -> Side:
    """The side block that goes with shared rows."""
    made = _Side(rows)
    made.extra_units()
    for index, option in enumerate(rows.problem.staff):
        made.hire(index, option)
    for index, project in enumerate(rows.problem.projects):
        made.start(index, project)
    made.exclude()
    made.open_tiers()
    made.common_tiers()
    made.break_soft_rules()
    return made.finish()


class _Side:
    """Columns and rows as they are added."""

    def __init__(self, rows: SharedRows) -> None:
        self.rows, self.problem = rows, rows.problem
        self.weight = rows.booked_weight
        self.limit = np.array([row.limit for row in rows.rows])
        self.offset = 0.0
        self.columns: list[tuple[float, float, bool]] = []
        self.shared: list[tuple[int, int, float]] = []
        self.own: list[tuple[dict[int, float], float, float]] = []
        t = len(self.problem.periods)
        self.hired = np.full((len(self.problem.staff), t), -1, dtype=np.int64)
        self.released = self.hired.copy()
        self.begun = np.full((len(self.problem.projects), t), -1, dtype=np.int64)
        self.opened = np.full((t, len(self.problem.tiers)), -1, dtype=np.int64)
        self.switches: list[int] = []
        self.budgets = [(r, row.about) for r, row in enumerate(rows.rows) if row.kind == "budget"]
        self.resource = {row.about: r for r, row in enumerate(rows.rows) if row.kind == "resource"}

    def column(self, cost: float, upper: float, integral: bool = False) -> int:
        """Add a column between 0 and `upper`; its place."""
        self.columns.append((cost, upper, integral))
        return len(self.columns) - 1

    def switched(self) -> int:
        """Add a column that is 0 or 1; its place."""
        self.switches.append(self.column(0.0, 1.0, integral=True))
        return len(self.columns) - 1

    def on(self, row: int, column: int, value: float) -> None:
        """Add a coefficient on a shared row."""
        self.shared.append((row, column, value))

    def spend(self, column: int, period: int, money: float) -> None:
        """A unit of a column books money in a period."""
        cost, upper, integral = self.columns[column]
        self.columns[column] = (cost + self.weight[period] * money, upper, integral)
        for r in self._charged(period):
            self.on(r, column, money)

    def spent_before(self, period: int, money: float) -> None:
        """What is booked in a period whatever is decided."""
        self.offset += self.weight[period] * money
        for r in self._charged(period):
            self.limit[r] -= money

    def _charged(self, period: int) -> list[int]:
        """The budget rows that money of a period counts in."""
        return [r for r, (first, last) in self.budgets if first <= period <= last]

    def extra_units(self) -> None:
        """Units bought on top of a capacity, up to what could be of use."""
        problem = self.problem
        for (r, p), row in self.resource.items():
            most = min(float(problem.extra_capacity[r, p]), self._most_used(r, p))
            if most > 0:
                column = self.column(0.0, most)
                self.on(row, column, -1.0)
                self.spend(column, p, float(problem.extra_premium[r, p]))

    def _most_used(self, r: int, p: int) -> float:
        row = self.rows.rows[self.resource[r, p]]
        return float(self.rows.most[row.weights[0][0]])

    def hire(self, index: int, option: StaffOption) -> None:
        """Hiring and release of one option, period by period."""
        periods = range(len(self.problem.periods))
        shares = [share for share in option.ramp if share > 0]
        useful = max(self._most_used(option.resource, p) for p in periods)
        useful = np.ceil(useful / min([1.0, *shares]) + 1.0)
        most = useful if option.most_hired is None else min(option.most_hired, useful)
        hired = [self.column(0.0, most, option.whole) for _ in periods]
        at_hand = option.units + sum(option.past)
        all_of_them = at_hand + most * len(hired)
        released = [self.column(0.0, all_of_them, option.whole) for _ in periods]
        self.hired[index], self.released[index] = hired, released
        for p in periods:
            wage, row = float(option.wage[p]), self.resource[option.resource, p]
            self.spend(hired[p], p, option.hire_cost)
            self.spend(released[p], p, option.release_cost)
            self.spent_before(p, wage * at_hand)
            working = [option.at_work(p + 1 + i) * units for i, units in enumerate(option.past)]
            self.limit[row] += option.units + sum(working)
            for before in range(p + 1):
                self.spend(hired[before], p, wage)
                self.spend(released[before], p, -wage)
                self.on(row, hired[before], -option.at_work(p - before))
                self.on(row, released[before], 1.0)
            gone = dict.fromkeys(released[: p + 1], 1.0)
            old = sum(u for i, u in enumerate(option.past) if p + 1 + i >= option.hold)
            may_go = dict.fromkeys(hired[: max(0, p - option.hold + 1)], -1.0)
            self.own.append((gone | may_go, -INF, option.units + old))
            if option.most_held is not None:
                held = dict.fromkeys(hired[: p + 1], 1.0) | dict.fromkeys(gone, -1.0)
                self.own.append((held, -INF, option.most_held - at_hand))

    def start(self, index: int, project: Project) -> None:
        """Starts of one project: when, what it costs from then on, what it adds and lifts."""
        t = len(self.problem.periods)
        if project.started is not None:
            for p in range(max(0, project.started + project.takes), t):
                self.spent_before(p, project.running_cost - project.saves)
                for resource, units in project.adds:
                    self.limit[self.resource[resource, p]] += units
            return
        latest = t - 1 if project.latest is None else min(project.latest, t - 1)
        first = max(0, project.earliest)
        for p in range(first, latest + 1):
            self.begun[index, p] = self.switched()
        begun = self.begun[index, first : latest + 1].tolist()
        for before, after in pairwise(begun):
            self.own.append(({before: 1.0, after: -1.0}, -INF, 0.0))
        for p, column in enumerate(begun, first):
            self.spend(column, p, project.investment)
            if p < latest:  # begun in an earlier period, it is paid for there
                self.spend(column, p + 1, -project.investment)
        for p in range(t):
            column = self.effective(index, p)
            if column is not None:
                self.spend(column, p, project.running_cost - project.saves)
                for resource, units in project.adds:
                    self.on(self.resource[resource, p], column, -units)
        for r, row in enumerate(self.rows.rows):
            if row.kind == "lift" and row.about[0] == index:
                column = self.effective(index, row.about[1])
                if column is not None:
                    self.on(r, column, -float(row.about[2]))

    def effective(self, index: int, period: int) -> int | None:
        """The column that says whether a project is in effect in a period, None where it cannot
        be."""
        begun = np.flatnonzero(self.begun[index, : max(0, period - self._takes(index) + 1)] >= 0)
        return int(self.begun[index, begun[-1]]) if len(begun) else None

    def _takes(self, index: int) -> int:
        return self.problem.projects[index].takes

    def exclude(self) -> None:
        """Which projects wait for others, and which do not go together."""
        projects = self.problem.projects
        for index, project in enumerate(projects):
            for p, column in enumerate(self.begun[index].tolist()):
                for other in project.after if column >= 0 else ():
                    before = projects[other].started
                    if before is None:
                        waits = {column: 1.0}
                        effective = self.effective(other, p)
                        if effective is not None:
                            waits[effective] = -1.0
                        self.own.append((waits, -INF, 0.0))
                    elif p < before + projects[other].takes:
                        self.own.append(({column: 1.0}, -INF, 0.0))
            for other in project.excludes:
                ever = [int(self.begun[each].max(initial=-1)) for each in (index, other)]
                begun = sum(projects[each].started is not None for each in (index, other))
                columns = {column: 1.0 for column in ever if column >= 0}
                # Two that were both started before contradict each other whatever is decided.
                self.own.append((columns, -INF, 1.0 - begun))

    def open_tiers(self) -> None:
        """One column a tier and period, for what opening it costs and how many there may be."""
        opened = self.opened
        for r, row in enumerate(self.rows.rows):
            if row.kind != "menu":
                continue
            p, k, size = row.about
            if opened[p, k] < 0:
                opened[p, k] = self.switched()
                self.spend(int(opened[p, k]), p, float(self.problem.open_cost[p, k]))
            self.on(r, int(opened[p, k]), -float(size))
        if self.problem.max_tiers is not None:
            for p in range(len(self.problem.periods)):
                menu = {column: 1.0 for column in opened[p].tolist() if column >= 0}
                self.own.append((menu, -INF, float(self.problem.max_tiers)))

    def common_tiers(self) -> None:
        """The tier that the members of a rule have in common, and those that are elsewhere."""
        named: dict[tuple[int, int], list[int]] = {}
        breach: dict[tuple[int, int], int] = {}
        for r, row in enumerate(self.rows.rows):
            if row.kind != "same":
                continue
            index, p, _k, size = row.about
            penalty = self.problem.rules[index].penalty
            if penalty is not None and (index, p) not in breach:
                price = penalty * float(self.problem.period_weight[p])
                breach[index, p] = self.column(price, float(size))
            column = self.switched()
            named.setdefault((index, p), []).append(column)
            self.on(r, column, float(size))
            if penalty is not None:
                self.on(r, breach[index, p], -1.0)
        for columns in named.values():
            self.own.append((dict.fromkeys(columns, 1.0), 1.0, 1.0))

    def break_soft_rules(self) -> None:
        """Breaches at a price, of rows that say how much it is."""
        for r, row in enumerate(self.rows.rows):
            if row.penalty is not None:
                most = sum(abs(f) * self.rows.most[account] for account, f in row.weights)
                self.on(r, self.column(row.penalty, most + abs(row.limit)), -1.0)

    def finish(self) -> Side:
        """One array of each."""
        count = len(self.columns)
        on_rows = np.zeros((len(self.limit), count))
        for row, column, value in self.shared:
            on_rows[row, column] += value
        own = np.zeros((len(self.own), count))
        for q, (values, _low, _high) in enumerate(self.own):
            for column, value in values.items():
                own[q, column] += value
        return Side(
            cost=np.array([cost for cost, _u, _i in self.columns]),
            lower=np.zeros(count),
            upper=np.array([upper for _c, upper, _i in self.columns]),
            integral=np.array([whole for _c, _u, whole in self.columns], dtype=np.bool_),
            on_rows=on_rows,
            own=own,
            own_lower=np.array([low for _v, low, _h in self.own]),
            own_upper=np.array([high for _v, _low, high in self.own]),
            limit=self.limit,
            offset=self.offset,
            hired=self.hired,
            released=self.released,
            begun=self.begun,
            opened=self.opened,
            switch=np.isin(np.arange(count), self.switches),
        )
