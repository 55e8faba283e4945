"""The plan of very many segments is written by columns, to the letter as a short one is."""

from __future__ import annotations

import io

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import simple_problem

from slopt.case.texts import Texts
from slopt.plan import files, long_plan
from slopt.plan.files import csv_text, plan_files, write_files
from slopt.plan.long_plan import write_csv, write_parquet
from slopt.plan.rows import PLAN_COLUMNS, plan_columns, plan_rows
from slopt.problem.evaluate import evaluate

NAMES = [
    "=1+1",
    "@a",
    "-b",
    "'=c",
    "'q'",
    'say "hi"',
    "a,b",
    "a;b",
    "客户",
    "x y",
    "",
    "'",
    "\ttab",
]


def written(columns):
    """What write_csv writes."""
    buffer = io.BytesIO()
    write_csv(buffer, columns)
    return buffer.getvalue().decode()


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.floats(allow_infinity=False)), min_size=1))
def test_cells_are_written_as_in_a_short_table(rows):
    """Guards, quotes and every size of number; NaN is an empty cell."""
    names, numbers = zip(*rows, strict=True)
    columns = {"name": Texts.of(names), "number": np.array(numbers)}
    plain = [
        {"name": name, "number": None if number != number else number} for name, number in rows
    ]
    assert written(columns) == csv_text(columns, plain)


@pytest.fixture
def problem():
    """Ten segments, two tiers; one loss is known as a whole only."""
    rng = np.random.default_rng(5)
    unsplit = np.zeros((10, 2))
    unsplit[3] = 7.0
    return simple_problem(rng.random((10, 2)), rng.random((10, 2)), lost_unsplit=unsplit).replace(
        current=np.array([0, 1, -1, 0, 1, 1, 0, 0, -1, 1])
    )


def test_a_long_plan_is_the_short_one(problem, monkeypatch):
    """plan.csv of the same choice, block by block."""
    monkeypatch.setattr(long_plan, "BLOCK", 3)
    choice = np.arange(10) % 2
    expected = csv_text(PLAN_COLUMNS, plan_rows(problem, choice))
    assert written(plan_columns(problem, choice)) == expected


def test_plan_parquet_holds_the_same_typed(problem):
    """Texts and floats; what is not known is null."""
    choice = np.arange(10) % 2
    buffer = io.BytesIO()
    write_parquet(buffer, plan_columns(problem, choice))
    rows = pq.read_table(buffer).to_pylist()
    short = plan_rows(problem, choice)
    assert [row["lost_orders"] is None for row in rows] == [s == 3 for s in range(10)]
    for row, other in zip(rows, short, strict=True):
        assert row == {
            name: float(f"{value:.14g}") if isinstance(value, float) else value
            for name, value in other.items()
        }


def test_files_of_a_long_plan_are_written_whole(problem, tmp_path, monkeypatch):
    """plan.csv and plan.parquet stream into their places, beside the files that are texts."""
    monkeypatch.setattr(files, "LONG", 5)
    choice = np.zeros(10, dtype=np.int64)
    evaluation = evaluate(problem, choice)
    write_files(tmp_path, plan_files(problem, choice, evaluation, (), {"a": 1}, parquet=True))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "plan.csv",
        "plan.parquet",
        "resources.csv",
        "result.json",
    ]
    text = (tmp_path / "plan.csv").read_text(encoding="utf-8")
    assert text == csv_text(PLAN_COLUMNS, plan_rows(problem, choice))
    assert pq.read_table(tmp_path / "plan.parquet").column_names == list(PLAN_COLUMNS)
