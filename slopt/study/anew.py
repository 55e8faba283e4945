"""What is solved anew: question after question, told, within one limit of time, kept on Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from slopt.problem.choice import ChoiceProblem
from slopt.solve.outcome import Outcome
from slopt.solve.solve import solve
from slopt.solve.start import Start
from slopt.study.frontier.least import Way
from slopt.vocabulary import Status

Item = TypeVar("Item")
Found = TypeVar("Found")
LEAST_S = 0.05
"""Nothing is begun with less time than this."""

Tell = Callable[[str, int, int], None]
"""(what is being solved, how many are done, how many there are)."""


def _nobody(what: str, done: int, among: int) -> None:
    """Tells nobody."""


@dataclass
class Anew:
    """One limit of time for many questions, from `begin` on.

    `interrupted` once Ctrl-C was hit; `is_complete` until a question had to be left out.
    """

    way: Way
    tell: Tell = _nobody
    begin: float = field(default_factory=time.perf_counter)
    interrupted: bool = False
    is_complete: bool = True

    @property
    def left(self) -> float:
        """Seconds."""
        return self.way.options.time_limit_s - (time.perf_counter() - self.begin)

    @property
    def is_over(self) -> bool:
        """True where nothing more is to be begun."""
        return self.interrupted or self.left < LEAST_S

    def each(
        self, what: str, items: Sequence[Item], ask: Callable[[Item, Way], Found]
    ) -> dict[Item, Found]:
        """What `ask` finds for each item in turn, until the time is over or Ctrl-C is hit.

        `ask` gets the way with the time that is left. What was not asked has no answer.
        """
        answers: dict[Item, Found] = {}
        for done, item in enumerate(items):
            if self.is_over:
                break
            self.tell(what, done, len(items))
            try:
                answers[item] = ask(item, self.way.within(self.left))
            except KeyboardInterrupt:
                self.interrupted = True
        self.is_complete &= len(answers) == len(items)
        return answers


def best_plan(problem: ChoiceProblem, way: Way, start: Start | None = None) -> Outcome:
    """The best plan of a problem. Raises KeyboardInterrupt where the search was cut short by it."""
    outcome = solve(problem, way.options, way.method, way.model, start)
    if outcome.status is Status.INTERRUPTED:
        raise KeyboardInterrupt
    return outcome
