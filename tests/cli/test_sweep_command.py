"""`slopt sweep`: files, screen, refusals, and going on after it was killed."""

from __future__ import annotations

import csv
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from running import Slopt

from slopt.case.load import load_case
from slopt.engine.recording import Points, Recorder
from slopt.shipped import examples
from slopt.study.sweep.runner import study_key
from slopt.vocabulary import Method

GRID = ["--vary", "limits.budget=0.9x:1.1x:3", "--vary", "response.leave_probability=0.5x,1x"]


def rows_of(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_files_say_what_solving_each_point_says(slopt: Slopt, tmp_path: Path) -> None:
    """Columns of the contract; the totals of result.json at every point; plans by segment."""
    ran = slopt("sweep", "scms_deliveries", *GRID, "--out", tmp_path)
    assert ran.code == 0
    assert "What moves it" in ran.out
    rows = rows_of(tmp_path / "sweep.csv")
    assert list(rows[0])[:4] == ["point", "limits.budget", "response.leave_probability", "status"]
    plans = pq.read_table(tmp_path / "sweep_plans.parquet").to_pylist()
    for row in rows:
        one = slopt(
            "sweep",
            "scms_deliveries",
            "--set",
            f"limits.budget={row['limits.budget']}",
            "--vary",
            f"response.leave_probability={row['response.leave_probability']}",
            "--json",
        ).json
        (point,) = one["points"]
        assert float(row["total_cost"]) == pytest.approx(point["total_cost"], rel=1e-12)
        its = [plan for plan in plans if plan["point"] == int(row["point"])]
        assert len(its) == 43
    budget = rows[2]["limits.budget"]
    solved = slopt("solve", "scms_deliveries", "--set", f"limits.budget={budget}", "--json").json
    assert rows[2]["limits.budget"] == rows[3]["limits.budget"]
    for name in ("service_cost", "lost_sales", "total_cost", "service_level", "objective"):
        assert float(rows[3][name]) == pytest.approx(solved[name], rel=1e-12)


def test_workers_write_the_same_files(slopt: Slopt, tmp_path: Path) -> None:
    """One process and two: the same bytes."""
    for workers in (1, 2):
        slopt("sweep", "tiny", *GRID, "--workers", workers, "--out", tmp_path / str(workers))
    for name in ("sweep.csv", "sweep_plans.parquet"):
        one, two = (tmp_path / str(workers) / name for workers in (1, 2))
        assert one.read_bytes() == two.read_bytes()


def test_a_point_without_a_plan_is_a_row_with_its_reason(slopt: Slopt, tmp_path: Path) -> None:
    """The sweep ends well, and says how many points have none."""
    ran = slopt("sweep", "tiny", "--vary", "limits.budget=1,1x", "--out", tmp_path)
    assert ran.code == 0
    assert "1 point of 2 has no plan." in ran.out
    rows = rows_of(tmp_path / "sweep.csv")
    assert [row["status"] for row in rows] == ["infeasible", "optimal"]
    assert "budget" in rows[0]["reason"]
    assert rows[0]["total_cost"] == ""


def test_a_sweep_can_be_fed_its_own_points(slopt: Slopt, tmp_path: Path) -> None:
    """sweep.csv is a table of points, `none` included, and gives itself."""
    words = ["--vary", "limits.budget=0.9x,none", "--vary", "segments.margin=0.9x,1x", "--zip"]
    assert slopt("sweep", "tiny", *words, "--out", tmp_path / "a").code == 0
    points = tmp_path / "a" / "sweep.csv"
    assert slopt("sweep", "tiny", "--points", points, "--out", tmp_path / "b").code == 0
    again = (tmp_path / "b" / "sweep.csv").read_text(encoding="utf-8")
    assert again == (tmp_path / "a" / "sweep.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ([], 2, "Say what varies"),
        (["--vary", "limits.bugdet=1"], 2, 'Did you mean "limits.budget"?'),
        (["--vary", "limits.budget=x"], 2, "limits.budget=x"),
        (["--vary", "tiers.service_level=1.1,0.9"], 3, '"1.1" is above 1'),
        (["--vary", "limits.budget=1", "--points", "p.csv"], 2, "--points has all points"),
        (["--points", "nowhere.csv"], 3, "no such file"),
        (["--vary", "limits.budget=1:2:3", "--sample", "lhs:4"], 2, "write a range"),
        (["--vary", "limits.budget=1:2", "--sample", "lhs:x"], 2, "--sample"),
        (["--vary", "limits.budget=1", "--workers", "0"], 2, "--workers 0"),
        (["--vary", "limits.budget=1", "--workers", "2", "--cluster", "x"], 2, "leave one out"),
        (["--vary", "plan.model=nothing"], 3, "There is no model"),
        (["--vary", "segments.customers=1:9999999:9999999"], 2, "FROM:TO:COUNT"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_runs(
    slopt: Slopt, tmp_path: Path, words: list[str], code: int, message: str
) -> None:
    """One clear message, the right exit code, no file and no traceback."""
    ran = slopt("sweep", "tiny", *words, "--out", tmp_path / "out")
    assert ran.code == code
    assert message in " ".join(ran.err.split())
    assert "Traceback" not in ran.err
    assert ran.out == ""
    assert not (tmp_path / "out").exists()


def sweeping(store: Path, out: Path, points: int) -> subprocess.Popen[bytes]:
    """The command in a process of its own, which keeps its points in a store."""
    words = ["sweep", "scms_deliveries", "--vary", f"limits.budget=0.9x:1.1x:{points}"]
    return subprocess.Popen(
        [sys.executable, "-m", "slopt", *words, "--workers", "2", "--out", str(out)],
        env=os.environ | {"SLOPT_STORE": str(store)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def test_a_killed_sweep_goes_on_where_it_was(
    slopt: Slopt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """kill -9 again and again: points kept only grow, and the end is as if nothing had been."""
    points, store = 90, tmp_path / "runs.sqlite"
    monkeypatch.setenv("SLOPT_STORE", "none")
    vary = ["--vary", f"limits.budget=0.9x:1.1x:{points}"]
    assert slopt("sweep", "scms_deliveries", *vary, "--out", tmp_path / "wanted").code == 0
    monkeypatch.setenv("SLOPT_STORE", str(store))
    case = load_case(examples()["scms_deliveries"])
    with Recorder.of("scms_deliveries") as recorder:
        kept = recorder.points(study_key(case, Method.AUTO))
        before: dict[str, bytes] = {}
        for _ in range(3):
            process = sweeping(store, tmp_path / "found", points)
            _wait_for(kept, len(before) + 8, process)
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            after = kept.known()
            assert before.items() <= after.items()
            before = after
            assert not (tmp_path / "found").exists()
        assert 0 < len(before) < points
    ran = slopt("sweep", "scms_deliveries", *vary, "--out", tmp_path / "found")
    assert ran.code == 0
    assert "known from an earlier run" in ran.out
    for name in ("sweep.csv", "sweep_plans.parquet"):
        wanted = (tmp_path / "wanted" / name).read_bytes()
        assert (tmp_path / "found" / name).read_bytes() == wanted


def test_an_interrupted_sweep_keeps_what_it_has(
    slopt: Slopt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C: exit code 130, a sentence, no files, no processes left, and the rest the next time.

    With --fresh all is answered anew.
    """
    store = tmp_path / "runs.sqlite"
    monkeypatch.setenv("SLOPT_STORE", str(store))
    case = load_case(examples()["scms_deliveries"])
    process = sweeping(store, tmp_path / "found", 90)
    with Recorder.of("scms_deliveries") as recorder:
        kept = recorder.points(study_key(case, Method.AUTO))
        _wait_for(kept, 5, process)
        os.kill(process.pid, signal.SIGINT)
        _, told = process.communicate()
        assert process.returncode == 130
        assert b"the same command goes on from there" in told
        assert b"Traceback" not in told
        assert not (tmp_path / "found").exists()
        words = ["sweep", "scms_deliveries", "--vary", "limits.budget=0.9x:1.1x:90"]
        count = len(kept.known())
        # The case as it stands is kept too, and is no point of this sweep.
        assert f"{count - 1} points known from an earlier run" in slopt(*words).out
        assert "known from" not in slopt(*words, "--fresh").out


def _wait_for(kept: Points, count: int, process: subprocess.Popen[bytes]) -> None:
    """Until so many points are kept, or the process has ended."""
    while len(kept.known()) < count:
        assert process.poll() is None, "the sweep has ended"
        time.sleep(0.02)


def test_hostile_names_are_text_from_path_to_file(slopt: Slopt, tmp_path: Path) -> None:
    """Brackets, quotes and formulas in names: shown and written as they are."""
    folder = tmp_path / "case"
    folder.mkdir()
    (folder / "case.toml").write_text('[case]\nname = "[bold]x"\n[limits]\nbudget = 500\n')
    (folder / "segments.csv").write_text(
        'segment,customers,revenue_per_order\na]b,10,20\n"say ""hi"", [x]",10,20\n=1+1,10,20\n'
    )
    (folder / "tiers.csv").write_text("tier,service_level,cost_per_order\n=t,0.8,1\n[red]g,1,3\n")
    (folder / "response.csv").write_text("segment,lost_order_share\n*,1\n")
    words = ["--vary", 'segments["a]b"].customers=1,50']
    words += ["--vary", 'segments["say ""hi"", [x]"].revenue_per_order=1,50']
    ran = slopt(
        "sweep", folder, *words, "--vary", "tiers[=t].cost_per_order=1,2", "--out", tmp_path
    )
    assert ran.code == 0
    assert "[bold]x" in ran.out
    assert "[red]g" in ran.out
    assert 'segments["say ""hi"", [x]"].revenue_per_order' in rows_of(tmp_path / "sweep.csv")[0]
    again = slopt("sweep", folder, "--points", tmp_path / "sweep.csv", "--json").json
    assert len(again["points"]) == 8
    assert again["varied"][0] == 'segments["a]b"].customers'


def test_answers_that_were_damaged_in_the_store_are_solved_again(
    slopt: Slopt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Noise, and another point's answer: one warning, the same files, and a store that is whole."""
    monkeypatch.setenv("SLOPT_STORE", str(tmp_path / "runs.sqlite"))
    assert slopt("sweep", "tiny", *GRID, "--out", tmp_path / "one").code == 0
    with closing(sqlite3.connect(tmp_path / "runs.sqlite")) as store, store:
        points = [row[0] for row in store.execute("SELECT point FROM slopt_points ORDER BY point")]
        change = "UPDATE slopt_points SET payload = "
        store.execute(f"{change} randomblob(100) WHERE point = ?", points[:1])
        store.execute(
            f"{change} (SELECT payload FROM slopt_points WHERE point = ?) WHERE point = ?",
            (points[2], points[1]),
        )
    ran = slopt("sweep", "tiny", *GRID, "--out", tmp_path / "two")
    assert ran.code == 0
    assert " ".join(ran.err.split()).count("They are solved again.") == 1
    for name in ("sweep.csv", "sweep_plans.parquet"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert "answers that were kept" not in slopt("sweep", "tiny", *GRID).err


def test_sweep_csv_is_a_table_of_points_of_every_kind(slopt: Slopt, tmp_path: Path) -> None:
    """Settings, texts, truths, blanks and factors: the same file comes out again."""
    points = tmp_path / "points.csv"
    points.write_text(
        "plan.goal,segments[key].fixed_tier,segments[small].max_tier,segments.current_tier,"
        "segments.customers,limits.budget,case.discount_rate,limits.max_tiers\n"
        "min_lost_sales,basic,standard,basic,1.1x,none,0.123456789012345,2\n"
        ",none,,,0.333333333333333x,1234567.12345678,,\n",
        encoding="utf-8",
    )
    assert slopt("sweep", "tiny", "--points", points, "--out", tmp_path / "one").code == 0
    again = tmp_path / "one" / "sweep.csv"
    assert slopt("sweep", "tiny", "--points", again, "--out", tmp_path / "two").code == 0
    assert again.read_bytes() == (tmp_path / "two" / "sweep.csv").read_bytes()
    rows = rows_of(again)
    assert rows[1]["plan.goal"] == "min_total_cost"
    assert rows[1]["segments[small].max_tier"] == "none"
    assert rows[1]["segments.current_tier"] == ""
    assert list(rows[0])[1:9] == points.read_text(encoding="utf-8").splitlines()[0].split(",")


@pytest.mark.parametrize("path", ["case.name", "case.currency", "case.language", "words.tier"])
def test_words_for_readers_do_not_vary(slopt: Slopt, path: str) -> None:
    """No plan depends on them."""
    ran = slopt("sweep", "tiny", "--vary", f"{path}=en,zh")
    assert ran.code == 2
    assert "no plan depends on it" in " ".join(ran.err.split())


@pytest.mark.parametrize("command", ["sweep", "sensitivity"])
def test_a_value_out_of_range_ends_every_study_alike(slopt: Slopt, command: str) -> None:
    """Exit code 3, with the range, and so it does for a file with that value."""
    values = {"sweep": "0.1,1.5", "sensitivity": "0.1:1.5"}[command]
    ran = slopt(command, "tiny", "--vary", f"segments.base_churn={values}")
    assert ran.code == 3
    assert '"1.5" is above 1' in ran.err
    unclosed = slopt(command, "tiny", "--vary", f"segments[key.base_churn={values}")
    assert unclosed.code == 2
    assert "a bracket is not closed" in " ".join(unclosed.err.split())


def test_levels_that_move_are_counted_and_told(slopt: Slopt) -> None:
    """Where segments choose levels, another budget moves them although they have no tier."""
    words = ("sweep", "bakery_rounds", "--vary", "limits.budget=0.9x:1.1x:3")
    said = slopt(*words, "--json").json
    assert [point["moved"] for point in said["points"]] == [4, 0, 4]
    moved = {shift["segment"]: shift for shift in said["level_shifts"]}
    assert set(moved) == {"cafes", "hotels", "restaurants", "shops"}
    for shift in moved.values():
        assert shift["lowest"] < shift["as_it_stands"] < shift["highest"]
        assert shift["elsewhere"] == 2
    screen = slopt(*words).out
    assert "change their level from point to point" in screen
    assert "has the same" not in screen
