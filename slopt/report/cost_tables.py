"""The tables of the costs screen below the accounts: losers, stages, pools, methods, projects."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from rich.text import Text

from slopt.report.language import ENGLISH, Language, later
from slopt.report.numbers import NONE, percent
from slopt.report.offer_words import offer_words
from slopt.report.screen import BOOKED
from slopt.report.table import Col, sentence, table
from slopt.study.customers import CustomerAccounts
from slopt.vocabulary import Stage

MOST_ROWS = 12


STAGES = {
    Stage.ACQUIRE: later("acquire"),
    Stage.SERVE: later("serve"),
    Stage.RETAIN: later("retain"),
    Stage.EXPAND: later("expand"),
    Stage.WIN_BACK: later("win back"),
}


def loser_lines(accounts: CustomerAccounts, width: int, language: Language = ENGLISH) -> list[Text]:
    """What alone would make each losing segment pay, the largest loss first."""
    _, losers = language, accounts.losers
    if not len(losers):
        return []
    words, info = _.words(accounts.case.settings.words), accounts.case.settings.case
    ways, better, problem = accounts.ways, accounts.better, accounts.problem
    unit = _.rows_unit(np.abs(accounts.results.contribution[losers]))
    rows: list[list[str | Text]] = []
    for s in losers[:MOST_ROWS].tolist():
        moves = better.tier[s] >= 0 and better.tier[s] != accounts.choice[s]
        tier = _(
            "{tier}: {money}",
            tier=offer_words(problem, s, int(better.tier[s]), _),
            money=unit.plain(better.contribution[s]),
        )
        rows.append(
            [
                problem.segments[s],
                unit.plain(accounts.results.contribution[s]),
                unit.plain(-ways.cost_cut[s]),
                _share(-ways.cost_cut_share[s]),
                _share(ways.price_rise[s], "+"),
                _share(ways.growth[s], "+"),
                tier if moves else _("none"),
            ]
        )
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col(_("contribution")),
        Col(words.service_cost, style=BOOKED),
        Col(_("that is, %"), drop=1),
        Col(_("or price, %")),
        Col(_("or volume, %")),
        Col(_("best other {tier}", tier=words.tier), right=False, drop=2),
    ]
    head = _(
        "What alone would make a losing {segment} pay, {unit}",
        segment=words.segment,
        unit=_.unit_head(unit, info),
    )
    lines = [*sentence(head, width), *table(columns, rows, width, language=_)]
    if len(losers) > MOST_ROWS:
        more = f"{len(losers) - MOST_ROWS:,}"
        lines.append(Text(_("... and {n} more: --out DIR or --json has all.", n=more)))
    return lines


def _share(value: float, sign: str = "") -> str:
    """A share in percent with its sign; a dash where nothing would do."""
    return sign + percent(value) if math.isfinite(value) else NONE


def stage_lines(
    accounts: CustomerAccounts,
    document: Mapping[str, Any],
    width: int,
    language: Language = ENGLISH,
) -> list[Text]:
    """Service cost by stage of a customer's life, of a period and over the life."""
    _ = language
    stages, lifetime = document["stages"], document["lifetime"]
    if sum(1 for money in stages.values() if money) < 2:
        return []
    words, info = _.words(accounts.case.settings.words), accounts.case.settings.case
    unit = _.rows_unit(stages.values())
    total = accounts.results.cost_to_serve.sum()
    rows: list[list[str | Text]] = [
        [
            _(STAGES[Stage(stage)]),
            unit.plain(money),
            percent(money / total if total else None),
            _.amount(lifetime["life_cost"][stage]),
        ]
        for stage, money in stages.items()
    ]
    columns = [
        Col(_("stage"), right=False),
        Col(words.service_cost, style=BOOKED),
        Col("%"),
        Col(_("a customer's life")),
    ]
    head = _(
        "Cost by stage of a customer's life, {unit}; a life's cost is a present value",
        unit=_.unit_head(unit, info),
    )
    lines = [*sentence(head, width), *table(columns, rows, width, language=_)]
    return [*lines, *_life_lines(accounts, lifetime, width, _)]


def _life_lines(
    accounts: CustomerAccounts, lifetime: Mapping[str, Any], width: int, _: Language
) -> list[Text]:
    said = []
    if lifetime["lifetime_value"] is not None:
        worth = _.amount(lifetime["lifetime_value"])
        if lifetime["acquisition_cost"]:
            said.append(
                _(
                    "The mean customer is worth {worth} in later periods and winning one costs "
                    "{cost}.",
                    worth=worth,
                    cost=_.amount(lifetime["acquisition_cost"]),
                )
            )
        else:
            said.append(_("The mean customer is worth {worth} in later periods.", worth=worth))
    more = lifetime["five_points_of_retention"]
    if more is not None:
        said.append(
            _(
                "If 5 points more of the customers stayed, it would be {share} % more; that text "
                "books say 25 to 85 % is no law.",
                share=percent(more),
            )
        )
    if lifetime["value_by_states"] is not None:
        states = _(", ").join(
            f"{row['state']} {_.amount(row['value_multiple'])}" for row in lifetime["states"]
        )
        said.append(
            _(
                "By the states of loyalty, this period included, it is {worth}; a customer's worth "
                "in contributions of a {period}: {states}.",
                worth=_.amount(lifetime["value_by_states"]),
                period=_.period(accounts.case.settings.case.period),
                states=states,
            )
        )
    return sentence(_.sentences(said), width)


