"""Workbooks: cells with addresses, error cells, formulas, dates, damaged and hostile files."""

from __future__ import annotations

import datetime as dt
import re
import struct
import zipfile

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from slopt.case import archive, workbook
from slopt.case.load import load_case, read_case
from slopt.case.read import read_table
from slopt.case.schema import PLAN


def texts(path):
    """The problems of a workbook as they are printed."""
    return [str(problem) for problem in read_case(path).problems]


def with_part(path, name, change):
    """The workbook with one part of its archive changed."""
    changed = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            new.writestr(part.filename, change(data) if part.filename == name else data)
    return changed


def test_a_workbook_is_a_case(book):
    """Sheets are tables, the settings sheet is case.toml; ids that are numbers lose no digit."""
    case = load_case(book({"segments": [["segment", "customers"], [7, 10], ["007", 20]]}))
    assert case.segments == ["7", "007"]
    assert case.settings.case.name == "Small"
    assert case.settings.case.discount_rate == 0.1


def test_problems_have_cell_addresses(book):
    """Row, heading and address of the cell, whatever the order of columns."""
    rows = [["note", "客户群", "毛利率", "customers"], ["", "A", 97, 5], ["", "B", 0.5, -1]]
    problems = read_case(book({"segments": rows})).problems
    assert [(p.row, p.column, p.value, p.cell) for p in problems] == [
        (3, "customers", "-1", "D3"),
        (2, "毛利率", "97", "C2"),
    ]
    assert all(p.file.endswith(".xlsx") for p in problems)


def test_addresses_go_past_z(book):
    """Column 27 is AA."""
    rows = [[*[""] * 25, "segment", "customers"], [*[""] * 25, "A", "x"]]
    assert [p.cell for p in read_case(book({"segments": rows})).problems] == ["AA2"]


def test_settings_have_cell_addresses(book):
    """The address of a setting is that of its value, wherever the value column stands."""
    rows = [
        ["meaning", "Value", "Key"],
        ["", "Small", "case.name"],
        ["", "much", "limits.budget"],
        ["", 2, "max_tears"],
        ["", 3, "max_tiers"],
    ]
    problems = read_case(book({"settings": rows})).problems
    assert [(p.row, p.column, p.value, p.cell) for p in problems] == [
        (4, "max_tears", "2", "B4"),
        (3, "limits.budget", "much", "B3"),
    ]
    assert problems[0].remedy == 'Did you mean "limits.max_tiers"?'


def test_settings_may_leave_out_the_section_where_it_is_clear(book):
    """`budget` is limits.budget; `segment` could only be words.segment; twice is a problem."""
    rows = [
        ["key", "value"],
        ["name", "Small"],
        ["", ""],
        ["budget", 5],
        ["limits.budget", 6],
        ["", 7],
    ]
    path = book({"settings": rows})
    assert texts(path) == [
        f'{path.name} row 5 key: "limits.budget" stands in row 4 too. Keep one.',
        f"{path.name} row 6 key: This value has no key. Write the name of the setting beside it.",
    ]
    rows = [["key", "value"], ["name", "Small"], ["segment", "destination"]]
    assert load_case(book({"settings": rows})).settings.words.segment == "destination"


def test_the_settings_sheet_names_its_columns(book):
    """Without key and value in row 1 nothing is guessed, and nothing else is missed."""
    path = book({"settings": [["case.name", "Small"]]})
    assert texts(path) == [
        f"{path.name} row 1: The first row does not name the columns key and value. Write key in "
        "A1 and value in B1."
    ]


@pytest.mark.parametrize(
    ("rows", "row"), [([["key", "value"]], ""), ([["key", "value"], ["case.name", ""]], " row 2")]
)
def test_a_name_is_required_in_a_sheet(book, rows, row):
    """The remedy speaks of the sheet, not of TOML."""
    path = book({"settings": rows})
    assert texts(path) == [
        f"{path.name}{row} case.name: The setting is missing. Write case.name under key and its "
        "value beside it."
    ]


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("settings", "There is no sheet named settings. Add one with the columns key and value"),
        ("tiers", "The table tiers is missing. Add a sheet named tiers: slopt describe tiers."),
    ],
)
def test_missing_sheets_are_named(book, missing, words):
    """A workbook lacks sheets, not files."""
    path = book({missing: None})
    assert [text.startswith(f"{path.name}: {words}") for text in texts(path)] == [True]


