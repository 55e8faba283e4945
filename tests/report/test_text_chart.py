"""Charts in plain text: every place is seen, words do not hide anything, every width is kept."""

from __future__ import annotations

from functools import cache

import pytest
from rich.cells import cell_len

from slopt.case.load import load_case
from slopt.engine.explaining import Explained, explain_case
from slopt.report.language import ENGLISH, Language
from slopt.report.level_plot import finding, level_lines
from slopt.report.offer_bars import bar_lines
from slopt.report.text_chart import NARROWEST, Curve, Mark, Panel, Upright, chart_lines
from slopt.shipped import examples
from slopt.vocabulary import Lang

POINTS = [(7.5 + i / 4, 16 - i / 3 + i * i / 60) for i in range(12)]
MARKS = [
    Mark(8.0, 15.4, "○", "today"),
    Mark(9.5, 14.4, "●", "plan"),
    Mark(10.25, 14.35, "◇", "knee"),
]


def panel(**changes: object) -> Panel:
    """A falling curve with three places on it or beside it."""
    its: dict[str, object] = {"title": "lost sales", "curves": [Curve(POINTS)], "marks": MARKS}
    return Panel(**{**its, **changes})  # type: ignore[arg-type]


def texts(*panels: Panel, width: int = 80, upright: Upright | None = None) -> list[str]:
    """The chart as plain lines."""
    return [line.plain for line in chart_lines(panels, "service cost", width, upright)]


@pytest.mark.parametrize("width", [34, 40, 80, 100, 160, 300])
def test_a_chart_keeps_its_width_and_shows_every_mark_with_its_word(width: int) -> None:
    """No line is wider than asked, and no sign or word is lost at any width that has a chart."""
    lines = texts(panel(), width=width, upright=Upright(9.6, "budget 9.60 M"))
    chart = "\n".join(lines)
    assert max(map(cell_len, lines)) <= width
    assert all(chart.count(sign) == 1 for sign in "○●◇")
    assert all(word in chart for word in ("today", "plan", "knee", "┊", "budget 9.60 M"))


def test_words_stand_beside_their_sign_and_cut_no_curve() -> None:
    """The chart without words has the same curve: words only fill empty cells."""
    bare = [Mark(mark.x, mark.y, mark.sign) for mark in MARKS]
    with_words, without = texts(panel()), texts(panel(marks=bare))
    for after, before in zip(with_words, without, strict=True):
        kept = after.ljust(100)
        assert all(kept[place] == sign for place, sign in enumerate(before) if sign in "·○●◇┤│")


def test_signs_stand_where_their_numbers_are() -> None:
    """A mark on a tick of both axes stands in the column and in the row of the labels."""
    corners = [(0.0, 0.0), (10.0, 30.0)]
    lines = texts(panel(curves=[Curve(corners)], marks=[Mark(6.0, 20.0, "●")]))
    row = next(line for line in lines if "●" in line)
    axis, numbers = lines[-3:-1]
    assert row.lstrip().startswith("20┤")
    assert axis[row.index("●")] == "┬"
    assert numbers[row.index("●")] == "6"


def test_panels_share_the_axis_below() -> None:
    """Two panels begin in the same column, and only the last one has numbers below."""
    second = panel(title="total", marks=[], curves=[Curve([(8.0, 0.0), (10.0, 40_000.0)])])
    lines = texts(panel(), second)
    begins = {line.index(sign) for line in lines for sign in "│┤└" if sign in line[:12]}
    assert len(begins) == 1
    assert sum("└" in line for line in lines) == 1
    assert any(line.startswith(" 40,000┤") or line.startswith("40,000┤") for line in lines)


def test_a_panel_from_zero_has_zero_on_its_lowest_row() -> None:
    """Parts of a sum are compared by their height, so that zero has to be seen."""
    lines = texts(panel(from_zero=True))
    assert lines[-4].lstrip().startswith("0┤")


def test_what_is_flat_or_far_away_still_has_a_chart() -> None:
    """One value throughout gets room around it; an upright line far outside is left out."""
    lines = texts(panel(curves=[Curve([(1.0, 5.0), (2.0, 5.0)])], marks=[]))
    assert any("·" in line for line in lines)
    assert not any("┊" in line for line in texts(panel(), upright=Upright(900.0, "budget")))


def test_there_is_no_chart_without_room_or_places() -> None:
    """A chart that nobody can read is not drawn."""
    assert texts(panel(), width=NARROWEST) == []
    assert texts(Panel("nothing", marks=[Mark(1.0, 1.0, "●")])) == []


def test_words_of_two_cells_a_sign_keep_the_axes_straight() -> None:
    """A Chinese word takes its cells from the empty ones after it."""
    lines = texts(panel(marks=[Mark(8.0, 15.4, "○", "今天的方案")]), upright=Upright(9.6, "预算"))
    ends = {cell_len(line[: line.index("┊")]) for line in lines[1:-1] if "┊" in line}
    assert any("今天的方案" in line for line in lines)
    assert len(ends) == 1


def test_styles_color_a_curve_and_nothing_else() -> None:
    """The style of a curve stands on its signs alone."""
    drawn = chart_lines([panel(curves=[Curve(POINTS, "█", "blue")])], "x", 80)
    for line in drawn:
        assert {line.plain[span.start : span.end] for span in line.spans} <= {"█"}


@cache
def explained() -> Explained:
    """The plan of the smallest example with all that is around it."""
    return explain_case(load_case(examples()["tiny"]))


@pytest.mark.parametrize("width", [40, 80, 100, 160])
@pytest.mark.parametrize("lang", list(Lang))
def test_the_trade_off_shows_the_plan_today_and_the_three_curves(width: int, lang: Lang) -> None:
    """Total above, booked and expected money below, in both languages, at every width."""
    found = explained()
    lines = [line.plain for line in level_lines(found.plan, found.by_level, width, Language(lang))]
    chart = "\n".join(lines)
    assert max(map(cell_len, lines)) <= width
    assert chart.count("●") == chart.count("○") == 1
    assert all(chart.count(sign) > 5 for sign in "·█░")


def test_the_finding_of_the_trade_off_is_that_of_its_least_plan() -> None:
    """By hand: of the levels of the curve, those within 0.5 % of the least total."""
    plans = explained().by_level
    least = min(plans, key=lambda plan: plan.total_cost)
    near = [p for p in plans if p.total_cost <= 1.005 * least.total_cost]
    said = finding(plans, ENGLISH)
    assert f"{100 * max(p.service_level for p in near):.1f} %" in said


def test_there_is_no_trade_off_chart_without_a_curve() -> None:
    """A case without a curve says nothing of one."""
    assert level_lines(explained().plan, (), 80) == []


@pytest.mark.parametrize("width", [36, 40, 80])
def test_bars_are_in_proportion_and_keep_the_width(width: int) -> None:
    """Booked and expected cells of every bar are as their money, within rounding."""
    rows = [("ocean", 261.0, 249.0), ("a tier with a very long name", 633.0, 404.0)]
    lines = [line.plain for line in bar_lines("█ booked", rows, ["510", "1,036"], width)]
    assert max(map(cell_len, lines)) <= width
    longest = lines[2].count("█") + lines[2].count("░")
    for line, (_name, booked, expected) in zip(lines[1:], rows, strict=True):
        assert abs(line.count("█") - longest * booked / 1037) <= 1
        assert abs(line.count("░") - longest * expected / 1037) <= 1
