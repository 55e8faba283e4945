"""What studies of the same case say of the plan: how it holds up, what moves it, what turns it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slopt.engine.reporting import Dossier
from slopt.report.column_words import column_words
from slopt.report.language import Language
from slopt.report.numbers import MINUS, NONE, percent
from slopt.report.page.names import few_names, middle_cut
from slopt.study.sensitivity.inputs import Scale
from slopt.vocabulary import Goal

MOST_SWITCHES = 6
LONGEST_INPUT = 40


@dataclass(frozen=True)
class SwitchRow:
    """An input, and how far it has to go until another plan is better."""

    name: str
    today: str
    below: str
    above: str
    moves: str


def study_of(dossier: Dossier) -> Mapping[str, Any] | None:
    """The sensitivity study, where it was made around this very plan."""
    study = dossier.studies.get("sensitivity")
    if study is None:
        return None
    problem, choice = dossier.problem, dossier.plan.choice
    plan = {name: problem.tiers[int(k)] for name, k in zip(problem.segments, choice, strict=True)}
    return study if study.get("plan") == plan else None


def input_labels(study: Mapping[str, Any], language: Language) -> dict[str, str]:
    """What each input is called: its column in words; all of its path where it is of some rows."""
    names = [entry["input"] for entry in study["inputs"]]
    found = {}
    for name in names:
        table, _, column = name.rpartition(".")
        is_whole = not table.endswith("]") or table.endswith("[*]")
        label = name
        if is_whole and table:
            label = language.capital(column_words(table.partition("[")[0], column, language))
        found[name] = middle_cut(label, LONGEST_INPUT)
    return found


def _stability(dossier: Dossier) -> Mapping[str, Any] | None:
    study = study_of(dossier)
    found = None if study is None else study.get("stability")
    return found if found and found.get("with_plan") else None


def share_of(dossier: Dossier, segment: str) -> float | None:
    """In which share of the sampled futures the planned tier of a segment is the best."""
    found = _stability(dossier)
    if found is None:
        return None
    row = next((row for row in found["segments"] if row["segment"] == segment), None)
    return None if row is None else row["share"]


def robustness(dossier: Dossier, _: Language) -> tuple[str, str] | None:
    """How the plan holds up where all uncertain inputs are drawn at once: a title and a text."""
    found = _stability(dossier)
    if found is None:
        return None
    share, futures = found["plan_is_best"]["share"], found["with_plan"]
    best = round(share * futures)
    title = _("Best in {best} of {futures} draws", best=f"{best:,}", futures=f"{futures:,}")
    said = [_("All uncertain inputs are drawn at once from their ranges.")]
    regret = found.get("regret") or {}
    currency = dossier.case.settings.case.currency
    if dossier.problem.goal is not Goal.MAX_SERVICE and regret.get("q95") is not None:
        said.append(
            _(
                "Keeping this plan costs {mean} in the mean and up to {q95} in 95 of 100.",
                mean=_.money(regret["mean"], currency),
                q95=_.money(regret["q95"], currency),
            )
        )
    breaks = found["plan_breaks_a_limit"]["share"]
    if breaks:
        said.append(_("It breaks a limit in {share} %.", share=percent(breaks)))
    return title, _.sentences(said)


def switch_rows(dossier: Dossier, _: Language) -> tuple[SwitchRow, ...]:
    """The inputs whose nearest switch point turns the decision, in the order of the study."""
    study = study_of(dossier)
    if study is None:
        return ()
    names = dict(zip(dossier.problem.segments, dossier.names, strict=True))
    today = {entry["input"]: entry["today"] for entry in study["inputs"]}
    scales = {entry["input"]: Scale(entry["scale"]) for entry in study["inputs"]}
    labels = input_labels(study, _)
    rows = []
    for entry in study["switch_points"]:
        below = [s for s in entry["switches"] if s["side"] == "below"]
        above = [s for s in entry["switches"] if s["side"] == "above"]
        if not below and not above:
            continue
        nearest = [*below[-1:], *above[:1]]
        moved = {move["segment"]: None for switch in nearest for move in switch["moves"]}
        rows.append(
            SwitchRow(
                labels[entry["input"]],
                _value(today[entry["input"]], scales[entry["input"]], _),
                _value(below[-1]["last_value"], scales[entry["input"]], _) if below else NONE,
                _value(above[0]["last_value"], scales[entry["input"]], _) if above else NONE,
                few_names([names.get(its, its) for its in moved], _),
            )
        )
    return tuple(rows[:MOST_SWITCHES])


def _value(value: float | None, scale: Scale, _: Language) -> str:
    """A value; of inputs whose rows differ how far all of them go, from today."""
    if value is None or not math.isfinite(value):
        return NONE
    if scale is Scale.VALUE:
        return _.amount(value)
    change = value - 1 if scale is Scale.FACTOR else value
    if not change:
        return _("today")
    share = _.amount(100 * abs(change))
    if scale is Scale.FACTOR:
        return f"{'+' if change > 0 else MINUS}{share} %"
    if change < 0:
        return _("{share} % to low", share=share)
    return _("{share} % to high", share=share)