def test_sheets_have_chinese_names_and_others_are_passed_over(book):
    """客户群 is segments, 设置 is settings; a sheet of notes is nobody's business."""
    sheets = {
        "segments": None,
        "tiers": None,
        "settings": None,
        "客户群": [["客户群", "客户数"], ["华东", 10]],
        " Tiers ": [["服务等级", "服务水平"], ["标准", 0.9]],
        "设置": [["键", "值"], ["case.name", "案例"]],
        "Notes of mine": [["anything"]],
    }
    case = load_case(book(sheets))
    assert (case.segments, case.tiers, case.settings.case.name) == (["华东"], ["标准"], "案例")


def test_a_misspelt_sheet_is_noticed(book):
    """A sheet nearly named as a table that is not there is no sheet of notes."""
    path = book({"tiers": None, "teirs": [["tier", "service_level"], ["low", 0.8]]})
    assert texts(path) == [
        f'{path.name}: "teirs" is not the name of a table. Did you mean "tiers"?'
    ]


@pytest.mark.parametrize(
    ("title", "near"), [("服务档表", "服务档"), ("服务等极", "服务等级"), ("tier", "tiers")]
)
def test_a_misspelt_chinese_sheet_is_noticed_too(book, title, near):
    """The name that is near is told as it would be written there."""
    path = book({"tiers": None, title: [["服务档", "服务水平"], ["低", 0.8]]})
    assert texts(path) == [
        f'{path.name}: "{title}" is not the name of a table. Did you mean "{near}"?'
    ]


def test_a_sheet_that_may_be_the_one_that_is_missing_is_told(book):
    """Where a table is missing that must be there, sheets that were not read are named."""
    said = texts(book({"tiers": None, "menu 2027": [["tier", "service_level"], ["low", 0.8]]}))
    assert any("The table tiers is missing." in text for text in said)
    assert any('"menu 2027" is not the name of a table; the sheet was not read.' in text
               and 'call it "tiers"' in text for text in said)  # fmt: skip


def test_tiers_may_be_headed_as_the_chinese_pages_call_them(book):
    """服务档 and 现有服务档 are read, as 等级 and 当前等级 are."""
    sheets = {
        "segments": None,
        "tiers": None,
        "客户群": [["客户群", "客户数", "毛利率", "现有服务档"], ["华东", 10, 0.5, "标准"]],
        "服务档": [["服务档", "服务水平"], ["标准", 0.9]],
    }
    case = load_case(book(sheets))
    assert (case.tiers, case.table("segments").texts("current_tier")) == (["标准"], ["标准"])


def test_two_sheets_for_one_table_are_a_problem(book):
    """Which of them counts is not guessed."""
    path = book({"客户群": [["客户群", "客户数"], ["华东", 10]]})
    assert texts(path) == [f"{path.name}: There is more than one sheet for segments. Keep one."]


def test_empty_sheets_are_no_tables(book):
    """A sheet without a cell, or with a header alone, is as if it were not there."""
    empty = load_case(book({"offers": [], "rules": [["rule", "kind"]]}))
    assert empty.hash == load_case(book()).hash


def test_error_cells_are_problems_where_they_stand(book):
    """#DIV/0! and the like are hidden by readers; here each is one problem with its address."""

    def divide(sheet, _):
        sheet.write_formula("B2", "=1/0", None, "#DIV/0!")
        sheet.write_formula("C3", "=foo", None, "#NAME?")

    path = book(
        {"segments": [["segment", "customers", "name"], ["A"], ["B", 2]]}, {"segments": divide}
    )
    problems = read_case(with_part(path, "xl/workbook.xml", computed)).problems
    assert [(p.row, p.column, p.value, p.cell, p.message) for p in problems] == [
        (3, "name", "#NAME?", "C3", '"#NAME?" is an error value.'),
        (2, "customers", "#DIV/0!", "B2", '"#DIV/0!" is an error value.'),
    ]
    assert problems[0].remedy.startswith("Write the value itself, or open the file")


