"""What a machine may withhold: streams, readers, places, character sets."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from processes import SLOPT, as_ordinary_user, contents, is_told, run, with_environment
from running import Slopt

from slopt.shipped import examples

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX streams and files")
FILES = {"plan.csv", "resources.csv", "result.json"}


def names(folder: Path) -> set[str]:
    """What is in a folder."""
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("closed", [">&-", "<&- >&- 2>&-"])
def test_a_command_whose_streams_are_closed_does_its_work(tmp_path: Path, closed: str) -> None:
    """As cron and daemons start it: the files are written, and none of them holds the screen."""
    command = " ".join([*SLOPT, "solve", "tiny", "--out", "out", closed])
    ended = subprocess.run(["sh", "-c", command], cwd=tmp_path, check=False, capture_output=True)
    assert ended.returncode == 0, ended.stderr
    assert names(tmp_path / "out") == FILES
    json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("words", ["solve tiny --out out", "offers tiny --json", "--help"])
def test_a_reader_who_leaves_is_no_defect(tmp_path: Path, words: str) -> None:
    """`slopt ... | head -0`: the code of a broken pipe, not a word, and the files are there."""
    reading, writing = os.pipe()
    os.close(reading)
    ended = run(
        *words.split(), cwd=tmp_path, stdout=writing, stderr=subprocess.PIPE, capture_output=False
    )
    os.close(writing)
    assert ended.returncode == 141
    assert ended.stderr == ""
    assert "--out" not in words or names(tmp_path / "out") == FILES


@pytest.mark.parametrize(
    "variables",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii", "TZ": "Nowhere/Atall", "COLUMNS": "-3", "TERM": "nonsense"},
        {"HOME": "/nowhere/at/all", "TMPDIR": "/nowhere", "SLOPT_STORE": None},
        {"SLOPT_STORE": "/dev/full", "PYTHONIOENCODING": "latin-1"},
    ],
    ids=["C", "ascii", "no home", "full store"],
)
def test_odd_environments_change_no_answer(
    tmp_path: Path, variables: dict[str, str | None]
) -> None:
    """Character sets, zones and homes that are none: the same plan, at most a warning."""
    ended = run(
        "solve", "tiny", "--out", tmp_path / "out",
        env=with_environment(**variables), encoding="utf-8", errors="replace",
    )  # fmt: skip
    assert ended.returncode == 0
    assert is_told(ended.stderr, ())
    assert "Proven best" in ended.stdout
    assert names(tmp_path / "out") == FILES


def test_names_that_the_system_cannot_take_are_told(
    slopt: Slopt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path of 5,000 characters wherever a path goes: code 2 and the reason, nothing written."""
    monkeypatch.chdir(tmp_path)
    long = "x" * 5_000
    for words in (
        ("solve", long),
        ("solve", "tiny", "--out", long),
        ("solve", "tiny", "--model", long),
        ("evaluate", "tiny", "--plan", long),
        ("compare", long, "tiny"),
        ("sweep", "tiny", "--points", long),
        ("calibrate", long),
        ("certify", "tiny", "--out", long),
        ("export", "tiny", f"{long}.mps"),
        ("new", long),
        ("runs", "list", long),
    ):
        ran = slopt(*words)
        assert ran.code == 2, (words[0], ran.err[-300:])
        assert is_told(ran.err, ()), ran.err
    assert names(tmp_path) == set()


def test_a_folder_whose_name_is_no_text_is_a_folder(slopt: Slopt, tmp_path: Path) -> None:
    """Bytes that are no UTF-8 come back from result.json as they are, and lead back to the case."""
    home = Path(os.fsdecode(bytes(tmp_path) + b"/c\xff"))
    try:
        shutil.copytree(examples()["tiny"], home)
    except OSError:
        pytest.skip("this file system takes text alone")
    out = home / "out"
    for words in (
        ("explain", home),
        ("sweep", home, "--vary", "limits.budget=1x"),
        ("solve", home),
    ):
        assert slopt(*words, "--out", out).code == 0, words
        assert slopt(*words, "--json").json
    result = json.loads((out / "result.json").read_text(encoding="utf-8"))
    assert Path(result["run"]["case"]) == home
    assert slopt("certify", out, "--out", tmp_path / "certificate.json").code == 0
    assert slopt("report", out, "--out", tmp_path / "page.html").code == 0


def test_devices_and_pipes_are_never_written_over(slopt: Slopt, tmp_path: Path) -> None:
    """Files are moved into place, and a device that was there would be gone for all."""
    pipe, target, link = tmp_path / "pipe", tmp_path / "target", tmp_path / "link"
    os.mkfifo(pipe)
    ran = slopt("certify", "tiny", "--out", pipe)
    assert ran.code == 2
    assert is_told(ran.err, ["a device or a pipe"])
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    target.write_text("before", encoding="utf-8")
    link.symlink_to(target)
    assert slopt("certify", "tiny", "--out", link).code == 0
    assert link.is_symlink()
    assert json.loads(target.read_text(encoding="utf-8"))
    assert names(tmp_path) == {"pipe", "target", "link"}


