"""Why one segment has its tiers over time, on the screen: its periods, and every other tier."""

from __future__ import annotations

from collections.abc import Callable

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.problem.horizon.problem import HorizonProblem, Places
from slopt.report.assumed import assumed_lines
from slopt.report.horizon_grid import LIFTED
from slopt.report.language import ENGLISH, Language
from slopt.report.numbers import NONE, percent
from slopt.report.screen import BOOKED, EXPECTED
from slopt.report.table import Col, sentence, table
from slopt.study.over_time.other_tiers import (
    Asked,
    OtherTier,
    SegmentOverTime,
    Wish,
    first_change,
    must_change,
)
from slopt.vocabulary import Goal, Status

TIE = 1e-9
"""Of the goal: differences below are none."""


def segment_over_time_lines(
    found: SegmentOverTime, case: PlanningCase, width: int, language: Language = ENGLISH
) -> list[Text]:
    """Everything `slopt explain CASE SEGMENT` prints over periods."""
    _, problem, info = language, found.problem, case.settings.case
    head = _(
        "{name} · {segment} from {first} to {last}, and what other {tiers} would do",
        name=info.name,
        segment=problem.segments[found.segment],
        first=problem.periods[0],
        last=problem.periods[-1],
        tiers=_.plural(_.words(case.settings.words).tier),
    )
    lines = [*sentence(head, width), Text("")]
    lines += [*sentence(_.sentences(_decision(found, case, _)), width, "bold"), Text("")]
    lines += _periods(found, case, width, _)
    lines += [Text(""), *_others(found, case, width, _)]
    if not found.is_complete:
        said = _("Interrupted: what had been solved by then is shown.")
        if not found.interrupted:
            said = _(
                "Time was over before all of this was solved; --set solve.time_limit_s=... gives "
                "more."
            )
        lines += sentence(said, width)
    return [*lines, *assumed_lines(case, width, _)]


def path_words(problem: HorizonProblem, tiers: Places, _: Language) -> str:
    """The tiers over time: `basic, fast from 2027Q3`."""
    parts = [problem.tiers[tiers[0]]]
    for p in range(1, len(tiers)):
        if tiers[p] != tiers[p - 1]:
            tier, period = problem.tiers[tiers[p]], problem.periods[p]
            parts.append(_("{tier} from {period}", tier=tier, period=period))
    return _(", ").join(parts)


def _decision(found: SegmentOverTime, case: PlanningCase, _: Language) -> list[str]:
    problem, words = found.problem, _.words(case.settings.words)
    said = [
        _(
            "{segment} gets {path}.",
            segment=problem.segments[found.segment],
            path=path_words(problem, found.served.tiers, _),
        )
    ]
    change = first_change(problem, found.choice, found.segment)
    if change is not None and must_change(problem, found.choice, found.segment):
        said.append(
            _(
                "In {period} it may not stay {tier}: contract, notice or offers bar that.",
                period=problem.periods[change[0]],
                tier=problem.tiers[change[1]],
            )
        )
    solved = [one for one in found.others if one.worse is not None]
    if not solved:
        if found.is_complete:
            said.append(
                _("No plan that keeps every limit gives it another {tier}.", tier=words.tier)
            )
        return said
    best = min(solved, key=lambda one: one.worse or 0.0)
    label, worse = _asked(problem, best.wish, _), best.worse or 0.0
    if worse <= TIE * abs(found.evaluation.objective):
        said.append(_("As good, to the gap of the solver: {wish}.", wish=label))
    else:
        said.append(
            _(
                "Next best is {wish}: the whole plan would be {cost} worse.",
                wish=label,
                cost=_goal_amount(problem, worse, case, _),
            )
        )
    return said


def _goal_amount(problem: HorizonProblem, value: float, case: PlanningCase, _: Language) -> str:
    """A difference of the goal, with its unit."""
    if problem.goal is Goal.MAX_SERVICE:
        level = _.words(case.settings.words).service_level
        return _("{points} points of {level}", points=f"{100 * value:.3f}", level=level)
    return _.money(value, case.settings.case.currency)


def _asked(problem: HorizonProblem, wish: Wish, _: Language) -> str:
    """What was asked of the segment, in a few words."""
    tier = problem.tiers[wish.tier]
    if wish.asked is Asked.SOONER:
        return _("{tier} one period sooner", tier=tier)
    if wish.asked is Asked.LATER:
        return _("{tier} one period later, or never", tier=tier)
    return _("{tier} in all periods", tier=tier)