def computed(data: bytes) -> bytes:
    """As a spreadsheet saves it: formulas computed, no wish to compute them again."""
    return data.replace(b' fullCalcOnLoad="1"', b"")


def test_computed_formulas_are_their_values(book):
    """The value that a spreadsheet has stored counts."""

    def add(sheet, _):
        sheet.write_formula("B2", "=4+5", None, 9)

    path = book({"segments": [["segment", "customers"], ["A"]]}, {"segments": add})
    case = load_case(with_part(path, "xl/workbook.xml", computed))
    assert case.table("segments").numbers("customers").tolist() == [9.0]


def test_formulas_that_were_never_computed_are_problems(book, tmp_path):
    """Programs write formulas without a value, or with 0 in its place; neither is an input."""

    def add(sheet, _):
        sheet.write_formula("B2", '=4+5&"<"')

    path = book({"segments": [["segment", "customers"], ["A"]]}, {"segments": add})
    written = openpyxl.load_workbook(path)
    written.save(tmp_path / "saved.xlsx")
    for file in (path, tmp_path / "saved.xlsx"):
        (problem,) = read_case(file).problems
        assert (problem.cell, problem.column) == ("B2", "customers")
        assert problem.message == 'The formula "=4+5&"<"" was never computed.'


def test_dates_are_told_apart_from_numbers_and_ids(book):
    """What a spreadsheet has made a date of is not read as 45000 or 2024-02-01."""

    def date(sheet, workbook):
        style = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for cell in ("A2", "B2", "C2"):
            sheet.write_datetime(cell, dt.datetime(2024, 2, 1), style)

    path = book({"segments": [["segment", "customers", "name"]]}, {"segments": date})
    assert texts(path) == [
        f'{path.name} row 2 segment: "2024-02-01" is a date or time, not an id. Format the column '
        "as text and type the id again.",
        f'{path.name} row 2 customers: "2024-02-01" is a date or time, not a number. Write a '
        "number, 0 or more (count of customers).",
    ]


def test_booleans_and_text_numbers_are_read(book):
    """A ticked box is a flag; a number typed as text is that number."""
    offers = [["segment", "tier", "allowed", "service_cost"], ["A", "low", False, "12.5"]]
    table = load_case(book({"offers": offers})).table("offers")
    assert table.flags("allowed").tolist() == [False]
    assert table.numbers("service_cost").tolist() == [12.5]


def test_values_beside_the_table_are_problems(book):
    """A value under no heading may be a column whose name was lost."""
    path = book({"segments": [["segment", "customers"], ["A", 1, "", "x"]]})
    (problem,) = read_case(path).problems
    assert (problem.cell, problem.value) == ("D2", "x")
    assert problem.message == "Column D has a value here but no name."


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 damaged",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,  # how an encrypted workbook begins
        b"segment,customers\nA,1\n",
    ],
)
def test_what_is_no_workbook_is_one_problem(tmp_path, data):
    """Damaged and encrypted files, and others by that name; no table is missed in them."""
    path = tmp_path / "case.xlsx"
    path.write_bytes(data)
    assert texts(path) == [
        "case.xlsx: The file is no .xlsx workbook: damaged, protected by a password, or another "
        "format. Open it and save it as .xlsx without a password."
    ]


def test_a_zip_file_is_no_workbook(tmp_path):
    """An archive of other things is told apart."""
    path = tmp_path / "case.xlsx"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("hello.txt", "hello")
    assert len(texts(path)) == 1


