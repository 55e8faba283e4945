"""A diagnosis on the screen: what contradicts what, the ways out, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.problem.demands import Conflict, alike, demands_of
from slopt.report.limit_words import quantity
from slopt.report.no_plan_screen import conflict_lines
from slopt.report.numbers import NONE, gap_words, percent, unit_for_totals
from slopt.report.table import Col, sentence, table
from slopt.report.words import capital, counted, goal_words, listed
from slopt.study.diagnose import Diagnosis
from slopt.study.diagnose.conflicts import Conflicts
from slopt.study.diagnose.repairs import Repair
from slopt.study.diagnose.words import Wording, number
from slopt.vocabulary import Status

SHOWN = 6
"""Conflicts on the screen."""
FREE_SHOWN = 6
"""Limits and rules on the screen that are part of no conflict."""
ALONE = "This one cannot be met, whatever else is given up:"
TOGETHER = "These cannot be met together; without any one of them the others can:"
ALSO_ALONE = "Apart from that, this one cannot be met, whatever else is given up:"
ALSO_TOGETHER = (
    "Apart from that, these cannot be met together; without any one of them the others can:"
)
SHARING = "Nor can these be met together, some of which stand above:"


def diagnosis_lines(found: Diagnosis, case: PlanningCase, width: int) -> list[Text]:
    """Everything `slopt diagnose` prints, at most `width` cells wide."""
    lines = [*sentence(_headline(found, case), width), Text("")]
    if found.status is Status.INFEASIBLE:
        return lines + _infeasible(found, case, width)
    if found.status in (Status.OPTIMAL, Status.FEASIBLE):
        return lines + _feasible(found, case, width)
    limit = case.settings.solve.time_limit_s
    text = {
        Status.INTERRUPTED: "Interrupted before it was known whether there is a plan.",
        Status.UNBOUNDED: "The program is unbounded: something can be had without end.",
    }.get(
        found.status,
        f"Neither a plan nor a proof that there is none was found within {limit / 3:g} s. Give it "
        f"more time: --set solve.time_limit_s={10 * limit:g}",
    )
    return lines + sentence(text, width, "bold")


def _headline(found: Diagnosis, case: PlanningCase) -> str:
    info, words = case.settings.case, case.settings.words
    segments, tiers, _ = found.problem.size
    return " · ".join(
        (
            info.name,
            f"{counted(segments, words.segment)}, {counted(tiers, words.tier)}",
            goal_words(found.problem.goal, words),
            f"{info.currency or 'money'} a {info.period}",
        )
    )


def _infeasible(found: Diagnosis, case: PlanningCase, width: int) -> list[Text]:
    wording, conflicts = Wording.of(case, found.problem), found.conflicts
    lines = sentence("No plan meets every limit and rule.", width, "bold")
    if conflicts is None or not conflicts.found:
        text = "Which of them contradict each other was not found in the time."
        if found.is_interrupted:
            text = "Interrupted before it was known which of them contradict each other."
        return [*lines, *sentence(text, width)]
    shown = list(conflicts.independent)
    for conflict in conflicts.found:
        # Sets that hold the same contracts of other segments say the same again.
        if alike(conflict.demands) not in [alike(other.demands) for other in shown]:
            shown.append(conflict)
    for place, conflict in enumerate(shown[:SHOWN]):
        lines += [Text(""), *_conflict(wording, conflicts, conflict, place, width)]
    more = len(conflicts.found) - len(shown[:SHOWN])
    if more > 0:
        text = f"{counted(more, 'more conflict')}: --json has all."
        lines += [Text(""), *sentence(text, width)]
    lines += _in_none(wording, conflicts, width)
    if found.repairs:
        lines += [Text(""), *_repairs(found, case, wording, width)]
    return [*lines, Text(""), *_sureness(found, conflicts, width)]


def _conflict(
    wording: Wording, conflicts: Conflicts, conflict: Conflict, place: int, width: int
) -> list[Text]:
    """One conflict: a sentence and a line for each member."""
    alone = len(conflict.demands) == 1
    if place == 0:
        head = ALONE if alone else TOGETHER
    elif place < len(conflicts.independent):
        head = ALSO_ALONE if alone else ALSO_TOGETHER
    else:
        head = SHARING
    lines = sentence(head, width)
    lines += conflict_lines(wording, conflict, width)
    unshown = [wording.demand(d) for d in conflict.demands if d not in conflict.needed]
    if unshown:
        text = "That the others can be met without these was not shown in the time:"
        lines += sentence(f"{text} {listed(unshown)}.", width)
    return lines


def _in_none(wording: Wording, conflicts: Conflicts, width: int) -> list[Text]:
    """Limits, resources and rules that need not give way."""
    involved = {demand for conflict in conflicts.found for demand in conflict.demands}
    free = [d for d in demands_of(wording.problem, contracts=None) if d not in involved]
    if not free:
        return []
    told = [wording.demand(demand) for demand in free[:FREE_SHOWN]]
    more = len(free) - len(told)
    text = "; ".join(told) + (f"; and {more:,} more" if more > 0 else "")
    return [Text(""), *sentence(f"Part of none of these conflicts: {text}.", width)]


def _repairs(found: Diagnosis, case: PlanningCase, wording: Wording, width: int) -> list[Text]:
    """The menu of ways out, each with what the best plan then costs."""
    info, words = case.settings.case, case.settings.words
    totals = [repair.evaluation.total_cost for repair in found.repairs]
    spread = max(totals) - min(totals)
    unit = unit_for_totals(totals, [spread] if spread else [])
    rows: list[list[str | Text]] = []
    for place, repair in enumerate(found.repairs):
        value = repair.evaluation
        rows.append(
            [
                f"{place + 1}",
                unit.plain(value.service_cost),
                unit.plain(value.lost_sales),
                Text(unit.plain(value.total_cost), style="bold"),
                percent(value.service_level, 1),
                NONE if repair.cost is None else number(round(repair.cost, 2)),
                capital("; ".join(wording.change(change) for change in repair.changes)),
            ]
        )
    columns = [
        Col(""),
        Col(words.service_cost),
        Col("lost"),
        Col("total"),
        Col("level, %", drop=1),
        Col("asks for"),
        Col("change", right=False, wrap=True),
    ]
    head = "Ways out, the one with the cheapest plan first; each is the best plan after the change:"
    note = (
        f"{unit.head(info.currency, info.period)}. Asks for: the budget or the units that the "
        f"change adds, in {info.currency or 'money'}; {NONE} where that has no price."
    )
    return [
        *sentence(head, width, "bold"),
        Text(""),
        *table(columns, rows, width),
        *sentence(note, width),
    ]


def _sureness(found: Diagnosis, conflicts: Conflicts, width: int) -> list[Text]:
    """What is proven, and what is not."""
    texts = []
    if found.is_interrupted:
        texts.append("Interrupted; this is what was known by then.")
    if all(conflict.is_smallest for conflict in conflicts.found):
        texts.append(
            "Proven, whole tiers included: none of these sets can be met together, and each can "
            "without any one of its members."
        )
    else:
        texts.append("Proven, whole tiers included: none of these sets can be met together.")
    if conflicts.are_all:
        texts.append("There are no other conflicts.")
    else:
        if conflicts.is_smallest:
            texts.append("No conflict has fewer members than the smallest of these.")
        else:
            texts.append("That none is smaller was not shown in the time.")
        texts.append("There may be more conflicts than these.")
    if found.repairs:
        texts.append(_amounts(found.repairs))
        gaps = [repair.outcome.gap for repair in found.repairs]
        known = [gap for gap in gaps if gap is not None]
        if len(known) == len(gaps):
            worst = gap_words(max(known))
            texts.append(f"Each plan is within {worst} of the best after its change.")
        else:
            texts.append("How near each plan is to the best after its change is not known of all.")
        if found.left_out is None:
            texts.append("There may be other ways out.")
        elif found.left_out == 1:
            texts.append("There is one more way out.")
        elif found.left_out:
            texts.append(f"There are {found.left_out:,} more ways out.")
    else:
        texts.append("No way out was worked out.")
    return sentence(" ".join(texts), width)


def _amounts(repairs: Sequence[Repair]) -> str:
    unproven = [str(place + 1) for place, repair in enumerate(repairs) if not repair.is_proven]
    if not unproven:
        return "Each amount is the least: with a unit less there is no plan."
    return f"That the amounts are the least was not shown in the time for {', '.join(unproven)}."


def _feasible(found: Diagnosis, case: PlanningCase, width: int) -> list[Text]:
    """Nothing to repair: how near each limit is to leaving no plan."""
    lines = sentence("There are plans that meet every limit and rule.", width, "bold")
    if not found.tightness:
        return lines
    rows: list[list[str | Text]] = []
    for entry in found.tightness:
        use, name = entry.use, entry.use.name
        sign = "≥" if use.at_least else "≤"
        least = NONE if entry.least is None else quantity(found.problem, name, entry.least)
        room = NONE if entry.room is None else percent(entry.room, 1)
        rows.append(
            [
                Text(name),
                quantity(found.problem, name, use.used),
                f"{sign} {quantity(found.problem, name, use.limit)}",
                least,
                room,
            ]
        )
    columns = [
        Col("limit", right=False, shorten=True),
        Col("used"),
        Col("limit"),
        Col("no plan beyond"),
        Col("room, %"),
    ]
    note = (
        "Used: by the best plan. No plan beyond: how far the limit alone could be tightened. "
        "The tightest comes first."
    )
    return [*lines, Text(""), *table(columns, rows, width), *sentence(note, width)]
