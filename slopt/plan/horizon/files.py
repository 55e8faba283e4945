"""plan.csv, resources.csv, staff.csv, projects.csv, periods.csv and result.json of a horizon."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from slopt.case.arrow_cells import LONG
from slopt.plan.files import PLAN_PARQUET, Content, csv_text, json_text
from slopt.plan.horizon.plan import EvaluatedHorizon, HorizonPlan
from slopt.plan.horizon.rows import (
    HORIZON_COLUMNS,
    PERIOD_COLUMNS,
    PROJECT_COLUMNS,
    RESOURCE_COLUMNS,
    STAFF_COLUMNS,
    horizon_columns,
    horizon_rows,
    period_rows,
    project_rows,
    resource_rows,
    staff_rows,
)
from slopt.plan.long_plan import write_csv, write_parquet

PLAN_CSV, STAFF_CSV, PROJECTS_CSV = "plan.csv", "staff.csv", "projects.csv"
HORIZON_FILES = (
    PLAN_CSV,
    "resources.csv",
    STAFF_CSV,
    PROJECTS_CSV,
    "periods.csv",
    "result.json",
    PLAN_PARQUET,
)
"""All that a plan over periods may be written to."""


def horizon_files(
    plan: HorizonPlan | EvaluatedHorizon, result: Mapping[str, Any]
) -> dict[str, Content]:
    """The files of a plan over periods by name; plan.parquet where the segments came so."""
    problem, choice, evaluation = plan.problem, plan.choice, plan.evaluation
    columns = horizon_columns(problem, choice, evaluation, plan.basis)
    by_name = {price.name: price.relaxation for price in plan.prices}
    if len(columns["tier"]) < LONG:
        rows: Content = csv_text(HORIZON_COLUMNS, horizon_rows(columns))
    else:
        rows = partial(write_csv, columns=columns)
    files: dict[str, Content] = {
        PLAN_CSV: rows,
        "resources.csv": csv_text(RESOURCE_COLUMNS, resource_rows(problem, evaluation, by_name)),
        STAFF_CSV: csv_text(STAFF_COLUMNS, staff_rows(problem, choice, evaluation)),
        PROJECTS_CSV: csv_text(PROJECT_COLUMNS, project_rows(problem, choice)),
        "periods.csv": csv_text(PERIOD_COLUMNS, period_rows(problem, evaluation, plan.basis)),
        "result.json": json_text(result),
    }
    if plan.case.is_parquet:
        files[PLAN_PARQUET] = partial(write_parquet, columns=columns)
    return files
