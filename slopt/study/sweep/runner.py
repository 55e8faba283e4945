"""Answers to many points of one case: each asked once, known ones not at all, wherever it runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from types import TracebackType
from typing import Protocol, Self

from slopt import __version__
from slopt.case.amounts import Amount
from slopt.case.case import PlanningCase
from slopt.case.changes import changed_case, cross_problems
from slopt.case.paths import Path
from slopt.errors import InvalidInput, Problem, SloptError
from slopt.solve.core import is_available
from slopt.solve.highs import solver_name
from slopt.solve.model_file import find_model, is_shipped
from slopt.study.sweep.asker import Asker, Setup, is_limiting
from slopt.study.sweep.kept import packed, stands, unpacked
from slopt.study.sweep.point import Answer, Changer, Point
from slopt.vocabulary import Method, Status

MODEL, LIMITS = "plan.model", "limits."
MOST_PROBLEMS = 50
"""Problems of points that are told; the points after that are not looked at."""


class Keeper(Protocol):
    """Where answers last: `keep` has them on disk when it returns."""

    def known(self) -> Mapping[str, bytes]:
        """All that was kept of this study, by key."""

    def keep(self, key: str, payload: bytes) -> object:
        """Keep one; the first of a key stays."""

    def reject(self, key: str) -> object:
        """Take away what was kept under a key and is no answer to its point, and say so."""


class Executor(Protocol):
    """Where points are answered. `begin` comes first; workers may be started before it."""

    def begin(self, setup: Setup) -> None:
        """Say what the points are points of."""

    def each(self, points: Sequence[Point]) -> Iterator[tuple[int, Answer]]:
        """(place of the point, its answer) as they come, each once."""

    def close(self) -> None:
        """Let workers go, also those in the middle of a point."""


class Here:
    """Points one after the other in this process."""

    def __init__(self) -> None:
        self._asker: Asker | None = None

    def begin(self, setup: Setup) -> None:
        """Say what the points are points of."""
        self._asker = Asker(setup)

    def each(self, points: Sequence[Point]) -> Iterator[tuple[int, Answer]]:
        """(place of the point, its answer), in their order."""
        assert self._asker is not None
        for place, point in enumerate(points):
            yield place, self._asker.answer(point)

    def close(self) -> None:
        """Nothing to let go."""


class Runner(AbstractContextManager["Runner"]):
    """Answers points of a case, as many calls as one likes; what it knows it does not ask again.

    `keeper` is where answers last from run to run. A point's answer is the same whoever gives it.
    """

    def __init__(
        self,
        case: PlanningCase,
        method: Method = Method.AUTO,
        executor: Executor | None = None,
        keeper: Keeper | None = None,
    ) -> None:
        self.case, self.method = case, method
        self._executor = executor or Here()
        self._keeper = keeper
        self._changer = Changer(case)
        self._known: dict[str, Answer] = {}
        self._kept: dict[str, bytes] = {} if keeper is None else dict(keeper.known())
        self._checker: Asker | None = None
        self.found_before = 0
        """Points so far whose answer was known from an earlier run."""
        self._begun = False
        self._base: Answer | None = None

    @property
    def base(self) -> Answer:
        """The answer to the case as it stands."""
        if self._base is None:
            key = self.key(Point())
            found = self._from_before(key, Point())
            if found is None:
                found = Asker(Setup(self.case, self.method)).answer(Point())
                if found.status is Status.INTERRUPTED:
                    raise KeyboardInterrupt
                self._learn(key, found)
            self._base = found
        return self._base

    def answers(self, points: Sequence[Point]) -> Iterator[tuple[int, Answer]]:
        """(place of the point, its answer), known ones first, then as they come, each once.

        The values of the points are taken to be checked: `require_sound` does that. Ctrl-C is
        raised as ever; what was answered by then is kept.
        """
        places: dict[str, list[int]] = {}
        for place, point in enumerate(points):
            places.setdefault(self.key(point), []).append(place)
        waiting, as_it_stands = [], self.key(Point())
        for key in sorted(places, key=lambda key: self._family(points[places[key][0]])):
            its = places[key]
            point = points[its[0]]
            known = self.base if key == as_it_stands else self._from_before(key, point)
            if known is None:
                waiting.append(key)
            else:
                self.found_before += len(its) if key in self._kept else 0
                yield from ((place, known) for place in its)
        if not waiting:
            return
        self._begin()
        asked = [points[places[key][0]] for key in waiting]
        for place, answer in self._executor.each(asked):
            if answer.status is Status.INTERRUPTED:
                raise KeyboardInterrupt
            key = waiting[place]
            self._learn(key, answer)
            yield from ((place, answer) for place in places[key])

    def key(self, point: Point) -> str:
        """What the answer to a point depends on, hashed: the study, and the values that differ.

        A factor of a single number is the amount it makes, and what changes nothing does not count,
        so that points which say the same in other words have the same key.
        """
        values = sorted(self._changer.differences(point))
        model = dict(point.overrides).get(MODEL)
        text = None if model is None else _model_text(str(model.value))
        return hashlib.sha256(json.dumps([self.study, values, text]).encode()).hexdigest()

    @cached_property
    def study(self) -> str:
        """What all answers of this runner depend on, hashed."""
        return study_key(self.case, self.method)

    def close(self) -> None:
        """Let workers go."""
        self._executor.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _begin(self) -> None:
        if not self._begun:
            # Prices of a search that a time limit ended may differ from run to run.
            prices = self.base.prices if self.base.status is Status.OPTIMAL else None
            self._executor.begin(Setup(self.case, self.method, prices))
            self._begun = True

    def _family(self, point: Point) -> tuple[tuple[str, str], ...]:
        """Points of one family come one after the other: they share the problem that is built."""
        changes = self._changer.changes(point)
        return tuple((p.text, repr(a.value)) for p, a in changes.items() if not is_limiting(p))

    def _from_before(self, key: str, point: Point) -> Answer | None:
        """The answer that was kept, where it is one to this point and its plan is sound."""
        known = self._known.get(key)
        if known is not None or key not in self._kept:
            return known
        known = unpacked(self._kept[key], key)
        if known is None or not self._stands(point, known):
            del self._kept[key]
            if self._keeper is not None:
                self._keeper.reject(key)
            return None
        self._known[key] = known
        return known

    def _stands(self, point: Point, answer: Answer) -> bool:
        """True where a plan, priced anew at its point, has the figures that were kept of it."""
        if self._checker is None:
            self._checker = Asker(Setup(self.case, self.method))
        try:
            case = self._changer.at(point)
            problem = self._checker.problem(point, case)
            if case.settings.risk.measure is not None and not _fares_so(case, answer):
                return False
        except SloptError:
            return False  # of a point that fails no answer is kept
        return stands(problem, answer, is_shipped(case.settings.plan.model))

    def _learn(self, key: str, answer: Answer) -> None:
        if answer.is_final:
            self._known[key] = answer
            if self._keeper is not None:
                self._keeper.keep(key, packed(answer, key))


def _fares_so(case: PlanningCase, answer: Answer) -> bool:
    """True where a plan for futures is worth there what was kept of it."""
    from slopt.study.sweep.risk_answer import fares_so

    return fares_so(case, answer)


def study_key(case: PlanningCase, method: Method) -> str:
    """What the answers to all points of a case depend on: the case, how it is solved, by what."""
    text = _model_text(case.settings.plan.model)
    core = "compiled" if is_available() else "NumPy"
    content = [case.hash, method.value, text, __version__, solver_name(), core]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _model_text(model: str) -> str:
    """What says which model it is: the name of a shipped one, the text of one's own."""
    return model if is_shipped(model) else find_model(model).read_text(encoding="utf-8")


