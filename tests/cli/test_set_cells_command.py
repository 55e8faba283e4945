"""`--set` with cells of tables, on the command line: ways out replayed, runs that say so."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from running import Slopt

from slopt.shipped import examples

FILES = {
    "case.toml": '[case]\nname = "Hard"\n[limits]\nbudget = 40\n',
    "tiers.csv": "tier,service_level\nlow,0.8\nhigh,0.9\n",
    "segments.csv": "segment,customers,fixed_tier\nA,10,\nB,20,high\nC,20,\n",
    "resources.csv": "resource,capacity\nhours,8\n",
    "offers.csv": "segment,tier,service_cost,lost_sales,allowed,use:hours\n"
    "A,low,10,9,false,1\nA,high,15,2,true,4\nB,low,10,9,true,1\nB,high,15,2,true,4\n"
    "C,low,10,9,true,1\nC,high,15,2,true,4\n",
    "rules.csv": "rule,kind,segment,value\nthe floor,min_service_level,*,0.88\n",
}


@pytest.fixture
def hard(tmp_path: Path) -> Path:
    """Three segments that need more hours and more service than there is."""
    folder = tmp_path / "hard"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_changes_of_every_way_out_can_be_replayed(
    slopt: Slopt, hard: Path, tmp_path: Path
) -> None:
    """Each with --set gives the plan of the way out, of the same case by its hash."""
    assert slopt("diagnose", hard, "--out", tmp_path / "ways").code == 4
    folders = sorted((tmp_path / "ways").glob("repair_*"))
    changed = set()
    for folder in folders:
        words: list[str] = []
        with (folder / "changes.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                words += ["--set", f"{row['path']}={row['to']}"]
                changed.add(row["path"])
        document = slopt("solve", hard, *words, "--json").json
        result = slopt("evaluate", hard, *words, "--plan", folder / "plan.csv", "--json").json
        assert document["objective"] == pytest.approx(result["objective"], rel=1e-9)
        assert document["case_hash"] == result["case_hash"]
    assert {path.partition("[")[0] for path in changed} >= {"resources", "rules"}


def test_a_run_with_set_cells_is_recorded_and_answered_again_bit_for_bit(
    slopt: Slopt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The overrides are told, and the inputs that were kept are those with the cells set."""
    shutil.copytree(examples()["tiny"], tmp_path / "parts")
    monkeypatch.delenv("SLOPT_STORE")
    monkeypatch.chdir(tmp_path)
    word = "segments.customers=+10%"
    document = slopt("solve", "parts", "--set", word, "--out", "run", "--json").json
    assert document["run"]["overrides"] == {"segments.customers": "+10%"}
    assert document["case_hash"] != slopt("solve", "parts", "--json").json["case_hash"]
    its = f"parts@{document['run']['id']}"
    assert word in slopt("runs", "show", its).out
    assert slopt("runs", "show", its, "--rebuild").code == 0
    assert slopt("certify", "run", "--out", "c.json").code == 0
    assert slopt("verify", "c.json", "parts", "--set", word).code == 0
    assert slopt("verify", "c.json", "parts").code == 7


def test_what_cannot_be_set_is_told_as_a_file_would_be(slopt: Slopt, hard: Path) -> None:
    """Code 2 for a path that leads nowhere, 3 for a value that no file may have."""
    ran = slopt("solve", hard, "--set", "resources[days].capacity=1")
    assert (ran.code, ran.out) == (2, "")
    assert "hours" in ran.err
    ran = slopt("solve", hard, "--set", "resources[hours].capacity=-1")
    assert (ran.code, ran.out) == (3, "")
    assert "resources[hours].capacity=-1" in ran.err