def test_a_truncated_workbook_is_one_problem(book, tmp_path):
    """Half a download is no workbook."""
    data = book().read_bytes()
    path = tmp_path / "half.xlsx"
    path.write_bytes(data[: len(data) // 2])
    assert len(texts(path)) == 1


def test_broken_xml_in_a_sheet_is_a_problem(book):
    """A sheet that cannot be parsed is named; the others are read."""
    path = with_part(book(), "xl/worksheets/sheet2.xml", lambda data: data[: len(data) // 2])
    (problem,) = read_case(path).problems
    assert problem.table == "segments"
    assert problem.message.startswith("The file cannot be read as a workbook")


def test_a_zip_bomb_is_refused_before_it_expands(book):
    """A sheet of 40 MB of spaces packs into 40 kB; its ratio gives it away."""
    path = with_part(book(), "xl/worksheets/sheet2.xml", lambda data: data + b" " * (40 * 1024**2))
    assert path.stat().st_size < 100_000
    (text,) = texts(path)
    assert "The file expands from 0.0 to 40 MiB. Save the tables alone" in text


def test_a_declared_huge_size_is_refused(book, tmp_path):
    """The size in the archive's directory is believed before anything is unpacked."""
    data = bytearray(book().read_bytes())
    place = data.index(b"PK\x01\x02")
    data[place + 24 : place + 28] = struct.pack("<I", 2**31)
    path = tmp_path / "huge.xlsx"
    path.write_bytes(data)
    (text,) = texts(path)
    assert "to 2,048 MiB" in text


def test_a_size_that_is_declared_too_small_is_refused(book, tmp_path):
    """An archive that understates its sizes would pass the check and expand all the same."""
    data = bytearray(book().read_bytes())
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = data.index(mark)
        data[place + offset : place + offset + 4] = struct.pack("<I", 10)
    path = tmp_path / "lying.xlsx"
    path.write_bytes(data)
    assert texts(path) == [
        "lying.xlsx: The file declares sizes that are not its own. Save it as .xlsx anew."
    ]


def test_large_files_are_refused_by_their_size(book, monkeypatch):
    """A limit on bytes, and one on cells, before the reader takes the memory."""
    path = book()
    monkeypatch.setattr(workbook, "MAX_CELLS", 5)
    assert {p.message for p in read_case(path).problems} == {
        f"The sheet {name} spans 3 rows x 2 columns." for name in ("settings", "segments", "tiers")
    }
    monkeypatch.setattr(archive, "MAX_BYTES", 1024)
    (text,) = texts(path)
    assert re.search(r"The file has 0 MiB, more than 0\. Hand in large tables as Parquet", text)


def test_one_table_from_a_workbook(book):
    """A plan that one brings is the sheet of that name, else the first sheet."""
    named = book({"plan": [["segment", "tier"], ["A", "low"]]})
    first = book({"settings": None, "segments": None, "tiers": [["segment", "tier"], ["A", "low"]]})
    for path in (named, first):
        table, problems = read_table(path, PLAN)
        assert not problems
        assert table.columns == [["A"], ["low"]]


def test_a_stray_cell_far_away_is_refused(book):
    """The reader would reserve room for 17,000,000,000 cells, and the process would end."""

    def stray(sheet, _):
        sheet.write(1048575, 16383, "x")

    path = book(extra={"segments": stray})
    assert texts(path) == [
        f"{path.name}: The sheet segments spans 1,048,576 rows x 16,384 columns. Delete what "
        "stands far from the table, or hand in Parquet."
    ]


def test_the_reader_gives_errors_and_bare_formulas_as_blanks(book):
    """A fact of python-calamine on which the look at the archive rests."""

    def add(sheet, _):
        sheet.write_formula("A1", "=1/0", None, "#DIV/0!")
        sheet.write_formula("B1", "=1+1")
        sheet.write_formula("C1", "=1+1", None, "")
        sheet.write("D1", 5)

    path = book({"x": []}, {"x": add})
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("x").to_python()
    assert rows == [["", 0.0, "", 5.0]]
