"""What `[trial]` says besides its file and columns."""

from __future__ import annotations

from slopt.calibrate.entries import Entries
from slopt.calibrate.history import Drawn, HoldsFor, TrialKeys
from slopt.sayings import say


def read_trial(section: Entries) -> TrialKeys:
    """The words of arms and phases, whom the result holds for, and what was drawn by lot."""
    arms, phases = section.section("arms"), section.section("phases")
    usual = TrialKeys()
    keys = TrialKeys(
        treated=_words(arms, "treated", usual.treated),
        control=_words(arms, "control", usual.control),
        before=_words(phases, "before", usual.before),
        after=_words(phases, "after", usual.after),
        holds_for=section.choice("holds_for", HoldsFor, HoldsFor.SEGMENTS),
        drawn=section.choice("drawn", Drawn, Drawn.CUSTOMERS),
        case=section.text("case"),
        alone=section.flag("alone"),
    )
    arms.done("treated", "control")
    phases.done("before", "after")
    for which, first, second in (
        (arms, keys.treated, keys.control),
        (phases, keys.before, keys.after),
    ):
        for word in sorted(set(first) & set(second)):
            which.problem(
                "treated" if which is arms else "before",
                say('"{word}" stands for both.', word=word),
                say("Take it out of one of the two lists."),
                word,
            )
    return keys


def _words(section: Entries, key: str, usual: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.strip().casefold() for word in section.texts(key)) or usual
