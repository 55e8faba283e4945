"""Who earns and who costs, on one screen: sentence, accounts, losers, curve, stages, pools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from slopt.report.accounts_table import account_lines
from slopt.report.cost_tables import (
    loser_lines,
    method_lines,
    pool_lines,
    project_lines,
    stage_lines,
)
from slopt.report.language import ENGLISH, Language, later
from slopt.report.numbers import percent
from slopt.report.satisfaction_table import satisfaction_lines
from slopt.report.table import sentence
from slopt.report.text_chart import Curve, Panel, Upright, chart_lines
from slopt.study.customers import CustomerAccounts
from slopt.vocabulary import SourceKind

MOST_NAMES = 4


def costs_lines(
    accounts: CustomerAccounts,
    tiers_of: str,
    document: Mapping[str, Any],
    width: int,
    language: Language = ENGLISH,
) -> list[Text]:
    """The whole answer. `document` holds the figures that the files have too."""
    _ = language
    lines = [*_title(accounts, tiers_of, width, _), Text("")]
    lines += sentence(_headline(accounts, _), width, "bold")
    for part in (
        account_lines(accounts, width, _),
        loser_lines(accounts, width, _),
        _whale_lines(document, width, _),
        stage_lines(accounts, document, width, _),
        pool_lines(accounts, document, width, _),
        method_lines(accounts, width, _),
        project_lines(accounts, document, width, _),
        _measure_lines(document, width, _),
        satisfaction_lines(document, width, _),
        _caveats(accounts, document, width, _),
    ):
        if part:
            lines += [Text(""), *part]
    return lines


def _title(accounts: CustomerAccounts, tiers_of: str, width: int, _: Language) -> list[Text]:
    case = accounts.case
    info, words = case.settings.case, _.words(case.settings.words)
    places = {
        "name": info.name,
        "segments": _.counted(len(accounts.choice), words.segment),
        "tiers": _.plural(words.tier),
        "money": _.money_a_period(info),
    }
    said = {
        "today": later("{name} · {segments}, today's {tiers} · {money}"),
        "plan": later("{name} · {segments}, the {tiers} of the plan given · {money}"),
        "best": later("{name} · {segments}, the {tiers} of the best plan · {money}"),
    }
    return sentence(_(said[tiers_of], **places), width)


def _headline(accounts: CustomerAccounts, _: Language) -> str:
    """Who loses, and what that takes from what the others earn."""
    words, info = _.words(accounts.case.settings.words), accounts.case.settings.case
    contribution = accounts.results.contribution
    earned, lost = (
        float(contribution[contribution > 0].sum()),
        -float(contribution[contribution < 0].sum()),
    )
    unit = _.totals_unit([earned, lost])
    names = [accounts.problem.segments[s] for s in accounts.losers[:MOST_NAMES].tolist()]
    count = len(accounts.losers)
    money, period = _.money_in(unit, earned, info.currency), _.period(info.period)
    if not count:
        return _(
            "No {segment} loses money: together they contribute {earned} a {period}.",
            segment=words.segment,
            earned=money,
            period=period,
        )
    if count > MOST_NAMES:
        more = f"{count - MOST_NAMES + 1:,}"
        names = [*names[: MOST_NAMES - 1], _("{n} more", n=more)]
    return _.count(
        "{n} of {segments} loses money ({names}): {lost} of the {earned} a {period} that the "
        "others contribute.",
        "{n} of {segments} lose money ({names}): {lost} of the {earned} a {period} that the "
        "others contribute.",
        count,
        segments=_.counted(len(contribution), words.segment),
        names=_.listed(names),
        lost=_.money_in(unit, lost),
        earned=money,
        period=period,
    )


def _whale_words(its: Mapping[str, Any], _: Language) -> str:
    """How much the best customers make, and what those lose who lose."""
    places = {"top": percent(its["top"]), "made": percent(its["share_of_contribution"])}
    if its["share_of_revenue"] is None:
        said = [_("The best {top} % of customers make {made} % of the contribution.", **places)]
    else:
        said = [
            _(
                "The best {top} % of customers make {made} % of the contribution; the largest "
                "{top} % bring {revenue} % of the revenue.",
                revenue=percent(its["share_of_revenue"]),
                **places,
            )
        ]
    if its["losing_segments"]:
        said.append(
            _(
                "The curve peaks at {peak} % with {customers} % of customers; the others lose what "
                "is above 100 %.",
                peak=percent(its["peak"]),
                customers=percent(its["peak_at"]),
            )
        )
    return _.sentences(said)


def _whale_lines(document: Mapping[str, Any], width: int, _: Language) -> list[Text]:
    """How much the best customers really make."""
    its = document["concentration"]
    if its["share_of_contribution"] is None:
        return sentence(_("There is no profit in sum, so nobody has a share of it."), width)
    lines = sentence(_whale_words(its, _), width)
    curve = Curve(
        [
            (100 * point["customers"], 100 * point["contribution"])
            for point in document["whale"]["points"]
        ]
    )
    if len(curve.points) > 3:
        line = Upright(100 * its["top"], f"{percent(its['top'])} %")
        panel = Panel(_("% of contribution"), [curve])
        lines += chart_lines([panel], _("% of customers, the best first"), width, line)
    return lines


def _measure_lines(document: Mapping[str, Any], width: int, _: Language) -> list[Text]:
    """The catalogue by phase: what the case tells, and which measures it has no data for."""
    lines = sentence(_("Service measures before, during and after the transaction"), width)
    for phase in dict.fromkeys(row["phase"] for row in document["measures"]):
        rows = [row for row in document["measures"] if row["phase"] == phase]
        told = [_measure(row, _) for row in rows if row["value"] is not None]
        lacking = [row["measure"] for row in rows if row["value"] is None]
        parts = [_(", ").join(told)] if told else []
        if lacking:
            parts.append(_("no data for {measures}", measures=_(", ").join(map(_, lacking))))
        lines += sentence(
            _("{phase}: {measures}", phase=_(phase), measures=_("; ").join(parts)),
            width,
            indent="    ",
            first="  ",
        )
    return lines


def _measure(row: Mapping[str, Any], _: Language) -> str:
    measure, value = row["measure"], _.amount(row["value"])
    name = _(measure)
    if row["unit"] in ("share", "ratio") and abs(row["value"]) < 2:
        return _("{measure} {value} %", measure=name, value=percent(row["value"], 1))
    if row["unit"] == "per 1,000":
        return _("{measure} {value} per 1,000", measure=name, value=value)
    return _("{measure} {value}", measure=name, value=value)


def _caveats(
    accounts: CustomerAccounts, document: Mapping[str, Any], width: int, _: Language
) -> list[Text]:
    """What is not in the figures, what they assume, what to look at."""
    words, totals = _.words(accounts.case.settings.words), document["totals"]
    lines: list[Text] = []
    for warning in document["warnings"]:
        lines += sentence(_("Warning: {message}", message=_.tell(warning)), width, "bold")
    places = {"lost": words.lost_sales, "expected": _.amount(totals["lost_sales"])}
    text = _("Estimates, in none of the accounts: expected {lost} {expected}.", **places)
    if totals["hidden_cost"]:
        text = _(
            "Estimates, in none of the accounts: expected {lost} {expected} and hidden cost lines "
            "{hidden}.",
            hidden=_.amount(totals["hidden_cost"]),
            **places,
        )
    lines += sentence(text, width)
    assumed: dict[str, list[str]] = {}
    for row in document["inputs"]:
        if row["kind"] == SourceKind.ASSUMED.value:
            assumed.setdefault(row["table"], []).append(row["column"])
    if assumed:
        tables = _("; ").join(
            f"{name}: {_(', ').join(columns)}" for name, columns in assumed.items()
        )
        lines += sentence(_("Assumed, not measured. {tables}.", tables=tables), width)
    return lines
