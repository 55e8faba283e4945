"""A sweep on the screen: what moved the answer, the best and the worst, which tiers change."""

from __future__ import annotations

from collections import Counter

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.report.assumed import assumed_lines
from slopt.report.numbers import NONE, Unit, amount, percent, unit_for_totals
from slopt.report.table import Col, sentence, table
from slopt.report.words import counted, goal_words, plural
from slopt.study.sweep.result import Cell, Shift, Sweep, factor_of
from slopt.vocabulary import Goal, Status

FEW_POINTS = 30
"""Points up to which all are shown."""
MOST_SHIFTS = 10
"""Segments that are named of those that change."""
MOST_EFFECTS = 12
LONGEST_TITLE = 24
MOST_REASONS = 3


def sweep_lines(found: Sweep, width: int) -> list[Text]:
    """Everything `slopt sweep` prints, at most `width` cells wide."""
    case = found.case
    unit = _unit(found)
    lines = [*sentence(_headline(found), width), Text("")]
    for place, text in enumerate(_sayings(found, unit)):
        lines += sentence(text, width, "" if place else "bold")
    for part in (_effects(found, unit, width), _points(found, unit, width), _shifts(found, width)):
        lines += [Text(""), *part] if part else []
    lines += [Text(""), *sentence(_sureness(found, case), width)]
    return [*lines, *assumed_lines(case, width)]


def _headline(found: Sweep) -> str:
    info, words = found.case.settings.case, found.case.settings.words
    inputs = len(found.paths)
    parts = (
        info.name,
        counted(len(found.case.segments), words.segment),
        f"{counted(len(found.points), 'point')} over {counted(inputs, 'input')}",
        goal_words(found.case.settings.plan.goal, words),
        f"{info.currency or 'money'} a {info.period}",
    )
    return " · ".join(parts)


def _unit(found: Sweep) -> Unit:
    values = [found.objective(place) for place in found.planned]
    spread = max(values, default=0.0) - min(values, default=0.0)
    totals = [found.answers[place].figures["total_cost"] for place in found.planned]
    return unit_for_totals(totals or values, [spread / 4])


def _sayings(found: Sweep, unit: Unit) -> list[str]:
    """The answer in a few sentences, the first of them the most important."""
    texts = []
    ends = found.extremes()
    if ends is None:
        texts.append("No point has a plan.")
    else:
        texts += _range(found, ends, unit)
    lacking = [answer for answer in found.answers if answer.choice is None]
    if lacking:
        texts.append(
            f"{counted(len(lacking), 'point')} of {len(found.points):,} "
            f"{'has' if len(lacking) == 1 else 'have'} no plan."
        )
        reasons = Counter(answer.reason for answer in lacking).most_common()
        texts += [f"  {count:,} × {reason}" for reason, count in reasons[:MOST_REASONS]]
        rest = len(reasons) - MOST_REASONS
        if rest > 0:
            texts.append(f"  And {counted(rest, 'other reason')}; sweep.csv has all.")
    open_ended = found.statuses[Status.FEASIBLE]
    if open_ended:
        texts.append(
            f"{counted(open_ended, 'point')} reached the time limit: a plan, not proven to the gap "
            "asked for."
        )
    return texts


def _range(found: Sweep, ends: tuple[int, int], unit: Unit) -> list[str]:
    best, worst = ends
    measure = _measure(found)
    if len(found.planned) == 1:
        return [f"{measure} is {_value(found, best, unit)} at the one point that has a plan."]
    if found.objective(best) == found.objective(worst):
        return [f"{measure} is the same wherever there is a plan: {_value(found, best, unit)}."]
    texts = [
        f"{measure} goes from {_value(found, best, unit)} to {_value(found, worst, unit)}.",
        f"Best at point {best}: {_where(found, best)}.",
        f"Worst at point {worst}: {_where(found, worst)}.",
    ]
    if found.base.choice is not None:
        texts.append(f"As the case stands it is {_base(found, unit)}.")
    return texts


def _measure(found: Sweep) -> str:
    """The goal in words; with the penalties where soft rules are broken."""
    case, words = found.case, found.case.settings.words
    figures = [found.answers[place].figures for place in found.planned]
    penalised = any(its["objective"] > its["total_cost"] * (1 + 1e-9) for its in figures)
    return {
        Goal.MIN_TOTAL_COST: "Total cost with penalties" if penalised else "Total cost",
        Goal.MIN_LOST_SALES: words.lost_sales.capitalize(),
        Goal.MAX_SERVICE: words.service_level.capitalize(),
        Goal.MIN_BUDGET: words.service_cost.capitalize(),
    }[case.settings.plan.goal]


def _number(found: Sweep, value: float, unit: Unit) -> str:
    """A value of the goal, without its unit."""
    if found.case.settings.plan.goal is Goal.MAX_SERVICE:
        return percent(value, 2)
    return unit.plain(value)


def _with_unit(found: Sweep, value: float, unit: Unit) -> str:
    if found.case.settings.plan.goal is Goal.MAX_SERVICE:
        return f"{percent(value, 2)} %"
    return unit.money(value, found.case.settings.case.currency)


def _value(found: Sweep, place: int, unit: Unit) -> str:
    return _with_unit(found, found.objective(place), unit)


