"""What is demanded of a plan over periods, in words: limits with their figures, what is barred."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from slopt.problem.evaluate import Breach
from slopt.problem.horizon.problem import HorizonProblem
from slopt.report.language import Language
from slopt.report.limit_words import limit_label
from slopt.report.numbers import percent

OF_SEGMENT = re.compile(r"(not allowed|least_stay|max_changes_each)\[(.*)\] ?(.*)", re.S)
CAPS = ("budget", "max_lost_sales")


def demand_words(problem: HorizonProblem, name: str, language: Language) -> str:
    """What a limit, rule or bar of a period says, with its figure where it has one of its own."""
    _ = language
    of_segment = OF_SEGMENT.fullmatch(name)
    if of_segment:
        kind, segment, period = of_segment.groups()
        if kind == "least_stay" and not period:
            return _("{segment}: the least stay in its tier", segment=segment)
        return {
            "not allowed": _(
                "{segment} in {period}: its contract, its notice or the offers bar other tiers",
                segment=segment,
                period=period,
            ),
            "least_stay": _(
                "{segment} in {period}: the least stay in its tier", segment=segment, period=period
            ),
            "max_changes_each": _("{segment}: the most changes of its tier", segment=segment),
        }[kind]
    label = limit_label(name, _)
    first, p = limit_and_period(problem, name)
    if p is None:
        return label
    if first in CAPS:
        return _("{limit}: at most {most}", limit=label, most=_.amount(_at(problem, first, p), 4))
    if first == "min_service_level":
        least = percent(_at(problem, first, p), 1)
        return _("{limit}: at least {least} %", limit=label, least=least)
    if first in problem.resources:
        r = problem.resources.index(first)
        return _(
            "{limit}: {capacity} units, {extra} extra and the staff at work",
            limit=label,
            capacity=_.amount(float(problem.capacity[r, p]), 4),
            extra=_.amount(float(problem.extra_capacity[r, p]), 4),
        )
    return label


def limit_and_period(problem: HorizonProblem, name: str) -> tuple[str, int | None]:
    """The name of a limit without its period, and where that stands; both may have blanks."""
    ends = [p for p, period in enumerate(problem.periods) if name.endswith(f" {period}")]
    if not ends:
        return name, None
    p = max(ends, key=lambda place: len(problem.periods[place]))
    return name[: -len(problem.periods[p]) - 1], p


MOST_NAMED = 4


def broken_words(broken: Iterable[Breach], language: Language) -> str:
    """What is broken, the first few: a contract once, from the first period in which it is."""
    _ = language
    said: dict[str, str] = {}
    for breach in broken:
        of_segment = OF_SEGMENT.fullmatch(breach.rule)
        if of_segment and of_segment[3]:
            _kind, segment, period = of_segment.groups()
            words = _("the contract of {segment} from {period} on", segment=segment, period=period)
            said.setdefault(f"contract {segment}", words)
        else:
            amount = _.amount(breach.amount)
            if breach.rule.startswith("min_service_level "):
                amount = _("{points} points", points=_.amount(100 * breach.amount))
            said[breach.rule] = _(
                "{rule} by {amount}", rule=limit_label(breach.rule, _), amount=amount
            )
    first, more = list(said.values())[:MOST_NAMED], len(said) - MOST_NAMED
    if more > 0:
        return _("{items} and {more} more", items=_(", ").join(first), more=more)
    return _.listed(first)


def _at(problem: HorizonProblem, name: str, period: int) -> float:
    value = float(getattr(problem, name)[period])
    return 0.0 if np.isnan(value) else value
