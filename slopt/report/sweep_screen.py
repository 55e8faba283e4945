"""A sweep on the screen: the best and the worst in sentences, and how sure they are."""

from __future__ import annotations

from collections import Counter

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.problem.generated.sources import has_sources
from slopt.report.assumed import assumed_lines
from slopt.report.language import ENGLISH, Language
from slopt.report.numbers import Unit, percent
from slopt.report.sweep_tables import cell_words, effect_lines, point_lines, shift_lines
from slopt.report.table import sentence
from slopt.study.sweep.result import Sweep
from slopt.vocabulary import Goal, RiskMeasure, Status

MOST_REASONS = 3


def sweep_lines(found: Sweep, width: int, language: Language = ENGLISH) -> list[Text]:
    """Everything `slopt sweep` prints, at most `width` cells wide."""
    _, case = language, found.case
    unit = _unit(found, _)
    lines = [*sentence(_headline(found, _), width), Text("")]
    for place, text in enumerate(_sayings(found, unit, _)):
        lines += sentence(text, width, "" if place else "bold")
    for part in (
        effect_lines(found, unit, width, _),
        point_lines(found, unit, width, _),
        shift_lines(found, width, _),
    ):
        lines += [Text(""), *part] if part else []
    lines += [Text(""), *sentence(_sureness(found, case, _), width)]
    return [*lines, *assumed_lines(case, width, _)]


def _headline(found: Sweep, _: Language) -> str:
    settings = found.case.settings
    info, words = settings.case, _.words(settings.words)
    return _(
        "{name} · {segments} · {points} over {inputs} · {goal} · {money}",
        name=info.name,
        segments=_.counted(len(found.case.segments), words.segment),
        points=_.count("{n} point", "{n} points", len(found.points)),
        inputs=_.count("{n} input", "{n} inputs", len(found.paths)),
        goal=_.goal(settings.plan.goal, words),
        money=_.money_a_period(info),
    )


def _unit(found: Sweep, _: Language) -> Unit:
    values = [found.objective(place) for place in found.planned]
    spread = max(values, default=0.0) - min(values, default=0.0)
    totals = [found.answers[place].figures["total_cost"] for place in found.planned]
    return _.totals_unit(totals or values, [spread / 4])


def _sayings(found: Sweep, unit: Unit, _: Language) -> list[str]:
    """The answer in a few sentences, the first of them the most important."""
    texts = []
    ends = found.extremes()
    if ends is None:
        texts.append(_("No point has a plan."))
    else:
        texts += _range(found, ends, unit, _)
    lacking = [answer for answer in found.answers if answer.choice is None]
    if lacking:
        all_of_them = f"{len(found.points):,}"
        texts.append(
            _.count(
                "{n} point of {all} has no plan.",
                "{n} points of {all} have no plan.",
                len(lacking),
                all=all_of_them,
            )
        )
        reasons = Counter(answer.reason for answer in lacking).most_common()
        texts += [f"  {count:,} × {_.tell(reason)}" for reason, count in reasons[:MOST_REASONS]]
        rest = len(reasons) - MOST_REASONS
        if rest > 0:
            more = _.count(
                "And {n} other reason; sweep.csv has all.",
                "And {n} other reasons; sweep.csv has all.",
                rest,
            )
            texts.append(f"  {more}")
    open_ended = found.statuses[Status.FEASIBLE]
    if open_ended and has_sources(found.case):
        texts.append(
            _.count(
                "{n} point has a plan that is not proven to the gap asked for.",
                "{n} points have a plan that is not proven to the gap asked for.",
                open_ended,
            )
        )
    elif open_ended:
        texts.append(
            _.count(
                "{n} point reached the time limit: a plan, not proven to the gap asked for.",
                "{n} points reached the time limit: a plan, not proven to the gap asked for.",
                open_ended,
            )
        )
    return texts


