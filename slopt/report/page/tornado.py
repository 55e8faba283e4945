"""The tornado of a sensitivity study: which input moves what the plan makes best."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slopt.engine.reporting import Dossier
from slopt.report import charts
from slopt.report.charts import Chart
from slopt.report.language import Language
from slopt.report.page.curves import WIDE
from slopt.report.page.studies import input_labels, study_of
from slopt.vocabulary import Goal

MOST_BARS = 8


def tornado_chart(dossier: Dossier, _: Language) -> tuple[str, str, Chart] | None:
    """Which input moves the goal: a title, a note, the chart; None without a study."""
    study = study_of(dossier)
    bars = [] if study is None else _bars(study, _)
    if not bars or not any(bar["swing"] for bar in bars):
        return None
    goal = dossier.problem.goal
    size = 100.0 if goal is Goal.MAX_SERVICE else 1.0
    changes = [bar[side] for bar in bars for side in ("low", "high")]
    unit = _.rows_unit([dossier.plan.objective, *changes])
    labels = _.amount if goal is Goal.MAX_SERVICE else unit.signed
    rows = [
        {
            "name": bar["name"],
            **{side: size * bar[side] / unit.size for side in ("low", "high")},
            **{f"{side}_label": labels(size * bar[side]) for side in ("low", "high")},
        }
        for bar in bars
    ]
    head = (
        _("points") if goal is Goal.MAX_SERVICE else _.unit_head(unit, dossier.case.settings.case)
    )
    note = _(
        "Change of what the plan makes best, {unit}: each input alone at the low end (light) and "
        "at the high end (dark) of its range, solved again.",
        unit=head,
    )
    alt = _(
        "{input} moves it most: {low} at its low, {high} at its high, in {unit}.",
        unit=head,
        input=bars[0]["name"],
        low=rows[0]["low_label"],
        high=rows[0]["high_label"],
    )
    title = _("What matters most: {input}", input=bars[0]["name"])
    heads = (("name", _("Input")), ("low_label", _("At its low")), ("high_label", _("At its high")))
    svg = charts.tornado(rows, 0.0, _("plan"), WIDE)
    return title, note, Chart(svg, alt, tuple(rows), heads)


def _bars(study: Mapping[str, Any], _: Language) -> list[dict[str, Any]]:
    """Bars with both ends, the widest first."""
    found, labels = [], input_labels(study, _)
    for bar in study["tornado"]:
        low, high = bar["low"]["change"], bar["high"]["change"]
        if low is not None and high is not None:
            name, swing = labels[bar["input"]], bar["swing"]
            found.append({"name": name, "swing": swing, "low": low, "high": high})
    return found[:MOST_BARS]
