"""More bad histories, and logs that make no case: what is wrong is said in the user's words."""

from __future__ import annotations

import pytest
from written_history import CASE, LEVEL, csv, write_history

from slopt.calibrate.calibrate import calibrate
from slopt.errors import InvalidInput

ORDERS = """
[orders]
file = "orders.csv"
[orders.columns]
order = "id"
segment = "region"
tier = "mode"
time = "day"
late = "late"
revenue = "price"
"""
COLUMNS = ("id", "region", "mode", "day", "late", "price")
ROWS = [
    (f"o{i}", "north" if i % 2 else "south", "air", f"2026-{1 + i % 12:02}-03", i % 3 - 1, 10 + i)
    for i in range(60)
]
FILES = {"orders.csv": csv(COLUMNS, ROWS)}


def problems_of(folder, text, files=FILES, case=CASE):
    """The problems that a history is refused for."""
    with pytest.raises(InvalidInput) as raised:
        calibrate(write_history(folder, text, files, case))
    return raised.value.problems


def test_surveys_that_match_no_order_are_refused(tmp_path):
    """Keys of another system: one of each is shown."""
    text = ORDERS + '[surveys]\nfile = "s.csv"\ndissatisfied_at_most = 2\n'
    text += '[surveys.columns]\norder = "k"\nscore = "x"\n'
    (problem,) = problems_of(tmp_path, text, {**FILES, "s.csv": "k,x\nA-1,3\nA-2,5\n"})
    assert (problem.file, problem.column, problem.value) == ("s.csv", "k", "A-1")
    assert "o0" in problem.message


def test_lateness_that_is_mapped_twice_is_refused(tmp_path):
    """Late, and promised: one of the two must go."""
    text = ORDERS.replace("late =", 'promised = "day"\nlate =')
    (problem,) = problems_of(tmp_path, text)
    assert "Choose one" in problem.remedy


def test_grace_below_0_and_scores_off_the_scale_are_refused_together(tmp_path):
    """Each with its key and value."""
    keys = "grace = -1\ndissatisfied_at_most = 9\nworst_score = 1\nbest_score = 5\n"
    text = ORDERS.replace("[orders.columns]", keys + "[orders.columns]")
    found = {problem.column: problem.value for problem in problems_of(tmp_path, text)}
    assert found == {"orders.grace": "-1", "orders.dissatisfied_at_most": "9"}


def test_a_number_in_quotes_and_no_number_at_all_are_refused(tmp_path):
    """Both remedies are whole sentences."""
    rows = '[[assume]]\ntable = "segments"\ncolumn = "margin"\n'
    text = ORDERS + rows + 'value = "0.2"\n' + rows
    first, second = problems_of(tmp_path, text)
    assert first.remedy == "Take the quotes off."
    assert second.remedy == "Write value = a fraction from 0 to 1."


def test_a_day_that_is_none_is_not_told_the_format_that_it_has(tmp_path):
    """2026-13-03 among dates of the same form: it is that day that is wrong."""
    rows = [list(row) for row in ROWS]
    rows[4][3] = "2026-13-03"
    (problem,) = problems_of(tmp_path, ORDERS, {"orders.csv": csv(COLUMNS, rows)})
    assert problem.row == 6
    assert "no such day" in problem.remedy
    assert "date_format" not in problem.remedy


def test_a_tier_in_the_order_that_no_log_holds_is_told(tmp_path):
    """With the tiers that there are."""
    (problem,) = problems_of(tmp_path, ORDERS + '[tiers]\norder = ["air", "rail"]\n')
    assert (problem.column, problem.value) == ("tiers.order", "rail")
    assert "air" in problem.remedy


def test_logs_in_gb18030_are_read_like_tables_of_a_case(tmp_path):
    """The same log in both encodings gives the same case; rows count as in the file."""
    text = FILES["orders.csv"].replace("north", "华北").replace("south", "华南")
    plain = calibrate(write_history(tmp_path, ORDERS, {"orders.csv": text}))
    (tmp_path / "orders.csv").write_bytes(text.encode("gb18030"))
    made = calibrate(tmp_path / "history.toml")
    assert made.case.segments.tolist() == ["华北", "华南"]
    assert made.files == plain.files
    rows = text.splitlines()
    rows[7] = f"{rows[7].rpartition(',')[0]},ten"
    (tmp_path / "orders.csv").write_bytes("\n".join(rows).encode("gb18030"))
    with pytest.raises(InvalidInput) as raised:
        calibrate(tmp_path / "history.toml")
    (problem,) = raised.value.problems
    assert (problem.file, problem.row, problem.value) == ("orders.csv", 8, "ten")


def test_logs_in_no_known_encoding_are_refused(tmp_path):
    """Neither UTF-8 nor GB18030."""
    path = write_history(tmp_path, ORDERS, FILES)
    (tmp_path / "orders.csv").write_bytes(FILES["orders.csv"].encode() + b"\xff\xff\xff\n")
    with pytest.raises(InvalidInput) as raised:
        calibrate(path)
    assert "neither UTF-8 nor GB18030" in raised.value.problems[0].message


def test_logs_without_any_level_show_what_they_tell_and_what_is_missing(tmp_path):
    """Estimates and findings are there, no case; both ways out are named."""
    text = ORDERS.replace('late = "late"\n', "")
    made = calibrate(write_history(tmp_path, text, FILES))
    assert made.case is None
    assert any(each.column == "revenue_per_order" for each in made.estimates)
    (problem,) = made.missing
    assert "assume tiers service_level" in problem.remedy
    assert calibrate(write_history(tmp_path, text + LEVEL, FILES)).case is not None


def test_a_tier_whose_orders_tell_nothing_is_named(tmp_path):
    """Sea has orders without a lateness: its level must be assumed, and the others stand."""
    rows = [*ROWS, *[(f"x{i}", "north", "sea", "2026-05-05", None, 10) for i in range(9)]]
    made = calibrate(write_history(tmp_path, ORDERS, {"orders.csv": csv(COLUMNS, rows)}))
    assert made.case is None
    (problem,) = made.missing
    assert problem.value == "sea"
    assert 'tier = "sea"' in problem.remedy


def test_errors_of_the_case_name_the_key_of_the_history(tmp_path):
    """A pin to a tier that does not exist is the fault of that assumption."""
    text = ORDERS + '[[assume]]\ntable = "segments"\ncolumn = "fixed_tier"\nvalue = "gold"\n'
    made = calibrate(write_history(tmp_path, text, FILES))
    assert made.case is None
    assert {problem.column for problem in made.missing} == {"assume 1.value"}
    assert {problem.file for problem in made.missing} == {"history.toml"}
