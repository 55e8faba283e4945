"""A plan that the user brought: its money lines against today, and the rules that it breaks."""

from __future__ import annotations

from rich.text import Text

from slopt.plan.plan import Evaluated
from slopt.report.assumed import assumed_lines
from slopt.report.no_plan_screen import violation_lines
from slopt.report.sureness import soft_rule_lines
from slopt.report.table import sentence
from slopt.report.totals_table import level_lines, totals_lines


def evaluation_lines(brought: Evaluated, width: int) -> list[Text]:
    """Everything `slopt evaluate` prints."""
    case, evaluation = brought.case, brought.evaluation
    name = case.settings.case.name
    lines = sentence(f"{name} · a plan that was brought; nothing is optimised here", width)
    lines.append(Text(""))
    lines += violation_lines(brought.problem, evaluation.violations, width)
    lines.append(Text(""))
    lines += totals_lines(case, evaluation, brought.current, width, title="this plan")
    lines += level_lines(case, evaluation, brought.current, width, "this plan")
    lines += soft_rule_lines(brought.problem, evaluation, width)
    return [*lines, *assumed_lines(case, width)]
