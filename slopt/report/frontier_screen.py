"""A frontier on the screen: a sentence, the chart, every point, who changes, how sure it is."""

from __future__ import annotations

from itertools import pairwise

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.report.assumed import assumed_lines
from slopt.report.frontier_bands_table import band_lines
from slopt.report.frontier_plot import plot_lines
from slopt.report.frontier_words import AxisWords, sayings
from slopt.report.language import ENGLISH, Language
from slopt.report.numbers import NONE, percent
from slopt.report.offer_words import who_moves
from slopt.report.risk_words import aim_words
from slopt.report.table import Col, sentence, table
from slopt.study.explain import Move
from slopt.study.frontier import Frontier
from slopt.study.frontier.bands import FrontierBands
from slopt.vocabulary import Status

NAMED = 3
"""Segments that are named of those that change at a step."""


def frontier_lines(
    found: Frontier,
    case: PlanningCase,
    width: int,
    language: Language = ENGLISH,
    bands: FrontierBands | None = None,
) -> list[Text]:
    """Everything `slopt frontier` prints, at most `width` cells wide; `bands` where asked for."""
    _, axis = language, AxisWords(found, case, language)
    lines = [*sentence(_headline(found, case, axis, _), width), Text("")]
    said = sayings(found, case, axis, _)
    if bands is not None and bands.aim is not None:
        said = [aim_words(bands.aim, _), *said]
    for place, text in enumerate(said):
        lines += sentence(text, width, "" if place else "bold")
    if not found.points:
        return lines
    for part in (
        plot_lines(found, case, axis, width, _, bands),
        _table(found, case, axis, width, _),
        [] if bands is None else band_lines(found, bands, case, axis, width, _),
        _steps(found, axis, width, _),
        _sureness(found, case, axis, width, _, bands is not None and bands.aim is not None),
    ):
        lines += [Text(""), *part] if part else []
    return [*lines, *assumed_lines(case, width, _)]


def _headline(found: Frontier, case: PlanningCase, axis: AxisWords, _: Language) -> str:
    info, words = case.settings.case, _.words(case.settings.words)
    return _.count(
        "{name} · {segments}, {n} point along {limit} · {goal} · {money}",
        "{name} · {segments}, {n} points along {limit} · {goal} · {money}",
        len(found.points),
        name=info.name,
        segments=_.counted(found.problem.segment_count, words.segment),
        limit=axis.label,
        goal=_.goal(found.problem.goal, words),
        money=_.money_a_period(info),
    )


def _table(
    found: Frontier, case: PlanningCase, axis: AxisWords, width: int, _: Language
) -> list[Text]:
    """Every point, the marked ones by name."""
    info, words = case.settings.case, _.words(case.settings.words)
    totals = [p.evaluation.total_cost for p in found.points if p.evaluation is not None]
    steps = [b - a for a, b in pairwise(totals)]
    unit = _.totals_unit(totals, [max(map(abs, steps), default=0.0)])
    own_unit = axis.unit_beside(unit)
    rows = []
    for place, point in enumerate(found.points):
        name, plan = _name(found, place, _), point.evaluation
        cells = [axis.cell(point.value, own_unit), name]
        if plan is None:
            why = _("no plan") if point.status is Status.INFEASIBLE else _("none found")
            cells += [why, *[NONE] * 6]
        else:
            cells += [
                unit.plain(plan.service_cost),
                unit.plain(plan.lost_sales),
                unit.plain(plan.total_cost),
                percent(plan.service_level, 1),
                NONE if point.price is None else axis.price(point.price),
                _.gap(point.gap),
                f"{len(found.moves(place)):,}",
            ]
        rows.append([Text(cell, style="bold" if name else "") for cell in cells])
    columns = [
        Col(axis.head),
        Col(_("point"), right=False),
        Col(words.service_cost),
        Col(_("lost")),
        Col(_("total")),
        Col(_("level, %"), drop=3),
        Col(_("price")),
        Col(_("gap"), drop=2),
        Col(_("changes"), drop=1),
    ]
    if axis.is_money and own_unit != unit:
        units = _(
            "{unit}, {limit} in {own}.",
            unit=_.unit_head(unit, info),
            limit=axis.label,
            own=_.unit_head(own_unit, info),
        )
    else:
        units = _("{unit}.", unit=_.unit_head(unit, info))
    changes = _(
        "Changes: {segments} with another {tier} than at the point before.",
        segments=_.plural(words.segment),
        tier=words.tier,
    )
    note = _.sentences([units, axis.about_price(_.plural(words.tier)), changes])
    return [*table(columns, rows, width, language=_), *sentence(note, width)]


