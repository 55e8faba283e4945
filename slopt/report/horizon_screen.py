"""A plan over periods on one screen: what changes when, what that is worth, and how sure it is."""

from __future__ import annotations

import numpy as np
from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.plan.horizon.plan import EvaluatedHorizon, HorizonPlan
from slopt.problem.horizon.evaluate import HorizonEvaluation
from slopt.problem.horizon.problem import NEVER, HorizonProblem
from slopt.report.assumed import assumed_lines
from slopt.report.horizon_grid import grid_lines
from slopt.report.horizon_resources import (
    SOME_UNITS,
    broken_lines,
    price_lines,
    project_lines,
    soft_lines,
    staff_lines,
)
from slopt.report.horizon_totals import PresentValue, period_lines, present_value_lines
from slopt.report.horizon_words import broken_words, demand_words
from slopt.report.language import ENGLISH, Language
from slopt.report.sureness import proof_sentence
from slopt.report.table import sentence
from slopt.report.totals_table import totals_unit
from slopt.solve.horizon.outcome import HorizonOutcome
from slopt.vocabulary import Status

MOST_NAMED = 4


def horizon_lines(plan: HorizonPlan, width: int, language: Language = ENGLISH) -> list[Text]:
    """Everything `slopt solve` prints of a plan over periods, at most `width` cells wide."""
    _, case, problem = language, plan.case, plan.problem
    lines = [*sentence(_headline(case, problem, _), width), Text("")]
    lines += [*sentence(horizon_decision(plan, _), width, "bold"), Text("")]
    for said in settled_words(plan, _):
        lines += [*sentence(said, width), Text("")]
    lines += present_value_lines(case, plan.evaluation, plan.today, width, _)
    lines.append(Text(""))
    lines += period_lines(problem, plan.evaluation, plan.basis, case, width, _)
    lines += [Text(""), *grid_lines(case, problem, plan.choice.modes, width, _)]
    lines += staff_lines(case, problem, plan.choice, plan.evaluation, width, _)
    lines += project_lines(case, problem, plan.choice, width, _)
    lines += [Text(""), *price_lines(plan, width, _), Text("")]
    lines += sentence(proof_sentence(plan, _), width, "bold")
    lines += soft_lines(problem, plan.evaluation, width, _)
    return [*lines, *assumed_lines(case, width, _)]


def evaluated_horizon_lines(
    brought: EvaluatedHorizon, width: int, language: Language = ENGLISH
) -> list[Text]:
    """Everything `slopt evaluate` prints of a plan over periods."""
    _, case, problem = language, brought.case, brought.problem
    name = case.settings.case.name
    said = _("{name} · a plan that was brought; nothing is optimised here", name=name)
    lines = [*sentence(said, width), Text("")]
    lines += [*broken_lines(problem, brought.evaluation, width, _), Text("")]
    lines += present_value_lines(case, brought.evaluation, brought.today, width, _, _("this plan"))
    lines.append(Text(""))
    lines += period_lines(problem, brought.evaluation, brought.basis, case, width, _)
    lines += [Text(""), *grid_lines(case, problem, brought.choice.modes, width, _)]
    lines += staff_lines(case, problem, brought.choice, brought.evaluation, width, _)
    lines += project_lines(case, problem, brought.choice, width, _)
    lines += soft_lines(problem, brought.evaluation, width, _)
    return [*lines, *assumed_lines(case, width, _)]


def no_horizon_plan_lines(
    case: PlanningCase,
    problem: HorizonProblem,
    outcome: HorizonOutcome,
    width: int,
    language: Language = ENGLISH,
) -> list[Text]:
    """Why there is no plan over the periods of `problem`."""
    _, seconds = language, case.settings.solve.time_limit_s
    if outcome.status is Status.INFEASIBLE:
        return _conflict(problem, outcome.conflict, width, _)
    if outcome.status is Status.INTERRUPTED:
        return sentence(_("Interrupted before a plan was found."), width, "bold")
    if outcome.status is Status.UNBOUNDED:
        said = _("The program is unbounded: something can be had without end.")
        return sentence(said, width, "bold")
    said = _(
        "No plan was found within {seconds} s; that none exists is not proven.",
        seconds=f"{seconds:g}",
    )
    more = _("Give it more time: --set solve.time_limit_s={seconds}", seconds=f"{10 * seconds:g}")
    return [*sentence(said, width, "bold"), *sentence(more, width)]


def _conflict(
    problem: HorizonProblem, conflict: tuple[str, ...], width: int, _: Language
) -> list[Text]:
    if not conflict:
        said = _("No plan keeps every limit. Which of them contradict was not found in the time.")
        return sentence(said, width, "bold")
    if len(conflict) == 1:
        head = _("No plan meets every limit. This one cannot be met, whatever else is given up:")
    else:
        head = _(
            "No plan meets every limit. These {n} contradict each other; without any one of them "
            "the rest of these can be met:",
            n=len(conflict),
        )
    lines = sentence(head, width, "bold")
    for name in conflict:
        lines += sentence(demand_words(problem, name, _), width, indent="    ", first="  ")
    return lines


def _headline(case: PlanningCase, problem: HorizonProblem, _: Language) -> str:
    info, words = case.settings.case, _.words(case.settings.words)
    return _(
        "{name} · {segments}, {tiers}, {periods} from {first} to {last} · {money}",
        name=info.name,
        segments=_.counted(len(problem.segments), words.segment),
        tiers=_.counted(len(problem.tiers), words.tier),
        periods=_.count("{n} period", "{n} periods", len(problem.periods)),
        first=problem.periods[0],
        last=problem.periods[-1],
        money=_.currency(info.currency) or _("money"),
    )


