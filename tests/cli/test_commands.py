"""The other commands: check, describe, new, offers, evaluate, explain, help."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from running import Slopt

from slopt.shipped import examples

HEAVY = ("numpy", "pandas", "pyomo", "highspy", "scipy", "pyarrow", "xlsxwriter")


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The tiny case with a mistake in each of four files."""
    case = tmp_path / "broken"
    shutil.copytree(examples()["tiny"], case)
    edit(case / "segments.csv", "Key accounts,100", "Key accounts,-100")
    edit(case / "tiers.csv", "0.95", "95")
    edit(case / "case.toml", "budget", "budgett")
    (case / "usage.csv").write_text("resource,tier\nagents,basic\n", encoding="utf-8")
    return case


def edit(path: Path, old: str, new: str, count: int = -1) -> None:
    """Replace text in a file; it must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def test_check_reports_every_problem_at_once_and_exits_3(
    slopt: Slopt, broken: Path, tmp_path: Path
) -> None:
    """Mistakes in four files are all in the list, each with place, value and remedy."""
    ran = slopt("check", broken, "--json", "--out", tmp_path / "out")
    assert ran.code == 3
    errors = [problem for problem in ran.json if problem["severity"] == "error"]
    assert {(p["file"], p["row"], p["column"], p["value"]) for p in errors} == {
        ("segments.csv", 2, "customers", "-100"),
        ("tiers.csv", 4, "service_level", "95"),
        ("case.toml", 13, "limits.budgett", "11500"),
        ("usage.csv", 2, "resource", "agents"),
    }
    assert all(problem["message"] and problem["remedy"] for problem in errors)
    assert list(ran.json[0])[:8] == [
        "severity", "table", "file", "row", "column", "value", "message", "remedy",
    ]  # fmt: skip
    written = json.loads((tmp_path / "out" / "problems.json").read_text(encoding="utf-8"))
    assert written == ran.json


def test_check_of_a_good_case_says_so(slopt: Slopt) -> None:
    """No problems: exit code 0, one line, an empty JSON list."""
    ran = slopt("check", "parts_distributor")
    assert ran.code == 0
    assert "Ready to solve: Parts distributor 2027, 20 customer segments" in ran.out
    assert slopt("check", "parts_distributor", "--json").json == []


def test_solve_of_a_broken_case_writes_nothing(slopt: Slopt, broken: Path, tmp_path: Path) -> None:
    """Input errors go to standard error with exit code 3; no file appears."""
    ran = slopt("solve", broken, "--out", tmp_path / "out")
    assert (ran.code, ran.out) == (3, "")
    assert "For 95 % write 0.95" in ran.err
    assert not (tmp_path / "out").exists()


def test_describe_lists_tables_and_columns(slopt: Slopt) -> None:
    """Every table of the schema can be described, as text and as JSON."""
    assert "segments" in slopt("describe").out
    assert "margin" in slopt("describe", "segments").out
    assert set(slopt("describe", "--json").json) >= {"segments", "tiers", "offers", "settings"}


@pytest.mark.parametrize(
    "words", [(), ("--xlsx",), ("--from", "tiny"), ("--from", "parts_distributor", "--xlsx")]
)
def test_a_new_case_can_be_checked_and_solved(
    slopt: Slopt, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """What `slopt new` writes has no problems and a plan."""
    target = tmp_path / ("case.xlsx" if "--xlsx" in words else "case")
    assert slopt("new", target, *words).code == 0
    assert slopt("check", target).code == 0
    assert slopt("solve", target).code == 0
    again = slopt("new", target, *words)
    assert again.code == 2


def test_offers_are_shown_before_any_optimisation(slopt: Slopt, tmp_path: Path) -> None:
    """The hand table of tiny: key in standard costs 3,000 and loses 2,000 + 7,600 + 1,900."""
    ran = slopt("offers", "tiny", "--json", "--out", tmp_path)
    offer = next(o for o in ran.json if (o["segment"], o["tier"]) == ("key", "standard"))
    figures = [
        offer[name]
        for name in (
            "service_cost",
            "lost_orders",
            "lost_customers",
            "lost_prospects",
            "lost_sales",
            "total_cost",
        )
    ]
    assert figures == pytest.approx([3000, 2000, 7600, 1900, 11500, 14500])
    assert (tmp_path / "offers.csv").read_text(encoding="utf-8").count("\n") == 10


def test_evaluate_prices_a_plan_and_names_broken_rules(slopt: Slopt, tmp_path: Path) -> None:
    """premium, standard, standard costs 16,000 in tiny: 4,500 beyond the budget."""
    plan = tmp_path / "plan.csv"
    plan.write_text("segment,tier\nsmall,standard\nkey,premium\nregular,standard\n", "utf-8")
    ran = slopt("evaluate", "tiny", "--plan", plan, "--json", "--out", tmp_path / "out")
    assert ran.code == 0
    assert ran.json["total_cost"] == 33_375
    assert ran.json["violations"] == [{"rule": "budget", "amount": 4500.0}]
    assert "The plan breaks 1 rule" in slopt("evaluate", "tiny", "--plan", plan).out


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("segment,tier\nkey,premium\n", "regular"),
        ("segment,tier\nkey,premum\nregular,basic\nsmall,basic\n", "premium"),
        ("segment,tier\nkei,basic\nregular,basic\nsmall,basic\n", "key"),
        ("segment,tier\nkey,basic\nkey,basic\nregular,basic\nsmall,basic\n", "row 2 too"),
        ("segment\nkey\n", "tier"),
        ("", "empty"),
    ],
)
def test_a_plan_that_cannot_be_read_is_exit_3(
    slopt: Slopt, tmp_path: Path, text: str, hint: str
) -> None:
    """Missing, unknown and repeated segments, unknown tiers, missing columns, an empty file."""
    plan = tmp_path / "plan.csv"
    plan.write_text(text, encoding="utf-8")
    ran = slopt("evaluate", "tiny", "--plan", plan)
    assert (ran.code, ran.out) == (3, "")
    assert hint in ran.err
    assert slopt("evaluate", "tiny", "--plan", tmp_path / "none.csv").code == 3


def test_explain_says_why_and_what_the_next_best_would_cost(slopt: Slopt) -> None:
    """In tiny the second best plan is worth 37,000 (SOURCE.md): 625 worse, for every segment."""
    rows = slopt("explain", "tiny", "--json").json["segments"]
    assert [row["tier"] for row in rows] == ["premium", "basic", "standard"]
    assert [row["next_best_costs"] for row in rows] == pytest.approx([625, 625, 625])
    out = slopt("explain", "tiny", "key").out
    assert "Next best is standard: the whole plan would be 625 EUR a year worse." in out
    assert "For least total cost it would alone be 2,625 EUR worse, and the plan 625 EUR" in out
    assert "the price of budget rises to" in out


def test_help_imports_nothing_heavy() -> None:
    """`slopt --help` and `import slopt` must be quick, so no numeric library may be loaded."""
    code = (
        "import sys; sys.argv = ['slopt', '--help']\n"
        "from slopt.cli.app import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert "solve" in done.stdout
    assert done.stderr.strip() == "[]"


def test_an_internal_error_is_a_message_and_not_a_traceback(
    slopt: Slopt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A defect ends with exit code 1 and one message that asks for a report."""
    monkeypatch.setattr("slopt.problem.build.build_problem", lambda *_: 1 / 0)
    monkeypatch.delenv("SLOPT_DEBUG", raising=False)
    ran = slopt("offers", "tiny")
    assert ran.code == 1
    assert "defect of slopt" in ran.err
    assert "Traceback" not in ran.err


