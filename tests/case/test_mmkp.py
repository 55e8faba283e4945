"""Published knapsack instances: every way the files are laid out, and every way they go wrong."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from slopt.case.from_instance import MANY, instance_files
from slopt.case.load import load_case
from slopt.case.mmkp import read_instance
from slopt.case.template import write_case
from slopt.engine.solving import solve_case
from slopt.errors import InvalidInput
from slopt.problem.build import build_problem

NUMBERED = """
 2  3 2
 10 8
 1
 7.00  1  3
 17.00  4  4
 25.00  9  3
 2
 9.00  0  2
 10.50  0  1
 39.00  6  1
 Solutions by  Exact Solution
 1  2  56.00
 Upper bound
 60.00
"""
COUNTED = """2 3 2
10
8
3
7 1 3
17 4 4
25 9 3
2
9 0 2

10.5 0 1
"""


def write(tmp_path, text, name="I99.txt"):
    """An instance file."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_groups_headed_by_their_number_are_read(tmp_path):
    """Capacities, values and uses are those of the file; what follows the last group is not."""
    instance = read_instance(write(tmp_path, NUMBERED))
    assert instance.name == "I99"
    assert instance.capacity.tolist() == [10, 8]
    assert instance.items.tolist() == [3, 3]
    assert instance.value.tolist() == [7, 17, 25, 9, 10.5, 39]
    assert instance.use[1].tolist() == [4, 4]


@pytest.mark.parametrize("head", ["2 3 2", "2 2"])
def test_groups_headed_by_their_size_are_read(tmp_path, head):
    """Groups may differ in size, with or without the largest size in the first line."""
    instance = read_instance(write(tmp_path, COUNTED.replace("2 3 2", head)))
    assert instance.items.tolist() == [3, 2]
    assert instance.value.tolist() == [7, 17, 25, 9, 10.5]


def test_an_answer_that_looks_like_an_item_does_not_belong_to_the_last_group(tmp_path):
    """Below the last group anything may stand, numbers of the same count included."""
    text = NUMBERED.replace(" Solutions by  Exact Solution\n", "")
    assert read_instance(write(tmp_path, text)).items.tolist() == [3, 3]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("2  3 2", "two 3 2", 2, "first line"),
        ("2  3 2", "2 3 2 4", 2, "first line"),
        ("2  3 2", "2 0 2", 2, "1 or more"),
        ("10 8", "10 8 8", 3, "2 capacities"),
        ("10 8", "10 -8", 3, "2 capacities"),
        ("10 8\n", "10 eight\n", 3, '"eight" is not a number'),
        (" 1\n", " one\n", 4, "number of group 1"),
        (" 17.00  4  4\n", "", 7, "Group 1 has 2 items, not 3"),
        ("\n 2\n", "\n 3\n", 8, "not group 3"),
        ("17.00  4  4", "17.00  4", 6, "3 numbers"),
        ("17.00  4  4", "17.00  4 x", 6, '"x" is not a number'),
        ("17.00  4  4", "17.00  4 nan", 6, '"nan" is not a number'),
        ("17.00  4  4", "17.00  4 1e999", 6, '"1e999" is not a number'),
        ("17.00  4  4", "17.00  4 -4", 6, "less than nothing"),
        (" 39.00  6  1\n", "", 11, "Group 2 has 2 items"),
    ],
)
def test_a_bad_file_has_one_message_with_its_line(tmp_path, old, new, line, message):
    """Whatever is wrong, the first place where it shows is named."""
    assert old in NUMBERED
    path = write(tmp_path, NUMBERED.replace(old, new, 1))
    with pytest.raises(InvalidInput, match=re.escape(message)) as raised:
        read_instance(path)
    (problem,) = raised.value.problems
    assert (problem.file, problem.row) == ("I99.txt", line)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "numbers of groups"),
        (b"2 3 2\n", "capacities of 2 resources"),
        (b"2 3 2\n10 8\n", "Group 1 is missing"),
        (b"\xff\xfe1", "not UTF-8"),
    ],
)
def test_a_file_that_ends_too_soon_says_what_is_missing(tmp_path, content, message):
    """An empty file, one that stops in its head, and one that is no text."""
    path = tmp_path / "cut.txt"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=message):
        read_instance(path)


def test_the_case_of_an_instance_has_its_optimum(tmp_path):
    """The goal is minus the largest value of one item a group within the capacities."""
    write_case(tmp_path / "case", str(write(tmp_path, NUMBERED)), workbook=False)
    solved = solve_case(load_case(tmp_path / "case"), next_steps=False)
    instance = read_instance(tmp_path / "I99.txt")
    best = max(
        instance.value[list(pair)].sum()
        for pair in itertools.product(range(3), range(3, 6))
        if np.all(instance.use[list(pair)].sum(axis=0) <= instance.capacity)
    )
    assert -solved.plan.objective == best
    assert solved.plan.gap == 0


def test_items_that_a_group_does_not_have_are_not_allowed(tmp_path):
    """A smaller group has no offer in the tiers beyond its last item."""
    write_case(tmp_path / "case", str(write(tmp_path, COUNTED)), workbook=False)
    problem = build_problem(load_case(tmp_path / "case"))
    assert problem.admissible.tolist() == [[True] * 3, [True, True, False]]
    assert problem.segments == ("g1", "g2")
    assert problem.tiers == ("i0", "i1", "i2")


def test_a_workbook_of_an_instance_is_the_same_case(tmp_path):
    """`slopt new DIR --xlsx --from FILE` gives what the folder gives."""
    path = str(write(tmp_path, COUNTED))
    write_case(tmp_path / "case", path, workbook=False)
    write_case(tmp_path / "case.xlsx", path, workbook=True)
    assert load_case(tmp_path / "case").hash == load_case(tmp_path / "case.xlsx").hash


def test_many_offers_are_written_as_parquet(tmp_path):
    """A large instance comes out as a table that is read quickly, with the same numbers."""
    groups = MANY // 5 + 1
    group = "{}\n5 1\n4 1\n3 0\n2 0\n1 0\n"
    text = f"{groups} 5 1\n{groups}\n" + "".join(map(group.format, range(1, groups + 1)))
    files = instance_files(write(tmp_path, text, 'odd "name".txt'))
    assert "offers.parquet" in files
    assert "offers.csv" not in files
    folder = tmp_path / "case"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    case = load_case(folder)
    assert case.settings.case.name == 'odd "name"'
    problem = build_problem(case)
    assert problem.size == (groups, 5, 1)
    assert problem.lost_sales[-1].tolist() == [-5, -4, -3, -2, -1]
