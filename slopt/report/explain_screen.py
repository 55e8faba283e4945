"""Why each segment has its tier: one line a segment, or one segment in full."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence

import numpy as np
from rich.text import Text

from slopt.plan.plan import Plan
from slopt.plan.provenance import Provenance
from slopt.problem.demands import forbidden
from slopt.report.assumed import assumed_lines
from slopt.report.explain_words import TIE, hold_sentences, money_sentences, verdict
from slopt.report.limit_words import price
from slopt.report.losses import loss_cells, loss_columns
from slopt.report.numbers import Unit, amount, percent, unit_for_rows
from slopt.report.screen import BOOKED, EXPECTED
from slopt.report.sureness import proof_sentence
from slopt.report.table import Col, sentence, table
from slopt.report.words import counted, goal_words, listed
from slopt.study.at_prices import Flip
from slopt.study.explain import Alternative, Explanation, Explanations
from slopt.study.explain_segments import segment_figures
from slopt.vocabulary import Goal

MOST_ROWS = 60
MOST_NAMES = 40
MOST_LOOKED_AT = MOST_ROWS
"""Segments up to which all are looked at one by one, in the case's order."""
BARRED_WORDS = {
    "allowed": "may not be offered",
    "min_tier": "below the contract floor",
    "max_tier": "above the contract ceiling",
    "fixed_tier": "pinned to another",
}


def overview_lines(plan: Plan, explanations: Explanations, width: int) -> list[Text]:
    """A line a segment: its tier, the next best, what that would cost, when the choice flips.

    Of many segments those whose choice is closest.
    """
    words, info = plan.case.settings.words, plan.case.settings.case
    many = len(explanations) > MOST_LOOKED_AT
    entries = explanations.closest(MOST_ROWS) if many else list(explanations)
    open_choices = [e for e in entries if e.next_best is not None]
    costs = [_cost(entry) or 0.0 for entry in open_choices]
    unit = unit_for_rows(costs) if plan.problem.goal is not Goal.MAX_SERVICE else None
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col(words.tier, right=False),
        Col("level, %", drop=2),
        Col("next best", right=False),
        Col("costs", style="bold"),
        Col("flips at a price of", right=False, drop=1, wrap=True),
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
                _flip_words(plan, entry.flips[0]) if entry.flips else "",
            ]
        )
    lines = sentence(f"Why each {words.segment} has its {words.tier}", width, "bold")
    if rows:
        lines += [Text(""), *table(columns, rows, width)]
    if many:
        lines += sentence(
            f"The {len(rows)} closest choices of {counted(len(explanations), words.segment)}; "
            "--out DIR writes all.",
            width,
        )
    elif len(open_choices) > MOST_ROWS:
        lines.append(Text(f"... and {len(open_choices) - MOST_ROWS:,} more: --json has all."))
    alone = explanations.without_choice()
    lines += _sole(plan, alone, width)
    if not many:
        stuck = [e.segment for e in entries if e.next_best is None and e.segment not in set(alone)]
        lines += _stuck(plan, stuck, width)
    lines.append(Text(""))
    if rows:
        solved = open_choices[0].next_best.plan is not None if open_choices[0].next_best else False
        how = (
            "each is the best plan with that choice, solved, against this plan"
            if solved
            else "at the prices of the limits, not solved; name one to have it solved"
        )
        head = unit.head(info.currency, info.period) if unit else "points of service level"
        lines += sentence(f"Costs in {head}: {how}.", width)
    lines += sentence(proof_sentence(plan), width)
    return lines


def more_lines(plan: Plan, case: str, width: int) -> list[Text]:
    """The commands that say more; `case` is what the user called the case."""
    problem, name = plan.problem, shlex.quote(case)
    choices = np.flatnonzero(problem.admissible.sum(axis=1) > 1)
    lines = assumed_lines(plan.case, width)
    lines += [Text("")] if lines else []
    if len(choices):
        s = int(choices[0])
        other = next(
            k for k in np.flatnonzero(problem.admissible[s]).tolist() if k != plan.choice[s]
        )
        one = shlex.quote(problem.segments[s])
        wish = shlex.quote(f"{problem.segments[s]}={problem.tiers[other]}")
        lines += sentence(f"One in full: slopt explain {name} {one}", width)
        lines += sentence(f"Who pays for a wish: slopt explain {name} --why-not {wish}", width)
    if not problem.is_small:
        lines += sentence(f"Limits and rules, solved: slopt explain {name} --limits --rules", width)
    return lines


def _sole(plan: Plan, segments: Sequence[int], width: int) -> list[Text]:
    """Segments to which one tier only may be given."""
    words = plan.case.settings.words
    if not segments:
        return []
    who = f"{counted(len(segments), words.segment)}: {_names(plan, segments)}"
    return [Text(""), *sentence(f"Only one {words.tier} is possible for {who}.", width)]


def _stuck(plan: Plan, segments: Sequence[int], width: int) -> list[Text]:
    """Segments that every plan gives the same tier."""
    words = plan.case.settings.words
    if not segments:
        return []
    who = f"{counted(len(segments), words.segment)}: {_names(plan, segments)}"
    text = f"No plan that keeps every limit has another {words.tier} for {who}."
    return [Text(""), *sentence(text, width)]


def _names(plan: Plan, segments: Sequence[int]) -> str:
    names = [plan.problem.segments[s] for s in segments[:MOST_NAMES]]
    if len(segments) > MOST_NAMES:
        names.append(f"{len(segments) - MOST_NAMES:,} more")
    return listed(names)


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


