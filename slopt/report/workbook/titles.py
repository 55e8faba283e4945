"""The titles of the sheets, which formulas name."""

from __future__ import annotations

from dataclasses import dataclass

from slopt.report.language import Language


@dataclass(frozen=True)
class Titles:
    """The titles of the sheets."""

    decision: str
    segments: str
    deciders: str
    stock: str
    staff: str
    offers: str
    resources: str
    bridge: str
    frontier: str
    by_level: str
    futures: str
    segments_in_futures: str
    assumptions: str
    checks: str
    record: str
    lists: str


def titles_of(_: Language) -> Titles:
    """The titles in a language; words of a case are not in them, since formulas name sheets."""
    return Titles(
        _("Decision"),
        _("Segments"),
        _("Stock rooms and desks"),
        _("Stock"),
        _("Agents"),
        _("Offers"),
        _("Resources"),
        _("Money bridge"),
        _("Frontier"),
        _("Total by level"),
        _("If the numbers are wrong"),
        _("Segments in futures"),
        _("Assumptions"),
        _("Checks"),
        _("Run record"),
        "lists",
    )
