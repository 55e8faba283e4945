"""A plan against what happened on one screen: the bridge, the periods, alarms, drift, advice."""

from __future__ import annotations

import numpy as np
from rich.text import Text

from slopt.problem.choice import shares
from slopt.report.assumed import assumed_lines
from slopt.report.language import ENGLISH, Language
from slopt.report.monitor_advice import advice_sentences, drift_lines
from slopt.report.monitor_words import above_or_below, effect_words, figure, measure_words
from slopt.report.numbers import Unit, percent
from slopt.report.screen import BOOKED, EXPECTED
from slopt.report.table import ARROW, Col, sentence, table
from slopt.study.monitor.monitored import Monitored
from slopt.study.monitor.split import RESULT, Effect

MOST_ROWS = 12


def monitor_lines(found: Monitored, width: int, language: Language = ENGLISH) -> list[Text]:
    """Everything `slopt monitor` prints, at most `width` cells wide."""
    _, case = language, found.compared.case
    lines = [*sentence(_headline(found, _), width), Text("")]
    lines += [*sentence(monitor_decision(found, _), width, "bold"), Text("")]
    lines += [*_bridge_lines(found, width, _), Text("")]
    lines += [*_period_lines(found, width, _), Text("")]
    lines += [*_alarm_lines(found, width, _), Text("")]
    lines += [*drift_lines(found, width, _), Text("")]
    lines += sentence(_.sentences(advice_sentences(found, _)), width, "bold")
    return [*lines, *assumed_lines(case, width, _)]


def _headline(found: Monitored, _: Language) -> str:
    compared, name = found.compared, found.compared.case.settings.case.name
    periods = _.listed([compared.problem.periods[t] for t in compared.periods])
    if not found.run:
        return _(
            "{name} · the best plan of this case against what happened in {periods}",
            name=name,
            periods=periods,
        )
    return _(
        "{name} · the plan {run} against what happened in {periods}",
        name=name,
        run=found.run,
        periods=periods,
    )


def monitor_decision(found: Monitored, language: Language = ENGLISH) -> str:
    """How far actual and plan are apart, what most of it is, and what is more than noise."""
    _, line = language, found.split.lines[RESULT]
    change = float(line.difference.sum())
    words, info = _.words(found.compared.case.settings.words), found.compared.case.settings.case
    unit = _.totals_unit([change])
    money = _.currency(info.currency)
    parts = {effect: float(line.effects[effect].sum()) for effect in Effect}
    most = max(Effect, key=lambda effect: abs(parts[effect]))
    first = _(
        "The result, margin less cost and lost sales, is {distance}.",
        distance=above_or_below(change, unit, money, _),
    )
    largest = _(
        "The largest part is {effect}: {amount}.",
        effect=effect_words(most, words, _),
        amount=_signed(unit, parts[most], money, _),
    )
    said = [first, largest if parts[most] else "", _noise_sentence(found, _)]
    if found.alarms:
        beyond = sum(one.money for one in found.alarms)
        amount = _signed(unit, beyond, money, _)
        said.append(_("That comes to {amount}; the rest may be chance.", amount=amount))
    return _.sentences(said)


def _signed(unit: Unit, value: float, money: str, _: Language) -> str:
    """A change in a unit, within a sentence: `-284 k EUR`."""
    return f"+{_.money_in(unit, value, money)}" if value > 0 else _.money_in(unit, value, money)


def _noise_sentence(found: Monitored, _: Language) -> str:
    judged = f"{len(found.signals):,}"
    if not found.signals:
        return _("No figure could be judged against noise: orders and customers are not known.")
    if not found.alarms:
        return _("None of {all} figures is further from plan than chance takes it.", all=judged)
    return _.count(
        "{n} of {all} figures is further from plan than chance takes it.",
        "{n} of {all} figures are further from plan than chance takes them.",
        len(found.alarms),
        all=judged,
    )


def _bridge_lines(found: Monitored, width: int, _: Language) -> list[Text]:
    """From plan to actual, effect by effect, for every account."""
    case = found.compared.case
    words = _.words(case.settings.words)
    accounts = {
        "margin": Col(_("margin")),
        "service_cost": Col(words.service_cost, style=BOOKED, drop=1, told=True),
        "lost_orders": Col(words.lost_orders, style=EXPECTED, drop=2, told=True),
        "lost_customers": Col(words.lost_customers, style=EXPECTED, drop=2, told=True),
        "lost_prospects": Col(words.lost_prospects, style=EXPECTED, drop=2, told=True),
        "lost_unsplit": Col(_("not split"), style=EXPECTED, drop=2, told=True),
        RESULT: Col(_("result"), style="bold"),
    }
    lines = {name: found.split.lines[name] for name in accounts}
    if not np.any(lines["lost_unsplit"].planned) and not np.any(lines["lost_unsplit"].actual):
        del accounts["lost_unsplit"]
    sums = {
        name: (float(lines[name].planned.sum()), float(lines[name].actual.sum()))
        for name in accounts
    }
    unit = _.totals_unit([value for pair in sums.values() for value in pair], [1.0])
    rows: list[list[str | Text]] = []
    for effect in Effect:
        parts = [float(lines[name].effects[effect].sum()) for name in accounts]
        if any(parts):
            rows.append([effect_words(effect, words, _), *(unit.signed(part) for part in parts)])
    planned = [unit.plain(sums[name][0]) for name in accounts]
    actual = [unit.plain(sums[name][1]) for name in accounts]
    head = Col(_.money_unit(unit, case.settings.case.currency), right=False, shorten=True)
    start: list[str | Text] = [Text(_("planned"), style="bold"), *planned]
    end: list[str | Text] = [Text(_("actual"), style="bold"), *actual]
    made = table([head, *accounts.values()], [start, *rows], width, end, _)
    return [*made, *_unknown_lines(found, width, _)]


