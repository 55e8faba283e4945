"""A plan on one screen: the decision in a sentence, today against plan, who moves, what binds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.plan.plan import Plan, Price
from slopt.plan.provenance import Provenance
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.evaluate import Evaluation
from slopt.report.numbers import (
    Unit,
    amount,
    gap_words,
    percent,
    signed_percent,
    signed_points,
    unit_for_rows,
    unit_for_totals,
)
from slopt.report.screen import BOOKED, EXPECTED
from slopt.report.table import Col, sentence, table
from slopt.report.words import capital, counted, plural
from slopt.vocabulary import Goal, Status

MOST_MOVES = 12
LOSSES = ("lost_orders", "lost_customers", "lost_prospects")
CLOSE = 1e-3
"""A move is a close call if the best plan without it is worse by less than this share."""


def plan_lines(
    plan: Plan,
    width: int,
    checks: Mapping[int, bool] | None = None,
    provenance: Provenance | None = None,
) -> list[Text]:
    """Everything `slopt solve` prints of a plan, at most `width` cells wide.

    `checks` says of each moving segment whether its move is a close call.
    """
    lines = [*sentence(_headline(plan), width), Text("")]
    lines += [*sentence(decision(plan), width, "bold"), Text("")]
    then, now = plan.evaluation, plan.current
    lines += totals_lines(plan.case, then, now, is_split(plan.problem, plan.choice), width)
    lines += level_lines(plan.case, then, now, width)
    moves = _moves(plan, width, checks or {}, provenance)
    if moves:
        lines += [Text(""), *moves]
    lines += [Text(""), *_limits(plan, width)]
    lines += [Text(""), *_how_sure(plan, checks or {}, provenance, width)]
    return lines


def _headline(plan: Plan) -> str:
    info, words = plan.case.settings.case, plan.case.settings.words
    problem = plan.problem
    sizes = ", ".join(
        (
            counted(len(problem.segments), words.segment),
            counted(len(problem.tiers), words.tier),
            counted(int(problem.admissible.sum()), "offer"),
        )
    )
    return f"{info.name} · {sizes} · {info.currency or 'money'} a {info.period}"


def decision(plan: Plan) -> str:
    """The decision in one sentence, with its numbers."""
    words, info = plan.case.settings.words, plan.case.settings.case
    now, then = plan.current, plan.evaluation
    if now is None:
        unit = unit_for_totals([then.total_cost])
        used = counted(then.tiers_used, words.tier)
        return (
            f"First plan: {counted(len(plan.choice), words.segment)} on {used}, "
            f"{words.service_cost} {unit.money(then.service_cost)} and expected "
            f"{words.lost_sales} {unit.money(then.lost_sales)} a {info.period}."
        )
    if not plan.moves:
        return f"Keep today's {plural(words.tier, 2)}: no other plan is better for this goal."
    unit = unit_for_totals([now.total_cost, then.total_cost])
    moved = f"Move {len(plan.moves)} of {counted(len(plan.choice), words.segment)}"
    lost = _change(words.lost_sales, then.lost_sales - now.lost_sales, unit)
    cost = _change(words.service_cost, then.service_cost - now.service_cost, unit)
    return f"{moved}: {lost} a {info.period}, {cost}."


def _change(what: str, change: float, unit: Unit) -> str:
    if unit.signed(change) == "0":
        return f"{what} stays as it is"
    verb = "falls" if change < 0 else "rises"
    if what.endswith("s"):
        verb = verb.removesuffix("s")
    return f"{what} {verb} {unit.money(change)}"


def totals_lines(
    case: PlanningCase,
    then: Evaluation,
    now: Evaluation | None,
    split: bool,
    width: int,
    title: str = "plan",
) -> list[Text]:
    """Booked cost, the three kinds of lost sales under their sum, total; today against plan."""
    words, info = case.settings.words, case.settings.case
    unit = unit_for_totals([then.total_cost, now.total_cost if now else 0.0])
    lines = [
        ("service_cost", words.service_cost, BOOKED, "█"),
        ("lost_sales", f"{words.lost_sales}, expected", EXPECTED, "░"),
    ]
    if split:
        lines += [(name, "  " + getattr(words, name), EXPECTED, "░") for name in LOSSES]
    longest = max(then.total_cost, 1e-300)
    bar_width = 33 if width >= 96 else 22
    rows: list[list[str | Text]] = []
    for name, label, style, sign in lines:
        rows.append(
            _money_row(
                label,
                name,
                then,
                now,
                unit,
                style,
                Text(sign * _bar(getattr(then, name), longest, bar_width), style),
            )
        )
    total_bar = Text("█" * _bar(then.service_cost, longest, bar_width), BOOKED)
    total_bar.append("░" * _bar(then.lost_sales, longest, bar_width), EXPECTED)
    foot = _money_row("total", "total_cost", then, now, unit, "bold", total_bar)
    columns = [
        Col(unit.head(info.currency, info.period), right=False),
        Col("today"),
        Col(title),
        Col("change"),
        Col("%", drop=1),
        Col(f"{title}, █ booked ░ expected", right=False, drop=2),
    ]
    if now is None:
        columns = [columns[0], Col(title), Col("█ booked ░ expected", right=False, drop=1)]
        rows = [[row[0], row[2], row[5]] for row in rows]
        foot = [foot[0], foot[2], foot[5]]
    return table(columns, rows, width, foot)


def is_split(problem: ChoiceProblem, choice: Choice) -> bool:
    """True unless the case gives all lost sales of the chosen offers as one figure."""
    unsplit = problem.lost_unsplit[np.arange(len(choice)), choice]
    return not np.all(unsplit != 0)


def _money_row(
    label: str,
    name: str,
    then: Evaluation,
    now: Evaluation | None,
    unit: Unit,
    style: str,
    bar: Text,
) -> list[str | Text]:
    value = getattr(then, name)
    before = getattr(now, name) if now else None
    change = None if before is None else value - before
    return [
        label,
        unit.plain(before),
        Text(unit.plain(value), style),
        unit.signed(change),
        signed_percent(change, before),
        bar,
    ]


def _bar(value: float, longest: float, width: int) -> int:
    return max(0, round(width * value / longest))


def level_lines(
    case: PlanningCase,
    then: Evaluation,
    now: Evaluation | None,
    width: int,
    title: str = "the plan",
) -> list[Text]:
    """The mean service level, and what today's tiers would break."""
    words = case.settings.words
    level = f"{words.service_level}, weighted mean: "
    if now is None:
        return [Text(f"{capital(level)}{percent(then.service_level, 1)} %")]
    points = signed_points(then.service_level - now.service_level)
    text = (
        f"{capital(level)}{percent(now.service_level, 1)} % today, "
        f"{percent(then.service_level, 1)} % in {title} ({points} points)"
    )
    lines = sentence(text, width)
    if now.violations:
        broken = ", ".join(f"{v.rule} by {amount(v.amount)}" for v in now.violations[:4])
        lines += sentence(f"Today's {plural(words.tier, 2)} would break: {broken}.", width)
    return lines


