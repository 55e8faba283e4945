"""Segments found by what people call them."""

from __future__ import annotations

import pytest

from slopt.app.finding import Names
from slopt.case.load import load_case
from slopt.shipped import examples


@pytest.fixture
def names(tmp_path) -> Names:
    """Four segments: two with names of their own, one called as another, one without a name."""
    for path in examples()["tiny"].iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "segments.csv").write_text(
        "segment,name,customers,orders_per_customer,revenue_per_order,margin\n"
        "s1,North Wind,10,1,10,0.5\n"
        "s2,Twin,10,1,10,0.5\n"
        "s3,Twin,10,1,10,0.5\n"
        "North,,10,1,10,0.5\n",
        encoding="utf-8",
    )
    (tmp_path / "response.csv").write_text("segment,lost_order_share\n*,0.5\n", encoding="utf-8")
    return Names(load_case(tmp_path))


def test_a_segment_is_found_by_id_by_name_and_by_a_part_of_it(names):
    """An id comes before a name, a whole name before a part of one, whatever its case."""
    assert names.meant("s1") == (0,)
    assert names.meant("north wind") == (0,)
    assert names.meant("North") == (3,)
    assert names.meant("orth") == (0, 3)
    assert names.meant("twin") == (1, 2)
    assert names.meant("zzz") == names.meant("") == ()


def test_what_is_not_found_has_a_neighbour(names):
    """A slip of the pen is told what is near; nonsense is not."""
    assert names.near("Nort Wind") == "North Wind"
    assert names.near("qqqqqqqq") is None


def test_names_are_shown_and_ids_where_they_do_not_tell_apart(names):
    """Two of one name are shown by their ids; the full name has both."""
    assert names.shown == ("North Wind", "s2", "s3", "North")
    assert names.full == ("North Wind (s1)", "Twin (s2)", "Twin (s3)", "North")
