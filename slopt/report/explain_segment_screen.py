"""Why one segment has its tier, in full: its offers, why not another one, when it changes."""

from __future__ import annotations

from collections.abc import Callable

from rich.text import Text

from slopt.plan.plan import Plan
from slopt.plan.provenance import Provenance
from slopt.problem.demands import forbidden
from slopt.problem.generated.columns import Part
from slopt.report.assumed import assumed_lines
from slopt.report.explain_words import TIE, at_the_edge, hold_sentences, money_sentences, verdict
from slopt.report.language import ENGLISH, Language, later
from slopt.report.limit_words import limit_label, price
from slopt.report.losses import loss_cells, loss_columns
from slopt.report.numbers import percent
from slopt.report.offer_bars import bar, bar_lines
from slopt.report.offer_words import offer_words, who_moves
from slopt.report.promises_table import choice_lines, promise_lines
from slopt.report.screen import BOOKED
from slopt.report.table import Col, sentence, table
from slopt.study.explain import Alternative, Explanation, Explanations
from slopt.study.explain_segments import segment_figures
from slopt.vocabulary import Goal

BAR = 22
"""Cells of the longest bar in the table of offers."""
MOST_NAMES = 6
"""Stock rooms and desks that are named."""
BARRED_WORDS = {
    "allowed": later("{tier}: may not be offered."),
    "min_tier": later("{tier}: below the contract floor."),
    "max_tier": later("{tier}: above the contract ceiling."),
    "fixed_tier": later("{tier}: pinned to another."),
    "worth": later("{tier}: it is not worth its price to them."),
}


def segment_lines(
    plan: Plan,
    explanations: Explanations,
    width: int,
    provenance: Provenance | None = None,
    language: Language = ENGLISH,
) -> list[Text]:
    """One segment in full: its offers, why not each of the others, when the choice flips."""
    (row,) = segment_figures(plan, explanations)
    _, entry = language, explanations[0]
    if plan.problem.part_of_row(entry.segment) is Part.SERVED:
        return [*_served_lines(plan, entry.segment, width, _), *assumed_lines(plan.case, width, _)]
    lines = [*sentence(verdict(plan, row, _), width, "bold"), Text("")]
    lines += _offers(plan, entry, width, _)
    lines += [Text(""), *sentence(_.sentences(money_sentences(plan, row, _)), width)]
    lines += sentence(_.sentences(hold_sentences(plan, row, _)), width)
    lines += promise_lines(plan.case, plan.problem, plan.choice, entry.segment, width, _)
    of_choice = choice_lines(plan.case, plan.problem, plan.choice, entry.segment, width, _)
    lines += [Text(""), *of_choice] if of_choice else []
    for alternative in entry.alternatives:
        reasons = _why_not(plan, entry, alternative, _)
        if reasons:
            lines += [Text(""), *sentence(reasons[0], width)]
            lines += [part for more in reasons[1:] for part in sentence(more, width, indent="  ")]
    if entry.next_best is not None:
        lines += _flip_lines(plan, entry, width, _)
    n = provenance.sample(entry.segment, entry.tier) if provenance else None
    if n is not None:
        text = _.count(
            "The level of {tier} here rests on {n} observation.",
            "The level of {tier} here rests on {n} observations.",
            round(n),
            tier=offer_words(plan.problem, entry.segment, entry.tier, _),
        )
        lines += [Text(""), *sentence(text, width)]
    return [*lines, *assumed_lines(plan.case, width, _)]


def _served_lines(plan: Plan, segment: int, width: int, _: Language) -> list[Text]:
    """Where the figures of a segment stand that rooms and desks serve and nothing else."""
    problem = plan.problem
    text = _(
        "{segment} is served by its items and calls: what that costs and loses stands with the "
        "stock rooms and desks, {names}.",
        segment=problem.segments[segment],
        names=_.listed(list(problem.segments[problem.segment_count :])[:MOST_NAMES]),
    )
    return sentence(text, width, "bold")


