"""The language of a command: what `--lang` or SLOPT_LANG asks for, else the case's, else English.

It is one for the process, as its standard error is, because messages are also told where a command
has failed and nothing of it is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from slopt.vocabulary import Lang

if TYPE_CHECKING:
    from slopt.report.language import Language


@dataclass
class _Spoken:
    """What was asked for, and what the case that was read last has in its settings."""

    asked: Lang | None = None
    of_case: Lang | None = None


_spoken = _Spoken()


def _ask(lang: Lang | None) -> Lang | None:
    """Remember what was asked for; a new command begins without a case."""
    _spoken.asked, _spoken.of_case = lang, None
    return lang


LangOption = Annotated[
    Lang | None,
    typer.Option(
        "--lang",
        envvar="SLOPT_LANG",
        callback=_ask,
        is_eager=True,
        help="The language of screens and messages; by default that of the case.",
    ),
]
"""A parameter of every command, which asks `spoken` in place of passing it on."""


def speak_as(case: Lang) -> None:
    """Remember the language of a case, also of one whose tables cannot be read."""
    _spoken.of_case = case


def spoken() -> Language:
    """The language to speak now."""
    from slopt.report.language import Language

    return Language(_spoken.asked or _spoken.of_case or Lang.EN)