def _moves(
    plan: Plan, width: int, checks: Mapping[int, bool], provenance: Provenance | None
) -> list[Text]:
    """Who moves, largest effect first, with a sum line equal to the change of the totals."""
    if plan.current is None or not plan.moves:
        return []
    words, problem = plan.case.settings.words, plan.problem
    moves = np.array(plan.moves)
    before, after = problem.current[moves], plan.choice[moves]
    cost = problem.service_cost[moves, after] - problem.service_cost[moves, before]
    lost = problem.lost_sales[moves, after] - problem.lost_sales[moves, before]
    order = np.argsort(-np.abs(cost + lost), kind="stable")
    unit = unit_for_rows([*np.abs(cost), *np.abs(lost)])
    rows = []
    for i in order[:MOST_MOVES]:
        s = int(moves[i])
        rows.append(
            [
                problem.segments[s],
                f"{problem.tiers[before[i]]} → {problem.tiers[after[i]]}",
                f"{percent(problem.service_level[s, before[i]])} → "
                f"{percent(problem.service_level[s, after[i]])}",
                unit.signed(cost[i]),
                unit.signed(lost[i]),
                unit.signed(cost[i] + lost[i]),
                _sureness(plan, s, checks, provenance),
            ]
        )
    change = plan.evaluation.service_cost - plan.current.service_cost
    shared = change - float(cost.sum())
    if len(order) > MOST_MOVES:
        rest = order[MOST_MOVES:]
        rows.append(
            [
                f"{len(rest)} more",
                "",
                "",
                unit.signed(float(cost[rest].sum())),
                unit.signed(float(lost[rest].sum())),
                unit.signed(float((cost + lost)[rest].sum())),
                "",
            ]
        )
    if unit.signed(shared) != "0":
        rows.append(
            ["open tiers, extra units", "", "", unit.signed(shared), "0", unit.signed(shared), ""]
        )
    info = plan.case.settings.case
    lost_change = plan.evaluation.lost_sales - plan.current.lost_sales
    foot = [
        counted(len(moves), "move"),
        "",
        "",
        unit.signed(change),
        unit.signed(lost_change),
        unit.signed(change + lost_change),
        unit.head(info.currency, info.period),
    ]
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col(words.tier, right=False, shorten=True),
        Col("level, %", drop=1),
        Col(words.service_cost, style=BOOKED),
        Col("lost", style=EXPECTED),
        Col("total", style="bold"),
        Col("how sure", right=False),
    ]
    return table(columns, rows, width, foot)


def _sureness(
    plan: Plan, segment: int, checks: Mapping[int, bool], provenance: Provenance | None
) -> str:
    parts = []
    if segment in checks:
        parts.append("close" if checks[segment] else "firm")
    n = provenance.sample(segment, int(plan.choice[segment])) if provenance else None
    if n is not None:
        parts.append(f"n {n:,.0f}")
    return ", ".join(parts)


