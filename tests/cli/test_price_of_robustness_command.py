"""`slopt frontier --along robustness`: screen, files, record and what it refuses."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from running import Slopt

from slopt.shipped import examples

ASKED = ("frontier", "parts_distributor", "--along", "robustness", "--set", "risk.samples=40")


def test_every_number_at_worst_has_a_row(slopt: Slopt, tmp_path: Path) -> None:
    """From none to all that can turn out worse; prices are 0 or more, guarantees get worse, and the
    document says the same as the table."""
    out = tmp_path / "out"
    ran = slopt(*ASKED, "--out", out, "--json")
    assert ran.code == 0
    assert {p.name for p in out.iterdir()} == {
        "price_of_robustness.csv",
        "price_of_robustness.json",
    }
    with (out / "price_of_robustness.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["at_worst"]) for row in rows] == [0, 1, 2, 5, 10, 20]
    assert all(float(row["price"]) >= 0 for row in rows)
    guaranteed = [float(row["guaranteed"]) for row in rows]
    assert guaranteed == sorted(guaranteed)
    assert float(rows[0]["price"]) == 0
    assert all(float(row["certified_gap"]) <= 1e-4 for row in rows)
    exceeded = [float(row["exceeded"]) for row in rows]
    assert exceeded[0] > exceeded[-1]
    assert json.loads((out / "price_of_robustness.json").read_text("utf-8")) == ran.json
    assert [point["guaranteed"] for point in ran.json["points"]] == pytest.approx(guaranteed)


def test_the_number_of_the_case_is_a_point(slopt: Slopt) -> None:
    """`risk.at_worst` beside the others."""
    ran = slopt(*ASKED, "--json", "--set", "risk.at_worst=4")
    assert [point["at_worst"] for point in ran.json["points"]] == [0, 1, 2, 4, 5, 10, 20]


@pytest.mark.parametrize("columns", ["60", "100"])
def test_the_screen_says_what_the_guarantee_costs(
    slopt: Slopt, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    """The answer first, then chart, table and what it rests on, in the width there is."""
    monkeypatch.setenv("COLUMNS", columns)
    ran = slopt(*ASKED)
    said = " ".join(ran.out.split())
    assert ran.code == 0
    assert "of the futures are worse" in said
    assert "at worst" in said
    assert "All plans are priced in the same 40 futures (seed 1)." in said
    assert "--risk robust:" in said
    assert all(len(line) <= int(columns) for line in ran.out.splitlines()[:-3])


def test_what_a_limit_takes_is_refused(slopt: Slopt) -> None:
    """There are no values to go from and to."""
    ran = slopt(*ASKED, "--points", "3")
    assert ran.code == 2
    assert "leave out --points, --from, --to and --bands" in ran.err


def test_where_nothing_is_uncertain_that_is_said_with_what_to_add(
    slopt: Slopt, tmp_path: Path
) -> None:
    """Without the table sources there are no futures."""
    case = tmp_path / "case"
    shutil.copytree(examples()["parts_distributor"], case)
    (case / "sources.csv").unlink()
    ran = slopt("frontier", case, "--along", "robustness")
    assert ran.code == 2
    assert "Nothing in this case is uncertain." in ran.err


def test_a_limit_of_the_same_name_comes_first(slopt: Slopt, tmp_path: Path) -> None:
    """A resource that is called robustness is a limit as any other."""
    case = tmp_path / "case"
    shutil.copytree(examples()["parts_distributor"], case)
    name = (case / "resources.csv").read_text("utf-8").splitlines()[1].split(",")[0]
    for file in case.glob("*.csv"):
        text = file.read_text("utf-8")
        file.write_text(text.replace(name, "robustness"), "utf-8")
    ran = slopt("frontier", case, "--along", "robustness", "--points", "3", "--json")
    assert ran.code == 0
    assert len(ran.json["points"]) == 3
    assert "kept" not in ran.json


def test_the_run_is_kept_and_answered_the_same_again(
    slopt: Slopt, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The store has the run; the same inputs give the same points."""
    monkeypatch.setenv("SLOPT_STORE", str(tmp_path / "store"))
    case = tmp_path / "case"
    shutil.copytree(examples()["parts_distributor"], case)
    asked = ("frontier", case, "--along", "robustness", "--set", "risk.samples=20", "--json")
    first = slopt(*asked).json
    shown = slopt("runs", "show", f"{case}@latest", "--json")
    assert shown.code == 0
    second = slopt(*asked).json
    assert first["points"] == second["points"]
