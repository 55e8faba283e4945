"""What a recorded plan was chosen for, where that was its uncertain futures."""

from __future__ import annotations

from rich.text import Text

from slopt.case.case import PlanningCase
from slopt.report.goal_figures import goal_figures
from slopt.report.language import Language
from slopt.report.risk_aim_sentences import AimTold, told_aim
from slopt.report.risk_plan_lines import told_reserve
from slopt.report.table import sentence
from slopt.store.run import Run
from slopt.vocabulary import RiskMeasure


def run_risk_lines(
    run: Run, case: PlanningCase, segments: int, width: int, _: Language
) -> list[Text]:
    """Its aim, its value by that, and what it reserves; nothing of a run that had no such aim."""
    its = run.document.get("risk")
    if run.line.command != "solve" or not isinstance(its, dict) or its.get("value") is None:
        return []
    told = AimTold(
        RiskMeasure(its["measure"]),
        its["tail"],
        its["weight"],
        min(its["at_worst"], segments),
        its["futures"],
        its["mean"],
        its["cvar"],
        its["value"],
    )
    finest = abs(told.tail_mean - told.mean)
    values = [told.mean, told.tail_mean, its["low"], its["high"]]
    figures = goal_figures(case, values, [finest] if finest else [], _)
    words = _.words(case.settings.words)
    said = [told_aim(told, words, figures, _), *told_reserve(its.get("reserve") or (), _)]
    lines = [line for text in said for line in sentence(text, width)]
    return [*lines, *sentence(_("At the case's own numbers:"), width)]
