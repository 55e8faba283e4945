"""What `slopt new` writes: it reads back without a problem, solves, and overwrites nothing."""

from __future__ import annotations

import csv
import io
import os
import re
import zipfile

import openpyxl
import pytest

from slopt.case.load import load_case, read_case
from slopt.case.schema import SETTINGS, TABLES
from slopt.case.starter import EXTRA_COLUMNS, ROWS, SETTINGS_IN_USE, SETTINGS_TO_TRY
from slopt.case.template import example_files, starter_files, write_case, write_workbook
from slopt.engine.solving import solve_case
from slopt.errors import InvalidInput, UsageError
from slopt.shipped import examples
from slopt.vocabulary import Status


@pytest.fixture
def cells(tmp_path):
    """Write a template workbook and open it with openpyxl."""

    def build(example=None):
        (path,) = write_case(tmp_path / f"book-{example}", example, workbook=True)
        return openpyxl.load_workbook(path)

    return build


@pytest.mark.parametrize("workbook", [False, True])
def test_the_starter_case_solves(tmp_path, workbook):
    """The starter has no problems and its plan is proven."""
    written = write_case(tmp_path / "mine", None, workbook)
    path = written[0] if workbook else tmp_path / "mine"
    assert read_case(path).problems == ()
    solved = solve_case(load_case(path))
    assert solved.outcome.status is Status.OPTIMAL
    assert solved.plan is not None


def test_the_starter_is_the_same_case_as_folder_and_workbook(tmp_path):
    """Both are made from the same rows."""
    write_case(tmp_path / "mine", None, workbook=False)
    (book,) = write_case(tmp_path / "mine", None, workbook=True)
    assert book.name == "mine.xlsx"
    assert load_case(book).hash == load_case(tmp_path / "mine").hash


def test_every_setting_of_the_starter_may_be_used(tmp_path):
    """With every # before a setting taken away, the case still has no problem and solves."""
    text = starter_files()["case.toml"]
    used = re.sub(r"^# (\w+ = )", r"\1", text, flags=re.M)
    write_case(tmp_path / "mine", None, workbook=False)
    (tmp_path / "mine" / "case.toml").write_text(used, encoding="utf-8")
    assert read_case(tmp_path / "mine").problems == ()
    assert solve_case(load_case(tmp_path / "mine")).outcome.status is Status.OPTIMAL
    for column in SETTINGS.columns:
        assert (f"\n{column.name.split('.')[1]} = " in used) != column.further


def test_only_what_a_case_needs_is_in_use():
    """Name, currency, period and goal stand in the starter; everything else is behind a #."""
    lines = starter_files()["case.toml"].splitlines()
    in_use = [line.split(" = ")[0] for line in lines if line and line[0] not in "#["]
    assert in_use == ["name", "currency", "period", "goal"]


def test_starter_headers_and_units_are_those_of_the_schema():
    """Row 1 has every column of the schema, row 2 its unit in brackets; tables and columns that
    only some businesses need are left out.
    """
    names = {f"{schema.name}.csv" for schema in TABLES if not schema.further}
    assert set(starter_files()) == {"case.toml", *names}
    for schema in TABLES:
        if schema.further:
            continue
        rows = list(csv.reader(io.StringIO(starter_files()[f"{schema.name}.csv"])))
        extra = EXTRA_COLUMNS.get(schema.name, ())
        names = [column.name for column in schema.columns if not column.further]
        assert rows[0] == [*names[:-1], *extra, "note"]
        assert rows[1] == [f"[{schema.column(name).unit_words}]" for name in rows[0]]
        assert len(rows) == 2 + len(ROWS.get(schema.name, ()))


def test_starter_values_belong_to_the_schema():
    """No example value is for a column or setting that there is not."""
    for name, rows in ROWS.items():
        columns = {
            column.name for schema in TABLES if schema.name == name for column in schema.columns
        }
        assert {key for row in rows for key in row} <= columns
    assert {*SETTINGS_IN_USE, *SETTINGS_TO_TRY} <= {column.name for column in SETTINGS.columns}


@pytest.mark.parametrize("name", sorted(examples()))
def test_examples_are_copied_whole(tmp_path, name):
    """Every file of the example arrives byte for byte."""
    written = write_case(tmp_path / "copy", name, workbook=False)
    source = examples()[name]
    assert {path.name for path in written} == set(example_files(source))
    for path in written:
        assert path.read_bytes() == (source / path.name).read_bytes()


def test_unknown_examples_name_the_nearest(tmp_path):
    """A misspelt example is a usage error, and nothing is written."""
    with pytest.raises(
        UsageError, match=r'neither a file nor an example "tinny".* Did you mean "tiny"'
    ):
        write_case(tmp_path / "x", "tinny", workbook=False)
    assert not list(tmp_path.iterdir())


