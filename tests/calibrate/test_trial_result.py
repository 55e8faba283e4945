"""What a trial tells: intervals that hold, designs, whole segments, and logs that tell nothing."""

from __future__ import annotations

import csv as csv_module

import numpy as np
import pytest
from hotline_case import write_hotline
from written_history import csv, write_history
from written_trial import COLUMNS, LEVELS, mapping, trial_csv, trial_rows

from slopt.calibrate.calibrate import calibrate
from slopt.calibrate.contrast import Contrast, Units, contrast_between, contrast_within, level_of
from slopt.case.load import load_case
from slopt.errors import InvalidInput
from slopt.shipped import examples
from slopt.vocabulary import SourceKind


def told(tmp_path, rows, keys="", case=None):
    """Estimates by table, column, segment and tier, and all that was made."""
    history = write_history(tmp_path, mapping(keys), {"trial.csv": trial_csv(rows)})
    made = calibrate(history)
    return {(e.table, e.column, e.segment, e.tier): e for e in made.estimates}, made


def arms(random, outcome, count=150):
    """A stratum of two arms of `count`, whose chances to have a failure are 0.6 and 0.15."""
    treated = np.repeat([True, False], count)
    x = (random.random(2 * count) < np.where(treated, 0.15, 0.6)).astype(float)
    return Units(np.zeros(2 * count, int), treated, np.ones(2 * count, bool), x, outcome(x))


def test_the_interval_covers_the_truth_in_95_of_100_trials():
    """2,000 trials of 300 customers of whom 10 % leave, 25 % more after a failure."""
    random = np.random.default_rng(11)
    hits = 0
    for _ in range(2000):
        units = arms(random, lambda x: (random.random(len(x)) < 0.1 + 0.25 * x).astype(float))
        found = contrast_within(units).interval()
        hits += found is None or found.low <= 0.25 <= found.high
    assert 0.935 <= hits / 2000 <= 0.965


def test_strata_whose_treated_are_served_better_and_worse_count_together():
    """The second stratum has the arms the other way round: the interval is that of both alike."""
    random = np.random.default_rng(13)
    units = arms(random, lambda x: (random.random(len(x)) < 0.1 + 0.25 * x).astype(float))
    both = [units, Units(units.stratum + 1, ~units.treated, units.after, units.x, units.y)]
    joined = Units(*(np.concatenate([getattr(one, name) for one in both])
                     for name in ("stratum", "treated", "after", "x", "y")))  # fmt: skip
    alone, together = (contrast_within(its).interval() for its in (units, joined))
    assert together.value == pytest.approx(alone.value)
    assert together.high - together.low < 0.75 * (alone.high - alone.low)


def test_the_interval_of_whole_segments_covers_the_truth():
    """1,000 trials of 8 segments of each arm that differ in churn more than customers do by chance.

    Taken as single customers they would look far surer than they are.
    """
    random = np.random.default_rng(12)
    hits = 0
    for _ in range(1000):
        parts = []
        for place in range(16):
            treated = place % 2 == 0
            x = (random.random(40) < (0.15 if treated else 0.6)).astype(float)
            churn = random.normal(0.2, 0.05)
            y = (random.random(40) < churn + 0.25 * x).astype(float)
            parts.append((np.full(40, place), np.full(40, treated), x, y))
        s, t, x, y = (np.concatenate(each) for each in zip(*parts, strict=True))
        found = contrast_between(Units(s, t, np.ones(len(s), bool), x, y)).interval()
        hits += found is None or found.low <= 0.25 <= found.high
    assert 0.93 <= hits / 1000 <= 0.97


def test_the_interval_of_fieller_is_that_of_the_published_formula():
    """y = 10 of variance 4, x = 5 of variance 1, independent: g = z^2 / 25 by Fieller's form."""
    found = Contrast(10.0, 5.0, 4.0, 0.0, 1.0, 100).interval()
    z2 = 1.959963984540054**2
    g = z2 / 25
    half = np.sqrt(z2) / 5 * np.sqrt(4 * (1 - g) + 4 * 1)
    assert found.low == pytest.approx((2 - half) / (1 - g))
    assert found.high == pytest.approx((2 + half) / (1 - g))
    assert Contrast(1.0, 0.1, 1.0, 0.0, 1.0, 100).interval() is None


