"""Two plans over periods on one screen: the bridge, who is served otherwise when, the periods."""

from __future__ import annotations

from rich.text import Text

from slopt.report.assumed import assumed_lines
from slopt.report.changes_table import MOST_ROWS, changes_lines, more_lines
from slopt.report.horizon_words import broken_words
from slopt.report.language import ENGLISH, Language, later
from slopt.report.numbers import percent
from slopt.report.screen import BOOKED, EXPECTED
from slopt.report.table import Col, sentence, table
from slopt.study.compare.bridge import Money
from slopt.study.over_time.bridge import ComparisonOverTime, Step, StepOverTime
from slopt.study.over_time.compare_files import period_rows
from slopt.study.over_time.sides import SideOverTime

TRIFLE = 1e-9
"""Share of the total that is rounding."""
DECIDED = {
    StepOverTime.HAPPENED: later("what happened in settled periods"),
    StepOverTime.TIERS: later("decisions: other tiers"),
    StepOverTime.STAFF: later("decisions: staff"),
    StepOverTime.PROJECTS: later("decisions: projects"),
    StepOverTime.SHARED: later("decisions: open tiers, extra units"),
}


def compare_over_time_lines(
    found: ComparisonOverTime, width: int, language: Language = ENGLISH
) -> list[Text]:
    """Everything `slopt compare` prints of plans over periods, at most `width` cells wide."""
    _ = language
    lines = sentence(_side("A", found.a, _), width) + sentence(_side("B", found.b, _), width)
    lines += [Text(""), *sentence(_decision(found, _), width, "bold")]
    if abs(found.worth) > TRIFLE * abs(found.end.total_cost):
        said = _(
            "What perfect service is worth changes by {worth} from A to B, because customers or "
            "margins are others; so the net present value changes by that too.",
            worth=_signed(found.worth, found.b.case.settings.case.currency, _),
        )
        lines += sentence(said, width)
    for name, side in (("A", found.a), ("B", found.b)):
        if side.breaks:
            limits = broken_words(side.breaks, _)
            lines += sentence(_("{side} breaks {limits}.", side=name, limits=limits), width)
    if found.broken and not found.is_same_plan:
        limits = broken_words(found.broken, _)
        said = _("Under the inputs of B the decisions of A would break {limits}.", limits=limits)
        lines += sentence(said, width)
    if found.is_same_plan and not found.changes and not found.steps:
        return lines
    lines += [Text(""), *_bridge_lines(found, width, _)]
    lines += [Text(""), *changes_lines(found.changes, width, _)]
    lines += _moves_lines(found, width, _)
    lines += [Text(""), *_period_lines(found, width, _)]
    said = _("The bridge adds up exactly; --json has every digit.")
    return [*lines, Text(""), *sentence(said, width), *assumed_lines(found.b.case, width, _)]


def _side(which: str, side: SideOverTime, _: Language) -> str:
    problem, name = side.problem, side.case.settings.case.name
    places = {"side": which, "named": side.label, "name": name}
    if side.first:
        return _(
            "{side}: {named}, planned from {period} on · {name}",
            period=problem.periods[side.first],
            **places,
        )
    return _(
        "{side}: {named}, {first} to {last} · {name}",
        first=problem.periods[0],
        last=problem.periods[-1],
        **places,
    )


def _decision(found: ComparisonOverTime, _: Language) -> str:
    if found.is_same_plan and not found.changes and not found.steps:
        return _("A and B are the same plan for the same inputs: nothing moves, no money changes.")
    words, currency = _.words(found.b.case.settings.words), found.b.case.settings.case.currency
    change = found.end - found.start
    moved = len({move.segment for move in found.moves})
    npv = found.b.evaluation.npv - found.a.evaluation.npv
    places = {
        "n": f"{moved:,}",
        "segments": _.counted(len(found.b.problem.segments), words.segment),
        "tier": words.tier,
        "change": _signed(change.total_cost, currency, _),
        "npv": _signed(npv, currency, _),
    }
    return _(
        "From A to B {n} of {segments} get another {tier} in some period; booked and lost together "
        "change by {change} in present value, the net present value by {npv}.",
        **places,
    )


def _signed(value: float, currency: str, _: Language) -> str:
    sign = "−" if value < 0 else "+"
    return sign + _.money(abs(value), currency) if value else "0"


