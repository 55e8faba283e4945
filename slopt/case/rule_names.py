"""What outputs call rules: limits, resources and rules share one list of names and prices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from slopt.vocabulary import LIMITS


def rule_names(rules: Iterable[str], resources: Sequence[str]) -> dict[str, str]:
    """The name of every rule as outputs have it, by its name in the case.

    That is the same one, but for a rule that is called as a limit or a resource is: it has the word
    "rule" before its name, as often as it takes to be called as nothing else.
    """
    own = list(rules)
    others = {*LIMITS, *resources}
    taken = others.union(own)
    names = {}
    for name in own:
        told = name
        if name in others:
            while told in taken:
                told = f"rule {told}"
            taken.add(told)
        names[name] = told
    return names
