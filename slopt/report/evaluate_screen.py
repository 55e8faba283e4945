"""A plan that the user brought: its money lines against today, and the rules that it breaks."""

from __future__ import annotations

from rich.text import Text

from slopt.plan.plan import Evaluated
from slopt.report.assumed import assumed_lines
from slopt.report.language import ENGLISH, Language
from slopt.report.no_plan_screen import violation_lines
from slopt.report.promises_table import contract_lines
from slopt.report.sureness import soft_rule_lines
from slopt.report.table import sentence
from slopt.report.totals_table import level_lines, totals_lines


def evaluation_lines(brought: Evaluated, width: int, language: Language = ENGLISH) -> list[Text]:
    """Everything `slopt evaluate` prints."""
    _, case, evaluation = language, brought.case, brought.evaluation
    name = case.settings.case.name
    lines = sentence(
        _("{name} · a plan that was brought; nothing is optimised here", name=name), width
    )
    lines.append(Text(""))
    lines += violation_lines(brought.problem, evaluation.violations, width, _)
    lines.append(Text(""))
    lines += totals_lines(case, evaluation, brought.current, width, _("this plan"), _)
    lines += level_lines(case, evaluation, brought.current, width, _("this plan"), _)
    its = brought.problem, brought.choice, evaluation.service_cost
    lines += contract_lines(case, *its, width, _)
    lines += soft_rule_lines(brought.problem, evaluation, width, _)
    return [*lines, *assumed_lines(case, width, _)]
