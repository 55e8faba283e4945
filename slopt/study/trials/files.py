"""What `slopt design --out DIR` writes: the trial, who is in it, and how its result is read."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from slopt.plan.files import csv_text, json_text
from slopt.study.trials.asked import Lots
from slopt.study.trials.assignment import arms_of
from slopt.study.trials.classic import by_the_textbook
from slopt.study.trials.lessons import Lesson, why_not
from slopt.study.trials.propose import Proposal, Trial
from slopt.study.trials.search import Looked, Search

DOCUMENT, ARMS, LOG, MAPPING = "design.json", "trial.csv", "trial_log.csv", "trial.toml"
ALL = (DOCUMENT, ARMS, LOG, MAPPING)
ARM_COLUMNS = ("segment", "arm", "customers", "tier")
LOG_COLUMNS = {
    Lesson.LEAVING: ("customer", "segment", "arm", "tier", "phase", "orders", "failed", "left"),
    Lesson.ORDERS: ("customer", "segment", "arm", "tier", "phase", "orders", "failed", "bought"),
    Lesson.LEVEL: ("customer", "segment", "arm", "tier", "phase", "orders", "failed"),
}
"""A row a customer and period of the trial (`phase`: before or after; blank is after)."""


def design_files(
    search: Search, document: dict[str, Any], base: str | None = None
) -> dict[str, str]:
    """The files by name; without a trial that pays the document alone.

    `base` is how the log's mapping names the case, None where it cannot be written into.
    """
    files = {DOCUMENT: json_text(document)}
    first = search.first
    if first is None or first.proposal is None:
        return files
    problem = search.problem
    rows = [
        {
            "segment": problem.segments[one.segment], "arm": one.arm, "customers": one.customers,
            "tier": problem.tiers[one.tier],
        }
        for one in arms_of(first.proposal.proposed, search.case.settings.solve.seed)
    ]  # fmt: skip
    files[ARMS] = csv_text(ARM_COLUMNS, rows)
    columns = LOG_COLUMNS[first.proposal.lesson]
    files[LOG] = ",".join(columns) + "\n"
    files[MAPPING] = mapping(search, first, base)
    return files


def mapping(search: Search, first: Looked, base: str | None) -> str:
    """A history file by which `slopt calibrate` reads the log of the trial."""
    proposal = first.proposal
    assert proposal is not None
    info = search.case.settings.case
    trial = proposal.proposed
    whole = trial.layout.lots is Lots.SEGMENTS
    lines = [
        f"# How slopt calibrate reads {LOG}, once it is filled: a row a customer and period.",
        "# Or copy [trial] and [trial.columns] into the history file that your case is made from,",
        "# without the key case.",
        "[case]",
        f"name = {_quoted(info.name)}",
        f"currency = {_quoted(info.currency)}",
        f"period = {_quoted(info.period.value)}",
        "",
        "[trial]",
        f"file = {_quoted(LOG)}",
        *([] if base is None else [f"case = {_quoted(base)}"]),
        f"holds_for = {_quoted('all' if _speaks_of_all(first) else 'segments')}",
        f"drawn = {_quoted('segments' if whole and not trial.layout.is_whole else 'customers')}",
        "",
        "[trial.columns]",
        *(f"{name} = {_quoted(name)}" for name in LOG_COLUMNS[proposal.lesson]),
    ]
    return "\n".join(lines) + "\n"


def _speaks_of_all(first: Looked) -> bool:
    """Whether the input is one number for every segment that has none of its own."""
    return first.input.table != "offers" and "[" not in first.input.name.removeprefix("tiers[")


def _quoted(text: str) -> str:
    signs = {'"': '\\"', "\\": "\\\\"}
    plain = "".join(signs.get(s, s if ord(s) >= 32 else f"\\u{ord(s):04x}") for s in text)
    return f'"{plain}"'


def design_document(search: Search, seconds: float) -> dict[str, Any]:
    """What design.json holds."""
    case, wanted, first = search.case, search.wanted, search.first
    return {
        "case": case.settings.case.name,
        "currency": case.settings.case.currency,
        "period": case.settings.case.period.value,
        "case_hash": case.hash,
        "pays": first is not None,
        "power": wanted.power,
        "level": wanted.level,
        "periods": wanted.periods,
        "design": wanted.design.value,
        "alike": wanted.alike,
        "setup": wanted.setup,
        "seed": case.settings.solve.seed,
        "trial": None if first is None else _proposal(search, first),
        "inputs": [_looked(looked) for looked in search.looked],
        "seconds": seconds,
    }


def _looked(looked: Looked) -> dict[str, Any]:
    proposal = looked.proposal
    trial = None if proposal is None else proposal.proposed
    return {
        "input": looked.input.name,
        "teaches": None if looked.lesson is None else looked.lesson.value,
        "why_not": str(why_not(looked.input)) if looked.lesson is None else None,
        "too_few_customers": looked.too_few,
        "too_few_segments": looked.too_few_segments,
        "too_short": looked.too_short,
        "told_by_the_plan": looked.by_the_plan,
        "told_by_the_best_plan": looked.by_the_best,
        "worth_knowing": _number(looked.worth_knowing) if looked.curve is not None else None,
        "worth_of_trial": None if trial is None else _number(trial.worth),
        "cost_of_trial": None if trial is None else _number(trial.cost),
        "net": None if trial is None else _number(trial.net),
        "customers_for_power": None if proposal is None else _number(proposal.needed),
        "length_for_power": None if proposal is None else proposal.needed_length,
    }


def _proposal(search: Search, first: Looked) -> dict[str, Any]:
    proposal, problem = first.proposal, search.problem
    assert proposal is not None
    trial = proposal.proposed
    arms = arms_of(trial, search.case.settings.solve.seed)
    return {
        "input": first.input.name,
        "teaches": proposal.lesson.value,
        "today": _number(proposal.today),
        "low": _number(proposal.low),
        "high": _number(proposal.high),
        "switch": _number(proposal.switch),
        "effect": _number(proposal.effect),
        "customers_for_power": _number(proposal.needed),
        "length_for_power": proposal.needed_length,
        "drawn": trial.layout.lots.value,
        "proposed": _trial(trial),
        "with_power": None if proposal.powered is None else _trial(proposal.powered),
        "worth_most": _trial(proposal.best),
        "by_the_textbook": by_the_textbook(proposal, search.wanted.power, search.wanted.level),
        "curve": [_trial(one) for one in proposal.curve],
        "arms": [
            {
                "segment": problem.segments[one.segment], "arm": one.arm,
                "customers": _number(one.customers), "tier": problem.tiers[one.tier],
            }
            for one in arms
        ],
        "results": [
            {
                "from": _number(result.low),
                "to": _number(result.high),
                "moves": [
                    {
                        "segment": problem.segments[segment],
                        "planned": problem.tiers[planned],
                        "then": problem.tiers[then],
                    }
                    for segment, planned, then in moves_of(proposal, result.plan)
                ],
            }
            for result in proposal.results
        ],
    }  # fmt: skip


def moves_of(proposal: Proposal, plan: int) -> list[tuple[int, int, int]]:
    """(segment, planned tier, tier then) of the segments that a result moves."""
    curve = proposal.value_curve
    planned, then = curve.choices[curve.planned], curve.choices[plan]
    return [(int(s), int(planned[s]), int(then[s])) for s in np.flatnonzero(planned != then)]


def _trial(trial: Trial) -> dict[str, Any]:
    return {
        "treated": _number(trial.treated),
        "length": trial.length,
        "standard_error": _number(trial.error),
        "power": _number(trial.power),
        "worth_a_period": _number(trial.worth_a_period),
        "worth": _number(trial.worth),
        "extra_service_cost": _number(trial.booked),
        "extra_lost_sales": _number(trial.risked),
        "cost": _number(trial.cost),
        "net": _number(trial.net),
    }


def _number(value: float | None) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.12g}")