def horizon_decision(plan: HorizonPlan, language: Language = ENGLISH) -> str:
    """What is decided, in whole sentences."""
    return language.sentences(decision_sentences(plan, language))


def decision_sentences(plan: HorizonPlan, language: Language = ENGLISH) -> list[str]:
    """Who moves from when, which projects start, who is hired, and what that is worth."""
    _, problem, first = language, plan.problem, plan.first
    words = _.words(plan.case.settings.words)
    moved = plan.evaluation.changed[:, first:]
    goal = _.goal(problem.goal, words)
    said = []
    if moved.any():
        at = first + int(np.flatnonzero(moved.any(axis=0))[0])
        said.append(
            _(
                "For {goal} move {moved} of {segments} over time, from {period} on.",
                goal=goal,
                moved=int(moved.any(axis=1).sum()),
                segments=_.counted(len(problem.segments), words.segment),
                period=problem.periods[at],
            )
        )
    else:
        names = {"segment": words.segment, "tier": words.tier}
        said.append(_("For {goal} every {segment} keeps its {tier}.", goal=goal, **names))
    return [*said, *filter(None, (_projects(plan, _), _staff(plan, _), _worth(plan, _)))]


def _projects(plan: HorizonPlan, _: Language) -> str:
    """Which projects start, in a sentence; nothing where none does."""
    started = [
        _("{project} in {period}", project=project.name, period=plan.problem.periods[start])
        for project, start in zip(plan.problem.projects, plan.choice.started.tolist(), strict=True)
        if plan.first <= start < NEVER
    ]
    if not started:
        return ""
    if len(started) > MOST_NAMED:
        return _.count("Start {n} project.", "Start {n} projects.", len(started))
    return _("Start {projects}.", projects=_.listed(started))


def _staff(plan: HorizonPlan, _: Language) -> str:
    hired = float(plan.choice.hired[:, plan.first :].sum())
    released = float(plan.choice.released[:, plan.first :].sum())
    if hired < SOME_UNITS and released < SOME_UNITS:
        return ""
    if released < SOME_UNITS:
        return _("Hire {units} units of staff.", units=_.amount(hired))
    if hired < SOME_UNITS:
        return _("Release {units} units of staff.", units=_.amount(released))
    return _(
        "Hire {hired} units of staff and release {released}.",
        hired=_.amount(hired),
        released=_.amount(released),
    )


def _worth(plan: HorizonPlan, _: Language) -> str:
    currency, npv = plan.case.settings.case.currency, plan.evaluation.npv
    if plan.today is None:
        return _("Net present value: {npv}.", npv=_.money(npv, currency, 4))
    gained = npv - plan.today.npv
    places = {"npv": _.money(npv, currency, 4), "change": _.money(abs(gained), currency)}
    if gained >= 0:
        return _("Net present value {npv}, {change} more than with today's service.", **places)
    return _("Net present value {npv}, {change} less than with today's service.", **places)


def settled_words(plan: HorizonPlan, _: Language) -> list[str]:
    """What the earlier periods are, and how the plan differs from the one that is locked."""
    settled = plan.settled
    if settled is None:
        return []
    period, first = settled.problem.periods[settled.first], settled.first
    actual = int(settled.actuals.known[:, :first].any(axis=0).sum())
    before = _.count(
        "{n} period before {period} stays as it was decided.",
        "{n} periods before {period} stay as they were decided.",
        first,
        period=period,
    )
    happened = ""
    if actual:
        happened = _("There are actuals of {n} of them.", n=actual)
    said = [_.sentences([before, happened, _kept(plan, settled.kept, _)])]
    if settled.unused:
        text = _(
            "Actuals of {periods} do not count: these periods are planned.",
            periods=_.listed(settled.unused),
        )
        said.append(text)
    return said


def _kept(plan: HorizonPlan, kept: HorizonEvaluation | None, _: Language) -> str:
    settled = plan.settled
    if settled is None or kept is None:
        return ""
    if settled.breaks:
        return _(
            "The plan so far cannot be kept any more: it would break {limits}.",
            limits=broken_words(settled.breaks, _),
        )
    tiers = plan.tiers != settled.problem.mode_tier[settled.choice.modes]
    others = int(tiers.any(axis=1).sum())
    unit = totals_unit(PresentValue.of(plan.evaluation), PresentValue.of(kept), _)
    currency = plan.case.settings.case.currency
    gain = _.money_in(unit, abs(kept.npv - plan.evaluation.npv), currency)
    words = _.words(plan.case.settings.words)
    names = {"segment": words.segment, "segments": _.plural(words.segment), "tier": words.tier}
    if not others and unit.signed(kept.npv - plan.evaluation.npv) == "0":
        return _("The plan so far stays the best.")
    if plan.evaluation.npv >= kept.npv:
        return _.count(
            "{n} {segment} gets another {tier} than in the plan so far, and the net present value "
            "is {gain} more than by keeping to that.",
            "{n} {segments} get another {tier} than in the plan so far, and the net present value "
            "is {gain} more than by keeping to that.",
            others,
            gain=gain,
            **names,
        )
    return _.count(
        "{n} {segment} gets another {tier} than in the plan so far, and the net present value is "
        "{gain} less than by keeping to that.",
        "{n} {segments} get another {tier} than in the plan so far, and the net present value is "
        "{gain} less than by keeping to that.",
        others,
        gain=gain,
        **names,
    )
