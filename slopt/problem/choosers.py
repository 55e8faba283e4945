"""Who chooses, and from what, where contracts of a problem are not those it was built with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from slopt.problem.choice import Bar, ChoiceProblem
from slopt.problem.self_selection import not_worth_it


def nobody_choosing(problem: ChoiceProblem) -> ChoiceProblem:
    """The problem whose business assigns tiers to all; a service keeps its one price.

    What is worth less than taking none stays barred.
    """
    selection = problem.selection
    if selection is None:
        return problem
    nobody = np.zeros_like(selection.available)
    assigned = replace(
        selection, chooses=np.zeros_like(selection.chooses), available=nobody, known=nobody
    )
    return problem.replace(selection=assigned)


def choosing_anew(problem: ChoiceProblem) -> ChoiceProblem:
    """The problem whose customers choose as its bars let them.

    Whoever is released from a pin chooses like all of whom it is known what tiers are worth to
    them, from all that is offered; a plan that was right before may then be one that they would not
    choose.
    """
    selection = problem.selection
    if selection is None:
        return problem
    s, k = selection.surplus.shape
    flags = problem.barred[:s, :k] & ~np.int8(Bar.NOT_WORTH_IT)
    # A single tier leaves no other that a pin would bar.
    pinned = np.any(flags & Bar.FIXED_TIER, axis=1) if k > 1 else ~selection.chooses
    anew = selection.under_contracts(flags == 0, np.asarray(pinned))
    barred = problem.barred.copy()
    barred[:s, :k] = flags | np.where(not_worth_it(anew), np.int8(Bar.NOT_WORTH_IT), np.int8(0))
    return problem.replace(barred=barred, selection=anew)
