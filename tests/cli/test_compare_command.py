"""`slopt compare`: sides of every kind, files, refusals."""

from __future__ import annotations

import csv
import json
from fractions import Fraction
from pathlib import Path

import pytest
from running import Slopt
from small_cases import examples_of_one_period


def plan_file(path: Path, rows: dict[str, str]) -> Path:
    """A plan of segment and tier."""
    lines = ["segment,tier", *(f"{segment},{tier}" for segment, tier in rows.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_one_case_is_today_against_its_plan(slopt: Slopt) -> None:
    """The decision, the bridge, who moved; today's total and the plan's."""
    ran = slopt("compare", "tiny")
    assert ran.code == 0
    assert "A: today's tiers" in ran.out
    said = " ".join(ran.out.split())
    assert "move: expected lost sales −9,625, service cost +6,000, together −3,625" in said
    document = slopt("compare", "tiny", "--json").json
    assert [document[side]["total_cost"] for side in "ab"] == [40_000, 36_375]
    assert document["a"]["kind"] == "today"
    assert {move["segment"]: (move["from"], move["to"]) for move in document["moves"]} == {
        "key": ("standard", "premium"),
        "small": ("basic", "standard"),
    }
    assert sum(step["amount"] for step in document["bridge"]) == -3_625
    assert slopt("compare", "today", "tiny", "--json").json["moves"] == document["moves"]


def test_settings_count_for_the_second_side(slopt: Slopt) -> None:
    """What another budget would change; every move is because of it."""
    ran = slopt("compare", "tiny", "tiny", "--set", "limits.budget=13000", "--json")
    document = ran.json
    (change,) = document["changes"]
    assert (change["place"], change["from"], change["to"]) == ("limits.budget", 11_500, 13_000)
    assert {tuple(move["causes"]) for move in document["moves"]} == {("budget",)}
    assert document["b"]["label"] == "tiny with limits.budget=13000"
    refused = slopt("compare", "tiny", "today", "--set", "limits.budget=13000")
    assert refused.code == 2
    assert "--set counts for B" in refused.err


def test_files_add_up_to_the_last_digit(slopt: Slopt, tmp_path: Path) -> None:
    """compare.json, moves.csv and bridge.csv; amounts read back sum to the change of the total."""
    case = "scms_deliveries"
    changed = ("--set", "limits.budget=9000000", "--set", "case.discount_rate=0.12")
    ran = slopt("compare", case, case, *changed, "--out", tmp_path)
    assert ran.code == 0
    assert f"wrote {tmp_path}" in ran.out
    document = json.loads((tmp_path / "compare.json").read_text(encoding="utf-8"))
    with (tmp_path / "bridge.csv").open(encoding="utf-8") as file:
        steps = list(csv.DictReader(file))
    with (tmp_path / "moves.csv").open(encoding="utf-8") as file:
        moves = list(csv.DictReader(file))
    assert [row["step"] for row in steps] == [row["step"] for row in document["bridge"]]
    assert len(moves) == len(document["moves"])
    change = Fraction(document["b"]["exact_total_cost"]) - Fraction(
        document["a"]["exact_total_cost"]
    )
    assert sum(Fraction(float(row["amount"])) for row in steps) == change
    assert sum(float(row["amount"]) for row in steps) == float(change)
    losses = ("service_cost", "lost_orders", "lost_customers", "lost_prospects", "lost_unsplit")
    for row in steps:
        assert sum(float(row[name]) for name in losses) == float(row["amount"])
    assert {path.name for path in tmp_path.iterdir()} == {"compare.json", "moves.csv", "bridge.csv"}


def test_plan_files_need_a_case_and_take_that_of_the_other_side(
    slopt: Slopt, tmp_path: Path
) -> None:
    """Two plans with --case, or one beside a case; without any the message says what to add."""
    first = plan_file(tmp_path / "a.csv", {"key": "basic", "regular": "basic", "small": "basic"})
    second = plan_file(tmp_path / "b.csv", {"key": "gold", "regular": "basic", "small": "basic"})
    third = plan_file(tmp_path / "c.csv", {"key": "premium", "regular": "basic", "small": "basic"})
    both = slopt("compare", first, third, "--case", "tiny", "--json").json
    assert [move["segment"] for move in both["moves"]] == ["key"]
    assert both["moves"][0]["causes"] == ["plan"]
    beside = slopt("compare", third, "tiny", "--json").json
    assert [move["segment"] for move in beside["moves"]] == ["small"]
    alone = slopt("compare", first, third)
    assert alone.code == 2
    assert "add --case" in alone.err
    wrong = slopt("compare", first, second, "--case", "tiny")
    assert wrong.code == 3
    assert '"gold" is not a tier of this case' in wrong.err


def test_a_run_is_compared_with_the_case_as_it_is_now(slopt: Slopt, tmp_path: Path) -> None:
    """The folder that --out wrote stands for the plan and the inputs of then."""
    run = tmp_path / "run"
    assert slopt("solve", "tiny", "--set", "limits.budget=13000", "--out", run).code == 0
    document = slopt("compare", run, "tiny", "--json").json
    assert document["a"]["kind"] == "recorded"
    assert document["a"]["total_cost"] == 34_375
    assert document["a"]["gap"] == 0
    assert {tuple(move["causes"]) for move in document["moves"]} == {("budget",)}
    (limit,) = document["limits"]
    assert (limit["a"]["price"], limit["b"]["price"]) == (
        pytest.approx(1 / 3),
        pytest.approx(2 / 3),
    )
    again = slopt("compare", run, run)
    assert again.code == 0
    assert "the same plan for the same inputs" in again.out


def test_names_of_segments_are_no_formulas(slopt: Slopt, tmp_path: Path) -> None:
    """In the CSV files, as in those of solve."""
    case = tmp_path / "case"
    assert slopt("new", case, "--from", "tiny").code == 0
    for table in case.glob("*.csv"):
        text = table.read_text(encoding="utf-8")
        table.write_text(text.replace("\nkey,", "\n=cmd(),"), encoding="utf-8")
    out = tmp_path / "out"
    assert slopt("compare", case, "--out", out).code == 0
    assert "\n'=cmd(),standard,premium" in (out / "moves.csv").read_text(encoding="utf-8")
    assert "=cmd()" in slopt("compare", case).out


def test_a_side_without_a_plan_ends_as_solve_does(slopt: Slopt, tmp_path: Path) -> None:
    """Exit code 4, the conflict on the screen, nothing written."""
    out = tmp_path / "out"
    words = ("compare", "tiny", "tiny", "--set", "limits.budget=10", "--out", out)
    ran = slopt(*words)
    assert ran.code == 4
    assert "There is no plan of tiny" in ran.out
    assert not out.exists()
    assert slopt(*words, "--json").json["conflict"] == ["budget"]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("tinny", "tiny"), 2, 'Did you mean "tiny"'),
        (("today", "today"), 2, "Both sides are today"),
        (("tiny", "scms_deliveries"), 2, "A is in EUR, B in USD"),
        (("tiny", "tiny", "--set", "case.period=month"), 2, "A is per year, B per month"),
        (("nowhere.csv", "tiny"), 3, "There is no such file"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    slopt: Slopt, words: tuple[str, ...], code: int, message: str
) -> None:
    """One message, the right exit code, nothing on standard output."""
    ran = slopt("compare", *words)
    assert ran.code == code
    assert message in ran.err
    assert ran.out == ""


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_screen_fits(slopt: Slopt, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """No line is wider than the terminal, whatever is compared."""
    monkeypatch.setenv("COLUMNS", str(width))
    for words in (
        ("parts_distributor",),
        ("tiny", "office_supplies"),
        ("scms_deliveries", "scms_deliveries", "--set", "limits.budget=9000000"),
    ):
        ran = slopt("compare", *words)
        assert ran.code == 0
        assert max(map(len, ran.out.splitlines())) <= width


def test_examples_of_one_currency_can_all_be_compared(slopt: Slopt) -> None:
    """Whatever they share; the amounts add up."""
    names = [n for n in examples_of_one_period() if n not in ("tiny", "scms_history")]
    for name in names:
        words = ("--set", "case.currency=EUR", "--set", "case.period=year")
        document = slopt("compare", "tiny", name, *words, "--json").json
        ends = document["b"]["exact_total_cost"] - document["a"]["exact_total_cost"]
        assert sum(step["amount"] for step in document["bridge"]) == ends


@pytest.mark.parametrize("kept", ["runs.sqlite", "none"])
def test_a_plan_that_was_changed_in_the_folder_of_its_run_is_one_that_is_brought(
    slopt: Slopt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: str
) -> None:
    """Compared as it lies there, with these words; what speaks of the run's own plan refuses."""
    monkeypatch.setenv("SLOPT_STORE", kept if kept == "none" else str(tmp_path / kept))
    out = tmp_path / "out"
    assert slopt("solve", "tiny", "--out", out).code == 0
    assert slopt("compare", out, out, "--json").json["b"]["kind"] == "recorded"
    plan = out / "plan.csv"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("key,premium", "key,basic"), encoding="utf-8")
    side = slopt("compare", "tiny", out, "--json").json["b"]
    assert side["kind"] == "edited"
    assert side["gap"] is None
    assert (
        side["total_cost"] == slopt("evaluate", "tiny", "--plan", plan, "--json").json["total_cost"]
    )
    assert "not the run's plan" in " ".join(slopt("compare", "tiny", out).out.split())
    for command in (("certify", out), ("report", out), ("runs", "show", out)):
        ran = slopt(*command)
        assert ran.code == 7
        assert "do not belong together" in " ".join(ran.err.split())