def _flip_words(plan: Plan, flip: Flip) -> str:
    at = price(plan.problem, flip.limit, flip.at)
    if _at_the_edge(flip):
        return f"{flip.limit} {at}, as it is now"
    return f"{flip.limit} {at}, now {price(plan.problem, flip.limit, flip.now)}"


def _at_the_edge(flip: Flip) -> bool:
    """True where the two tiers are worth the same at the prices of now."""
    return abs(flip.at - flip.now) <= TIE * max(flip.at, flip.now)


def segment_lines(
    plan: Plan, explanations: Explanations, width: int, provenance: Provenance | None = None
) -> list[Text]:
    """One segment in full: its offers, why not each of the others, when the choice flips."""
    (row,) = segment_figures(plan, explanations)
    entry = explanations[0]
    lines = [*sentence(verdict(plan, row), width, "bold"), Text("")]
    lines += _offers(plan, entry, width)
    lines += [Text(""), *sentence(" ".join(money_sentences(plan, row)), width)]
    lines += sentence(" ".join(hold_sentences(plan, row)), width)
    for alternative in entry.alternatives:
        reasons = _why_not(plan, entry, alternative)
        if reasons:
            lines += [Text(""), *sentence(reasons[0], width)]
            lines += [part for more in reasons[1:] for part in sentence(more, width, indent="  ")]
    if entry.next_best is not None:
        lines += _flip_lines(plan, entry, width)
    n = provenance.sample(entry.segment, entry.tier) if provenance else None
    if n is not None:
        text = (
            f"The level of {plan.problem.tiers[entry.tier]} here rests on "
            f"{counted(round(n), 'observation')}."
        )
        lines += [Text(""), *sentence(text, width)]
    return [*lines, *assumed_lines(plan.case, width)]


def _offers(plan: Plan, entry: Explanation, width: int) -> list[Text]:
    problem, words, info = plan.problem, plan.case.settings.words, plan.case.settings.case
    s = entry.segment
    shown = [
        k
        for k in range(len(problem.tiers))
        if problem.admissible[s, k] or k == problem.current[s] or forbidden(problem)[s, k]
    ]
    unit = unit_for_rows([*problem.service_cost[s, shown], *problem.lost_sales[s, shown]])
    total = problem.service_cost[s] + problem.lost_sales[s]
    longest = max((abs(float(total[k])) for k in shown), default=1.0) or 1.0
    rows: list[list[str | Text]] = []
    for k in sorted(shown, key=lambda k: (k != entry.tier, total[k])):
        bar = Text("█" * max(0, round(22 * problem.service_cost[s, k] / longest)), BOOKED)
        bar.append("░" * max(0, round(22 * problem.lost_sales[s, k] / longest)), EXPECTED)
        rows.append(
            [
                ("● " if k == entry.tier else "○ " if k == problem.current[s] else "  ")
                + problem.tiers[k],
                percent(problem.service_level[s, k], 1),
                unit.plain(problem.service_cost[s, k]),
                *loss_cells(problem, s, k, unit),
                unit.plain(total[k]),
                bar,
            ]
        )
    columns = [
        Col(words.tier, right=False, shorten=True),
        Col("level, %"),
        Col(words.service_cost, style=BOOKED),
        *loss_columns(words),
        Col("total", style="bold"),
        Col("█ booked ░ lost", right=False, drop=3),
    ]
    head = unit.head(info.currency, info.period)
    today = "  ○ today" if problem.current[s] >= 0 else ""
    return [*table(columns, rows, width), Text(f"{head}  ● plan{today}")]


def _why_not(plan: Plan, entry: Explanation, option: Alternative) -> list[str]:
    problem, words = plan.problem, plan.case.settings.words
    tier = problem.tiers[option.tier]
    if option.barred == "allowed" and not forbidden(problem)[entry.segment, option.tier]:
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

    lines = [_verdict_on(option, tier, plan, shown)]
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


def _verdict_on(option: Alternative, tier: str, plan: Plan, shown: Callable[[float], str]) -> str:
    """Alone and for the plan, in one sentence."""
    tied = (option.plan or 0.0) <= TIE * abs(plan.objective)
    if tied and option.alone == 0:
        return f"Why not {tier}? It is as good, alone and for the plan."
    goal = goal_words(plan.problem.goal, plan.case.settings.words)
    better = "better" if option.alone < 0 else "worse"
    alone = f"For {goal} it would alone be {shown(abs(option.alone))} {better}"
    whole = "as good" if tied else f"{shown(option.plan or 0.0)} worse"
    return f"Why not {tier}? {alone}, {'but' if option.alone < 0 else 'and'} the plan {whole}."


def _flip_lines(plan: Plan, entry: Explanation, width: int) -> list[Text]:
    """Tiers that are as good at the prices of now, then the prices at which others become so."""
    problem = plan.problem
    edge = sorted({flip.tier for flip in entry.flips if _at_the_edge(flip)})
    rows: list[list[str | Text]] = [
        [
            f"the price of {flip.limit} {'rises' if flip.at > flip.now else 'falls'} to",
            price(problem, flip.limit, flip.at),
            price(problem, flip.limit, flip.now),
            problem.tiers[flip.tier],
        ]
        for flip in entry.flips[:6]
        if not _at_the_edge(flip)
    ]
    lines: list[Text] = []
    if edge:
        names = listed([problem.tiers[tier] for tier in edge])
        lines += [
            Text(""),
            *sentence(
                f"At the prices of now {names} is as good here: a small change of a price decides.",
                width,
            ),
        ]
    if rows:
        columns = [
            Col("the choice changes when", right=False),
            Col("price"),
            Col("is now"),
            Col("to", right=False),
        ]
        lines += [Text(""), *table(columns, rows, width)]
    return lines
