"""The tables of the costs screen below the accounts: losers, stages, pools, methods, projects."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from rich.text import Text

from slopt.report.numbers import NONE, amount, percent, unit_for_rows
from slopt.report.screen import BOOKED
from slopt.report.table import Col, sentence, table
from slopt.report.words import counted
from slopt.study.customers import CustomerAccounts

MOST_ROWS = 12


def loser_lines(accounts: CustomerAccounts, width: int) -> list[Text]:
    """What alone would make each losing segment pay, the largest loss first."""
    losers = accounts.losers
    if not len(losers):
        return []
    words, info = accounts.case.settings.words, accounts.case.settings.case
    ways, better, problem = accounts.ways, accounts.better, accounts.problem
    unit = unit_for_rows(np.abs(accounts.results.contribution[losers]))
    rows: list[list[str | Text]] = []
    for s in losers[:MOST_ROWS].tolist():
        moves = better.tier[s] >= 0 and better.tier[s] != accounts.choice[s]
        tier = f"{problem.tiers[better.tier[s]]}: {unit.plain(better.contribution[s])}"
        rows.append(
            [
                problem.segments[s],
                unit.plain(accounts.results.contribution[s]),
                unit.plain(-ways.cost_cut[s]),
                _share(-ways.cost_cut_share[s]),
                _share(ways.price_rise[s], "+"),
                _share(ways.growth[s], "+"),
                tier if moves else "none",
            ]
        )
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col("contribution"),
        Col(words.service_cost, style=BOOKED),
        Col("that is, %", drop=1),
        Col("or price, %"),
        Col("or volume, %"),
        Col(f"best other {words.tier}", right=False, drop=2),
    ]
    head = f"What alone would make a losing {words.segment} pay, "
    head += unit.head(info.currency, info.period)
    lines = [*sentence(head, width), *table(columns, rows, width)]
    if len(losers) > MOST_ROWS:
        lines.append(
            Text(f"... and {len(losers) - MOST_ROWS:,} more: --out DIR or --json has all.")
        )
    return lines


def _share(value: float, sign: str = "") -> str:
    """A share in percent with its sign; a dash where nothing would do."""
    return sign + percent(value) if math.isfinite(value) else NONE


def stage_lines(accounts: CustomerAccounts, document: Mapping[str, Any], width: int) -> list[Text]:
    """Service cost by stage of a customer's life, of a period and over the life."""
    stages, lifetime = document["stages"], document["lifetime"]
    if sum(1 for money in stages.values() if money) < 2:
        return []
    words, info = accounts.case.settings.words, accounts.case.settings.case
    unit = unit_for_rows(stages.values())
    total = accounts.results.cost_to_serve.sum()
    rows: list[list[str | Text]] = [
        [
            stage.replace("_", " "),
            unit.plain(money),
            percent(money / total if total else None),
            amount(lifetime["life_cost"][stage]),
        ]
        for stage, money in stages.items()
    ]
    columns = [
        Col("stage", right=False),
        Col(words.service_cost, style=BOOKED),
        Col("%"),
        Col("a customer's life"),
    ]
    head = f"Cost by stage of a customer's life, {unit.head(info.currency, info.period)}; a life's "
    head += "cost is a present value"
    lines = [*sentence(head, width), *table(columns, rows, width)]
    return [*lines, *_life_lines(accounts, lifetime, width)]


def _life_lines(accounts: CustomerAccounts, lifetime: Mapping[str, Any], width: int) -> list[Text]:
    parts = []
    if lifetime["lifetime_value"] is not None:
        parts.append(
            f"The mean customer is worth {amount(lifetime['lifetime_value'])} in later periods"
        )
        if lifetime["acquisition_cost"]:
            parts.append(f"and winning one costs {amount(lifetime['acquisition_cost'])}")
    text = " ".join(parts) + ". " if parts else ""
    more = lifetime["five_points_of_retention"]
    if more is not None:
        text += f"If 5 points more of the customers stayed, it would be {percent(more)} % more; "
        text += "that text books say 25 to 85 % is no law. "
    if lifetime["value_by_states"] is not None:
        states = ", ".join(
            f"{row['state']} {amount(row['value_multiple'])}" for row in lifetime["states"]
        )
        text += "By the states of loyalty, this period included, it is "
        text += f"{amount(lifetime['value_by_states'])}; a customer's worth in contributions of a "
        text += f"{accounts.case.settings.case.period}: {states}."
    return sentence(text.strip(), width) if text else []


