"""Words in English: plurals and lists in a sentence."""

from __future__ import annotations

from collections.abc import Sequence


def plural(word: str, count: int) -> str:
    """`segment` or `segments`; words not in Latin letters have no plural."""
    if count == 1 or not word.isascii():
        return word
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"


def counted(count: int, word: str) -> str:
    """`1 segment`, `43 segments`."""
    return f"{count:,} {plural(word, count)}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`; with semicolons where a word has a comma in it."""
    if len(words) < 2:
        return "".join(words)
    between = "; " if any("," in word for word in words) else ", "
    return f"{between.join(words[:-1])} {last} {words[-1]}"


def capital(sentence: str) -> str:
    """The sentence with a capital first letter, the rest as it is."""
    return sentence[:1].upper() + sentence[1:]
