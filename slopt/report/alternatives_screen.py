"""Other plans to choose from: one table to compare them, then who moves in each."""

from __future__ import annotations

from collections import defaultdict

from rich.text import Text

from slopt.plan.plan import Plan
from slopt.report.assumed import assumed_lines
from slopt.report.explain_words import goal_amount
from slopt.report.language import ENGLISH, Language
from slopt.report.limit_words import limit_label
from slopt.report.numbers import percent
from slopt.report.offer_words import step_words
from slopt.report.screen import BOOKED, EXPECTED
from slopt.report.sureness import proof_sentence
from slopt.report.table import Col, sentence, table
from slopt.study.alternatives import Alternatives, OtherPlan
from slopt.study.close_calls import CLOSE
from slopt.study.explain import Move
from slopt.vocabulary import Goal

MOST_MOVES = 8


def alternatives_lines(found: Alternatives, width: int, language: Language = ENGLISH) -> list[Text]:
    """Everything `slopt alternatives` prints of plans, at most `width` cells wide."""
    _, plan = language, found.plan
    lines = [*sentence(_headline(found, _), width, "bold"), Text("")]
    if found.others:
        lines += [*_table(found, width, _), Text("")]
    for place, other in enumerate(found.others, start=1):
        lines += [*_one(found, place, other, width, _), Text("")]
    lines += _how(found, width, _)
    lines += sentence(proof_sentence(plan, _), width)
    return [*lines, *assumed_lines(plan.case, width, _)]


def _headline(found: Alternatives, _: Language) -> str:
    case, number = found.plan.case, len(found.others)
    name = case.settings.case.name
    goal = _.goal(found.plan.problem.goal, _.words(case.settings.words))
    if found.within is None:
        if not number:
            return _("{name} · no other plan was found for {goal}", name=name, goal=goal)
        return _.count(
            "{name} · the {n} next best plan for {goal}",
            "{name} · the {n} next best plans for {goal}",
            number,
            name=name,
            goal=goal,
        )
    margin = f"{100 * found.within:g} %"
    if not number:
        return _(
            "{name} · no other plan was found within {margin} of the best for {goal}",
            name=name,
            margin=margin,
            goal=goal,
        )
    return _.count(
        "{name} · {n} plan within {margin} of the best for {goal}, as different as can be",
        "{name} · {n} plans within {margin} of the best for {goal}, as different as can be",
        number,
        name=name,
        margin=margin,
        goal=goal,
    )


def _table(found: Alternatives, width: int, _: Language) -> list[Text]:
    """The best plan and the others, against it."""
    plan, words = found.plan, _.words(found.plan.case.settings.words)
    info, best = plan.case.settings.case, plan.evaluation
    cost = [o.evaluation.service_cost - best.service_cost for o in found.others]
    lost = [o.evaluation.lost_sales - best.lost_sales for o in found.others]
    unit = _.totals_unit([best.total_cost], [x for x in (*cost, *lost) if x])
    is_level = plan.problem.goal is Goal.MAX_SERVICE
    rows: list[list[str | Text]] = [
        [
            _("best"),
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
                _("near tie") if other.is_near_tie(plan.gap) else "",
            ]
        )
    columns = [
        Col(_("plan"), right=False),
        Col(_("worse by"), style="bold"),
        Col(_("that is")),
        Col(words.service_cost, style=BOOKED),
        Col(_("lost"), style=EXPECTED),
        Col(_("level, %"), drop=2),
        Col(_("moves"), drop=1),
        Col("", right=False),
    ]
    money = _.unit_head(unit, info)
    head = _("In {unit}; the others against the best.", unit=money)
    if is_level:
        head = _(
            "Worse in points of {level}; money in {unit}.", level=words.service_level, unit=money
        )
    return [*table(columns, rows, width, language=_), *sentence(head, width)]


def _one(found: Alternatives, place: int, other: OtherPlan, width: int, _: Language) -> list[Text]:
    """Who moves, and which limits have next to nothing left."""
    lines = sentence(_how_good(found, place, other, _), width, "bold")
    moves = _grouped(found, other, _)
    shown = moves[:MOST_MOVES]
    if len(moves) > MOST_MOVES:
        shown.append(_("{n} more", n=f"{len(moves) - MOST_MOVES:,}"))
    lines += sentence(_("{moves}.", moves=_.listed(shown)), width, indent="  ")
    if found.within is not None:
        lines += sentence(_how_different(found, other, _), width, indent="  ")
    near = [limit_label(name, _) for name in other.near_limits()]
    if near:
        text = _("Next to nothing is left of {limits}.", limits=_.listed(near))
        lines += sentence(text, width, indent="  ")
    return lines


