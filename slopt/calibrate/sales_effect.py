"""The effect of a change of service on sales, as a sales curve of two points in the case.

Before the change sales were 100 at the level of then, after it 100 (1 + effect) at that of today.
"""

from __future__ import annotations

import math

from slopt.calibrate.counts import Counts
from slopt.calibrate.estimate import Findings
from slopt.calibrate.history import Design, History
from slopt.calibrate.sales_curve import Point, count_leaving_once, write_curve
from slopt.calibrate.shares import Interval
from slopt.calibrate.tallies import Weeks
from slopt.sayings import say
from slopt.vocabulary import SourceKind

INDEX = 100.0
"""Sales before the change, to which those of other points are written."""


def write_response(
    counts: Counts, history: History, findings: Findings, weeks: Weeks, level: Interval,
    sales: Interval,
) -> None:  # fmt: skip
    """Write the curve where level and sales both moved, beyond chance and the same way.

    Args:
        level: change of the service level of the treated, less that of the control group.
        sales: the same of the logarithm of sales.
    """
    if not _same_way(level, sales):
        return
    change = history.change
    assert change is not None
    treated = list(change.treated) or ["*"]
    if any(history.assumed("response", "kind", segment) for segment in treated):
        findings.warn(
            say("The kind of response is assumed."),
            say("The effect of the change on sales is shown, and not written into the case."),
            "response",
            "kind",
        )
        return
    today = weeks.treated & weeks.after
    after = float(weeks.good[today].sum() / weeks.n[today].sum())
    before = after - level.value
    if not 0 <= before <= 1:
        findings.warn(
            say(
                "Without the change the treated would have had a level of {before} % "
                "by what the control group did, which there is not.",
                before=f"{100 * before:.1f}",
            ),
            say(
                "The effect of the change on sales is shown, and not written into the "
                "case. Is the control group alike?"
            ),
            "sales_points",
            "service_level",
            before,
        )
        return
    effect = Interval(*(math.exp(end) for end in sales))
    how = (
        f"{history.name}: change of {change.on}, "
        + ("control group, " if change.design is Design.CONTROL_GROUP else "before and after, ")
        + f"sales {100 * (effect.value - 1):+.1f} % ({100 * (effect.low - 1):+.1f} to "
        f"{100 * (effect.high - 1):+.1f}) for {100 * level.value:+.1f} points"
    )
    n = float(len(weeks.n))
    nothing = Interval(INDEX, math.nan, math.nan)
    points = (
        Point("before", before, nothing, SourceKind.FITTED, n),
        Point("after", after, Interval(*(INDEX * end for end in effect)), SourceKind.FITTED, n),
    )
    written = [
        segment for segment in treated if write_curve(history, findings, segment, points, how)
    ]
    if written:
        count_leaving_once(counts, history, findings, written)


def _same_way(level: Interval, sales: Interval) -> bool:
    """Whether both moved beyond chance, and both up or both down."""
    if math.isnan(sales.value):
        return False
    up = level.low > 0 and sales.low > 0
    return up or (level.high < 0 and sales.high < 0)