def _periods(found: SegmentOverTime, case: PlanningCase, width: int, _: Language) -> list[Text]:
    problem, value, s = found.problem, found.evaluation, found.segment
    words = _.words(case.settings.words)
    modes = found.choice.modes[s].tolist()
    count = value.base.customers[s]
    caused = [float(count[p] * problem.caused[s, p, mode]) for p, mode in enumerate(modes)]
    serving, moving = value.by_segment["service_cost"][s], value.by_segment["change_cost"][s]
    unit = _.rows_unit([*caused, *serving.tolist(), *moving.tolist()])
    changes = bool(moving.any())
    rows: list[list[str | Text]] = [
        [
            problem.periods[p],
            problem.tiers[problem.mode_tier[mode]]
            + (LIFTED if problem.mode_project[mode] >= 0 else ""),
            percent(float(problem.service_level[s, p, mode]), 1),
            _.amount(float(count[p])),
            unit.plain(float(serving[p])),
            *([unit.plain(float(moving[p]))] if changes else []),
            unit.plain(caused[p]),
        ]
        for p, mode in enumerate(modes)
    ]
    columns = [
        Col(_("period"), right=False),
        Col(words.tier, right=False),
        Col(_("level, %")),
        Col(_("customers")),
        Col(words.service_cost, style=BOOKED),
        *([Col(_("moving"), style=BOOKED)] if changes else []),
        Col(_("lost"), style=EXPECTED),
    ]
    title = _(
        "In the plan, {money} of that period; what is lost is caused in it, whenever it is felt",
        money=_.money_unit(unit, case.settings.case.currency),
    )
    lines = [*sentence(title, width), *table(columns, rows, width, language=_)]
    if any(problem.mode_project[mode] >= 0 for mode in modes):
        lines += sentence(_("{sign} lifted by a project.", sign=LIFTED), width)
    return lines


def _others(found: SegmentOverTime, case: PlanningCase, width: int, _: Language) -> list[Text]:
    """A row a wish: what the segment gets, costs and loses, and what the whole plan pays."""
    if not found.others:
        return []
    problem, words = found.problem, _.words(case.settings.words)
    mine = found.served
    known = [one.served for one in found.others if one.served is not None]
    unit = _.rows_unit([each.booked + each.lost for each in (mine, *known)])
    rows: list[list[str | Text]] = [
        [
            Text(_("the plan"), style="bold"),
            path_words(problem, mine.tiers, _),
            unit.plain(mine.booked),
            unit.plain(mine.lost),
            unit.plain(mine.booked + mine.lost),
            "",
            "",
        ]
    ]
    for one in found.others:
        rows.append(_row(found, one, unit.plain, _))
    worse = _("plan worse by")
    if problem.goal is Goal.MAX_SERVICE:
        worse = _("worse, points")
    columns = [
        Col(_("asked"), right=False, shorten=True),
        Col(_("what it gets"), right=False, wrap=True),
        Col(_("booked"), style=BOOKED),
        Col(_("lost"), style=EXPECTED),
        Col(_("total"), drop=2),
        Col(worse, style="bold"),
        Col(_("others move"), drop=1),
    ]
    title = _(
        "{money} in present value: what this {segment} costs and loses, and by how much the whole "
        "plan is worse, all else planned again",
        money=_.money_unit(unit, case.settings.case.currency),
        segment=words.segment,
    )
    return [*sentence(title, width), *table(columns, rows, width, language=_)]


def _row(
    found: SegmentOverTime, one: OtherTier, money: Callable[[float], str], _: Language
) -> list[str | Text]:
    problem, its = found.problem, one.served
    asked = _asked(problem, one.wish, _)
    if its is None or one.worse is None:
        why = _("no plan keeps every limit")
        if one.status is not Status.INFEASIBLE:
            why = _("not found in the time")
        return [asked, why, NONE, NONE, NONE, NONE, NONE]
    worse = money(one.worse)
    if problem.goal is Goal.MAX_SERVICE:
        worse = f"{100 * one.worse:.3f}"
    return [
        asked,
        path_words(problem, its.tiers, _),
        money(its.booked),
        money(its.lost),
        money(its.booked + its.lost),
        worse,
        f"{one.others:,}",
    ]
