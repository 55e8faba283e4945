"""The page of a plan over periods: the decision, money and moves by period, staff and projects."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from slopt.engine.risks_over_time import RiskOverTime
from slopt.plan.horizon.plan import HorizonPlan
from slopt.plan.horizon.result import knows_kinds
from slopt.plan.horizon.rows import basis_of
from slopt.problem.horizon.problem import NEVER
from slopt.report.assumed import assumed_lines
from slopt.report.horizon_resources import price_of_limit, quantity, staff_events
from slopt.report.horizon_screen import decision_sentences, settled_words
from slopt.report.horizon_totals import BASIS_WORDS, booked_titles, period_unit, shown_lines
from slopt.report.language import Language
from slopt.report.limit_words import limit_label
from slopt.report.numbers import percent, signed_percent
from slopt.report.page.horizon_futures import futures_tables
from slopt.report.page.page_tables import Cell, Head, PageTable, Row
from slopt.report.page.render import rendered
from slopt.report.sureness import proof_sentence
from slopt.vocabulary import LOSSES, Basis

WIDE = 100_000
"""Cells of a line that never breaks: a page breaks lines itself."""
SAME = "·"
MOST_SEGMENTS = 500


def horizon_page(
    plan: HorizonPlan,
    made: datetime,
    run: str,
    language: Language,
    risk: RiskOverTime | None = None,
) -> str:
    """The plan as one self-contained page without script; `risk` is how it fares, if known."""
    _, info = language, plan.case.settings.case
    tables = [
        _totals(plan, _),
        _periods(plan, _),
        _booked(plan, _),
        _grid(plan, _),
        _staff(plan, _),
        _projects(plan, _),
        _limits(plan, _),
        *([] if risk is None else futures_tables(risk, _)),
    ]
    periods, date = plan.problem.periods, _.date(made)
    decision = decision_sentences(plan, _)
    page = {
        "name": info.name or _("Service plan"),
        "about": _("{first} to {last}", first=periods[0], last=periods[-1]),
        "dated": _("{date} · run {run}", date=date, run=run) if run else date,
        "headline": decision[0],
        "lede": [_.sentences(decision[1:]), *settled_words(plan, _)],
        "tables": [table for table in tables if table.rows],
        "proof": proof_sentence(plan, _),
        "last": [line.plain for line in assumed_lines(plan.case, WIDE, _)],
    }
    return rendered("horizon.html", page, _)


def _totals(plan: HorizonPlan, _: Language) -> PageTable:
    words = _.words(plan.case.settings.words)
    then, now = plan.evaluation, plan.today
    amounts = [then.total_cost] if now is None else [then.total_cost, now.total_cost]
    unit = _.totals_unit(amounts)
    names = ["service_cost", "lost_sales"]
    if knows_kinds(then):
        names += LOSSES
    labels = {name: getattr(words, name) for name in names} | {"total_cost": _("total")}
    rows = []
    for name in (*names, "total_cost"):
        value, before = then.present[name], None if now is None else now.present[name]
        change = None if before is None else value - before
        strong = name not in LOSSES
        figures = [unit.plain(value)]
        if now is not None:
            figures = [unit.plain(before), *figures, unit.signed(change)]
            figures.append(signed_percent(change, before))
        cells = [Cell(labels[name], strong), *(Cell(text, strong) for text in figures)]
        rows.append(Row(cells, {"total_cost": "sum"}.get(name, "" if strong else "part")))
    heads = [Head(_.money_unit(unit, plan.case.settings.case.currency), False)]
    if now is None:
        heads.append(Head(_("plan")))
    else:
        heads += [Head(_("today")), Head(_("plan")), Head(_("change")), Head("%")]
    return PageTable(_("In present value, over all periods"), heads, rows)


def _periods(plan: HorizonPlan, _: Language) -> PageTable:
    problem, value = plan.problem, plan.evaluation
    words, unit = _.words(plan.case.settings.words), period_unit(value, _)
    lost = np.sum(list(value.lost.values()), axis=0)
    largest = float(np.max(value.spent + lost, initial=1e-300))
    moves, n = value.changed.sum(axis=0), value.base.customers.sum(axis=0)
    rows = []
    for p, period in enumerate(problem.periods):
        budget = None if np.isnan(problem.budget[p]) else float(problem.budget[p])
        basis = basis_of(plan.basis[p])
        spent = float(value.spent[p])
        share = max(spent, 0.0) / largest, max(float(lost[p]), 0.0) / largest
        texts = [
            unit.plain(budget),
            unit.plain(float(value.carried[p])) if problem.carries[p] else "",
            unit.plain(spent),
            unit.plain(float(lost[p])),
        ]
        rows.append(
            Row(
                [
                    Cell(period, is_strong=True),
                    Cell("" if basis is Basis.PLAN else _(BASIS_WORDS[basis])),
                    *(Cell(text) for text in texts),
                    Cell(bar=share),
                    Cell(percent(float(value.service_level[p]), 1)),
                    Cell(f"{n[p]:,.0f}"),
                    Cell(f"{moves[p]:,}"),
                ]
            )
        )
    after = unit.plain(sum(value.after.values()))
    ahead = f"{n[-1]:,.0f}"
    texts = ["", "", "", "", after, "", "", ahead, ""]
    rows.append(Row([Cell(_("after")), *(Cell(text) for text in texts)]))
    heads = [
        Head(_("period"), False),
        Head("", False),
        Head(_("budget")),
        Head(_("carried")),
        Head(_("booked")),
        Head(_("expected {lost}", lost=words.lost_sales)),
        Head("", False),
        Head(f"{words.service_level}, %"),
        Head(_("customers")),
        Head(_("moves")),
    ]
    money = _.money_unit(unit, plan.case.settings.case.currency)
    note = _("{money}, in the money of each period.", money=money)
    solid = _("Solid: booked. Hatched: expected, booked nowhere.")
    return PageTable(_("Period by period"), heads, rows, _.sentences([note, solid]))


def _booked(plan: HorizonPlan, _: Language) -> PageTable:
    value, unit = plan.evaluation, period_unit(plan.evaluation, _)
    titles = booked_titles(_)
    used = shown_lines(value, unit)
    rows = [
        Row(
            [
                Cell(period, is_strong=True),
                *(Cell(unit.plain(float(value.booked[name][p]))) for name in used),
                Cell(unit.plain(float(value.spent[p])), is_strong=True),
            ]
        )
        for p, period in enumerate(plan.problem.periods)
    ]
    heads = [Head(_("period"), False), *(Head(titles[name]) for name in used), Head(_("booked"))]
    return PageTable(_("What is booked"), heads, rows)


def _grid(plan: HorizonPlan, _: Language) -> PageTable:
    problem, words = plan.problem, _.words(plan.case.settings.words)
    tier, lifted = plan.tiers, problem.mode_project[plan.choice.modes] >= 0
    before = np.concatenate([problem.current[:, None], tier[:, :-1]], axis=1)
    moved = np.flatnonzero((before != tier).any(axis=1))[:MOST_SEGMENTS]
    rows = []
    for s in moved.tolist():
        cells = [Cell(problem.segments[s], is_strong=True)]
        today = int(problem.current[s])
        cells.append(Cell(problem.tiers[today] if today >= 0 else ""))
        for p in range(len(problem.periods)):
            mark = "+" if lifted[s, p] else ""
            is_new = bool(tier[s, p] != before[s, p])
            name = problem.tiers[tier[s, p]] if is_new else SAME
            cells.append(Cell(f"{name}{mark}", is_strong=is_new))
        rows.append(Row(cells))
    heads = [Head(words.segment, False), Head(_("today"), False)]
    heads += [Head(period, False) for period in problem.periods]
    note = [_("{sign} as before.", sign=SAME)]
    if lifted[moved].any():
        note.append(_("{sign} lifted by a project.", sign="+"))
    kept = len(tier) - len(moved)
    if kept:
        note.append(
            _.count("{n} keeps its {tier}.", "{n} keep their {tier}.", kept, tier=words.tier)
        )
    return PageTable(_("Who moves when"), heads, rows, _.sentences(note))


def _staff(plan: HorizonPlan, _: Language) -> PageTable:
    problem, held = plan.problem, plan.evaluation.held
    rows = [
        Row(
            [
                Cell(option.name, is_strong=True),
                Cell(_.amount(option.units + sum(option.past))),
                Cell(_.amount(float(held[o, -1]))),
                Cell(staff_events(problem, plan.choice, o, _)),
            ]
        )
        for o, option in enumerate(problem.staff)
    ]
    heads = [Head(_("staff"), False), Head(_("today")), Head(_("at the end"))]
    heads.append(Head(_("who comes and goes"), False))
    return PageTable(_("Staff"), heads, rows)


def _projects(plan: HorizonPlan, _: Language) -> PageTable:
    periods, projects = plan.problem.periods, plan.problem.projects
    rows = []
    for project, start in zip(projects, plan.choice.started.tolist(), strict=True):
        when = _("not started") if start == NEVER else _("before")
        if 0 <= start < len(periods):
            when = periods[start]
        figures = (project.investment, project.running_cost, project.saves)
        cells = [Cell(project.name, is_strong=True), Cell(when)]
        rows.append(Row([*cells, *(Cell(_.amount(figure, 4)) for figure in figures)]))
    money = _.currency(plan.case.settings.case.currency) or _("money")
    heads = [Head(_("project"), False), Head(_("starts"), False)]
    heads += [Head(_("investment, {money}", money=money)), Head(_("running cost"))]
    return PageTable(_("Projects"), [*heads, Head(_("saves a period"))], rows)


def _limits(plan: HorizonPlan, _: Language) -> PageTable:
    problem = plan.problem
    priced = [price for price in plan.prices if (price.relaxation or 0.0) > 0]
    rows = [
        Row(
            [
                Cell(limit_label(price.name, _), is_strong=True),
                Cell(quantity(problem, price.use, price.use.used, _)),
                Cell(quantity(problem, price.use, price.use.limit, _)),
                Cell(price_of_limit(problem, price.use, price.relaxation or 0.0, _)),
            ]
        )
        for price in priced
    ]
    heads = [Head(_("limit"), False), Head(_("used")), Head(_("limit")), Head(_("price"))]
    note = _("Price: what the goal gains, in present value, from one unit more in that period.")
    return PageTable(_("What binds"), heads, rows, note)
