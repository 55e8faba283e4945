"""Why each segment has its tier in a plan for uncertain futures."""

from __future__ import annotations

import numpy as np
from rich.text import Text

from slopt.report.assumed import assumed_lines
from slopt.report.language import ENGLISH, Language
from slopt.report.limit_words import limit_label
from slopt.report.numbers import NONE, Unit, percent
from slopt.report.offer_words import offer_words
from slopt.report.risk_words import small_decimals, tail_phrase, tail_words
from slopt.report.sureness import proof_sentence
from slopt.report.table import Col, sentence, shown_titles, table
from slopt.study.explain_risk import ExplainedForRisk, SegmentInFutures, TierInFutures
from slopt.vocabulary import RiskMeasure

MOST_ROWS = 60
ALMOST_ALL = 0.9
"""The share of what counts in the plan, of which it is said how few futures have it."""


def explain_risk_lines(
    found: ExplainedForRisk, is_whole: bool, width: int, language: Language = ENGLISH
) -> list[Text]:
    """Everything `slopt explain` prints of a plan for uncertain futures."""
    _, case = language, found.plan.case
    words = _.words(case.settings.words)
    lines = []
    if is_whole:
        title = _("Why each {segment} has its {tier}", segment=words.segment, tier=words.tier)
        lines += [*sentence(title, width, "bold"), Text("")]
    lines += sentence(counting_words(found, _), width)
    if is_whole:
        lines += [Text(""), *_overview(found, width, _)]
    else:
        for segment in found.segments:
            lines += [Text(""), *_in_full(found, segment, width, _)]
    lines += [Text(""), *sentence(proof_sentence(found.plan, _), width)]
    return [*lines, *assumed_lines(case, width, _)]


def counting_words(found: ExplainedForRisk, _: Language) -> str:
    """How far the plan is the best of an ordinary problem, and of which, in sentences."""
    counts, total = found.counts, found.risk.problem.count
    if counts is None:
        return _(
            "The plan is the best, or nearly so, over {total} futures; what other {tiers} would "
            "change is told in the same futures.",
            total=f"{total:,}",
            tiers=_.plural(_.words(found.plan.case.settings.words).tier),
        )
    if found.risk.aim.measure is RiskMeasure.MEAN:
        return _(
            "The plan is the best, or nearly so, of the ordinary problem whose figures are the "
            "means of {total} futures.",
            total=f"{total:,}",
        )
    ordered = np.sort(counts)[::-1]
    few = int(np.searchsorted(np.cumsum(ordered), ALMOST_ALL - 1e-9)) + 1
    return _(
        "The plan is the best, or nearly so, of the ordinary problem whose figures are averages of "
        "{total} futures in which the bad ones count more: {few} of them make {share} % of it.",
        total=f"{total:,}",
        few=f"{few:,}",
        share=percent(float(ordered[:few].sum())),
    )


def _unit(found: ExplainedForRisk, _: Language) -> Unit | None:
    """One unit of money for all differences; None where the goal is a level."""
    if found.plan.problem.goal.maximises:
        return None
    amounts = [
        abs(value)
        for segment in found.segments
        if (other := segment.next_best) is not None
        for value in (other.mean, other.tail)
    ]
    return _.rows_unit(amounts or [0.0])


def _amount(value: float, unit: Unit | None) -> str:
    return f"{100 * value:.3f}" if unit is None else unit.signed(value)


