"""Which route a problem takes, and why: HiGHS as the reference, the fast ones where they fit."""

from __future__ import annotations

from dataclasses import dataclass

from slopt.errors import UsageError
from slopt.problem.choice import ChoiceProblem
from slopt.problem.sharing import obstacle, row_count
from slopt.sayings import say
from slopt.solve.core import is_available
from slopt.solve.model_file import is_shipped
from slopt.vocabulary import Method, RuleKind

MANY = 5_000
"""Segments from which the price method is the faster one: there most of the time goes into finding
the prices, which it does on samples."""
OF_PERIODS = "horizon_plan"
"""The shipped model that only cases with periods can take."""
OF_FUTURES = ("risk_plan", "robust_plan")
"""Models of plans for uncertain futures, which have routes of their own."""
OF_TIERS = ("tier_plan", "service_levels", "stock_levels", "staffing")
"""The shipped models that answer a choice problem; others have a problem of their own."""
FEW_ROWS = 5
"""Shared rows up to which HiGHS answers a small problem in a blink; with more, the core does."""
MOST_TIERS, MOST_ROWS = 63, 64
"""What the core takes: tiers are bits of a word there. Rows that cannot bind do not count in it."""
FEW_ORDERINGS = 4
"""Orderings are branched upon one by one; HiGHS takes many of them better, all at once."""


@dataclass(frozen=True)
class Route:
    """A method and, in words, why this one."""

    method: Method
    why: str


def choose_route(problem: ChoiceProblem, method: Method, model: str) -> Route:
    """The route for a problem. Raises UsageError where the method asked for cannot take it."""
    if not is_shipped(model):
        if method.needs_shared_rows:
            raise UsageError(
                say(
                    "--method {method} answers the shipped models only. Leave the method "
                    "out for a model of your own.",
                    method=method,
                )
            )
        return Route(Method.PYOMO, say("a model file of your own"))
    if model == OF_PERIODS:
        raise UsageError(
            say(
                "The model {model} is for cases with a periods table. Leave the model out for this "
                "case.",
                model=model,
            )
        )
    if model in OF_FUTURES:
        raise UsageError(
            say(
                "The model {model} plans for uncertain futures. Say what the plan is to be best "
                "at as well, such as --risk cvar or --risk robust.",
                model=model,
            )
        )
    if model not in OF_TIERS:
        raise UsageError(
            say(
                "The model {model} does not plan tiers. Leave it out, or use tier_plan.",
                model=model,
            )
        )
    if method is Method.AUTO:
        return _automatic(problem)
    reason = obstacle(problem) if method.needs_shared_rows else None
    if reason is not None:
        raise UsageError(
            say(
                "--method {method} cannot answer this case: {reason}. Use highs or auto.",
                method=method,
                reason=reason,
            )
        )
    if method is Method.CORE and not is_available():
        raise UsageError(
            say(
                "--method core: the compiled core is not part of this installation. "
                "Install a C++ compiler and install slopt again, or use prices, highs "
                "or auto."
            )
        )
    if method is Method.CORE and len(problem.tiers) > MOST_TIERS:
        raise UsageError(
            say(
                "--method core takes up to {most_tiers} tiers, and there are {tiers}. "
                "Use prices, highs or auto.",
                most_tiers=MOST_TIERS,
                tiers=len(problem.tiers),
            )
        )
    return Route(method, say("asked for"))


def method_for(segments: int) -> Method:
    """The faster of core and prices for so many segments of shared rows."""
    return Method.CORE if segments < MANY and is_available() else Method.PRICES


def _automatic(problem: ChoiceProblem) -> Route:
    """HiGHS for what is small or of another shape, else the core, from MANY segments on prices."""
    if problem.is_small and row_count(problem) <= FEW_ROWS:
        return Route(Method.HIGHS, say("small"))
    reason = obstacle(problem)
    if reason is not None:
        return Route(Method.HIGHS, reason)
    many = len(problem.segments) >= MANY
    orderings = sum(rule.kind is RuleKind.NOT_BELOW for rule in problem.rules)
    if orderings > FEW_ORDERINGS and not many:
        return Route(Method.HIGHS, say("{n} rules that compare segments", n=orderings))
    if many:
        return Route(Method.PRICES, say("{n} segments", n=f"{len(problem.segments):,}"))
    if not is_available():
        return Route(Method.HIGHS, say("the compiled core is not part of this installation"))
    if len(problem.tiers) > MOST_TIERS or row_count(problem) > MOST_ROWS:
        return Route(Method.HIGHS, say("more tiers or limits than the core takes"))
    return Route(Method.CORE, say("segments that share limits and little else"))
