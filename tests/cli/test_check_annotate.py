"""`slopt check --annotate`: the user's own workbook with its bad cells marked."""

from __future__ import annotations

import openpyxl
import pytest

from slopt.case.workbook_template import write_workbook


@pytest.fixture
def bad(tmp_path):
    """The starter workbook with three cells that cannot be read."""
    path = tmp_path / "bad.xlsx"
    write_workbook(path)
    book = openpyxl.load_workbook(path)
    book["segments"]["D4"] = "many"
    book["segments"]["A5"] = None
    book["tiers"]["C3"] = 3
    book.save(path)
    return path


def test_check_writes_a_marked_copy_and_leaves_the_case(slopt, bad):
    """`check --annotate` names the copy, ends with 3, and refuses to write over what is there."""
    before = bad.read_bytes()
    ran = slopt("check", bad, "--annotate")
    assert ran.code == 3
    assert "Marked 3 cells in" in ran.out
    assert bad.read_bytes() == before
    assert (bad.parent / "bad-checked.xlsx").exists()
    assert slopt("check", bad, "--annotate").code == 2
    assert slopt("check", bad, "--annotate", "--out", bad).code == 2
    assert slopt("check", "tiny", "--annotate").code == 2
    assert bad.read_bytes() == before


def test_json_of_an_annotated_check_is_one_document(slopt, bad, tmp_path):
    """With --json the list of problems alone is on standard output; a folder takes both files."""
    ran = slopt("check", bad, "--annotate", "--json", "--out", tmp_path / "out")
    assert len(ran.json) == 3
    assert "Marked 3 cells" in ran.err
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"problems.json", "bad-checked.xlsx"}


def test_a_case_without_problems_is_not_written_again(slopt, tmp_path):
    """There is nothing to mark in a case that is right."""
    path = tmp_path / "case.xlsx"
    write_workbook(path)
    ran = slopt("check", path, "--annotate")
    assert ran.code == 0
    assert "nothing to mark" in ran.out
    assert [file.name for file in tmp_path.iterdir()] == ["case.xlsx"]


def test_a_hidden_sheet_with_marks_is_named(slopt, bad):
    """The terminal says where marks stand that a spreadsheet does not show."""
    book = openpyxl.load_workbook(bad)
    book["tiers"].sheet_state = "hidden"
    book.save(bad)
    assert "hidden sheets too: tiers." in slopt("check", bad, "--annotate").out
