"""The price of robustness of a case: what it costs to be sure of more and more bad luck."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slopt.engine.solving import options_of
from slopt.vocabulary import Method

if TYPE_CHECKING:
    from slopt.case.case import PlanningCase
    from slopt.study.risk.price_of_robustness import RobustnessCurve


ALONG = "robustness"


def runs_along_robustness(case: PlanningCase, along: str) -> bool:
    """True where a frontier along this word is no limit of the case but the price of robustness."""
    rules = case.table("rules").texts("rule")
    return along == ALONG and ALONG not in case.resources and ALONG not in list(rules)


def robustness_of(case: PlanningCase, method: Method = Method.AUTO) -> RobustnessCurve:
    """The curve over the futures that the settings of the case draw.

    `risk.at_worst` is one of its points. Raises UsageError where nothing of the case is uncertain
    or it cannot be planned so, InvalidInput where the numbers of a future make no case.
    """
    from slopt.study.risk.price_of_robustness import price_of_robustness
    from slopt.study.risk.solving import futures_of
    from slopt.study.risk.study import sample_of

    futures = futures_of(case)
    further = (case.settings.risk.at_worst,)
    sample = sample_of(futures)
    return price_of_robustness(futures.problem, sample, options_of(case), method, further)
