"""What limits and goals are called on a page, and their amounts in their own unit."""

from __future__ import annotations

from collections.abc import Sequence

from slopt.case.case import Words
from slopt.engine.reporting import Dossier
from slopt.problem.choice import ChoiceProblem
from slopt.report.language import Language
from slopt.report.limit_words import is_level
from slopt.report.numbers import level_decimals, percent
from slopt.report.offer_words import levels_of_tiers
from slopt.vocabulary import Goal

LONGEST_LIST = 28
LONGEST_NAME = 24
"""Signs of a name of a segment or a tier that are shown; the page's title attribute has all."""


def middle_cut(text: str, longest: int = LONGEST_NAME) -> str:
    """A text that is too long, with its middle left out."""
    if len(text) <= longest:
        return text
    half = (longest - 1) // 2
    return f"{text[:half].rstrip()}…{text[-half:].lstrip()}"


def decimals_of_levels(dossier: Dossier) -> int:
    """Decimals of percents with which the levels of all tiers stand apart."""
    problem = dossier.problem
    menu = dossier.case.table("tiers").numbers("service_level").tolist()
    return level_decimals(menu, levels_of_tiers(problem))


def few_names(names: Sequence[str], _: Language) -> str:
    """As many names as go on a line, and how many more there are."""
    shown = [middle_cut(name) for name in names]
    count = 1
    while count < len(shown) and len(", ".join(shown[: count + 1])) <= LONGEST_LIST:
        count += 1
    more = len(shown) - count
    return _(", ").join([*shown[:count], *([_("{n} more", n=more)] if more > 0 else [])])


def binding(name: str, amount: str, words: Words, _: Language) -> str:
    """A limit that holds a plan back, as it stands within a sentence."""
    places = {"amount": amount, "segments": _.plural(words.segment), "tiers": _.plural(words.tier),
              "lost": words.lost_sales, "level": words.service_level}  # fmt: skip
    known = {
        "budget": _("the budget of {amount}", **places),
        "max_tiers": _("the limit of {amount} {tiers}", **places),
        "max_changes": _("the limit of {amount} moves", **places),
        "min_service_level": _("the least {level} of {amount}", **places),
        "max_lost_sales": _("the cap of {amount} on {lost}", **places),
    }
    return known.get(name) or _("{limit} at {amount}", limit=middle_cut(name), amount=amount)


def limit_name(name: str, _: Language) -> str:
    """A limit of the settings in words; resources and rules have names of their own."""
    return {
        "budget": _("budget"),
        "max_tiers": _("tiers on the menu"),
        "max_changes": _("moves allowed"),
        "min_service_level": _("least mean service level"),
        "max_lost_sales": _("most lost sales"),
    }.get(name) or middle_cut(name)


def limit_amount(problem: ChoiceProblem, name: str, value: float, _: Language) -> str:
    """An amount in the unit of a limit."""
    return f"{percent(value, 1)} %" if is_level(problem, name) else _.amount(value, 4)


def price_amount(problem: ChoiceProblem, name: str, value: float | None, _: Language) -> str:
    """A price per unit of a limit, in the unit of the goal."""
    if value is None:
        return "–"
    if value == 0:
        return "0"
    shown = value / 100 if is_level(problem, name) else value
    if problem.goal is Goal.MAX_SERVICE:
        points = _("{points} points", points=_.amount(100 * shown))
        return _("{price} a point", price=points) if is_level(problem, name) else points
    text = _.amount(shown)
    if is_level(problem, name):
        return _("{price} a point", price=text)
    if name == "max_changes":
        return _("{price} per move", price=text)
    return text