@pytest.mark.parametrize("seed", [1, 3, 5])
@pytest.mark.parametrize("phases", [("after",), ("before", "after")])
def test_a_simulated_trial_gives_back_what_it_was_made_of(tmp_path, seed, phases):
    """20 % leave after a failure, half of failed orders are lost, the tier serves 96 %."""
    found, _ = told(tmp_path, trial_rows(seed, phases=phases), 'holds_for = "all"')
    leave = found["response", "leave_probability", "*", "*"]
    lost = found["response", "lost_order_share", "*", "*"]
    level = found["tiers", "service_level", "*", "best"]
    assert leave.low < 0.2 < leave.high
    assert lost.low < 0.5 < lost.high
    assert level.low < LEVELS["treated"] < level.high
    assert {each.kind for each in found.values()} == {SourceKind.MEASURED}
    assert leave.n == 1200 * len(phases)
    assert ("difference in differences" in leave.source) == (len(phases) == 2)


def test_a_log_of_all_orders_tells_lost_ones_more_surely(tmp_path):
    """How many orders there were then makes no difference: less than a third of the interval."""
    widths = []
    for text in (mapping('holds_for = "all"'), without_orders('holds_for = "all"')):
        files = {"trial.csv": trial_csv(trial_rows(5, arm=200))}
        made = calibrate(write_history(tmp_path, text, files))
        (lost,) = [e for e in made.estimates if e.column == "lost_order_share"]
        assert lost.low < 0.5 < lost.high
        widths.append(lost.high - lost.low)
    assert widths[0] < widths[1] / 3


def without_orders(keys):
    """The history file of a log that has bought orders alone."""
    return mapping(keys).replace('orders = "orders"\n', "")


def test_a_time_before_makes_orders_of_customers_who_differ_surer(tmp_path):
    """Each is compared with itself: the interval of lost_order_share is narrower.

    This is where the log has no other orders than those that were bought.
    """
    widths = []
    for phases in (("after",), ("before", "after")):
        rows = trial_rows(5, phases=phases, arm=200)
        # Customers differ three times as much: the mean of each is in its id, kept in both phases.
        extra = {name: int(v) for name, v in _extra(rows).items()}
        rows = [(*r[:5], r[5] + extra[r[0]], r[6], r[7] + extra[r[0]], r[8]) for r in rows]
        text = without_orders('holds_for = "all"')
        made = calibrate(write_history(tmp_path, text, {"trial.csv": trial_csv(rows)}))
        (lost,) = [e for e in made.estimates if e.column == "lost_order_share"]
        widths.append(lost.high - lost.low)
    assert widths[1] < widths[0]


def _extra(rows):
    random = np.random.default_rng(9)
    names = sorted({row[0] for row in rows})
    return dict(zip(names, random.poisson(random.gamma(1, 8, len(names))), strict=True))


def test_without_a_control_group_before_and_after_are_compared(tmp_path):
    """All were treated: the source says how it was told."""
    rows = trial_rows(2, phases=("before", "after"), arms=("treated",))
    found, _ = told(tmp_path, rows)
    leave = found["response", "leave_probability", "north", "*"]
    lost = found["response", "lost_order_share", "north", "*"]
    assert "before and after" in leave.source
    assert "each customer with itself" in lost.source
    assert leave.low < 0.2 < leave.high
    assert lost.low < 0.5 < lost.high


def test_whole_segments_that_were_drawn_count_as_one_case_each(tmp_path):
    """Six of each arm; said so, and less sure than customers would look."""
    treated = trial_rows(1, 60, tuple(f"t{n}" for n in range(6)), arms=("treated",))
    control = trial_rows(2, 60, tuple(f"c{n}" for n in range(6)), arms=("control",))
    keys = 'drawn = "segments"\nholds_for = "all"'
    found, _ = told(tmp_path, treated + control, keys)
    leave = found["response", "leave_probability", "*", "*"]
    assert "whole segments" in leave.source
    assert leave.low < 0.2 < leave.high
    _, made = told(tmp_path, treated + control)
    assert any("two groups" in warning.message for warning in made.warnings)


