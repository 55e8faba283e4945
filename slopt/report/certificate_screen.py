"""Certificates on the screen: what was proven, in whole sentences."""

from __future__ import annotations

from rich.text import Text

from slopt.case.case import Words
from slopt.engine.certifying import Certified, Verified
from slopt.report.table import sentence
from slopt.report.words import capital, counted, goal_words
from slopt.verify.guard import Verdict
from slopt.vocabulary import Goal

NOTHING = 1e-9
"""A relative gap that no amount of money shows: less than a cent in ten million."""


def certified_lines(certified: Certified, width: int) -> list[Text]:
    """What the certificate of a run proves."""
    case = certified.case
    head = f"{case.settings.case.name} · certificate"
    lines = [*sentence(head, width), Text("")]
    lines += _proven(certified.verdict, case.settings.plan.goal.value, width)
    if certified.parts > 1:
        return [*lines, *sentence("Proven in exact arithmetic by prices, part by part.", width)]
    return [*lines, *sentence("Proven in exact arithmetic by one set of prices.", width)]


def verified_lines(verified: Verified, width: int) -> list[Text]:
    """What a certificate that holds says."""
    document = verified.document
    head = f"{document.get('case')} · verified"
    lines = [*sentence(head, width), Text("")]
    plan = document.get("plan")
    if isinstance(plan, dict):
        lines += sentence(
            f"The plan for {counted(len(plan), 'segment')} keeps every limit and every rule.", width
        )
    return lines + _proven(verified.verdict, str(document.get("goal")), width)


def _figure(value: float, goal: str) -> str:
    """A value of the goal, to the cent, or a level in percent."""
    return f"{100 * value:.6g} %" if goal == "max_service" else f"{value:,.2f}"


def _proven(verdict: Verdict, goal: str, width: int) -> list[Text]:
    if verdict.value is None or verdict.bound is None or verdict.gap is None:
        return sentence("There is no plan that keeps every limit and every rule.", width, "bold")
    value, bound = float(verdict.value), float(verdict.bound)
    more = "above" if goal == "max_service" else "below"
    lines = sentence(f"{capital(goal_words(Goal(goal), Words()))}: {_figure(value, goal)}.", width)
    if verdict.gap <= NOTHING:
        lines += sentence(
            "No plan that keeps every limit to the last digit is better: the gap is below "
            "0.0000001 %.",
            width,
            "bold",
        )
    else:
        share = f"{100 * float(verdict.gap):.2g}"
        lines += sentence(
            f"No plan that keeps every limit to the last digit comes {more} "
            f"{_figure(bound, goal)}: the gap is {share} %.",
            width,
            "bold",
        )
    if verdict.excess:
        share = f"{100 * float(verdict.excess):.1g}"
        lines += sentence(
            f"One limit is overstepped by {share} % of it, which counts as rounding.", width
        )
    return lines