def pool_lines(accounts: CustomerAccounts, document: Mapping[str, Any], width: int) -> list[Text]:
    """Pools: what they cost, what is used, what stays unused; and the proof that it adds up."""
    pools = document["pools"]
    if not pools:
        return []
    info = accounts.case.settings.case
    unit = unit_for_rows(row["cost"] for row in pools)
    rows: list[list[str | Text]] = [
        [
            row["pool"],
            unit.plain(row["cost"]),
            amount(row["cost_per_minute"]),
            f"{row['used_minutes']:,.0f}",
            percent(row["used_minutes"] / row["practical_minutes"]),
            unit.plain(row["charged"]),
            unit.plain(row["unused_cost"]),
        ]
        for row in pools
    ]
    columns = [
        Col("pool", right=False, shorten=True),
        Col("cost", style=BOOKED),
        Col("a minute", drop=2),
        Col("minutes used", drop=1),
        Col("of capacity, %"),
        Col("charged"),
        Col("unused"),
    ]
    proof = document["proof"]["pools"]
    sums = "nothing is lost or counted twice" if proof["holds"] else "the sums do not agree"
    left = f"+ unused {proof['not_charged']:,.2f}"
    if any(row["unused_cost"] < 0 for row in document["pools"]):
        sums = "the sums agree, but more minutes are charged than a pool has"
        if proof["not_charged"] < 0:
            left = f"− charged beyond capacity {-proof['not_charged']:,.2f}"
    head = f"Pools, {unit.head(info.currency, info.period)}; unused capacity is charged to nobody"
    return [
        *sentence(head, width),
        *table(columns, rows, width),
        *sentence(
            f"Proof: charged {proof['charged']:,.2f} {left} = cost {proof['cost']:,.2f}; {sums}.",
            width,
        ),
    ]


def method_lines(accounts: CustomerAccounts, width: int) -> list[Text]:
    """Cost to serve of the largest segments by three methods, side by side."""
    spread = accounts.allocated_by_orders
    if not accounts.ledger.pools or spread is None:
        return []
    words, info = accounts.case.settings.words, accounts.case.settings.case
    timed, direct = accounts.results.cost_to_serve, accounts.charged_directly
    unit = unit_for_rows(timed)
    order = np.argsort(-timed, kind="stable")
    rows: list[list[str | Text]] = [
        [accounts.problem.segments[s], *(unit.plain(money[s]) for money in (direct, spread, timed))]
        for s in order[:MOST_ROWS].tolist()
    ]
    rest = order[MOST_ROWS:]
    if len(rest):
        sums = (unit.plain(float(money[rest].sum())) for money in (direct, spread, timed))
        rows.append([f"{len(rest):,} more", *sums])
    foot = [
        counted(len(order), words.segment),
        *(unit.plain(float(money.sum())) for money in (direct, spread, timed)),
    ]
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col("direct only"),
        Col("pools by orders"),
        Col("pools by minutes", style=BOOKED),
    ]
    head = f"{words.service_cost.capitalize()} by three methods, "
    head += f"{unit.head(info.currency, info.period)}; the accounts take the last"
    return [*sentence(head, width), *table(columns, rows, width, foot)]


def project_lines(
    accounts: CustomerAccounts, document: Mapping[str, Any], width: int
) -> list[Text]:
    """Investments: return with opportunity cost, present value, payback."""
    projects = document["investments"]
    if not projects:
        return []
    info = accounts.case.settings.case
    unit = unit_for_rows(row["outlay"] for row in projects)
    rows: list[list[str | Text]] = [
        [
            row["investment"],
            unit.plain(row["outlay"]),
            percent(row["booked"]["roi"]),
            unit.plain(row["booked"]["net_present_value"]),
            amount(row["booked"]["payback"], 2),
            percent(row["with_expected"]["roi"]),
            unit.plain(row["with_expected"]["net_present_value"]),
        ]
        for row in projects
    ]
    columns = [
        Col("investment", right=False, shorten=True),
        Col("outlay", style=BOOKED),
        Col("ROI, %"),
        Col("NPV"),
        Col("payback"),
        Col("with estimates: ROI", drop=1),
        Col("NPV", drop=1),
    ]
    head = (
        f"Investments in {unit.head(info.currency, info.period).rpartition(' a ')[0]}; ROI counts "
    )
    head += f"what the money would earn elsewhere, payback is in {info.period}s"
    return [*sentence(head, width), *table(columns, rows, width)]