def test_a_folder_that_was_removed_under_us_is_told(tmp_path: Path) -> None:
    """A shell may stand in a folder that is no more."""
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f"cd {gone} && rmdir {gone} && {' '.join(SLOPT)} runs list"
    ended = subprocess.run(
        ["sh", "-c", script],
        env=with_environment(SLOPT_STORE=None, PYTHONPATH=str(Path(__file__).parents[2])),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert is_told(ended.stderr, ["has been removed"])


WRITING = (
    "solve CASE --out DIR",
    "frontier CASE --points 3 --out DIR",
    "sweep CASE --vary limits.budget=0.9x:1.1x:3 --out DIR",
    "explain CASE --out DIR",
    "alternatives CASE --out DIR",
    "costs CASE --out DIR",
    "certify CASE --out DIR/certificate.json",
    "report CASE --out DIR/page.html",
    "report CASE --xlsx DIR/page.xlsx",
    "new DIR/mine.xlsx --xlsx",
    "new DIR/mine",
    "export CASE DIR/program.mps",
)


def test_what_may_not_be_read_or_written_is_told(tmp_path: Path) -> None:
    """Permissions: tables and folders that are not ours, a folder to look at only."""
    secret, closed, shown = (tmp_path / name for name in ("secret", "closed", "shown"))
    for folder in (secret, closed):
        shutil.copytree(examples()["tiny"], folder)
    (secret / "segments.csv").chmod(0)
    shown.mkdir(mode=0o555)
    closed.chmod(0)
    try:
        for code, words in (
            (3, ["solve", secret]),
            (2, ["solve", closed]),
            (2, ["runs", "list", closed]),
            (2, ["solve", "tiny", "--out", shown]),
            (2, ["new", shown / "mine.xlsx", "--xlsx"]),
        ):
            ended = run(*words, preexec_fn=as_ordinary_user, env=with_environment(SLOPT_STORE=None))
            assert ended.returncode == code, (words, ended.stderr)
            assert is_told(ended.stderr, ["Permission denied"]), ended.stderr
        assert names(shown) == set()
    finally:
        closed.chmod(0o755)


@pytest.fixture
def full_disk(slopt: Slopt, tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 kB that has an earlier plan on it and not a byte left."""
    mount = shutil.which("mount")
    place = tmp_path / "disk"
    place.mkdir()
    if mount is None or os.geteuid() != 0:
        pytest.skip("only root makes file systems")
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=64k", "tmpfs", place], capture_output=True, check=False
    )
    if made.returncode != 0:
        pytest.skip("this machine does not let root make file systems")
    try:
        assert slopt("solve", "tiny", "--out", place / "out").code == 0
        with (place / "filler").open("wb", buffering=0) as file, suppress(OSError):
            while file.write(b"0" * 4096):
                pass
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


def test_a_full_disk_costs_nothing_that_was_there(
    slopt: Slopt, full_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Code 2 and the reason; the plan of before is whole, and no half of another one is there."""
    before = contents(full_disk)
    for words in WRITING:
        filled = words.replace("CASE", "tiny").replace("DIR", str(full_disk / "out"))
        ran = slopt(*filled.split())
        assert ran.code == 2, (words, ran.err)
        assert is_told(ran.err, ["No space left"]), ran.err
        assert contents(full_disk) == before, words
    monkeypatch.setenv("SLOPT_STORE", str(full_disk / "runs.sqlite"))
    ran = slopt("solve", "tiny", "--out", tmp_path / "out")
    assert ran.code == 0
    assert is_told(ran.err, ["not recorded", "full"])
    assert names(tmp_path / "out") == FILES


def test_a_study_in_the_folder_of_a_plan_leaves_the_plan(slopt: Slopt, tmp_path: Path) -> None:
    """Whatever is asked about a plan afterwards, its files stay as they are; a "no plan" goes."""
    assert slopt("solve", "tiny", "--out", tmp_path).code == 0
    before = contents(tmp_path)
    for study in ("explain", "alternatives", "frontier", "costs"):
        assert slopt(study, "tiny", "--out", tmp_path).code == 0
        assert before.items() <= contents(tmp_path).items(), study
    none = tmp_path / "none"
    assert slopt("explain", "tiny", "--set", "limits.budget=1", "--out", none).code == 4
    assert names(none) == {"result.json"}
    assert slopt("explain", "tiny", "--out", none).code == 0
    assert "result.json" not in names(none)
