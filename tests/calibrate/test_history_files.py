"""Bad histories: every problem at once, with its place, its value and what to write instead."""

from __future__ import annotations

import pytest
from written_history import CASE, LEVEL, csv, write_history

from slopt.calibrate.calibrate import calibrate
from slopt.calibrate.history_file import read_history
from slopt.errors import InvalidInput, UsageError

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


def problems_of(folder, text, files, case=CASE):
    """The problems that a history is refused for."""
    with pytest.raises(InvalidInput) as raised:
        calibrate(write_history(folder, text, files, case))
    return raised.value.problems


def test_the_history_of_these_tests_is_right(tmp_path):
    """Without a slip it gives a case."""
    made = calibrate(write_history(tmp_path, ORDERS, {"orders.csv": csv(COLUMNS, ROWS)}))
    assert made.case.segments.tolist() == ["north", "south"]
    assert made.rows == {"orders": 60}


def test_all_slips_of_the_file_are_told_at_once(tmp_path):
    """Unknown section, role, key, word and column; a missing file; values out of range."""
    text = """
[oders]
[orders]
file = "no.csv"
late_in = "weeks"
grase = 1
[orders.columns]
custmer = "c"
[segments]
by = "profits"
[tiers]
seen_at_least = -1
[[assume]]
table = "segments"
column = "margin"
value = 25
[[assume]]
table = "segments"
column = "marginn"
value = 0.2
[[assume]]
table = "tiers"
column = "cost_per_order"
value = 4
low = 5
"""
    found = {(p.column, p.message.split(".")[0]): p.remedy for p in problems_of(tmp_path, text, {})}
    columns = {column for column, _ in found}
    assert {
        "oders", "orders.file", "orders.late_in", "orders.grase", "orders.columns.custmer",
        "segments.by", "tiers.seen_at_least", "assume 1.value", "assume 2.column", "assume 3.low",
    } <= columns  # fmt: skip
    remedies = " ".join(found.values())
    assert 'Did you mean "orders"?' in remedies
    assert 'Did you mean "customer"?' in remedies
    assert "For 25 % write 0.25." in remedies


def test_settings_are_checked_as_those_of_a_case(tmp_path):
    """A limit with a slip in its name is told as slopt check tells it."""
    case = CASE + "[limits]\nbugdet = 5\n"
    files = {"orders.csv": csv(COLUMNS, ROWS)}
    (problem,) = problems_of(tmp_path, ORDERS, files, case)
    assert "bugdet" in problem.message


def test_columns_that_are_not_there_are_told_with_the_nearest(tmp_path):
    """All of them at once, each with the file and the column that was meant."""
    text = ORDERS.replace('"region"', '"regoin"').replace('"price"', '"prise"')
    found = problems_of(tmp_path, text, {"orders.csv": csv(COLUMNS, ROWS)})
    assert [problem.column for problem in found] == ["regoin", "prise"]
    assert found[0].file == "orders.csv"
    assert found[0].remedy == 'Did you mean "region"?'


def test_cells_that_cannot_be_read_are_told_with_row_and_value(tmp_path):
    """A bad date, number and lateness, one problem each, with how many there are."""
    rows = [list(row) for row in ROWS]
    rows[4][3], rows[7][5], rows[8][5], rows[9][4] = "soon", "1,5 €", "x", "inf"
    rows[7][5] = "ten"
    found = problems_of(tmp_path, ORDERS, {"orders.csv": csv(COLUMNS, rows)})
    assert [(p.column, p.row, p.value) for p in found] == [
        ("day", 6, "soon"), ("late", 11, "inf"), ("price", 9, "ten"),
    ]  # fmt: skip
    assert "and 1 more" in found[2].message
    assert "missing" in found[2].remedy


