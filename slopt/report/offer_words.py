"""What an offer is, in a table: its tier, its level in percent, or what a room or a desk does."""

from __future__ import annotations

from slopt.problem.choice import ChoiceProblem
from slopt.problem.generated.columns import Part
from slopt.report.language import Language
from slopt.report.numbers import percent
from slopt.study.explain import Move


def offer_words(problem: ChoiceProblem, row: int, column: int, _: Language) -> str:
    """The offer of a row in a few words; "" where there is none, at column -1."""
    if column < 0:
        return ""
    if column >= problem.menu_size and problem.part_of_row(row) is Part.LEVEL:
        return f"{percent(float(problem.service_level[row, column]), 1)} %"
    return _.tell(problem.offer_name(row, column))


def step_words(problem: ChoiceProblem, move: Move, _: Language) -> str:
    """From one offer to another: `sea → air`."""
    before = offer_words(problem, move.segment, move.before, _)
    return f"{before} → {offer_words(problem, move.segment, move.after, _)}"


def who_moves(problem: ChoiceProblem, move: Move, _: Language) -> str:
    """Who moves, and from which offer to which."""
    return f"{problem.segments[move.segment]} {step_words(problem, move, _)}"


def levels_of_tiers(problem: ChoiceProblem) -> list[float]:
    """The service levels of the tiers that are offered to anybody."""
    menu = problem.menu_size
    levels: list[float] = problem.service_level[:, :menu][problem.admissible[:, :menu]].tolist()
    return levels
