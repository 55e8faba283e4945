"""What is known of five public data sets comes out of their raw files."""

from __future__ import annotations

from pathlib import Path

import pytest
from written_history import CASE, LEVEL

from slopt.calibrate.calibrate import Calibration, calibrate
from slopt.shipped import folder

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def calibrated(tmp_path: Path, text: str, *files: str, case: str = CASE) -> Calibration:
    """The calibration of files of the shared data, which `text` calls $0, $1 ...; or a skip."""
    for number, file in enumerate(files):
        path = SHARED / file
        if not path.is_file():
            pytest.skip(f"the public data set {file} is not beside the repository")
        text = text.replace(f"${number}", path.as_posix())
    history = tmp_path / "history.toml"
    history.write_text(case + text, encoding="utf-8")
    return calibrate(history)


def rows_of(made: Calibration, name: str):
    """The rows of the finding of that name."""
    return next(finding.rows for finding in made.findings if finding.name == name)


def score_of(made: Calibration, what: str):
    """The out-of-sample score of that estimate."""
    return next(score for score in made.scores if score.what == what)


def test_olist_scores_fall_steeply_about_the_promised_day(tmp_path):
    """One in ten is dissatisfied when early, four in five a week late: half way within 4 days.

    The logistic foretells better than one share for all by a tenth and more, and nobody orders
    twice, which is said aloud.
    """
    text = """
[orders]
file = "$0"
[orders.columns]
order = "order_id"
customer = "customer_id"
time = "order_purchase_timestamp"
promised = "order_estimated_delivery_date"
delivered = "order_delivered_customer_date"
[surveys]
file = "$1"
dissatisfied_at_most = 2
[surveys.columns]
order = "order_id"
score = "review_score"
[customers]
file = "$2"
[customers.columns]
customer = "customer_id"
segment = "customer_state"
[[assume]]
table = "response"
column = "leave_if_dissatisfied"
value = 0.2
source = "a guess of this test"
"""
    names = ("orders_dataset", "order_reviews_dataset", "customers_dataset")
    made = calibrated(tmp_path, text, *(f"olist/relational_cabg/olist_{n}.csv" for n in names))
    steps = {row["lateness"]: row["dissatisfied"] for row in rows_of(
        made, "dissatisfaction by lateness"
    )}  # fmt: skip
    assert 0.08 < steps["7 or more days early"] < 0.12
    assert 0.6 < steps["over 3 to 7 days late"] < 0.8
    assert 0.75 < steps["over 7 to 14 days late"] < 0.85
    assert 0.8 < steps["over 14 days late"] < 0.9
    (curve,) = rows_of(made, "dissatisfaction curve")
    assert 0 < curve["middle_low"] < curve["middle"] < curve["middle_high"] < 4
    assert curve["steepness_low"] > 0.4
    assert score_of(made, "dissatisfaction, logistic").gain > 0.1
    assert any("0 customers stayed" in warning.message for warning in made.warnings)
    leave = next(e for e in made.estimates if e.column == "leave_probability")
    assert leave.kind == "assumed"
    assert leave.value == pytest.approx(0.2 * 0.55, abs=0.02)


SCMS = "scms/SCMS_Delivery_History_Dataset.csv"


def test_scms_modes_differ_in_cost_and_reliability(tmp_path):
    """Trucks are the least reliable, ocean the cheapest per kg and air dearest but charter."""
    mapping = (folder("data") / "scms_history" / "raw.toml").read_text(encoding="utf-8")
    text = mapping.replace("SCMS_Delivery_History_Dataset.csv", "$0")
    made = calibrated(tmp_path, text, SCMS, case="")
    level = {
        each.tier: each for each in made.estimates
        if (each.table, each.column) == ("tiers", "service_level")
    }  # fmt: skip
    assert min(level, key=lambda tier: level[tier].value) == "Truck"
    assert level["Truck"].high < level["Air"].low + 0.02
    assert level["Air"].value == pytest.approx(0.880, abs=0.02)
    assert score_of(made, "service cost").gain > 0.3
    assert score_of(made, "service level").gain > 0


def test_the_shipped_log_says_what_the_raw_file_says(tmp_path):
    """Grouped by quarter, levels move by less than 2 points and costs by less than a fifth."""
    mapping = (folder("data") / "scms_history" / "raw.toml").read_text(encoding="utf-8")
    text = mapping.replace("SCMS_Delivery_History_Dataset.csv", "$0")
    raw = calibrated(tmp_path, text, SCMS, case="")
    grouped = calibrate(folder("data") / "scms_history" / "history.toml")

    def levels(made):
        return {
            each.tier.lower().replace(" ", "_"): each.value for each in made.estimates
            if (each.table, each.column) == ("tiers", "service_level")
        }  # fmt: skip

    assert levels(grouped) == pytest.approx(levels(raw), abs=0.02)
    costs = [
        sum(e.value for e in made.estimates if e.column == "service_cost")
        for made in (raw, grouped)
    ]
    assert costs[1] == pytest.approx(costs[0], rel=0.2)


