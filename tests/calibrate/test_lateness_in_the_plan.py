"""How late failures are is what they lose; and no curve is fitted to noise."""

from __future__ import annotations

import numpy as np
import pytest
from written_history import csv, write_history

from slopt.calibrate.calibrate import calibrate
from slopt.calibrate.curve_error import refitted
from slopt.calibrate.curves import fit_logistic
from slopt.calibrate.lateness_curve import gather
from slopt.calibrate.lateness_loss import severity_of_tiers, with_curve_error
from slopt.calibrate.tallies import LatenessCells
from slopt.economics.offers import make_offers

TEXT = """
[orders]
file = "o.csv"
dissatisfied_at_most = 2
[orders.columns]
customer = "c"
segment = "s"
tier = "t"
time = "d"
late = "l"
score = "x"
revenue = "r"
[[assume]]
table = "segments"
column = "base_churn"
value = 0.1
[[assume]]
table = "response"
column = "leave_if_dissatisfied"
value = 0.3
"""
COLUMNS = ("c", "s", "t", "d", "l", "x", "r")


def log(late_of, seed=0, size=700):
    """Orders of which a fifth fail, each tier with a lateness of its own.

    A day late dissatisfies 10 % of customers, a fortnight 83 %, being early 8 %.
    """
    random = np.random.default_rng(seed)
    rows = []
    for s in range(3):
        for tier, late_by in late_of.items():
            for _ in range(size):
                late = late_by(random) if random.random() < 0.2 else -int(random.integers(0, 4))
                bad = random.random() < 0.08 + 0.75 / (1 + np.exp(-1.2 * (late - 4)))
                day = np.datetime64("2025-01-01") + int(random.integers(0, 700))
                customer = f"{s}-{random.integers(0, 150)}"
                rows.append((customer, f"s{s}", tier, day, late, 1 if bad else 5, 50))
    return csv(COLUMNS, rows)


def made_of(folder, late_of, text=TEXT, **more):
    """The calibration of such a log."""
    return calibrate(write_history(folder, text, {"o.csv": log(late_of, **more)}))


def lost(made, tier):
    """Customers lost by offers of a tier, in money, all segments."""
    return float(make_offers(made.case).lost_customers[:, made.case.tiers.index(tier)].sum())


@pytest.mark.parametrize(
    "late_of",
    [
        {"A": lambda random: 1, "B": lambda random: 12},
        {"A": lambda random: int(random.integers(1, 3)), "B": lambda random: 9},
    ],
)
def test_tiers_that_fail_as_often_lose_by_how_late_they_are(tmp_path, late_of):
    """A day late loses a tenth or less of what a fortnight late does; the case says so."""
    made = made_of(tmp_path, late_of)
    assert 0 < lost(made, "A") < 0.2 * lost(made, "B")
    (row,) = [finding for finding in made.findings if finding.name == "severity of failures"]
    severity = {each["tier"]: each["severity"] for each in row.rows}
    assert severity["B"] == pytest.approx(1.9, abs=0.15)
    sources = made.case.table("sources")
    assert "lost_customers" in sources.texts("column").tolist()


def test_the_interval_of_the_severity_holds_the_error_of_the_curve():
    """Of 20 small surveys at least 16 cover the truth of the milder tier, by little alone."""
    truth, covered = logistic_share, []
    for seed in range(20):
        random = np.random.default_rng(seed)
        late = np.concatenate([np.full(300, -2.0), np.repeat([1.0, 2.0, 3.0, 7.0, 9.0, 12.0], 30)])
        bad = random.random(len(late)) < truth(late)
        answers = gather(late, np.ones(len(late)), bad.astype(float))
        curve = fit_logistic(answers)
        cells = LatenessCells(
            np.array([0, 0, 0, 1, 1, 1, 0]), np.array([1.0, 2, 3, 7, 9, 12, -2]),
            np.array([100.0] * 6 + [2000]), np.array([100.0] * 6 + [0]),
        )  # fmt: skip
        severity = severity_of_tiers(cells, 2, curve)
        assert severity is not None
        wide = with_curve_error(severity, cells, refitted(answers, curve, seed, 80), seed)
        exact = severity_of_tiers(cells, 2, truth)
        assert exact is not None
        covered.append(wide.low[0] <= exact.factor[0] <= wide.high[0])
    assert sum(covered) >= 16


