"""Fees, penalties and choosing customers on the screens, in files and documents."""

from __future__ import annotations

import csv

import pytest


def test_solve_says_what_is_booked_net(slopt):
    """Fees and expected penalties stand apart, each promise with its chance of breach."""
    ran = slopt("solve", "carrier_contracts", "--no-record")
    assert ran.code == 0
    assert "Service cost is net: 50 k EUR a year before fees and penalties" in ran.out
    assert "less 39.18 k of fees, plus 4,325" in ran.out.replace("\n", " ")
    assert "broken, %" in ran.out
    assert "margin at risk" in ran.out


def test_the_document_and_the_files_add_up(slopt, tmp_path):
    """Fees and penalties of promises.csv are those of result.json."""
    ran = slopt("solve", "carrier_contracts", "--no-record", "--json", "--out", tmp_path)
    document = ran.json
    with (tmp_path / "promises.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert sum(float(row["fees"]) for row in rows) == pytest.approx(document["fees"])
    penalties = sum(float(row["penalties"]) for row in rows)
    assert penalties == pytest.approx(document["contract_penalties"])
    assert not (tmp_path / "choices.csv").exists()


def test_offers_have_the_figures_of_contracts(slopt):
    """The offer of the documented example: 41.8 % of months broken, 13,200 of fees."""
    rows = slopt("offers", "carrier_contracts", "--json").json
    (row,) = [r for r in rows if (r["segment"], r["tier"]) == ("Grocer", "standard 97")]
    assert row["fees"] == 13200
    assert row["breach_probability"] == pytest.approx(0.418032, abs=5e-7)
    assert row["penalties"] == pytest.approx(1999.705, abs=0.001)
    assert row["use:margin at risk"] == pytest.approx(51761.755, abs=0.001)
    assert "penalties" in slopt("offers", "carrier_contracts").out


def test_who_takes_what_and_up_to_which_price(slopt, tmp_path):
    """The menu of the shipped example, as its notes explain it."""
    ran = slopt("solve", "repair_menu", "--no-record", "--out", tmp_path)
    assert "stays up to" in ran.out
    with (tmp_path / "choices.csv").open(encoding="utf-8") as file:
        rows = {row["segment"]: row for row in csv.DictReader(file)}
    assert {name: row["tier"] for name, row in rows.items()} == {
        "Small flats": "basic 35",
        "Families": "plus 85",
        "Home offices": "premium 170",
    }
    assert (rows["Home offices"]["stays_up_to"], rows["Home offices"]["then_takes"]) == (
        "185",
        "plus 85",
    )


def test_explain_says_at_which_price_a_tier_is_taken(slopt):
    """A segment that chooses has its menu in the explanation; one that is assigned has none."""
    ran = slopt("explain", "repair_menu", "Home offices")
    assert "taken at" in ran.out
    assert "taken at" not in slopt("explain", "repair_menu", "Landlords").out
    rules = slopt("explain", "repair_menu", "--rules").out
    assert "customers choose for themselves" in rules


def test_explain_says_what_a_contract_promises(slopt):
    """Promise, level, chance and money of the tier that an account has."""
    said = " ".join(slopt("explain", "carrier_contracts", "Grocer").out.split())
    assert "standard 97 promises 97.0 % and serves 96.8 %" in said
    assert "the chance that a review finds it broken is 41.8 %" in said
    assert "13.2 k of fees taken off and 2,000 of expected penalties" in said


def test_a_wish_that_customers_would_not_grant(slopt):
    """What is not worth its price is no plan, and the reason is said."""
    ran = slopt("explain", "repair_menu", "--why-not", "Small flats=premium 150")
    assert "it is not worth its price to Small flats" in ran.out


def test_a_brought_plan_is_judged_by_who_chooses(slopt, tmp_path):
    """Premium at 190 beside plus at 85: home offices would not take it."""
    plan = tmp_path / "plan.csv"
    plan.write_text(
        "segment,tier\nSmall flats,basic 35\nFamilies,plus 85\nHome offices,premium 190\n"
        "Landlords,plus 85\n",
        encoding="utf-8",
    )
    ran = slopt("evaluate", "repair_menu", "--plan", plan, "--no-record")
    assert "customers of Home offices choose for themselves" in ran.out


@pytest.mark.parametrize("command", ["solve", "offers", "explain"])
@pytest.mark.parametrize("case", ["carrier_contracts", "repair_menu"])
def test_it_is_said_in_chinese(slopt, case, command):
    """No sentence of fees, promises and choices is left in English."""
    ran = slopt(command, case, "--lang", "zh")
    assert ran.code == 0
    for english in ("fees", "penalties", "Customers choose", "promised", "stays up to", "worth"):
        assert english not in ran.out
