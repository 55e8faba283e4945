"""Who is hired and released when, which projects start, and which limits bind in which period."""

from __future__ import annotations

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.plan.horizon.plan import HorizonPlan
from slopt.problem.evaluate import LimitUse
from slopt.problem.horizon.evaluate import HorizonEvaluation
from slopt.problem.horizon.problem import NEVER, HorizonChoice, HorizonProblem
from slopt.report.horizon_words import limit_and_period
from slopt.report.language import Language
from slopt.report.limit_words import limit_label
from slopt.report.numbers import percent
from slopt.report.table import Col, sentence, table
from slopt.vocabulary import Goal, RuleKind

MOST_LIMITS = 16
SOME_UNITS = 1e-6
"""Units below this are the rounding of a solver."""


def staff_lines(
    case: PlanningCase,
    problem: HorizonProblem,
    choice: HorizonChoice,
    evaluation: HorizonEvaluation,
    width: int,
    language: Language,
) -> list[Text]:
    """A row a staff option: units today and at the end, who comes and goes when."""
    if not problem.staff:
        return []
    _ = language
    rows: list[list[str | Text]] = []
    for o, option in enumerate(problem.staff):
        rows.append(
            [
                option.name,
                problem.resources[option.resource],
                _.amount(option.units + sum(option.past)),
                _.amount(float(evaluation.held[o, -1])),
                staff_events(problem, choice, o, _),
            ]
        )
    words = _.words(case.settings.words)
    columns = [
        Col(_("staff"), right=False, shorten=True, style="bold"),
        Col(words.resource, right=False, drop=1),
        Col(_("today")),
        Col(_("at the end")),
        Col(_("who comes and goes"), right=False, wrap=True),
    ]
    return [Text(""), *table(columns, rows, width, language=_)]


def staff_events(problem: HorizonProblem, choice: HorizonChoice, option: int, _: Language) -> str:
    """Who is hired and released when, of one staff option."""
    events = []
    for p, period in enumerate(problem.periods):
        hired, released = float(choice.hired[option, p]), float(choice.released[option, p])
        if hired > SOME_UNITS:
            events.append(_("{units} hired in {period}", units=_.amount(hired), period=period))
        if released > SOME_UNITS:
            units = _.amount(released)
            events.append(_("{units} released in {period}", units=units, period=period))
    return _(", ").join(events) or _("nobody is hired or released")


def project_lines(
    case: PlanningCase,
    problem: HorizonProblem,
    choice: HorizonChoice,
    width: int,
    language: Language,
) -> list[Text]:
    """A row a project: from when it runs, what it costs and saves."""
    if not problem.projects:
        return []
    _ = language
    info, periods = case.settings.case, problem.periods
    money = [abs(v) for one in problem.projects for v in (one.investment, one.saves)]
    unit = _.rows_unit(money)
    rows: list[list[str | Text]] = []
    for project, start in zip(problem.projects, choice.started.tolist(), strict=True):
        if start == NEVER:
            when = effect = _("not started")
        else:
            when = _("before") if start < 0 else periods[start]
            works = start + project.takes
            effect = _("before") if works < 0 else _("after")
            if 0 <= works < len(periods):
                effect = periods[works]
        rows.append(
            [
                project.name,
                when,
                "" if start == NEVER else effect,
                unit.plain(project.investment),
                unit.plain(project.running_cost) if project.running_cost else "",
                unit.plain(project.saves) if project.saves else "",
            ]
        )
    currency = _.money_unit(unit, info.currency)
    columns = [
        Col(_("project"), right=False, shorten=True, style="bold"),
        Col(_("starts"), right=False),
        Col(_("in effect from"), right=False, drop=3),
        Col(_("investment, {money}", money=currency)),
        Col(_("running cost"), drop=2),
        Col(_("saves a period"), drop=1),
    ]
    return [Text(""), *table(columns, rows, width, language=_)]


