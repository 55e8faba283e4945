"""A diagnosis on the screen: what contradicts what, the ways out, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.problem.demands import Conflict, alike, demands_of
from slopt.report.language import ENGLISH, Language, later
from slopt.report.limit_words import limit_label, quantity
from slopt.report.no_plan_screen import conflict_lines
from slopt.report.numbers import NONE, percent
from slopt.report.table import Col, sentence, table
from slopt.study.diagnose import Diagnosis
from slopt.study.diagnose.conflicts import Conflicts
from slopt.study.diagnose.repairs import Repair
from slopt.study.diagnose.words import Wording, number
from slopt.vocabulary import Status

SHOWN = 6
"""Conflicts on the screen."""
FREE_SHOWN = 6
"""Limits and rules on the screen that are part of no conflict."""
ALONE = later("This one cannot be met, whatever else is given up:")
TOGETHER = later("These cannot be met together; without any one of them the others can:")
ALSO_ALONE = later("Apart from that, this one cannot be met, whatever else is given up:")
ALSO_TOGETHER = later(
    "Apart from that, these cannot be met together; without any one of them the others can:"
)
SHARING = later("Nor can these be met together, some of which stand above:")


def diagnosis_lines(
    found: Diagnosis, case: PlanningCase, width: int, language: Language = ENGLISH
) -> list[Text]:
    """Everything `slopt diagnose` prints, at most `width` cells wide."""
    _ = language
    lines = [*sentence(_headline(found, case, _), width), Text("")]
    if found.status is Status.INFEASIBLE:
        return lines + _infeasible(found, case, width, _)
    if found.status in (Status.OPTIMAL, Status.FEASIBLE):
        return lines + _feasible(found, width, _)
    limit = case.settings.solve.time_limit_s
    text = {
        Status.INTERRUPTED: _("Interrupted before it was known whether there is a plan."),
        Status.UNBOUNDED: _("The program is unbounded: something can be had without end."),
    }.get(
        found.status,
        _(
            "Neither a plan nor a proof that there is none was found within {seconds} s. Give it "
            "more time: --set solve.time_limit_s={longer}",
            seconds=f"{limit / 3:g}",
            longer=f"{10 * limit:g}",
        ),
    )
    return lines + sentence(text, width, "bold")


def _headline(found: Diagnosis, case: PlanningCase, _: Language) -> str:
    info, words = case.settings.case, _.words(case.settings.words)
    segments, tiers = found.problem.segment_count, found.problem.menu_size
    return _(
        "{name} · {segments}, {tiers} · {goal} · {money}",
        name=info.name,
        segments=_.counted(segments, words.segment),
        tiers=_.counted(tiers, words.tier),
        goal=_.goal(found.problem.goal, words),
        money=_.money_a_period(info),
    )


def _infeasible(found: Diagnosis, case: PlanningCase, width: int, _: Language) -> list[Text]:
    wording = Wording.of(case, found.problem, _.words(case.settings.words))
    conflicts = found.conflicts
    lines = sentence(_("No plan meets every limit and rule."), width, "bold")
    if conflicts is None or not conflicts.found:
        text = _("Which of them contradict each other was not found in the time.")
        if found.is_interrupted:
            text = _("Interrupted before it was known which of them contradict each other.")
        return [*lines, *sentence(text, width)]
    shown = list(conflicts.independent)
    for conflict in conflicts.found:
        # Sets that hold the same contracts of other segments say the same again.
        if alike(conflict.demands) not in [alike(other.demands) for other in shown]:
            shown.append(conflict)
    for place, conflict in enumerate(shown[:SHOWN]):
        lines += [Text(""), *_conflict(wording, conflicts, conflict, place, width, _)]
    more = len(conflicts.found) - len(shown[:SHOWN])
    if more > 0:
        text = _.count(
            "{n} more conflict: --json has all.", "{n} more conflicts: --json has all.", more
        )
        lines += [Text(""), *sentence(text, width)]
    lines += _in_none(wording, conflicts, width, _)
    if found.repairs:
        lines += [Text(""), *_repairs(found, case, wording, width, _)]
    return [*lines, Text(""), *_sureness(found, conflicts, width, _)]


def _conflict(
    wording: Wording, conflicts: Conflicts, conflict: Conflict, place: int, width: int, _: Language
) -> list[Text]:
    """One conflict: a sentence and a line for each member."""
    alone = len(conflict.demands) == 1
    if place == 0:
        head = ALONE if alone else TOGETHER
    elif place < len(conflicts.independent):
        head = ALSO_ALONE if alone else ALSO_TOGETHER
    else:
        head = SHARING
    lines = sentence(_(head), width)
    lines += conflict_lines(wording, conflict, width, _)
    unshown = [_.tell(wording.demand(d)) for d in conflict.demands if d not in conflict.needed]
    if unshown:
        text = _(
            "That the others can be met without these was not shown in the time: {demands}.",
            demands=_.listed(unshown),
        )
        lines += sentence(text, width)
    return lines


def _in_none(wording: Wording, conflicts: Conflicts, width: int, _: Language) -> list[Text]:
    """Limits, resources and rules that need not give way."""
    involved = {demand for conflict in conflicts.found for demand in conflict.demands}
    free = [d for d in demands_of(wording.problem, contracts=None) if d not in involved]
    if not free:
        return []
    told = _("; ").join(_.tell(wording.demand(demand)) for demand in free[:FREE_SHOWN])
    more = len(free) - FREE_SHOWN
    text = _("Part of none of these conflicts: {demands}.", demands=told)
    if more > 0:
        text = _(
            "Part of none of these conflicts: {demands}; and {n} more.", demands=told, n=f"{more:,}"
        )
    return [Text(""), *sentence(text, width)]


def _repairs(
    found: Diagnosis, case: PlanningCase, wording: Wording, width: int, _: Language
) -> list[Text]:
    """The menu of ways out, each with what the best plan then costs."""
    info, words = case.settings.case, _.words(case.settings.words)
    totals = [repair.evaluation.total_cost for repair in found.repairs]
    spread = max(totals) - min(totals)
    unit = _.totals_unit(totals, [spread] if spread else [])
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
                _.capital(_("; ").join(_.tell(wording.change(each)) for each in repair.changes)),
            ]
        )
    columns = [
        Col(""),
        Col(words.service_cost),
        Col(_("lost")),
        Col(_("total")),
        Col(_("level, %"), drop=1),
        Col(_("asks for")),
        Col(_("change"), right=False, wrap=True),
    ]
    head = _(
        "Ways out, the one with the cheapest plan first; each is the best plan after the change:"
    )
    note = _(
        "{unit}. Asks for: the budget or the units that the change adds, in {money}; – where that "
        "has no price.",
        unit=_.unit_head(unit, info),
        money=_.currency(info.currency) or _("money"),
    )
    return [
        *sentence(head, width, "bold"),
        Text(""),
        *table(columns, rows, width, language=_),
        *sentence(note, width),
    ]


def _sureness(found: Diagnosis, conflicts: Conflicts, width: int, _: Language) -> list[Text]:
    """What is proven, and what is not."""
    texts = []
    if found.is_interrupted:
        texts.append(_("Interrupted; this is what was known by then."))
    if found.problem.generated is not None:
        texts.append(
            _(
                "Levels, stocks and agents count with a few offers each, the thriftiest and the "
                "best among them: a way out may need a little less than it says."
            )
        )
        return sentence(_.sentences(texts), width)
    if all(conflict.is_smallest for conflict in conflicts.found):
        texts.append(
            _(
                "Proven, whole tiers included: none of these sets can be met together, and each "
                "can without any one of its members."
            )
        )
    else:
        texts.append(_("Proven, whole tiers included: none of these sets can be met together."))
    if conflicts.are_all:
        texts.append(_("There are no other conflicts."))
    else:
        if conflicts.is_smallest:
            texts.append(_("No conflict has fewer members than the smallest of these."))
        else:
            texts.append(_("That none is smaller was not shown in the time."))
        texts.append(_("There may be more conflicts than these."))
    if found.repairs:
        texts += _of_repairs(found, _)
    else:
        texts.append(_("No way out was worked out."))
    return sentence(_.sentences(texts), width)


def _of_repairs(found: Diagnosis, _: Language) -> list[str]:
    texts = [_amounts(found.repairs, _)]
    gaps = [repair.outcome.gap for repair in found.repairs]
    known = [gap for gap in gaps if gap is not None]
    if len(known) == len(gaps):
        texts.append(
            _("Each plan is within {gap} of the best after its change.", gap=_.gap(max(known)))
        )
    else:
        texts.append(_("How near each plan is to the best after its change is not known of all."))
    if found.left_out is None:
        texts.append(_("There may be other ways out."))
    elif found.left_out:
        texts.append(
            _.count("There is one more way out.", "There are {n} more ways out.", found.left_out)
        )
    return texts


def _amounts(repairs: Sequence[Repair], _: Language) -> str:
    unproven = [str(place + 1) for place, repair in enumerate(repairs) if not repair.is_proven]
    if not unproven:
        return _("Each amount is the least: with a unit less there is no plan.")
    return _(
        "That the amounts are the least was not shown in the time for {ways}.",
        ways=_(", ").join(unproven),
    )


def _feasible(found: Diagnosis, width: int, _: Language) -> list[Text]:
    """Nothing to repair: how near each limit is to leaving no plan."""
    lines = sentence(_("There are plans that meet every limit and rule."), width, "bold")
    if not found.tightness:
        return lines
    rows: list[list[str | Text]] = []
    for entry in found.tightness:
        use, name = entry.use, entry.use.name
        sign = "≥" if use.at_least else "≤"
        least = NONE if entry.least is None else quantity(found.problem, name, entry.least, _)
        room = NONE if entry.room is None else percent(entry.room, 1)
        rows.append(
            [
                Text(limit_label(name, _)),
                quantity(found.problem, name, use.used, _),
                f"{sign} {quantity(found.problem, name, use.limit, _)}",
                least,
                room,
            ]
        )
    columns = [
        Col(_("limit"), right=False, shorten=True),
        Col(_("used")),
        Col(_("limit")),
        Col(_("no plan beyond")),
        Col(_("room, %")),
    ]
    note = _(
        "Used: by the best plan. No plan beyond: how far the limit alone could be tightened. "
        "The tightest comes first."
    )
    return [*lines, Text(""), *table(columns, rows, width, language=_), *sentence(note, width)]
