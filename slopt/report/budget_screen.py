"""A budget request on the screen: what is committed and proposed, what less and more buys."""

from __future__ import annotations

import numpy as np
from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.problem.horizon.problem import HorizonProblem
from slopt.report.assumed import assumed_lines
from slopt.report.language import ENGLISH, Language
from slopt.report.limit_words import limit_label
from slopt.report.numbers import NONE, Unit, percent, signed_points
from slopt.report.screen import BOOKED, EXPECTED
from slopt.report.table import Col, sentence, table
from slopt.study.over_time.bought import Answer, Bought, differences
from slopt.study.over_time.budget_request import BudgetRequest, Transfer
from slopt.study.over_time.committed import LINES
from slopt.vocabulary import Status

MOST_NAMED = 4


def request_lines(
    found: BudgetRequest,
    case: PlanningCase,
    problem: HorizonProblem | None,
    width: int,
    language: Language = ENGLISH,
) -> list[Text]:
    """Everything `slopt budget` prints of a request, at most `width` cells wide."""
    _ = language
    lines = [*sentence(_heading(found, case, _), width), Text("")]
    lines += sentence(_decision(found, case, _), width, "bold")
    lines += [Text(""), *_period_lines(found, case, width, _)]
    lines += [Text(""), *_buys_lines(found, case, problem, width, _)]
    if found.each:
        lines += [Text(""), *_each_lines(found, case, problem, width, _)]
    if len(found.periods) > 1:
        lines += [Text(""), *_transfer_lines(found, case, width, _)]
    return [*lines, *_sureness(found, width, _), *assumed_lines(case, width, _)]


def _heading(found: BudgetRequest, case: PlanningCase, _: Language) -> str:
    info = case.settings.case
    money = _.currency(info.currency) or _("money")
    if len(found.periods) == 1:
        return _("{name} · budget request · {money}", name=info.name, money=money)
    return _(
        "{name} · budget request, {n} periods from {first} to {last} · {money}",
        name=info.name,
        n=len(found.periods),
        first=found.periods[0],
        last=found.periods[-1],
        money=money,
    )


def _decision(found: BudgetRequest, case: PlanningCase, _: Language) -> str:
    currency, share = case.settings.case.currency, _.amount(100 * found.step)
    said = [
        _(
            "The plan books {booked} in present value.",
            booked=_.money(found.proposed.service_cost, currency, 4),
        )
        if len(found.periods) > 1
        else _("The plan books {booked}.", booked=_.money(found.proposed.service_cost, currency, 4))
    ]
    less, more = found.gain(found.less), found.gain(found.more)
    if less is None:
        said.append(_no_plan(found.less, share, _))
    elif abs(less) <= NOTHING * max(1.0, abs(found.proposed.objective)):
        said.append(_("{share} % less of every budget costs nothing.", share=share))
    else:
        said.append(
            _(
                "{share} % less of every budget costs {loss}.",
                share=share,
                loss=_worth(found, -less, currency, _),
            )
        )
    if more is not None and abs(more) > NOTHING * max(1.0, abs(found.proposed.objective)):
        said.append(
            _("{share} % more gains {gain}.", share=share, gain=_worth(found, more, currency, _))
        )
    elif more is not None:
        said.append(_("{share} % more gains nothing.", share=share))
    return _.sentences(said)


def _worth(found: BudgetRequest, gain: float, currency: str, _: Language) -> str:
    if found.goal.maximises:
        return _("{points} points", points=_.amount(100 * gain))
    return _.money(gain, currency)


NOTHING = 1e-6
"""Share of the goal that nobody would move a budget for."""


def _no_plan(answer: Answer, share: str, _: Language) -> str:
    if answer.status is Status.INFEASIBLE and answer.conflict:
        return _(
            "With {share} % less of every budget there is no plan: {limits} contradict each other.",
            share=share,
            limits=_.listed(
                [limit_label(name, _) for name in answer.conflict[:MOST_NAMED]]
                + (["…"] if len(answer.conflict) > MOST_NAMED else [])
            ),
        )
    if answer.status is Status.INFEASIBLE:
        return _("With {share} % less of every budget there is no plan.", share=share)
    return _("With {share} % less of every budget no plan was found in the time.", share=share)


