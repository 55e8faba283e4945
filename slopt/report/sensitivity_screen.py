"""A sensitivity study on the screen: what moves the answer, what turns it, how well it holds."""

from __future__ import annotations

import math

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.report.assumed import assumed_lines
from slopt.report.goal_figures import GoalFigures, goal_figures
from slopt.report.indices_table import indices_lines
from slopt.report.input_words import InputWords, range_words
from slopt.report.language import ENGLISH, Language
from slopt.report.stability_table import stability_lines
from slopt.report.switch_table import switch_lines
from slopt.report.table import sentence
from slopt.report.tornado_table import tornado_lines
from slopt.study.sensitivity import Sensitivity
from slopt.study.sensitivity.tornado import Bar


def sensitivity_lines(
    study: Sensitivity, case: PlanningCase, width: int, language: Language = ENGLISH
) -> list[Text]:
    """Everything `slopt sensitivity` prints, at most `width` cells wide."""
    _ = language
    words, names = _.words(case.settings.words), InputWords(study.chosen.inputs)
    figures = _figures(study, case, _)
    lines = [*sentence(_headline(study, case, _), width), Text("")]
    if study.indices is not None:
        lines += indices_lines(study, study.indices, names, words, figures, width, _)
    else:
        for place, text in enumerate(_sayings(study, names, figures, _)):
            lines += sentence(text, width, "" if place else "bold")
        lines += [Text(""), *tornado_lines(study.bars, names, figures, width, _)]
        lines += [Text(""), *switch_lines(study, names, width, _)]
    if study.stability is not None:
        lines += [Text(""), *stability_lines(study, study.stability, words, figures, width, _)]
    return [*lines, Text(""), *_sureness(study, width, _), *assumed_lines(case, width, _)]


def _figures(study: Sensitivity, case: PlanningCase, _: Language) -> GoalFigures:
    """One unit for all tables: fine enough for the larger regrets, or effects."""
    now = study.futures.today.objective or 0.0
    values, costs = [now], []
    for bar in study.bars:
        for end in (bar.low, bar.high):
            if end.change is not None:
                values.append(now + end.change)
            if end.regret is not None and math.isfinite(end.regret):
                costs.append(end.regret)
    return goal_figures(case, values, [cost for cost in costs if cost > 0], _)


def _headline(study: Sensitivity, case: PlanningCase, _: Language) -> str:
    info, words, problem = case.settings.case, _.words(case.settings.words), study.problem
    return _.count(
        "{name} · {segments} · {n} uncertain input · {goal} · {money}",
        "{name} · {segments} · {n} uncertain inputs · {goal} · {money}",
        len(study.chosen.inputs),
        name=info.name,
        segments=_.counted(problem.segment_count, words.segment),
        goal=_.goal(problem.goal, words),
        money=_.money_a_period(info),
    )


def _sayings(study: Sensitivity, names: InputWords, figures: GoalFigures, _: Language) -> list[str]:
    """What moves the money most, then what that does to the decision."""
    first = study.bars[0]
    now = study.futures.today.objective
    low, high = (
        _("no plan") if end.change is None else figures.value((now or 0.0) + end.change)
        for end in (first.low, first.high)
    )
    today = _(
        "With the best plan of today {what} is {value}.",
        what=figures.noun,
        value=figures.value(now),
    )
    most = _(
        "{input} moves it most: {low} at its low, {high} at its high.",
        input=names.label(first.input),
        low=low,
        high=high,
    )
    return [_.sentences([today, most]), _decision(study.bars, study.turning, figures, _)]


def _decision(bars: tuple[Bar, ...], turning: int, figures: GoalFigures, _: Language) -> str:
    if turning == 0:
        return _("No input by itself changes the plan, anywhere in its range.")
    texts = [
        _(
            "Another plan is the best somewhere in the range of {n} of {all} inputs.",
            n=turning,
            all=len(bars),
        )
    ]
    ends = [end for bar in bars for end in (bar.low, bar.high)]
    regrets = [end.regret for end in ends if end.regret and math.isfinite(end.regret)]
    if regrets:
        texts.append(
            _(
                "At an end of a range, keeping today's plan costs up to {most}.",
                most=figures.regret(max(regrets)),
            )
        )
    breaks = sum(end.regret == math.inf for end in ends)
    if breaks:
        texts.append(
            _.count("At {n} end it breaks a limit.", "At {n} ends it breaks a limit.", breaks)
        )
    return _.sentences(texts)


def _sureness(study: Sensitivity, width: int, _: Language) -> list[Text]:
    """How near the plans are to the best possible, where ranges come from, what was left out."""
    futures = study.futures
    unproven, worst = futures.unproven, futures.worst_gap
    if unproven:
        text = _(
            "{solved} problems solved; {unproven} answers are not proven within the gap asked for.",
            solved=f"{futures.solved:,}",
            unproven=f"{unproven:,}",
        )
    else:
        text = _(
            "{solved} problems solved, every plan within {gap} of the best possible.",
            solved=f"{futures.solved:,}",
            gap=_.gap(worst),
        )
    lines = sentence(text, width, "bold")
    lines += sentence(range_words(study.chosen.inputs, _), width)
    if study.chosen.idle:
        text = _("Not varied, as it changes nothing: {inputs}.", inputs=_.listed(study.chosen.idle))
        lines += sentence(text, width)
    return lines
