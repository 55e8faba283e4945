"""A sensitivity study on the screen: what moves the answer, what turns it, how well it holds."""

from __future__ import annotations

import math

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.report.assumed import assumed_lines
from slopt.report.goal_figures import GoalFigures, goal_figures
from slopt.report.indices_table import indices_lines
from slopt.report.input_words import InputWords, range_words
from slopt.report.numbers import gap_words
from slopt.report.stability_table import stability_lines
from slopt.report.switch_table import switch_lines
from slopt.report.table import sentence
from slopt.report.tornado_table import tornado_lines
from slopt.report.words import counted, goal_words, listed
from slopt.study.sensitivity import Sensitivity
from slopt.study.sensitivity.tornado import Bar


def sensitivity_lines(study: Sensitivity, case: PlanningCase, width: int) -> list[Text]:
    """Everything `slopt sensitivity` prints, at most `width` cells wide."""
    words, names = case.settings.words, InputWords(study.chosen.inputs)
    figures = _figures(study, case)
    lines = [*sentence(_headline(study, case), width), Text("")]
    if study.indices is not None:
        lines += indices_lines(study, study.indices, names, words, figures, width)
    else:
        for place, text in enumerate(_sayings(study, names, figures)):
            lines += sentence(text, width, "" if place else "bold")
        lines += [Text(""), *tornado_lines(study.bars, names, figures, width)]
        lines += [Text(""), *switch_lines(study, names, width)]
    if study.stability is not None:
        lines += [Text(""), *stability_lines(study, study.stability, words, figures, width)]
    return [*lines, Text(""), *_sureness(study, names, width), *assumed_lines(case, width)]


def _figures(study: Sensitivity, case: PlanningCase) -> GoalFigures:
    """One unit for all tables: fine enough for the larger regrets, or effects."""
    now = study.futures.today.objective or 0.0
    values, costs = [now], []
    for bar in study.bars:
        for end in (bar.low, bar.high):
            if end.change is not None:
                values.append(now + end.change)
            if end.regret is not None and math.isfinite(end.regret):
                costs.append(end.regret)
    return goal_figures(case, values, [cost for cost in costs if cost > 0])


def _headline(study: Sensitivity, case: PlanningCase) -> str:
    info, words, problem = case.settings.case, case.settings.words, study.problem
    parts = (
        info.name,
        counted(len(problem.segments), words.segment),
        counted(len(study.chosen.inputs), "uncertain input"),
        goal_words(problem.goal, words),
        f"{info.currency or 'money'} a {info.period}",
    )
    return " · ".join(parts)


def _sayings(study: Sensitivity, names: InputWords, figures: GoalFigures) -> list[str]:
    """What moves the money most, then what that does to the decision."""
    first = study.bars[0]
    now = study.futures.today.objective
    money = (
        f"With the best plan of today {figures.noun} is {figures.value(now)}. "
        f"{names.label(first.input)} moves it most: {_ends(first, now or 0.0, figures)}."
    )
    return [money, _decision(study.bars, study.turning, figures)]


def _ends(bar: Bar, now: float, figures: GoalFigures) -> str:
    low, high = (
        "no plan" if end.change is None else figures.value(now + end.change)
        for end in (bar.low, bar.high)
    )
    return f"{low} at its low, {high} at its high"


def _decision(bars: tuple[Bar, ...], turning: int, figures: GoalFigures) -> str:
    if turning == 0:
        return "No input by itself changes the plan, anywhere in its range."
    text = f"Another plan is the best somewhere in the range of {turning} of {len(bars)} inputs."
    ends = [end for bar in bars for end in (bar.low, bar.high)]
    regrets = [end.regret for end in ends if end.regret and math.isfinite(end.regret)]
    if regrets:
        most = figures.regret(max(regrets))
        text += f" At an end of a range, keeping today's plan costs up to {most}."
    breaks = sum(end.regret == math.inf for end in ends)
    if breaks:
        text += f" At {counted(breaks, 'end')} it breaks a limit."
    return text


def _sureness(study: Sensitivity, names: InputWords, width: int) -> list[Text]:
    """How near the plans are to the best possible, where ranges come from, what was left out."""
    futures = study.futures
    unproven, worst = futures.unproven, futures.worst_gap
    if unproven:
        text = (
            f"{futures.solved:,} problems solved; {unproven:,} answers are not proven within the "
            "gap asked for."
        )
    else:
        text = (
            f"{futures.solved:,} problems solved, every plan within {gap_words(worst)} of the best "
            "possible."
        )
    lines = sentence(text, width, "bold")
    lines += sentence(range_words(study.chosen.inputs), width)
    if study.chosen.idle:
        lines += sentence(f"Not varied, as it changes nothing: {listed(study.chosen.idle)}.", width)
    return lines