def _range(found: Sweep, ends: tuple[int, int], unit: Unit, _: Language) -> list[str]:
    best, worst = ends
    measure, least = _measure(found, _), _value(found, best, unit, _)
    if len(found.planned) == 1:
        return [
            _(
                "{measure} is {value} at the one point that has a plan.",
                measure=measure,
                value=least,
            )
        ]
    if found.objective(best) == found.objective(worst):
        return [
            _(
                "{measure} is the same wherever there is a plan: {value}.",
                measure=measure,
                value=least,
            )
        ]
    texts = [
        _(
            "{measure} goes from {best} to {worst}.",
            measure=measure,
            best=least,
            worst=_value(found, worst, unit, _),
        ),
        _("Best at point {point}: {values}.", point=best, values=_where(found, best, _)),
        _("Worst at point {point}: {values}.", point=worst, values=_where(found, worst, _)),
    ]
    if found.base.choice is not None:
        texts.append(_("As the case stands it is {value}.", value=_base(found, unit, _)))
    return texts


def _measure(found: Sweep, _: Language) -> str:
    """The goal in words; with the penalties where soft rules are broken."""
    case, words = found.case, _.words(found.case.settings.words)
    if found.measures:
        return _measure_over_futures(found, _)
    figures = [found.answers[place].figures for place in found.planned]
    penalised = any(its["objective"] > its["total_cost"] * (1 + 1e-9) for its in figures)
    return {
        Goal.MIN_TOTAL_COST: _("Total cost with penalties") if penalised else _("Total cost"),
        Goal.MIN_LOST_SALES: words.lost_sales.capitalize(),
        Goal.MAX_SERVICE: words.service_level.capitalize(),
        Goal.MIN_BUDGET: words.service_cost.capitalize(),
    }[case.settings.plan.goal]


def _measure_over_futures(found: Sweep, _: Language) -> str:
    """What plans that are chosen for their futures are held against each other by."""
    words = _.words(found.case.settings.words)
    what = {
        Goal.MIN_TOTAL_COST: _("total cost"),
        Goal.MIN_LOST_SALES: words.lost_sales,
        Goal.MAX_SERVICE: words.service_level,
        Goal.MIN_BUDGET: words.service_cost,
    }[found.case.settings.plan.goal]
    if found.varies_aim or found.measures == {RiskMeasure.MEAN}:
        return _("In the mean of all futures {what}", what=what)
    if found.measures == {RiskMeasure.REGRET}:
        return _("The regret in the worst future")
    return _("What the plans aim at over their futures, in {what},", what=what)


def _with_unit(found: Sweep, value: float, unit: Unit, _: Language) -> str:
    if found.case.settings.plan.goal is Goal.MAX_SERVICE:
        return f"{percent(value, 2)} %"
    return _.money_in(unit, value, found.case.settings.case.currency)


def _value(found: Sweep, place: int, unit: Unit, _: Language) -> str:
    return _with_unit(found, found.objective(place), unit, _)


def _base(found: Sweep, unit: Unit, _: Language) -> str:
    return _with_unit(found, found.worth(found.base), unit, _)


def _where(found: Sweep, place: int, _: Language) -> str:
    """The values of a point."""
    cells = zip(found.paths, found.cells[place], strict=True)
    return _(", ").join(f"{path.text} {cell_words(value, _)}" for path, value in cells)


def _sureness(found: Sweep, case: PlanningCase, _: Language) -> str:
    planned = [found.answers[place] for place in found.planned]
    gaps = [its.risk.gap if its.risk is not None else its.figures["gap"] for its in planned]
    known = [gap for gap in gaps if gap is not None]
    before = ""
    if found.found_before:
        before = _.count(
            "{n} point known from an earlier run.",
            "{n} points known from an earlier run.",
            found.found_before,
        )
    if not found.planned and not known:
        text = _("No plan was found.")
    elif not known:
        text = _("Gaps are unknown.")
    elif max(known) <= 1e-9:
        text = _("Every plan is proven the best.")
    else:
        share = f"{100 * max(case.settings.solve.gap, max(known)):.2g} %"
        text = _("Every plan is proven within {gap} of the best.", gap=share)
    return _.sentences([text, before, _same_futures(found, _)])


def _same_futures(found: Sweep, _: Language) -> str:
    """What makes the points comparable, where their plans are chosen for their futures."""
    if not found.measures:
        return ""
    seed = found.case.settings.solve.seed
    if any(path.table == "sources" for path in found.paths):
        return _(
            "The futures of all points are drawn by the same seed ({seed}), each from its own "
            "ranges.",
            seed=seed,
        )
    return _("All points are held against futures drawn by the same seed ({seed}).", seed=seed)
