"""Certificates on the screen: what was proven, in whole sentences."""

from __future__ import annotations

from rich.text import Text

from slopt.case.case import Words
from slopt.engine.certifying import Certified, Verified
from slopt.report.language import ENGLISH, Language
from slopt.report.table import sentence
from slopt.verify.guard import Verdict
from slopt.vocabulary import Goal

NOTHING = 1e-9
"""A relative gap that no amount of money shows: less than a cent in ten million."""


def certified_lines(certified: Certified, width: int, language: Language = ENGLISH) -> list[Text]:
    """What the certificate of a run proves."""
    _, case = language, certified.case
    head = _("{name} · certificate", name=case.settings.case.name)
    lines = [*sentence(head, width), Text("")]
    lines += _proven(certified.verdict, case.settings.plan.goal.value, width, _)
    if certified.parts > 1:
        text = _("Proven in exact arithmetic by prices, part by part.")
    elif certified.tries_menus:
        text = _("Proven in exact arithmetic: every menu is tried, at one set of prices.")
    else:
        text = _("Proven in exact arithmetic by one set of prices.")
    return [*lines, *sentence(text, width)]


def verified_lines(verified: Verified, width: int, language: Language = ENGLISH) -> list[Text]:
    """What a certificate that holds says."""
    _, document = language, verified.document
    head = _("{name} · verified", name=document.get("case"))
    lines = [*sentence(head, width), Text("")]
    plan = document.get("plan")
    if isinstance(plan, dict):
        text = _.count(
            "The plan for {n} segment keeps every limit and every rule.",
            "The plan for {n} segments keeps every limit and every rule.",
            len(plan),
        )
        lines += sentence(text, width)
    return lines + _proven(verified.verdict, str(document.get("goal")), width, _)


def _figure(value: float, goal: str) -> str:
    """A value of the goal, to the cent, or a level in percent."""
    return f"{100 * value:.6g} %" if goal == "max_service" else f"{value:,.2f}"


def _proven(verdict: Verdict, goal: str, width: int, _: Language) -> list[Text]:
    if verdict.value is None or verdict.bound is None or verdict.gap is None:
        text = _("There is no plan that keeps every limit and every rule.")
        return sentence(text, width, "bold")
    value, bound = float(verdict.value), float(verdict.bound)
    text = _(
        "{goal}: {value}.",
        goal=_.capital(_.goal(Goal(goal), _.words(Words()))),
        value=_figure(value, goal),
    )
    lines = sentence(text, width)
    places = {"bound": _figure(bound, goal), "share": f"{100 * float(verdict.gap):.2g}"}
    if verdict.gap <= NOTHING:
        text = _(
            "No plan that keeps every limit to the last digit is better: the gap is below "
            "0.0000001 %."
        )
    elif goal == "max_service":
        text = _(
            "No plan that keeps every limit to the last digit comes above {bound}: the gap is "
            "{share} %.",
            **places,
        )
    else:
        text = _(
            "No plan that keeps every limit to the last digit comes below {bound}: the gap is "
            "{share} %.",
            **places,
        )
    lines += sentence(text, width, "bold")
    if verdict.excess:
        text = _(
            "One limit is overstepped by {share} % of it, which counts as rounding.",
            share=f"{100 * float(verdict.excess):.1g}",
        )
        lines += sentence(text, width)
    return lines
