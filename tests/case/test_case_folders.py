"""A case as a whole: what is there, what is not, everything wrong in one go, and its hash."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from slopt.case.load import load_case, read_case
from slopt.case.raw import column_letters
from slopt.case.read import read
from slopt.case.template import write_case
from slopt.errors import InvalidInput
from slopt.shipped import examples


@pytest.mark.parametrize("name", sorted(examples()))
def test_shipped_examples_have_no_problems(name):
    """Every shipped example reads without an error or a warning."""
    assert read_case(examples()[name]).problems == ()


def test_a_missing_path_names_what_is_near(folder):
    """A misspelt folder is told the nearest name beside it, and nothing is missed in it."""
    path = folder()
    (problem,) = read_case(path.with_name("caze0")).problems
    assert problem.message == f'There is no folder or workbook "{path.with_name("caze0")}".'
    assert problem.remedy == 'Did you mean "case0"?'
    (problem,) = read_case(path / "no" / "case.xlsx").problems
    assert problem.remedy == "Name a folder with case.toml, or a workbook."


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("case.toml", 'Name its folder: "case0".'),
        ("segments.csv", 'Name its folder: "case0".'),
        ("case.ods", "Save it as an .xlsx workbook."),
        ("case.pdf", "Name a folder with case.toml, or an .xlsx workbook."),
    ],
)
def test_other_files_are_no_cases(folder, name, remedy):
    """A file that is no workbook is told what a case is."""
    path = folder({"case.ods": "x", "case.pdf": "x"}) / name
    assert [str(p) for p in read_case(path).problems] == [
        f'{name}: "{name}" is neither a folder nor an .xlsx workbook. {remedy}'
    ]


def test_a_folder_without_settings_or_tables_names_all_it_lacks(tmp_path):
    """case.toml and the two required tables, each with the remedy."""
    (tmp_path / "empty").mkdir()
    assert [str(p) for p in read_case(tmp_path / "empty").problems] == [
        'empty: The folder has no case.toml. Write one with name = "..." under [case]: slopt '
        "describe settings.",
        "segments.csv: The table segments is missing. Add segments.csv: slopt describe segments.",
        "tiers.csv: The table tiers is missing. Add tiers.csv: slopt describe tiers.",
    ]


def test_misspelt_files_are_named_and_not_missed_twice(only):
    """A file nearly named as a table that is not there."""
    assert str(only({"tiers.csv": None, "tier.csv": "tier,service_level\nlow,1\n"})) == (
        'tier.csv: "tier" is not the name of a table. Did you mean "tiers.csv"?'
    )


def test_other_files_are_passed_over_with_a_warning_where_they_look_like_tables(check):
    """A CSV of another name may be meant; notes, hidden files and programs are no tables."""
    files = {"backup2026.csv": "x", "SOURCE.md": "x", "derive.py": "x", ".segments.csv": "x"}
    problems = check({**files, "~$case.csv": "x", "_old.csv": "x"})
    assert [(p.severity, str(p)) for p in problems] == [
        (
            "warning",
            'backup2026.csv: "backup2026" is not the name of a table; the file was not read. '
            "Nothing to do if that is meant.",
        )
    ]


def test_tables_in_other_formats_are_not_passed_over(check):
    """response.xlsx in a folder would be missed in silence; beside response.csv it is a copy."""
    assert [str(p) for p in check({"response.xlsx": "x"})] == [
        "response.xlsx: A table in a folder is CSV or Parquet, not .xlsx. Save it as response.csv."
    ]
    assert [p.severity for p in check({"sources.txt": "x"})] == ["warning"]
    assert not check({"response.xlsx": "x", "response.csv": "segment\n*\n"})


def test_two_files_for_one_table_are_a_problem(only):
    """Which of them counts is not guessed, under any of the table's names."""
    problem = only({"客户群.csv": "segment,customers\nA,1\n"})
    assert str(problem) == (
        "segments.csv: The table segments stands in segments.csv and 客户群.csv. Keep one of the "
        "files."
    )


def test_folders_named_as_tables_are_passed_over(folder):
    """Only files are read."""
    path = folder()
    (path / "offers.csv").mkdir()
    assert load_case(path).segments == ["A", "B"]


def test_a_file_that_may_not_be_read_is_a_problem(folder, monkeypatch):
    """What the system refuses is a problem of that file, not a traceback."""

    def refuse(self):
        raise PermissionError(13, "Permission denied")

    path = folder()
    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    problems = read_case(path).problems
    assert [p.file for p in problems] == ["case.toml", "segments.csv", "tiers.csv"]
    assert problems[0].message == "The file cannot be opened: Permission denied."


