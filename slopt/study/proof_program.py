"""The linear program behind a proof: its prices make the verifier's bound as good as it gets.

Stated from the numbers that the verifier reads, so that its prices carry their names. Floats, as
the prices need not be exact: any prices prove a bound, these a good one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from slopt.problem.program import LinearProgram
from slopt.solve.highs import Options, run
from slopt.verify.verifier import Case
from slopt.vocabulary import Status


@dataclass(frozen=True)
class Relaxed:
    """Prices by limit, and how much of each tier every unit takes."""

    prices: Mapping[str, float]
    shares: dict[str, dict[str, float]]
    objective: float


class ProofProgram:
    """min goal over shares of tiers, each unit summing to 1, within the limits.

    `elastic` minimises by how much (relative) limits must be overstepped instead; None where the
    program has no answer.
    """

    def __init__(self, case: Case, elastic: bool) -> None:
        self.case = case
        self.cost: list[float] = []
        self.upper: list[float] = []
        self.rows: list[tuple[list[int], list[float], float, float]] = []
        self.place: dict[str, dict[str, int]] = {}
        self.column: dict[str, dict[int, float]] = {}
        for unit, offers in case.offers.items():
            places = self.place[unit] = {}
            for tier, offer in offers.items():
                places[tier] = self._add(0.0, 1.0)
                for name, amount in offer.items():
                    self._amount(name, places[tier], float(amount))
                for name, slope in case.slopes:
                    lost = float(slope) * float(offer.get(name, 0))
                    self._amount("lost_sales", places[tier], lost)
            here = list(places.values())
            self.rows.append((here, [1.0] * len(here), 1.0, 1.0))
        self._menu()
        self._limits(elastic)
        for name, weight in () if elastic else case.weights.items():
            for place, value in self.column.get(name, {}).items():
                self.cost[place] += float(weight) * value
        self.program = self._assemble()

    def solve(self, domain: Mapping[str, set[str]], options: Options) -> Relaxed | None:
        """The answer within a domain; None where there is none.

        Raises KeyboardInterrupt on Ctrl-C, which the solver by itself takes for a limit of time.
        """
        upper = np.array(self.upper)
        for unit, places in self.place.items():
            for tier, place in places.items():
                if tier not in domain[unit]:
                    upper[place] = 0.0
        answer = run(self.program.replace(upper=upper), options, confirm=False)
        if answer.status is Status.INTERRUPTED:
            raise KeyboardInterrupt
        if answer.status is not Status.OPTIMAL or answer.row_duals is None:
            return None
        assert answer.values is not None
        assert answer.objective is not None
        duals, values = answer.row_duals, answer.values
        prices = {
            name: -float(duals[row])
            for name, row in self.program.shared.items()
            if float(duals[row]) < 0
        }
        shares = {
            unit: {tier: float(values[place]) for tier, place in places.items()}
            for unit, places in self.place.items()
        }
        return Relaxed(prices, shares, answer.objective)

    def _add(self, cost: float, upper: float) -> int:
        self.cost.append(cost)
        self.upper.append(upper)
        return len(self.cost) - 1

    def _amount(self, column: str, place: int, amount: float) -> None:
        at = self.column.setdefault(column, {})
        at[place] = at.get(place, 0.0) + amount

    def _menu(self) -> None:
        """A tier is open as far as any unit has it; who chooses has one as good as what is open."""
        case = self.case
        counted = [tier for tier in case.open_cost if tier != case.none]
        if case.most >= len(counted) and not any(case.open_cost.values()) and not case.as_good:
            return
        opened = {tier: self._add(0.0, 1.0) for tier in case.open_cost}
        for tier, cost in case.open_cost.items():
            self._amount("service_cost", opened[tier], float(cost))
        for places in self.place.values():
            for tier, place in places.items():
                self.rows.append(([place, opened[tier]], [1.0, -1.0], -np.inf, 0.0))
        if case.most < len(counted):
            columns = [opened[tier] for tier in counted]
            self.rows.append((columns, [1.0] * len(columns), -np.inf, float(case.most)))
        for unit, wanted in case.as_good.items():
            for tier, good in wanted:
                here = [self.place[unit][its] for its in good if its in self.place[unit]]
                row = [*here, opened[tier]]
                self.rows.append((row, [1.0] * len(here) + [-1.0], 0.0, np.inf))
        for same in case.one_price:
            columns = [opened[tier] for tier in same]
            self.rows.append((columns, [1.0] * len(columns), -np.inf, 1.0))
        if case.none is not None:
            self.rows.append(([opened[case.none]], [1.0], 1.0, 1.0))

    def _limits(self, elastic: bool) -> None:
        """Extras first, as they may add to the budget; then a row for each limit."""
        relief: dict[str, list[int]] = {}
        for name, limit in self.case.limits.items():
            if limit.extra:
                relief[name] = [self._add(0.0, float(limit.extra))]
                self._amount("service_cost", relief[name][0], float(limit.extra_cost))
        self.shared: dict[str, int] = {}
        for name, limit in self.case.limits.items():
            sign, edge, soft = limit.sign, float(limit.edge), limit.penalty
            taken = relief.get(name, [])
            if elastic or soft is not None:
                price = 1 / max(1.0, abs(edge)) if soft is None else float(soft)
                taken = [*taken, self._add(price, np.inf)]
            at = self.column.get(limit.of, {})
            self.shared[name] = len(self.rows)
            self.rows.append((
                [*at, *taken],
                [*(sign * amount for amount in at.values()), *(-1.0 for _ in taken)],
                -np.inf,
                sign * edge,
            ))  # fmt: skip

    def _assemble(self) -> LinearProgram:
        columns = len(self.cost)
        return LinearProgram(
            cost=np.array(self.cost),
            lower=np.zeros(columns),
            upper=np.array(self.upper),
            integral=np.zeros(columns, dtype=np.bool_),
            start=np.cumsum([0, *(len(row[0]) for row in self.rows)]),
            index=np.array([place for row in self.rows for place in row[0]], dtype=np.int64),
            value=np.array([amount for row in self.rows for amount in row[1]]),
            row_lower=np.array([row[2] for row in self.rows]),
            row_upper=np.array([row[3] for row in self.rows]),
            choose=np.zeros((0, 2), dtype=np.int64),
            shared=self.shared,
        )