def _base(found: Sweep, unit: Unit) -> str:
    return _with_unit(found, float(found.base.figures["objective"]), unit)


def _where(found: Sweep, place: int) -> str:
    """The values of a point."""
    cells = zip(found.paths, found.cells[place], strict=True)
    return ", ".join(f"{path.text} {_cell(value)}" for path, value in cells)


def _cell(value: Cell) -> str:
    if isinstance(value, float):
        return amount(value, 5)
    factor = factor_of(value or "")
    return (value or NONE) if factor is None else f"{factor:.4g}x"


def _effects(found: Sweep, unit: Unit, width: int) -> list[Text]:
    """What each input moves by itself, where more than one varies."""
    effects = found.effects()
    if len(found.paths) < 2 or not effects:
        return []
    rows = [
        [
            effect.path.text,
            _cell(effect.low),
            _number(found, effect.at_low, unit),
            _cell(effect.high),
            _number(found, effect.at_high, unit),
            _number(found, effect.swing, unit),
        ]
        for effect in effects[:MOST_EFFECTS]
    ]
    columns = [
        Col("input", right=False, shorten=True),
        Col("from", drop=1),
        Col("mean"),
        Col("to", drop=1),
        Col("mean"),
        Col("swing"),
    ]
    head = "What moves it, as means over the points that have a plan:"
    lines = [Text(head), *table(columns, rows, width)]
    rest = len(effects) - MOST_EFFECTS
    if rest > 0:
        lines += sentence(f"And {counted(rest, 'input')} that move less; --json has all.", width)
    return lines


def _points(found: Sweep, unit: Unit, width: int) -> list[Text]:
    """Every point, where they are few."""
    if len(found.points) > FEW_POINTS:
        return []
    info, words = found.case.settings.case, found.case.settings.words
    rows = []
    for place, answer in enumerate(found.answers):
        figures, moved = answer.figures, found.moved(place)
        lead = [str(place), *map(_cell, found.cells[place])]
        if answer.choice is None:
            why = "no plan" if answer.status is Status.INFEASIBLE else answer.word
            rows.append([*lead, why, *[NONE] * 4])
        else:
            rows.append(
                [
                    *lead,
                    unit.plain(figures["service_cost"]),
                    unit.plain(figures["lost_sales"]),
                    unit.plain(figures["total_cost"]),
                    percent(figures["service_level"], 1),
                    NONE if moved is None else f"{moved:,}",
                ]
            )
    columns = [
        Col("point"),
        *(Col(title, drop=3, told=True) for title in _titles(found)),
        Col(words.service_cost),
        Col("lost"),
        Col("total"),
        Col("level, %", drop=2),
        Col("moved", drop=1),
    ]
    note = (
        f"{unit.head(info.currency, info.period)}. Moved: {plural(words.segment, 2)} with another "
        f"{words.tier} than in the plan of the case as it stands."
    )
    return [*table(columns, rows, width), *sentence(note, width)]


def _titles(found: Sweep) -> list[str]:
    """The paths; long ones without their table, where that leaves them apart."""
    whole = [path.text for path in found.paths]
    ends = [text.rsplit(".", 1)[-1] for text in whole]
    return [
        text if len(text) <= LONGEST_TITLE or ends.count(end) > 1 else end
        for text, end in zip(whole, ends, strict=True)
    ]


def _shifts(found: Sweep, width: int) -> list[Text]:
    """Whose tier is not the same everywhere."""
    words = found.case.settings.words
    shifts = found.shifts()
    if not found.planned:
        return []
    if not shifts:
        text = f"Every {words.segment} has the same {words.tier} at every point that has a plan."
        return sentence(text, width)
    rows = [
        [
            found.case.segments[shift.segment],
            NONE if shift.usual is None else found.case.tiers[shift.usual],
            _tiers(found, shift),
        ]
        for shift in shifts[:MOST_SHIFTS]
    ]
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col("as it stands", right=False),
        Col("at how many points", right=False, wrap=True),
    ]
    head = (
        f"{len(shifts):,} of {counted(len(found.case.segments), words.segment)} change their "
        f"{words.tier} from point to point:"
    )
    lines = [*sentence(head, width), *table(columns, rows, width)]
    rest = len(shifts) - MOST_SHIFTS
    if rest > 0:
        lines += sentence(f"And {counted(rest, words.segment)} more; --json has all.", width)
    return lines


def _tiers(found: Sweep, shift: Shift) -> str:
    return ", ".join(f"{found.case.tiers[tier]} {count:,}" for tier, count in shift.tiers)


def _sureness(found: Sweep, case: PlanningCase) -> str:
    gaps = [found.answers[place].figures["gap"] for place in found.planned]
    known = [gap for gap in gaps if gap is not None]
    before = ""
    if found.found_before:
        before = f" {counted(found.found_before, 'point')} known from an earlier run."
    if not known:
        return f"No plan was found.{before}" if not found.planned else f"Gaps are unknown.{before}"
    asked = max(case.settings.solve.gap, max(known))
    small = max(known) <= 1e-9
    text = (
        "Every plan is proven the best."
        if small
        else (f"Every plan is proven within {100 * asked:.2g} % of the best.")
    )
    return text + before
