"""Why each segment has its tier: one line a segment, or one segment in full."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.text import Text

from slopt.plan.plan import Plan
from slopt.plan.provenance import Provenance
from slopt.report.numbers import Unit, amount, percent, unit_for_rows
from slopt.report.screen import BOOKED, EXPECTED
from slopt.report.sureness import proof_sentence
from slopt.report.table import Col, sentence, table
from slopt.report.words import counted, listed
from slopt.study.explain import Alternative, Explanation, Flip
from slopt.vocabulary import LOSSES, Goal

MOST_ROWS = 60
MOST_NAMES = 40
TIE = 1e-9
"""Plans whose values differ by less than this share are equally good."""
BARRED_WORDS = {
    "allowed": "not offered",
    "min_tier": "below the contract floor",
    "max_tier": "above the contract ceiling",
    "fixed_tier": "pinned to another",
    "rule": "breaks a rule of this segment",
}


def overview_lines(plan: Plan, explanations: Sequence[Explanation], width: int) -> list[Text]:
    """A line a segment: its tier, the next best, what that would cost, when the choice flips."""
    words, info = plan.case.settings.words, plan.case.settings.case
    open_choices = [e for e in explanations if e.next_best is not None]
    costs = [_cost(entry) or 0.0 for entry in open_choices]
    unit = unit_for_rows(costs) if plan.problem.goal is not Goal.MAX_SERVICE else None
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col(words.tier, right=False),
        Col("level, %", drop=2),
        Col("next best", right=False),
        Col("costs", style="bold"),
        Col("flips at a price of", right=False, drop=1),
    ]
    rows: list[list[str | Text]] = []
    for entry in open_choices[:MOST_ROWS]:
        tier, was = plan.problem.tiers[entry.tier], int(plan.problem.current[entry.segment])
        moved = was >= 0 and was != entry.tier
        rows.append(
            [
                plan.problem.segments[entry.segment],
                f"{tier}, was {plan.problem.tiers[was]}" if moved else tier,
                percent(plan.problem.service_level[entry.segment, entry.tier]),
                *_next_best(plan, entry, unit),
                _flip_words(entry.flips[0]) if entry.flips else "",
            ]
        )
    lines = [Text(f"Why each {words.segment} has its {words.tier}", style="bold"), Text("")]
    lines += table(columns, rows, width) if rows else []
    if len(open_choices) > MOST_ROWS:
        lines.append(Text(f"... and {len(open_choices) - MOST_ROWS:,} more: --json has all."))
    lines += _without_choice(plan, explanations, width)
    solved = any(a.plan is not None for e in explanations for a in e.alternatives)
    how = (
        "each is the best plan with that choice, solved, against this plan"
        if solved
        else "at the prices of the limits, not solved; name one to have it solved"
    )
    head = unit.head(info.currency, info.period) if unit else "points of service level"
    lines += [Text(""), *sentence(f"Costs in {head}: {how}.", width)]
    lines += sentence(proof_sentence(plan), width)
    lines.append(Text(f"One in full: slopt explain CASE {words.segment.upper().replace(' ', '-')}"))
    return lines


def _without_choice(plan: Plan, explanations: Sequence[Explanation], width: int) -> list[Text]:
    """Segments that no other tier is possible for, by the reason."""
    words = plan.case.settings.words
    lines: list[Text] = []
    fixed = [e for e in explanations if e.next_best is None]
    sole = [e for e in fixed if all(a.barred == "allowed" for a in e.alternatives)]
    bound = [e for e in fixed if e not in sole]
    for entries, reason in (
        (sole, f"one {words.tier} is offered, and no other"),
        (bound, f"no plan that keeps every limit has another {words.tier}"),
    ):
        if entries:
            names = [plan.problem.segments[e.segment] for e in entries[:MOST_NAMES]]
            if len(entries) > MOST_NAMES:
                names.append(f"{len(entries) - MOST_NAMES} more")
            text = f"{counted(len(entries), words.segment)}: {reason}. {listed(names)}."
            lines += [Text(""), *sentence(text, width)]
    return lines


def _cost(entry: Explanation) -> float | None:
    best = entry.next_best
    if best is None:
        return None
    return best.plan if best.plan is not None else best.by_prices


def _next_best(plan: Plan, entry: Explanation, unit: Unit | None) -> list[str | Text]:
    best, cost = entry.next_best, _cost(entry)
    if best is None or cost is None:
        return ["", ""]
    if cost <= TIE * abs(plan.objective):
        return [plan.problem.tiers[best.tier], "a tie"]
    shown = f"{100 * cost:.3f}" if unit is None else unit.plain(cost)
    return [plan.problem.tiers[best.tier], shown]


def _flip_words(flip: Flip) -> str:
    if abs(flip.at - flip.now) <= TIE * max(flip.at, flip.now):
        return f"{flip.limit} {amount(flip.at)}, as it is now"
    return f"{flip.limit} {amount(flip.at)}, now {amount(flip.now)}"


def segment_lines(
    plan: Plan, entry: Explanation, width: int, provenance: Provenance | None = None
) -> list[Text]:
    """One segment in full: its offers, why not each of the others, when the choice flips."""
    lines = [*sentence(_verdict(plan, entry), width, "bold"), Text("")]
    lines += _offers(plan, entry, width)
    for alternative in entry.alternatives:
        reasons = _why_not(plan, entry, alternative)
        if reasons:
            lines += [Text(""), *sentence(reasons[0], width)]
            lines += [part for more in reasons[1:] for part in sentence(more, width, indent="  ")]
    if entry.flips:
        lines += [Text(""), *_flip_table(plan, entry, width)]
    n = provenance.sample(entry.segment, entry.tier) if provenance else None
    if n is not None:
        lines += [
            Text(""),
            Text(
                f"The level of {plan.problem.tiers[entry.tier]} here rests on "
                f"{counted(round(n), 'observation')}."
            ),
        ]
    return lines


def _verdict(plan: Plan, entry: Explanation) -> str:
    problem = plan.problem
    name, tier = problem.segments[entry.segment], problem.tiers[entry.tier]
    was = int(problem.current[entry.segment])
    start = f"{name}: {tier}"
    if was >= 0:
        start += f", was {problem.tiers[was]}" if was != entry.tier else ", as today"
    best = entry.next_best
    if best is None:
        return f"{start}. No other {plan.case.settings.words.tier} is possible."
    its = problem.tiers[best.tier]
    if best.plan is None:
        return f"{start}. At the prices of the limits, {its} comes next."
    if best.plan <= TIE * abs(plan.objective):
        return f"{start}. A tie: the best plan with {its} is as good."
    return f"{start}. Next best is {its}: the whole plan would be {_worse(plan, best.plan)}."


def _worse(plan: Plan, cost: float) -> str:
    if plan.problem.goal is Goal.MAX_SERVICE:
        return f"{100 * cost:.3f} points of service level worse"
    info = plan.case.settings.case
    return f"{amount(cost)} {info.currency} a {info.period} worse".replace("  ", " ")


def _offers(plan: Plan, entry: Explanation, width: int) -> list[Text]:
    problem, words, info = plan.problem, plan.case.settings.words, plan.case.settings.case
    s = entry.segment
    shown = [
        k for k in range(len(problem.tiers)) if problem.admissible[s, k] or k == problem.current[s]
    ]
    unit = unit_for_rows([*problem.service_cost[s, shown], *problem.lost_sales[s, shown]])
    total = problem.service_cost[s] + problem.lost_sales[s]
    longest = max((abs(float(total[k])) for k in shown), default=1.0) or 1.0
    rows: list[list[str | Text]] = []
    for k in sorted(shown, key=lambda k: (k != entry.tier, total[k])):
        unsplit = problem.lost_unsplit[s, k] != 0
        bar = Text("█" * max(0, round(22 * problem.service_cost[s, k] / longest)), BOOKED)
        bar.append("░" * max(0, round(22 * problem.lost_sales[s, k] / longest)), EXPECTED)
        rows.append(
            [
                ("● " if k == entry.tier else "○ " if k == problem.current[s] else "  ")
                + problem.tiers[k],
                percent(problem.service_level[s, k], 1),
                unit.plain(problem.service_cost[s, k]),
                *("–" if unsplit else unit.plain(getattr(problem, name)[s, k]) for name in LOSSES),
                unit.plain(problem.lost_sales[s, k]),
                unit.plain(total[k]),
                bar,
            ]
        )
    columns = [
        Col(words.tier, right=False, shorten=True),
        Col("level, %"),
        Col(words.service_cost, style=BOOKED),
        Col("orders", drop=2),
        Col("customers", drop=2),
        Col("prospects", drop=2),
        Col("lost", style=EXPECTED),
        Col("total", style="bold"),
        Col("█ booked ░ lost", right=False, drop=3),
    ]
    head = unit.head(info.currency, info.period)
    return [*table(columns, rows, width), Text(f"{head}  ● plan  ○ today")]


def _why_not(plan: Plan, entry: Explanation, option: Alternative) -> list[str]:
    problem, words = plan.problem, plan.case.settings.words
    tier = problem.tiers[option.tier]
    if option.barred == "allowed":
        return []
    if option.barred:
        return [f"{tier}: {BARRED_WORDS[option.barred]}."]
    if not option.possible:
        return [f"Why not {tier}? No plan that keeps every limit has it."]
    if option.plan is None:
        return []
    maximise = problem.goal is Goal.MAX_SERVICE

    def shown(value: float) -> str:
        return f"{100 * value:.3f} points" if maximise else amount(value)

    alone = (
        f"Alone it would be {shown(abs(option.alone))} {'better' if option.alone < 0 else 'worse'}"
    )
    tied = option.plan <= TIE * abs(plan.objective)
    whole = "the plan as good" if tied else f"the plan {shown(option.plan)} worse"
    joint = "but" if option.alone < 0 else "and"
    lines = [f"Why not {tier}? {alone}, {joint} {whole}."]
    if option.others:
        moves = [
            f"{problem.segments[m.segment]} {problem.tiers[m.before]} → {problem.tiers[m.after]}"
            for m in option.others[:6]
        ]
        if len(option.others) > 6:
            moves.append(f"{len(option.others) - 6} more")
        who = counted(len(option.others), words.segment)
        lines.append(f"{who} would move for it: {listed(moves)}.")
    return lines


def _flip_table(plan: Plan, entry: Explanation, width: int) -> list[Text]:
    rows = [
        [
            f"the price of {flip.limit} {'rises' if flip.at > flip.now else 'falls'} to",
            amount(flip.at),
            amount(flip.now),
            plan.problem.tiers[flip.tier],
        ]
        for flip in entry.flips[:6]
        if np.isfinite(flip.at)
    ]
    columns = [
        Col("the choice changes when", right=False),
        Col("price"),
        Col("is now"),
        Col("to", right=False),
    ]
    return table(columns, rows, width)
