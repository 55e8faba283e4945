"""Histories simulated from known parameters: calibration finds these within its intervals."""

from __future__ import annotations

import numpy as np
import pytest
from written_history import LEVEL, csv, write_history

from slopt.calibrate.calibrate import calibrate
from slopt.case.load import load_case

SEGMENTS, TIERS = [f"s{i}" for i in range(8)], ["basic", "premium"]
LEAVE = 0.25
TEXT = """
[orders]
file = "orders.csv"
[orders.columns]
order = "order"
customer = "customer"
segment = "segment"
tier = "tier"
time = "day"
promised = "promised"
delivered = "delivered"
revenue = "price"
cost = "cost"
"""
COLUMNS = ("order", "customer", "segment", "tier", "day", "promised", "delivered", "price", "cost")


def simulate(seed):
    """Two years of orders, and the truths: level and cost of pairs, churn of segments.

    Who had a failure in the first year leaves with a probability that is 0.25 higher. Customers
    of basic service order more often, and those who order often leave less.
    """
    random = np.random.default_rng(seed)
    level = random.beta([[17] * 2] * 8, [[3, 1]] * 8)
    cost = np.exp(random.normal([np.log([8, 14])] * 8, 0.3))
    churn = random.beta(6, 54, 8)
    start = np.datetime64("2025-01-01")
    rows, number = [], 0
    for customer in range(1200):
        s, k = customer % 8, int(random.random() < 0.5)
        years, failed = [1 + random.poisson(2), 0], False
        for year in (0, 1):
            for _ in range(years[year]):
                day = start + 365 * year + int(random.integers(0, 365))
                late = int(random.integers(1, 9)) if random.random() > level[s, k] else 0
                failed = failed or (year == 0 and late > 0)
                price = round(40 * np.exp(random.normal(0, 0.5)), 2)
                spent = round(cost[s, k] * np.exp(random.normal(-0.125, 0.5)), 2)
                due = day + 5
                number += 1
                rows.append(
                    (number, f"c{customer}", SEGMENTS[s], TIERS[k], day, due, due + late, price,
                     spent)
                )  # fmt: skip
            leaves = random.random() < churn[s] + LEAVE * failed
            years[1] = 0 if leaves else 1 + random.poisson(2)
    # The log begins and ends on a day with an order, as two whole years do.
    for day in ("2025-01-01", "2026-12-31"):
        number += 1
        rows.append((number, "edge", "s0", "basic", day, day, day, 40, 8))
    return rows, level, cost, churn


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Five simulated histories, calibrated, with their truths."""
    results = []
    for seed in range(5):
        folder = tmp_path_factory.mktemp(f"seed{seed}")
        rows, *truth = simulate(seed)
        path = write_history(folder, TEXT, {"orders.csv": csv(COLUMNS, rows)})
        results.append((calibrate(path), *truth))
    return results


def cells(calibration, table, column):
    """Estimates of one column by (segment, tier)."""
    return {
        (each.segment, each.tier): each
        for each in calibration.estimates
        if (each.table, each.column) == (table, column)
    }


def test_service_levels_of_pairs_are_covered(made):
    """Of 80 true levels, 90 to 100 % lie in their interval of 95 %."""
    covered = 0
    for calibration, level, *_ in made:
        for (segment, tier), each in cells(calibration, "offers", "service_level").items():
            covered += each.low <= level[SEGMENTS.index(segment), TIERS.index(tier)] <= each.high
    assert 72 <= covered <= 80


def test_costs_of_pairs_are_covered(made):
    """Cost an order of a pair, times the segment's orders: 90 to 100 % of 80 truths."""
    covered = 0
    for calibration, _, cost, _ in made:
        segments = calibration.case.table("segments")
        orders = segments.numbers("customers") * segments.numbers("orders_per_customer")
        for (segment, tier), each in cells(calibration, "offers", "service_cost").items():
            s = SEGMENTS.index(segment)
            covered += each.low <= cost[s, TIERS.index(tier)] * orders[s] <= each.high
    assert 72 <= covered <= 80


