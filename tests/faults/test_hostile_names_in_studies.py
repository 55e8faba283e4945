"""Names that attack spreadsheets, pages, terminals and cases are text in every study too."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from processes import is_told
from running import Slopt

from slopt.shipped import examples

NAMES = {
    "attacks": {
        "small": "=cmd|' /C calc'!A0",
        "regular": "<script>alert(1)</script>",
        "key": "../../outside",
        "premium": "[/red][bold]x",
        "rule": "@SUM(1)",
    },
    "oddities": {
        "small": "x" * 10_000,
        "regular": "%s %(x)s {0} {x}",
        "key": 'a,b;c="d"',
        "premium": "客户群 <b>",
        "rule": "y" * 10_000,
    },
    "what no table may hold": {"small": "a\u202eb", "premium": "a\x1b[2Jb", "rule": "one\ntwo"},
}
"""Names for two of the segments, two of the tiers and a rule, by what they are in the example."""
STUDIES = (
    ("sweep", "--vary", "limits.budget=0.9x:1.1x:2", "--out", "sweep"),
    ("sensitivity", "--vary", "limits.budget=0.9x:1.1x", "--samples", "4", "--out", "tornado"),
    ("compare", "--out", "compare"),
    ("alternatives", "--count", "1", "--out", "alternatives"),
    ("diagnose", "--out", "diagnosis"),
    ("explain", "--limits", "--rules", "--out", "explained"),
    ("report", "--out", "page.html", "--xlsx", "page.xlsx"),
)


@pytest.fixture(params=NAMES.values(), ids=NAMES)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The tiny example with such names and a rule."""
    names, case = request.param, tmp_path / "case"
    case.mkdir()
    for file in examples()["tiny"].glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as source:
            rows = list(csv.reader(source))
        renamed = [[names.get(cell, cell) for cell in row] for row in rows]
        with (case / file.name).open("w", encoding="utf-8", newline="") as target:
            csv.writer(target).writerows(renamed)
    with (case / "rules.csv").open("w", encoding="utf-8", newline="") as target:
        rule = [names["rule"], "max_service_cost", names["small"], "1000000"]
        csv.writer(target).writerows([["rule", "kind", "segment", "value"], rule])
    settings = (examples()["tiny"] / "case.toml").read_text(encoding="utf-8")
    (case / "case.toml").write_text(settings, encoding="utf-8")
    return case


def test_every_study_takes_a_name_for_text(
    slopt: Slopt, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None fails, none writes elsewhere, none shows the name as a command to the terminal."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.delenv("SLOPT_STORE")
    refused = slopt("check", case).code == 3
    for command, *words in STUDIES:
        ran = slopt(command, case, *words)
        assert ran.code == (3 if refused else 0), (command, ran.err[-1000:])
        for shown in (ran.out, ran.err):
            assert is_told(shown, ())
            assert "\u202e" not in shown
            assert len(max(shown.splitlines(), key=len, default="")) <= 2_000, command
    for words in (("list", case), ("show", f"{case}@latest")):
        ran = slopt("runs", *words)
        assert ran.code == (2 if refused and "show" in words else 0), ran.err
        assert "\u202e" not in ran.out
    assert {path.name for path in tmp_path.iterdir()} == {"case", "work"}
    for table in work.rglob("*.csv"):
        with table.open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not any(cell.startswith(("=", "@", "\t")) for cell in cells), table
    if not refused:
        page = (work / "page.html").read_text(encoding="utf-8")
        assert "<script>alert" not in page


def test_an_infeasible_case_is_diagnosed_under_any_name(
    slopt: Slopt, case: Path, tmp_path: Path
) -> None:
    """The conflict and its repairs are told with names as text, and repaired plans have cases."""
    if slopt("check", case).code == 3:
        return
    ran = slopt("diagnose", case, "--set", "limits.budget=1", "--out", tmp_path / "out")
    assert ran.code == 4, ran.err
    assert is_told(ran.out, ())
    assert "\u202e" not in ran.out
    assert {path.name for path in tmp_path.iterdir()} == {"case", "out"}