def _period_lines(found: BudgetRequest, case: PlanningCase, width: int, _: Language) -> list[Text]:
    less, more = found.less.bought, found.more.bought
    spent = [plan.spent for plan in (found.proposed, less, more) if plan is not None]
    budgets = found.budgets[~np.isnan(found.budgets)]
    unit = _.rows_unit([*np.concatenate([*spent, budgets]).tolist()])
    share = _.amount(100 * found.step)
    committed = np.sum([found.committed[line] for line in LINES], axis=0)
    columns = [
        Col(_("period"), right=False),
        Col(_("budget")),
        Col(_("committed")),
        Col(_("proposed"), style=BOOKED),
        Col(f"−{share} %"),
        Col(f"+{share} %"),
        Col(_("level, %"), drop=2, told=True),
        Col(f"−{share} %", drop=2),
        Col(f"+{share} %", drop=2),
        Col(_("price"), drop=1, told=True),
    ]

    def cells(plan: Bought | None, p: int) -> tuple[str, str]:
        if plan is None:
            return NONE, NONE
        return unit.plain(float(plan.spent[p])), percent(float(plan.levels[p]), 1)

    rows: list[list[str | Text]] = []
    names = found.periods if len(found.periods) > 1 else (_.period(case.settings.case.period),)
    for p, period in enumerate(names):
        price = float(found.proposed.prices[p])
        of = [cells(plan, p) for plan in (found.proposed, less, more)]
        rows.append(
            [
                period,
                NONE if np.isnan(found.budgets[p]) else unit.plain(float(found.budgets[p])),
                unit.plain(float(committed[p])),
                *(money for money, _level in of),
                *(level for _money, level in of),
                NONE if np.isnan(price) or np.isnan(found.budgets[p]) else _.amount(price),
            ]
        )
    title = _(
        "What each period books, in {money} of that period, with every budget {share} % less and "
        "more; committed is what it books whatever is decided now; price is what one unit more of "
        "its budget gains",
        money=_.money_unit(unit, case.settings.case.currency),
        share=share,
    )
    return [*sentence(title, width), *table(columns, rows, width, language=_)]


def _buys_lines(
    found: BudgetRequest,
    case: PlanningCase,
    problem: HorizonProblem | None,
    width: int,
    _: Language,
) -> list[Text]:
    """What all budgets together buy: totals of the three plans, and what the others change."""
    words, share = _.words(case.settings.words), _.amount(100 * found.step)
    plans = [found.proposed, found.less.bought, found.more.bought]
    totals = [plan.total_cost for plan in plans if plan is not None]
    unit = _.totals_unit(totals, np.diff(totals).tolist())
    names = [
        ("service_cost", words.service_cost, BOOKED),
        ("lost_orders", words.lost_orders, EXPECTED),
        ("lost_customers", words.lost_customers, EXPECTED),
        ("lost_prospects", words.lost_prospects, EXPECTED),
        ("lost_unsplit", _("lost sales of no known kind"), EXPECTED),
        ("total_cost", _("total"), "bold"),
    ]
    rows: list[list[str | Text]] = []
    for name, label, style in names:
        values = [None if plan is None else _figure(plan, name) for plan in plans]
        if name == "lost_unsplit" and not any(values):
            continue
        shown = [Text(unit.plain(value), style) for value in values]
        rows.append([Text(label, style), shown[1], shown[0], shown[2]])
    level = [NONE if p is None else f"{percent(p.service_level, 1)} %" for p in plans]
    rows.append([words.service_level, level[1], level[0], level[2]])
    moves = [NONE if p is None else f"{p.changes:,}" for p in plans]
    rows.append([_("moves"), moves[1], moves[0], moves[2]])
    code = case.settings.case.currency
    head = _.money_unit(unit, code)
    if len(found.periods) > 1:
        head = _("{money}, present value", money=head)
    columns = [Col(head, right=False), Col(f"−{share} %"), Col(_("proposed")), Col(f"+{share} %")]
    lines = table(columns, rows, width, language=_)
    for sign, answer in (("−", found.less), ("+", found.more)):
        said = _changes(found, answer, case, problem, _)
        if said:
            lines += sentence(
                _("{share}: {changes}.", share=f"{sign}{share} %", changes=said), width
            )
    return lines


def _figure(plan: Bought, name: str) -> float:
    return plan.lost[name] if name in plan.lost else float(getattr(plan, name))


