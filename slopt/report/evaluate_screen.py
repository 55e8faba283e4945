"""A plan that the user brought: its money lines against today, and the rules that it breaks."""

from __future__ import annotations

from rich.text import Text

from slopt.engine import Evaluated
from slopt.report.no_plan_screen import violation_lines
from slopt.report.numbers import amount
from slopt.report.totals_table import is_split, level_lines, totals_lines


def evaluation_lines(brought: Evaluated, width: int) -> list[Text]:
    """Everything `slopt evaluate` prints."""
    case, evaluation = brought.case, brought.evaluation
    info = case.settings.case
    lines = [Text(f"{info.name} · a plan that was brought; nothing is optimised here"), Text("")]
    lines += violation_lines(brought.problem, evaluation.violations, width)
    lines.append(Text(""))
    split = is_split(brought.problem, brought.choice)
    lines += totals_lines(case, evaluation, brought.current, split, width, title="this plan")
    lines += level_lines(case, evaluation, brought.current, width, "this plan")
    lines += [
        Text(
            f"Soft rule {breach.rule} is broken by {amount(breach.amount)}, which counts "
            f"{amount(breach.cost)} against the goal."
        )
        for breach in evaluation.broken
    ]
    return lines