def test_churn_without_failures_is_covered(made):
    """base_churn of 40 segments: 88 to 100 % of the truths."""
    covered = 0
    for calibration, _, _, churn in made:
        for (segment, _), each in cells(calibration, "segments", "base_churn").items():
            covered += each.low <= churn[SEGMENTS.index(segment)] <= each.high
    assert 35 <= covered <= 40


def test_the_effect_of_a_failure_is_covered(made):
    """leave_probability of all customers in at least four of five, of segments in 88 %."""
    overall = segments = 0
    for calibration, *_ in made:
        for (segment, _), each in cells(calibration, "response", "leave_probability").items():
            if segment == "*":
                overall += each.low <= LEAVE <= each.high
                assert each.n > 500
            else:
                segments += each.low <= LEAVE <= each.high
    assert overall >= 4
    assert segments >= 35


def test_volumes_are_those_of_the_log(made):
    """Two years of orders: customers and orders a year are means of the two."""
    calibration = made[0][0]
    segments = calibration.case.table("segments")
    total = segments.numbers("customers") * segments.numbers("orders_per_customer")
    assert total.sum() == pytest.approx(calibration.rows["orders"] / 2, rel=1e-5)
    assert set(segments.texts("current_tier").tolist()) <= set(TIERS)


def test_estimates_beat_the_naive_guess_out_of_sample(made):
    """Levels, costs and churn each foretell better than one number for all."""
    for calibration, *_ in made:
        scores = {score.what: score.gain for score in calibration.scores}
        assert min(scores.values()) > 0, scores


def test_every_number_has_a_source(made):
    """Each estimate is a row of sources, with kind, interval, n and the method in words."""
    calibration = made[0][0]
    sources = calibration.case.table("sources")
    assert len(sources) == len(calibration.estimates)
    assert all(sources.texts("source").tolist())
    assert set(sources.texts("kind").tolist()) == {"measured", "fitted"}


def test_the_same_logs_give_the_same_case(tmp_path):
    """Twice the same files, byte for byte, also where DuckDB uses several threads."""
    rows, *_ = simulate(0)
    path = write_history(tmp_path, TEXT, {"orders.csv": csv(COLUMNS, rows)})
    assert calibrate(path).files == calibrate(path).files


def test_aggregated_rows_say_the_same_as_single_ones(tmp_path):
    """A row that stands for 4 orders with a share failed gives the levels of the 4 rows."""
    single = [
        ("a" if i % 4 else "b", "t", f"2026-{1 + i % 12:02}-01", i % 5 == 0, 10) for i in range(400)
    ]
    text = """
[orders]
file = "orders.csv"
[orders.columns]
segment = "s"
tier = "t"
time = "d"
failed = "f"
revenue = "p"
"""  # fmt: skip
    columns = ("s", "t", "d", "f", "p")
    one = tmp_path / "one"
    one.mkdir()
    plain = calibrate(write_history(one, text, {"orders.csv": csv(columns, single)}))
    groups: dict[tuple, list] = {}
    for row in single:
        groups.setdefault(row[:3], []).append(row[3])
    rows = [(*key, sum(f) / len(f), 10, len(f)) for key, f in groups.items()]
    text += 'count = "n"\n'
    together = calibrate(write_history(tmp_path, text, {"orders.csv": csv((*columns, "n"), rows)}))
    for name in ("offers", "tiers", "segments"):
        assert together.files[f"{name}.csv"] == plain.files[f"{name}.csv"], name


def test_failures_by_ticket_and_leaving_by_record(tmp_path):
    """Tickets mark failures and the record says who left: 60 % with a ticket, 10 % without."""
    random = np.random.default_rng(7)
    records, tickets = [], []
    for i in range(2000):
        ticket = random.random() < 0.3
        tickets += [(f"c{i}",)] * ticket
        left = random.random() < (0.6 if ticket else 0.1)
        records.append((f"c{i}", "all of them", "yes" if left else "no", 50))
    text = """
[customers]
file = "customers.csv"
[customers.columns]
customer = "id"
segment = "kind"
left = "gone"
revenue = "spent"
[tickets]
file = "tickets.csv"
[tickets.columns]
customer = "id"
"""
    made = calibrate(
        write_history(
            tmp_path, text,
            {"customers.csv": csv(("id", "kind", "gone", "spent"), records),
             "tickets.csv": csv(("id",), tickets)},
        )
    )  # fmt: skip
    leave = cells(made, "response", "leave_probability")["*", "*"]
    assert leave.low < 0.5 < leave.high
    assert leave.value == pytest.approx(0.5, abs=0.05)
    churn = cells(made, "segments", "base_churn")["all of them", "*"]
    assert churn.low < 0.1 < churn.high


