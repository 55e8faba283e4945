"""Why each segment has its tier: one line a segment."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

import numpy as np
from rich.text import Text

from slopt.plan.plan import Plan
from slopt.report.assumed import assumed_lines
from slopt.report.explain_words import TIE, at_the_edge
from slopt.report.language import ENGLISH, Language
from slopt.report.limit_words import limit_label, price
from slopt.report.numbers import Unit, level_decimals, percent
from slopt.report.offer_words import levels_of_tiers, offer_words
from slopt.report.sureness import proof_sentence
from slopt.report.table import Col, sentence, table
from slopt.study.at_prices import Flip
from slopt.study.explain import Explanation, Explanations
from slopt.vocabulary import Goal

MOST_ROWS = 60
MOST_NAMES = 40
MOST_LOOKED_AT = MOST_ROWS
"""Segments up to which all are looked at one by one, in the case's order."""


def overview_lines(
    plan: Plan, explanations: Explanations, width: int, language: Language = ENGLISH
) -> list[Text]:
    """A line a segment: its tier, the next best, what that would cost, when the choice flips.

    Of many segments those whose choice is closest.
    """
    _ = language
    if not len(explanations):
        return sentence(proof_sentence(plan, _), width)
    words, info = _.words(plan.case.settings.words), plan.case.settings.case
    many = len(explanations) > MOST_LOOKED_AT
    entries = explanations.closest(MOST_ROWS) if many else list(explanations)
    open_choices = [e for e in entries if e.next_best is not None]
    costs = [_cost(entry) or 0.0 for entry in open_choices]
    unit = _.rows_unit(costs) if plan.problem.goal is not Goal.MAX_SERVICE else None
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col(words.tier, right=False),
        Col(_("level, %"), drop=2),
        Col(_("next best"), right=False),
        Col(_("costs"), style="bold"),
        Col(_("flips at a price of"), right=False, drop=1, wrap=True),
    ]
    places = level_decimals(
        plan.case.table("tiers").numbers("service_level").tolist(), levels_of_tiers(plan.problem)
    )
    rows: list[list[str | Text]] = []
    for entry in open_choices[:MOST_ROWS]:
        tier = offer_words(plan.problem, entry.segment, entry.tier, _)
        before = int(plan.problem.current[entry.segment])
        moved = before >= 0 and before != entry.tier
        was = offer_words(plan.problem, entry.segment, before, _)
        rows.append(
            [
                plan.problem.segments[entry.segment],
                _("{tier}, was {was}", tier=tier, was=was) if moved else tier,
                percent(plan.problem.service_level[entry.segment, entry.tier], places),
                *_next_best(plan, entry, unit, _),
                _flip_words(plan, entry.flips[0], _) if entry.flips else "",
            ]
        )
    title = _("Why each {segment} has its {tier}", segment=words.segment, tier=words.tier)
    lines = sentence(title, width, "bold")
    if rows:
        lines += [Text(""), *table(columns, rows, width, language=_)]
    if many:
        said = _(
            "The {n} closest choices of {segments}; --out DIR writes all.",
            n=len(rows),
            segments=_.counted(len(explanations), words.segment),
        )
        lines += sentence(said, width)
    elif len(open_choices) > MOST_ROWS:
        more = f"{len(open_choices) - MOST_ROWS:,}"
        lines.append(Text(_("... and {n} more: --json has all.", n=more)))
    alone = explanations.without_choice()
    lines += _sole(plan, alone, width, _)
    if not many:
        stuck = [e.segment for e in entries if e.next_best is None and e.segment not in set(alone)]
        lines += _stuck(plan, stuck, width, _)
    lines.append(Text(""))
    if rows:
        solved = open_choices[0].next_best.plan is not None if open_choices[0].next_best else False
        head = _.unit_head(unit, info) if unit else _("points of service level")
        if solved:
            how = _(
                "Costs in {unit}: each is the best plan with that choice, solved, against this "
                "plan.",
                unit=head,
            )
        else:
            how = _(
                "Costs in {unit}: at the prices of the limits, not solved; name one to have it "
                "solved.",
                unit=head,
            )
        lines += sentence(how, width)
    lines += sentence(proof_sentence(plan, _), width)
    return lines


