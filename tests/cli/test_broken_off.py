"""Commands that are told to end, killed, refused room, or run twice at once."""

from __future__ import annotations

import csv
import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_solve import write_hard_case

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
SLOPT = [sys.executable, "-m", "slopt"]


def start(*words: object, **options: object) -> subprocess.Popen[str]:
    """A command in a process of its own."""
    return subprocess.Popen(
        [*SLOPT, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def is_whole(folder: Path, segments: int) -> bool:
    """Whether the files of a plan are there and complete."""
    result = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    with (folder / "plan.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    total = sum(float(row["total_cost"]) for row in rows)
    return len(rows) == segments and abs(total - result["total_cost"]) <= 1e-6 * abs(total)


def test_a_command_that_is_told_to_end_keeps_its_best_plan(tmp_path: Path) -> None:
    """SIGTERM does what Ctrl-C does: the best plan so far is written, the exit code is 130."""
    write_hard_case(tmp_path / "case")
    process = start("solve", tmp_path / "case", "--out", tmp_path / "out")
    time.sleep(6)
    assert process.poll() is None, "the case was meant to take longer"
    process.terminate()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    result = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    assert result["status"] == "interrupted"
    assert result["objective"] is None or is_whole(tmp_path / "out", 120)


def test_a_killed_command_leaves_the_files_of_the_run_before(tmp_path: Path) -> None:
    """kill -9 at any moment: what stands in the folder is whole, old or new."""
    out, moments = tmp_path / "out", random.Random(4)
    process = start("solve", "scms_deliveries", "--out", out)
    process.communicate(timeout=60)
    begin = time.perf_counter()
    start("solve", "scms_deliveries", "--out", out).communicate(timeout=60)
    takes = time.perf_counter() - begin
    for _ in range(5):
        process = start("solve", "scms_deliveries", "--out", out)
        time.sleep(moments.uniform(0.3, 1.0) * takes)
        process.kill()
        process.communicate(timeout=60)
        assert is_whole(out, 43)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_stopped_early_writes_nothing_or_all(
    tmp_path: Path, sign: signal.Signals
) -> None:
    """At whatever moment the signal comes, there is no half of an answer and no lost sentence."""
    for number, moment in enumerate((0.5, 0.8, 1.2)):
        out = tmp_path / str(number)
        process = start("solve", "scms_deliveries", "--out", out)
        time.sleep(moment)
        process.send_signal(sign)
        process.communicate(timeout=60)
        assert not (out / "result.json").exists() or is_whole(out, 43)
        assert process.returncode in (0, 130, -signal.SIGINT, -sign)


def test_two_processes_in_one_folder_leave_one_whole_answer(tmp_path: Path) -> None:
    """Both end well, and the files are those of a run, without remains."""
    out = tmp_path / "out"
    processes = [start("solve", "scms_deliveries", "--out", out) for _ in range(3)]
    for process in processes:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
    assert is_whole(out, 43)
    assert {path.name for path in out.iterdir()} == {"plan.csv", "resources.csv", "result.json"}


def test_a_disk_that_takes_no_more_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    """Code 2, the reason, no half of a file and no remains, for every command that writes."""
    resource = pytest.importorskip("resource")
    for words in (
        ("solve", "scms_deliveries", "--out", tmp_path / "out"),
        ("offers", "scms_deliveries", "--out", tmp_path / "out"),
        ("export", "scms_deliveries", tmp_path / "out" / "program.mps"),
        ("certify", "scms_deliveries", "--numbers", tmp_path / "out" / "numbers.json"),
    ):
        process = start(
            *words, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        )
        _, err = process.communicate(timeout=60)
        assert process.returncode == 2, (words, err)
        assert "too large" in err
        assert "Traceback" not in err
        assert not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_an_answer_that_cannot_be_printed_is_still_written(tmp_path: Path) -> None:
    """A full disk behind standard output is told; the files of --out are there."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ran = subprocess.run(
            [*SLOPT, "solve", "scms_deliveries", "--out", tmp_path / "out"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ran.returncode == 2
    assert "No space left" in ran.stderr
    assert "defect" not in ran.stderr
    assert is_whole(tmp_path / "out", 43)


def test_special_files_in_a_case_are_refused_at_once(tmp_path: Path) -> None:
    """Pipes, devices, loops and folders under the names of tables are no tables."""
    import os
    import shutil

    from slopt.case.load import read_case
    from slopt.shipped import examples

    for kind in ("pipe", "device", "loop", "folder"):
        case = tmp_path / kind
        shutil.copytree(examples()["tiny"], case)
        table = case / "segments.csv"
        table.unlink()
        if kind == "pipe":
            os.mkfifo(table)
        elif kind == "device":
            table.symlink_to("/dev/zero")
        elif kind == "loop":
            table.symlink_to(table)
        else:
            table.mkdir()
        reading = read_case(case)
        assert reading.case is None
        assert any("segments" in problem.message for problem in reading.errors)


def test_a_case_may_be_a_link(tmp_path: Path) -> None:
    """Links to a folder and to tables are followed, and the hash is that of what they hold."""
    import shutil

    from slopt.case.load import load_case
    from slopt.shipped import examples

    case = tmp_path / "case"
    shutil.copytree(examples()["tiny"], case)
    elsewhere = tmp_path / "elsewhere.csv"
    (case / "tiers.csv").rename(elsewhere)
    (case / "tiers.csv").symlink_to(elsewhere)
    (tmp_path / "link").symlink_to(case)
    assert load_case(tmp_path / "link").hash == load_case(examples()["tiny"]).hash
