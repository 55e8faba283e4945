"""Parquet: typed columns, nulls, types that no table has, and broken files."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from slopt.case import parquet_file
from slopt.case.load import load_case, read_case

SEGMENTS = {"segment": ["A", "B"], "customers": [10, 20]}


@pytest.fixture
def parquet(folder):
    """Write a small case whose segments are a Parquet file; its path."""

    def write(columns):
        home = folder({"segments.csv": None})
        pq.write_table(pa.table(columns), home / "segments.parquet")
        return home

    return write


@pytest.mark.parametrize(
    "customers",
    [
        pa.array([10, 20], pa.int8()),
        pa.array([10, 20], pa.uint64()),
        pa.array([10.0, 20.0], pa.float32()),
        pa.array([Decimal("10.00"), Decimal("20.00")]),
        pa.array(["10", "20"]),
        pa.array(["10", "20"]).dictionary_encode(),
    ],
)
def test_numbers_of_any_type_are_numbers(parquet, customers):
    """Integers, floats, decimals, texts and categories give the same case."""
    expected = load_case(parquet(SEGMENTS)).hash
    assert load_case(parquet({"segment": ["A", "B"], "customers": customers})).hash == expected


def test_nulls_are_blank_cells(parquet):
    """A null is a default where there is one and a problem where the column is required."""
    path = parquet({**SEGMENTS, "margin": [None, 0.5], "name": ["a", None]})
    table = load_case(path).table("segments")
    assert table.numbers("margin").tolist() == [1.0, 0.5]
    assert table.texts("name") == ["a", ""]
    (problem,) = read_case(parquet({**SEGMENTS, "customers": [None, 5]})).problems
    assert (problem.row, problem.column, problem.value) == (2, "customers", None)


def test_ids_of_any_type_are_texts(parquet):
    """Whole numbers are the digits; a date is no id."""
    assert load_case(parquet({**SEGMENTS, "segment": [1, 2**60]})).segments == ["1", str(2**60)]
    problems = read_case(parquet({**SEGMENTS, "segment": [dt.date(2024, 2, 1)] * 2})).problems
    assert problems[0].message == '"2024-02-01" is a date or time, not an id.'


def test_nan_is_not_taken_for_nothing(parquet):
    """NaN in a number or a text is a problem with a remedy; null is how nothing is written."""
    path = parquet({**SEGMENTS, "margin": [float("nan"), 1.0], "name": [float("nan"), 1.0]})
    assert [f"{p.message} {p.remedy}" for p in read_case(path).problems] == [
        '"nan" is not a text. Write a text, or leave it empty.',
        '"nan" is not a finite number. Write a fraction from 0 to 1, or leave it empty, which '
        "means 1.",
    ]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (pa.array([[1], [2]]), "list"),
        (pa.array([{"a": 1}, {"a": 2}]), "struct"),
        (pa.array([b"1", b"2"]), "binary"),
    ],
)
def test_types_that_are_no_cells_are_refused(parquet, values, kind):
    """Lists, structs and bytes are named, once a column."""
    (problem,) = read_case(parquet({"segment": ["A", "B"], "customers": values})).problems
    assert problem.message.startswith(f'Column "customers" holds {kind}')
    assert problem.remedy == "Write texts, numbers or true and false."


def test_booleans_are_flags_and_no_numbers(parquet):
    """A boolean column reads as flags; as a number it is a problem in every row."""
    problems = read_case(parquet({**SEGMENTS, "customers": [True, False]})).problems
    assert [(p.row, p.value) for p in problems] == [(2, "TRUE"), (3, "FALSE")]


def test_an_unnamed_index_of_pandas_is_passed_over(folder):
    """`to_parquet` of a filtered frame adds its row numbers; they are no column of the case."""
    home = folder({"segments.csv": None})
    pd.DataFrame(SEGMENTS, index=[5, 9]).to_parquet(home / "segments.parquet")
    assert load_case(home).segments == ["A", "B"]


def test_rows_count_as_in_a_sheet(parquet):
    """The first row of a Parquet file is row 2, as if it had a header."""
    (problem,) = read_case(parquet({**SEGMENTS, " margin ": [0.5, 97.0]})).problems
    assert (problem.row, problem.column, problem.cell) == (3, "margin", None)


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1" + b"\0" * 100 + b"PAR1", b"segment\nA\n"])
def test_broken_files_are_one_problem(folder, data):
    """What is no Parquet file is told so, and the table is not missed as well."""
    path = folder({"segments.csv": None, "segments.parquet": data})
    (problem,) = read_case(path).problems
    assert problem.message.startswith("The file cannot be read as Parquet: ")
    assert problem.remedy == "Write it again as Parquet, or as CSV."


def test_huge_files_are_refused_by_their_metadata(parquet, monkeypatch):
    """What a file takes is known before any cell of it is read."""
    monkeypatch.setattr(parquet_file, "available", lambda: 50)
    (problem,) = read_case(parquet(SEGMENTS)).problems
    assert str(problem) == (
        "segments.parquet: The file has 2 rows x 2 columns, which need about 0 MiB of memory; 0 "
        "MiB are free. Hand in less, or take a larger machine."
    )


def test_an_empty_table_has_no_rows(parquet):
    """No rows are no segments."""
    empty = {"segment": pa.array([], pa.string()), "customers": pa.array([], pa.int64())}
    (problem,) = read_case(parquet(empty)).problems
    assert problem.message == "The table has no rows."
