"""A plan that was brought, over the futures of its case, below what it is at own numbers."""

from __future__ import annotations

from rich.text import Text

from slopt.engine.risk_evaluating import BroughtRisk
from slopt.report.language import ENGLISH, Language
from slopt.report.risk_aim_sentences import outlook_figures
from slopt.report.risk_plan_lines import outlook_lines
from slopt.report.risk_study_lines import limit_lines
from slopt.report.table import sentence
from slopt.vocabulary import RiskMeasure


def brought_risk_lines(found: BroughtRisk, width: int, language: Language = ENGLISH) -> list[Text]:
    """What the plan gives over the futures, how often it breaks limits, and who says more."""
    _, case = language, found.brought.case
    figures = outlook_figures(case, found.plan, _)
    lines = outlook_lines(case, found.plan, found.today, figures, width, _("this plan"), _)
    lines += limit_lines(found.plan, found.futures.problem.base, width, _)
    if found.aim.measure is RiskMeasure.ROBUST:
        words = _.words(case.settings.words)
        text = _.count(
            "With one {segment} at its worst {what} is {value}.",
            "With {n} {segments} at their worst at once {what} is {value}.",
            found.aim.at_worst,
            segment=words.segment,
            segments=_.plural(words.segment, found.aim.at_worst),
            what=figures.noun,
            value=figures.value(found.value),
        )
        lines += sentence(text, width)
    text = _("Beside the plans that slopt would choose: slopt risk CASE --plan FILE")
    return [*lines, *sentence(text, width)]