def _bridge_lines(found: ComparisonOverTime, width: int, _: Language) -> list[Text]:
    words = _.words(found.b.case.settings.words)
    steps = [s for s in found.steps if not s.money.is_nothing]
    changes = [abs(step.money.total_cost) for step in steps]
    unit = _.totals_unit([found.start.total_cost, found.end.total_cost], [max(changes, default=0)])

    def row(label: str, money: Money, is_end: bool) -> list[str | Text]:
        said = unit.plain if is_end else unit.signed
        parts = (money.service_cost, money.lost_orders, money.lost_customers, money.lost_prospects)
        cells: list[str | Text] = [said(part) for part in parts]
        if found.start.lost_unsplit or found.end.lost_unsplit:
            cells.append(said(money.lost_unsplit))
        return [Text(label, "bold" if is_end else ""), *cells, said(money.total_cost)]

    rows = [row("A", found.start, True)]
    rows += [row(step_words(step, _), step.money, False) for step in steps]
    head = _.money_unit(unit, found.b.case.settings.case.currency)
    columns = [
        Col(_("{money}, present value", money=head), right=False, wrap=False, shorten=True),
        Col(words.service_cost, style=BOOKED),
        Col(_("orders"), style=EXPECTED, drop=1, told=True),
        Col(_("leaving"), style=EXPECTED, drop=1, told=True),
        Col(_("prospects"), style=EXPECTED, drop=1, told=True),
    ]
    if found.start.lost_unsplit or found.end.lost_unsplit:
        columns.append(Col(_("lost"), style=EXPECTED, drop=1, told=True))
    columns.append(Col(_("total"), style="bold"))
    return table(columns, rows, width, row("B", found.end, True), _)


def step_words(step: Step, _: Language) -> str:
    """What a step of the bridge is, in a few words."""
    if step.kind is StepOverTime.INPUTS:
        return _("inputs: {tables}", tables=_.listed(step.tables))
    return _(DECIDED[step.kind])


def _moves_lines(found: ComparisonOverTime, width: int, _: Language) -> list[Text]:
    if not found.moves:
        return []
    problem, words = found.b.problem, _.words(found.b.case.settings.words)
    ordered = sorted(found.moves, key=lambda one: (-abs(one.total), one.segment, one.first))
    unit = _.rows_unit([move.total for move in ordered])
    rows: list[list[str | Text]] = []
    for place, move in enumerate(ordered[:MOST_ROWS]):
        same = place > 0 and ordered[place - 1].segment == move.segment
        when = problem.periods[move.first]
        if move.last > move.first:
            when = _("{first} to {last}", first=when, last=problem.periods[move.last])
        tiers = f"{problem.tiers[move.before]} → {problem.tiers[move.after]}"
        name = "" if same else problem.segments[move.segment]
        rows.append([name, when, tiers, "" if same else unit.signed(move.total)])
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col(_("periods"), right=False),
        Col(words.tier, right=False),
        Col(_("booked and lost"), style="bold"),
    ]
    title = _(
        "Who is served otherwise; what that changes by itself in {money}, present value, at the "
        "inputs of B",
        money=_.money_unit(unit, found.b.case.settings.case.currency),
    )
    lines = [Text(""), *sentence(title, width), *table(columns, rows, width, language=_)]
    return lines + more_lines(len(ordered), width, _)


def _period_lines(found: ComparisonOverTime, width: int, _: Language) -> list[Text]:
    figures = period_rows(found)
    money = [row[name] for row in figures for name in ("booked_a", "booked_b")]
    unit = _.rows_unit([*money, *(row["lost_sales_a"] for row in figures)])
    rows: list[list[str | Text]] = [
        [
            row["period"],
            unit.plain(row["booked_a"]),
            unit.signed(row["booked_b"] - row["booked_a"]),
            unit.plain(row["lost_sales_a"]),
            unit.signed(row["lost_sales_b"] - row["lost_sales_a"]),
            percent(row["service_level_a"], 1),
            percent(row["service_level_b"], 1),
            f"{row['other_tiers']:,}",
        ]
        for row in figures
    ]
    columns = [
        Col(_("period"), right=False),
        Col(_("booked, A"), style=BOOKED),
        Col("B − A"),
        Col(_("lost, A"), style=EXPECTED),
        Col("B − A"),
        Col(_("level, A %"), drop=1),
        Col(_("level, B %"), drop=1),
        Col(_("others"), drop=2),
    ]
    title = _(
        "By period in {money} of that period; others get another tier in B",
        money=_.money_unit(unit, found.b.case.settings.case.currency),
    )
    return [*sentence(title, width), *table(columns, rows, width, language=_)]