def _how_good(found: Alternatives, place: int, other: OtherPlan, _: Language) -> str:
    plan = found.plan
    if other.worse == 0:
        return _("Plan {place}: as good as the best.", place=place)
    amount = goal_amount(plan, abs(other.worse), _)
    if other.worse < 0:
        return _(
            "Plan {place}: {amount} better, within the gap of the proof.",
            place=place,
            amount=amount,
        )
    if other.is_near_tie(plan.gap):
        return _("Plan {place}: {amount} worse, a near tie.", place=place, amount=amount)
    return _("Plan {place}: {amount} worse.", place=place, amount=amount)


def _how_different(found: Alternatives, other: OtherPlan, _: Language) -> str:
    who = _.plural(_.words(found.plan.case.settings.words).segment)
    places = {"n": other.apart, "segments": who}
    if other.apart_at_most is None:
        return _(
            "Differs from the best and from each plan before it in {n} {segments} or more.",
            **places,
        )
    if other.apart_at_most > other.apart:
        return _(
            "Differs from the best and from each plan before it in {n} {segments} or more; more "
            "than {most} is proven impossible.",
            most=other.apart_at_most,
            **places,
        )
    return _(
        "Differs from the best and from each plan before it in {n} {segments} or more; no plan in "
        "the margin differs from all of them in more.",
        **places,
    )


def _grouped(found: Alternatives, other: OtherPlan, _: Language) -> list[str]:
    """Moves in words, those of alike segments as one."""
    plan, kind_of = found.plan, {}
    for kind, group in enumerate(found.groups):
        kind_of.update(dict.fromkeys(group.tolist(), kind))
    alike: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for move in other.moves:
        key = (kind_of.get(move.segment, -1 - move.segment), move.before, move.after)
        alike[key].append(move.segment)
    return [_move(plan, found, key, segments, _) for key, segments in alike.items()]


def _move(
    plan: Plan, found: Alternatives, key: tuple[int, int, int], segments: list[int], _: Language
) -> str:
    kind, before, after = key
    problem = plan.problem
    step = step_words(problem, Move(segments[0], before, after), _)
    if kind < 0:
        return f"{problem.segments[segments[0]]} {step}"
    group, word = found.groups[kind], _.words(plan.case.settings.words).segment
    return _(
        "{n} of {segments} like {segment} {step}",
        n=len(segments),
        segments=_.counted(len(group), word),
        segment=problem.segments[int(group[0])],
        step=step,
    )


def _how(found: Alternatives, width: int, _: Language) -> list[Text]:
    """What is proven, what is not, and what a near tie is."""
    plan = found.plan
    lines: list[Text] = []
    if found.is_all and found.within is None:
        lines += sentence(_("There is no other plan that keeps every limit."), width)
    elif found.is_all:
        text = _("No other plan within the margin differs from all of these.")
        lines += sentence(text, width)
    elif found.others and found.within is None:
        if all(other.is_proven for other in found.others):
            text = _("Proven: no plan that is not shown is better than these.")
        else:
            text = _("Best found; a plan that is not shown may be better than some of these.")
        lines += sentence(text, width)
    if not found.is_complete:
        text = _(
            "Time was over, or it was interrupted, before all were found; "
            "--set solve.time_limit_s=... gives more."
        )
        lines += sentence(text, width)
    if any(other.is_near_tie(plan.gap) for other in found.others):
        text = _(
            "A near tie is worse by less than {share} %, or than the gap of the proof: do not "
            "decide by the figure.",
            share=f"{100 * CLOSE:g}",
        )
        lines += sentence(text, width)
    if found.groups:
        alike = sum(len(group) for group in found.groups)
        segments = _.counted(alike, _.words(plan.case.settings.words).segment)
        if found.tells_alike:
            text = _(
                "{segments} are alike with others; plans that only exchange them count as one.",
                segments=segments,
            )
        else:
            text = _(
                "{segments} are alike with others; at this size plans that only exchange some of "
                "them may be shown apart.",
                segments=segments,
            )
        lines += sentence(text, width)
    return lines