def _changes(
    found: BudgetRequest,
    answer: Answer,
    case: PlanningCase,
    problem: HorizonProblem | None,
    _: Language,
) -> str:
    """What a plan decides otherwise than the proposed one; nothing where there is none."""
    if answer.bought is None:
        return ""
    other = differences(found.proposed, answer.bought)
    if other.are_none:
        return _("nothing is decided otherwise")
    words, said = _.words(case.settings.words), []
    projects = () if problem is None else tuple(project.name for project in problem.projects)
    if other.segments:
        said.append(
            _.count(
                "{n} {segment} gets another {tier}",
                "{n} {segments} get another {tier}",
                other.segments,
                segment=words.segment,
                segments=_.plural(words.segment),
                tier=words.tier,
            )
        )
    said += [_("{project} is started too", project=projects[p]) for p in other.begun]
    said += [_("{project} is not started", project=projects[p]) for p in other.dropped]
    said += [_("{project} is started at another time", project=projects[p]) for p in other.moved]
    if other.hired > 0:
        said.append(_("{units} more units of staff are hired", units=_.amount(other.hired)))
    elif other.hired < 0:
        said.append(_("{units} fewer units of staff are hired", units=_.amount(-other.hired)))
    return _.listed(said)


def _each_lines(
    found: BudgetRequest,
    case: PlanningCase,
    problem: HorizonProblem | None,
    width: int,
    _: Language,
) -> list[Text]:
    share = _.amount(100 * found.step)
    amounts = [found.gain(answer) or 0.0 for pair in found.each for answer in pair]
    unit = _.rows_unit(amounts)
    rows: list[list[str | Text]] = []
    for period, (less, more) in zip(found.periods, found.each, strict=True):
        said = _changes(found, more, case, problem, _)
        without = _("no plan") if less.bought is None else _gain_cell(found, less, unit)
        rows.append([period, without, _gain_cell(found, more, unit), said])
    columns = [
        Col(_("period"), right=False),
        Col(f"−{share} %"),
        Col(f"+{share} %"),
        Col(_("what more buys"), right=False, wrap=True),
    ]
    title = (
        _("What the goal gains where the budget of this period alone changes, in points")
        if found.goal.maximises
        else _(
            "What the goal gains where the budget of this period alone changes, in {money}",
            money=_.money_unit(unit, case.settings.case.currency),
        )
    )
    return [*sentence(title, width), *table(columns, rows, width, language=_)]


def _gain_cell(found: BudgetRequest, answer: Answer, unit: Unit) -> str:
    gain = found.gain(answer)
    if gain is None:
        return NONE
    return signed_points(gain) if found.goal.maximises else unit.signed(gain)


def _transfer_lines(
    found: BudgetRequest, case: PlanningCase, width: int, _: Language
) -> list[Text]:
    if not found.transfers:
        said = _("No budget is worth more in another period.")
        return sentence(said, width)
    unit = _.rows_unit([one.amount for one in found.transfers])
    gains = _.rows_unit([abs(one.gain or one.by_price) for one in found.transfers])
    rows: list[list[str | Text]] = [
        [
            found.periods[one.giver],
            found.periods[one.taker],
            unit.plain(one.amount),
            signed_points(one.by_price) if found.goal.maximises else gains.signed(one.by_price),
            _solved_gain(found, one, gains, _),
        ]
        for one in found.transfers
    ]
    columns = [
        Col(_("from"), right=False),
        Col(_("to"), right=False),
        Col(_("amount")),
        Col(_("gain at prices"), drop=1, told=True),
        Col(_("gain, solved"), style="bold"),
    ]
    title = _(
        "Moving budget between periods, best first: {amounts} are moved, the gain is in {gains}",
        amounts=_.money_unit(unit, case.settings.case.currency),
        gains=_("points")
        if found.goal.maximises
        else _.money_unit(gains, case.settings.case.currency),
    )
    return [*sentence(title, width), *table(columns, rows, width, language=_)]


def _solved_gain(found: BudgetRequest, one: Transfer, unit: Unit, _: Language) -> str:
    if one.gain is None:
        return _("no plan")
    return signed_points(one.gain) if found.goal.maximises else unit.signed(one.gain)


def _sureness(found: BudgetRequest, width: int, _: Language) -> list[Text]:
    answers = [found.less, found.more, *(a for pair in found.each for a in pair)]
    answers += [one.answer for one in found.transfers if one.answer is not None]
    gaps = [a.bought.gap or 0.0 for a in answers if a.bought] + [found.proposed.gap or 0.0]
    said = _.count(
        "{n} plan solved, the least sure within {gap} of the best.",
        "{n} plans solved, the least sure within {gap} of the best.",
        1 + len(answers),
        gap=_.gap(max(gaps)),
    )
    return [Text(""), *sentence(said, width, "bold")]
