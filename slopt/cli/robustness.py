"""`slopt frontier --along robustness`: what it costs to be sure of more and more bad luck."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NoReturn

import typer

from slopt.cli.common import print_json, print_lines, progress, screen_width
from slopt.cli.speaking import spoken
from slopt.sayings import later

if TYPE_CHECKING:
    from slopt.cli.frontier import Asked

FILES = ("price_of_robustness.csv", "price_of_robustness.json")


def price_of_robustness(asked: Asked) -> NoReturn:
    """Find the plan that guarantees most for each number of segments at their worst."""
    from slopt.cli.frontier import last_line
    from slopt.engine.robustness import robustness_of
    from slopt.plan.files import json_text, write_files
    from slopt.report.robustness_screen import robustness_lines
    from slopt.study.risk.robustness_files import robustness_csv, robustness_document

    case = asked.case
    with progress(later("looking for what can be guaranteed")):
        curve = robustness_of(case, asked.method)
    lines = [] if asked.json else robustness_lines(curve, case, screen_width(), spoken())
    seconds = time.perf_counter() - asked.started
    document = asked.record(robustness_document(curve, case, seconds), curve.plans)
    if asked.out:
        contents = (robustness_csv(curve), json_text(document))
        write_files(asked.out, dict(zip(FILES, contents, strict=True)))
    if asked.json:
        print_json(document)
    else:
        print_lines(lines)
        last_line(asked, FILES, seconds, document)
    raise typer.Exit(curve.status.exit_code)
