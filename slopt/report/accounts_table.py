"""Profit and loss of every segment, down to what is left after what is charged to nobody."""

from __future__ import annotations

from typing import Any

import numpy as np
from rich.text import Text

from slopt.report.language import Language, later
from slopt.report.numbers import Unit, percent
from slopt.report.offer_words import offer_words
from slopt.report.screen import BOOKED
from slopt.report.table import Col, sentence, table
from slopt.study.customers import CustomerAccounts

MOST_ROWS = 12
UNASSIGNED = {
    "open_tiers": later("open tiers {money}"),
    "extra_units": later("extra units {money}"),
    "unused_capacity": later("unused capacity of pools {money}"),
    "charged_to_nobody": later("lines charged to nobody {money}"),
}


def account_lines(accounts: CustomerAccounts, width: int, _: Language) -> list[Text]:
    """Profit and loss, the largest contributions (of either sign) first, down to the result."""
    results, words, info = (
        accounts.results,
        _.words(accounts.case.settings.words),
        accounts.case.settings.case,
    )
    order = np.argsort(-np.abs(results.contribution), kind="stable")
    shown, rest = order[:MOST_ROWS], order[MOST_ROWS:]
    shown = shown[np.argsort(-results.contribution[shown], kind="stable")]
    unit = _.rows_unit([float(results.revenue.sum()), float(results.cost_to_serve.sum())])
    rows: list[list[str | Text]] = [
        [
            accounts.problem.segments[s],
            offer_words(accounts.problem, s, int(accounts.choice[s]), _),
            *_money(accounts, unit, np.array([s])),
            _.amount(_known(accounts.value.lifetime[s])),
        ]
        for s in shown.tolist()
    ]
    if len(rest):
        rows.append([_("{n} more", n=f"{len(rest):,}"), "", *_money(accounts, unit, rest), ""])
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col(words.tier, right=False, shorten=True, drop=2),
        Col(_("revenue")),
        Col(_("by referral"), drop=4),
        Col(_("margin"), drop=3),
        Col(words.service_cost, style=BOOKED),
        Col(_("contribution"), style="bold"),
        Col(_("of revenue, %"), drop=5),
        Col(_("a life is worth"), drop=1),
    ]
    if not results.referral_revenue.any():
        del columns[3]
        for row in rows:
            del row[3]
    foot: list[str | Text] = [
        _.counted(len(order), words.segment),
        "",
        *_money(accounts, unit, order),
        "",
    ]
    if len(foot) > len(columns):
        del foot[3]
    head = _(
        "Accounts in {unit}; what a customer's life is worth is in {money} a customer",
        unit=_.unit_head(unit, info),
        money=_.currency(info.currency) or _("money"),
    )
    lines = [*sentence(head, width), *table(columns, rows, width, foot, _)]
    return [*lines, *_result_lines(accounts, unit, width, _)]


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _money(accounts: CustomerAccounts, unit: Unit, which: np.ndarray[Any, Any]) -> list[str]:
    results = accounts.results
    revenue, contribution = (
        float(money[which].sum()) for money in (results.revenue, results.contribution)
    )
    return [
        unit.plain(revenue),
        unit.plain(float(results.referral_revenue[which].sum())),
        unit.plain(float(results.gross_margin[which].sum())),
        unit.plain(float(results.cost_to_serve[which].sum())),
        unit.plain(contribution),
        percent(contribution / revenue if revenue else None),
    ]


def _result_lines(accounts: CustomerAccounts, unit: Unit, width: int, _: Language) -> list[Text]:
    """What is booked but charged to no segment, and what is left after it."""
    left = [
        _(UNASSIGNED[name], money=unit.plain(money))
        for name, money in accounts.unassigned.items()
        if unit.plain(money) != unit.plain(0.0)
    ]
    if not left:
        return []
    text = _(
        "Booked but charged to no segment: {parts}. After it {result} is left.",
        parts=_.listed(left),
        result=unit.plain(accounts.result),
    )
    return sentence(text, width)