def pool_lines(
    accounts: CustomerAccounts,
    document: Mapping[str, Any],
    width: int,
    language: Language = ENGLISH,
) -> list[Text]:
    """Pools: what they cost, what is used, what stays unused; and the proof that it adds up."""
    _, pools = language, document["pools"]
    if not pools:
        return []
    info = accounts.case.settings.case
    unit = _.rows_unit(row["cost"] for row in pools)
    rows: list[list[str | Text]] = [
        [
            row["pool"],
            unit.plain(row["cost"]),
            _.amount(row["cost_per_minute"]),
            f"{row['used_minutes']:,.0f}",
            percent(row["used_minutes"] / row["practical_minutes"]),
            unit.plain(row["charged"]),
            unit.plain(row["unused_cost"]),
        ]
        for row in pools
    ]
    columns = [
        Col(_("pool"), right=False, shorten=True),
        Col(_("cost"), style=BOOKED),
        Col(_("a minute"), drop=2),
        Col(_("minutes used"), drop=1),
        Col(_("of capacity, %")),
        Col(_("charged")),
        Col(_("unused")),
    ]
    head = _("Pools, {unit}; unused capacity is charged to nobody", unit=_.unit_head(unit, info))
    return [
        *sentence(head, width),
        *table(columns, rows, width, language=_),
        *sentence(_proof(document, _), width),
    ]


def _proof(document: Mapping[str, Any], _: Language) -> str:
    """That what is charged and what is unused add up to what the pools cost."""
    proof = document["proof"]["pools"]
    left = _("+ unused {money}", money=f"{proof['not_charged']:,.2f}")
    is_beyond = any(row["unused_cost"] < 0 for row in document["pools"])
    if is_beyond and proof["not_charged"] < 0:
        left = _("− charged beyond capacity {money}", money=f"{-proof['not_charged']:,.2f}")
    places = {"charged": f"{proof['charged']:,.2f}", "left": left, "cost": f"{proof['cost']:,.2f}"}
    if is_beyond:
        return _(
            "Proof: charged {charged} {left} = cost {cost}; the sums agree, but more minutes are "
            "charged than a pool has.",
            **places,
        )
    if proof["holds"]:
        return _(
            "Proof: charged {charged} {left} = cost {cost}; nothing is lost or counted twice.",
            **places,
        )
    return _("Proof: charged {charged} {left} = cost {cost}; the sums do not agree.", **places)


def method_lines(
    accounts: CustomerAccounts, width: int, language: Language = ENGLISH
) -> list[Text]:
    """Cost to serve of the largest segments by three methods, side by side."""
    _, spread = language, accounts.allocated_by_orders
    if not accounts.ledger.pools or spread is None:
        return []
    words, info = _.words(accounts.case.settings.words), accounts.case.settings.case
    timed, direct = accounts.results.cost_to_serve, accounts.charged_directly
    unit = _.rows_unit(timed)
    order = np.argsort(-timed, kind="stable")
    rows: list[list[str | Text]] = [
        [accounts.problem.segments[s], *(unit.plain(money[s]) for money in (direct, spread, timed))]
        for s in order[:MOST_ROWS].tolist()
    ]
    rest = order[MOST_ROWS:]
    if len(rest):
        sums = (unit.plain(float(money[rest].sum())) for money in (direct, spread, timed))
        rows.append([_("{n} more", n=f"{len(rest):,}"), *sums])
    foot = [
        _.counted(len(order), words.segment),
        *(unit.plain(float(money.sum())) for money in (direct, spread, timed)),
    ]
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col(_("direct only")),
        Col(_("pools by orders")),
        Col(_("pools by minutes"), style=BOOKED),
    ]
    head = _(
        "{cost} by three methods, {unit}; the accounts take the last",
        cost=words.service_cost.capitalize(),
        unit=_.unit_head(unit, info),
    )
    return [*sentence(head, width), *table(columns, rows, width, foot, _)]


def project_lines(
    accounts: CustomerAccounts,
    document: Mapping[str, Any],
    width: int,
    language: Language = ENGLISH,
) -> list[Text]:
    """Investments: return with opportunity cost, present value, payback."""
    _, projects = language, document["investments"]
    if not projects:
        return []
    info = accounts.case.settings.case
    unit = _.rows_unit(row["outlay"] for row in projects)
    rows: list[list[str | Text]] = [
        [
            row["investment"],
            unit.plain(row["outlay"]),
            percent(row["booked"]["roi"]),
            unit.plain(row["booked"]["net_present_value"]),
            _.amount(row["booked"]["payback"], 2),
            percent(row["with_expected"]["roi"]),
            unit.plain(row["with_expected"]["net_present_value"]),
        ]
        for row in projects
    ]
    columns = [
        Col(_("investment"), right=False, shorten=True),
        Col(_("outlay"), style=BOOKED),
        Col(_("ROI, %")),
        Col(_("NPV")),
        Col(_("payback")),
        Col(_("with estimates: ROI"), drop=1),
        Col(_("NPV"), drop=1),
    ]
    period = _.period(info.period)
    head = _(
        "Investments in {money}; ROI counts what the money would earn elsewhere, payback is in "
        "{periods}",
        money=_.money_unit(unit, info.currency),
        periods=_.plural(period),
    )
    return [*sentence(head, width), *table(columns, rows, width, language=_)]
