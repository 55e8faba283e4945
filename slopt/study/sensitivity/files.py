"""A sensitivity study as figures: its CSV files, and one JSON document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from slopt import __version__
from slopt.case.case import PlanningCase
from slopt.plan.files import csv_text
from slopt.plan.provenance import assumed_inputs
from slopt.plan.rows import tidy
from slopt.study.sensitivity import Sensitivity
from slopt.study.sensitivity.inputs import Input
from slopt.study.sensitivity.shares import SURE, Share
from slopt.study.sensitivity.stability import Stability
from slopt.study.sensitivity.switch_rows import SWITCH_COLUMNS, proof_of, sides, switch_rows
from slopt.study.sensitivity.switches import Switches
from slopt.study.sensitivity.tornado import Bar, End

TORNADO = "tornado.csv"
SWITCHES = "switch_points.csv"
STABILITY = "stability.csv"
INDICES = "indices.csv"
DOCUMENT = "sensitivity.json"
ALL = (TORNADO, SWITCHES, STABILITY, INDICES, DOCUMENT)

INPUT_COLUMNS = ("input", "kind", "bounds", "scale", "cells", "low", "today", "high")
END_COLUMNS = (
    "status",
    "objective",
    "change",
    "service_cost",
    "lost_sales",
    "total_cost",
    "moves",
    "kept_change",
    "regret",
    "kept_breaks",
)
TORNADO_COLUMNS = (
    *INPUT_COLUMNS,
    "swing",
    *(f"{side}_{name}" for side in ("low", "high") for name in END_COLUMNS),
)
SHARE_COLUMNS = ("share", "share_low", "share_high")
STABILITY_COLUMNS = (
    "segment",
    "tier",
    "futures",
    *SHARE_COLUMNS,
    "rival",
    *(f"rival_{name}" for name in SHARE_COLUMNS),
)
INDEX_COLUMNS = ("input", "result", "segment", "measure", "value", "low", "high")


def sensitivity_files(study: Sensitivity, document: Mapping[str, Any]) -> dict[str, Any]:
    """The files that the study has, by name."""
    from slopt.plan.files import json_text

    files: dict[str, Any] = {}
    if study.bars:
        files[TORNADO] = csv_text(TORNADO_COLUMNS, bar_rows(study))
        files[SWITCHES] = csv_text(SWITCH_COLUMNS, switch_rows(study))
    if study.stability is not None:
        files[STABILITY] = csv_text(STABILITY_COLUMNS, stability_rows(study, study.stability))
    if study.indices is not None:
        files[INDICES] = csv_text(INDEX_COLUMNS, index_rows(study))
    files[DOCUMENT] = json_text(document)
    return files


def sensitivity_document(
    study: Sensitivity, case: PlanningCase, total_seconds: float
) -> dict[str, Any]:
    """All there is to say of a study, in JSON."""
    futures = study.futures
    return {
        "method": study.screening.value,
        "goal": study.problem.goal.value,
        "objective": tidy(futures.today.objective),
        "bound": tidy(futures.today.bound),
        "plan": _tiers(study, futures.plan.tolist()),
        "inputs": [_input_row(one) for one in study.chosen.inputs],
        "change_nothing": list(study.chosen.idle),
        "tornado": [_bar(study, bar) for bar in study.bars],
        "switch_points": [_switches(study, found) for found in study.switches],
        "stability": None if study.stability is None else _stability(study, study.stability),
        "indices": None if study.indices is None else _indices(study),
        "solved": study.solved,
        "confidence": SURE,
        "case_hash": case.hash,
        "slopt_version": __version__,
        "assumed": assumed_inputs(case),
        "seed": study.seed,
        "total_seconds": round(total_seconds, 6),
    }


def _tiers(study: Sensitivity, choice: list[int]) -> dict[str, str]:
    problem = study.problem
    return {
        segment: problem.offer_name(row, choice[row])
        for row, segment in enumerate(problem.segments)
    }


def _input_row(one: Input) -> dict[str, Any]:
    return {
        "input": one.name,
        "kind": None if one.kind is None else one.kind.value,
        "bounds": one.bounds.value,
        "scale": one.scale.value,
        "cells": len(one.now),
        "low": tidy(one.low),
        "today": tidy(one.today),
        "high": tidy(one.high),
    }


def bar_rows(study: Sensitivity) -> Iterator[dict[str, Any]]:
    """The rows of tornado.csv, the widest bar first."""
    return map(_bar_row, study.bars)


def _bar_row(bar: Bar) -> dict[str, Any]:
    row = {**_input_row(bar.input), "swing": tidy(bar.swing)}
    for side, end in (("low", bar.low), ("high", bar.high)):
        row |= {f"{side}_{name}": value for name, value in _end(end).items()}
    return row


def _end(end: End) -> dict[str, Any]:
    """The columns of one end; without a plan its status alone."""
    status = "failed" if end.best.status is None else end.best.status.value
    figures: dict[str, Any] = dict.fromkeys(END_COLUMNS)
    if end.evaluation is not None and end.change is not None:
        evaluation = end.evaluation
        figures |= {name: tidy(getattr(evaluation, name)) for name in END_COLUMNS[3:6]}
        figures["objective"] = tidy(evaluation.objective)
    return figures | {
        "status": status,
        "change": tidy(end.change),
        "moves": None if end.moved is None else len(end.moved),
        "kept_change": tidy(end.kept_change),
        "regret": tidy(end.regret),
        "kept_breaks": ", ".join(end.broken) or None,
    }


def _bar(study: Sensitivity, bar: Bar) -> dict[str, Any]:
    """The columns of tornado.csv, and who moves."""
    ends = {}
    for side, end in (("low", bar.low), ("high", bar.high)):
        ends[side] = {
            "value": tidy(end.where),
            **_end(end),
            "kept_breaks": list(end.broken),
            "moved": _moved(study, end),
            "reason": end.best.reason,
        }
    return {"input": bar.input.name, "swing": tidy(bar.swing), **ends}


def _moved(study: Sensitivity, end: End) -> list[dict[str, str]] | None:
    if end.moved is None or end.best.choice is None:
        return None
    problem, plan = study.problem, study.futures.plan
    return [
        {
            "segment": problem.segments[s],
            "from": problem.offer_name(s, plan[s]),
            "to": problem.offer_name(s, end.best.choice[s]),
        }
        for s in end.moved
    ]


def _switches(study: Sensitivity, found: Switches) -> dict[str, Any]:
    """All switches of an input by rising value, with who moves at each."""
    problem = study.problem
    every = []
    for switch in found.found:
        side = "above" if switch.below.where >= found.input.today else "below"
        last, first = sides(switch, side)
        moves = []
        for s in switch.moved:
            assert switch.below.choice is not None
            assert switch.above.choice is not None
            moves.append(
                {
                    "segment": problem.segments[s],
                    "below": problem.offer_name(s, int(switch.below.choice[s])),
                    "above": problem.offer_name(s, int(switch.above.choice[s])),
                }
            )
        proof = {**proof_of(last, first, switch), "proven": switch.is_proven}
        plans = [part.choice is not None for part in (switch.below, switch.above)]
        every.append(
            {"side": side, **proof, "plan_below": plans[0], "plan_above": plans[1], "moves": moves}
        )
    return {
        "input": found.input.name,
        "switches": every,
        "searched_from": tidy(found.reach[0]),
        "searched_to": tidy(found.reach[1]),
        "ties": found.ties,
    }


def _share(share: Share | None, start: str = "") -> dict[str, Any]:
    if share is None:
        return {f"{start}{name}": None for name in SHARE_COLUMNS}
    values = (share.value, share.low, share.high)
    return {
        f"{start}{name}": tidy(value) for name, value in zip(SHARE_COLUMNS, values, strict=True)
    }


def stability_rows(study: Sensitivity, stability: Stability) -> Iterator[dict[str, Any]]:
    """The rows of stability.csv, in the order of the case."""
    problem = study.problem
    for segment, tier in enumerate(stability.plan.tolist()):
        rival = stability.rival(segment)
        yield {
            "segment": problem.segments[segment],
            "tier": problem.offer_name(segment, tier),
            "futures": stability.with_plan,
            **_share(stability.share(segment)),
            "rival": None if rival is None else problem.offer_name(segment, rival[0]),
            **_share(None if rival is None else rival[1], "rival_"),
        }


def _stability(study: Sensitivity, stability: Stability) -> dict[str, Any]:
    return {
        "futures": stability.n,
        "with_plan": stability.with_plan,
        "unproven": stability.unproven,
        "reason_without_plan": stability.reason or None,
        "plan_is_best": _share(stability.is_best),
        "plan_breaks_a_limit": _share(stability.breaks),
        "regret": {name: tidy(value) for name, value in stability.regret_figures().items()},
        "goal": {name: tidy(value) for name, value in stability.value_figures().items()},
        "segments": list(stability_rows(study, stability)),
    }


def index_rows(study: Sensitivity) -> Iterator[dict[str, Any]]:
    """Every measure of every input, then how often its moving alone changes tiers."""
    found = study.indices
    assert found is not None
    row: dict[str, Any] = dict.fromkeys(INDEX_COLUMNS)
    for number, one in enumerate(study.chosen.inputs):
        row["input"] = one.name
        for result, measures in found.measures.items():
            for measure in measures:
                value, half = float(measure.values[number]), float(measure.halves[number])
                yield row | {
                    "result": result.value,
                    "measure": measure.name,
                    "value": tidy(value),
                    "low": tidy(value - half),
                    "high": tidy(value + half),
                }
        if not found.changed:
            continue
        yield row | {"result": "plan", **_changed(found.changed[number])}
        for segment, hits in enumerate(found.changed_segments[number].tolist()):
            if hits:
                name = study.problem.segments[segment]
                its = _changed(Share(hits, found.steps))
                yield row | {"result": "segment", "segment": name, **its}


def _changed(share: Share) -> dict[str, Any]:
    return {
        "measure": "changed",
        "value": tidy(share.value),
        "low": tidy(share.low),
        "high": tidy(share.high),
    }


def _indices(study: Sensitivity) -> dict[str, Any]:
    found = study.indices
    assert found is not None
    return {
        "groups": found.groups,
        "left_out": found.left_out,
        "places": found.places,
        "kept_breaks": found.breaks,
        "unproven": found.unproven,
        "rows": list(index_rows(study)),
    }
