"""Explanations as plain data: one JSON document, and a table each of segments, limits and rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from slopt import __version__
from slopt.plan.files import csv_text
from slopt.plan.plan import Plan
from slopt.plan.provenance import assumed_inputs
from slopt.plan.result import price_entry, totals
from slopt.plan.rows import tidy
from slopt.problem.choice import ChoiceProblem
from slopt.problem.demands import forbidden
from slopt.problem.evaluate import Evaluation
from slopt.study.exchange_curve import Standing, standing_row
from slopt.study.explain import Alternative, Explanation, Explanations, Move
from slopt.study.explain_limits import LimitValue
from slopt.study.explain_rules import RuleCost
from slopt.study.explain_segments import SEGMENT_COLUMNS, segment_figures, short
from slopt.study.explain_wish import Granted, dearer_limits, parts

LIMIT_COLUMNS = (
    "limit",
    "used",
    "set_to",
    "price",
    "fixed_choice_price",
    "next_step",
    "next_gain",
    "best_from",
    "best_to",
    "best_within",
    "costs",
    "units",
    "gains",
    "gains_at_most",
)
RULE_COLUMNS = ("rule", "costs", "costs_at_least", "costs_at_most", "penalty", "moves")

InWords = Callable[[Mapping[str, Any]], str]
"""A row of figures in a sentence or more."""


def move_rows(problem: ChoiceProblem, moves: Sequence[Move]) -> list[dict[str, str]]:
    """Who moves, with names in place of positions."""
    return [
        {
            "segment": problem.segments[move.segment],
            "from": problem.offer_name(move.segment, move.before),
            "to": problem.offer_name(move.segment, move.after),
        }
        for move in moves
    ]


def explanation_rows(
    plan: Plan, explanations: Explanations, in_words: InWords
) -> list[dict[str, Any]]:
    """Segments as plain data, with names in place of positions."""
    rows = segment_figures(plan, explanations)
    return [
        {**row, "in_words": in_words(row), **_more(plan, entry)}
        for row, entry in zip(rows, explanations, strict=True)
    ]


def _more(plan: Plan, entry: Explanation) -> dict[str, Any]:
    """What a table has no room for."""
    problem = plan.problem
    return {
        "alternatives": [_alternative(problem, entry.segment, o) for o in entry.alternatives],
        "flips": [
            {
                "limit": flip.limit,
                "price": short(flip.now),
                "flips_at": short(flip.at),
                "to": problem.offer_name(entry.segment, flip.tier),
            }
            for flip in entry.flips
        ],
    }


def _alternative(problem: ChoiceProblem, segment: int, option: Alternative) -> dict[str, Any]:
    has_figures = bool(forbidden(problem)[segment, option.tier])
    offered = option.barred != "allowed" or has_figures
    return {
        "tier": problem.offer_name(segment, option.tier),
        "barred": option.barred,
        "possible": option.possible,
        "alone": short(option.alone) if offered else None,
        "plan": short(option.plan),
        "by_prices": short(option.by_prices) if offered else None,
        "others": move_rows(problem, option.others),
    }


def limit_rows(plan: Plan, limits: Sequence[LimitValue]) -> list[dict[str, Any]]:
    """Limits as plain data."""
    rows = []
    for limit in limits:
        best, whole = limit.best_range, limit.whole
        rows.append(
            {
                **price_entry(limit.price),
                "next_units": [
                    {
                        "units": short(relief.units),
                        "limit": short(relief.value),
                        "gains": short(relief.gain),
                        "gains_at_least": short(relief.least),
                        "gains_at_most": short(relief.most),
                        "moves": move_rows(plan.problem, relief.moves),
                    }
                    for relief in limit.reliefs
                ],
                "best_range": best
                and {"from": tidy(best.low), "to": tidy(best.high), "within": short(best.within)},
                "costs": short(whole.cost) if whole else None,
                "without": move_rows(plan.problem, whole.moves) if whole else [],
            }
        )
    return rows


def rule_rows(plan: Plan, rules: Sequence[RuleCost]) -> list[dict[str, Any]]:
    """Rules and contracts as plain data."""
    return [
        {
            "rule": rule.name,
            "costs": short(rule.cost),
            "costs_at_least": short(rule.least),
            "costs_at_most": short(rule.most),
            "penalty": short(rule.penalty),
            "moves": move_rows(plan.problem, rule.moves),
        }
        for rule in rules
    ]


def wish_row(plan: Plan, wish: Granted) -> dict[str, Any]:
    """What a wish costs, who pays for it, or what stands against it."""
    problem, then = wish.beside(plan).problem, wish.evaluation
    return {
        "wishes": [
            {"segment": problem.segments[w.segment], "tier": problem.offer_name(w.segment, w.tier)}
            for w in wish.wishes
        ],
        "status": wish.outcome.status.value,
        "set_aside": list(wish.set_aside),
        "against": list(wish.against),
        "costs": short(wish.costs),
        "gap": short(wish.outcome.gap),
        "parts": then and {k: short(v) for k, v in parts(plan.evaluation, then).items()},
        "totals": then and totals(then),
        "moves": move_rows(problem, wish.moves),
        "prices": [
            {"limit": c.limit, "before": short(c.before), "after": short(c.after)}
            for c in dearer_limits(plan, wish.outcome)
        ],
    }


def explanation_document(
    plan: Plan,
    segments: Explanations | None,
    limits: Sequence[LimitValue] | None,
    rules: Sequence[RuleCost] | None,
    wish: Granted | None,
    in_words: InWords,
    is_complete: bool = True,
    by_level: Sequence[Evaluation] = (),
    standings: Sequence[Standing] = (),
) -> dict[str, Any]:
    """explanation.json: null where something was not asked."""
    return {
        "status": plan.status.value,
        "goal": plan.problem.goal.value,
        "objective": tidy(plan.objective),
        "bound": tidy(plan.bound),
        "gap": tidy(plan.gap),
        "segments": None if segments is None else explanation_rows(plan, segments, in_words),
        "limits": None if limits is None else limit_rows(plan, limits),
        "rules": None if rules is None else rule_rows(plan, rules),
        "why_not": None if wish is None else wish_row(plan, wish),
        "by_level": [totals(each) for each in by_level] or None,
        "method": plan.outcome.method.value,
        "case_hash": plan.case.hash,
        "slopt_version": __version__,
        "assumed": assumed_inputs(plan.case),
        "is_complete": is_complete,
        **({"curves": [standing_row(each) for each in standings]} if standings else {}),
    }


TABLES = ("explanation_segments.csv", "explanation_limits.csv", "explanation_rules.csv")


def explanation_tables(document: dict[str, Any]) -> dict[str, str]:
    """The CSV files of an explanation, by name: those that it has rows for."""
    files = {}
    if document["segments"] is not None:
        files["explanation_segments.csv"] = csv_text(SEGMENT_COLUMNS, document["segments"])
    if document["limits"] is not None:
        files["explanation_limits.csv"] = csv_text(
            LIMIT_COLUMNS, list(_limit_table(document["limits"]))
        )
    if document["rules"] is not None:
        rows = [{**row, "moves": float(len(row["moves"]))} for row in document["rules"]]
        files["explanation_rules.csv"] = csv_text(RULE_COLUMNS, rows)
    return files


def _limit_table(limits: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """A row for each limit and each of its next units; one for a limit without any."""
    for limit in limits:
        best = limit["best_range"] or {"from": None, "to": None, "within": None}
        same = {
            "limit": limit["name"],
            "used": limit["used"],
            "set_to": limit["limit"],
            "price": limit["price"],
            "fixed_choice_price": limit["fixed_choice_price"],
            "next_step": limit["next_step"],
            "next_gain": limit["next_gain"],
            "best_from": best["from"],
            "best_to": best["to"],
            "best_within": best["within"],
            "costs": limit["costs"],
        }
        none = {"units": None, "gains": None, "gains_at_most": None}
        for relief in limit["next_units"] or [none]:
            yield {**same, **{name: relief[name] for name in none}}