def more_lines(plan: Plan, case: str, width: int, language: Language = ENGLISH) -> list[Text]:
    """The commands that say more; `case` is what the user called the case."""
    _, problem, name = language, plan.problem, shlex.quote(case)
    tiers = problem.admissible[:, : problem.menu_size]
    choices = np.flatnonzero(tiers.sum(axis=1) > 1)
    lines = assumed_lines(plan.case, width, _)
    lines += [Text("")] if lines else []
    if len(choices):
        s = int(choices[0])
        other = next(k for k in np.flatnonzero(tiers[s]).tolist() if k != plan.choice[s])
        one = shlex.quote(problem.segments[s])
        wish = shlex.quote(f"{problem.segments[s]}={problem.tiers[other]}")
        full = f"slopt explain {name} {one}"
        lines += sentence(_("One in full: {command}", command=full), width)
        pays = f"slopt explain {name} --why-not {wish}"
        lines += sentence(_("Who pays for a wish: {command}", command=pays), width)
    if not problem.is_small:
        both = f"slopt explain {name} --limits --rules"
        lines += sentence(_("Limits and rules, solved: {command}", command=both), width)
    return lines


def _sole(plan: Plan, segments: Sequence[int], width: int, _: Language) -> list[Text]:
    """Segments to which one tier only may be given."""
    words = _.words(plan.case.settings.words)
    if not segments:
        return []
    text = _(
        "Only one {tier} is possible for {segments}: {names}.",
        tier=words.tier,
        segments=_.counted(len(segments), words.segment),
        names=_names(plan, segments, _),
    )
    return [Text(""), *sentence(text, width)]


def _stuck(plan: Plan, segments: Sequence[int], width: int, _: Language) -> list[Text]:
    """Segments that every plan gives the same tier."""
    words = _.words(plan.case.settings.words)
    if not segments:
        return []
    text = _(
        "No plan that keeps every limit has another {tier} for {segments}: {names}.",
        tier=words.tier,
        segments=_.counted(len(segments), words.segment),
        names=_names(plan, segments, _),
    )
    return [Text(""), *sentence(text, width)]


def _names(plan: Plan, segments: Sequence[int], _: Language) -> str:
    names = [plan.problem.segments[s] for s in segments[:MOST_NAMES]]
    if len(segments) > MOST_NAMES:
        names.append(_("{n} more", n=f"{len(segments) - MOST_NAMES:,}"))
    return _.listed(names)


def _cost(entry: Explanation) -> float | None:
    best = entry.next_best
    if best is None:
        return None
    return best.plan if best.plan is not None else best.by_prices


def _next_best(plan: Plan, entry: Explanation, unit: Unit | None, _: Language) -> list[str | Text]:
    best, cost = entry.next_best, _cost(entry)
    if best is None or cost is None:
        return ["", ""]
    if cost <= TIE * abs(plan.objective):
        return [offer_words(plan.problem, entry.segment, best.tier, _), _("a tie")]
    shown = f"{100 * cost:.3f}" if unit is None else unit.plain(cost)
    return [offer_words(plan.problem, entry.segment, best.tier, _), shown]


def _flip_words(plan: Plan, flip: Flip, _: Language) -> str:
    limit, at = limit_label(flip.limit, _), price(plan.problem, flip.limit, flip.at, _)
    if at_the_edge(flip):
        return _("{limit} {price}, as it is now", limit=limit, price=at)
    now = price(plan.problem, flip.limit, flip.now, _)
    return _("{limit} {price}, now {now}", limit=limit, price=at, now=now)
