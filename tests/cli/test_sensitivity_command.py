"""`slopt sensitivity`: screen, files, exit codes, refusals."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from running import Slopt

from slopt.shipped import examples
from slopt.study.sensitivity import salib

VARY = (
    "--vary",
    "segments.customers",
    "--vary",
    "tiers[premium].cost_per_customer=10:30",
    "--vary",
    "segments.margin",
)
FEW = (*VARY, "--samples", "8")


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_files_say_what_the_document_says(slopt: Slopt, tmp_path: Path) -> None:
    """tornado.csv, switch_points.csv, stability.csv and the whole study as sensitivity.json."""
    out = tmp_path / "out"
    ran = slopt("sensitivity", "tiny", *FEW, "--out", out, "--json")
    assert ran.code == 0
    names = ["tornado.csv", "switch_points.csv", "stability.csv", "sensitivity.json"]
    assert sorted(path.name for path in out.iterdir()) == sorted(names)
    document = json.loads((out / "sensitivity.json").read_text(encoding="utf-8"))
    assert document == ran.json
    bars = rows(out / "tornado.csv")
    assert [bar["input"] for bar in bars] == [bar["input"] for bar in document["tornado"]]
    assert bars[0]["high_status"] == "optimal"
    assert float(bars[0]["low_change"]) == document["tornado"][0]["low"]["change"]
    switches = rows(out / "switch_points.csv")
    first = next(row for row in switches if row["last_value"] and not row["segment"])
    known = [s for entry in document["switch_points"] for s in entry["switches"]]
    assert float(first["last_value"]) in [switch["last_value"] for switch in known]
    assert {row["proven"] for row in switches} <= {"yes", ""}
    assert [row["segment"] for row in rows(out / "stability.csv")] == ["key", "regular", "small"]
    assert {row["futures"] for row in rows(out / "stability.csv")} == {"8"}


def test_the_screen_fits_its_width(slopt: Slopt, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 80 columns and at 60: the tornado, the switch points, the stability of every segment."""
    for width in (80, 60):
        monkeypatch.setenv("COLUMNS", str(width))
        ran = slopt("sensitivity", "tiny", *FEW)
        assert ran.code == 0
        assert max(map(len, ran.out.splitlines())) <= width
        for words in ("One input at a time", "Switch points", "8 futures", "customers"):
            assert words in " ".join(ran.out.split())


def test_morris_and_sobol_write_their_indices_and_nothing_of_an_earlier_tornado(
    slopt: Slopt, tmp_path: Path
) -> None:
    """indices.csv has every measure with its interval; the files of the tornado are gone."""
    out = tmp_path / "out"
    assert slopt("sensitivity", "tiny", *FEW, "--out", out).code == 0
    for method, samples, measures in (
        ("sobol", 4, {"S1", "ST", "changed"}),
        ("morris", 3, {"mu", "mu_star", "sigma", "changed"}),
    ):
        words = ("--method", method, "--samples", samples, "--out", out)
        ran = slopt("sensitivity", "tiny", *VARY, *words)
        assert ran.code == 0
        assert "segments" not in ran.err
        assert sorted(path.name for path in out.iterdir()) == ["indices.csv", "sensitivity.json"]
        found = rows(out / "indices.csv")
        assert {row["measure"] for row in found} == measures
        assert len({row["input"] for row in found}) == 3
        for row in found:
            if row["low"]:
                assert float(row["low"]) <= float(row["value"]) <= float(row["high"])


def test_two_workers_find_what_one_finds(slopt: Slopt) -> None:
    """To the last digit, times apart."""
    words = ("sensitivity", "tiny", *FEW, "--json")
    one, two = slopt(*words).json, slopt(*words, "--workers", "2").json
    for document in (one, two):
        del document["total_seconds"]
    assert one == two


def test_a_case_without_a_plan_says_why_as_solve_does(slopt: Slopt, tmp_path: Path) -> None:
    """Exit code 4 and the conflict; the document has the status."""
    out = tmp_path / "out"
    ran = slopt("sensitivity", "tiny", "--set", "limits.budget=10", "--out", out)
    assert ran.code == 4
    assert "budget" in ran.out
    assert [path.name for path in out.iterdir()] == ["sensitivity.json"]
    document = json.loads((out / "sensitivity.json").read_text(encoding="utf-8"))
    assert document["status"] == "infeasible"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--vary", "segments.custmers"), "segments.customers"),
        (("--vary", "segments[keys].customers"), "key"),
        (("--span", "120%"), "below 100%"),
        (("--span", "2x"), "no share"),
        (("--samples", "1"), "from 2 on"),
        (("--workers", "2", "--cluster", "tcp://nowhere:1"), "leave one out"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_remedy(
    slopt: Slopt, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    """Exit code 2, one message, nothing written."""
    out = tmp_path / "out"
    ran = slopt("sensitivity", "tiny", *words, "--out", out)
    assert ran.code == 2
    assert message in ran.err
    assert not out.exists()


def test_without_salib_the_command_says_what_to_install(
    slopt: Slopt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2 and the extra by its name."""
    monkeypatch.setattr(salib, "find_spec", lambda name: None)
    ran = slopt("sensitivity", "tiny", "--method", "sobol")
    assert ran.code == 2
    assert 'pip install "slopt[sensitivity]"' in ran.err


def test_hostile_names_are_shown_as_text(slopt: Slopt, tmp_path: Path) -> None:
    """Markup, formulas, commas, quotes and brackets in the name of a segment."""
    case = tmp_path / "case"
    shutil.copytree(examples()["tiny"], case)
    name = '=[red]x, "y"]'
    quoted = '"' + name.replace('"', '""') + '"'
    for table in ("segments", "response"):
        text = (case / f"{table}.csv").read_text(encoding="utf-8")
        (case / f"{table}.csv").write_text(text.replace("small", quoted), encoding="utf-8")
    out = tmp_path / "out"
    ran = slopt("sensitivity", case, "--vary", f"segments[{quoted}].customers", "--samples", "4")
    assert ran.code == 0, ran.err
    assert "[red]" in ran.out
    words = ("--vary", "segments.customers", "--by-row", "--samples", "4", "--out", out)
    assert slopt("sensitivity", case, *words).code == 0
    assert any(row["segment"] == "'" + name for row in rows(out / "stability.csv"))
    assert any(quoted in row["input"] for row in rows(out / "tornado.csv"))