def test_whole_segments_may_be_compared_with_themselves_before(tmp_path):
    """All are treated: the change of each segment is one case."""
    names = tuple(f"s{n}" for n in range(8))
    rows = trial_rows(4, 80, names, phases=("before", "after"), arms=("treated",))
    found, _ = told(tmp_path, rows, 'drawn = "segments"\nholds_for = "all"')
    leave = found["response", "leave_probability", "*", "*"]
    assert "before and after" in leave.source
    assert leave.low < 0.2 < leave.high


def test_arms_that_fail_alike_tell_nothing_and_this_is_said(tmp_path):
    """Nothing is written of who leaves, nor of lost orders."""
    rows = [(*row[:6], 1, row[5], row[8]) for row in trial_rows(0)]
    rows = [row for row in rows if row[5] > 0]
    found, made = told(tmp_path, rows)
    assert not any(column in ("leave_probability", "lost_order_share") for _, column, *_ in found)
    assert sum("hardly differ" in warning.message for warning in made.warnings) == 2


def test_levels_of_customers_who_scatter_are_less_sure_than_orders():
    """Half of the customers have all orders served, the others none: each counts as one case."""
    level, effect = level_of(np.tile([10.0, 0.0], 50), np.full(100, 10.0))
    assert level.value == 0.5
    assert effect == pytest.approx(10, rel=0.02)
    alike, effect = level_of(np.full(100, 9.0), np.full(100, 10.0))
    assert effect == 1.0
    assert alike.high - alike.low < 0.05 < level.high - level.low


def test_a_trial_is_written_into_the_case_it_was_designed_for(tmp_path):
    """One cell and one row of sources change; all else is kept, and the case is sound."""
    rows = trial_rows(4, segments=("MACH-S", "SHOP-S"))
    rows = [(*row[:3], {"basic": "standard", "best": "premier"}[row[3]], *row[4:]) for row in rows]
    keys = 'holds_for = "all"\ncase = "parts_distributor"'
    found, made = told(tmp_path, rows, keys)
    assert not made.missing
    before = load_case(examples()["parts_distributor"])
    leave = found["response", "leave_probability", "*", "*"]
    lines = list(csv_module.DictReader(made.files["sources.csv"].splitlines()))
    (source,) = [
        line for line in lines if (line["column"], line["segment"]) == ("leave_probability", "*")
    ]
    assert source["kind"] == "measured"
    assert float(source["low"]) == pytest.approx(leave.low)
    assert "trial" in source["source"]
    assert len(lines) == len(before.table("sources"))
    response = made.case.table("response")
    assert response.numbers("leave_probability")[0] == pytest.approx(leave.value)
    same = before.table("response").numbers("leave_probability")[1:]
    np.testing.assert_array_equal(response.numbers("leave_probability")[1:], same)
    assert made.files["segments.csv"] == (
        examples()["parts_distributor"] / "segments.csv"
    ).read_text("utf-8")


def test_what_was_known_before_counts_with_the_trial(tmp_path):
    """By Bayes' rule, in closed form for many orders; `alone` leaves the trial as it is.

    A level that was known of 100,000 orders does not give way to a trial of some hundred.
    """
    folder = tmp_path / "base"
    write_hotline(folder)
    sources = "table,column,segment,tier,kind,low,high,n\ntiers,service_level,*,best,measured,"
    rows = trial_rows(4, 100, ("homes",))
    rows = [(*row[:3], {"basic": "basic", "best": "best"}[row[3]], *row[4:]) for row in rows]
    keys = f'holds_for = "all"\ncase = {str(folder)!r}'
    for low, high, n in ((0.98927, 0.99073, 100000), (0.95, 0.999, 100)):
        (folder / "sources.csv").write_text(f"{sources}{low},{high},{n}\n", encoding="utf-8")
        alone, _ = told(tmp_path, rows, f"{keys}\nalone = true")
        both, _ = told(tmp_path, rows, keys)
        one, two = (its["tiers", "service_level", "*", "best"] for its in (alone, both))
        assert two.n == one.n + n
        assert two.high - two.low < 1.01 * min(one.high - one.low, high - low)
        assert min(one.value, 0.99) <= two.value <= max(one.value, 0.99)
        if n == 100000:
            assert two.value == pytest.approx(0.99, abs=0.0005)
        assert "the trial alone" in two.source


