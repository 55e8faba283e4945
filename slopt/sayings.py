"""Messages that know what they were made of, so that a screen can say them in another language.

Whoever finds a problem does not know the language of who will read of it. `say` gives the message
in English, as a text like any other, which keeps the sentence and what stands at its places; the
catalogue of a language holds the same sentence, and `Language.tell` says it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from string import Formatter
from typing import Any
from unicodedata import east_asian_width

CHINESE = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z0-9]")
FULL_STOPS = ("。", "？", "！", "；", "：")


class Saying(str):
    """A message in English, with the sentence it was made of and the words at its places."""

    __slots__ = ("places", "sentence")

    sentence: str
    places: dict[str, str]

    def __new__(cls, sentence: str, places: dict[str, str]) -> Saying:
        """The sentence with its places filled; one without places stands as it is."""
        self = super().__new__(cls, sentence.format(**places) if places else sentence)
        self.sentence = sentence
        self.places = places
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.sentence, self.places)

    def told(self, translate: Callable[[str], str]) -> str:
        """The message in the language of `translate`, which knows sentences before they are filled.

        What stands at its places is told in the same language.
        """
        sentence = translate(self.sentence) if self.sentence else ""
        places = {name: _told(word, translate) for name, word in self.places.items()}
        return filled(sentence, places) if places else sentence


class Row(Saying):
    """Texts one after the other, each of which may be a message."""

    __slots__ = ("between", "parts")

    parts: tuple[str, ...]
    between: str

    def __new__(cls, parts: tuple[str, ...], between: str) -> Row:
        """The texts that say something; `between` separates them in English."""
        self = str.__new__(cls, between.join(part for part in parts if part))
        self.sentence, self.places = str(self), {}
        self.parts = parts
        self.between = between
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.parts, self.between)

    def told(self, translate: Callable[[str], str]) -> str:
        """The texts in that language; nothing stands behind a full stop of Chinese."""
        between = translate(self.between) if self.between.strip() else self.between
        text = ""
        for part in filter(None, (_told(part, translate) for part in self.parts)):
            gap = between if text and not text.endswith(FULL_STOPS) else ""
            text += gap + part
        return text


def later(sentence: str) -> str:
    """A sentence that is said where its places are known; this marks it for the catalogue."""
    return sentence


def say(sentence: str, /, **places: object) -> Saying:
    """A message: `say("{value} is above {most}.", value=value, most=1)`.

    At a place stands a text, a message, or what `str` makes of it.
    """
    words = {name: it if isinstance(it, str) else str(it) for name, it in places.items()}
    return Saying(sentence, words)


def in_a_row(*sentences: str) -> Saying:
    """Whole sentences, one after the other."""
    return Row(sentences, " ")


def listed(words: Iterable[str], between: str = ", ") -> Saying:
    """Words, one after the other: `a, b, c`; `between` may be AND or OR."""
    return Row(tuple(words), between)


AND, OR, SEMICOLON = later(" and "), later(" or "), later("; ")


def filled(sentence: str, places: Mapping[str, object]) -> str:
    """A sentence with its places filled.

    In a Chinese one a blank stands between a Chinese sign and a Latin one, and none between two
    Chinese signs, whatever comes to stand at a place.
    """
    if not CHINESE.search(sentence):
        return sentence.format(**places)
    text = ""
    for literal, name, spec, _ in Formatter().parse(sentence):
        text = _joined(text, literal)
        if name is not None:
            text = _joined(text, format(places[name], spec or ""))
    return text


def _joined(first: str, then: str) -> str:
    """Two parts of a Chinese sentence, with a blank at their border or without."""
    left, right = first.rstrip(" ")[-1:], then.lstrip(" ")[:1]
    if _is_wide(left) and _is_wide(right):
        return first.removesuffix(" ") + then.removeprefix(" ")
    is_tight = first[-1:] == left and then[:1] == right
    kinds = {kind for sign in (left, right) for kind in (CHINESE, LATIN) if kind.match(sign)}
    return f"{first} {then}" if is_tight and len(kinds) == 2 else first + then


def _is_wide(sign: str) -> bool:
    return bool(sign) and east_asian_width(sign) in "WF"


def _told(text: str, translate: Callable[[str], str]) -> str:
    return text.told(translate) if isinstance(text, Saying) else text
