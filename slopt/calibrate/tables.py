"""Estimates and assumptions as the tables of a planning case: the files, by name."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from slopt.calibrate.assumptions import LINKS
from slopt.calibrate.estimate import Estimate
from slopt.calibrate.history import Assumption, History
from slopt.calibrate.satisfaction import scored_log
from slopt.calibrate.shares import Interval
from slopt.case.columns import show
from slopt.case.schema import BY_NAME
from slopt.plan.files import csv_text
from slopt.vocabulary import Satisfaction, SourceKind

Row = dict[str, Any]
WRITTEN_BY = "# Written by slopt calibrate"
"""How the settings of a case that calibration wrote begin."""
KEYS = {
    "segments": ("segment",),
    "tiers": ("tier",),
    "response": ("segment",),
    "offers": ("segment", "tier"),
    "satisfaction": ("segment",),
    "stock_outs": ("segment",),
    "sales_curves": ("segment",),
    "sales_points": ("segment", "point"),
}


OF_TIER = {
    "service_level": ("service_level",),
    "service_cost": ("cost_per_customer", "cost_per_order"),
}
"""For columns of offers, those of tiers that take their place when assumed."""


def case_files(
    history: History, segments: Iterable[str], tiers: Iterable[str], estimates: Iterable[Estimate],
    forbidden: Iterable[tuple[str, str]],
) -> dict[str, str]:  # fmt: skip
    """The files of the case. What is assumed for a cell beats what is estimated for it.

    `forbidden` pairs of segment and tier become offers that are not allowed.
    """
    estimates = [*_beaten(history, estimates), *_assumed(history)]
    rows: dict[str, dict[tuple[str, ...], Row]] = {
        "segments": {(name,): {"segment": name} for name in segments},
        "tiers": {},
        "response": {},
        "offers": {},
        "satisfaction": {},
        "stock_outs": {},
        "sales_curves": {},
        "sales_points": {},
    }
    levels = {
        e.tier: e.value for e in estimates if (e.table, e.column) == ("tiers", "service_level")
    }
    ordered = _ordered(history, tiers, levels)
    for place, tier in enumerate(ordered, start=1):
        rows["tiers"][(tier,)] = {"tier": tier, "rank": place}
    for segment, tier in forbidden:
        rows["offers"][segment, tier] = {"segment": segment, "tier": tier, "allowed": "false"}
    for each in estimates:
        _place(rows, each, ordered)
    _fill_offers(rows["offers"])
    log = scored_log(history)
    _fill_scales(rows["satisfaction"].values(), None if log is None else log.scale)
    files = {"case.toml": settings_text(history)}
    for table, its in rows.items():
        if its:
            rank = {tier: at for at, tier in enumerate(ordered)}
            lines = list(its.values())
            if table == "offers":
                order = {name: at for at, (name,) in enumerate(rows["segments"])}
                lines.sort(key=lambda row: (order[row["segment"]], rank[row["tier"]]))
            files[f"{table}.csv"] = _csv(table, lines)
    files["sources.csv"] = _csv("sources", _sources(estimates))
    return files


def _sources(estimates: Iterable[Estimate]) -> list[Row]:
    """A row a cell; the points of one sales curve have one together."""
    rows: dict[tuple[str, ...], list[Estimate]] = {}
    for each in estimates:
        key = (each.table, each.column, each.segment, each.tier)
        rows.setdefault(key, []).append(each)
    return [_source(_together(its)) for its in rows.values()]


def _together(points: list[Estimate]) -> Estimate:
    """The row of all points of a curve: assumed where one of them is, and without an interval.

    One interval does not hold for points that differ: what was seen is told by the source.
    """
    if len(points) == 1:
        return points[0]
    assumed = [each for each in points if each.kind is SourceKind.ASSUMED]
    source = points[0].source
    if assumed and len(assumed) < len(points):
        kept = ", ".join(each.point for each in points if each not in assumed)
        names = ", ".join(each.point for each in assumed)
        kind = next(each.kind for each in points if each not in assumed)
        source += f"; {kept}: {kind.value}; {names}: assumed"
    kinds = [each.kind for each in points]
    return replace(
        points[0], kind=max(kinds, key=list(SourceKind).index), source=source, interval=None
    )


def _beaten(history: History, estimates: Iterable[Estimate]) -> list[Estimate]:
    """Estimates whose cell no assumption fills, nor that of their tier."""

    def is_beaten(each: Estimate) -> bool:
        if each.table != "offers":
            return history.assumed(each.table, each.column, each.segment, each.tier) is not None
        columns = OF_TIER.get(each.column, ())
        return any(history.assumed("tiers", column, "*", each.tier) for column in columns)

    return [each for each in estimates if not is_beaten(each)]


def _assumed(history: History) -> list[Estimate]:
    return [
        _estimate(row)
        for row in history.assumptions
        if (row.table, row.column) not in {("response", link) for link in LINKS.values()}
    ]


def _estimate(row: Assumption) -> Estimate:
    value = row.value if isinstance(row.value, str) else float(row.value)
    low = math.nan if row.low is None else row.low
    high = math.nan if row.high is None else row.high
    return Estimate(
        row.table, row.column, value, row.kind, row.source, row.segment, row.tier,
        interval=Interval(math.nan, low, high),
    )  # fmt: skip


def _ordered(
    history: History, tiers: Iterable[str], levels: Mapping[str, float | str]
) -> list[str]:
    """Tiers from the lowest: in the order given, else by service level; assumed ones included."""
    assumed = [row.tier for row in history.assumptions if row.table == "tiers" and row.tier != "*"]
    names = list(dict.fromkeys([*tiers, *history.menu.order, *assumed]))
    given = {name: place for place, name in enumerate(history.menu.order)}
    everywhere = levels.get("*", 0.0)
    return sorted(
        names, key=lambda name: (given.get(name, len(given)), float(levels.get(name, everywhere)))
    )


def _place(
    rows: dict[str, dict[tuple[str, ...], Row]], each: Estimate, tiers: Iterable[str]
) -> None:
    """The value into its row; in segments and tiers `*` stands for every row without its own."""
    if each.table == "satisfaction":
        _place_answers(rows["satisfaction"], each)
        return
    table = rows[each.table]
    ids = {"segment": each.segment, "tier": each.tier, "point": each.point}
    key = tuple(ids[name] for name in KEYS[each.table])
    if each.table in ("segments", "tiers") and key == ("*",):
        for row in table.values():
            row.setdefault(each.column, each.value)
        return
    row = table.setdefault(key, {name: ids[name] for name in KEYS[each.table]})
    if row.get("allowed") != "false":
        row[each.column] = each.value


def _place_answers(rows: dict[tuple[str, ...], Row], each: Estimate) -> None:
    """Mean answers in one survey, promoters and detractors in another, a row a segment."""
    kind = Satisfaction.INDEX if each.column == "answer" else Satisfaction.RECOMMENDATION
    survey = "satisfaction" if kind is Satisfaction.INDEX else "recommendation"
    row = rows.setdefault(
        (survey, each.segment), {"survey": survey, "segment": each.segment, "kind": kind.value}
    )
    row[each.column] = each.value
    row["n"] = None if each.n is None else float(round(each.n))


def _fill_scales(rows: Iterable[Row], scale: tuple[float, float] | None) -> None:
    """The ends of the scale that the answers are on."""
    if scale is not None:
        for row in rows:
            row["worst"], row["best"] = scale


def _fill_offers(offers: dict[tuple[str, ...], Row]) -> None:
    """The flag that goes with every offer where some are forbidden."""
    for row in offers.values():
        row.setdefault("allowed", "true")


def _csv(table: str, rows: list[Row]) -> str:
    used = {column for row in rows for column in row}
    schema = BY_NAME[table]
    columns = [column.name for column in schema.columns if column.name in used]
    return csv_text(columns, [{name: _cell(row.get(name)) for name in columns} for row in rows])


def _cell(value: Any) -> Any:
    """Six digits: more than any estimate has."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    return value


def _source(each: Estimate) -> Row:
    return {
        "table": each.table, "column": each.column, "segment": each.segment, "tier": each.tier,
        "kind": SourceKind(each.kind).value, "low": each.low, "high": each.high,
        "n": None if each.n is None else float(round(each.n)), "source": each.source,
    }  # fmt: skip


def settings_text(history: History) -> str:
    """case.toml: the settings of the history file, as they stand there."""
    lines = [f"{WRITTEN_BY} from {history.path.name}."]
    for section, entries in history.settings.items():
        lines += ["", f"[{section}]"]
        for key, value in entries.items():
            lines.append(f"{key} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    text = show(value)
    escaped = "".join(
        f"\\u{ord(sign):04x}" if ord(sign) < 32 else "\\" + sign if sign in '"\\' else sign
        for sign in text
    )
    return f'"{escaped}"'
