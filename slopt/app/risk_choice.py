"""What a plan is to be best at: the case's own numbers, or its futures in one way or another."""

from __future__ import annotations

from slopt.app.state import State
from slopt.case.amounts import Amount
from slopt.case.case import PlanningCase
from slopt.problem.generated.sources import has_sources
from slopt.problem.scenarios.inputs import is_uncertain
from slopt.report.language import Language
from slopt.report.risk_words import tail_words
from slopt.solve.model_file import is_shipped
from slopt.vocabulary import RiskMeasure

RISK = "risk.measure"
OWN = "own"
MOST_PRICED = 12_000_000
"""Pairs of segment and tier in all futures up to which bands are worked out."""


def can_choose(case: PlanningCase) -> bool:
    """True where the case has futures, and is of a kind that can be planned for them."""
    plain = not case.has_periods and not has_sources(case)
    return plain and is_shipped(case.settings.plan.model) and is_uncertain(case)


def risk_choices(case: PlanningCase, _: Language) -> list[tuple[str, str]]:
    """Keys and words of what may be chosen; none where the case has no futures."""
    if not can_choose(case):
        return []
    risk = case.settings.risk
    return [
        (OWN, _("own numbers")),
        (RiskMeasure.MEAN.value, _("mean of all futures")),
        (RiskMeasure.CVAR.value, tail_words(risk.tail, _)),
        (RiskMeasure.ROBUST.value, _("robust")),
    ]


def has_no_bands(case: PlanningCase) -> bool:
    """True where bands would keep one waiting for too long."""
    pairs = len(case.segments) * len(case.tiers)
    return pairs * case.settings.risk.samples > MOST_PRICED


def why_no_bands(case: PlanningCase, _: Language) -> str:
    """Why the figures of a case that has futures have no bands; nothing where they have."""
    if not can_choose(case) or not has_no_bands(case):
        return ""
    return _(
        "No bands here: the case is too large to price each plan in {n} futures. slopt risk does.",
        n=f"{case.settings.risk.samples:,}",
    )


def chosen(case: PlanningCase, state: State) -> str:
    """The key of what is chosen at a state."""
    amount = state.amounts.get(RISK)
    measure = case.settings.risk.measure
    value = (None if measure is None else measure.value) if amount is None else amount.value
    return OWN if value is None else str(value)


def with_choice(case: PlanningCase, state: State, key: str) -> State | None:
    """The state with another choice; None for a key that is none."""
    if key not in (OWN, *(measure.value for measure in RiskMeasure)):
        return None
    if key == chosen(case, State()):
        return state.with_amount(RISK, None)
    return state.with_amount(RISK, Amount(None if key == OWN else key))
