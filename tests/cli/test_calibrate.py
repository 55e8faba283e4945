"""`slopt calibrate` as a user runs it: from the shipped history to a plan in three commands."""

from __future__ import annotations

import sys

import pytest
from running import Slopt


def test_three_commands_go_from_history_to_a_plan(slopt: Slopt, tmp_path):
    """calibrate, check and solve: exit code 0 each, and a plan that saves."""
    case = tmp_path / "case"
    made = slopt("calibrate", "scms_history", "--out", case)
    assert made.code == 0, made.err
    assert "95 % interval" in made.out
    assert f"Next: slopt check {case}, then slopt solve {case}" in made.out
    assert max(map(len, made.out.splitlines()[:-2])) <= 100
    assert slopt("check", case).code == 0
    solved = slopt("solve", case, "--json")
    assert solved.code == 0
    assert solved.json["total_cost"] < solved.json["current"]["total_cost"]


def test_what_is_assumed_is_named_on_the_screen_and_in_sources(slopt: Slopt, tmp_path):
    """The margin is no finding of the log."""
    shown = slopt("calibrate", "scms_history", "--out", tmp_path / "case").out
    assert "Not from the log, assumed: margin 0.25" in shown
    sources = (tmp_path / "case" / "sources.csv").read_text(encoding="utf-8")
    assert "segments,margin,*,*,assumed,0.1,0.4" in sources


def test_without_out_nothing_is_written(slopt: Slopt, tmp_path, monkeypatch):
    """The screen alone, which says so."""
    monkeypatch.chdir(tmp_path)
    assert "Nothing is written" in slopt("calibrate", "scms_history").out
    assert not list(tmp_path.iterdir())


def test_json_holds_estimates_scores_and_warnings(slopt: Slopt):
    """One document, the same as calibration.json."""
    document = slopt("calibrate", "scms_history", "--json").json
    assert {"findings", "scores", "estimates", "warnings"} <= document.keys()
    level = next(e for e in document["estimates"] if e["column"] == "service_level")
    assert level["low"] < level["value"] < level["high"]


def test_a_second_run_replaces_the_first(slopt: Slopt, tmp_path):
    """What slopt calibrate wrote, it may write again."""
    case = tmp_path / "case"
    for _ in range(2):
        assert slopt("calibrate", "scms_history", "--out", case).code == 0


def test_a_second_run_keeps_tables_that_the_user_added(slopt: Slopt, tmp_path):
    """Rules and cost lines beside a calibrated case are no leftovers of the first run."""
    out = tmp_path / "case"
    assert slopt("calibrate", "scms_history", "--out", out).code == 0
    added = "rule,kind,segment,value\ncheap,max_service_cost,*,1e9\n"
    (out / "rules.csv").write_text(added, encoding="utf-8")
    (out / "response.csv").write_text("left over", encoding="utf-8")
    again = slopt("calibrate", "scms_history", "--out", out)
    assert again.code == 0
    assert (out / "rules.csv").read_text(encoding="utf-8") == added
    written = (out / "response.csv").exists()
    assert not written or "left over" not in (out / "response.csv").read_text(encoding="utf-8")


def test_a_folder_with_other_things_is_left_alone(slopt: Slopt, tmp_path):
    """A case made by hand is not written over: exit code 2, and the file as it was."""
    (tmp_path / "case.toml").write_text('[case]\nname = "mine"\n', encoding="utf-8")
    ran = slopt("calibrate", "scms_history", "--out", tmp_path)
    assert ran.code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["case.toml"]
    assert "mine" in (tmp_path / "case.toml").read_text(encoding="utf-8")


def test_bad_input_ends_with_3_and_writes_nothing(slopt: Slopt, tmp_path):
    """Every problem on standard error, no folder."""
    (tmp_path / "h.toml").write_text('[orders]\nfile = "none.csv"\n', encoding="utf-8")
    ran = slopt("calibrate", tmp_path / "h.toml", "--out", tmp_path / "case")
    assert ran.code == 3
    assert 'There is no file "none.csv".' in ran.err
    assert not (tmp_path / "case").exists()


def write_unserved(folder):
    """A history whose log does not say how orders were served."""
    rows = "\n".join(f"2026-{1 + i % 12:02}-05,{10 + i}" for i in range(40))
    (folder / "o.csv").write_text(f"day,price\n{rows}\n", encoding="utf-8")
    text = '[case]\nname = "x"\n[orders]\nfile = "o.csv"\n[orders.columns]\n'
    (folder / "h.toml").write_text(text + 'time = "day"\nrevenue = "price"\n', encoding="utf-8")
    return folder / "h.toml"


def test_logs_that_make_no_case_are_shown_with_what_is_missing(slopt: Slopt, tmp_path):
    """Exit code 0, all that the log tells, and at the end what it lacks."""
    ran = slopt("calibrate", write_unserved(tmp_path))
    assert ran.code == 0
    assert "revenue_per_order" in ran.out
    assert ran.out.index("do not make a case yet") > ran.out.index("revenue_per_order")


def test_logs_that_make_no_case_are_not_written(slopt: Slopt, tmp_path):
    """With --out it is exit code 3, with the findings on the screen and no folder."""
    ran = slopt("calibrate", write_unserved(tmp_path), "--out", tmp_path / "case")
    assert ran.code == 3
    assert "revenue_per_order" in ran.out
    assert "service_level" in ran.err
    assert not (tmp_path / "case").exists()


def test_an_unknown_history_names_the_examples(slopt: Slopt):
    """Exit code 2, with the nearest name."""
    ran = slopt("calibrate", "scms_histroy")
    assert ran.code == 2
    assert 'Did you mean "scms_history"?' in ran.err


def test_without_duckdb_the_message_says_how_to_install_it(
    slopt: Slopt, monkeypatch: pytest.MonkeyPatch
):
    """Exit code 2 and the very command."""
    monkeypatch.setitem(sys.modules, "duckdb", None)
    ran = slopt("calibrate", "scms_history")
    assert ran.code == 2
    assert 'pip install "slopt[calibrate]"' in ran.err