def _unknown_lines(found: Monitored, width: int, _: Language) -> list[Text]:
    """What is not known, and what was counted in its place."""
    compared, words = found.compared, _.words(found.compared.case.settings.words)
    lines: list[Text] = []
    names = {
        "margin": _("revenue"),
        "service_cost": words.service_cost,
        "lost_orders": words.lost_orders,
        "lost_customers": words.lost_customers,
        "lost_prospects": words.lost_prospects,
    }
    blank = [
        name
        for account, name in names.items()
        if not found.split.lines[account].is_known.any()
        and np.any(found.split.lines[account].planned)
    ]
    if blank:
        said = _(
            "Not told, and counted as the rest leads one to expect: {accounts}.",
            accounts=_.listed(blank),
        )
        lines += sentence(said, width)
    for t, count in found.missing.items():
        said = _.count(
            "{period}: {n} {segment} without actuals is left out.",
            "{period}: {n} {segments} without actuals are left out.",
            count,
            period=compared.problem.periods[t],
            segment=words.segment,
            segments=_.plural(words.segment),
        )
        lines += sentence(said, width)
    left_out = np.flatnonzero(compared.left_out.any(axis=0)).tolist()
    if left_out:
        said = _(
            "Left out, because the plan was made with their actuals: {periods}.",
            periods=_.listed([compared.problem.periods[t] for t in left_out]),
        )
        lines += sentence(said, width)
    return lines


def _period_lines(found: Monitored, width: int, _: Language) -> list[Text]:
    compared, case = found.compared, found.compared.case
    words, line = _.words(case.settings.words), found.split.lines[RESULT]
    unit = _.rows_unit([*line.planned.sum(axis=0).tolist(), *line.actual.sum(axis=0).tolist()])
    rows: list[list[str | Text]] = []
    for t in compared.periods:
        its = compared.covered[:, t]
        weight = shares(compared.problem.weight[its])
        levels = [
            percent(float(weight @ of.level[its, t]), 1)
            for of in (compared.planned, compared.actual)
        ]
        counts = [
            f"{of.customers[its, t].sum():,.0f}" for of in (compared.planned, compared.actual)
        ]
        sums = float(line.planned[:, t].sum()), float(line.actual[:, t].sum())
        rows.append(
            [
                compared.problem.periods[t],
                ARROW.join(counts),
                ARROW.join(levels),
                ARROW.join(unit.plain(value) for value in sums),
                unit.signed(sums[1] - sums[0]),
                str(sum(one.period == t for one in found.alarms)),
            ]
        )
    columns = [
        Col(_("period"), right=False),
        Col(_("customers"), drop=2),
        Col(_("level, %"), drop=1),
        Col(_("result")),
        Col(_("difference"), style="bold"),
        Col(_("alarms")),
    ]
    said = _(
        "By period from planned to actual, results in {unit}; customers at its start; {segments} "
        "with actuals alone",
        unit=_.money_unit(unit, case.settings.case.currency),
        segments=_.plural(words.segment),
    )
    return [*sentence(said, width), *table(columns, rows, width, language=_)]


def _alarm_lines(found: Monitored, width: int, _: Language) -> list[Text]:
    compared, alarms = found.compared, found.alarms
    share = f"{100 * found.noise.false_alarms:g}"
    if not alarms:
        said = _(
            "No figure is outside its control limits, of which at most {share} % of the alarms "
            "would be false.",
            share=share,
        )
        return sentence(said, width) if found.signals else []
    words, info = _.words(compared.case.settings.words), compared.case.settings.case
    unit = _.rows_unit([one.money for one in alarms])
    rows: list[list[str | Text]] = [
        [
            compared.problem.periods[one.period],
            compared.problem.segments[one.segment],
            measure_words(one.measure, words, _),
            figure(one, one.expected, _),
            Text(figure(one, one.observed, _), style="bold"),
            f"{figure(one, one.low, _)}–{figure(one, one.high, _)}",
            unit.signed(one.money),
        ]
        for one in alarms[:MOST_ROWS]
    ]
    columns = [
        Col(_("period"), right=False),
        Col(words.segment, right=False, shorten=True),
        Col(_("more than noise"), right=False, shorten=True),
        Col(_("expected")),
        Col(_("actual")),
        Col(_("noise"), drop=2, told=True),
        Col(_("worth, {unit}", unit=_.money_unit(unit, info.currency)), drop=1, told=True),
    ]
    lines = table(columns, rows, width, language=_)
    if len(alarms) > MOST_ROWS:
        more = _("and {n} more; --out writes all", n=len(alarms) - MOST_ROWS)
        lines += sentence(more, width)
    said = _(
        "Each is judged by what came before it: customers who left by the level they had. On "
        "average at most {share} % of these alarms are false.",
        share=share,
    )
    return [*lines, *sentence(said, width)]
