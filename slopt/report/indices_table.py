"""Morris and Sobol as text: how much each input moves the money, and how often the decision."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.text import Text

from slopt.case.case import Words
from slopt.report.goal_figures import GoalFigures
from slopt.report.input_words import InputWords
from slopt.report.language import ENGLISH, Language
from slopt.report.numbers import NONE
from slopt.report.stability_table import share_words
from slopt.report.table import Col, sentence, table
from slopt.study.sensitivity import Sensitivity
from slopt.study.sensitivity.indices import Indices, Result
from slopt.study.sensitivity.salib import Measure
from slopt.study.sensitivity.shares import Share
from slopt.vocabulary import Screening

SHOWN = 15
SEGMENTS = 8
CELLS = 12
WIDE = 0.1
"""Half of an interval of a share of the variance above which more samples are advised."""


def indices_lines(
    study: Sensitivity,
    found: Indices,
    names: InputWords,
    words: Words,
    figures: GoalFigures,
    width: int,
    language: Language = ENGLISH,
) -> list[Text]:
    """The table of inputs, the strongest first, and the segments that they move."""
    _ = language
    lines = sentence(_head(study, found, _), width)
    if found.left_out:
        text = _(
            "{n} of {all} are left out: a place of theirs has no plan.",
            n=f"{found.left_out:,}",
            all=f"{found.groups:,}",
        )
        lines += sentence(text, width)
    if not found.changed:
        return [*lines, *sentence(_("No place is left to measure."), width)]
    measures = found.measures[Result.GOAL]
    if not measures:
        lines += sentence(_("The {what} is the same everywhere.", what=figures.noun), width)
    lines += _table(study, found, names, figures, width, _)
    lines += sentence(_note(found, figures, _), width)
    if found.method is Screening.SOBOL and measures and measures[0].halves.max() > WIDE:
        text = _("Some intervals are wide: take more base samples, --samples.")
        lines += sentence(text, width)
    return [*lines, Text(""), *_segments(study, found, names, words, width, _)]


def _head(study: Sensitivity, found: Indices, _: Language) -> str:
    places = {"places": f"{study.solved:,}", "seed": study.seed}
    if found.method is Screening.MORRIS:
        return _.count(
            "Morris, all inputs at once: {n} path through {places} solved places (seed {seed})",
            "Morris, all inputs at once: {n} paths through {places} solved places (seed {seed})",
            found.groups,
            **places,
        )
    return _.count(
        "Sobol, all inputs at once: {n} base sample, {places} solved places (seed {seed})",
        "Sobol, all inputs at once: {n} base samples, {places} solved places (seed {seed})",
        found.groups,
        **places,
    )


def _note(found: Indices, figures: GoalFigures, _: Language) -> str:
    if found.method is Screening.MORRIS:
        return _(
            "In {unit}. Effect: mean size of the change of {what} as the input goes from its low "
            "to its high, wherever the others are, with its 95 % interval; mean: the same with its "
            "sign; scatter: how much it depends on where the others are. Tiers change: steps of "
            "this input alone after which another plan is the best.",
            unit=figures.head,
            what=figures.noun,
        )
    return _(
        "Total: share of the variance of {what} that the input explains by itself and together "
        "with others; alone: by itself; ±: half of the 95 % interval. Tiers change: steps of this "
        "input alone after which another plan is the best.",
        what=figures.noun,
    )


def _table(
    study: Sensitivity,
    found: Indices,
    names: InputWords,
    figures: GoalFigures,
    width: int,
    _: Language,
) -> list[Text]:
    measures = {measure.name: measure for measure in found.measures[Result.GOAL]}
    first = next(iter(measures.values()), None)
    size = np.zeros(len(study.chosen.inputs)) if first is None else first.values
    changed = np.array([share.value for share in found.changed])
    order = sorted(range(len(size)), key=lambda i: (-size[i], -changed[i], i))
    most = float(size.max()) or 1.0
    is_morris = found.method is Screening.MORRIS
    columns = [
        Col(_("input"), right=False, shorten=True),
        Col("", right=False, drop=3),
        Col(_("effect") if is_morris else _("total")),
        Col("±"),
        Col(_("mean") if is_morris else _("alone"), drop=1),
        Col(_("scatter") if is_morris else "±", drop=2),
        Col(_("tiers change, %"), right=False),
    ]
    rows: list[list[str | Text]] = []
    for i in order[:SHOWN]:
        cells = _morris(measures, i, figures) if is_morris else _sobol(measures, i)
        bar = "█" * max(round(CELLS * float(size[i]) / most), 0)
        label = names.label(study.chosen.inputs[i])
        rows.append([label, bar, *cells, share_words(found.changed[i])])
    lines = table(columns, rows, width, language=_)
    if len(order) > SHOWN:
        text = _.count(
            "{n} input that move it less: --out DIR or --json.",
            "{n} inputs that move it less: --out DIR or --json.",
            len(order) - SHOWN,
        )
        lines += sentence(text, width)
    return lines


def _morris(measures: dict[str, Measure], i: int, figures: GoalFigures) -> list[str]:
    if not measures:
        return [NONE] * 4
    star, mean, sigma = (measures[name] for name in ("mu_star", "mu", "sigma"))
    return [
        figures.cost(float(star.values[i])),
        figures.cost(float(star.halves[i])),
        figures.change(float(mean.values[i])),
        figures.cost(float(sigma.values[i])),
    ]


def _sobol(measures: dict[str, Measure], i: int) -> list[str]:
    if not measures:
        return [NONE] * 4
    total, alone = measures["ST"], measures["S1"]
    return [
        _two(total.values[i]),
        _two(total.halves[i]),
        _two(alone.values[i]),
        _two(alone.halves[i]),
    ]


def _two(value: float) -> str:
    return f"{float(value) + 0.0:.2f}".replace("-0.00", "0.00").replace("-", "−")


def _segments(
    study: Sensitivity, found: Indices, names: InputWords, words: Words, width: int, _: Language
) -> list[Text]:
    """The segments whose tier changes most often, and the inputs that change it."""
    counts = found.changed_segments
    order = [s for s in np.argsort(-counts.sum(axis=0), kind="stable") if counts[:, s].any()]
    if not order:
        text = _(
            "No {segment} changes its {tier} in any step.", segment=words.segment, tier=words.tier
        )
        return sentence(text, width)
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col(_("changes with"), wrap=True, right=False),
    ]
    rows: list[list[str | Text]] = []
    for s in order[:SEGMENTS]:
        rows.append(
            [
                study.problem.segments[s],
                _movers(study, counts[:, s].tolist(), found.steps, names, _),
            ]
        )
    lines = table(columns, rows, width, language=_)
    if len(order) > SEGMENTS:
        text = _(
            "{segments} that change less often: --out DIR or --json.",
            segments=_.counted(len(order) - SEGMENTS, words.segment),
        )
        lines += sentence(text, width)
    return lines


def _movers(
    study: Sensitivity, counts: Sequence[int], steps: int, names: InputWords, _: Language
) -> str:
    strongest = sorted(range(len(counts)), key=lambda i: (-counts[i], i))[:3]
    said = [
        f"{names.label(study.chosen.inputs[i])} {100 * Share(int(counts[i]), steps).value:.0f} %"
        for i in strongest
        if counts[i]
    ]
    return _.listed(said)