def test_nothing_is_overwritten(tmp_path):
    """A folder that is not empty, a file, and an existing workbook are refused."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "book.xlsx").write_text("mine")
    for target, workbook in (("full", False), ("file", False), ("book", True), ("book.xlsx", True)):
        with pytest.raises(UsageError, match=r"Name a new (one|folder|file)\."):
            write_case(tmp_path / target, None, workbook)
    assert sorted(path.name for path in tmp_path.rglob("*")) == [
        "book.xlsx",
        "file",
        "full",
        "notes.txt",
    ]


def test_an_empty_folder_is_filled(tmp_path, monkeypatch):
    """`slopt new .` in a new folder writes there; parents are made where they are missing."""
    (tmp_path / "new").mkdir()
    monkeypatch.chdir(tmp_path / "new")
    write_case(type(tmp_path)("."), None, workbook=False)
    assert read_case(tmp_path / "new").problems == ()
    write_case(tmp_path / "a" / "b", "tiny", workbook=True)
    assert (tmp_path / "a" / "b.xlsx").is_file()


def test_a_failed_write_leaves_nothing(tmp_path, monkeypatch):
    """Files come whole or not at all, and drafts are cleared away."""

    def fail(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    for workbook in (False, True):
        with pytest.raises(UsageError, match="cannot be written: No space left on device"):
            write_case(tmp_path / "mine", None, workbook)
    assert not list(tmp_path.iterdir())


def test_new_files_may_be_read_by_those_who_may_read_others(tmp_path):
    """Permissions are those of any new file, not those of a temporary one."""
    mask = os.umask(0o022)
    try:
        write_case(tmp_path / "mine", None, workbook=False)
        (book,) = write_case(tmp_path / "mine", None, workbook=True)
    finally:
        os.umask(mask)
    assert (tmp_path / "mine").stat().st_mode & 0o777 == 0o755
    assert book.stat().st_mode & 0o777 == 0o644


def test_a_workbook_explains_itself(cells):
    """A read-me first, then the settings and a sheet for every table, with notes on the names."""
    book = cells()
    assert book.sheetnames == ["read me", "settings", *(schema.name for schema in TABLES)]
    assert [cell.value for cell in book["settings"][1]] == [
        "key",
        "value",
        "unit",
        "default",
        "meaning",
    ]
    assert [row[0].value for row in book["settings"].iter_rows(min_row=2)] == [
        column.name for column in SETTINGS.columns
    ]
    for schema in TABLES:
        sheet = book[schema.name]
        assert sheet.freeze_panes == "B3"
        for cell in sheet[1]:
            column = schema.column(cell.value)
            assert column.meaning in cell.comment.text
            assert ("Required." if column.required else "mpty") in cell.comment.text
            assert sheet.cell(2, cell.column).value == f"[{column.unit_words}]"


def _listed(book, formula):
    """The texts of a drop-down, its own or those of the cells that it points at."""
    if formula.startswith('"'):
        return formula.strip('"').split(",")
    sheet, cells = formula.replace("$", "").split("!")
    return [cell.value for (cell,) in book[sheet.strip("'")][cells]]


def test_a_workbook_offers_what_may_stand_in_a_cell(cells):
    """Choices, true and false and ids of other tables drop down; ranges are checked softly."""
    book = cells()
    checks = {}
    for schema in TABLES:
        sheet = book[schema.name]
        for check in sheet.data_validations.dataValidation:
            heading = sheet.cell(1, next(iter(check.sqref.ranges)).min_col).value
            checks[schema.name, heading] = check
    for schema in TABLES:
        for column in schema.columns:
            check = checks.get((schema.name, column.name))
            if column.choices:
                assert _listed(book, check.formula1) == list(column.choices)
            elif column.refers_to:
                assert f"OFFSET({column.refers_to}!$A$3" in check.formula1
                assert check.errorStyle == "warning"
            elif column.low is not None:
                assert (check.type in ("decimal", "whole"), check.errorStyle) == (True, "warning")
    assert checks["offers", "allowed"].formula1 == '"true,false"'
    assert checks["segments", "margin"].sqref.ranges
    goals = book["settings"].data_validations.dataValidation
    assert any("max_service" in (check.formula1 or "") for check in goals)


def test_cells_of_a_workbook_have_their_types(tmp_path, folder):
    """Ids are texts, numbers numbers, flags flags; what looks like a formula stays text."""
    path = folder(
        {
            "segments.csv": "segment,customers,name\n001,10,=1+1\n-A,2e1,@home\n'=B,1,''=x\n",
            "tiers.csv": "tier,service_level\n1,0.8\n",
            "offers.csv": "segment,tier,allowed,service_cost,use:h\n001,1,no,5,0.1\n",
            "resources.csv": "resource,capacity\nh,0.30000000000000004\n",
        }
    )
    target = tmp_path / "typed.xlsx"
    write_workbook(target, path)
    assert load_case(target).hash == load_case(path).hash
    book = openpyxl.load_workbook(target)
    rows = [[cell.value for cell in row] for row in book["segments"].iter_rows(min_row=3)]
    assert [row[0] for row in rows] == ["001", "-A", "'=B"]
    assert [row[3] for row in rows] == [10, 20, 1]
    assert book["segments"]["B3"].data_type == "s"
    assert book["segments"]["A20"].number_format in ("General", "@")
    assert book["offers"]["C3"].value is False
    assert book["offers"]["J3"].value == 0.1
    assert book["resources"]["B3"].value == "0.30000000000000004"
    with zipfile.ZipFile(target) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "worksheets/sheet" in name]
    assert not any(b"<f>" in sheet for sheet in sheets)


def test_a_case_with_problems_is_not_written(tmp_path, folder):
    """A workbook is made of a case that can be read."""
    with pytest.raises(InvalidInput):
        write_workbook(tmp_path / "x.xlsx", folder({"tiers.csv": None}))
    assert not (tmp_path / "x.xlsx").exists()


def test_a_text_too_long_for_a_cell_is_refused(tmp_path, folder):
    """A spreadsheet keeps 32,767 characters of a cell; losing the rest in silence is no option."""
    path = folder({"segments.csv": f"segment,customers,note\nA,1,{'x' * 32768}\n"})
    with pytest.raises(UsageError, match="too long for a workbook"):
        write_workbook(tmp_path / "x.xlsx", path)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
