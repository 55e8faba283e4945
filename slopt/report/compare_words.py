"""The words of a comparison: steps of the bridge, causes, what differs between the inputs."""

from __future__ import annotations

from slopt.case.case import Words
from slopt.report.language import ENGLISH, Language
from slopt.report.limit_words import limit_label
from slopt.report.numbers import NONE
from slopt.study.compare.attribution import Causes
from slopt.study.compare.bridge import Step, StepKind
from slopt.study.compare.causes import Cause
from slopt.study.compare.changes import Change
from slopt.study.compare.comparison import Comparison
from slopt.study.compare.files import INPUT_WORDS


def step_label(step: Step, found: Comparison, words: Words, language: Language = ENGLISH) -> str:
    """A step as it stands in the bridge on the screen."""
    _, n = language, f"{step.segments:,}"
    match step.kind:
        case StepKind.GONE:
            return _("{segments} gone ({n})", segments=_.plural(words.segment), n=n)
        case StepKind.NEW:
            return _("{segments} new ({n})", segments=_.plural(words.segment), n=n)
        case StepKind.SHARED:
            return _("open {tiers}, extra units", tiers=_.plural(words.tier))
        case StepKind.OTHER:
            return _("other inputs")
        case StepKind.INPUTS:
            return _("inputs: {causes}", causes=causes_words(step.causes, found, _))
        case StepKind.MOVES if not step.causes:
            return _.count("{n} move", "{n} moves", step.segments)
        case StepKind.MOVES:
            causes = causes_words(step.causes, found, _)
            return _.count(
                "{n} move: {causes}", "{n} moves: {causes}", step.segments, causes=causes
            )


def causes_words(causes: Causes, found: Comparison, language: Language = ENGLISH) -> str:
    """Causes in words: what has changed by name, where that is a single thing."""
    return language(", ").join(_cause_words(cause, found, language) for cause in causes)


def _cause_words(cause: Cause, found: Comparison, _: Language) -> str:
    places = [change.place for change in found.changes if change.cause is cause]
    if len(places) == 1 and "[" not in places[0]:
        return limit_label(places[0].removeprefix("limits."), _)
    return _(INPUT_WORDS[cause])


def change_cells(change: Change, language: Language = ENGLISH) -> tuple[str, str, str, str]:
    """Place, number of rows, and the value on either side."""
    _ = language
    rows = f"{change.rows:,}" if change.rows > 1 else ""
    if change.only_in is not None:
        return (
            change.place,
            rows,
            *((_("there"), NONE) if change.only_in == "A" else (NONE, _("there"))),
        )
    if change.factor is not None:
        return change.place, rows, "", f"× {_.amount(change.factor, 4)}"
    if change.rows > 1:
        return change.place, rows, "", _("differ")
    return change.place, rows, _value(change.before, _), _value(change.after, _)


def _value(value: float | str | bool | None, _: Language) -> str:
    if value is None:
        return NONE
    if isinstance(value, str):
        return value
    return _.amount(value, 4) if abs(value) >= 1e4 else f"{value:.6g}"