def _overview(found: ExplainedForRisk, width: int, _: Language) -> list[Text]:
    """A line a segment: its nearest other tier, what that costs on average and in bad futures."""
    case, problem = found.plan.case, found.plan.problem
    words, unit = _.words(case.settings.words), _unit(found, _)
    open_ones = [one for one in found.segments if one.next_best is not None]
    shown = sorted(open_ones, key=lambda one: _next(one).dearer)
    rows: list[list[str | Text]] = []
    for segment in shown[:MOST_ROWS]:
        other = _next(segment)
        rows.append(
            [
                problem.segments[segment.segment],
                offer_words(problem, segment.segment, segment.tier, _),
                offer_words(problem, segment.segment, other.tier, _),
                _amount(other.own, unit),
                _amount(other.mean, unit),
                _amount(other.tail, unit),
                percent(other.better_in),
                _(", ").join(limit_label(name, _) for name in other.breaks) or NONE,
            ]
        )
    columns = [
        Col(words.segment, right=False, shorten=True),
        Col(words.tier, right=False),
        Col(_("next best"), right=False),
        Col(_("own numbers"), drop=2, told=True),
        Col(_("mean")),
        Col(tail_words(found.risk.aim.tail, _)),
        Col(_("better in, %"), drop=1, told=True),
        Col(_("but breaks"), right=False, wrap=True),
    ]
    lines = table(columns, rows, width, language=_) if rows else []
    head = (
        _.unit_head(unit, case.settings.case) if unit is not None else _("points of service level")
    )
    titles = shown_titles(columns, rows, width)
    notes = [
        _(
            "In {unit}: what the next best costs more than the plan, all other {segments} kept, in "
            "the mean of all futures and in the mean of the worst ones, of each plan its own.",
            unit=head,
            segments=_.plural(words.segment),
        )
    ]
    if _("own numbers") in titles:
        notes.append(_("Own numbers: the same at the case's own numbers."))
    if _("better in, %") in titles:
        notes.append(_("Better in: the share of futures in which the next best is better."))
    lines += sentence(_.sentences(notes), width)
    if len(shown) > MOST_ROWS:
        said = _("... and {n} more: --json has all.", n=f"{len(shown) - MOST_ROWS:,}")
        lines += sentence(said, width)
    return lines


def _next(segment: SegmentInFutures) -> TierInFutures:
    assert segment.next_best is not None
    return segment.next_best


def _in_full(
    found: ExplainedForRisk, segment: SegmentInFutures, width: int, _: Language
) -> list[Text]:
    """One segment: each other tier in the mean, in the bad futures, and in how many it wins."""
    problem = found.plan.problem
    name, tier = problem.segments[segment.segment], segment.tier
    said = _(
        "{segment} has {tier}.", segment=name, tier=offer_words(problem, segment.segment, tier, _)
    )
    lines = sentence(said, width, "bold")
    for other in segment.others:
        lines += sentence(tier_words(found, segment.segment, other, _), width)
    if not segment.others:
        words = _.words(found.plan.case.settings.words)
        lines += sentence(_("There is no other {tier} for it.", tier=words.tier), width)
    return lines


def tier_words(found: ExplainedForRisk, segment: int, other: TierInFutures, _: Language) -> str:
    """What another tier costs or saves on average and in the bad futures, in sentences."""
    problem = found.plan.problem
    tier = offer_words(problem, segment, other.tier, _)
    if other.barred is not None:
        return _("{tier}: a contract forbids it.", tier=tier)
    places = {
        "tier": tier,
        "mean": _difference(found, other.mean, _),
        "bad": _difference(found, other.tail, _),
        "tail": tail_phrase(found.risk.aim.tail, _),
    }
    if other.mean >= 0 and other.tail >= 0:
        text = _("{tier} costs {mean} more on average, and {bad} more {tail}.", **places)
    elif other.mean >= 0:
        text = _("{tier} costs {mean} more on average, and saves {bad} {tail}.", **places)
    elif other.tail >= 0:
        text = _("{tier} saves {mean} on average, and costs {bad} more {tail}.", **places)
    else:
        text = _("{tier} saves {mean} on average, and {bad} {tail}.", **places)
    better = _("It is the better one in no future.")
    if other.better_in > 0:
        better = _(
            "It is the better one in {share} % of futures.",
            share=percent(other.better_in, small_decimals(other.better_in)),
        )
    breaks = ""
    if other.breaks:
        names = _.listed([limit_label(name, _) for name in other.breaks])
        breaks = _("By itself it breaks {limits} at the case's own numbers.", limits=names)
    return _.sentences([text, better, breaks])


def _difference(found: ExplainedForRisk, value: float, _: Language) -> str:
    if found.plan.problem.goal.maximises:
        return _("{points} points", points=_.amount(100 * abs(value)))
    return _.money(abs(value), found.plan.case.settings.case.currency)
