"""Other plans to choose from: one table to compare them, then who moves in each."""

from __future__ import annotations

from collections import defaultdict

from rich.text import Text

from slopt.plan.plan import Plan
from slopt.report.assumed import assumed_lines
from slopt.report.explain_words import goal_amount
from slopt.report.numbers import percent, unit_for_totals
from slopt.report.screen import BOOKED, EXPECTED
from slopt.report.sureness import proof_sentence
from slopt.report.table import Col, sentence, table
from slopt.report.words import counted, goal_words, listed, plural
from slopt.study.alternatives import Alternatives, OtherPlan
from slopt.study.close_calls import CLOSE
from slopt.vocabulary import Goal

MOST_MOVES = 8


def alternatives_lines(found: Alternatives, width: int) -> list[Text]:
    """Everything `slopt alternatives` prints of plans, at most `width` cells wide."""
    plan = found.plan
    lines = [*sentence(_headline(found), width, "bold"), Text("")]
    if found.others:
        lines += [*_table(found, width), Text("")]
    for place, other in enumerate(found.others, start=1):
        lines += [*_one(found, place, other, width), Text("")]
    lines += _how(found, width)
    return [*lines, *sentence(proof_sentence(plan), width), *assumed_lines(plan.case, width)]


def _headline(found: Alternatives) -> str:
    name, number = found.plan.case.settings.case.name, len(found.others)
    goal = goal_words(found.plan.problem.goal, found.plan.case.settings.words)
    if found.within is None:
        if not number:
            return f"{name} · no other plan was found for {goal}"
        return f"{name} · the {counted(number, 'next best plan')} for {goal}"
    margin = f"{100 * found.within:g} %"
    if not number:
        return f"{name} · no other plan was found within {margin} of the best for {goal}"
    plans = counted(number, "plan")
    return f"{name} · {plans} within {margin} of the best for {goal}, as different as can be"


def _table(found: Alternatives, width: int) -> list[Text]:
    """The best plan and the others, against it."""
    plan, words = found.plan, found.plan.case.settings.words
    info, best = plan.case.settings.case, plan.evaluation
    cost = [o.evaluation.service_cost - best.service_cost for o in found.others]
    lost = [o.evaluation.lost_sales - best.lost_sales for o in found.others]
    unit = unit_for_totals([best.total_cost], [x for x in (*cost, *lost) if x])
    is_level = plan.problem.goal is Goal.MAX_SERVICE
    rows: list[list[str | Text]] = [
        [
            "best",
            "",
            "",
            unit.plain(best.service_cost),
            unit.plain(best.lost_sales),
            percent(best.service_level, 1),
            "",
            "",
        ]
    ]
    for place, (other, more, more_lost) in enumerate(
        zip(found.others, cost, lost, strict=True), start=1
    ):
        level = other.evaluation.service_level
        rows.append(
            [
                f"{place}",
                f"{100 * other.worse:.3f}" if is_level else unit.signed(other.worse),
                f"{100 * other.share:.2f} %",
                unit.signed(more),
                unit.signed(more_lost),
                percent(level, 1),
                f"{len(other.moves)}",
                "near tie" if other.is_near_tie(plan.gap) else "",
            ]
        )
    columns = [
        Col("plan", right=False),
        Col("worse by", style="bold"),
        Col("that is"),
        Col(words.service_cost, style=BOOKED),
        Col("lost", style=EXPECTED),
        Col("level, %", drop=2),
        Col("moves", drop=1),
        Col("", right=False),
    ]
    money = unit.head(info.currency, info.period)
    head = f"In {money}; the others against the best."
    if is_level:
        head = f"Worse in points of {words.service_level}; money in {money}."
    return [*table(columns, rows, width), *sentence(head, width)]


def _one(found: Alternatives, place: int, other: OtherPlan, width: int) -> list[Text]:
    """Who moves, and which limits have next to nothing left."""
    plan = found.plan
    if other.worse < 0:
        start = (
            f"Plan {place}: {goal_amount(plan, -other.worse)} better, within the gap of the proof"
        )
    elif other.worse == 0:
        start = f"Plan {place}: as good as the best"
    else:
        start = f"Plan {place}: {goal_amount(plan, other.worse)} worse"
        if other.is_near_tie(plan.gap):
            start += ", a near tie"
    lines = sentence(f"{start}.", width, "bold")
    moves = _grouped(found, other)
    shown = moves[:MOST_MOVES]
    if len(moves) > MOST_MOVES:
        shown.append(f"{len(moves) - MOST_MOVES:,} more")
    lines += sentence(f"{listed(shown)}.", width, indent="  ")
    if found.within is not None:
        who = plural(plan.case.settings.words.segment, 2)
        text = f"Differs from the best and from each plan before it in {other.apart} {who} or more"
        if other.apart_at_most is not None and other.apart_at_most > other.apart:
            text += f"; more than {other.apart_at_most} is proven impossible"
        elif other.apart_at_most is not None:
            text += "; no plan in the margin differs from all of them in more"
        lines += sentence(f"{text}.", width, indent="  ")
    near = other.near_limits()
    if near:
        lines += sentence(f"Next to nothing is left of {listed(near)}.", width, indent="  ")
    return lines


def _grouped(found: Alternatives, other: OtherPlan) -> list[str]:
    """Moves in words, those of alike segments as one."""
    plan, kind_of = found.plan, {}
    for kind, group in enumerate(found.groups):
        kind_of.update(dict.fromkeys(group.tolist(), kind))
    alike: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for move in other.moves:
        key = (kind_of.get(move.segment, -1 - move.segment), move.before, move.after)
        alike[key].append(move.segment)
    return [_move(plan, found, key, segments) for key, segments in alike.items()]


def _move(plan: Plan, found: Alternatives, key: tuple[int, int, int], segments: list[int]) -> str:
    kind, before, after = key
    problem = plan.problem
    step = f"{problem.tiers[before]} → {problem.tiers[after]}"
    if kind < 0:
        return f"{problem.segments[segments[0]]} {step}"
    group, word = found.groups[kind], plan.case.settings.words.segment
    first = problem.segments[int(group[0])]
    return f"{len(segments)} of {counted(len(group), word)} like {first} {step}"


def _how(found: Alternatives, width: int) -> list[Text]:
    """What is proven, what is not, and what a near tie is."""
    plan = found.plan
    lines: list[Text] = []
    if found.is_all and found.within is None:
        lines += sentence("There is no other plan that keeps every limit.", width)
    elif found.is_all:
        lines += sentence("No other plan within the margin differs from all of these.", width)
    elif found.others and found.within is None:
        if all(other.is_proven for other in found.others):
            text = "Proven: no plan that is not shown is better than these"
        else:
            text = "Best found; a plan that is not shown may be better than some of these"
        lines += sentence(f"{text}.", width)
    if not found.is_complete:
        lines += sentence(
            "Time was over, or it was interrupted, before all were found; "
            "--set solve.time_limit_s=... gives more.",
            width,
        )
    if any(other.is_near_tie(plan.gap) for other in found.others):
        lines += sentence(
            f"A near tie is worse by less than {100 * CLOSE:g} %, or than the gap of the proof: do "
            "not decide by the figure.",
            width,
        )
    if found.groups:
        alike = sum(len(group) for group in found.groups)
        word = plan.case.settings.words.segment
        text = f"{counted(alike, word)} are alike with others"
        if found.tells_alike:
            text += "; plans that only exchange them count as one"
        else:
            text += "; at this size plans that only exchange some of them may be shown apart"
        lines += sentence(f"{text}.", width)
    return lines
