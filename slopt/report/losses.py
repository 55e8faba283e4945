"""The three kinds of lost sales as columns, in the words of the case."""

from __future__ import annotations

from slopt.case.case import Words
from slopt.problem.choice import ChoiceProblem
from slopt.report.numbers import NONE, Unit
from slopt.report.table import Col
from slopt.vocabulary import LOSSES


def loss_columns(words: Words) -> list[Col]:
    """One column a kind; they go together, so that the figures that stay add up."""
    return [Col(getattr(words, name), drop=2, told=True) for name in LOSSES]


def loss_cells(problem: ChoiceProblem, segment: int, tier: int, unit: Unit) -> list[str]:
    """The three kinds of one offer; dashes where the case gives their sum only."""
    if problem.lost_unsplit[segment, tier] != 0:
        return [NONE] * len(LOSSES)
    return [unit.plain(float(getattr(problem, name)[segment, tier])) for name in LOSSES]
