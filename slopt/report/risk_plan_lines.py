"""What the screen of a plan says where it was chosen for uncertain futures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.plan.plan import Plan
from slopt.plan.risk import FEW, MANY, PlanRisk
from slopt.plan.risk_result import reserve_entries
from slopt.problem.choice import ChoiceProblem
from slopt.problem.scenarios.fares import fares
from slopt.problem.scenarios.measures import mean
from slopt.report.goal_figures import GoalFigures
from slopt.report.language import ENGLISH, Language
from slopt.report.limit_words import difference, limit_label, price, quantity
from slopt.report.numbers import NONE, percent
from slopt.report.risk_aim_sentences import NOTHING, amount_of, head_of, risk_figures
from slopt.report.risk_words import small_decimals, tail_words
from slopt.report.table import Col, sentence, table
from slopt.study.risk.estimates import Estimate
from slopt.study.risk.outlook import PlanOutlook, outlook
from slopt.study.risk.sample_size import too_small
from slopt.study.risk.study import sample_of


def plan_outlook(plan: Plan, risk: PlanRisk) -> PlanOutlook:
    """How the plan fares over its futures, with intervals."""
    sample, its = sample_of(risk.futures), risk.found
    return outlook(risk.problem, sample, plan.choice, risk.aim.tail, risk.fares.reserve, its.then)


def futures_lines(
    plan: Plan, risk: PlanRisk, its: PlanOutlook, width: int, language: Language
) -> list[Text]:
    """Today and the plan over the futures, how exactly that is known, and what is reserved."""
    figures, today = risk_figures(plan, risk, language), None
    if plan.current is not None:
        today = outlook(risk.problem, its.sample, plan.problem.current, its.tail)
    lines = outlook_lines(plan.case, its, today, figures, width, language("plan"), language)
    said = [*reserve_sentences(risk, language), *_later(plan, risk, figures, language)]
    return [*lines, *(line for text in said for line in sentence(text, width))]


def outlook_lines(
    case: PlanningCase,
    its: PlanOutlook,
    today: PlanOutlook | None,
    figures: GoalFigures,
    width: int,
    name: str,
    language: Language,
) -> list[Text]:
    """Today and a plan, which is called `name`, over the futures, and how exactly that is known."""
    _ = language
    rows = [] if today is None else [_row(_("today"), today, figures)]
    rows.append(_row(name, its, figures))
    columns = [
        Col(head_of(figures), right=False),
        Col(_("own numbers")),
        Col(_("mean")),
        Col(tail_words(its.tail, _)),
        Col(_("9 of 10 between"), drop=1),
        Col(_("breaks a limit, %"), drop=2),
    ]
    head = _.count(
        "{what} in {n} future (seed {seed})",
        "{what} over {n} futures (seed {seed})",
        its.sample.count,
        what=_.capital(figures.noun),
        seed=case.settings.solve.seed,
    )
    lines = [*sentence(head, width), *table(columns, rows, width, language=_)]
    small = too_small(its.sample, its.tail, its.limits, case.settings.risk.chance)
    for text in (_sure(its, figures, _), *(_.tell(one.message) for one in small)):
        lines += sentence(text, width)
    return lines


def _row(name: str, its: PlanOutlook, figures: GoalFigures) -> list[str | Text]:
    value, show = its.value, plain(figures)
    return [
        name,
        show(value.own),
        show(value.mean.value),
        show(value.tail_mean.value),
        f"{show(value.quantile(FEW).value)}–{show(value.quantile(MANY).value)}",
        share_words(its.any_broken.value) if its.limits else NONE,
    ]


def plain(figures: GoalFigures) -> Callable[[float], str]:
    """How a value of the goal stands in a table, whose head says the unit."""
    if figures.unit is None:
        return lambda value: percent(value, 1)
    return figures.unit.plain


def share_words(share: float) -> str:
    """A share of the futures in percent."""
    return percent(share, small_decimals(share)) if share > 0 else "0"


def _sure(its: PlanOutlook, figures: GoalFigures, _: Language) -> str:
    """How exactly the sample tells the two means; empty where futures are all there are."""
    mean, tail = its.value.mean, its.value.tail_mean
    if not its.sample.drawn or not all(map(is_known, (mean, tail))):
        return ""
    return _(
        "95 % sure: the plan's mean lies between {low} and {high}, that of the worst between "
        "{bad} and {worse}.",
        low=figures.value(mean.low),
        high=figures.value(mean.high),
        bad=figures.value(tail.low),
        worse=figures.value(tail.high),
    )


def is_known(estimate: Estimate) -> bool:
    """True where the sample tells both ends of an interval."""
    return estimate.low == estimate.low and estimate.high == estimate.high


def risk_limits_lines(plan: Plan, its: PlanOutlook, width: int, language: Language) -> list[Text]:
    """Every limit: used at own numbers, its price, how often futures break it and by how much."""
    _, problem = language, plan.problem
    if not plan.prices:
        return [Text(_("No limit applies."))]
    chances = {limit.name: limit for limit in its.limits}
    rows: list[list[str | Text]] = []
    for entry in plan.prices:
        use, chance = entry.use, chances.get(entry.name)
        row: list[str | Text] = [
            Text(limit_label(use.name, _), style="bold" if entry.binds else ""),
            quantity(problem, use.name, use.used, _),
            f"{'≥' if use.at_least else '≤'} {quantity(problem, use.name, use.limit, _)}",
            NONE if entry.relaxation is None else price(problem, use.name, entry.relaxation, _),
        ]
        if chance is None:
            rows.append([*row, NONE, "", ""])
            continue
        by = chance.amount
        rows.append(
            [
                *row,
                share_words(chance.chance.value),
                f"{share_words(chance.chance.low)}–{share_words(chance.chance.high)}",
                "" if by is None else difference(problem, use.name, by.value, _),
            ]
        )
    columns = [
        Col(_("limit"), right=False, shorten=True),
        Col(_("used")),
        Col(_("limit")),
        Col(_("price"), drop=1),
        Col(_("broken in, %")),
        Col(_("95 % sure"), drop=2),
        Col(_("then by")),
    ]
    if not any(entry.relaxation is not None for entry in plan.prices):
        columns, rows = [*columns[:3], *columns[4:]], [[*row[:3], *row[4:]] for row in rows]
    head = sentence(
        _("Limits: used at the case's own numbers, and in how many futures each is broken"), width
    )
    lines = [*head, *table(columns, rows, width, language=_)]
    soft = [limit for limit in its.limits if limit.penalty is not None and limit.broken_in]
    if soft:
        text = _.count(
            "{names} is soft: a breach counts at its penalty, and breaks no limit.",
            "{names} are soft: a breach counts at its penalty, and breaks no limit.",
            len(soft),
            names=_.listed([limit_label(limit.name, _) for limit in soft]),
        )
        lines += sentence(text, width)
    return lines


def with_reserve_lines(
    plan: Plan, risk: PlanRisk, its: PlanOutlook, width: int, language: Language
) -> list[Text]:
    """What the totals at own numbers come to with what is reserved, where that is another sum."""
    text = with_reserve_sentence(plan, risk, its.figures["total_cost"].own, language)
    return sentence(text, width) if text else []


def with_reserve_sentence(plan: Plan, risk: PlanRisk, total: float, _: Language) -> str:
    """The `total` at own numbers with what is reserved; empty where that is no other sum."""
    other = abs(total - plan.evaluation.total_cost) > NOTHING * abs(total)
    if not (other and risk.fares.reserve.any()):
        return ""
    return _(
        "Here extra units are bought at their full price; with the reserve the total is {total}.",
        total=_.money(total, plan.case.settings.case.currency, 4),
    )


def reserve_sentences(risk: PlanRisk, _: Language) -> list[str]:
    """What is reserved before the future is seen."""
    return told_reserve(reserve_entries(risk), _)


def told_reserve(entries: Sequence[Mapping[str, Any]], _: Language) -> list[str]:
    """The sentences of a plan at hand or of one that was recorded."""
    said = []
    for entry in entries:
        name, units = entry["resource"], entry["units"]
        if not units:
            said.append(_("Reserve nothing of {resource}.", resource=name))
            continue
        said.append(
            _(
                "Reserve {units} extra units of {resource} for {cost}: they are used up in "
                "{share} % of the futures.",
                units=_.amount(units),
                resource=name,
                cost=_.amount(entry["cost"]),
                share=share_words(entry["used_up"]),
            )
        )
    return said


def _later(plan: Plan, risk: PlanRisk, figures: GoalFigures, _: Language) -> list[str]:
    """How many segments are changed once the future is seen, and what that option is worth."""
    then = risk.found.then
    if then is None:
        return []
    changed = (then != plan.choice).sum(axis=1)
    without = fares(risk.problem, plan.choice, risk.fares.reserve)
    staying = mean(without.value, without.probability)
    words = _.words(plan.case.settings.words)
    return [
        _(
            "Once the future is seen, {mean} of {segments} change their {tier} on average, "
            "{most} at most: without that the mean would be worse by {amount}.",
            mean=_.amount(float(risk.fares.probability @ changed)),
            segments=_.counted(plan.problem.segment_count, words.segment),
            tier=words.tier,
            most=int(changed.max()),
            amount=amount_of(figures, max(risk.sense * (staying - risk.mean), 0.0)),
        )
    ]


def no_chance_lines(
    case: PlanningCase,
    problem: ChoiceProblem,
    chances: Sequence[str],
    width: int,
    language: Language = ENGLISH,
) -> list[Text]:
    """Why there is no plan where limits cannot be kept often enough over the futures."""
    _, chance = language, case.settings.risk.chance or 0.0
    names = _.listed([limit_label(name, _) for name in chances])
    head = _.count(
        "No plan keeps this limit often enough over the futures: {limits}.",
        "No plan keeps these {n} limits often enough over the futures: {limits}.",
        len(chances),
        limits=names,
    )
    asked = _(
        "risk.chance asks that each is broken in {share} % of the futures at the most. At the "
        "case's own numbers there are plans.",
        share=_.amount(100 * chance),
    )
    remedy = _("Allow more with --set risk.chance=SHARE, or loosen one of these limits.")
    return [*sentence(head, width, "bold"), *sentence(asked, width), *sentence(remedy, width)]
