"""The indices of a case's surveys: satisfaction, service quality, recommendation; by segment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.schema import ANY
from slopt.economics.satisfaction import score_interval, score_of_shares
from slopt.vocabulary import Satisfaction

Numbers = NDArray[np.float64]
FEWEST_ANSWERS = 30
"""Answers from which the normal interval of a recommendation holds; below there is none."""


@dataclass(frozen=True)
class Index:
    """What a survey says of one segment, of all asked together ("*"), or of their mean ("").

    `value` is in points: of an index 0 (all give the worst mark) to 100, of a recommendation -100
    to 100 (`low` and `high` hold its interval of 95 % where `n` is known and 30 or more), of a gap
    in marks of the scale, below 0 where service stays behind what was expected. `mark` is the mean
    answer and `of_best` the same in per cent of the best mark, which takes 1 of 5 as 20 and not as
    0; both None where there is no one scale, or none above 0.
    """

    survey: str
    segment: str
    kind: Satisfaction
    value: float
    questions: int
    mark: float | None = None
    of_best: float | None = None
    low: float | None = None
    high: float | None = None
    n: float | None = None


@dataclass(frozen=True)
class _Questions:
    """The rows of one survey and segment; `weight` adds up to 1."""

    weight: Numbers
    answer: Numbers
    expected: Numbers
    worst: Numbers
    best: Numbers
    promoters: Numbers
    detractors: Numbers
    n: Numbers

    def index(self, survey: str, segment: str, kind: Satisfaction) -> Index:
        """Their index."""
        asked = None if np.isnan(self.n).any() else float(self.n.min())
        low = high = mark = of_best = None
        if kind is Satisfaction.RECOMMENDATION:
            shares = self._mean(self.promoters), self._mean(self.detractors)
            value = 100 * float(score_of_shares(*shares))
            if asked is not None and asked >= FEWEST_ANSWERS:
                low, high = (100 * float(end) for end in score_interval(*shares, asked))
        elif kind is Satisfaction.GAP:
            mark = self._mean(self.answer)
            value = self._mean(self.answer - self.expected)
        else:
            value = 100 * self._mean((self.answer - self.worst) / (self.best - self.worst))
            if (self.worst == self.worst[0]).all() and (self.best == self.best[0]).all():
                mark = self._mean(self.answer)
                of_best = 100 * mark / float(self.best[0]) if self.worst[0] >= 0 else None
        return Index(survey, segment, kind, value, len(self.n), mark, of_best, low, high, asked)

    def _mean(self, values: Numbers) -> float:
        return float(self.weight @ values)


def indices_of(case: PlanningCase) -> list[Index]:
    """An index for each survey and segment that it asked, in the order of the rows.

    A survey that asked all segments of the case one by one has their mean by customers too.
    """
    table = case.table("satisfaction")
    columns = ("answer", "expected", "worst", "best", "promoters", "detractors", "n")
    kinds = dict(zip(table.texts("survey"), table.texts("kind"), strict=True))
    rows: dict[tuple[str, str], list[int]] = {}
    for row, key in enumerate(zip(table.texts("survey"), table.texts("segment"), strict=True)):
        rows.setdefault(key, []).append(row)
    found = []
    for survey, kind in kinds.items():
        own = []
        for segment in (key[1] for key in rows if key[0] == survey):
            its = np.array(rows[survey, segment])
            weight = table.numbers("weight")[its]
            held = [table.numbers(name)[its] for name in columns]
            questions = _Questions(weight / weight.sum(), *held)
            own.append(questions.index(survey, segment, Satisfaction(kind)))
        found += own
        found += _mean_of_all(case, own)
    return found


def _mean_of_all(case: PlanningCase, own: list[Index]) -> list[Index]:
    """The mean by customers, where every segment with customers was asked by itself."""
    by_segment = {index.segment: index.value for index in own}
    customers = dict(zip(case.segments, case.table("segments").numbers("customers"), strict=True))
    asked = {name: count for name, count in customers.items() if count > 0}
    if ANY in by_segment or len(by_segment) < 2 or not asked.keys() <= by_segment.keys():
        return []
    total = sum(asked.values())
    mean = sum(by_segment[name] * count for name, count in asked.items()) / total
    return [Index(own[0].survey, "", own[0].kind, float(mean), own[0].questions)]