def test_a_terminal_without_unicode_gets_ascii(tmp_path: Path) -> None:
    """In an ASCII locale every sign has a plain stand-in and nothing fails."""
    import os

    done = subprocess.run(
        [sys.executable, "-m", "slopt", "solve", "scms_deliveries"],
        capture_output=True, check=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    )  # fmt: skip
    assert done.stdout.isascii()
    assert b"truck -> ocean" in done.stdout


def test_explain_of_an_infeasible_case_is_exit_4_in_every_form(
    slopt: Slopt, tmp_path: Path
) -> None:
    """The conflict is printed, or is the one JSON document, and is written."""
    words = ("explain", "tiny", "--set", "limits.budget=100")
    assert slopt(*words).code == 4
    ran = slopt(*words, "--json", "--out", tmp_path)
    assert (ran.code, ran.json["conflict"]) == (4, ["budget"])
    assert json.loads((tmp_path / "result.json").read_text(encoding="utf-8")) == ran.json


def test_the_same_mistake_in_many_rows_is_told_once(slopt: Slopt, tmp_path: Path) -> None:
    """Two thousand bad cells of one kind make one line, with the rows and their number."""
    case = tmp_path / "case"
    shutil.copytree(examples()["tiny"], case)
    rows = "".join(f"s{i},-1\n" for i in range(2000))
    (case / "segments.csv").write_text("segment,customers\n" + rows, encoding="utf-8")
    ran = slopt("check", case)
    assert ran.code == 3
    assert "row 2 to 2001" in ran.out
    assert "(2,000 times)" in ran.out
    assert len(ran.out.splitlines()) < 16


def test_every_table_can_be_described(slopt: Slopt) -> None:
    """`slopt describe` takes each name that it lists."""
    for name in slopt("describe", "--json").json:
        assert slopt("describe", name).code == 0, name