def price_lines(plan: HorizonPlan, width: int, language: Language) -> list[Text]:
    """The limits that have a price, in the order of the periods, and how many have none."""
    _, problem = language, plan.problem
    if not plan.prices:
        return [Text(_("No limit applies."))]
    priced = [price for price in plan.prices if (price.relaxation or 0.0) > 0]
    free = len(plan.prices) - len(priced)
    if not priced:
        return sentence(_("No limit of any period costs anything."), width)
    shown = priced[:MOST_LIMITS]
    rows: list[list[str | Text]] = [
        [
            Text(limit_label(price.name, _), style="bold"),
            quantity(problem, price.use, price.use.used, _),
            f"{'≥' if price.use.at_least else '≤'} "
            f"{quantity(problem, price.use, price.use.limit, _)}",
            price_of_limit(problem, price.use, price.relaxation or 0.0, _),
        ]
        for price in shown
    ]
    columns = [
        Col(_("limit"), right=False, shorten=True),
        Col(_("used")),
        Col(_("limit")),
        Col(_("price")),
    ]
    lines = table(columns, rows, width, language=_)
    said = [
        _(
            "Price: what one unit more would gain in present value if {tiers} could be mixed, so "
            "that a limit with room left may have one too.",
            tiers=_.plural(_.words(plan.case.settings.words).tier),
        )
    ]
    if len(priced) > len(shown):
        said.append(
            _.count(
                "{n} more has a price; --json has all.",
                "{n} more have a price; --json has all.",
                len(priced) - len(shown),
            )
        )
    if free:
        said.append(
            _.count("{n} other limit costs nothing.", "{n} other limits cost nothing.", free)
        )
    return [*lines, *sentence(_.sentences(said), width)]


def is_level(problem: HorizonProblem, use: LimitUse) -> bool:
    """True for limits on a mean service level, which are shown in percent."""
    name, _period = limit_and_period(problem, use.name)
    levels = [rule.name for rule in problem.rules if rule.kind is RuleKind.MIN_SERVICE_LEVEL]
    return name in ("min_service_level", *levels)


def quantity(problem: HorizonProblem, use: LimitUse, value: float, language: Language) -> str:
    """An amount in the unit of a limit."""
    return f"{percent(value, 1)} %" if is_level(problem, use) else language.amount(value, 4)


def difference(problem: HorizonProblem, use: LimitUse, value: float, language: Language) -> str:
    """A difference in the unit of a limit."""
    if is_level(problem, use):
        return language("{points} points", points=language.amount(100 * value))
    return language.amount(value)


def price_of_limit(problem: HorizonProblem, use: LimitUse, price: float, _: Language) -> str:
    """A price per unit of a limit, in the unit of the goal."""
    shown = price / 100 if is_level(problem, use) else price
    text = _.amount(shown)
    if problem.goal is Goal.MAX_SERVICE:
        text = _("{points} points", points=f"{100 * shown:.2g}")
    return _("{price} a point", price=text) if is_level(problem, use) else text


def soft_lines(
    problem: HorizonProblem, evaluation: HorizonEvaluation, width: int, language: Language
) -> list[Text]:
    """Soft rules that are broken, by how much, and what that counts against the goal."""
    _, lines = language, list[Text]()
    uses = {use.name: use for use in evaluation.limits}
    for breach in evaluation.broken:
        said = _(
            "Soft rule {rule} is broken by {breach}, which counts {cost} against the goal.",
            rule=breach.rule,
            breach=difference(problem, uses[breach.rule], breach.amount, _),
            cost=_.amount(breach.cost),
        )
        lines += sentence(said, width)
    return lines


def broken_lines(
    problem: HorizonProblem, evaluation: HorizonEvaluation, width: int, language: Language
) -> list[Text]:
    """The firm limits and rules that a brought plan breaks, by how much."""
    _ = language
    if not evaluation.violations:
        return [Text(_("The plan keeps every limit and rule."), style="bold")]
    uses = {use.name: use for use in evaluation.limits}
    rows: list[list[str | Text]] = [
        [
            limit_label(breach.rule, _),
            difference(problem, uses[breach.rule], breach.amount, _)
            if breach.rule in uses
            else _.amount(breach.amount),
        ]
        for breach in evaluation.violations
    ]
    n = len(rows)
    head = _.count("The plan breaks {n} rule:", "The plan breaks {n} rules:", n)
    more = n - MOST_LIMITS
    lines = [Text(head, style="bold"), Text("")]
    columns = [Col(_("rule"), right=False, shorten=True), Col(_("by"))]
    lines += table(columns, rows[:MOST_LIMITS], width, language=_)
    if more > 0:
        lines += sentence(_("{n} more; --json has all.", n=more), width)
    return lines
