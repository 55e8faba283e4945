"""`--risk WORD`: the settings under `[risk]`, written in one word."""

from __future__ import annotations

import re

from slopt.case.settings import COLUMNS
from slopt.errors import UsageError
from slopt.sayings import in_a_row, say
from slopt.vocabulary import RiskMeasure

SHARE = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*(%)?", re.ASCII)
WORDS = say(
    "Write --risk mean, cvar, cvar:5% (the worst 5 % of futures), blend:30%:5% (30 % weight on "
    "the worst 5 %), regret, robust:5 (5 segments at their worst at once) or none."
)


def risk_settings(word: str) -> list[str]:
    """The `key=value` words of `--set` that a word such as `cvar:5%` stands for.

    Words before others of the same key are beaten by them. Raises UsageError for any other word.
    """
    name, *rest = (part.strip() for part in word.casefold().split(":"))
    match name, rest:
        case "none", []:
            return ["risk.measure="]
        case "mean" | "regret", []:
            return [f"risk.measure={name}"]
        case "cvar", ([] | [_]):
            return [_measure(RiskMeasure.CVAR), "risk.weight=1", *_tail(word, rest)]
        case "blend", ([_] | [_, _]):
            weight = _share(word, rest[0], zero=True)
            set_weight = f"risk.weight={weight!r}"
            return [_measure(RiskMeasure.CVAR), set_weight, *_tail(word, rest[1:])]
        case "robust", []:
            return [_measure(RiskMeasure.ROBUST)]
        case "robust", [count] if count.isascii() and count.isdecimal():
            return [_measure(RiskMeasure.ROBUST), f"risk.at_worst={int(count)}"]
    raise UsageError(in_a_row(say("--risk {word}: slopt does not know this.", word=word), WORDS))


def _measure(measure: RiskMeasure) -> str:
    return f"risk.measure={measure.value}"


def _tail(word: str, rest: list[str]) -> list[str]:
    """The setting of the tail, where the word says one."""
    return [f"risk.tail={_share(word, rest[0], zero=False)!r}"] if rest else []


def _share(word: str, text: str, zero: bool) -> float:
    """A share such as 5% or 0.05, to 1: of a tail from its least, of a weight from 0."""
    match = SHARE.fullmatch(text)
    if match is None:
        raise UsageError(
            in_a_row(
                say('--risk {word}: "{text}" is no share such as 5%.', word=word, text=text), WORDS
            )
        )
    share = float(match[1]) / (100 if match[2] else 1)
    least = 0.0 if zero else COLUMNS["risk.tail"].low or 0.0
    if not least <= share <= 1:
        raise UsageError(
            in_a_row(
                say(
                    "--risk {word}: the share {text} is out of range, {least} % to 100 %.",
                    word=word,
                    text=text,
                    least=f"{100 * least:g}",
                ),
                WORDS,
            )
        )
    return share