def test_everything_wrong_is_said_in_one_go(folder):
    """Ten mistakes in seven files give ten problems, each with its place, value and remedy."""
    path = folder(
        {
            "case.toml": '[case]\nname = "Bad"\ndiscount_rate = 0.1\n[limits]\nbudgett = 9\n',
            "segments.csv": "segment,customers,margin,current_tier\nA,10,18%,low\nB,-4,0.2,hihg\n"
            "A,5,0.1,\n",
            "tiers.csv": "tier,service_level\nlow,0.8\nhigh,97\n",
            "resources.csv": 'resource,capacity\nhours,"1,200"\n',
            "usage.csv": "resource,tier,per_ordr\nhours,low,1\n",
            "offers.csv": "segment,tier,lost_orders,lost_sales\nB,low,5,5\n",
            "rules.csv": "rule,kind,segment\nR,max_service_cost,B\n",
        }
    )
    with pytest.raises(InvalidInput) as caught:
        load_case(path)
    found = [(p.file, p.row, p.column, p.value, p.message, p.remedy) for p in caught.value.problems]
    assert sorted(found, key=lambda entry: (entry[0], entry[1])) == [
        (
            "case.toml",
            5,
            "limits.budgett",
            "9",
            '"limits.budgett" is not a setting.',
            'Did you mean "limits.budget"?',
        ),
        (
            "offers.csv",
            2,
            "lost_orders",
            "5",
            "lost_orders and lost_sales are both given.",
            "Give the three parts, or lost_sales in place of all three.",
        ),
        (
            "resources.csv",
            2,
            "capacity",
            "1,200",
            '"1,200" is not a number.',
            "Write 1200, or 1.200 if the comma marks decimals.",
        ),
        (
            "rules.csv",
            2,
            "value",
            None,
            "A rule of kind max_service_cost needs this.",
            "Write the limit.",
        ),
        ("segments.csv", 2, "margin", "18%", '"18%" is not a number.', "Write 0.18."),
        (
            "segments.csv",
            3,
            "customers",
            "-4",
            '"-4" is below 0.',
            "Write a number, 0 or more (count of customers).",
        ),
        (
            "segments.csv",
            3,
            "current_tier",
            "hihg",
            '"hihg" is not in tiers.',
            'Did you mean "high"?',
        ),
        (
            "segments.csv",
            4,
            "segment",
            "A",
            '"A" stands in row 2 too.',
            "Each segment may stand once.",
        ),
        ("tiers.csv", 3, "service_level", "97", '"97" is above 1.', "For 97 % write 0.97."),
        (
            "usage.csv",
            1,
            "per_ordr",
            "per_ordr",
            '"per_ordr" is not a column of usage.',
            'Did you mean "per_order"?',
        ),
    ]
    assert all(line in str(caught.value) for line in (str(p) for p in caught.value.problems))


@pytest.mark.parametrize("name", sorted(examples()))
def test_the_hash_does_not_depend_on_the_kind_of_file(name, tmp_path):
    """CSV, typed Parquet, Parquet of texts and a workbook of the same case hash the same."""
    source = examples()[name]
    expected = load_case(source).hash
    raw = read(source)
    for kind in ("typed", "texts"):
        home = tmp_path / kind
        home.mkdir()
        shutil.copy(source / "case.toml", home)
        for table, data in load_case(source).tables.items():
            if kind == "typed":
                frame = pd.DataFrame(data.as_lists())
            else:
                its = raw.tables[table]
                frame = pd.DataFrame(dict(zip(its.header, its.columns, strict=True)), dtype=str)
            frame.to_parquet(home / f"{table}.parquet")
        assert load_case(home).hash == expected, kind
    (book,) = write_case(tmp_path / "book", name, workbook=True)
    assert load_case(book).hash == expected


def test_the_hash_tells_cases_apart(folder):
    """Another number, another id or another limit is another case."""
    cases = [
        load_case(folder()),
        load_case(folder({"segments.csv": "segment,customers\nA,10\nB,21\n"})),
        load_case(folder({"segments.csv": "segment,customers\nA,10\nb,20\n"})),
        load_case(folder(), {"limits.budget": "5"}),
    ]
    assert len({case.hash for case in cases}) == len(cases)


def test_the_hash_passes_over_what_says_nothing(folder):
    """Order of columns, -0, empty optional tables, blank rows and spelling of numbers."""
    plain = folder({"segments.csv": "segment,customers,margin\nA,10,0\n"})
    same = folder(
        {
            "segments.csv": "\ufeffmargin;note;segment;customers\r\n-0.0;;A;1e1\r\n\r\n",
            "offers.csv": "segment,tier\n",
        }
    )
    assert load_case(plain).hash == load_case(same).hash


def test_warnings_do_not_stop_a_case(folder):
    """What may be meant is told and the case is there."""
    reading = read_case(folder({"tiers.csv": "tier,service_level\nlow,0.9\nhigh,0.8\n"}))
    assert reading.case is not None
    assert reading.errors == ()
    assert len(reading.warnings) == 1


def test_columns_have_the_letters_of_spreadsheets():
    """A to Z, then AA; XFD is the last one."""
    assert [column_letters(i) for i in (0, 25, 26, 701, 702, 16383)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]