def _offers(plan: Plan, entry: Explanation, width: int, _: Language) -> list[Text]:
    problem, words, info = plan.problem, _.words(plan.case.settings.words), plan.case.settings.case
    s = entry.segment
    shown = [
        k
        for k in range(len(problem.tiers))
        if problem.admissible[s, k] or k == problem.current[s] or forbidden(problem)[s, k]
    ]
    unit = _.rows_unit([*problem.service_cost[s, shown], *problem.lost_sales[s, shown]])
    total = problem.service_cost[s] + problem.lost_sales[s]
    longest = max((abs(float(total[k])) for k in shown), default=1.0) or 1.0
    order = sorted(shown, key=lambda k: (k != entry.tier, total[k]))
    rows: list[list[str | Text]] = []
    for k in order:
        rows.append(
            [
                ("● " if k == entry.tier else "○ " if k == problem.current[s] else "  ")
                + offer_words(problem, s, k, _),
                percent(problem.service_level[s, k], 1),
                unit.plain(problem.service_cost[s, k]),
                *loss_cells(problem, s, k, unit),
                unit.plain(total[k]),
                bar(problem.service_cost[s, k], problem.lost_sales[s, k], longest, BAR),
            ]
        )
    columns = [
        Col(words.tier, right=False, shorten=True),
        Col(_("level, %")),
        Col(words.service_cost, style=BOOKED),
        *loss_columns(words, _),
        Col(_("total"), style="bold"),
        Col(_("█ booked ░ lost"), right=False, drop=3),
    ]
    head = _.unit_head(unit, info)
    marks = _("{unit}  ● plan", unit=head)
    if problem.current[s] >= 0:
        marks = _("{unit}  ● plan  ○ today", unit=head)
    lines = [*table(columns, rows, width, language=_), Text(marks)]
    if not any("█ " in line.plain for line in lines):
        bars = [
            (str(row[0]), float(problem.service_cost[s, k]), float(problem.lost_sales[s, k]))
            for k, row in zip(order, rows, strict=True)
        ]
        below = bar_lines(columns[-1].title, bars, [unit.plain(total[k]) for k in order], width)
        lines += [Text(""), *below] if below else []
    return lines


def _why_not(plan: Plan, entry: Explanation, option: Alternative, _: Language) -> list[str]:
    problem, words = plan.problem, _.words(plan.case.settings.words)
    tier = offer_words(problem, entry.segment, option.tier, _)
    if option.barred == "allowed" and not forbidden(problem)[entry.segment, option.tier]:
        return []
    if option.barred:
        return [_(BARRED_WORDS[option.barred], tier=tier)]
    if not option.possible:
        return [_("Why not {tier}? No plan that keeps every limit has it.", tier=tier)]
    if option.plan is None:
        return []
    maximise = problem.goal is Goal.MAX_SERVICE

    def shown(value: float) -> str:
        if maximise:
            return _("{points} points", points=f"{100 * value:.3f}")
        return _.money(value, plan.case.settings.case.currency)

    lines = [_verdict_on(option, tier, plan, shown, _)]
    if option.others:
        moves = [who_moves(problem, m, _) for m in option.others[:6]]
        if len(option.others) > 6:
            moves.append(_("{n} more", n=len(option.others) - 6))
        lines.append(
            _(
                "{segments} would move for it: {moves}.",
                segments=_.counted(len(option.others), words.segment),
                moves=_.listed(moves),
            )
        )
    return lines


def _verdict_on(
    option: Alternative, tier: str, plan: Plan, shown: Callable[[float], str], _: Language
) -> str:
    """Alone and for the plan, in one sentence."""
    tied = (option.plan or 0.0) <= TIE * abs(plan.objective)
    if tied and option.alone == 0:
        return _("Why not {tier}? It is as good, alone and for the plan.", tier=tier)
    goal = _.goal(plan.problem.goal, _.words(plan.case.settings.words))
    alone, whole = shown(abs(option.alone)), shown(option.plan or 0.0)
    return _(VERDICTS[option.alone < 0, tied], tier=tier, goal=goal, alone=alone, whole=whole)


VERDICTS = {
    (True, True): later(
        "Why not {tier}? For {goal} it would alone be {alone} better, but the plan as good."
    ),
    (True, False): later(
        "Why not {tier}? For {goal} it would alone be {alone} better, but the plan {whole} worse."
    ),
    (False, True): later(
        "Why not {tier}? For {goal} it would alone be {alone} worse, and the plan as good."
    ),
    (False, False): later(
        "Why not {tier}? For {goal} it would alone be {alone} worse, and the plan {whole} worse."
    ),
}
"""By: better alone? as good for the plan?"""


def _flip_lines(plan: Plan, entry: Explanation, width: int, _: Language) -> list[Text]:
    """Tiers that are as good at the prices of now, then the prices at which others become so."""
    problem = plan.problem
    edge = sorted({flip.tier for flip in entry.flips if at_the_edge(flip)})
    rows: list[list[str | Text]] = [
        [
            _("the price of {limit} rises to", limit=limit_label(flip.limit, _))
            if flip.at > flip.now
            else _("the price of {limit} falls to", limit=limit_label(flip.limit, _)),
            price(problem, flip.limit, flip.at, _),
            price(problem, flip.limit, flip.now, _),
            offer_words(problem, entry.segment, flip.tier, _),
        ]
        for flip in entry.flips[:6]
        if not at_the_edge(flip)
    ]
    lines: list[Text] = []
    if edge:
        said = _(
            "At the prices of now {tiers} is as good here: a small change of a price decides.",
            tiers=_.listed([offer_words(problem, entry.segment, tier, _) for tier in edge]),
        )
        lines += [Text(""), *sentence(said, width)]
    if rows:
        columns = [
            Col(_("the choice changes when"), right=False),
            Col(_("price")),
            Col(_("is now")),
            Col(_("tier|to"), right=False),
        ]
        lines += [Text(""), *table(columns, rows, width, language=_)]
    return lines