def test_dates_of_another_format_are_named(tmp_path):
    """03.01.2026 is no ISO date; the remedy is the line that makes it one."""
    rows = [(*row[:3], "03.{1}.{0}".format(*row[3].split("-")), *row[4:]) for row in ROWS]
    (problem,) = problems_of(tmp_path, ORDERS, {"orders.csv": csv(COLUMNS, rows)})
    assert problem.remedy == 'Under [orders] write date_format = "%d.%m.%Y".'
    text = ORDERS.replace("[orders.columns]", 'date_format = "%d.%m.%Y"\n[orders.columns]')
    assert calibrate(write_history(tmp_path, text, {"orders.csv": csv(COLUMNS, rows)})).case


def test_decimal_commas_are_read_where_they_are_announced(tmp_path):
    """10,5 is refused with the remedy, and read once decimal_comma is true."""
    rows = [(*row[:5], f'"{row[5]},5"') for row in ROWS]
    (problem,) = problems_of(tmp_path, ORDERS, {"orders.csv": csv(COLUMNS, rows)})
    assert "decimal_comma = true" in problem.remedy
    text = ORDERS.replace("[orders.columns]", "decimal_comma = true\n[orders.columns]")
    made = calibrate(write_history(tmp_path, text, {"orders.csv": csv(COLUMNS, rows)}))
    assert made.case.table("segments").numbers("revenue_per_order").mean() == 40


def test_rows_of_uneven_length_are_told_with_their_line(tmp_path):
    """A row with a cell too many is a problem of the file, not a traceback."""
    text = csv(COLUMNS, ROWS) + "o99,north,air,2026-01-01,0,1,2,3\n"
    (problem,) = problems_of(tmp_path, ORDERS, {"orders.csv": text})
    assert problem.file == "orders.csv"
    assert problem.remedy.startswith("Is it CSV")


def test_an_empty_log_is_told(tmp_path):
    """A header without rows."""
    (problem,) = problems_of(tmp_path, ORDERS, {"orders.csv": csv(COLUMNS, [])})
    assert problem.message == "The log has no rows."


def test_what_is_assumed_of_an_unknown_segment_is_told(tmp_path):
    """With the segment that was meant."""
    text = (
        ORDERS + '[[assume]]\ntable = "segments"\ncolumn = "margin"\nsegment = "nord"\nvalue = 0.2'
    )
    (problem,) = problems_of(tmp_path, text, {"orders.csv": csv(COLUMNS, ROWS)})
    assert problem.value == "nord"
    assert "north" in problem.remedy


def test_customers_in_several_rows_of_the_churn_record_are_told(tmp_path):
    """A customer counts once."""
    text = '[customers]\nfile = "c.csv"\n[customers.columns]\ncustomer = "c"\nleft = "left"\n'
    (problem,) = problems_of(tmp_path, text + LEVEL, {"c.csv": "c,left\na,no\nb,no\na,yes\n"})
    assert problem.value == "a"


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path):
    """The history itself cannot be opened."""
    with pytest.raises(UsageError, match="cannot be read"):
        read_history(tmp_path / "none.toml")


@pytest.mark.parametrize("text", ["[orders", "\x00", "[orders]\nfile = 3\n[orders.columns]\nq = 1"])
def test_broken_files_are_problems_and_no_tracebacks(tmp_path, text):
    """Whatever stands in the file, the answer is a list of problems."""
    path = tmp_path / "history.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput):
        read_history(path)


def test_names_go_into_questions_as_names(tmp_path):
    """Quotes and brackets in columns, segments and words for missing do no harm."""
    columns = ("id", 're"g(ion', "mo'de", "day", "late", "price")
    rows = [(row[0], "nor'th\" ; --", *row[2:]) for row in ROWS]
    quoted = [(row[0], '"nor\'th"" ; --"', *row[2:]) for row in ROWS]
    text = ORDERS.replace('"region"', "'re\"g(ion'").replace('"mode"', '"mo\'de"')
    text = text.replace("[orders.columns]", 'missing = ["it\'s _*%"]\n[orders.columns]')
    header = [name.replace('"', '""') for name in columns]
    made = calibrate(
        write_history(tmp_path, text, {"orders.csv": csv([f'"{n}"' for n in header], quoted)})
    )
    assert made.case.segments.tolist() == [rows[0][1]]
