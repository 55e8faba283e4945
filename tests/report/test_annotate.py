"""A user's workbook with its bad cells marked: what is marked, and what is kept."""

from __future__ import annotations

import shutil
import zipfile

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from slopt.case.load import interpret
from slopt.case.read import read
from slopt.case.workbook_template import write_workbook
from slopt.report.annotate.annotate import annotated
from slopt.report.annotate.styles import GROUNDS
from slopt.report.language import Language
from slopt.vocabulary import Lang


@pytest.fixture
def bad(tmp_path):
    """The starter workbook with a wrong number, an empty id, and things of the user's own."""
    good, bad = tmp_path / "good.xlsx", tmp_path / "bad.xlsx"
    write_workbook(good)
    book = openpyxl.load_workbook(good)
    book["segments"]["D4"] = "many <b>&"
    book["segments"]["D4"].font = Font(bold=True)
    book["segments"]["D4"].number_format = "0.00"
    book["segments"]["A5"] = None
    book["tiers"]["C3"] = 3
    book["tiers"]["C3"].comment = Comment("my own note", "me")
    own = book.create_sheet("my own")
    own["A1"] = "=cmd"
    own["A1"].data_type = "s"
    own["A2"] = "=1+1"
    own["A2"].fill = PatternFill("solid", fgColor="FF00FF00")
    book.save(bad)
    return bad


def marked(path, tmp_path):
    """The marked workbook and the cells that its problems name, by sheet and address."""
    problems = interpret(read(path)).problems
    made = annotated(path, problems)
    file = tmp_path / "marked.xlsx"
    file.write_bytes(made.content)
    assert not made.homeless
    named = {(problem.table, problem.cell) for problem in problems}
    assert made.marked == len(named)
    return file, named


def test_bad_cells_and_no_others_are_marked_and_say_why(bad, tmp_path):
    """Each cell that a problem names has the ground of a mark and the message as its comment."""
    file, named = marked(bad, tmp_path)
    book = openpyxl.load_workbook(file)
    grounds = {
        (sheet.title, cell.coordinate)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb in GROUNDS.values()
    }
    assert grounds == named == {("segments", "D4"), ("segments", "A5"), ("tiers", "C3")}
    assert '"many <b>&" is not a number' in book["segments"]["D4"].comment.text
    assert "must not be empty" in book["segments"]["A5"].comment.text


def test_everything_else_is_kept(bad, tmp_path):
    """Formats, notes, formulas and texts stay; parts that nothing is said of, to the bit."""
    file, _named = marked(bad, tmp_path)
    book = openpyxl.load_workbook(file)
    cell = book["segments"]["D4"]
    assert cell.font.bold
    assert cell.number_format == "0.00"
    note = book["tiers"]["C3"].comment.text
    assert note.startswith("my own note")
    assert "above 1" in note
    assert book["my own"]["A1"].data_type == "s"
    assert book["my own"]["A2"].value == "=1+1"
    assert book["my own"]["A2"].fill.fgColor.rgb == "FF00FF00"
    assert book["segments"]["A1"].comment.text
    with zipfile.ZipFile(bad) as old, zipfile.ZipFile(file) as new:
        same = {name for name in old.namelist() if old.read(name) == new.read(name)}
        assert set(old.namelist()) <= set(new.namelist())
        assert "xl/workbook.xml" in same
        assert len(same) > len(old.namelist()) / 2


def test_a_workbook_as_slopt_writes_it_can_be_marked(tmp_path):
    """The template, never opened in a spreadsheet, takes marks; its drop-downs are kept."""
    path = tmp_path / "case.xlsx"
    write_workbook(path)
    problems = interpret(read(path), {"limits.budget": "-1"}).problems
    assert problems
    made = annotated(path, problems)
    assert made.marked + len(made.homeless) > 0
    (tmp_path / "marked.xlsx").write_bytes(made.content)
    before, after = openpyxl.load_workbook(path), openpyxl.load_workbook(tmp_path / "marked.xlsx")
    for title in before.sheetnames:
        checks = [sheet.data_validations.dataValidation for sheet in (before[title], after[title])]
        assert len(checks[0]) == len(checks[1])


def test_a_cell_that_is_not_in_the_file_is_put_in_its_place(tmp_path):
    """A required cell that was never filled, in a row that is there, is marked where it belongs."""
    path = tmp_path / "case.xlsx"
    write_workbook(path)
    book = openpyxl.load_workbook(path)
    sheet = book["segments"]
    sheet.delete_cols(4)  # customers, which is required
    book.save(path)
    problems = interpret(read(path)).problems
    (tmp_path / "marked.xlsx").write_bytes(annotated(path, problems).content)
    again = interpret(read(tmp_path / "marked.xlsx")).problems
    assert [problem.message for problem in again] == [problem.message for problem in problems]


def test_macros_are_kept(bad, tmp_path):
    """A part that slopt knows nothing of, such as macros, is in the copy as it was."""
    path = tmp_path / "macros.xlsm"
    shutil.copy(bad, path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\x00macros")
    made = annotated(path, interpret(read(path)).problems)
    (tmp_path / "marked.xlsm").write_bytes(made.content)
    with zipfile.ZipFile(tmp_path / "marked.xlsm") as archive:
        assert archive.read("xl/vbaProject.bin") == b"\x00macros"


def test_marking_again_doubles_no_comment(bad, tmp_path):
    """A marked workbook that is marked again says everything once; what an earlier check said in
    another language gives way, and one's own notes stay.
    """
    problems = interpret(read(bad)).problems
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    first.write_bytes(annotated(bad, problems, Language(Lang.ZH)).content)
    for path in (first, second):
        second.write_bytes(annotated(path, interpret(read(path)).problems).content)
    book = openpyxl.load_workbook(second)
    said = book["segments"]["D4"].comment.text
    assert said.count("is not a number") == 1
    assert "不是" not in said
    note = book["tiers"]["C3"].comment.text
    assert note.count("my own note") == note.count("above 1") == 1


def test_marks_on_a_sheet_that_is_hidden_are_told(bad):
    """Nobody looks for a mark where no sheet is seen."""
    book = openpyxl.load_workbook(bad)
    book["tiers"].sheet_state = "hidden"
    book.save(bad)
    assert annotated(bad, interpret(read(bad)).problems).hidden == ("tiers",)
