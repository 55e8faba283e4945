"""Lines of Chinese and of both languages: as wide as they may be, broken where one may break."""

from __future__ import annotations

import io
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from slopt.report.language import ENGLISH, Language
from slopt.report.screen import show
from slopt.report.table import Col, table
from slopt.report.wrapping import NEVER_FIRST, NEVER_LAST, wrapped
from slopt.sayings import filled
from slopt.vocabulary import Lang

TEXT = (
    "以总成本最小为目标，调整 43 个目的地中的 9 个："
    "预期销售损失 −207 万，运费 −75 万（见 slopt explain）。"
)


@pytest.mark.parametrize("width", [20, 31, 40, 77])
def test_chinese_is_broken_by_cells(width: int) -> None:
    """No line is wider than it may be, and nothing but blanks at the ends of lines is lost."""
    lines = wrapped(TEXT, width)
    assert max(map(cell_len, lines)) <= width
    assert "".join(lines).replace(" ", "") == TEXT.replace(" ", "")


@given(st.text("预算服务，。（）；：ab12%", max_size=80), st.integers(8, 40))
def test_no_line_begins_or_ends_with_the_wrong_sign(text: str, width: int) -> None:
    """Punctuation stays with the sign before it, an opening bracket with the one behind it."""
    lines = wrapped(f"预{text}算", width)
    for line in lines[1:]:
        assert line[0] not in NEVER_FIRST
    for line in lines[:-1]:
        assert line[-1] not in NEVER_LAST


@given(st.text("abc de-,.é→", max_size=120), st.integers(20, 60))
def test_english_is_broken_as_before(text: str, width: int) -> None:
    """Text without wide signs is wrapped between words and hyphens kept, as `textwrap` does."""
    kept = {"break_long_words": False, "break_on_hyphens": False}
    assert wrapped(text, width) == textwrap.wrap(text, width, **kept)


def test_a_cell_that_wraps_keeps_its_column() -> None:
    """The lines of a wrapped cell stand below each other although its signs are two cells wide."""
    columns = [Col("规则", right=False), Col("说明", right=False, wrap=True)]
    lines = table(columns, [["R1", "预算与服务水平不能同时满足" * 3]], 40)
    assert max(cell_len(line.plain) for line in lines) <= 40
    assert all(line.plain.startswith("      ") for line in lines[3:])


def test_blanks_around_places_follow_what_stands_there() -> None:
    """One between a Chinese and a Latin sign, none between two Chinese ones, English as it is."""
    assert filled("{who}的{tier}，{n} 个", {"who": "Kenya", "tier": "air", "n": 3}) == (
        "Kenya 的 air，3 个"
    )
    assert filled("每个 {what} 的价格", {"what": "资源"}) == "每个资源的价格"
    assert filled("{a}{b}", {"a": "x", "b": "预"}) == "x预"


def test_a_word_with_two_meanings_has_two_translations() -> None:
    """What stands before the bar tells them apart and is never shown."""
    assert ENGLISH("person|by") == ENGLISH("by") == "by"
    chinese = Language(Lang.ZH)
    assert chinese("person|by") != chinese("by")


@pytest.mark.parametrize(("encoding", "shown"), [("utf-8", "预算 → 9"), ("gbk", "预算 → 9")])
def test_a_terminal_that_knows_chinese_shows_it(encoding: str, shown: str) -> None:
    """An arrow is shown as it is by the character sets that have it, those of China among them."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    show(["预算 → 9"], stream)
    stream.seek(0)
    assert stream.read().rstrip() == shown


def test_an_arrow_in_ascii_is_no_comparison_and_moves_no_column() -> None:
    """`80 → 90` reads `80 -> 90`, and what stands in the next column stays where it was."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    show(["key  basic → gold  80 → 90   +1", "all                             +1"], stream)
    stream.seek(0)
    assert stream.read().splitlines() == [
        "key  basic -> gold 80 -> 90  +1",
        "all                             +1",
    ]


def test_no_line_ends_between_a_number_and_its_unit() -> None:
    """A number, its unit and its currency stay together, and so does the name of a command."""
    lines = wrapped("a plan as good as today's needs 2.3 M USD less of it", 35)
    assert lines == ["a plan as good as today's needs", "2.3 M USD less of it"]
    assert wrapped("有更好的方案：差 625 欧元", 21) == ["有更好的方案：差", "625 欧元"]
    assert wrapped("what was kept is listed by slopt runs list", 33)[1] == "slopt runs list"