def test_a_segment_that_the_case_does_not_have_is_named(tmp_path):
    """Nothing is written then; a tier alike, however few orders it has."""
    with pytest.raises(InvalidInput, match="north"):
        told(tmp_path, trial_rows(0), 'case = "parts_distributor"')
    rows = [(*row[:3], "gold", *row[4:]) for row in trial_rows(0, 4, ("MACH-S",))]
    with pytest.raises(InvalidInput, match="gold"):
        told(tmp_path, rows, 'case = "parts_distributor"')
    with pytest.raises(InvalidInput, match="no folder of a case"):
        told(tmp_path, trial_rows(0), 'case = "nowhere"')


def test_a_trial_beside_other_logs_replaces_what_they_suggest(tmp_path):
    """The churn record suggests that failures do nothing; the trial measured otherwise."""
    records = [
        (f"c{n}", "north", "basic", int(n % 3 == 0), int(n % 10 == 0), 4) for n in range(900)
    ]
    files = {
        "trial.csv": trial_csv(trial_rows(1, segments=("north",))),
        "record.csv": csv(("id", "where", "tier", "failed", "left", "orders"), records),
    }
    text = """
[customers]
file = "record.csv"
[customers.columns]
customer = "id"
segment = "where"
tier = "tier"
failed = "failed"
left = "left"
orders = "orders"
"""
    keys = 'holds_for = "all"'
    made = calibrate(write_history(tmp_path, text + mapping(keys), files))
    (leave,) = [e for e in made.estimates if e.column == "leave_probability"]
    assert leave.kind is SourceKind.MEASURED
    assert leave.segment == "*"
    assert leave.low < 0.2 < leave.high
    assumed = '[[assume]]\ntable = "response"\ncolumn = "leave_probability"\nvalue = 0.3\n'
    made = calibrate(write_history(tmp_path, text + assumed + mapping(keys), files))
    assert any("also assumed" in warning.message for warning in made.warnings)


def test_bad_trials_are_refused_with_the_word_and_the_remedy(tmp_path):
    """Unknown arms and phases, more failures than orders, words for both arms, unknown keys."""
    row = trial_rows(0, 5)[0]
    bad = [(*row[:2], "test", row[3], "later", 1, 3, 1, 0)]
    history = write_history(tmp_path, mapping(), {"trial.csv": csv(COLUMNS, bad)})
    with pytest.raises(InvalidInput) as raised:
        calibrate(history)
    said = " ".join(problem.message for problem in raised.value.problems)
    assert '"test" is no arm' in said
    assert '"later" is no phase' in said
    assert "more orders failed" in said
    keys = 'holds_for = "some"\n[trial.arms]\ntreated = ["x"]\ncontrol = ["x"]\nother = ["y"]'
    history = write_history(tmp_path, mapping(keys), {"trial.csv": csv(COLUMNS, bad)})
    with pytest.raises(InvalidInput) as raised:
        calibrate(history)
    said = " ".join(problem.message for problem in raised.value.problems)
    assert '"some" is not known' in said
    assert '"x" stands for both' in said
    assert '"other" is not a key' in said


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({4: "before"}, "time before"),
        ({0: "one"}, "two arms"),
        ({7: 99}, "more orders were bought"),
    ],
)
def test_logs_that_cannot_be_of_a_trial_are_refused(tmp_path, changed, message):
    """Rows of before alone, a customer in both arms, more bought than there were orders."""
    rows = [tuple(changed.get(at, cell) for at, cell in enumerate(row)) for row in trial_rows(0, 9)]
    with pytest.raises(InvalidInput, match=message):
        told(tmp_path, rows)


def test_words_of_ones_own_stand_for_the_arms(tmp_path):
    """`test` and `rest` in the log, mapped in the history."""
    rows = [(*row[:2], {"treated": "Test", "control": "rest"}[row[2]], *row[3:])
            for row in trial_rows(0)]  # fmt: skip
    keys = '[trial.arms]\ntreated = ["test"]\ncontrol = ["rest"]\n'
    found, _ = told(tmp_path, rows, keys)
    assert ("response", "leave_probability", "south", "*") in found
