"""Why not this tier: what the wish costs, who pays for it, or what stands against it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from slopt.plan.plan import Plan
from slopt.problem.evaluate import Evaluation
from slopt.report.explain_rules_screen import rule_words
from slopt.report.explain_words import TIE, goal_amount
from slopt.report.limit_words import limit_words, price
from slopt.report.moves_table import SHARED, SHARED_PROSPECTS
from slopt.report.numbers import gap_words, percent, unit_for_rows
from slopt.report.table import Col, sentence, table
from slopt.report.words import counted, listed
from slopt.study.explain import Move
from slopt.study.explain_wish import PARTS, Granted, dearer_limits, parts
from slopt.vocabulary import LOSSES, Status

MOST_MOVES = 20


def wish_lines(plan: Plan, wish: Granted, width: int) -> list[Text]:
    """The verdict, the money by part, who moves, which limits get dearer."""
    lines = sentence(_verdict(plan, wish), width, "bold")
    if wish.set_aside:
        names = listed([rule_words(plan, name) for name in wish.set_aside])
        lines += sentence(f"For it these were set aside: {names}.", width)
    then = wish.evaluation
    if then is None:
        return [*lines, *_against(plan, wish, width)]
    if not wish.moves:
        return lines
    lines += [Text(""), *_money(plan, then, width)]
    lines += [Text(""), *moves_between_plans(plan, then, wish.moves, width)]
    changes = dearer_limits(plan, wish.outcome)
    if changes:
        columns = [Col("price of", right=False, shorten=True), Col("now"), Col("then")]
        rows: list[list[str | Text]] = [
            [
                change.limit,
                price(plan.problem, change.limit, change.before),
                price(plan.problem, change.limit, change.after),
            ]
            for change in changes
        ]
        lines += [Text(""), *table(columns, rows, width)]
    if wish.outcome.status is not Status.OPTIMAL:
        gap = gap_words(wish.outcome.gap)
        text = f"The plan with it is the best found in the time, at most {gap} from the best."
        lines += [Text(""), *sentence(text, width)]
    return lines


def _wished(plan: Plan, wish: Granted) -> str:
    return listed(
        [f"{plan.problem.segments[w.segment]} in {plan.problem.tiers[w.tier]}" for w in wish.wishes]
    )


def _verdict(plan: Plan, wish: Granted) -> str:
    what = _wished(plan, wish)
    if wish.outcome.status is Status.INFEASIBLE:
        return f"Why not {what}? No plan has it."
    if wish.costs is None:
        return f"Why not {what}? No plan with it was found within the time limit."
    if not wish.moves:
        return f"Why not {what}? The plan has it already."
    if wish.costs < 0:
        better = goal_amount(plan, -wish.costs)
        return f"Why not {what}? The contract alone forbids it: the plan would be {better} better."
    if wish.costs <= TIE * abs(plan.objective):
        return f"Why not {what}? A tie: the best plan with it is as good."
    worse = goal_amount(plan, wish.costs)
    others = len(wish.others())
    if not others:
        return f"Why not {what}? The whole plan would be {worse} worse; nobody else would move."
    who = counted(others, f"other {plan.case.settings.words.segment}")
    return f"Why not {what}? The whole plan would be {worse} worse, and {who} would move for it."


def _against(plan: Plan, wish: Granted, width: int) -> list[Text]:
    """What no plan with the wish keeps together."""
    if not wish.against:
        return []
    forbidden = [name for name in wish.against if name.startswith("allowed[")]
    if forbidden:
        text = "The case forbids this offer and gives no figures for it, so that it has no price."
        return sentence(text, width)
    one = len(wish.against) == 1
    text = "With it this cannot be kept:" if one else "With it these cannot be kept together:"
    lines = sentence(text, width)
    columns = [Col("limit", right=False, shorten=True), Col("set to", right=False, wrap=True)]
    rows: list[list[str | Text]] = [
        [name, limit_words(plan.problem, name)] for name in wish.against
    ]
    return [*lines, Text(""), *table(columns, rows, width)]


def _money(plan: Plan, then: Evaluation, width: int) -> list[Text]:
    words, info = plan.case.settings.words, plan.case.settings.case
    changes = parts(plan.evaluation, then)
    unit = unit_for_rows([abs(change) for change in changes.values()])
    labels = {
        "service_cost": words.service_cost,
        **{name: getattr(words, name) for name in LOSSES},
        "lost_unsplit": f"{words.lost_sales}, not told apart",
        "penalties": "penalties of soft rules",
    }
    rows: list[list[str | Text]] = [
        [labels[name], unit.signed(changes[name])] for name in PARTS if changes[name]
    ]
    rows.append(["together", unit.signed(sum(changes.values()))])
    columns = [Col(f"{unit.head(info.currency, info.period)}", right=False), Col("change")]
    level = then.service_level - plan.evaluation.service_level
    lines = table(columns, rows, width)
    if abs(level) > 5e-5:
        before, after = percent(plan.evaluation.service_level, 1), percent(then.service_level, 1)
        text = f"Mean {words.service_level}: {before} % in the plan, {after} % with it."
        lines += sentence(text, width)
    return lines


def moves_between_plans(
    plan: Plan, then: Evaluation, moves: Sequence[Move], width: int
) -> list[Text]:
    """Who differs from the plan, and what that changes in cost and loss."""
    words, problem = plan.case.settings.words, plan.problem
    figures = []
    for move in moves:
        s, a, b = move.segment, move.before, move.after
        cost = float(problem.service_cost[s, b] - problem.service_cost[s, a])
        lost = float(problem.lost_sales[s, b] - problem.lost_sales[s, a])
        figures.append((move, cost, lost))
    figures.sort(key=lambda figure: -abs(figure[1] + figure[2]))
    unit = unit_for_rows([x for _, cost, lost in figures for x in (abs(cost), abs(lost))])
    rows: list[list[str | Text]] = [
        [
            problem.segments[move.segment],
            f"{problem.tiers[move.before]} → {problem.tiers[move.after]}",
            unit.signed(cost),
            unit.signed(lost),
            unit.signed(cost + lost),
        ]
        for move, cost, lost in figures[:MOST_MOVES]
    ]
    rest = figures[MOST_MOVES:]
    if rest:
        cost, lost = sum(f[1] for f in rest), sum(f[2] for f in rest)
        more = [f"{len(rest):,} more", "", unit.signed(cost), unit.signed(lost)]
        rows.append([*more, unit.signed(cost + lost)])
    shared = then.service_cost - plan.evaluation.service_cost - sum(f[1] for f in figures)
    talk = then.lost_sales - plan.evaluation.lost_sales - sum(f[2] for f in figures)
    if unit.signed(shared) != "0":
        rows.append([SHARED, "", unit.signed(shared), "0", unit.signed(shared)])
    if problem.pools and unit.signed(talk) != "0":
        rows.append([SHARED_PROSPECTS, "", "0", unit.signed(talk), unit.signed(talk)])
    info = plan.case.settings.case
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col(words.tier, right=False, shorten=True),
        Col(words.service_cost),
        Col("lost"),
        Col("total", style="bold"),
    ]
    head = sentence(f"Changes in {unit.head(info.currency, info.period)}", width)
    return [*head, *table(columns, rows, width)]
