"""Satisfaction in numbers: scales, indices, recommendation, service quality, the profit chain."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike

from slopt.economics.arguments import (
    Numbers,
    adds_up_to_one,
    not_negative,
    positive,
    share,
    whole,
    within,
)


@dataclass(frozen=True)
class Scale:
    """A scale of answers, from the worst to the best, such as 1 to 5 or 0 to 10."""

    worst: float
    best: float

    def __post_init__(self) -> None:
        within("best", self.best, low=float(within("worst", self.worst)), without_low=True)

    def share(self, answers: ArrayLike) -> Numbers:
        """(answer - worst) / (best - worst): 0 for the worst, 1 for the best."""
        given = within("answers", answers, self.worst, self.best)
        return np.asarray((given - self.worst) / (self.best - self.worst))

    def convert(self, answers: ArrayLike, to: Scale) -> Numbers:
        """The same position on another scale: 4 of 1-5 is 7.75 of 1-10."""
        return np.asarray(to.worst + self.share(answers) * (to.best - to.worst))


def net_promoter_score(answers: ArrayLike) -> float:
    """Share of answers 9 and 10 less share of answers 0 to 6; from -1 to 1.

    Args:
        answers: whole numbers 0..10 to "would you recommend us", at least one.

    Source: Reichheld 2003, Harvard Business Review 81(12).
    """
    given = whole("answers", within("answers", answers, 0, 10))
    if not given.size:
        raise ValueError("answers must hold at least one answer")
    return float((given >= 9).mean() - (given <= 6).mean())


def score_of_shares(promoters: ArrayLike, detractors: ArrayLike) -> Numbers:
    """The same from the shares of answers 9 and 10, and 0 to 6, which add up to 1 at most."""
    above, below = share("promoters", promoters), share("detractors", detractors)
    within("promoters and detractors together", above + below, high=1)
    return np.asarray(above - below)


def score_interval(
    promoters: ArrayLike, detractors: ArrayLike, answers: ArrayLike, deviations: float = 1.96
) -> tuple[Numbers, Numbers]:
    """Ends of the interval of a net promoter score, kept within -1..1.

    p - d -+ z sqrt((p + d - (p - d)^2) / n): an answer counts 1, 0 or -1.

    Args:
        promoters, detractors: p and d, shares. answers: n, above 0. deviations: z, 1.96 for 95 %.

    Source: variance of a three-valued variable; normal approximation, for some thirty answers on.
    """
    score = score_of_shares(promoters, detractors)
    spread = np.asarray(promoters) + np.asarray(detractors) - score**2
    half = positive("deviations", deviations) * np.sqrt(spread / positive("answers", answers))
    return np.maximum(score - half, -1.0), np.minimum(score + half, 1.0)


def satisfaction_index(weights: ArrayLike, answers: ArrayLike, scale: Scale) -> Numbers:
    """CSI = sum over dimensions of w_j x_j, the answers as shares of their scale; 0..1.

    Args:
        weights: w_j, adding up to 1, shape (dimensions,). answers: shape (..., dimensions), mean
            answers or single ones. scale: of all of them; convert others first.
    """
    importance = adds_up_to_one("weights", weights)
    return np.asarray(scale.share(answers) @ importance)


def index_of_best_mark(weights: ArrayLike, answers: ArrayLike, best: float) -> Numbers:
    """CSI = sum of w_j x_j / best mark: the form that takes 1 of 5 as 20 % and not as 0.

    Args as in `satisfaction_index`; best: the best mark, above 0, answers 0..best.
    """
    importance = adds_up_to_one("weights", weights)
    top = float(positive("best", best))
    return np.asarray(within("answers", answers, 0, top) @ importance / top)


class QualityDimension(IntEnum):
    """The five dimensions of service quality; positions of arrays."""

    TANGIBLES = 0
    RELIABILITY = 1
    RESPONSIVENESS = 2
    ASSURANCE = 3
    EMPATHY = 4


def service_quality_gap(weights: ArrayLike, perceived: ArrayLike, expected: ArrayLike) -> Numbers:
    """SERVQUAL = sum of w_j (P_j - E_j): below 0 service stays behind what was expected.

    Args:
        weights: w_j, adding up to 1, shape (5,). perceived, expected: P and E on one scale,
            shape (..., 5), in the order of `QualityDimension`.

    Source: Parasuraman, Zeithaml and Berry 1988, Journal of Retailing 64(1).
    """
    importance = adds_up_to_one("weights", weights)
    gaps = within("perceived", perceived) - within("expected", expected)
    if importance.shape != (len(QualityDimension),) or gaps.shape[-1:] != importance.shape:
        raise ValueError("weights, perceived and expected must hold the five dimensions")
    return np.asarray(gaps @ importance)


def profit_of_service_change(
    customers: ArrayLike,
    margin_per_period: ArrayLike,
    retention_per_satisfaction: ArrayLike,
    satisfaction_per_level: ArrayLike,
    level_change: ArrayLike,
    multiple: ArrayLike,
) -> Numbers:
    """m N (dr / dCSI) (dCSI / dq) dq x multiple: the service-profit chain for a small change.

    Args:
        customers: N, 0 or more. margin_per_period: m, money per customer.
        retention_per_satisfaction: change of retention (share) per unit of the index.
        satisfaction_per_level: change of the index per full point (1.0) of service level.
        level_change: dq, -1..1. multiple: what one unit of margin kept is worth, 0 or more: 1 for
            the period, more where customers who stay keep buying.

    Source of the chain: Heskett and others 1994, Harvard Business Review 72(2).
    """
    kept = (
        within("retention_per_satisfaction", retention_per_satisfaction)
        * within("satisfaction_per_level", satisfaction_per_level)
        * within("level_change", level_change, -1, 1)
    )
    money = not_negative("customers", customers) * within("margin_per_period", margin_per_period)
    return np.asarray(money * kept * not_negative("multiple", multiple))


def elasticity(
    before: ArrayLike, after: ArrayLike, cause_before: ArrayLike, cause_after: ArrayLike
) -> Numbers:
    """Relative change of one link of the chain per relative change of the link before it.

    (y_1 - y_0) / y_0 divided by (x_1 - x_0) / x_0; y_0, x_0 and the change of x must not be 0.
    """
    start, cause = within("before", before), within("cause_before", cause_before)
    moved = within("cause_after", cause_after) - cause
    if np.any(start == 0) or np.any(cause == 0) or np.any(moved == 0):
        raise ValueError("before, cause_before and the change of the cause must not be 0")
    return np.asarray((within("after", after) - start) / start / (moved / cause))