def test_failures_that_cost_no_customer_are_said_aloud(tmp_path):
    """Leaving and failing have nothing to do with each other: a warning, and no invented loss."""
    random = np.random.default_rng(1)
    rows = [(i, "s", int(random.random() < 0.5), int(random.random() < 0.2)) for i in range(800)]
    text = '[customers]\nfile = "c.csv"\n[customers.columns]\ncustomer = "c"\nsegment = "s"\n'
    text += 'failed = "f"\nleft = "l"\n'
    made = calibrate(write_history(tmp_path, text, {"c.csv": csv(("c", "s", "f", "l"), rows)}))
    leave = cells(made, "response", "leave_probability")["*", "*"]
    assert leave.low == 0
    assert leave.value < 0.06
    assert any("than those without" in warning.message for warning in made.warnings)


def test_separated_answers_are_said_aloud(tmp_path):
    """All late customers are dissatisfied and no other: no curve, and a warning that says why."""
    rows = [(f"2026-01-{1 + i % 28:02}", i % 9 - 4, 1 if i % 9 > 4 else 5) for i in range(300)]
    text = """
[orders]
file = "o.csv"
dissatisfied_at_most = 2
[orders.columns]
time = "d"
late = "l"
score = "s"
"""
    made = calibrate(write_history(tmp_path, text, {"o.csv": csv(("d", "l", "s"), rows)}))
    assert not any(finding.name == "dissatisfaction curve" for finding in made.findings)
    assert any("infinite" in warning.message for warning in made.warnings)


def test_too_few_customers_give_no_effect(tmp_path):
    """Thirty customers: leave_probability is left out, with how many it needs."""
    rows = [(i, "s", i % 2, i % 3 == 0) for i in range(30)]
    text = '[customers]\nfile = "c.csv"\n[customers.columns]\ncustomer = "c"\nsegment = "s"\n'
    text += 'failed = "f"\nleft = "l"\n'
    made = calibrate(write_history(tmp_path, text, {"c.csv": csv(("c", "s", "f", "l"), rows)}))
    assert not cells(made, "response", "leave_probability")
    assert any("needs 20 of each" in warning.remedy for warning in made.warnings)


@pytest.mark.parametrize(("by", "least"), [("recency_frequency_value", 8), ("profit", 2)])
def test_segments_by_behaviour_part_customers(tmp_path, by, least):
    """Recency, frequency and value in halves give up to eight segments, and the new ones."""
    rows, *_ = simulate(3)
    text = TEXT.replace('segment = "segment"\n', "") + f'[segments]\nby = "{by}"\ngroups = 2\n'
    text += LEVEL
    made = calibrate(write_history(tmp_path, text, {"orders.csv": csv(COLUMNS, rows)}))
    names = made.case.segments.tolist()
    assert len(names) >= least
    assert any("2" in name for name in names)
    (tmp_path / "case").mkdir()
    for name, content in made.files.items():
        (tmp_path / "case" / name).write_text(content, encoding="utf-8")
    assert load_case(tmp_path / "case").hash == made.case.hash


@pytest.mark.parametrize("mapped", [True, False])
def test_a_mapped_segment_that_behaviour_takes_the_place_of_is_named(tmp_path, mapped):
    """Segments by behaviour do not use the column of segment, which is said where it is mapped."""
    rows, *_ = simulate(3)
    text = TEXT if mapped else TEXT.replace('segment = "segment"\n', "")
    text += '[segments]\nby = "profit"\n' + LEVEL
    made = calibrate(write_history(tmp_path, text, {"orders.csv": csv(COLUMNS, rows)}))
    said = any("segment is not used" in warning.message for warning in made.warnings)
    assert said is mapped


