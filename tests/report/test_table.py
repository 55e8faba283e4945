"""Tables that fit their width."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from slopt.report.table import Col, sentence, shortened, table

COLUMNS = [Col("segment", right=False, shorten=True), Col("level", drop=1), Col("cost"),
           Col("bar", right=False, drop=2)]  # fmt: skip
ROWS = [["North West Territories, key accounts", "93.1", "1,234,567", "█" * 12],
        ["客户群甲", "8.0", "12", "██"]]  # fmt: skip


@pytest.mark.parametrize("width", range(20, 90, 3))
def test_no_line_is_wider_than_the_screen(width: int) -> None:
    """Columns drop, then names shorten, then each row becomes a block."""
    lines = table(COLUMNS, ROWS, width, ["sum", "", "1,234,579", ""])
    assert max(cell_len(line.plain) for line in lines) <= width


def test_columns_drop_in_their_order() -> None:
    """The bar goes first, then the level; cost and name stay."""
    heads = [table(COLUMNS, ROWS, width)[0].plain.split() for width in (90, 60, 30)]
    assert heads == [["segment", "level", "cost", "bar"], ["segment", "level", "cost"],
                     ["segment", "cost"]]  # fmt: skip


def test_no_number_is_ever_cut() -> None:
    """Whatever the width, the amount stands there whole."""
    for width in range(18, 90):
        assert any("1,234,567" in line.plain for line in table(COLUMNS, ROWS, width))


def test_wide_characters_count_double() -> None:
    """Chinese names keep the columns aligned."""
    lines = table(COLUMNS, ROWS, 90)
    assert len({cell_len(line.plain[: line.plain.rindex("█")]) - cell_len(row[3]) + 1
                for line, row in zip(lines[2:], ROWS, strict=True)}) == 1  # fmt: skip


def test_long_names_are_cut_in_the_middle() -> None:
    """Beginning and end tell names apart better than the beginning alone."""
    assert shortened("North West Territories", 11) == "North…ories"
    assert shortened("short", 11) == "short"


def test_sentences_break_between_words() -> None:
    """A sentence that is too long goes on in the next line."""
    lines = sentence("one two three four five six seven", 20)
    assert [line.plain for line in lines] == ["one two three four", "five six seven"]


def test_a_long_last_cell_wraps_and_loses_no_word() -> None:
    """Where a column may wrap, the text goes on in the next line, under itself."""
    columns = [Col("limit", right=False), Col("what relief buys", right=False, wrap=True)]
    lines = table(columns, [["budget", "saves 5,064 from +6,960 on, and nothing before"]], 40)
    assert max(cell_len(line.plain) for line in lines) <= 40
    assert " ".join(" ".join(line.plain for line in lines[2:]).split()) == (
        "budget saves 5,064 from +6,960 on, and nothing before"
    )


def test_columns_that_had_to_go_are_named() -> None:
    """Kinds of lost sales leave together, and the table says so."""
    columns = [Col("tier", right=False), Col("lost orders", drop=2, told=True),
               Col("lost customers", drop=2, told=True), Col("lost")]  # fmt: skip
    lines = table(columns, [["gold", "1", "2", "3"]], 24)
    assert lines[0].plain.split() == ["tier", "lost"]
    assert "Not shown at this width: lost orders, lost customers" in " ".join(
        line.plain for line in lines
    )


def test_blocks_keep_the_unit_and_the_sum() -> None:
    """On a very narrow screen the head's unit and the sum line are still there."""
    text = "\n".join(line.plain for line in table(COLUMNS, ROWS, 20, ["sum", "", "1,234,579", ""]))
    assert text.startswith("segment")
    assert "sum\n  cost: 1,234,579" in text
