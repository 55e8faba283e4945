"""The price of robustness on the screen: a sentence, the chart, every point, what it rests on."""

from __future__ import annotations

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.report.goal_figures import GoalFigures, goal_figures
from slopt.report.language import ENGLISH, Language
from slopt.report.numbers import NONE, percent
from slopt.report.risk_words import drawn_words, small_decimals
from slopt.report.table import Col, sentence, table
from slopt.report.text_chart import Curve, Mark, Panel, chart_lines
from slopt.study.risk.price_of_robustness import SELDOM, RobustnessCurve, RobustPoint
from slopt.vocabulary import Status

LEVELS = 100.0
"""Shares and levels are drawn in percent."""


def robustness_lines(
    curve: RobustnessCurve, case: PlanningCase, width: int, language: Language = ENGLISH
) -> list[Text]:
    """Everything that is printed of the price of robustness, at most `width` cells wide."""
    _ = language
    found = [point for point in curve.points if point.choice is not None]
    lines = [*sentence(_headline(curve, case, _), width), Text("")]
    if not found:
        return [*lines, *sentence(_("No plan keeps the limits at the case's own numbers."), width)]
    figures = goal_figures(
        case,
        [value for point in found for value in (point.own, point.guaranteed)],
        [curve.price(point) for point in found if curve.price(point) > 0],
        _,
    )
    lines += sentence(_answer(curve, figures, case, _), width, "bold")
    for part in (
        _chart(found, figures, width, _),
        _table(curve, figures, case, width, _),
        _rests_on(curve, case, width, _),
    ):
        lines += [Text(""), *part] if part else []
    return lines


def _headline(curve: RobustnessCurve, case: PlanningCase, _: Language) -> str:
    info, words = case.settings.case, _.words(case.settings.words)
    return _(
        "{name} · {segments} · price of robustness · {goal} · {money}",
        name=info.name,
        segments=_.counted(curve.problem.base.segment_count, words.segment),
        goal=_.goal(curve.problem.base.goal, words),
        money=_.money_a_period(info),
    )


def _answer(curve: RobustnessCurve, figures: GoalFigures, case: PlanningCase, _: Language) -> str:
    """The first plan whose guarantee seldom fails, and what it costs."""
    point, segment = curve.kept, _.words(case.settings.words).segment
    if point is None:
        return _(
            "No plan that was found guarantees what {share} % of the futures keep to: numbers that "
            "the limits and late units depend on matter more than those of single {segments}.",
            share=percent(1 - SELDOM),
            segments=_.plural(segment),
        )
    share = percent(point.exceeded.value, small_decimals(point.exceeded.value))
    guaranteed = figures.value(point.guaranteed)
    if point.at_worst == 0:
        return _(
            "The plan at the case's own numbers needs no caution: {share} % of the futures are "
            "worse than the {value} it comes to.",
            share=share,
            value=guaranteed,
        )
    price = curve.price(point)
    segments = _.counted(point.at_worst, segment)
    if price == 0:
        return _(
            "With {segments} at their worst at once, the plan at the case's own numbers is still "
            "the best: it guarantees {value}, and {share} % of the futures are worse.",
            segments=segments,
            value=guaranteed,
            share=share,
        )
    return _(
        "The plan that guarantees {value} with {segments} at their worst at once costs {price} at "
        "the case's own numbers, and {share} % of the futures are worse.",
        value=guaranteed,
        segments=segments,
        price=figures.regret(price),
        share=share,
    )


def _chart(found: list[RobustPoint], figures: GoalFigures, width: int, _: Language) -> list[Text]:
    """What plans guarantee and what they come to at own numbers; how often it is exceeded."""
    if len(found) < 3:
        return []
    size = 1 / LEVELS if figures.unit is None else figures.unit.size

    def curve(name: str, sign: str) -> Curve:
        return Curve([(float(p.at_worst), getattr(p, name) / size) for p in found], sign)

    title = _(
        "{noun}, {unit}: guaranteed (·), at own numbers (o)", noun=figures.noun, unit=figures.head
    )
    own = [Mark(float(p.at_worst), p.own / size, "o") for p in found]
    chances = [(float(p.at_worst), LEVELS * p.exceeded.value) for p in found]
    return chart_lines(
        [
            Panel(title, [curve("guaranteed", "·")], own),
            Panel(
                _("futures worse than guaranteed, %"), [Curve(chances)], height=8, from_zero=True
            ),
        ],
        _("at their worst at once"),
        width,
    )


def _table(
    curve: RobustnessCurve, figures: GoalFigures, case: PlanningCase, width: int, _: Language
) -> list[Text]:
    rows = [
        [Text(cell, style=_style(curve, p)) for cell in _cells(curve, p, figures, _)]
        for p in curve.points
    ]
    columns = [
        Col(_("at worst")),
        Col(_("own numbers")),
        Col(_("price")),
        Col(_("guaranteed")),
        Col(_("mean"), drop=2),
        Col(_("worse, %")),
        Col(_("in theory, %"), drop=1),
        Col(_("gap"), drop=3),
        Col(_("changes")),
    ]
    words = _.words(case.settings.words)
    segments = _.plural(words.segment)
    note = [
        _("{unit}.", unit=figures.head),
        _(
            "At worst: so many {segments} turn out at their worst at once, whichever hurts most.",
            segments=segments,
        ),
        _("Price: what the guarantee costs at the case's own numbers."),
        _("Worse: the share of futures that are worse than guaranteed."),
        _(
            "Changes: {segments} with another {tier} than in the plan at own numbers.",
            segments=segments,
            tier=words.tier,
        ),
    ]
    return [*table(columns, rows, width, language=_), *sentence(_.sentences(note), width)]


def _style(curve: RobustnessCurve, point: RobustPoint) -> str:
    return "bold" if point is curve.kept else ""


def _cells(
    curve: RobustnessCurve, point: RobustPoint, figures: GoalFigures, _: Language
) -> list[str]:
    if point.choice is None:
        why = _("no plan") if point.status is Status.INFEASIBLE else _("none found")
        return [f"{point.at_worst:,}", why, *[NONE] * 7]
    chance, promised = point.exceeded.value, point.promised
    return [
        f"{point.at_worst:,}",
        figures.cost(point.own),
        figures.cost(curve.price(point)),
        figures.cost(point.guaranteed),
        figures.cost(point.mean.value),
        percent(chance, 1),
        NONE if promised is None else percent(promised, 1),
        _.gap(point.gap),
        f"{curve.moves(point):,}",
    ]


def _rests_on(curve: RobustnessCurve, case: PlanningCase, width: int, _: Language) -> list[Text]:
    """What the sample can and cannot tell, and what theory takes for granted."""
    settings = case.settings
    words = _.words(settings.words)
    segments = _.plural(words.segment)
    said = [
        drawn_words(curve.problem.count, settings.solve.seed, _),
        _(
            "In theory: the most that share can be if {segments} turn out better or worse alike "
            "and each for itself; numbers that many of them share can do worse.",
            segments=segments,
        ),
        _(
            "The worst of a {segment} is its worst in these futures; more of them find worse ones.",
            segment=words.segment,
        ),
    ]
    if curve.kept is not None and curve.kept.at_worst > 0:
        said.append(_("To make that plan: --risk robust:{number}.", number=curve.kept.at_worst))
    return sentence(_.sentences(said), width)
