"""Who left, where no record says so: who stays away may come back, and the log tells how often."""

from __future__ import annotations

import numpy as np
import pytest
from written_history import LEVEL, csv, write_history

from slopt.calibrate.calibrate import calibrate

TEXT = """
[orders]
file = "o.csv"
[orders.columns]
customer = "c"
segment = "s"
time = "t"
failed = "f"
"""


def simulate(rate, churn, seed, years=4, customers=600):
    """Customers who order at random `rate` times a year until they leave, at random too."""
    random = np.random.default_rng(seed)
    days, rows = 365 * years, []
    for customer in range(customers):
        life = days
        if churn:
            life = min(days, random.exponential(-365 / np.log(1 - churn)))
        for _ in range(random.poisson(rate * life / 365)):
            day = np.datetime64("2022-01-01") + int(random.uniform(0, life))
            failed = int(random.random() < 0.1)
            rows.append((f"c{customer}", f"s{customer % 3}", day, failed))
    return csv(("c", "s", "t", "f"), rows)


def calibrated(folder, rate, churn, seed, **more):
    """The calibration of such a log."""
    return calibrate(write_history(folder, TEXT, {"o.csv": simulate(rate, churn, seed, **more)}))


def churn_of(made):
    """Churn by segment."""
    return [each for each in made.estimates if each.column == "base_churn"]


@pytest.mark.parametrize(
    ("rate", "churn"), [(1.5, 0.0), (1.5, 0.3), (3, 0.1), (6, 0.1), (6, 0.3), (12, 0.1)]
)
def test_churn_by_absence_covers_the_truth(tmp_path, rate, churn):
    """Whether customers order often or seldom: of three logs 7 segments in 9 or more."""
    covered, values = [], []
    for seed in range(3):
        # Who orders seldom tells little: the log is larger.
        size = 1200 if rate < 3 else 600
        for each in churn_of(calibrated(tmp_path, rate, churn, seed, customers=size)):
            covered.append(each.low - 1e-9 <= churn <= each.high)
            values.append(each.value)
    assert sum(covered) >= 7
    assert np.mean(values) == pytest.approx(churn, abs=0.07)


def test_who_came_back_is_said_and_churn_is_named_by_absence(tmp_path):
    """Of customers who order 1.5 times a year, four in five of the absent come back."""
    made = calibrated(tmp_path, 1.5, 0.0, 0)
    (warning,) = [each for each in made.warnings if "by absence" in each.message]
    assert "came back within the log" in warning.message
    assert all("by absence, corrected" in each.source for each in churn_of(made))


def test_a_log_of_two_periods_says_that_absence_may_not_be_leaving(tmp_path):
    """Nobody can be seen to come back: the interval reaches down to the truth of no churn."""
    made = calibrated(tmp_path, 1.5, 0.0, 0, years=2)
    assert any("too short" in warning.message for warning in made.warnings)
    assert all("not corrected" in each.source for each in churn_of(made))
    assert all(each.low <= 0.02 < each.value for each in churn_of(made))


def test_failures_that_cost_nobody_cost_nobody_by_absence(tmp_path):
    """leave_probability covers 0 for all and for every segment."""
    made = calibrated(tmp_path, 3, 0.1, 1)
    leave = [each for each in made.estimates if each.column == "leave_probability"]
    assert leave
    assert all(each.low == 0 for each in leave)


def test_churn_by_tier_is_corrected_too(tmp_path):
    """Customers of A stay and of B leave by 30 %, all order seldom: B loses 28 points more."""
    random = np.random.default_rng(0)
    rows = []
    for customer in range(1800):
        tier, churn = (("A", 0.02), ("B", 0.3))[customer % 2]
        life = min(1460, random.exponential(-365 / np.log(1 - churn)))
        for _ in range(random.poisson(1.5 * life / 365)):
            day = np.datetime64("2022-01-01") + int(random.uniform(0, life))
            rows.append((f"c{customer}", f"s{customer % 3}", tier, day, 50))
    text = TEXT.replace('failed = "f"', 'tier = "k"\nrevenue = "p"') + LEVEL
    files = {"o.csv": csv(("c", "s", "k", "t", "p"), rows)}
    made = calibrate(write_history(tmp_path, text, files))
    assert all(each.low <= 0.02 <= each.high for each in churn_of(made))
    words = [e.source for e in made.estimates if (e.column, e.tier) == ("lost_customers", "B")]
    points = [float(each.split(": ")[1].split(" ")[0]) for each in words]
    assert np.mean(points) == pytest.approx(28, abs=6)