def logistic_share(late):
    """10 % dissatisfied when early, 80 % when very late, half of the rise at five days."""
    return 0.1 + 0.7 / (1 + np.exp(-0.9 * (np.asarray(late) - 5)))


def test_what_all_tiers_lose_together_stays_as_it_was(tmp_path):
    """Weighing by lateness shares the loss out anew; the whole changes by less than a tenth."""
    late_of = {"A": lambda random: 1, "B": lambda random: 12}
    made = made_of(tmp_path, late_of)
    chance = next(e.value for e in made.estimates if e.column == "leave_probability")
    text = TEXT.replace("leave_if_dissatisfied", "leave_probability")
    text = text.replace("value = 0.3", f"value = {chance}")
    text = text.replace('score = "x"\n', "").replace("dissatisfied_at_most = 2\n", "")
    plain = made_of(tmp_path, late_of, text)
    weighed = lost(made, "A") + lost(made, "B")
    assert weighed == pytest.approx(lost(plain, "A") + lost(plain, "B"), rel=0.1)
    assert lost(plain, "A") == pytest.approx(lost(plain, "B"), rel=0.15)


def test_tiers_that_are_late_alike_are_left_as_they_are(tmp_path):
    """No offer gets a loss of its own where latenesses differ by chance alone."""
    made = made_of(tmp_path, dict.fromkeys("AB", lambda random: int(random.integers(1, 12))))
    assert not any(each.column == "lost_customers" for each in made.estimates)


def scores(folder, share, seed, size=700):
    """A log whose scores depend on lateness as `share` says."""
    random = np.random.default_rng(seed)
    late = np.round(random.normal(-1, 5, size)).astype(int)
    bad = random.random(size) < share(late)
    rows = [
        (f"c{i}", "s", "t", f"2025-{1 + i % 12:02}-05", late[i], 1 if bad[i] else 5, 50)
        for i in range(size)
    ]
    return calibrate(write_history(folder, TEXT, {"o.csv": csv(COLUMNS, rows)}))


def test_no_curve_is_fitted_to_noise(tmp_path):
    """Of 20 flat surveys at most one shows a curve; the others say that nothing rises."""
    curves = 0
    for seed in range(20):
        made = scores(tmp_path, lambda late: np.full(len(late), 0.3), seed)
        curves += any(finding.name == "dissatisfaction curve" for finding in made.findings)
    assert curves <= 1
    assert any("by more than chance" in warning.message for warning in made.warnings)


@pytest.mark.parametrize(("seed", "middle"), [(0, 3), (1, 14), (2, -12)])
def test_nothing_that_is_told_holds_a_nan(tmp_path, seed, middle):
    """Where the log does not tell how sure a part of the curve is, a warning names it."""
    made = scores(
        tmp_path, lambda late: 0.1 + 0.7 / (1 + np.exp(-2.0 * (late - middle))), seed, 3000
    )
    assert not any("nan" in finding.words for finding in made.findings)
    assert not any("nan" in warning.message for warning in made.warnings)


def test_few_latenesses_give_no_logistic_and_say_so(tmp_path):
    """Two different latenesses cannot tell four parameters."""
    text = log({"A": lambda random: 1})
    for early in (-1, -2, -3):
        text = text.replace(f",{early},", ",0,")
    made = calibrate(write_history(tmp_path, TEXT, {"o.csv": text}))
    assert not any(finding.name == "dissatisfaction curve" for finding in made.findings)
    assert any("2 different latenesses" in warning.message for warning in made.warnings)
