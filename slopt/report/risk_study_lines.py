"""How one plan fares over the futures, on the screen: figures, limits, drivers, what to learn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.problem.choice import ChoiceProblem
from slopt.problem.scenarios.inputs import UncertainInput
from slopt.report.goal_figures import GoalFigures
from slopt.report.language import ENGLISH, Language
from slopt.report.limit_words import difference, limit_label
from slopt.report.no_plan_screen import violation_lines
from slopt.report.numbers import percent
from slopt.report.risk_aim_sentences import amount_of
from slopt.report.risk_plan_lines import is_known, plain, share_words
from slopt.report.risk_words import tail_words
from slopt.report.table import Col, sentence, table
from slopt.study.risk.drivers import Driver
from slopt.study.risk.estimates import Estimate
from slopt.study.risk.knowing import Known
from slopt.study.risk.outlook import LEVEL, LimitOutlook, Outlook, PlanOutlook
from slopt.study.risk.study import RiskStudy
from slopt.vocabulary import LOSSES

Show = Callable[[float], str]
SURE_OF_ALL = 0.05
"""The chance that one of all inputs is shown as driving bad futures although none does."""
SHOWN = 8
"""Inputs that are shown of those that drive the bad futures, and of those worth knowing."""


def input_labels(inputs: Sequence[UncertainInput]) -> dict[str, str]:
    """A short label of each input by its name: the column, and the rows where it is of some.

    `service_level [courier]`; with its table where two tables have such a column.
    """
    short = {one.name: _short(one) for one in inputs}
    often = Counter(short.values())
    return {name: label if often[label] == 1 else name for name, label in short.items()}


def _short(one: UncertainInput) -> str:
    _, bracket, rest = one.name.partition("[")
    if one.is_setting or not bracket:
        return one.column.name
    return f"{one.column.name} [{rest.rpartition('].')[0]}]"


def study_lines(
    study: RiskStudy,
    case: PlanningCase,
    name: str,
    figures: GoalFigures,
    width: int,
    language: Language = ENGLISH,
) -> list[Text]:
    """Everything that is said of one plan, which tables call `name`."""
    _ = language
    lines = figure_lines(study, case, name, width, _)
    lines += limit_lines(study.plan, study.problem.base, width, _)
    lines += [line for text in _sayings(study, figures, _) for line in sentence(text, width)]
    drivers = driver_lines(study, width, _)
    lines += [Text(""), *drivers] if drivers else []
    worth = worth_lines(study, figures, width, _)
    lines += [Text(""), *worth] if worth else []
    for small in study.too_small:
        lines += sentence(_.tell(small.message), width)
    return lines


def figure_lines(
    study: RiskStudy, case: PlanningCase, name: str, width: int, _: Language
) -> list[Text]:
    """Cost, each loss and the level: own numbers, mean with its interval, worst tail, spread."""
    words, plan = _.words(case.settings.words), study.plan
    unit = _.totals_unit([plan.figures["total_cost"].mean.value])
    names = [("service_cost", words.service_cost), ("lost_sales", words.lost_sales)]
    names += [(loss, "  " + getattr(words, loss)) for loss in LOSSES]
    names.append(("total_cost", _("total")))
    rows = [
        _figure(label, plan.figures[key], unit.plain)
        for key, label in names
        if plan.figures[key].mean.value or plan.figures[key].own
    ]
    level = plan.figures[LEVEL]
    rows.append(_figure(_("{level}, %", level=words.service_level), level, _level))
    columns = [
        Col(_.unit_head(unit, case.settings.case), right=False),
        Col(_("own numbers"), drop=2),
        Col(_("mean")),
        Col(_("95 % sure"), drop=3),
        Col(tail_words(plan.tail, _)),
        Col(_("9 of 10 between"), drop=1),
    ]
    head = sentence(_("How this plan fares: {plan}", plan=name), width)
    return [*head, *table(columns, rows, width, language=_)]


def _level(value: float) -> str:
    return percent(value, 1)


def _figure(label: str, its: Outlook, show: Show) -> list[str | Text]:
    """A row of the table of figures; `show` writes an amount."""
    return [
        label,
        show(its.own),
        show(its.mean.value),
        _between(its.mean, show),
        show(its.tail_mean.value),
        f"{show(its.quantile(0.05).value)}–{show(its.quantile(0.95).value)}",
    ]


def _between(its: Estimate, show: Show) -> str:
    return f"{show(its.low)}–{show(its.high)}" if is_known(its) else ""


def limit_lines(
    plan: PlanOutlook, problem: ChoiceProblem, width: int, language: Language
) -> list[Text]:
    """In how many futures each limit is broken, with the interval, and by how much then."""
    _ = language
    own = plan.own.violations
    if not plan.limits and not own:
        return sentence(_("No limit applies."), width)
    broken = sorted(
        (limit for limit in plan.limits if limit.broken_in), key=lambda one: -one.chance.value
    )
    if own:
        lines = [Text(""), *violation_lines(problem, own, width, _), Text("")]
        return [*lines, *_broken_lines(plan, broken, problem, width, _)] if broken else lines
    if not broken:
        return sentence(_("It keeps every limit in all of these futures."), width)
    return _broken_lines(plan, broken, problem, width, _)


def _broken_lines(
    plan: PlanOutlook,
    broken: Sequence[LimitOutlook],
    problem: ChoiceProblem,
    width: int,
    _: Language,
) -> list[Text]:
    rows: list[list[str | Text]] = []
    for limit in broken:
        assert limit.amount is not None
        chance, label = limit.chance, limit_label(limit.name, _)
        rows.append(
            [
                label if limit.penalty is None else _("{limit} (soft)", limit=label),
                share_words(chance.value),
                f"{share_words(chance.low)}–{share_words(chance.high)}",
                difference(problem, limit.name, limit.amount.value, _),
                difference(problem, limit.name, limit.worst, _),
            ]
        )
    columns = [
        Col(_("limit"), right=False, shorten=True),
        Col(_("broken in, %")),
        Col(_("95 % sure"), drop=1),
        Col(_("then by")),
        Col(_("at most"), drop=2),
    ]
    lines = [Text(""), *table(columns, rows, width, language=_)]
    kept = [limit_label(limit.name, _) for limit in plan.limits if not limit.broken_in]
    if kept:
        text = _("Never broken in these futures: {limits}.", limits=_.listed(kept))
        lines += sentence(text, width)
    return lines


def _sayings(study: RiskStudy, figures: GoalFigures, _: Language) -> list[str]:
    """Regret against hindsight, and what knowing everything would be worth."""
    if study.hindsight is None:
        return []
    its = study.hindsight
    said = [
        _(
            "It is the best plan in {share} % of the futures; in the mean the best plan of each "
            "future is better by {regret}, in 95 of 100 by no more than {most}.",
            share=share_words(its.is_best.value),
            regret=amount_of(figures, its.outlook.mean.value),
            most=amount_of(figures, its.outlook.quantile(0.95).value),
        )
    ]
    if study.knowing is not None:
        perfect = study.knowing.perfect
        said.append(
            _(
                "To know everything before planning would be worth {value} in the mean "
                "({low} to {high}).",
                value=amount_of(figures, perfect.value),
                low=amount_of(figures, perfect.low),
                high=amount_of(figures, perfect.high),
            )
        )
    return said


def driver_lines(study: RiskStudy, width: int, _: Language) -> list[Text]:
    """The inputs, and listed scenarios, that the bad futures have in common."""
    room = SURE_OF_ALL / max(len(study.drivers), 1)
    # A scenario that bad futures rarely are of makes none of them bad.
    clear = [
        one
        for one in study.drivers
        if one.p_value < room and not (one.is_scenario and one.in_bad < one.in_rest)
    ][:SHOWN]
    if not clear:
        return []
    labels = input_labels(study.futures.inputs)
    rows: list[list[str | Text]] = [
        [
            labels.get(one.name, one.name),
            _number(one, one.in_bad, _),
            _number(one, one.in_rest, _),
            percent(one.explained.value),
        ]
        for one in clear
    ]
    columns = [
        Col(_("what makes futures bad"), right=False, shorten=True),
        Col(_("in the bad")),
        Col(_("in the others")),
        Col(_("explains, %"), drop=1),
    ]
    return table(columns, rows, width, language=_)


def _number(one: Driver, value: float, _: Language) -> str:
    if one.is_scenario:
        return _("{share} % of them", share=percent(value))
    return _.amount(value)


def worth_lines(
    study: RiskStudy, figures: GoalFigures, width: int, language: Language = ENGLISH
) -> list[Text]:
    """What knowing each input before planning would be worth, the most first."""
    _ = language
    if study.knowing is None:
        return []
    found = [one for one in study.knowing.by_input if one.worth.value > 0]
    worthy = [one for one in found if one.worth.low > 0 or not study.sample.drawn][:SHOWN]
    if not found:
        text = _("No input by itself is worth knowing better: no plan would change by enough.")
        return sentence(text, width)
    if not worthy:
        text = _(
            "That any input by itself is worth knowing better cannot be told from {n} futures.",
            n=f"{study.sample.count:,}",
        )
        return sentence(text, width)
    unit = _.rows_unit([one.worth.value for one in worthy])
    show = plain(figures) if figures.unit is None else unit.plain
    labels = input_labels(study.futures.inputs)
    rows: list[list[str | Text]] = [
        [
            _("which scenario comes")
            if one.group.known is Known.SCENARIO
            else labels.get(one.name, one.name),
            show(one.worth.value),
            _between(one.worth, show),
        ]
        for one in worthy
    ]
    columns = [
        Col(_("what to learn about"), right=False, shorten=True),
        Col(_("worth knowing")),
        Col(_("95 % sure"), drop=1),
    ]
    head = _(
        "What knowing an input before planning would be worth in the mean, in {unit}",
        unit=_("points") if figures.unit is None else _.unit_head(unit, figures.info),
    )
    lines = [*sentence(head, width), *table(columns, rows, width, language=_)]
    if any(one.worth.high != one.worth.high for one in worthy):
        text = _(
            "Other plans may follow an input better, so how much it is worth at the most is not "
            "told."
        )
        lines += sentence(text, width)
    return lines
