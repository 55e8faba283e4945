"""The least of a limit that reaches a target, on the screen."""

from __future__ import annotations

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.plan.plan import evaluate_current
from slopt.report.language import ENGLISH, Language
from slopt.report.limit_words import is_level, limit_label
from slopt.report.numbers import MINUS, percent
from slopt.report.table import sentence
from slopt.report.totals_table import level_lines, totals_lines
from slopt.study.frontier.target import Measure, Reached
from slopt.vocabulary import Status


def target_lines(
    reached: Reached, case: PlanningCase, width: int, language: Language = ENGLISH
) -> list[Text]:
    """The least, how sure it is, and the plan that shows it; or what can be reached at best."""
    _, least = language, reached.least
    limit = limit_label(reached.axis.name, _)
    head = _("{name} · {target}", name=case.settings.case.name, target=_asked(reached, case, _))
    lines = [*sentence(head, width), Text("")]
    if least.value is None or least.evaluation is None:
        for place, text in enumerate(_missed(reached, case, _)):
            lines += sentence(text, width, "" if place else "bold")
        return lines
    places = {"limit": limit, "value": _number(reached, least.value)}
    if reached.axis.is_floor:
        text = _("The greatest {limit} that does it is {value}.", **places)
    else:
        text = _("The least {limit} that does it is {value}.", **places)
    lines += sentence(text, width, "bold")
    # Today's tiers are not held to the limit that is asked for.
    axis, problem = reached.axis, reached.problem
    now = evaluate_current(axis.at(problem, axis.loosest(problem)))
    lines += [Text(""), *totals_lines(case, least.evaluation, now, width, language=_)]
    lines += level_lines(case, least.evaluation, now, width, language=_)
    return [*lines, Text(""), *sentence(_proof(reached, case, _), width, "bold")]


def _asked(reached: Reached, case: PlanningCase, _: Language) -> str:
    words, value = _.words(case.settings.words), reached.target.value
    most = _exactly(value)
    return {
        Measure.LOST_SALES: _("{lost} of at most {amount}", lost=words.lost_sales, amount=most),
        Measure.TOTAL_COST: _("total cost of at most {amount}", amount=most),
        Measure.SERVICE_LEVEL: _(
            "mean {level} of at least {share} %", level=words.service_level, share=percent(value, 2)
        ),
    }[reached.target.measure]


def _missed(reached: Reached, case: PlanningCase, _: Language) -> list[str]:
    """Why there is no plan, and what can be had at best."""
    limit = limit_label(reached.axis.name, _)
    if reached.least.status is not Status.INFEASIBLE:
        seconds = f"{case.settings.solve.time_limit_s:g}"
        return [
            _(
                "No plan was found within {seconds} s; that none exists is not proven.",
                seconds=seconds,
            )
        ]
    if reached.best is None:
        return [
            _("No plan keeps the other limits, whatever {limit} is.", limit=limit),
            _("slopt solve names those that contradict each other."),
        ]
    best = reached.best
    is_share = reached.target.measure is Measure.SERVICE_LEVEL
    return [
        _(
            "No plan reaches that, whatever {limit} is: with the other limits the best is {best}.",
            limit=limit,
            best=f"{percent(best, 2)} %" if is_share else _exactly(best),
        ),
        _("Ask for no more than that, or relax another limit with --set."),
    ]


def _number(reached: Reached, value: float) -> str:
    if is_level(reached.problem, reached.axis.name):
        return f"{percent(value, 2)} %"
    return _exactly(value)


def _exactly(value: float) -> str:
    """A number to two decimals, not shortened: it is the answer."""
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return text.replace("-", MINUS)


def _proof(reached: Reached, case: PlanningCase, _: Language) -> str:
    least, is_floor = reached.least, reached.axis.is_floor
    limit = limit_label(reached.axis.name, _)
    if least.gap is None or least.bound is None:
        if is_floor:
            return _("How much greater it could be is not known.")
        return _("How much smaller it could be is not known.")
    if least.gap <= 1e-9:
        if is_floor:
            return _("Proven: with any greater {limit} no plan reaches it.", limit=limit)
        return _("Proven: with any smaller {limit} no plan reaches it.", limit=limit)
    places = {
        "gap": _.gap(least.gap),
        "asked": _.gap(case.settings.solve.gap),
        "limit": limit,
        "value": _number(reached, least.bound),
    }
    if is_floor:
        return _(
            "Proven within {gap} (asked for {asked}): no plan reaches it with a greater {limit} "
            "than {value}.",
            **places,
        )
    return _(
        "Proven within {gap} (asked for {asked}): no plan reaches it with a smaller {limit} than "
        "{value}.",
        **places,
    )
