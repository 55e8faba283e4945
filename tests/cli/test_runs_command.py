"""`slopt runs`, and what is recorded by the commands that answer, on both databases."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import zlib
from contextlib import closing
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from pyarrow import csv
from running import Slopt

from slopt.errors import UsageError
from slopt.shipped import examples
from slopt.store.arrays import pack_plans
from slopt.store.find import find_run
from slopt.store.place import FILE, place_of


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the case `parts` in it, where runs are kept as for a user."""
    monkeypatch.delenv("SLOPT_STORE")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    shutil.copytree(examples()["tiny"], tmp_path / "parts")
    return tmp_path


@pytest.fixture
def on_store(here: Path, store_address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The same with SLOPT_STORE, on either database."""
    monkeypatch.setenv("SLOPT_STORE", store_address)
    return store_address


def run_of(document: dict[str, object]) -> str:
    """The id in a document."""
    entry = document["run"]
    assert isinstance(entry, dict)
    return str(entry["id"])


def test_a_case_keeps_its_runs_in_its_own_folder(slopt: Slopt, here: Path) -> None:
    """One file beside the tables, which the case reader passes over, and nothing else."""
    before = {path.name for path in (here / "parts").iterdir()}
    document = slopt("solve", "parts", "--json").json
    assert {path.name for path in (here / "parts").iterdir()} == before | {FILE}
    assert document["run"]["store"] == str(here / "parts" / FILE)
    again = slopt("solve", "parts")
    assert (again.code, again.err) == (0, "")
    assert "slopt runs show parts@" in again.out
    listed = slopt("runs", "list", "parts", "--json").json
    assert [line["run"] for line in listed] == [f"{run_of(document)[:6]}-2", run_of(document)]
    with sqlite3.connect(here / "parts" / FILE) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_examples_keep_their_runs_with_the_user(slopt: Slopt, here: Path) -> None:
    """Nothing is written where slopt is installed, whether named or given by path."""
    slopt("solve", "tiny")
    slopt("solve", examples()["tiny"])
    slopt("solve", "parts_distributor")
    assert not list(examples()["tiny"].glob("*.sqlite*"))
    assert (here / "data" / "slopt" / FILE).is_file()
    assert [line["case"] for line in slopt("runs", "list", "tiny", "--json").json] == ["tiny"] * 2
    assert len(slopt("runs", "list", "--json").json) == 3


def test_a_workbook_keeps_its_runs_beside_it(slopt: Slopt, here: Path) -> None:
    """Two workbooks in a folder share a file and see their own runs."""
    assert slopt("new", here / "one.xlsx", "--xlsx", "--from", "tiny").code == 0
    shutil.copy(here / "one.xlsx", here / "two.xlsx")
    slopt("solve", "one.xlsx")
    slopt("solve", "two.xlsx")
    assert (here / FILE).is_file()
    assert [line["case"] for line in slopt("runs", "list", "two.xlsx", "--json").json] == [
        "two.xlsx"
    ]
    assert len(slopt("runs", "list", "--json").json) == 2


def test_nothing_is_recorded_where_that_is_said(
    slopt: Slopt, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--no-record for once, SLOPT_STORE=none for good; the commands on runs say so."""
    assert slopt("solve", "parts", "--no-record", "--json").json["run"]["id"] is None
    monkeypatch.setenv("SLOPT_STORE", "none")
    shown = slopt("solve", "parts")
    assert (shown.code, shown.err) == (0, "")
    assert "runs show" not in shown.out
    assert not (here / "parts" / FILE).exists()
    refused = slopt("runs", "list")
    assert refused.code == 2
    assert "SLOPT_STORE is none" in refused.err


def test_every_answer_is_recorded_and_found(slopt: Slopt, on_store: str, here: Path) -> None:
    """Solve, evaluation, frontier and target: by id, tag, latest, and the folder of --out."""
    commands = {
        "solve": ("solve", "parts", "--set", "limits.budget=12000"),
        "evaluate": ("evaluate", "parts", "--plan", "solve/plan.csv"),
        "frontier": ("frontier", "parts", "--points", "3"),
        "target": ("frontier", "parts", "--target", "lost_sales=20000"),
        "none": ("solve", "parts", "--set", "limits.budget=1"),
    }
    for name, words in commands.items():
        document = slopt(*words, "--json", "--out", name).json
        run = find_run(f"parts@{run_of(document)}")
        assert run.id == run_of(document) == find_run("latest").id == find_run(name).id
        entry = document.pop("run")
        assert run.document == document
        assert entry["overrides"] == run.overrides
        assert slopt("runs", "tag", f"parts@{run.id[:6]}", name).code == 0
        assert find_run(f"parts@{name}").tags == (name,)
        assert run.case.hash == run.case_hash == document["case_hash"]
        again = slopt("runs", "show", name, "--rebuild")
        assert again.code == 0
        assert "the same, bit for bit" in again.out
    assert find_run("frontier").plans.shape == (3, 3)
    assert find_run("none").plans is None
    assert len(slopt("runs", "list", "parts", "--json").json) == len(commands)


def test_a_plan_is_rebuilt_after_its_case_has_gone(slopt: Slopt, on_store: str, here: Path) -> None:
    """From the inputs that were kept, bit for bit; and its files are written again as they were."""
    its = run_of(slopt("solve", "parts", "--json", "--out", "out").json)
    shutil.rmtree(here / "parts")
    shown = slopt("runs", "show", f"parts@{its}", "--rebuild", "--out", "again")
    assert shown.code == 0
    assert "Rebuilt from the inputs that were kept: the same, bit for bit." in shown.out
    assert "All versions are those of then." in shown.out
    for name in ("plan.csv", "resources.csv"):
        assert (here / "again" / name).read_bytes() == (here / "out" / name).read_bytes()
    documents = [json.loads((here / d / "result.json").read_text()) for d in ("again", "out")]
    assert documents[0] == documents[1]


def test_a_case_in_parts_is_recorded_by_its_hash(slopt: Slopt, on_store: str, here: Path) -> None:
    """With its figures; what it was of is asked for in words where that is needed."""
    large = here / "large"
    shutil.copytree(here / "parts", large)
    table = csv.read_csv(large / "segments.csv")
    (large / "segments.csv").unlink()
    (large / "segments.parquet").mkdir()
    for part in range(len(table)):
        pq.write_table(table.slice(part, 1), large / "segments.parquet" / f"part-{part}.parquet")
    document = slopt("solve", "large", "--cluster", "here", "--json").json
    run = find_run(f"large@{run_of(document)}")
    assert run.document["objective"] == document["objective"]
    assert run.case_hash == document["case_hash"]
    assert not run.line.inputs_kept
    refused = slopt("runs", "show", "large@latest", "--rebuild")
    assert refused.code == 2
    assert "only the hash of the inputs is kept" in " ".join(refused.err.split())
    assert slopt("runs", "show", "large@latest").code == 0


def test_other_versions_are_named(
    slopt: Slopt, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was another version when the run was made is said, with both."""
    with monkeypatch.context() as then:
        then.setattr("slopt.engine.recording.__version__", "0.0.9")
        its = run_of(slopt("solve", "parts", "--json").json)
    shown = slopt("runs", "show", f"parts@{its}", "--rebuild")
    assert "Other versions than then: slopt 0.0.9, now 0.1.0." in shown.out
    assert slopt("runs", "show", f"parts@{its}", "--rebuild", "--json").json["rebuilt"] == {
        "same": True,
        "same_inputs": True,
        "same_plan": True,
        "changed": [],
        "versions": {"slopt": {"then": "0.0.9", "now": "0.1.0"}},
    }


def test_a_plan_that_is_not_the_same_is_told(slopt: Slopt, here: Path) -> None:
    """A store that was tampered with does not pass: exit code 7."""
    its = run_of(slopt("solve", "parts", "--json").json)
    with sqlite3.connect(here / "parts" / FILE) as connection:
        plans = zlib.compress(pack_plans(np.array([0, 0, 0]), ["basic", "standard", "premium"]))
        connection.execute("UPDATE slopt_runs SET plans = ?", [plans])
    connection.close()
    shown = slopt("runs", "show", f"parts@{its}", "--rebuild")
    assert shown.code == 7
    assert "Rebuilt: not the same." in shown.out


def test_a_model_of_ones_own_is_kept_and_run_only_when_told(slopt: Slopt, here: Path) -> None:
    """It is a program, perhaps of somebody else: changed or gone, its text is shown first."""
    shipped = Path(examples()["tiny"]).parent.parent / "models" / "tier_plan.py"
    model = here / "mine.py"
    model.write_text(shipped.read_text(encoding="utf-8") + "\n# mine\n", encoding="utf-8")
    its = "parts@" + run_of(slopt("solve", "parts", "--model", model, "--json").json)
    assert slopt("runs", "show", its, "--rebuild").code == 0
    model.write_text("raise SystemExit('not mine')", encoding="utf-8")
    refused = slopt("runs", "show", its, "--rebuild")
    assert refused.code == 2
    assert "--run-model" in refused.err
    assert slopt("runs", "show", its, "--model-text").out.rstrip().endswith("# mine")
    assert slopt("runs", "show", its, "--rebuild", "--run-model").code == 0


def test_the_difference_of_two_runs(slopt: Slopt, on_store: str, here: Path) -> None:
    """Another setting and another cell are named, with how many segments have another tier."""
    slopt("solve", "parts")
    segments = here / "parts" / "segments.csv"
    segments.write_text(segments.read_text().replace("400", "410"))
    slopt("solve", "parts", "--set", "limits.budget=16000")
    one, two = (line["run"] for line in slopt("runs", "list", "parts", "--json").json[::-1])
    found = slopt("runs", "diff", one, two, "--json").json
    assert [(c["what"], c["after"]) for c in found["settings"]] == [("limits.budget", 16000.0)]
    assert [t["table"] for t in found["tables"]] == ["segments"]
    assert sum(found["tables"][0]["cells"].values()) == 1
    assert found["moved"] == 1
    shown = slopt("runs", "diff", one, two).out
    assert "Other inputs: limits.budget and segments." in shown
    same = slopt("runs", "diff", one, one)
    assert "The same inputs." in same.out
    assert "The same plan: every segment has the same tier." in same.out


def test_runs_are_exported_as_a_table(slopt: Slopt, on_store: str, here: Path) -> None:
    """A row a run in Parquet; another ending is refused."""
    slopt("solve", "parts", "--set", "limits.budget=1")
    slopt("solve", "parts")
    assert slopt("runs", "export", "runs.parquet").code == 0
    rows = pq.read_table(here / "runs.parquet").to_pylist()
    assert [row["status"] for row in rows] == ["optimal", "infeasible"]
    assert json.loads(rows[1]["overrides"]) == {"limits.budget": "1"}
    assert slopt("runs", "export", "runs.csv").code == 2


def test_only_a_whole_id_removes(slopt: Slopt, on_store: str) -> None:
    """Not its beginning, not `latest`; what is gone is not found again."""
    its = run_of(slopt("solve", "parts", "--json").json)
    for text in (its[:4], "latest", "parts@latest"):
        refused = slopt("runs", "rm", text)
        assert refused.code == 2
        assert "Write its whole id" in refused.err
    assert slopt("runs", "rm", f"parts@{its}").code == 0
    assert slopt("runs", "show", its).code == 2


@pytest.mark.parametrize("name", ["latest", "a@b", "abcdef-1", "", "x" * 61, "\x1b[31m", "a/b"])
def test_names_by_which_no_run_could_be_found_are_refused(
    slopt: Slopt, here: Path, name: str
) -> None:
    """What means something else, cannot be typed, or would move the cursor."""
    its = run_of(slopt("solve", "parts", "--json").json)
    refused = slopt("runs", "tag", f"parts@{its}", name)
    assert refused.code == 2
    assert "\x1b" not in refused.err


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/proc/runs.sqlite", "cannot be written"),
        ("postgresql://ana:secret@127.0.0.1:1/runs", "127.0.0.1"),
        ("mysql://host/runs", "mysql://"),
    ],
)
def test_a_store_that_cannot_be_had_costs_no_answer(
    slopt: Slopt, here: Path, monkeypatch: pytest.MonkeyPatch, address: str, words: str
) -> None:
    """The plan is shown and written with the exit code of the plan; the warning says what to do."""
    monkeypatch.setenv("SLOPT_STORE", address)
    done = slopt("solve", "parts", "--out", "out")
    assert done.code == 0
    assert (here / "out" / "plan.csv").is_file()
    told = " ".join(done.err.split())
    assert told.startswith("The run is not recorded:")
    assert words in told
    assert "SLOPT_STORE" in told
    assert "secret" not in told
    refused = slopt("runs", "list")
    assert refused.code in (0, 2)
    assert "Traceback" not in refused.err


def test_a_file_that_is_no_store_is_left_alone(slopt: Slopt, here: Path) -> None:
    """Some other file of that name is not touched, and the answer is given."""
    file = here / "parts" / FILE
    file.write_text("my notes, " * 100)
    done = slopt("solve", "parts")
    assert done.code == 0
    assert "is not a store of runs" in " ".join(done.err.split())
    assert file.read_text() == "my notes, " * 100


def test_the_database_of_another_program_is_left_alone(slopt: Slopt, here: Path) -> None:
    """Not one byte of it is changed, and the answer is given."""
    file = here / "parts" / FILE
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE mine (x)")
        connection.commit()
    before = file.read_bytes()
    done = slopt("solve", "parts")
    assert done.code == 0
    assert "it has other tables" in " ".join(done.err.split())
    assert slopt("runs", "list", "parts").code == 2
    assert file.read_bytes() == before


def test_a_file_without_tables_yet_has_no_runs(slopt: Slopt, here: Path) -> None:
    """What a command leaves that was killed in its first moment; the next one goes on."""
    (here / "parts" / FILE).touch()
    assert slopt("runs", "list", "parts", "--json").json == []
    slopt("solve", "parts")
    assert len(slopt("runs", "list", "parts", "--json").json) == 1


def test_a_full_disk_costs_no_answer(here: Path) -> None:
    """Files that cannot grow stand for it: the plan is shown, the warning says what was tried."""
    done = subprocess.run(
        [sys.executable, "-m", "slopt", "solve", "parts"],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
        env=os.environ.copy(),
        check=False,
    )
    assert done.returncode == 0
    assert "Proven best" in done.stdout
    assert "The run is not recorded" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_read_only_store_can_be_read(slopt: Slopt, here: Path) -> None:
    """On a medium that cannot be written, SQLite is told that nothing will change there."""
    from slopt.store.sqlite_file import SqliteFile

    slopt("solve", "parts")
    file = here / "parts" / FILE
    connect = SqliteFile._connect

    def refusing(self: SqliteFile, uri: str) -> sqlite3.Connection:
        is_readable = "immutable" in uri
        return connect(self, uri) if is_readable else connect(self, "file:/proc/none?mode=ro")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SqliteFile, "_connect", refusing)
        assert len(slopt("runs", "list", "parts", "--json").json) == 1
    assert file.is_file()


def test_a_folder_without_its_store_leads_back_to_its_case(
    slopt: Slopt, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the case it names while that has its hash, else by a case that is named."""
    monkeypatch.setenv("SLOPT_STORE", "none")
    slopt("solve", "parts", "--set", "limits.budget=12000", "--out", "out")
    run = find_run("out")
    assert run.id is None
    assert run.case.settings.limits.budget == 12000
    assert run.choice is not None
    (here / "parts").rename(here / "moved")
    with pytest.raises(UsageError, match="Name its case with --case"):
        _ = find_run("out").case
    again = find_run("out", case="moved")
    assert again.case.hash == run.case_hash
    assert np.array_equal(again.choice, run.choice)
    with pytest.raises(UsageError, match="is not the case of this run"):
        find_run("out", case="parts_distributor")


@pytest.mark.parametrize(
    "document",
    [
        "[]", "{", "{}", '{"run": 7}', '{"run": {"id": "abcdef-1", "store": "/proc/x"}}',
        '{"run": {"overrides": [1], "options": "x", "case": {"a": 1}}, "seed": "x"}',
        '{"status": 3, "total_seconds": "\\u001b[31m", "total_cost": 1e999, "prices": 5}',
        '{"run": {"id": "abcdef-1", "store": "postgresql://evil.example/x"}}', "[" * 100_000,
    ],
)  # fmt: skip
def test_documents_that_somebody_wrote_are_read_with_care(
    slopt: Slopt, here: Path, document: str
) -> None:
    """No traceback and no call to a server that the user did not name."""
    (here / "out").mkdir()
    (here / "out" / "result.json").write_text(document)
    shown = slopt("runs", "show", "out")
    assert shown.code in (0, 2)
    assert "\x1b" not in shown.out + shown.err
    assert slopt("runs", "show", "out", "--rebuild").code == 2


def test_a_server_is_shown_without_its_password(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in texts, not in the representation, not as an option of the address."""
    url = "postgresql://ana:secret@db.example:5433/runs?password=secret&sslmode=require"
    monkeypatch.setenv("SLOPT_STORE", url)
    place = place_of("parts")
    assert place is not None
    assert place.shown == "postgresql://ana@db.example:5433/runs"
    assert "secret" not in repr(place)


def test_the_question_has_the_same_id_on_every_machine(slopt: Slopt, here: Path) -> None:
    """The beginning of the id depends on the inputs and the question, not on where they are."""
    its = run_of(slopt("solve", "parts", "--json").json)
    assert its == run_of(slopt("solve", "tiny", "--json").json)
    assert its.endswith("-1")


def test_a_store_in_a_folder_that_is_not_there_is_told(
    slopt: Slopt, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer comes, the remedy too, and no folder is made for what may be a slip."""
    monkeypatch.setenv("SLOPT_STORE", str(here / "nowhere" / "deep" / "runs.sqlite"))
    ran = slopt("solve", "parts")
    assert ran.code == 0
    assert "There is no folder" in " ".join(ran.err.split())
    assert not (here / "nowhere").exists()


@pytest.mark.parametrize("rest", ["runs.sqlite", "{here}/runs.sqlite"])
def test_a_store_may_be_named_as_databases_are(
    slopt: Slopt, here: Path, monkeypatch: pytest.MonkeyPatch, rest: str
) -> None:
    """sqlite:/// and a path, from here or from the root."""
    monkeypatch.setenv("SLOPT_STORE", "sqlite:///" + rest.format(here=here))
    slopt("solve", "parts")
    assert (here / "runs.sqlite").is_file()
    assert len(slopt("runs", "list", "--json").json) == 1


@pytest.mark.parametrize("address", ["sqlite://", "sqlite:///", "sqlite:///a.sqlite?mode=ro"])
def test_half_an_address_of_a_store_is_refused(
    slopt: Slopt, here: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """No file of that name is made."""
    monkeypatch.setenv("SLOPT_STORE", address)
    refused = slopt("runs", "list")
    assert refused.code == 2
    assert "SLOPT_STORE begins with sqlite" in refused.err
    assert not list(here.glob("a.sqlite*"))


def test_a_sweep_is_rebuilt(slopt: Slopt, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From its inputs and points, however these were given; a changed answer is told."""
    monkeypatch.setenv("SLOPT_STORE", str(here / "runs.sqlite"))
    grid = ("--vary", "limits.budget=0.9x,1x,none", "--vary", "segments[key].fixed_tier=none,basic")
    slopt("sweep", "parts", *grid, "--out", "out")
    slopt("sweep", "parts", "--points", "out/sweep.csv")
    slopt("sweep", "parts", "--vary", "response.leave_probability=0.5x:2x", "--sample", "lhs:4")
    runs = slopt("runs", "list", "--json").json
    shutil.rmtree(here / "parts")
    assert len(runs) == 3
    for run in runs:
        again = slopt("runs", "show", run["run"], "--rebuild", "--json")
        assert again.code == 0
        assert again.json["rebuilt"]["same"]
    its = runs[0]["run"]
    with closing(sqlite3.connect(here / "runs.sqlite")) as store, store:
        ((number, packed),) = store.execute(
            "SELECT number, document FROM slopt_runs WHERE start || '-' || repeat = ?", (its,)
        )
        document = json.loads(zlib.decompress(packed))
        document["points"][1]["total_cost"] += 1
        store.execute(
            "UPDATE slopt_runs SET document = ? WHERE number = ?",
            (zlib.compress(json.dumps(document).encode()), number),
        )
    shown = slopt("runs", "show", its, "--rebuild")
    assert shown.code == 7
    assert "Other figures: points." in " ".join(shown.out.split())
