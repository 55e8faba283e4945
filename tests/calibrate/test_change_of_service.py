"""Designs that tell an effect from an association, on simulated changes of service."""

from __future__ import annotations

import numpy as np
import pytest
from written_history import csv, write_history

from slopt.calibrate.calibrate import calibrate
from slopt.economics.offers import make_offers
from slopt.errors import InvalidInput
from slopt.plan.provenance import origins
from slopt.vocabulary import SourceKind

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


def sparse(seed, rate=1.2, weeks=80):
    """Orders of two regions, few a week; those of the north halve when its level falls by half."""
    random = np.random.default_rng(seed)
    rows = []
    for region in ("north", "south"):
        for week in range(weeks):
            treated = region == "north" and week >= weeks // 2
            for _ in range(random.poisson(rate * (0.5 if treated else 1.0))):
                day = np.datetime64("2025-01-06") + 7 * week + int(random.integers(0, 7))
                rows.append((region, day, int(random.random() > (0.4 if treated else 0.9)), 10))
    return csv(("region", "day", "failed", "price"), rows)


def test_weeks_without_an_order_count_as_weeks(tmp_path):
    """Of 12 thin logs whose sales halve at least 9 cover it, and their mean is near it."""
    text = TEXT.replace("2026-07-01", "2025-10-13") + 'treated = ["north"]\n'
    rows = []
    for seed in range(12):
        made = calibrate(write_history(tmp_path, text, {"orders.csv": sparse(seed)}))
        rows += [f.rows[0] for f in made.findings if f.name == "effect of the change"]
    assert sum(row["sales_low"] <= -0.5 <= row["sales_high"] for row in rows) >= 9
    assert np.mean([row["sales"] for row in rows]) == pytest.approx(-0.5, abs=0.08)


def test_a_group_without_any_order_gives_no_effect_and_says_so(tmp_path):
    """Nothing has no ratio: a region that is new since the change is told of, not compared."""
    lines = simulate(0).splitlines()
    new = [line for line in lines if not line.startswith("north") or line[6:16] >= "2026-07-01"]
    path = write_history(
        tmp_path, TEXT + 'treated = ["north"]\n', {"orders.csv": "\n".join(new) + "\n"}
    )
    made = calibrate(path)
    assert not any(finding.name == "effect of the change" for finding in made.findings)
    assert any("No sales of the treated before" in w.message for w in made.warnings)


def test_points_beyond_what_was_seen_make_the_column_assumed(tmp_path):
    """The curve reaches perfect service; its one row in sources is assumed and has no interval."""
    made = made_with(tmp_path, TEXT + 'treated = ["north"]\n', effect=0.3)
    points = made.case.table("sales_points")
    assert points.numbers("service_level").max() == 1.0
    assert ("sales_points", "sales") in {
        (each.table, each.column) for each in assumed_of(made.case)
    }
    sources = made.case.table("sources")
    (row,) = [
        row
        for row, pair in enumerate(
            zip(sources.texts("table"), sources.texts("column"), strict=True)
        )
        if pair == ("sales_points", "sales")
    ]
    assert np.isnan(sources.numbers("low")[row])
    assert np.isnan(sources.numbers("high")[row])
    assert "before, after: fitted" in sources.texts("source")[row]
    weeks = 2 * 51
    assert sources.numbers("n")[row] == pytest.approx(weeks, abs=4)


def assumed_of(case):
    """The columns of the curve whose numbers count as assumed."""
    return [
        each for each in origins(case, ["sales_points"]) if each.kind is SourceKind.ASSUMED
    ]  # fmt: skip


def test_orders_of_a_curve_are_those_at_its_upper_end(tmp_path):
    """North: 12 a day, then 1.3 as many for all and 1.3 for the level of 95 %: 2 more a point."""
    made = made_with(tmp_path, TEXT + 'treated = ["north"]\n', effect=0.3)
    orders = {e.segment: e for e in made.estimates if e.column == "orders_per_customer"}
    before, after, end = 100.0, 130.0, 140.0
    days = 181, 184
    seen = days[0] * 12, days[1] * 12 * 1.3 * 1.3
    truth = seen[0] * end / before + seen[1] * end / after
    assert orders["north"].low < truth < orders["north"].high
    assert orders["north"].value == pytest.approx(truth, rel=0.05)
    assert "upper end" in orders["north"].source
    assert "upper end" not in orders["south"].source


def test_a_level_before_the_change_that_there_is_not_makes_no_curve(tmp_path):
    """The control group gained more than the treated had left to gain: said, and not written."""
    random = np.random.default_rng(3)
    levels = {"north": (0.98, 0.90), "south": (0.5, 0.8)}
    rows = []
    for day in range(365):
        date = np.datetime64("2026-01-01") + day
        after = date >= np.datetime64("2026-07-01")
        for region, level in levels.items():
            for _ in range(random.poisson(6 if region == "north" and after else 10)):
                rows.append((region, date, int(random.random() > level[int(after)]), 10))
    files = {"orders.csv": csv(("region", "day", "failed", "price"), rows)}
    made = calibrate(write_history(tmp_path, TEXT + 'treated = ["north"]\n', files))
    assert not any(each.table == "sales_points" for each in made.estimates)
    assert any("which there is not" in warning.message for warning in made.warnings)