def _limits(plan: Plan, width: int) -> list[Text]:
    """Every limit: used, limit, relaxation price, and what relief of it really buys."""
    if not plan.prices:
        return [Text("No limit applies.")]
    rows: list[list[str | Text]] = []
    for price in sorted(plan.prices, key=lambda p: not p.binds):
        use = price.use
        rows.append(
            [
                Text(use.name, style="bold" if price.binds else ""),
                _quantity(use.used, use.name, plan),
                _quantity(use.limit, use.name, plan),
                _price(price, plan),
                _buys(price, plan),
            ]
        )
    return table(
        [
            Col("limit", right=False, shorten=True),
            Col("used"),
            Col("limit"),
            Col("price"),
            Col("what relief really buys", right=False),
        ],
        rows,
        width,
    )


def _is_level(name: str, plan: Plan) -> bool:
    rule = next((rule for rule in plan.problem.rules if rule.name == name), None)
    return name == "min_service_level" or (rule is not None and rule.kind == "min_service_level")


def _quantity(value: float, name: str, plan: Plan) -> str:
    return f"{percent(value, 1)} %" if _is_level(name, plan) else amount(value, 4)


def _price(price: Price, plan: Plan) -> str:
    if price.relaxation is None:
        return "–"
    if plan.problem.goal is Goal.MAX_SERVICE:
        return f"{100 * price.relaxation:.2g} points"
    if _is_level(price.name, plan):
        return f"{amount(price.relaxation / 100)} a point"
    return amount(price.relaxation)


def _buys(price: Price, plan: Plan) -> str:
    goal = plan.problem.goal
    if price.use.penalty is not None and price.use.breach:
        return f"broken, at {amount(price.use.breach * price.use.penalty)}"
    if price.fixed_choice:
        return f"saves {amount(price.fixed_choice)} each: fewer extra units"
    if price.next_step is None:
        return "nothing" if not price.binds else "not solved"
    if not np.isfinite(price.next_step):
        return "nothing"
    gain = (
        f"+{amount(100 * (price.next_gain or 0))} points"
        if goal is Goal.MAX_SERVICE
        else f"−{amount(price.next_gain)}"
    )
    if price.next_step == 1:
        return f"one more: {gain}"
    if _is_level(price.name, plan):
        step = f"{amount(100 * price.next_step)} points"
    else:
        step = amount(price.next_step)
    sign = "−" if price.use.at_least else "+"
    return f"nothing below {sign}{step}, then {gain}"


def _how_sure(
    plan: Plan, checks: Mapping[int, bool], provenance: Provenance | None, width: int
) -> list[Text]:
    """Arithmetic first: gap and certificate; then close calls, thin data, broken soft rules."""
    lines = sentence(proof_sentence(plan), width, "bold")
    words = plan.case.settings.words
    close = [segment for segment, is_close in checks.items() if is_close]
    share = f"{100 * CLOSE:g} %"
    if close:
        verb = "is a close call" if len(close) == 1 else "are close calls"
        lines += sentence(
            f"{len(close)} of {counted(len(checks), 'move')} {verb}: the best plan without it "
            f"costs less than {share} more.",
            width,
        )
    elif checks:
        lines += sentence(
            "No move is a close call: without any one of them the best plan costs "
            f"at least {share} more.",
            width,
        )
    if provenance and any(provenance.sample(s, int(plan.choice[s])) for s in plan.moves):
        lines += sentence(
            f"n: observations that the level of the new {words.tier} there rests on.", width
        )
    for breach in plan.evaluation.broken:
        lines += sentence(
            f"Soft rule {breach.rule} is broken by {amount(breach.amount)}, which "
            f"counts {amount(breach.cost)} against the goal.",
            width,
        )
    if plan.prices and not any(price.binds for price in plan.prices):
        lines += sentence(
            f"No limit holds the plan back: every {words.segment} has its best {words.tier}.", width
        )
    return lines


def proof_sentence(plan: Plan) -> str:
    """How near to the best possible this plan is, and by whose word."""
    gap, certificate = plan.gap, plan.certificate
    asked = plan.case.settings.solve.gap
    if plan.status is Status.OPTIMAL:
        text = f"Proven best: solver gap {gap_words(gap)}"
    elif plan.status is Status.INTERRUPTED:
        text = f"Interrupted. Best plan so far, at most {gap_words(gap)} from the best possible"
    else:
        text = (
            f"Best found within {plan.case.settings.solve.time_limit_s:g} s, at most "
            f"{gap_words(gap)} from the best possible (asked for {gap_words(asked)})"
        )
    if certificate is None:
        return text + "."
    distance = abs(plan.objective - certificate.bound)
    money = "" if plan.problem.goal is Goal.MAX_SERVICE else f" ({amount(distance)})"
    return f"{text}, certified without the solver {gap_words(certificate.gap)}{money}."


def moves_to_check(plan: Plan) -> Sequence[int]:
    """The moves that the screen shows, and that are worth solving without."""
    return plan.moves if plan.status is Status.OPTIMAL and len(plan.moves) <= MOST_MOVES else []
