"""The words of a comparison: steps of the bridge, causes, what differs between the inputs."""

from __future__ import annotations

from slopt.case.case import Words
from slopt.report.numbers import NONE, amount
from slopt.report.words import counted, plural
from slopt.study.compare.attribution import Causes
from slopt.study.compare.bridge import Step, StepKind
from slopt.study.compare.causes import Cause
from slopt.study.compare.changes import Change
from slopt.study.compare.comparison import Comparison
from slopt.study.compare.files import INPUT_WORDS


def step_label(step: Step, found: Comparison, words: Words) -> str:
    """A step as it stands in the bridge on the screen."""
    match step.kind:
        case StepKind.GONE:
            return f"{plural(words.segment, 2)} gone ({step.segments:,})"
        case StepKind.NEW:
            return f"{plural(words.segment, 2)} new ({step.segments:,})"
        case StepKind.SHARED:
            return f"open {plural(words.tier, 2)}, extra units"
        case StepKind.OTHER:
            return "other inputs"
        case StepKind.INPUTS:
            return f"inputs: {causes_words(step.causes, found)}"
        case StepKind.MOVES:
            return f"{counted(step.segments, 'move')}: {causes_words(step.causes, found)}"


def causes_words(causes: Causes, found: Comparison) -> str:
    """Causes in words: what has changed by name, where that is a single thing."""
    return ", ".join(_cause_words(cause, found) for cause in causes)


def _cause_words(cause: Cause, found: Comparison) -> str:
    places = [change.place for change in found.changes if change.cause is cause]
    if len(places) == 1 and "[" not in places[0]:
        return places[0].removeprefix("limits.")
    return INPUT_WORDS[cause]


def change_cells(change: Change) -> tuple[str, str, str, str]:
    """Place, number of rows, and the value on either side."""
    rows = f"{change.rows:,}" if change.rows > 1 else ""
    if change.only_in is not None:
        return (
            change.place,
            rows,
            *(("there", NONE) if change.only_in == "A" else (NONE, "there")),
        )
    if change.factor is not None:
        return change.place, rows, "", f"× {amount(change.factor, 4)}"
    if change.rows > 1:
        return change.place, rows, "", "differ"
    return change.place, rows, _value(change.before), _value(change.after)


def _value(value: float | str | bool | None) -> str:
    if value is None:
        return NONE
    if isinstance(value, str):
        return value
    return amount(value, 4) if abs(value) >= 1e4 else f"{value:.6g}"
