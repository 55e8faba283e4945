"""Whatever stands in a file, reading ends in a case or in problems, never in a traceback."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopt.case.load import read_case
from slopt.case.schema import TABLES
from slopt.case.template import example_files, write_case
from slopt.errors import Severity
from slopt.shipped import examples

WORDS = st.sampled_from(
    ["segment", "customers", "tier", "use:x", "note", "A", "B", "low", "*", "0.5", "1,5", "NA", ""]
)
CELLS = WORDS | st.text(max_size=5) | st.floats().map(str)
ROWS = st.lists(st.lists(CELLS, max_size=6).map(",".join), max_size=6).map("\n".join)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    """A copy of the tiny example whose files are overwritten one at a time."""
    home = tmp_path_factory.mktemp("fuzz") / "tiny"
    write_case(home, "tiny", workbook=False)
    return home


def read_with(home, name, data):
    """The problems of the case with one file replaced; all of them fit to be shown."""
    original = (home / name).read_bytes() if (home / name).exists() else None
    (home / name).write_bytes(data)
    try:
        reading = read_case(home)
    finally:
        (home / name).unlink() if original is None else (home / name).write_bytes(original)
    assert (reading.case is None) == bool(reading.errors)
    for problem in reading.problems:
        assert problem.message.endswith(".")
        assert problem.remedy.endswith((".", "?"))
        assert problem.file
        assert str(problem)
    if reading.case:
        assert len(reading.case.hash) == 64
    return reading


@given(data=st.binary(max_size=200), name=st.sampled_from([t.name for t in TABLES]))
def test_any_bytes_as_csv_are_read_or_refused(scratch, data, name):
    """Bytes of any kind under the name of a table."""
    read_with(scratch, f"{name}.csv", data)


@given(text=ROWS, name=st.sampled_from([t.name for t in TABLES]))
def test_any_rows_as_csv_are_read_or_refused(scratch, text, name):
    """Rows of words that look like a table's, in any disorder."""
    read_with(scratch, f"{name}.csv", text.encode(errors="replace"))


@given(data=st.data())
def test_any_cells_under_a_right_header_are_read_or_refused(scratch, data):
    """The right columns with any text in them reach every check between tables."""
    schema = data.draw(st.sampled_from(TABLES))
    names = [column.name for column in schema.columns]
    cells = {
        column.name: st.sampled_from(
            [*column.choices, "", "*", "key", "regular", "basic", "premium", "0", "1", "0.5", "-1"]
        )
        for column in schema.columns
    }
    rows = data.draw(st.lists(st.tuples(*(cells[name] for name in names)), max_size=5))
    text = "\n".join([",".join(names), *(",".join(row) for row in rows)])
    read_with(scratch, f"{schema.name}.csv", text.encode())


@given(data=st.binary(max_size=100) | st.text(max_size=100).map(str.encode))
def test_any_bytes_as_settings_are_read_or_refused(scratch, data):
    """Bytes of any kind as case.toml."""
    read_with(scratch, "case.toml", data)


@pytest.mark.parametrize("name", sorted(example_files(examples()["tiny"])))
def test_damaged_files_are_read_or_refused(scratch, name):
    """Any byte of a good file changed, cut off or doubled."""
    good = example_files(examples()["tiny"])[name]
    seeded = random.Random(1)
    for _ in range(60):
        place = seeded.randrange(len(good))
        changed = good[:place] + bytes([seeded.randrange(256)]) + good[place + 1 :]
        for data in (changed, good[:place], good[:place] + good[place // 2 :]):
            read_with(scratch, name, data)


def test_damaged_workbooks_are_read_or_refused(tmp_path):
    """Any byte of a good workbook changed or cut off."""
    (book,) = write_case(tmp_path / "book", "tiny", workbook=True)
    good, seeded = book.read_bytes(), random.Random(2)
    for number in range(60):
        place = seeded.randrange(len(good))
        changed = good[:place] + bytes([seeded.randrange(256)]) + good[place + 1 :]
        path = tmp_path / f"damaged{number}.xlsx"
        path.write_bytes(changed if number % 3 else good[:place])
        reading = read_case(path)
        assert all(p.severity in tuple(Severity) and p.remedy for p in reading.problems)