def _name(found: Frontier, place: int, _: Language) -> str:
    """What a point is called: the plan, today's value, the knee, an end."""
    point, names = found.points[place], []
    if found.chosen is not None and point.value == found.chosen.value:
        names.append(_("plan"))
    if found.today is not None and point.value == found.today.value:
        names.append(_("as today"))
    if place == found.knee:
        names.append(_("knee"))
    if point.value == found.least.value:
        names.append(_("least"))
    elif point.value == found.enough:
        names.append(_("enough"))
    return _(", ").join(names)


def _steps(found: Frontier, axis: AxisWords, width: int, _: Language) -> list[Text]:
    """Who changes from each point to the next."""
    problem = found.problem
    lines: list[Text] = []
    for place, point in enumerate(found.points):
        moves = found.moves(place)
        if len(moves):
            named = _(", ").join(
                who_moves(problem, Move(*move), _) for move in moves[:NAMED].tolist()
            )
            more = len(moves) - NAMED
            if more > 0:
                named = _("{names} and {n} more", names=named, n=f"{more:,}")
            at = _("{value}: ", value=axis.number(point.value))
            lines += sentence(named, width, indent="    ", first=f"  {at}")
    if not lines:
        return []
    head = _("Who changes at each step, {n} of each; --json has all:", n=NAMED)
    return [*sentence(head, width), *lines]


def _sureness(
    found: Frontier, case: PlanningCase, axis: AxisWords, width: int, _: Language, is_for_risk: bool
) -> list[Text]:
    """How near the plans are to the best possible, and what the names of points mean."""
    lines: list[Text] = []
    if any(point.choice is not None for point in found.points):
        lines += sentence(_proof(found, case, _, is_for_risk), width, "bold")
    none = sum(point.status is Status.INFEASIBLE for point in found.points)
    if none and found.least.bound is not None:
        places = {"limit": axis.label, "value": axis.number(found.least.bound)}
        if found.axis.is_floor:
            text = _.count(
                "{n} point above the greatest {limit} that has a plan, {value}.",
                "{n} points above the greatest {limit} that has a plan, {value}.",
                none,
                **places,
            )
        else:
            text = _.count(
                "{n} point below the least {limit} that has a plan, {value}.",
                "{n} points below the least {limit} that has a plan, {value}.",
                none,
                **places,
            )
        lines += sentence(text, width)
    if found.knee is not None:
        text = _("Knee: the point farthest from the straight line between the ends (Kneedle).")
        lines += sentence(text, width)
    return lines


def _proof(found: Frontier, case: PlanningCase, _: Language, is_for_risk: bool) -> str:
    solve = case.settings.solve
    plans = [point for point in found.points if point.choice is not None]
    gaps = [point.gap for point in plans if point.gap is not None]
    shares = [point.certified_gap for point in plans if point.certified_gap is not None]
    is_known = len(gaps) == len(plans)
    places = {
        "gap": _.gap(max(gaps) if is_known else None),
        "certified": _("; without trusting the solver, within {share}", share=_.gap(max(shares)))
        if shares
        else "",
    }
    if found.status is Status.INTERRUPTED and not is_known:
        return _(
            "Interrupted. How near some of the plans so far are to the best possible is not "
            "known{certified}.",
            certified=places["certified"],
        )
    if found.status is Status.INTERRUPTED:
        return _("Interrupted. The largest gap of the plans so far is {gap}{certified}.", **places)
    if found.status is Status.OPTIMAL:
        return _("Every plan is proven within {gap} of the best possible{certified}.", **places)
    late = sum(point.status in (Status.FEASIBLE, Status.NO_PLAN) for point in found.points)
    if not is_known:
        return _.count(
            "{n} point did not reach the gap asked for ({asked}); how near some plans are to the "
            "best possible is not known{certified}.",
            "{n} points did not reach the gap asked for ({asked}); how near some plans are to the "
            "best possible is not known{certified}.",
            late,
            asked=_.gap(solve.gap),
            certified=places["certified"],
        )
    has_time = found.seconds < solve.time_limit_s
    if has_time and (is_for_risk or found.problem.generated is not None):
        return _.count(
            "{n} point is not proven to the gap asked for ({asked}); the largest gap is "
            "{gap}{certified}.",
            "{n} points are not proven to the gap asked for ({asked}); the largest gap is "
            "{gap}{certified}.",
            late,
            asked=_.gap(solve.gap),
            **places,
        )
    return _.count(
        "{n} point did not reach the gap asked for ({asked}) within {seconds} s for all; the "
        "largest gap is {gap}{certified}.",
        "{n} points did not reach the gap asked for ({asked}) within {seconds} s for all; the "
        "largest gap is {gap}{certified}.",
        late,
        asked=_.gap(solve.gap),
        seconds=f"{solve.time_limit_s:g}",
        **places,
    )
