"""Lost sales and their three kinds as columns, in the words of the case."""

from __future__ import annotations

from slopt.case.case import Words
from slopt.problem.choice import ChoiceProblem
from slopt.report.language import ENGLISH, Language
from slopt.report.numbers import NONE, Unit
from slopt.report.screen import EXPECTED
from slopt.report.table import Col
from slopt.vocabulary import LOSSES


def loss_columns(words: Words, language: Language = ENGLISH) -> list[Col]:
    """`lost = orders + customers + prospects`; the kinds go together, so that sums hold."""
    kinds = [getattr(words, name).removeprefix("lost ") for name in LOSSES]
    signs = ("=", "+", "+")
    return [
        Col(language("lost"), style=EXPECTED),
        *(
            Col(f"{sign} {kind}", drop=2, told=True)
            for sign, kind in zip(signs, kinds, strict=True)
        ),
    ]


def loss_cells(problem: ChoiceProblem, segment: int, tier: int, unit: Unit) -> list[str]:
    """Lost sales of one offer and their kinds; dashes where the case gives their sum only."""
    whole = unit.plain(float(problem.lost_sales[segment, tier]))
    if problem.lost_unsplit[segment, tier] != 0:
        return [whole, *[NONE] * len(LOSSES)]
    kinds = (float(getattr(problem, name)[segment, tier]) for name in LOSSES)
    return [whole, *map(unit.plain, kinds)]