def test_scms_log_is_what_the_raw_file_gives(tmp_path):
    """derive.py makes the shipped log again, byte for byte."""
    import subprocess
    import sys

    if not (SHARED / SCMS).is_file():
        pytest.skip(f"the public data set {SCMS} is not beside the repository")
    shipped = folder("data") / "scms_history"
    subprocess.run([sys.executable, shipped / "derive.py", SHARED / SCMS, tmp_path], check=True)
    made = (tmp_path / "deliveries.csv").read_bytes()
    assert made == (shipped / "deliveries.csv").read_bytes()


def test_telco_churn_falls_with_contract_and_support(tmp_path):
    """43 % of monthly, 11 of yearly, 3 % of two-year contracts left; with support 15, without 42.

    Support has the larger share of it in monthly contracts, in money lost by the offer without.
    """
    text = """
[customers]
file = "$0"
keep = { TechSupport = ["Yes", "No"] }
[customers.columns]
customer = "customerID"
segment = "Contract"
tier = "TechSupport"
left = "Churn"
revenue = "MonthlyCharges"
"""
    case = CASE.replace('"year"', '"month"')
    made = calibrated(tmp_path, text + LEVEL, "telco_churn/Telco-Customer-Churn.csv", case=case)
    pairs = {(row["segment"], row["tier"]): row["left"] for row in rows_of(made, "churn by tier")}
    assert pairs["Month-to-month", "No"] == pytest.approx(0.5037, abs=1e-4)
    assert pairs["Month-to-month", "Yes"] == pytest.approx(0.3070, abs=1e-4)
    assert pairs["Two year", "Yes"] == pytest.approx(0.0353, abs=1e-4)
    by_segment = {row["segment"]: row["value"] for row in rows_of(made, "churn by segment")}
    assert by_segment["Month-to-month"] > 3 * by_segment["One year"] > 6 * by_segment["Two year"]
    lost = {
        (each.segment, each.tier): each.value for each in made.estimates
        if each.column == "lost_customers"
    }  # fmt: skip
    assert lost["Month-to-month", "No"] > 0
    assert lost["Month-to-month", "Yes"] == 0
    assert score_of(made, "leaving, by tier").gain > 0.1
    assert any("Association is not effect" in warning.remedy for warning in made.warnings)


def test_iranian_complaints_go_with_churn(tmp_path):
    """83.0 % of 241 complainers left and 10.1 % of 2,909 others: 73 points, and said not causal."""
    text = """
[customers]
file = "$0"
[customers.columns]
segment = "Age Group"
left = "Churn"
failed = "Complains"
revenue = "Customer Value"
"""
    made = calibrated(tmp_path, text, "iranian_churn/Customer_Churn.csv")
    had, others = rows_of(made, "leaving")
    assert (had["customers"], others["customers"]) == (241, 2909)
    assert had["left"] == pytest.approx(0.830, abs=5e-4)
    assert others["left"] == pytest.approx(0.101, abs=5e-4)
    leave = next(e for e in made.estimates if e.column == "leave_probability" and e.segment == "*")
    assert leave.low < 0.729 < leave.high
    assert score_of(made, "leaving").gain > 0.1
    (top,) = rows_of(made, "concentration")
    assert top["top_20_share"] == pytest.approx(0.573, abs=0.002)
    assert any("Association is not effect" in warning.remedy for warning in made.warnings)


def test_online_retail_is_concentrated_and_comes_back(tmp_path):
    """The top 20 % make 74-75 % of revenue, two in three order again; half a million lines.

    Who comes back most often leaves least: churn falls from the first to the last segment.
    """
    text = """
[orders]
file = "$0"
missing = ["0", "0.0"]
[orders.columns]
order = "InvoiceNo"
customer = "CustomerID"
time = "InvoiceDate"
revenue = ["Quantity", "UnitPrice"]
[segments]
by = "recency_frequency_value"
groups = 2
"""
    case = CASE.replace('"year"', '"quarter"')
    name = "online_retail/online_retail_2010_2011.csv.gz"
    made = calibrated(tmp_path, text + LEVEL, name, case=case)
    (top,) = rows_of(made, "concentration")
    assert 0.74 <= top["top_20_share"] <= 0.755
    assert top["repeat_rate"] == pytest.approx(0.656, abs=0.01)
    by_segment = {row["segment"]: row["value"] for row in rows_of(made, "churn by segment")}
    assert by_segment["R2 F2 V2"] < 0.2 < 0.5 < by_segment["R1 F1 V1"]
    assert any("have no segment" in warning.message for warning in made.warnings)
