"""The stock rooms of a problem that plans nothing else beside tiers."""

from __future__ import annotations

from slopt.economics.stock_rooms.source import StockSource
from slopt.errors import UsageError
from slopt.problem.choice import ChoiceProblem
from slopt.problem.generated.columns import Made, Part
from slopt.problem.generated.one_part import made_by, plans_others
from slopt.sayings import say


def made_by_stock(problem: ChoiceProblem) -> tuple[Made, StockSource]:
    """The part of a problem that its stock rooms make, and what they hold.

    Raises UsageError where there are none, or where desks or levels are planned as well.
    """
    if plans_others(problem, Part.STOCK):
        raise UsageError(
            say(
                "The model stock_levels answers for segments with tiers and stock rooms; this case "
                "plans staff or levels too. Solve it without --model."
            )
        )
    made = made_by(problem, Part.STOCK)
    if made is None or not isinstance(made.source, StockSource):
        raise UsageError(say("The model stock_levels needs a case with stock rooms: table items."))
    return made, made.source
