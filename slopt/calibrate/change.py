"""The effect of a change of service: before and after a day, less the same of a control group.

With sales R and service level q of the treated (T) and the control (C) before (0) and after (1),
the response is b = [(R_T1 - R_T0) - (R_C1 - R_C0)] / dq (Ballou, Business Logistics, ch. 4). Sales
are compared as ratios of totals, so that growth common to both drops out, and weeks without an
order count as weeks; how far they may be off follows from how much weeks scatter.
"""

from __future__ import annotations

import math
from typing import Any

from slopt.calibrate.counts import Counts
from slopt.calibrate.estimate import Finding, Findings
from slopt.calibrate.history import Change, Design, History
from slopt.calibrate.sales_effect import write_response
from slopt.calibrate.shares import Interval, Z, wilson
from slopt.calibrate.tallies import Weeks
from slopt.sayings import later, say

FEWEST_WEEKS = 4
_FEW = {
    (True, True): later("Fewer than {weeks} weeks of the treated after {on}."),
    (True, False): later("Fewer than {weeks} weeks of the treated before {on}."),
    (False, True): later("Fewer than {weeks} weeks of the control group after {on}."),
    (False, False): later("Fewer than {weeks} weeks of the control group before {on}."),
}
"""What is said of too short a time, by (of the treated, after the change)."""
_NO_SALES = {
    (True, True): later("No sales of the treated after {on}."),
    (True, False): later("No sales of the treated before {on}."),
    (False, True): later("No sales of the control group after {on}."),
    (False, False): later("No sales of the control group before {on}."),
}


def find_effect(counts: Counts, history: History, findings: Findings) -> None:
    """Add the effect of `[change]` to the findings, and to the case where it is significant."""
    change = history.change
    if change is None:
        return
    weeks = counts.weeks(change.on, change.treated)
    groups = (True, False) if change.design is Design.CONTROL_GROUP else (True,)
    for treated in groups:
        for after in (False, True):
            if int(((weeks.treated == treated) & (weeks.after == after)).sum()) < FEWEST_WEEKS:
                findings.warn(
                    say(_FEW[treated, after], weeks=FEWEST_WEEKS, on=change.on),
                    say("The effect of the change is not estimated."),
                    "response",
                    "effect",
                )
                return
            if weeks.sales[(weeks.treated == treated) & (weeks.after == after)].sum() <= 0:
                findings.warn(
                    say(_NO_SALES[treated, after], on=change.on),
                    say("The effect of the change is not estimated: nothing has no ratio."),
                    "response",
                    "effect",
                )
                return
    level = _level_change(weeks, groups)
    sales = _sales_change(weeks, groups)
    findings.findings.append(_finding(change, level, sales))
    write_response(counts, history, findings, weeks, level, sales)
    if change.design is Design.BEFORE_AFTER:
        findings.warn(
            say(
                "Before and after without a control group: all else that changed counts as effect."
            ),
            say('Name the segments whose service changed: treated = ["..."].'),
            "response",
            "effect",
        )


def _level_change(weeks: Weeks, groups: tuple[bool, ...]) -> Interval:
    """Difference of the changes in service level, with a normal interval."""
    value = variance = 0.0
    for treated in groups:
        for after in (True, False):
            chosen = (weeks.treated == treated) & (weeks.after == after)
            n = float(weeks.n[chosen].sum())
            share = wilson(float(weeks.good[chosen].sum()), n)
            value += share.value * (1 if treated == after else -1)
            variance += ((share.high - share.low) / (2 * Z)) ** 2
    return _around(value, variance)


def _sales_change(weeks: Weeks, groups: tuple[bool, ...]) -> Interval:
    """Difference of the changes in the logarithm of mean sales a week, weeks without any included.

    The variance of a logarithm of a mean is that of the weeks by the square of the mean (delta
    method), and not below that of as many independent orders; t with Welch's degrees of freedom.
    """
    from scipy.stats import t

    value = variance = of_freedom = 0.0
    for treated in groups:
        for after in (True, False):
            chosen = (weeks.treated == treated) & (weeks.after == after)
            sales, orders = weeks.sales[chosen], float(weeks.n[chosen].sum())
            mean, count = float(sales.mean()), len(sales)
            scatter = float(sales.var(ddof=1)) / (count * mean**2)
            its = max(scatter, 1 / orders)
            value += math.log(mean) * (1 if treated == after else -1)
            variance += its
            of_freedom += its**2 / (count - 1)
    half = float(t.ppf(0.975, variance**2 / of_freedom)) * math.sqrt(variance)
    return Interval(value, value - half, value + half)


def _around(value: float, variance: float) -> Interval:
    spread = Z * math.sqrt(variance)
    return Interval(value, value - spread, value + spread)


def _finding(change: Change, level: Interval, sales: Interval) -> Finding:
    row: dict[str, Any] = {
        "design": change.design.value, "level": level.value, "level_low": level.low,
        "level_high": level.high,
    }  # fmt: skip
    percent = [100 * math.expm1(end) for end in sales]
    row |= {"sales": percent[0] / 100, "sales_low": percent[1] / 100,
            "sales_high": percent[2] / 100}  # fmt: skip
    told = {
        "on": str(change.on),
        "how": say("control group, difference in differences")
        if change.design is Design.CONTROL_GROUP
        else say("before and after"),
        "points": f"{100 * level.value:+.1f}",
        "low": f"{100 * level.low:+.1f}",
        "high": f"{100 * level.high:+.1f}",
        "sales": f"{percent[0]:+.1f}",
        "least": f"{percent[1]:+.1f}",
        "most": f"{percent[2]:+.1f}",
    }
    if level.low > 0 or level.high < 0:
        each = percent[0] / (100 * level.value)
        row["sales_per_point"] = each / 100
        words = say(
            "Change of {on} ({how}): service level {points} points ({low} to {high}), sales "
            "{sales} % ({least} to {most}); {each} % of sales for a point of service.",
            **told,
            each=f"{each:+.2f}",
        )
    else:
        words = say(
            "Change of {on} ({how}): service level {points} points ({low} to {high}), sales "
            "{sales} % ({least} to {most}); the level hardly moved, so no response follows.",
            **told,
        )
    return Finding("effect of the change", words, (row,))
