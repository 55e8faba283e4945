"""Segments that are safe to decide now, by tier, and those to learn about first."""

from __future__ import annotations

from rich.text import Text

from slopt.engine.risk_plans import RiskPlans
from slopt.report.goal_figures import GoalFigures
from slopt.report.language import ENGLISH, Language
from slopt.report.numbers import percent
from slopt.report.offer_words import offer_words
from slopt.report.risk_study_lines import input_labels
from slopt.report.table import Col, sentence, table
from slopt.study.risk.side_by_side import Kind, PlanBeside, SegmentBeside, SideBySide

MOST_OPEN = 12
"""Segments to learn about that are shown; the file has all."""
MOST_NAMED = 8
"""Segments of one tier that are named where they are safe to decide."""


def safe_lines(found: RiskPlans, width: int, language: Language = ENGLISH) -> list[Text]:
    """The segments that every plan treats alike, by tier."""
    _, beside, problem = language, found.beside, found.futures.problem.base
    words = _.words(found.case.settings.words)
    by_tier: dict[str, list[str]] = {}
    for one in beside.safe:
        name = offer_words(problem, one.segment, one.tiers[0], _)
        by_tier.setdefault(name, []).append(problem.segments[one.segment])
    lines = sentence(_("Safe to decide now, by {tier}:", tier=words.tier), width)
    for tier, names in by_tier.items():
        told = _.listed(names[:MOST_NAMED])
        if len(names) > MOST_NAMED:
            told = _("{names} and {n} more", names=told, n=f"{len(names) - MOST_NAMED:,}")
        said = _("{tier}: {names}", tier=tier, names=told)
        lines += sentence(said, width, indent="    ", first="  ")
    return lines


def open_lines(
    found: RiskPlans, figures: GoalFigures, width: int, language: Language = ENGLISH
) -> list[Text]:
    """Where to learn first: most at stake on top, the plans' tiers, the input that decides."""
    _, beside, problem = language, found.beside, found.futures.problem.base
    words = _.words(found.case.settings.words)
    shown = [plan for plan in beside.chosen if _is_first(plan, beside)]
    places = [beside.chosen.index(plan) for plan in shown]
    unit = _.rows_unit([one.at_stake for one in beside.open])
    rows: list[list[str | Text]] = []
    for one in beside.open[:MOST_OPEN]:
        stake = percent(one.at_stake, 2) if figures.unit is None else unit.plain(one.at_stake)
        tiers = [offer_words(problem, one.segment, one.tiers[place], _) for place in places]
        rows.append([problem.segments[one.segment], stake, *tiers, _decides(found, one, _)])
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col(_("at stake")),
        *(
            Col(_short_name(plan.kind, _), right=False, drop=max(0, number - 2), told=True)
            for number, plan in enumerate(shown)
        ),
        Col(_("hangs most on"), right=False, wrap=True),
    ]
    head = _(
        "Learn first: what knowing the future before choosing the {tier} would be worth, in {unit}",
        tier=words.tier,
        unit=_("points") if figures.unit is None else _.unit_head(unit, figures.info),
    )
    lines = [*sentence(head, width), *table(columns, rows, width, language=_)]
    more = len(beside.open) - MOST_OPEN
    if more > 0:
        text = _(
            "{segments} more with less at stake: --out DIR or --json.",
            segments=_.counted(more, words.segment),
        )
        lines += sentence(text, width)
    return lines


def _short_name(kind: Kind, _: Language) -> str:
    """A plan at the head of a column of tiers."""
    return {
        Kind.OWN: _("plan for|own"),
        Kind.MEAN: _("plan for|mean"),
        Kind.CVAR: _("plan for|worst"),
        Kind.ROBUST: _("plan for|robust"),
        Kind.REGRET: _("plan for|regret"),
    }[kind]


def _is_first(plan: PlanBeside, beside: SideBySide) -> bool:
    """True for the first of plans that are one and the same among the chosen ones."""
    same = next(one for one in beside.chosen if (one.choice == plan.choice).all())
    return same is plan


def _decides(found: RiskPlans, one: SegmentBeside, _: Language) -> str:
    """The input that most hangs on; where none is worth knowing by itself, the plans' aims do."""
    if one.decides is not None:
        inputs = found.futures.inputs
        return input_labels(inputs)[inputs[one.decides].name]
    return undecided(one, bool(found.futures.inputs), _)


def undecided(one: SegmentBeside, has_inputs: bool, _: Language) -> str:
    """What hangs on a segment hangs on, where no input decides: scenarios where there are no other
    things uncertain; where knowing is worth nothing, the plans' aims.
    """
    if one.at_stake <= 0:
        return _("what the plan is for")
    return _("several inputs together") if has_inputs else _("which scenario comes")
