"""Words: plurals, lists in a sentence, and what this business calls things."""

from __future__ import annotations

from collections.abc import Sequence

from slopt.case.case import Words
from slopt.vocabulary import Goal


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


def goal_words(goal: Goal, words: Words) -> str:
    """What a plan is best at, as it stands after `for`: `least total cost`."""
    return {
        Goal.MIN_TOTAL_COST: "least total cost",
        Goal.MIN_LOST_SALES: f"least {words.lost_sales}",
        Goal.MAX_SERVICE: f"highest {words.service_level}",
        Goal.MIN_BUDGET: f"least {words.service_cost}",
    }[goal]
