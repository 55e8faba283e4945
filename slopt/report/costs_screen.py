"""Who earns and who costs, on one screen: sentence, accounts, losers, curve, stages, pools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from rich.text import Text

from slopt.report.cost_tables import (
    loser_lines,
    method_lines,
    pool_lines,
    project_lines,
    stage_lines,
)
from slopt.report.frontier_chart import Mark, chart_lines
from slopt.report.numbers import Unit, amount, percent, unit_for_rows, unit_for_totals
from slopt.report.satisfaction_table import satisfaction_lines
from slopt.report.screen import BOOKED
from slopt.report.table import Col, sentence, table
from slopt.report.words import counted, listed, plural
from slopt.study.customers import CustomerAccounts
from slopt.vocabulary import SourceKind

MOST_ROWS = 12
MOST_NAMES = 4
UNASSIGNED = {
    "open_tiers": "open tiers",
    "extra_units": "extra units",
    "unused_capacity": "unused capacity of pools",
    "charged_to_nobody": "lines charged to nobody",
}


def costs_lines(
    accounts: CustomerAccounts, tiers_of: str, document: Mapping[str, Any], width: int
) -> list[Text]:
    """The whole answer. `document` holds the figures that the files have too."""
    lines = [*_title(accounts, tiers_of, width), Text("")]
    lines += sentence(_headline(accounts), width, "bold")
    for part in (
        _account_lines(accounts, width),
        loser_lines(accounts, width),
        _whale_lines(accounts, document, width),
        stage_lines(accounts, document, width),
        pool_lines(accounts, document, width),
        method_lines(accounts, width),
        project_lines(accounts, document, width),
        _measure_lines(document, width),
        satisfaction_lines(document, width),
        _caveats(accounts, document, width),
    ):
        if part:
            lines += [Text(""), *part]
    return lines


def _title(accounts: CustomerAccounts, tiers_of: str, width: int) -> list[Text]:
    case = accounts.case
    info, words = case.settings.case, case.settings.words
    tiers = plural(words.tier, 2)
    whose = {"today": f"today's {tiers}", "plan": f"the {tiers} of the plan given"}
    whose["best"] = f"the {tiers} of the best plan"
    return sentence(
        f"{info.name} · {counted(len(accounts.choice), words.segment)}, {whose[tiers_of]} · "
        f"{info.currency or 'money'} a {info.period}",
        width,
    )


def _headline(accounts: CustomerAccounts) -> str:
    """Who loses, and what that takes from what the others earn."""
    words, info = accounts.case.settings.words, accounts.case.settings.case
    contribution = accounts.results.contribution
    earned, lost = (
        float(contribution[contribution > 0].sum()),
        -float(contribution[contribution < 0].sum()),
    )
    unit = unit_for_totals([earned, lost])
    names = [accounts.problem.segments[s] for s in accounts.losers[:MOST_NAMES].tolist()]
    count = len(accounts.losers)
    if not count:
        money = unit.money(earned, info.currency)
        return f"No {words.segment} loses money: together they contribute {money} a {info.period}."
    if count > MOST_NAMES:
        names = [*names[: MOST_NAMES - 1], f"{count - MOST_NAMES + 1:,} more"]
    verb = "loses" if count == 1 else "lose"
    return (
        f"{count:,} of {counted(len(contribution), words.segment)} {verb} money ({listed(names)}): "
        f"{unit.money(lost)} of the {unit.money(earned, info.currency)} a {info.period} that the "
        "others contribute."
    )


def _account_lines(accounts: CustomerAccounts, width: int) -> list[Text]:
    """Profit and loss, the largest contributions (of either sign) first, down to the result."""
    results, words, info = (
        accounts.results,
        accounts.case.settings.words,
        accounts.case.settings.case,
    )
    order = np.argsort(-np.abs(results.contribution), kind="stable")
    shown, rest = order[:MOST_ROWS], order[MOST_ROWS:]
    shown = shown[np.argsort(-results.contribution[shown], kind="stable")]
    unit = unit_for_rows([float(results.revenue.sum()), float(results.cost_to_serve.sum())])
    rows: list[list[str | Text]] = [
        [
            accounts.problem.segments[s],
            accounts.problem.tiers[accounts.choice[s]],
            *_money(accounts, unit, np.array([s])),
            amount(_known(accounts.value.lifetime[s])),
        ]
        for s in shown.tolist()
    ]
    if len(rest):
        rows.append([f"{len(rest):,} more", "", *_money(accounts, unit, rest), ""])
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col(words.tier, right=False, shorten=True, drop=2),
        Col("revenue"),
        Col("by referral", drop=4),
        Col("margin", drop=3),
        Col(words.service_cost, style=BOOKED),
        Col("contribution", style="bold"),
        Col("of revenue, %", drop=5),
        Col("a life is worth", drop=1),
    ]
    if not results.referral_revenue.any():
        del columns[3]
        for row in rows:
            del row[3]
    foot: list[str | Text] = [
        counted(len(order), words.segment),
        "",
        *_money(accounts, unit, order),
        "",
    ]
    if len(foot) > len(columns):
        del foot[3]
    head = (
        f"Accounts in {unit.head(info.currency, info.period)}; what a customer's life is worth is "
    )
    head += f"in {info.currency or 'money'} a customer"
    lines = [*sentence(head, width), *table(columns, rows, width, foot)]
    return [*lines, *_result_lines(accounts, unit, width)]


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


def _result_lines(accounts: CustomerAccounts, unit: Unit, width: int) -> list[Text]:
    """What is booked but charged to no segment, and what is left after it."""
    left = [
        f"{UNASSIGNED[name]} {unit.plain(money)}"
        for name, money in accounts.unassigned.items()
        if unit.plain(money) != unit.plain(0.0)
    ]
    if not left:
        return []
    text = (
        f"Booked but charged to no segment: {listed(left)}. After it {unit.plain(accounts.result)}"
    )
    return sentence(f"{text} is left.", width)


def _whale_lines(accounts: CustomerAccounts, document: Mapping[str, Any], width: int) -> list[Text]:
    """How much the best customers really make."""
    its = document["concentration"]
    if its["share_of_contribution"] is None:
        return sentence("There is no profit in sum, so nobody has a share of it.", width)
    top, made = percent(its["top"]), percent(its["share_of_contribution"])
    text = f"The best {top} % of customers make {made} % of the contribution"
    if its["share_of_revenue"] is not None:
        text += f"; the largest {percent(its['top'])} % bring {percent(its['share_of_revenue'])} % "
        text += "of the revenue"
    text += ". "
    if its["losing_segments"]:
        text += f"The curve peaks at {percent(its['peak'])} % with {percent(its['peak_at'])} % of "
        text += "customers; the others lose what is above 100 %."
    lines = sentence(text.strip(), width)
    marks = [
        Mark(100 * point["customers"], 100 * point["contribution"], "●")
        for point in document["whale"]["points"]
    ]
    if len(marks) > 3:
        titles = ("% of customers, the best first", "% of contribution")
        lines += chart_lines(marks, (100 * its["top"], f"{percent(its['top'])} %"), titles, width)
    return lines


def _measure_lines(document: Mapping[str, Any], width: int) -> list[Text]:
    """The catalogue by phase: what the case tells, and which measures it has no data for."""
    lines = sentence("Service measures before, during and after the transaction", width)
    for phase in dict.fromkeys(row["phase"] for row in document["measures"]):
        rows = [row for row in document["measures"] if row["phase"] == phase]
        told = [f"{row['measure']} {_measure(row)}" for row in rows if row["value"] is not None]
        lacking = [row["measure"] for row in rows if row["value"] is None]
        parts = [", ".join(told)] if told else []
        parts += [f"no data for {', '.join(lacking)}"] if lacking else []
        lines += sentence("; ".join(parts), width, indent="    ", first=f"  {phase}: ")
    return lines


def _measure(row: Mapping[str, Any]) -> str:
    if row["unit"] in ("share", "ratio") and abs(row["value"]) < 2:
        return f"{percent(row['value'], 1)} %"
    unit = " per 1,000" if row["unit"] == "per 1,000" else ""
    return f"{amount(row['value'])}{unit}"


def _caveats(accounts: CustomerAccounts, document: Mapping[str, Any], width: int) -> list[Text]:
    """What is not in the figures, what they assume, what to look at."""
    words, totals = accounts.case.settings.words, document["totals"]
    lines: list[Text] = []
    for warning in document["warnings"]:
        lines += sentence(f"Warning: {warning}", width, "bold")
    hidden = (
        f" and hidden cost lines {amount(totals['hidden_cost'])}" if totals["hidden_cost"] else ""
    )
    lines += sentence(
        f"Estimates, in none of the accounts: expected {words.lost_sales} "
        f"{amount(totals['lost_sales'])}{hidden}.",
        width,
    )
    assumed: dict[str, list[str]] = {}
    for row in document["inputs"]:
        if row["kind"] == SourceKind.ASSUMED.value:
            assumed.setdefault(row["table"], []).append(row["column"])
    if assumed:
        tables = "; ".join(f"{name}: {', '.join(columns)}" for name, columns in assumed.items())
        lines += sentence(f"Assumed, not measured. {tables}.", width)
    return lines
