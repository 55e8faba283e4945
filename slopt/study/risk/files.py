"""How a plan fares as figures: futures.csv, inputs.csv, and the part of risk.json that tells it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from slopt.plan.files import csv_text
from slopt.plan.rows import tidy
from slopt.problem.scenarios.inputs import UncertainInput
from slopt.study.risk.drivers import Driver
from slopt.study.risk.estimates import SURE, Estimate
from slopt.study.risk.knowing import Knowing, Known, WorthKnowing
from slopt.study.risk.outlook import LEVEL, LEVELS, MONEY, VALUE, LimitOutlook, Outlook
from slopt.study.risk.sample_size import TooSmall
from slopt.study.risk.study import RiskStudy

FUTURES, INPUTS = "futures.csv", "inputs.csv"
ALL = (FUTURES, INPUTS)
FUTURE_COLUMNS = ("future", "probability", VALUE, *MONEY, LEVEL)
ENDS = ("", "_low", "_high")
DRIVER_COLUMNS = (
    "in_bad",
    "in_rest",
    "place_in_bad",
    "place_in_rest",
    "separation",
    "p_value",
    *(f"explained{end}" for end in ENDS),
)
INPUT_COLUMNS = (
    "input",
    "kind",
    "cells",
    "source",
    "distribution",
    "low",
    "today",
    "high",
    *DRIVER_COLUMNS,
    *(f"worth{end}" for end in ENDS),
)


def risk_files(study: RiskStudy) -> dict[str, str]:
    """The CSV files of a study, by name."""
    return {
        FUTURES: csv_text(future_columns(study), future_rows(study)),
        INPUTS: csv_text(INPUT_COLUMNS, input_rows(study)),
    }


def future_columns(study: RiskStudy) -> list[str]:
    """The columns of futures.csv: figures, then use by resource, then the inputs."""
    found = study.plan.figures
    used = [name for name in found if name.startswith(("used[", "extra["))]
    inputs = [one.name for one in study.futures.inputs]
    return [*FUTURE_COLUMNS, *used, "broken", "regret", *inputs]


def future_rows(study: RiskStudy) -> Iterator[dict[str, Any]]:
    """One row a future: what the plan costs and loses there, limits broken, regret, the inputs."""
    fares, futures = study.plan.fares, study.futures
    names = study.problem.base.resources
    for w, name in enumerate(futures.names):
        row: dict[str, Any] = {"future": name, "probability": tidy(float(futures.probability[w]))}
        for figure in (VALUE, *MONEY, LEVEL):
            row[figure] = tidy(float(getattr(fares, figure)[w]))
        for r, resource in enumerate(names):
            row[f"used[{resource}]"] = tidy(float(fares.used[w, r]))
            row[f"extra[{resource}]"] = tidy(float(fares.extra[w, r]))
        broken = [limit.name for limit in fares.limits if limit.breach[w] > 0]
        row["broken"] = "; ".join(broken) or None
        behind = study.hindsight
        row["regret"] = None if behind is None else tidy(float(behind.regret[w]))
        for d, one in enumerate(futures.inputs):
            row[one.name] = tidy(float(futures.values[w, d]))
        yield row


def input_rows(study: RiskStudy) -> Iterator[dict[str, Any]]:
    """A row for each input, for each column with several, and for the scenarios: what drives the
    bad futures first, then what knowing it is worth.
    """
    blank: dict[str, Any] = dict.fromkeys(INPUT_COLUMNS)
    inputs = {one.name: one for one in study.futures.inputs}
    known = () if study.knowing is None else study.knowing.worth
    worth = {one.name: one for one in known if one.group.known is Known.INPUT}
    driving = {one.name for one in study.drivers if not one.is_scenario}
    for driver in study.drivers:
        kind = Known.SCENARIO if driver.is_scenario else Known.INPUT
        row = blank | {"input": driver.name, "kind": kind.value} | _driver_row(driver)
        if not driver.is_scenario:
            row |= _input_row(inputs[driver.name]) | _worth_row(worth.get(driver.name))
        yield row
    for name, one in inputs.items():
        if name not in driving:
            row = blank | {"input": name, "kind": Known.INPUT.value} | _input_row(one)
            yield row | _worth_row(worth.get(name))
    for found in known:
        if found.group.known is not Known.INPUT:
            many = "scenarios" if found.group.known is Known.SCENARIO else "column"
            yield blank | {"input": found.name, "kind": many} | _worth_row(found)


def _input_row(one: UncertainInput) -> dict[str, Any]:
    return {
        "cells": len(one.now),
        "source": None if one.kind is None else one.kind.value,
        "distribution": one.distribution.value,
        "low": tidy(float(one.lows.mean())),
        "today": tidy(one.today),
        "high": tidy(float(one.highs.mean())),
    }


def _driver_row(driver: Driver) -> dict[str, Any]:
    row = {name: tidy(getattr(driver, name)) for name in DRIVER_COLUMNS[:6]}
    return row | _flat("explained", driver.explained)


def _worth_row(found: WorthKnowing | None) -> dict[str, Any]:
    return {} if found is None else _flat("worth", found.worth)


def _flat(name: str, found: Estimate) -> dict[str, Any]:
    ends = (found.value, found.low, found.high)
    return {f"{name}{end}": tidy(value) for end, value in zip(ENDS, ends, strict=True)}


def risk_document(study: RiskStudy) -> dict[str, Any]:
    """All that is known of how the plan fares, in JSON. Every estimate has value, low and high."""
    futures, plan, behind = study.futures, study.plan, study.hindsight
    base = study.problem.base
    row = range(base.segment_count)
    return {
        "goal": base.goal.value,
        "tail": plan.tail,
        "confidence": SURE,
        "futures": {
            "count": futures.count,
            "drawn": study.sample.drawn,
            "sampling": futures.case.settings.risk.sampling.value,
            "seed": futures.case.settings.solve.seed,
            "scenarios": [
                {"scenario": one.name, "probability": tidy(one.probability)}
                for one in futures.listed
            ],
        },
        "plan": {base.segments[s]: base.offer_name(s, int(plan.choice[s])) for s in row},
        "reserve": {
            name: tidy(float(units))
            for name, units in zip(base.resources, plan.reserve, strict=True)
            if units > 0
        },
        "figures": [figure_row(one) for one in plan.figures.values()],
        "limits": [limit_row(one) for one in plan.limits],
        "any_limit_broken": estimate_row(plan.any_broken),
        "regret": None
        if behind is None
        else {
            **figure_row(behind.outlook),
            "mean_at_most": tidy(behind.at_most),
            "largest": tidy(float(behind.regret.max())),
            "largest_in": futures.names[behind.worst],
            "plan_is_best": estimate_row(behind.is_best),
        },
        "drivers": [_driver(one) for one in study.drivers],
        "knowing": None if study.knowing is None else _knowing(study.knowing),
        "too_small": [small_row(one) for one in study.too_small],
    }


def estimate_row(found: Estimate | None) -> dict[str, float | None] | None:
    """value, low and high; an end that the sample cannot tell is null."""
    if found is None:
        return None
    return {"value": tidy(found.value), "low": tidy(found.low), "high": tidy(found.high)}


def figure_row(one: Outlook) -> dict[str, Any]:
    """A figure over the futures."""
    quantiles = {
        f"q{round(100 * level):02d}": estimate_row(found)
        for level, found in zip(LEVELS, one.quantiles, strict=True)
    }
    return {
        "name": one.name,
        "own": tidy(one.own),
        "mean": estimate_row(one.mean),
        "deviation": estimate_row(one.deviation),
        **quantiles,
        "tail_mean": estimate_row(one.tail_mean),
        "more_is_better": one.more_is_better,
    }


def limit_row(one: LimitOutlook) -> dict[str, Any]:
    """A limit over the futures."""
    return {
        "name": one.name,
        "at_least": one.at_least,
        "penalty": tidy(one.penalty),
        "chance": estimate_row(one.chance),
        "broken_in": one.broken_in,
        "amount": estimate_row(one.amount),
        "worst": tidy(one.worst),
        "spare": estimate_row(one.spare),
        "holds_now": one.holds_now,
    }


def small_row(one: TooSmall) -> dict[str, Any]:
    """What the sample is too small for."""
    return {"code": one.code.value, "message": str(one.message), "have": one.have, "need": one.need}


def _driver(one: Driver) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": "scenario" if one.is_scenario else "input",
        **{name: tidy(getattr(one, name)) for name in DRIVER_COLUMNS[:6]},
        "clear": one.is_clear,
        "explained": estimate_row(one.explained),
    }


def _knowing(found: Knowing) -> dict[str, Any]:
    return {
        "perfect": estimate_row(found.perfect),
        "planned": estimate_row(found.planned),
        "candidates": len(np.unique(found.choices, axis=0)),
        "worth": [
            {
                "name": one.name,
                "kind": one.group.known.value,
                "inputs": max(len(one.group.inputs), 1),
                "worth": estimate_row(one.worth),
            }
            for one in found.worth
        ],
    }
