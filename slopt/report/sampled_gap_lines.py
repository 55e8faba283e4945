"""Whether a plan holds in futures that it was not chosen on, in sentences."""

from __future__ import annotations

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.report.goal_figures import goal_figures
from slopt.report.language import ENGLISH, Language
from slopt.report.table import sentence
from slopt.study.risk.sampled_gap import SampledGap

UNCHANGED = 1e-9
"""Less than this share of what the plan comes to is no difference."""


def sampled_gap_lines(
    found: SampledGap, case: PlanningCase, width: int, language: Language = ENGLISH
) -> list[Text]:
    """What it comes to in fresh futures, and how far from the best plan it may be."""
    _ = language
    sign = -1.0 if case.settings.plan.goal.maximises else 1.0
    ends = (found.fresh.low, found.fresh.high)
    figures = goal_figures(
        case, (sign * found.chosen_on, sign * found.fresh.value), (found.most,), _
    )
    fresh = _.count(
        "In {n} fresh future the plan comes to {value} ({low} to {high}), and to {own} in those "
        "that it was chosen on.",
        "In {n} fresh futures the plan comes to {value} ({low} to {high}), and to {own} in those "
        "that it was chosen on.",
        found.fresh_count,
        value=figures.value(sign * found.fresh.value),
        low=figures.value(min(sign * end for end in ends)),
        high=figures.value(max(sign * end for end in ends)),
        own=figures.value(sign * found.chosen_on),
    )
    if found.most <= UNCHANGED * abs(found.fresh.value):
        gap = _(
            "Chosen anew on {samples} samples of {count} futures, no plan did better.",
            samples=len(found.gaps),
            count=f"{found.count:,}",
        )
    else:
        gap = _(
            "Chosen anew on {samples} samples of {count} futures: the best plan over all that may "
            "come is better by no more than {most} ({share} %), as sure as 95 %.",
            samples=len(found.gaps),
            count=f"{found.count:,}",
            most=figures.regret(found.most),
            share=f"{100 * found.share:.2g}",
        )
    small = found.too_small()
    said = [fresh, gap, *([] if small is None else [small])]
    return sentence(_.sentences(said), width)
