"""Names that attack spreadsheets, pages, terminals and folders are text in every command."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from running import Slopt

from slopt.shipped import examples

NAMES = {
    "formula": "=cmd|' /C calc'!A0",
    "page": "<script>alert(1)</script>",
    "path": "../../outside",
    "markup": "[red]x[/red]",
    "terminal": "a\x1b[2Jb",
    "two lines": "one\ntwo",
    "right to left": "a\u202eb",
    "quotes": "a\"b'c",
    "percent": "%s %(x)s {0} {x}",
    "separators": "a,b;c\td",
    "long": "x" * 10_000,
    "chinese": "客户群 甲",
}
COMMANDS = (
    ("check",),
    ("offers",),
    ("solve", "--out", "plan"),
    ("explain",),
    ("costs", "--out", "costs"),
    ("frontier", "--points", "3", "--out", "frontier"),
    ("export", "program.lp"),
    ("certify", "--out", "certificate.json", "--numbers", "numbers.json"),
)


@pytest.fixture(params=NAMES.values(), ids=NAMES)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """The tiny example with that name for a segment, a tier and the case; and the name."""
    name, folder = request.param, tmp_path / "case"
    folder.mkdir()
    for file in examples()["tiny"].glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as source:
            rows = list(csv.reader(source))
        renamed = [[name if cell in ("small", "premium") else cell for cell in row] for row in rows]
        with (folder / file.name).open("w", encoding="utf-8", newline="") as target:
            csv.writer(target).writerows(renamed)
    settings = (examples()["tiny"] / "case.toml").read_text(encoding="utf-8")
    (folder / "case.toml").write_text(settings, encoding="utf-8")
    return folder, name


def test_every_command_takes_a_name_for_text(
    slopt: Slopt, case: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No command fails, and none writes outside of its folder or sends the name to the terminal.

    Names that no table can hold are refused when the case is read, with the place.
    """
    folder, name = case
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    refused = slopt("check", folder).code == 3
    for command, *words in COMMANDS:
        ran = slopt(command, folder, *words)
        assert ran.code == (3 if refused else 0), (command, ran.err)
        for shown in (ran.out, ran.err):
            assert "Traceback" not in shown
            assert "\x1b" not in shown
            assert "\u202e" not in shown
            assert len(max(shown.splitlines(), key=len, default="")) <= 2_000
    assert {path.name for path in tmp_path.iterdir()} == {"case", "work"}
    if refused:
        return
    plan = (work / "plan" / "plan.csv").read_text(encoding="utf-8")
    with (work / "plan" / "plan.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not any(cell.startswith(("=", "@", "\t")) for cell in cells), plan
    ran = slopt("evaluate", folder, "--plan", work / "plan" / "plan.csv")
    assert ran.code == 0, ran.err
    ran = slopt("explain", folder, name)
    assert ran.code == 0, ran.err
    assert slopt("verify", work / "certificate.json", folder).code == 0
    assert slopt("verify", work / "certificate.json", work / "numbers.json").code == 0
