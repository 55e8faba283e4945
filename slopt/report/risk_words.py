"""What is said of plans over many futures, in the same words on every screen and page."""

from __future__ import annotations

from slopt.problem.scenarios.aim import Aim
from slopt.report.language import Language
from slopt.report.numbers import percent
from slopt.vocabulary import RiskMeasure

ROUND = 1e-9
"""Shares that are nearer to each other are the same."""


def tail_words(tail: float, _: Language) -> str:
    """The head of a column with the mean of the worst share of futures."""
    if abs(tail - 0.1) < ROUND:
        return _("worst tenth")
    return _("worst {share} %", share=_.amount(100 * tail))


def tail_phrase(tail: float, _: Language) -> str:
    """The worst share of futures within a sentence."""
    if abs(tail - 0.1) < ROUND:
        return _("in the worst tenth of futures")
    return _("in the worst {share} % of futures", share=_.amount(100 * tail))


def drawn_words(futures: int, seed: int, _: Language) -> str:
    """How many futures, of which seed, and that all plans are held against the same."""
    return _.count(
        "All plans are priced in the same {n} future (seed {seed}).",
        "All plans are priced in the same {n} futures (seed {seed}).",
        futures,
        seed=seed,
    )


def aim_words(aim: Aim, _: Language) -> str:
    """What every plan of a study is best at, in a sentence."""
    if aim.measure is RiskMeasure.MEAN:
        return _("Every plan is the best in the mean of all futures.")
    if aim.measure is RiskMeasure.REGRET:
        return _("Every plan has the least regret in the worst future.")
    if aim.measure is RiskMeasure.ROBUST:
        return _.count(
            "Every plan is the best when {n} segment is at its worst.",
            "Every plan is the best when {n} segments are at their worst.",
            aim.at_worst,
        )
    if aim.weight < 1 - ROUND:
        return _(
            "Every plan is the best in {weight} % the mean {tail} and for the rest the mean of all "
            "futures.",
            weight=_.amount(100 * aim.weight),
            tail=tail_phrase(aim.tail, _),
        )
    return _("Every plan has the best mean {tail}.", tail=tail_phrase(aim.tail, _))


def chance_words(chance: float, _: Language) -> str:
    """In how many futures a plan breaks a limit, in a sentence."""
    if chance <= 0:
        return _("It keeps every limit in all of them.")
    if chance >= 1 - ROUND:
        return _("It breaks a limit in all of them.")
    return _(
        "It breaks a limit in {share} % of them.", share=percent(chance, small_decimals(chance))
    )


def small_decimals(share: float) -> int:
    """Decimals of a share in percent: one where it is small."""
    return 1 if share < 0.1 else 0
