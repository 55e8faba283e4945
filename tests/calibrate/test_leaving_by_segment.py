"""Whether failures make customers leave, segment by segment, and where they part all who left."""

from __future__ import annotations

import numpy as np
import pytest
from written_history import csv, write_history

from slopt.calibrate.calibrate import calibrate

TEXT = """
[customers]
file = "c.csv"
[customers.columns]
customer = "c"
segment = "s"
failed = "f"
left = "l"
"""


def made_of(folder, more_leave, base=0.1, size=1500):
    """A record of segments in which a failure makes so many more leave."""
    random = np.random.default_rng(0)
    rows = []
    for s, more in enumerate(more_leave):
        for i in range(size):
            failed = random.random() < 0.1
            left = random.random() < base + more * failed
            rows.append((f"{s}-{i}", f"s{s}", int(failed), int(left)))
    return calibrate(write_history(folder, TEXT, {"c.csv": csv(("c", "s", "f", "l"), rows)}))


def leave_of(made):
    """leave_probability by segment."""
    return {each.segment: each for each in made.estimates if each.column == "leave_probability"}


def test_two_segments_that_differ_have_each_its_own(tmp_path):
    """70 and 10 points: each is covered by its own interval, and a warning says they differ."""
    made = made_of(tmp_path, (0.7, 0.1))
    leave = leave_of(made)
    assert leave["s0"].low < 0.7 < leave["s0"].high
    assert leave["s1"].low < 0.1 < leave["s1"].high
    assert any("differ" in warning.message for warning in made.warnings)


def test_two_segments_that_are_alike_share_one(tmp_path):
    """30 points in both: one chance for all, and no warning of a difference."""
    made = made_of(tmp_path, (0.3, 0.3))
    assert set(leave_of(made)) == {"*"}
    assert not any("Segments differ" in warning.message for warning in made.warnings)


@pytest.mark.parametrize("segments", [1, 3])
def test_failures_that_part_all_who_left_have_an_interval_and_a_warning(tmp_path, segments):
    """All with a failure left and none of the others: 1, an interval below it, and the reason."""
    made = made_of(tmp_path, (1.0,) * segments, base=0.0)
    leave = leave_of(made)["*"]
    assert leave.value == 1.0
    assert 0.9 < leave.low < 0.999
    assert any("parts" in warning.message for warning in made.warnings)