@pytest.mark.parametrize("stayed", [0, 5])
def test_only_where_nobody_stayed_the_customer_column_is_asked_about(tmp_path, stayed):
    """Ids of orders make all customers leave; a small record that some stayed in is none."""
    rows = [(i, "s", 0, i >= stayed) for i in range(60)]
    text = '[customers]\nfile = "c.csv"\n[customers.columns]\ncustomer = "c"\nsegment = "s"\n'
    text += 'failed = "f"\nleft = "l"\n'
    made = calibrate(write_history(tmp_path, text, {"c.csv": csv(("c", "s", "f", "l"), rows)}))
    (warning,) = [each for each in made.warnings if "Churn needs" in each.remedy]
    assert ("id of a customer" in warning.remedy) is (stayed == 0)


def test_a_churn_record_takes_segments_from_the_orders(tmp_path):
    """The record knows ids and who left; segment, tier and failures come from the orders."""
    rows, *_ = simulate(2)
    random = np.random.default_rng(2)
    failed = {row[1]: False for row in rows}
    for row in rows:
        failed[row[1]] |= bool(row[6] > row[5])
    records = [
        (customer, int(random.random() < 0.1 + 0.3 * had)) for customer, had in failed.items()
    ]
    text = TEXT + '[customers]\nfile = "c.csv"\n[customers.columns]\n'
    text += 'customer = "id"\nleft = "gone"\n'
    files = {"orders.csv": csv(COLUMNS, rows), "c.csv": csv(("id", "gone"), records)}
    made = calibrate(write_history(tmp_path, text, files))
    assert made.case.segments.tolist() == SEGMENTS
    leave = cells(made, "response", "leave_probability")["*", "*"]
    assert leave.low < 0.3 < leave.high
    assert leave.n > 1000


def test_parquet_logs_say_what_csv_logs_say(tmp_path):
    """The same orders, typed, give the same tables."""
    import pyarrow as pa
    from pyarrow import parquet

    rows, *_ = simulate(1)
    plain = calibrate(write_history(tmp_path, TEXT, {"orders.csv": csv(COLUMNS, rows)}))
    columns = [list(column) for column in zip(*rows, strict=True)]
    for place in (4, 5, 6):
        columns[place] = np.array(columns[place], dtype="datetime64[s]")
    table = pa.table(dict(zip(COLUMNS, columns, strict=True)))
    parquet.write_table(table, tmp_path / "orders.parquet")
    typed = calibrate(write_history(tmp_path, TEXT.replace(".csv", ".parquet"), {}))
    assert typed.files == plain.files


def test_what_is_assumed_of_a_tier_beats_what_its_pairs_show(tmp_path):
    """An assumed level takes the place of the measured ones of that tier, not of the other."""
    rows, *_ = simulate(0)
    text = TEXT + LEVEL.replace("value", 'tier = "premium"\nvalue')
    made = calibrate(write_history(tmp_path, text, {"orders.csv": csv(COLUMNS, rows)}))
    offers = made.case.table("offers")
    level = dict(zip(offers.texts("tier").tolist(), offers.numbers("service_level"), strict=True))
    assert np.isnan(level["premium"])
    assert not np.isnan(level["basic"])
    tiers = made.case.table("tiers")
    assert tiers.numbers("service_level")[made.case.tiers.index("premium")] == 0.9


def test_todays_tier_is_one_that_is_offered(tmp_path):
    """A mode of the last weeks that was seen too seldom is no offer, and not today's either."""
    rows = [("s", "old", f"2026-{1 + i % 9:02}-01", 0) for i in range(90)]
    rows += [("s", "fresh", "2026-12-01", 0)] * 3
    text = '[orders]\nfile = "o.csv"\n[orders.columns]\nsegment = "s"\ntier = "t"\ntime = "d"\n'
    text += 'failed = "f"\n[tiers]\nseen_at_least = 5\n'
    made = calibrate(write_history(tmp_path, text, {"o.csv": csv(("s", "t", "d", "f"), rows)}))
    assert made.case.table("segments").texts("current_tier").tolist() == ["old"]
