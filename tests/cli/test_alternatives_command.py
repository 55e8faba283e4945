"""`slopt alternatives`: the list, the margin, the files, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import Slopt


def test_the_next_best_plans_of_tiny_are_those_of_the_list(slopt: Slopt) -> None:
    """36,375 is best; then 37,000 and 37,375 (all combinations stand in SOURCE.md)."""
    document = slopt("alternatives", "tiny", "--count", 2, "--json").json
    assert document["best"]["total_cost"] == pytest.approx(36375)
    assert [a["total_cost"] for a in document["alternatives"]] == pytest.approx([37000, 37375])
    assert [a["worse"] for a in document["alternatives"]] == pytest.approx([625, 1000])
    out = slopt("alternatives", "tiny", "--count", 2).out
    assert "the 2 next best plans for least total cost" in out
    assert "Plan 2: 1,000 EUR a year worse." in out
    assert "small standard → basic." in out


def test_plans_within_a_margin_differ_most(slopt: Slopt) -> None:
    """Within 2 % of tiny's best one plan lies, 625 worse, and all three segments differ in it."""
    document = slopt("alternatives", "tiny", "--within", "2%", "--json").json
    (only,) = document["alternatives"]
    assert (only["apart"], only["apart_at_most"], only["worse"]) == (3, 3, pytest.approx(625))
    assert (document["within"], document["is_all"]) == (0.02, True)
    none = slopt("alternatives", "tiny", "--within", "0.001")
    assert none.code == 0
    assert "no other plan was found within 0.1 %" in none.out


def test_each_alternative_is_written_as_a_plan(slopt: Slopt, tmp_path: Path) -> None:
    """Evaluating its file gives what was said of it; fewer plans leave no older ones behind."""
    assert slopt("alternatives", "tiny", "--count", 3, "--out", tmp_path).code == 0
    document = json.loads((tmp_path / "alternatives.json").read_text(encoding="utf-8"))
    for entry in document["alternatives"]:
        folder = tmp_path / f"alternative_{entry['alternative']}"
        ran = slopt("evaluate", "tiny", "--plan", folder / "plan.csv", "--json")
        assert ran.json["total_cost"] == pytest.approx(entry["total_cost"])
        result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
        assert result["total_cost"] == pytest.approx(entry["total_cost"])
    assert slopt("alternatives", "tiny", "--count", 1, "--out", tmp_path).code == 0
    assert (tmp_path / "alternative_1" / "plan.csv").exists()
    assert not (tmp_path / "alternative_2" / "plan.csv").exists()
    assert len((tmp_path / "alternatives.csv").read_text(encoding="utf-8").splitlines()) == 2


def test_a_case_without_a_plan_has_no_alternatives(slopt: Slopt, tmp_path: Path) -> None:
    """Exit code 4, and the conflict in place of plans."""
    words = ("alternatives", "tiny", "--set", "limits.budget=1")
    ran = slopt(*words, "--json", "--out", tmp_path)
    assert (ran.code, ran.json["conflict"]) == (4, ["budget"])
    assert [path.name for path in tmp_path.iterdir()] == ["result.json"]
    assert slopt(*words).code == 4


@pytest.mark.parametrize("within", ["two", "-1%", "200%", "nan", ""])
def test_a_margin_that_is_none_is_refused(slopt: Slopt, within: str) -> None:
    """Exit code 2 and how to write it."""
    ran = slopt("alternatives", "tiny", "--within", within)
    assert (ran.code, ran.out) == (2, "")
    assert "--within" in ran.err


@pytest.mark.parametrize("width", ["80", "60", "40"])
def test_the_list_fits_its_terminal(
    slopt: Slopt, monkeypatch: pytest.MonkeyPatch, width: str
) -> None:
    """A board reads it at 80 columns, and less."""
    monkeypatch.setenv("COLUMNS", width)
    for words in ((), ("--set", "plan.goal=max_service"), ("--within", "1%")):
        ran = slopt("alternatives", "parts_distributor", "--count", 2, *words)
        assert ran.code == 0
        assert max(len(line) for line in ran.out.splitlines()) <= int(width)
