"""The tables of the page of a plan over periods that say how it fares if the numbers are wrong."""

from __future__ import annotations

from slopt.engine.risks_over_time import RiskOverTime
from slopt.report.horizon_risk_screen import ENDS, any_of, risk_sentences
from slopt.report.language import Language
from slopt.report.limit_words import limit_label
from slopt.report.numbers import NONE, Unit, percent
from slopt.report.page.page_tables import Cell, Head, PageTable, Row
from slopt.report.risk_words import tail_words
from slopt.study.spread import Spread

MOST_LIMITS = 8


def futures_tables(found: RiskOverTime, _: Language) -> list[PageTable]:
    """The totals with their bands, the periods with theirs, and what the plan may break."""
    return [_totals(found, _), _periods(found, _), _limits(found, _)]


def _totals(found: RiskOverTime, _: Language) -> PageTable:
    totals, case = found.fares.totals, found.plan.case
    words = _.words(case.settings.words)
    unit = _.totals_unit([abs(each.high) for each in totals.values()])
    labels = {
        "service_cost": words.service_cost,
        "lost_sales": _("expected {lost}", lost=words.lost_sales),
        "total_cost": _("total"),
        "npv": _("net present value"),
    }
    rows = [
        Row(
            [
                Cell(label, name in ("total_cost", "npv")),
                *(Cell(unit.plain(getattr(totals[name], end))) for end in ENDS),
            ],
            {"total_cost": "sum"}.get(name, ""),
        )
        for name, label in labels.items()
    ]
    heads = [
        Head(
            _("{money}, present value", money=_.money_unit(unit, case.settings.case.currency)),
            False,
        ),
        *(
            Head(text)
            for text in (
                _("own numbers"),
                _("mean"),
                _("5 %"),
                _("95 %"),
                tail_words(found.fares.tail_share, _),
            )
        ),
    ]
    note = _.count(
        "Over {n} future of the case (seed {seed}).",
        "Over {n} futures of the case (seed {seed}).",
        found.fares.count,
        seed=found.seed,
    )
    said = _.sentences([*risk_sentences(found, _), note])
    return PageTable(_("If the numbers are wrong"), heads, rows, said)


def _periods(found: RiskOverTime, _: Language) -> PageTable:
    fares, case = found.fares, found.plan.case
    money = [its[name].high for its in fares.by_period for name in ("booked", "lost_sales")]
    unit = _.rows_unit(money)
    rows = []
    for p, period in enumerate(fares.periods):
        its, over = fares.by_period[p], fares.chance_of("budget", p)
        breaks = any_of(found, p)
        texts = [
            unit.plain(its["booked"].own),
            _between(its["booked"], unit),
            NONE if over is None else percent(over),
            unit.plain(its["lost_sales"].own),
            _between(its["lost_sales"], unit),
            percent(its["service_level"].own, 1),
            percent(its["service_level"].low, 1),
            NONE if breaks is None else percent(breaks),
        ]
        rows.append(Row([Cell(period), *map(Cell, texts)]))
    heads = [
        Head(_("period"), False),
        Head(_("booked")),
        Head(_("nine of ten between")),
        Head(_("over budget, %")),
        Head(_("lost")),
        Head(_("nine of ten between")),
        Head(_("level, %")),
        Head(_("5 %")),
        Head(_("breaks, %")),
    ]
    note = _(
        "{money} of the period. Breaks: the share of futures in which some limit of the period is "
        "broken.",
        money=_.money_unit(unit, case.settings.case.currency),
    )
    return PageTable(_("By period, and how far it may be off"), heads, rows, note)


def _between(spread: Spread, unit: Unit) -> str:
    low, high = unit.plain(spread.low), unit.plain(spread.high)
    return low if low == high else f"{low}–{high}"


def _limits(found: RiskOverTime, _: Language) -> PageTable:
    fares = found.fares
    broken = sorted(
        (limit for limit in fares.limits if limit.chance > 0), key=lambda each: -each.chance
    )
    rows = []
    for limit in broken[:MOST_LIMITS]:
        by = _.amount(limit.mean_breach)
        if limit.name == "min_service_level":
            by = _("{points} points", points=_.amount(100 * limit.mean_breach))
        name, period = limit_label(limit.name, _), fares.periods[limit.period]
        rows.append(Row([Cell(name), Cell(period), Cell(percent(limit.chance, 1)), Cell(by)]))
    heads = [
        Head(_("limit"), False),
        Head(_("period"), False),
        Head(_("broken in, %")),
        Head(_("then by, mean")),
    ]
    return PageTable(_("What the plan may break"), heads, rows)
