"""Labels of charts: they hide neither lines nor each other where there is room."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from slopt.report.charts.labels import Box, Labels, text_width

PLACES = st.tuples(st.floats(0, 300), st.floats(0, 200))


def test_a_label_keeps_off_a_line_where_there_is_room() -> None:
    """On a falling line the label of its middle goes where the line does not pass."""
    line = [(0.0, 0.0), (150.0, 100.0), (300.0, 200.0)]
    labels = Labels(300, 200, [line])
    labels.put((150.0, 100.0), "plan 22.22")
    (box,) = labels.taken
    assert not any(box.is_crossed_by(a, b) for a, b in pairwise(line))


def test_labels_of_the_same_point_do_not_lie_on_each_other() -> None:
    """Plan and today at one place are both to be read."""
    labels = Labels(300, 200)
    for text in ("plan 22.22", "today 22.22", "knee"):
        labels.put((150.0, 100.0), text)
    first, second, third = labels.taken
    assert not first.overlaps(second)
    assert not second.overlaps(third)
    assert not first.overlaps(third)


@given(PLACES)
def test_a_label_stays_within_the_plot(place: tuple[float, float]) -> None:
    """Wherever its point is, corners and edges included."""
    labels = Labels(300, 200)
    labels.put(place, "today 25.04")
    assert labels.taken[0].within(Box(0, 0, 300, 200))


@given(PLACES, PLACES)
def test_a_line_crosses_a_box_that_has_one_of_its_points(
    begin: tuple[float, float], end: tuple[float, float]
) -> None:
    """The middle of a line is in every box around it."""
    x, y = (begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2
    assert Box(x - 1, y - 1, x + 1, y + 1).is_crossed_by(begin, end)


def test_chinese_signs_are_wider() -> None:
    """A label of Chinese signs takes more room than one of as many Latin ones."""
    assert text_width("方案") > text_width("ab")
