"""Long tables are read by columns: the same values and the same problems as cell by cell."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopt.case import few, raw, texts
from slopt.case.arrow_cells import ArrowCells, cells_of
from slopt.case.columns import Column, Kind
from slopt.case.load import load_case, read_case
from slopt.case.raw import RawTable
from slopt.case.texts import Texts
from slopt.case.typed import typed_column

COLUMNS = (
    Column("id", Kind.ID, "its name", required=True),
    Column("name", Kind.TEXT, "name to show"),
    Column("tier", Kind.TEXT, "today's tier", refers_to="tiers", default="*"),
    Column("price", Kind.NUMBER, "price", default=0.0, low=0),
    Column("margin", Kind.NUMBER, "margin", default=1.0, low=0, high=1),
    Column("cost", Kind.NUMBER, "cost"),
    Column("customers", Kind.NUMBER, "customers", required=True, low=0),
    Column("rank", Kind.INTEGER, "rank"),
    Column("allowed", Kind.FLAG, "may be chosen", default=True),
    Column("basis", Kind.CHOICE, "basis", choices=("lifetime", "period")),
)
ODD = ["", " ", "1", "-1", " 2 ", "0.5", "97", "1e3", "+3", ".5", "5.", "-0", "inf", "nan", "1e999"]
ODD += [
    "1,234",
    "12%",
    "１",
    "1_0",
    "0x10",
    "1e16",
    "2.5",
    "true",
    "no",
    "period",
    "x",
    "'=a",
    "'a",
]
ODD += [
    "a\nb",
    "\u200b",
    "Cafe\u0301",
    "\u3000a",
    "a\u00a0b",
    "1\u3000",
    "a\x1f",
    "\x85",
    "*",
    "客",
]
CELLS = st.lists(st.one_of(st.sampled_from(ODD), st.text(max_size=4), st.none()), min_size=1)


def read(column, cells):
    """(values, problems) of a column with these cells."""
    table = RawTable("segments", "s.csv", [column.name], range(2, len(cells) + 2), [cells])
    table.places[column.name] = 0
    problems = []
    values = typed_column(column, table, problems)
    return values.tolist(), problems


def same(one, other):
    """Whether two columns and their problems are the same; NaN equals NaN, 0 is not -0."""
    return repr(one) == repr(other)


@pytest.mark.parametrize("few_words", [0, 1000])
@given(cells=CELLS)
def test_columns_of_texts_read_as_cells_do(few_words, cells):
    """What CSV has, in every kind of column, with words in Arrow and in lists."""
    before, texts.FEW = texts.FEW, few_words
    try:
        for column in COLUMNS:
            array = ArrowCells(pa.array(cells, pa.string()))
            assert same(read(column, array), read(column, cells)), column
    finally:
        texts.FEW = before


NUMBERS = st.one_of(st.none(), st.floats(), st.sampled_from([0.0, -0.0, 0.5, 2.0, 1e9, 1e16]))
TYPED = [
    (NUMBERS, pa.float64()),
    (st.one_of(st.none(), st.floats(width=32)), pa.float32()),
    (st.one_of(st.none(), st.integers(-(2**62), 2**62)), pa.int64()),
    (st.one_of(st.none(), st.integers(0, 2**64 - 1)), pa.uint64()),
    (st.one_of(st.none(), st.booleans()), pa.bool_()),
]


@pytest.mark.parametrize(("cells", "kind"), TYPED, ids=[str(kind) for _, kind in TYPED])
def test_typed_columns_read_as_cells_do(cells, kind):
    """What Parquet has: floats, whole numbers and booleans in every kind of column."""

    @given(st.lists(cells, min_size=1))
    def check(cells):
        array = ArrowCells(pa.array(cells, kind))
        for column in COLUMNS:
            assert same(read(column, array), read(column, array[:])), column

    check()


def test_categories_and_large_strings_are_texts():
    """Whatever Arrow calls its strings."""
    for kind in (pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())):
        cells = cells_of(pa.chunked_array([pa.array(["a", None]).cast(pa.string()).cast(kind)]))
        assert cells[:] == ["a", None]


def test_a_mistake_in_all_rows_is_told_so_often_and_then_counted(monkeypatch):
    """The first ones by themselves, in the order of rows, and one line for the others."""
    monkeypatch.setattr(few, "MOST", 2)
    column = COLUMNS[3]
    for cells in (["-1", "x", "-2", "5", "-3", "-4"], [-1.0, None, -2.0, 5.0, -3.0, -4.0]):
        for its in (cells, ArrowCells(pa.array(cells))):
            found = [p for p in read(column, its)[1] if "below" in p.message]
            assert [p.row for p in found] == [2, 4, 6]
            assert found[2].message == 'And 2 more rows like this: "-3" is below 0.'


def test_one_kind_of_mistake_does_not_hide_another(monkeypatch):
    """However many cells are empty, the one that is no number is told."""
    monkeypatch.setattr(few, "MOST", 2)
    cells = ArrowCells(pa.array([None, None, None, float("nan"), None]))
    problems = read(COLUMNS[6], cells)[1]
    assert [(p.row, p.value) for p in problems] == [(2, None), (3, None), (4, None), (5, "nan")]
    assert problems[2].message == "And 2 more rows like this: This must not be empty."


def test_one_row_more_is_one_row(monkeypatch):
    """Number agrees."""
    monkeypatch.setattr(few, "MOST", 1)
    assert read(COLUMNS[3], ["-1", "-2"])[1][1].message.startswith("And 1 more row like this: ")


@pytest.fixture
def long(monkeypatch):
    """Every CSV table counts as long, and is turned into columns two rows at a time."""
    monkeypatch.setattr(raw, "LONG", 3)
    monkeypatch.setattr(raw, "BLOCK", 2)
    monkeypatch.setattr(texts, "FEW", 1)


SEGMENTS = (
    "segment,customers,,name,current_tier\n[id],[count],,,\nA,1,,x,low\n\n B ,2,,,\nC,3,,y,high\n"
    "D,4,,x,\n,,,,\nE,5,,z,low\n"
)
WRONG = SEGMENTS + "F,6\nG,7,8,x,low\nH,1 000,,y,low\nA,9,,z,lowe\n"


def test_long_csv_tables_read_as_short_ones(folder, long, monkeypatch):
    """Blank rows, units, spaces and columns without a name: same case, same hash."""
    path = folder({"segments.csv": SEGMENTS})
    case = load_case(path)
    monkeypatch.undo()
    expected = load_case(path)
    assert case.hash == expected.hash
    assert case.table("segments").as_lists() == expected.table("segments").as_lists()
    assert list(case.table("segments").rows) == list(expected.table("segments").rows)


def test_long_csv_tables_have_the_problems_of_short_ones(folder, long, monkeypatch):
    """Ragged rows, values without a heading, bad numbers, unknown tiers, ids that stand twice."""
    path = folder({"segments.csv": WRONG})
    problems = read_case(path).problems
    monkeypatch.undo()
    assert len(problems) == 5
    assert problems == read_case(path).problems


@pytest.fixture
def parquet_of(folder):
    """A case of 25,000 segments as Parquet, one column changed; its path."""

    def write(name, row, value):
        count = 25_000
        columns = {
            "segment": [f"s{i}" for i in range(count)],
            "customers": [1.0 + i % 7 for i in range(count)],
            "current_tier": ["low"] * count,
        }
        columns[name][row - 2] = value
        home = folder({"segments.csv": None})
        pq.write_table(pa.table(columns), home / "segments.parquet", row_group_size=10_000)
        return home

    return write


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("customers", float("nan"), '"nan" is not a finite number. Write a number, 0 or more '),
        ("customers", -3.0, '"-3" is below 0. Write a number, 0 or more (count of customers).'),
        ("customers", None, "This must not be empty. Write a number, 0 or more "),
        ("current_tier", "lowe", '"lowe" is not in tiers. Did you mean "low"?'),
        ("segment", "s7", '"s7" stands in row 9 too. Each segment may stand once.'),
        ("segment", "s\u200b7", "'s\\u200b7' holds an invisible character. Type the text anew."),
        ("segment", None, "This must not be empty. Write a text: name by which every other "),
    ],
)
def test_one_bad_cell_of_many_is_named(parquet_of, column, value, words):
    """File, row, column, value and remedy, as in a table of two rows."""
    (problem,) = read_case(parquet_of(column, 23_456, value)).problems
    assert (problem.file, problem.row, problem.column) == ("segments.parquet", 23_456, column)
    assert str(problem).startswith(f"segments.parquet row 23456 {column}: {words}")


def test_an_unknown_segment_is_told_the_nearest_of_many(parquet_of):
    """Among 25,000 ids the one that was likely meant is found."""
    home = parquet_of("customers", 2, 1.0)
    (home / "response.csv").write_text("segment,leave_probability\ns-2345,0.1\n", encoding="utf-8")
    (problem,) = read_case(home).problems
    assert problem.message == '"s-2345" is not in segments.'
    assert problem.remedy.startswith('Did you mean "s')


def test_columns_that_a_file_does_not_have_take_no_room(parquet_of):
    """One value, however many rows; it still is a column of that length."""
    table = load_case(parquet_of("customers", 2, 1.0)).table("segments")
    assert table.numbers("weight").strides == (0,)
    assert np.isnan(table.numbers("weight")).sum() == 25_000
    assert isinstance(table.texts("group"), Texts)
    assert len(table.texts("group").codes) == 25_000
