"""`slopt solve` of one plan for all, and what its record is good for."""

from __future__ import annotations

import filecmp
import json
from pathlib import Path

import pytest
from everything_case import write_everything
from running import Slopt


@pytest.fixture
def kept(slopt: Slopt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A recorded run, whose files lie in the folder."""
    monkeypatch.setenv("SLOPT_STORE", str(tmp_path / "runs.sqlite"))
    folder = write_everything(tmp_path / "joint")
    ran = slopt("solve", folder, "--out", tmp_path / "run")
    assert ran.code == 0, ran.err
    return tmp_path / "run"


def test_a_recorded_plan_is_made_again_to_the_last_bit(
    slopt: Slopt, kept: Path, tmp_path: Path
) -> None:
    """Rebuilt from its inputs every figure is the same, and so is every file of its answer."""
    ran = slopt("runs", "show", kept, "--rebuild", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["rebuilt"]["same"] is True
    assert slopt("runs", "show", kept, "--out", tmp_path / "again").code == 0
    names = sorted(path.name for path in kept.iterdir())
    assert {"plan.csv", "staff.csv", "stock.csv"} <= set(names)
    same, *others = filecmp.cmpfiles(kept, tmp_path / "again", names, shallow=False)
    assert others == [[], []], same


def test_the_folder_of_a_plan_is_enough_for_a_report(
    slopt: Slopt, kept: Path, tmp_path: Path
) -> None:
    """A report of the run has the figures of the run."""
    ran = slopt("report", kept, "--out", tmp_path / "plan.html")
    assert ran.code == 0, ran.err
    assert (tmp_path / "plan.html").stat().st_size > 0


def test_a_folder_that_no_longer_adds_up_is_refused(
    slopt: Slopt, kept: Path, tmp_path: Path
) -> None:
    """Where the document says another total than the plan made again, nothing is shown."""
    document = json.loads((kept / "result.json").read_text(encoding="utf-8"))
    document["total_cost"] += 1000
    document.pop("run", None)
    (kept / "result.json").write_text(json.dumps(document), encoding="utf-8")
    ran = slopt("report", kept, "--case", tmp_path / "joint", "--out", tmp_path / "plan.html")
    assert ran.code != 0
    assert "Traceback" not in ran.err
    assert not (tmp_path / "plan.html").exists()


@pytest.mark.parametrize("command", ["certify", "evaluate"])
def test_what_needs_a_list_of_offers_says_so(
    slopt: Slopt, kept: Path, tmp_path: Path, command: str
) -> None:
    """One sentence and exit code 2, no traceback."""
    case = tmp_path / "joint"
    asked = ("evaluate", case, "--plan", kept / "plan.csv")
    ran = slopt(*(asked if command == "evaluate" else ("certify", case)))
    assert ran.code == 2
    assert f"slopt {command} works on offers that can be listed" in ran.err
