"""Designs that tell an effect from an association, on simulated changes of service."""

from __future__ import annotations

import numpy as np
import pytest
from written_history import csv, write_history

from slopt.calibrate.calibrate import calibrate
from slopt.economics.offers import make_offers
from slopt.errors import InvalidInput

TEXT = """
[orders]
file = "orders.csv"
[orders.columns]
segment = "region"
time = "day"
failed = "failed"
revenue = "price"
[change]
on = 2026-07-01
"""


def simulate(seed, effect=0.12):
    """A year of two regions that both grow by 30 % in July; service of the north gets better.

    It goes from 80 to 95 % in the north, whose orders grow by 12 % more for it.
    """
    random = np.random.default_rng(seed)
    rows = []
    for day in range(365):
        date = np.datetime64("2026-01-01") + day
        after = date >= np.datetime64("2026-07-01")
        for region in ("north", "south"):
            treated = region == "north" and after
            rate = 12 * (1.3 if after else 1.0) * (1 + effect * treated)
            level = 0.95 if treated else 0.8
            for _ in range(random.poisson(rate)):
                rows.append((region, date, int(random.random() > level), 10))
    return csv(("region", "day", "failed", "price"), rows)


def effect_of(tmp_path, text, seed=0):
    """The row of the finding, and the warnings."""
    made = calibrate(write_history(tmp_path, text, {"orders.csv": simulate(seed)}))
    found = [f.rows[0] for f in made.findings if f.name == "effect of the change"]
    return (found or [None])[0], made.warnings


@pytest.mark.parametrize("seed", range(3))
def test_a_control_group_takes_out_what_all_have_in_common(tmp_path, seed):
    """The level rose by 15 points and sales by 12 % for it: both are covered."""
    row, _ = effect_of(tmp_path, TEXT + 'treated = ["north"]\n', seed)
    assert row["design"] == "control_group"
    assert row["level_low"] < 0.15 < row["level_high"]
    assert row["sales_low"] < 0.12 < row["sales_high"]
    assert row["sales_per_point"] == pytest.approx(row["sales"] / (100 * row["level"]))


def test_before_and_after_alone_takes_growth_for_effect_and_says_so(tmp_path):
    """Without a control group the common growth of 30 % counts as effect, with a warning."""
    row, warnings = effect_of(tmp_path, TEXT)
    assert row["design"] == "before_after"
    assert row["sales_low"] > 0.2
    assert any("without a control group" in warning.message for warning in warnings)


def test_too_few_weeks_give_no_effect(tmp_path):
    """A change in the last fortnight is not estimated, which is said."""
    row, warnings = effect_of(tmp_path, TEXT.replace("2026-07-01", "2026-12-20"))
    assert row is None
    assert any("weeks of the treated after" in warning.message for warning in warnings)


def test_an_unknown_segment_of_a_change_is_refused(tmp_path):
    """With the one that was meant."""
    with pytest.raises(InvalidInput) as raised:
        effect_of(tmp_path, TEXT + 'treated = ["nort"]\n')
    assert raised.value.problems[0].remedy == 'Did you mean "north"?'


def made_with(tmp_path, text, seed=0, **more):
    """The calibration of a simulated change."""
    return calibrate(write_history(tmp_path, text, {"orders.csv": simulate(seed, **more)}))


def test_levels_of_what_was_changed_are_those_of_today(tmp_path):
    """The north serves 95 % since the change, not the mean of before and after; the south 80 %."""
    made = made_with(tmp_path, TEXT + 'treated = ["north"]\n')
    level = {
        each.segment: each
        for each in made.estimates
        if (each.table, each.column) == ("offers", "service_level")
    }
    assert level["north"].low < 0.95 < level["north"].high
    assert level["south"].low < 0.8 < level["south"].high
    assert "only since then" in level["north"].source


def test_an_effect_beyond_chance_becomes_a_sales_curve(tmp_path):
    """Two points of the treated, with interval and design; the south keeps its failures."""
    made = made_with(tmp_path, TEXT + 'treated = ["north"]\n', effect=0.3)
    sales = next(
        each for each in made.estimates
        if (each.column, each.segment, each.point) == ("sales", "north", "after")
    )  # fmt: skip
    assert sales.low < 130 < sales.high
    assert "control group" in sales.source
    kinds = {e.segment: e.value for e in made.estimates if e.column == "kind"}
    assert kinds == {"north": "curve"}
    points = made.case.table("sales_points")
    assert {"before", "after"} <= set(points.texts("point").tolist())
    assert make_offers(made.case).lost_orders.shape == (2, 1)


def test_an_effect_within_chance_is_told_and_not_written(tmp_path):
    """Sales that hardly moved make no curve."""
    made = made_with(tmp_path, TEXT + 'treated = ["north"]\n', effect=0.0)
    assert not any(each.table == "sales_points" for each in made.estimates)
    assert any(finding.name == "effect of the change" for finding in made.findings)


def test_a_change_after_the_log_leaves_levels_as_they_are(tmp_path):
    """No order since: the whole log counts, and a warning says so."""
    made = made_with(tmp_path, TEXT.replace("2026-07-01", "2028-01-01"))
    assert any("those of the whole log" in warning.remedy for warning in made.warnings)
