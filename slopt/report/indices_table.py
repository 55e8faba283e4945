"""Morris and Sobol as text: how much each input moves the money, and how often the decision."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.text import Text

from slopt.case.case import Words
from slopt.report.goal_figures import GoalFigures
from slopt.report.input_words import InputWords
from slopt.report.numbers import NONE
from slopt.report.stability_table import share_words
from slopt.report.table import Col, sentence, table
from slopt.report.words import counted, listed
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
) -> list[Text]:
    """The table of inputs, the strongest first, and the segments that they move."""
    lines = sentence(_head(study, found), width)
    if found.left_out:
        lines += sentence(
            f"{found.left_out:,} of {found.groups:,} are left out: a place of theirs has no plan.",
            width,
        )
    if not found.changed:
        return [*lines, *sentence("No place is left to measure.", width)]
    measures = found.measures[Result.GOAL]
    if not measures:
        lines += sentence(f"The {figures.noun} is the same everywhere.", width)
    lines += _table(study, found, names, figures, width)
    lines += sentence(_note(found, figures), width)
    if found.method is Screening.SOBOL and measures and measures[0].halves.max() > WIDE:
        text = "Some intervals are wide: take more base samples, --samples."
        lines += sentence(text, width)
    return [*lines, Text(""), *_segments(study, found, names, words, width)]


def _head(study: Sensitivity, found: Indices) -> str:
    if found.method is Screening.MORRIS:
        return (
            f"Morris, all inputs at once: {counted(found.groups, 'path')} through "
            f"{study.solved:,} solved places (seed {study.seed})"
        )
    return (
        f"Sobol, all inputs at once: {counted(found.groups, 'base sample')}, "
        f"{study.solved:,} solved places (seed {study.seed})"
    )


def _note(found: Indices, figures: GoalFigures) -> str:
    if found.method is Screening.MORRIS:
        return (
            f"In {figures.head}. Effect: mean size of the change of {figures.noun} as the input "
            "goes from its low to its high, wherever the others are, with its 95 % interval; mean: "
            "the same with its sign; scatter: how much it depends on where the others are. Tiers "
            "change: steps of this input alone after which another plan is the best."
        )
    return (
        f"Total: share of the variance of {figures.noun} that the input explains by itself and "
        "together with others; alone: by itself; ±: half of the 95 % interval. "
        "Tiers change: steps of this input alone after which another plan is the best."
    )


def _table(
    study: Sensitivity, found: Indices, names: InputWords, figures: GoalFigures, width: int
) -> list[Text]:
    measures = {measure.name: measure for measure in found.measures[Result.GOAL]}
    first = next(iter(measures.values()), None)
    size = np.zeros(len(study.chosen.inputs)) if first is None else first.values
    changed = np.array([share.value for share in found.changed])
    order = sorted(range(len(size)), key=lambda i: (-size[i], -changed[i], i))
    most = float(size.max()) or 1.0
    is_morris = found.method is Screening.MORRIS
    columns = [
        Col("input", right=False, shorten=True),
        Col("", right=False, drop=3),
        Col("effect" if is_morris else "total"),
        Col("±"),
        Col("mean" if is_morris else "alone", drop=1),
        Col("scatter" if is_morris else "±", drop=2),
        Col("tiers change, %", right=False),
    ]
    rows: list[list[str | Text]] = []
    for i in order[:SHOWN]:
        cells = _morris(measures, i, figures) if is_morris else _sobol(measures, i)
        bar = "█" * max(round(CELLS * float(size[i]) / most), 0)
        label = names.label(study.chosen.inputs[i])
        rows.append([label, bar, *cells, share_words(found.changed[i])])
    lines = table(columns, rows, width)
    if len(order) > SHOWN:
        more = counted(len(order) - SHOWN, "input")
        lines += sentence(f"{more} that move it less: --out DIR or --json.", width)
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
    study: Sensitivity, found: Indices, names: InputWords, words: Words, width: int
) -> list[Text]:
    """The segments whose tier changes most often, and the inputs that change it."""
    counts = found.changed_segments
    order = [s for s in np.argsort(-counts.sum(axis=0), kind="stable") if counts[:, s].any()]
    if not order:
        text = f"No {words.segment} changes its {words.tier} in any step."
        return sentence(text, width)
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col("changes with", wrap=True, right=False),
    ]
    rows: list[list[str | Text]] = []
    for s in order[:SEGMENTS]:
        rows.append(
            [study.problem.segments[s], _movers(study, counts[:, s].tolist(), found.steps, names)]
        )
    lines = table(columns, rows, width)
    if len(order) > SEGMENTS:
        more = counted(len(order) - SEGMENTS, words.segment)
        lines += sentence(f"{more} that change less often: --out DIR or --json.", width)
    return lines


def _movers(study: Sensitivity, counts: Sequence[int], steps: int, names: InputWords) -> str:
    strongest = sorted(range(len(counts)), key=lambda i: (-counts[i], i))[:3]
    said = [
        f"{names.label(study.chosen.inputs[i])} {100 * Share(int(counts[i]), steps).value:.0f} %"
        for i in strongest
        if counts[i]
    ]
    return listed(said)