def _is_below_zero(amount: Amount) -> bool:
    return isinstance(amount.value, float | int) and amount.value < 0


def require_sound(case: PlanningCase, points: Sequence[Point]) -> None:
    """Check the values of all points, each by itself and together with the others of its point.

    Raises InvalidInput with what a file with these values would be refused for.
    """
    problems: dict[str, Problem] = {}
    changer = Changer(case)
    alone: set[tuple[Path, Amount]] = set()
    together: set[tuple[tuple[Path, Amount], ...]] = {()}
    for point in points:
        changes = changer.changes(point)
        found = []
        for path, amount in changes.items():
            if (path, amount) not in alone:
                alone.add((path, amount))
                found += changed_case(case, {path: amount})[1]
        # A limit from 0 on contradicts no table: points that differ in such alone are one here.
        others = {
            p: amount
            for p, amount in changes.items()
            if not p.text.startswith(LIMITS) or _is_below_zero(amount)
        }
        if not found and tuple(others.items()) not in together:
            together.add(tuple(others.items()))
            changed, found = changed_case(case, others)
            found = found or cross_problems(case, changed, others)
        problems.update((str(problem), problem) for problem in found)
        if len(problems) >= MOST_PROBLEMS:
            break
    if problems:
        raise InvalidInput(list(problems.values()))
