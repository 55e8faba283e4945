"""The explanation of a plan for uncertain futures as plain data: one document and one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slopt import __version__
from slopt.plan.files import csv_text
from slopt.plan.provenance import assumed_inputs
from slopt.plan.rows import tidy
from slopt.study.explain_risk import ExplainedForRisk, TierInFutures

COLUMNS = (
    "segment",
    "tier",
    "other_tier",
    "own",
    "mean",
    "tail",
    "weighed",
    "better_in",
    "barred",
    "breaks",
    "in_words",
)
InWords = Callable[[int, TierInFutures], str]
"""What a segment's other tier costs, in sentences; the segment by its position."""


def risk_explanation_document(found: ExplainedForRisk, in_words: InWords) -> dict[str, Any]:
    """explanation.json of a plan for uncertain futures."""
    plan, risk = found.plan, found.risk
    return {
        "status": plan.status.value,
        "goal": plan.problem.goal.value,
        "measure": risk.aim.measure.value,
        "tail": risk.aim.tail,
        "value": tidy(risk.value),
        "bound": tidy(risk.bound),
        "gap": tidy(risk.gap),
        "futures": risk.problem.count,
        "counts": None if found.counts is None else [tidy(n) for n in found.counts.tolist()],
        "segments": rows_of(found, in_words),
        "method": plan.outcome.method.value,
        "case_hash": plan.case.hash,
        "slopt_version": __version__,
        "assumed": assumed_inputs(plan.case),
    }


def rows_of(found: ExplainedForRisk, in_words: InWords) -> list[dict[str, Any]]:
    """A row for each segment and other tier."""
    problem = found.plan.problem
    return [
        {
            "segment": problem.segments[segment.segment],
            "tier": problem.offer_name(segment.segment, segment.tier),
            "other_tier": problem.offer_name(segment.segment, other.tier),
            "own": tidy(other.own),
            "mean": tidy(other.mean),
            "tail": tidy(other.tail),
            "weighed": tidy(other.weighed),
            "better_in": tidy(other.better_in),
            "barred": other.barred,
            "breaks": list(other.breaks),
            "in_words": in_words(segment.segment, other),
        }
        for segment in found.segments
        for other in segment.others
    ]


def risk_explanation_csv(found: ExplainedForRisk, in_words: InWords) -> str:
    """explanation_segments.csv of a plan for uncertain futures."""
    rows = [{**row, "breaks": ", ".join(row["breaks"]) or None} for row in rows_of(found, in_words)]
    return csv_text(COLUMNS, rows)
