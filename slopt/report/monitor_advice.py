"""How customers responded against what the case assumes, and what to do about it."""

from __future__ import annotations

import shlex

import numpy as np
from rich.text import Text

from slopt.case.case import CaseInfo, Words
from slopt.report.horizon_words import broken_words
from slopt.report.language import Language
from slopt.report.monitor_words import parameter_words, scope_words
from slopt.report.table import Col, sentence, table
from slopt.study.monitor.advice import Advice, NoWorth, Replanned
from slopt.study.monitor.drift import Drift, Scope
from slopt.study.monitor.monitored import Monitored

MOST_ROWS = 12
MOST_CONTRADICTIONS = 3


def drift_lines(found: Monitored, width: int, language: Language) -> list[Text]:
    """What customers did, as a multiple of what the case assumes."""
    _ = language
    scopes = (Scope.ALL, Scope.OTHERS)
    drifting = found.drifts.drifting
    shown = [one for one in found.drifts.found if one.scope is Scope.ALL]
    shown += [one for one in drifting if one.scope not in scopes or _has_own(found, one)]
    if not shown:
        said = _(
            "How customers respond could not be measured: too few left, joined or lost an order."
        )
        return sentence(said, width)
    rows: list[list[str | Text]] = [
        [
            parameter_words(one.parameter, _),
            scope_words(found, one, _),
            f"{one.expected:,.0f}",
            f"{one.observed:,.0f}",
            Text(f"{one.factor:.2f}", style="bold" if one.is_drift else ""),
            f"{one.low:.2f}–{one.high:.2f}",
            _verdict(one, _),
        ]
        for one in shown[:MOST_ROWS]
    ]
    columns = [
        Col(_("measured again"), right=False, shorten=True),
        Col(_("of whom"), right=False, shorten=True),
        Col(_("expected"), drop=1),
        Col(_("counted"), drop=1),
        Col(_("factor")),
        Col(_("with 95 %")),
        Col("", right=False, wrap=True),
    ]
    lines = table(columns, rows, width, language=_)
    if len(shown) > MOST_ROWS:
        more = _("and {n} more; --out writes all", n=len(shown) - MOST_ROWS)
        lines += sentence(more, width)
    return lines


def _has_own(found: Monitored, drift: Drift) -> bool:
    """Does any segment drift for itself, so that the others are not all?"""
    return any(
        one.scope is Scope.SEGMENT and one.parameter is drift.parameter
        for one in found.drifts.drifting
    )


def _verdict(drift: Drift, _: Language) -> str:
    level = drift.trend_adjusted
    if drift.is_drift and not np.isnan(level) and level < drift.adjusted:
        return _("moves from period to period")
    if drift.is_drift:
        return _("not what the case says")
    return _("no drift to be seen")


def advice_sentences(found: Monitored, language: Language) -> list[str]:
    """What to do, in whole sentences, and what planning again is worth."""
    _, advice, again = language, found.advice, found.replanned
    said = _customer_sentences(found, _)
    if Advice.RECALIBRATE in advice:
        said.append(
            _(
                "Measure the response again before the next plan: {parameters}.",
                parameters=_.listed(
                    dict.fromkeys(
                        parameter_words(one.parameter, _) for one in found.drifts.drifting
                    )
                ),
            )
        )
    if isinstance(again, NoWorth):
        said.append(_no_worth(again, _))
    else:
        said += _worth_sentences(found, again, _)
    if Advice.NOTHING in advice:
        said.append(_("There is nothing to do: keep the plan."))
    return said


def _worth_sentences(found: Monitored, again: Replanned, _: Language) -> list[str]:
    case = found.compared.case
    words, info = _.words(case.settings.words), case.settings.case
    period = again.again.problem.periods[again.first]
    amount = _worth(again.gain, again, words, info, _)
    said = []
    if again.kept_breaks:
        broken = [one for one in again.kept.violations if one.rule in again.kept_breaks]
        said.append(
            _("The plan so far can not be kept: {broken}.", broken=broken_words(broken, _))
            if broken
            else _("The plan so far can not be kept.")
        )
    if again.pays:
        if again.gain > again.room:
            said.append(
                _(
                    "Plan again from {period}: with what was measured that is worth {amount}.",
                    period=period,
                    amount=amount,
                )
            )
        else:
            said.append(_("Plan again from {period}.", period=period))
        said.append(_("How: {command}", command=_command(found, period)))
        if found.drifts.drifting:
            said.append(
                _(
                    "That worth counts with the measured factors, while this command takes the "
                    "case as it stands: set the response in the case first."
                )
            )
    else:
        said.append(
            _(
                "Planning again from {period} would gain no more than {amount}, which is within "
                "the gap.",
                period=period,
                amount=_worth(max(again.gain, again.room), again, words, info, _),
            )
        )
    return said


def _command(found: Monitored, period: str) -> str:
    """What plans the open periods again, ready to be pasted where all its parts are known."""
    words = ["slopt", "solve", found.case_named or "CASE", "--from", period]
    words += ["--locked", found.run or "RUN"]
    if found.actuals_named:
        words += ["--actuals", found.actuals_named]
    return shlex.join(words)


def _customer_sentences(found: Monitored, _: Language) -> list[str]:
    """What customers, joined and left do not say, or say against each other."""
    compared, said = found.compared, []
    told, problem = compared.told, compared.problem
    places = np.argwhere(compared.contradictions).tolist()
    for s, t in places[:MOST_CONTRADICTIONS]:
        said.append(
            _(
                "{period} {segment}: {customers} customers, {joined} joined and {left} left make "
                "{after}, but {next} begins with {other}: correct one of them.",
                period=problem.periods[t],
                segment=problem.segments[s],
                customers=f"{told.customers[s, t]:,.6g}",
                joined=f"{told.joined[s, t]:,.6g}",
                left=f"{told.left[s, t]:,.6g}",
                after=f"{told.customers[s, t] + told.joined[s, t] - told.left[s, t]:,.6g}",
                next=problem.periods[t + 1],
                other=f"{told.customers[s, t + 1]:,.6g}",
            )
        )
    if len(places) > MOST_CONTRADICTIONS:
        said.append(
            _("{n} more rows contradict each other so.", n=len(places) - MOST_CONTRADICTIONS)
        )
    if not np.isnan(compared.net).all():
        said.append(
            _(
                "Who left and who joined is not told apart, so that only the net change of "
                "customers is judged: add the column joined or left to the actuals."
            )
        )
    return said


def _worth(gain: float, again: Replanned, words: Words, info: CaseInfo, _: Language) -> str:
    """What the goal is better by: money in present value, or points of the level."""
    if again.again.problem.goal.maximises:
        points = _.amount(100 * gain)
        return _("{points} points of {level}", points=points, level=words.service_level)
    return _("{amount} in present value", amount=_.money(gain, info.currency))


def _no_worth(why: NoWorth, _: Language) -> str:
    return {
        NoWorth.NOT_ASKED: _("What planning again is worth was not asked for."),
        NoWorth.ALL_OVER: _("No period is left to plan again."),
        NoWorth.NO_PLAN: _(
            "With what was measured there is no plan for the rest, or none was found in the time: "
            "slopt solve --from says why."
        ),
    }[why]
