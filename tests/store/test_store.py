"""The store on both databases: what is put in comes out, and nothing is lost or there twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from store_records import record_of

from slopt.case.case import PlanningCase
from slopt.case.load import load_case
from slopt.errors import UsageError
from slopt.shipped import examples
from slopt.store.inputs import MODEL, Content
from slopt.store.place import Place
from slopt.store.store import Store, open_store
from slopt.store.trouble import StoreTrouble

SCRIPT = Path(__file__).parent / "store_records.py"


@pytest.fixture
def tiny() -> PlanningCase:
    """The example that is solved by hand."""
    return load_case(examples()["tiny"])


@pytest.fixture
def store(store_address: str) -> Iterator[Store]:
    """A new store."""
    opened = open_store(Place(store_address), create=True)
    assert opened is not None
    with opened:
        yield opened


def contents(store: Store) -> int:
    """How many contents are kept."""
    with store._backend.reading() as session:
        return int(session.run("SELECT COUNT(*) FROM slopt_contents").rows[0][0])


def writer(address: str, name: str, count: int) -> subprocess.Popen[str]:
    """A process that records runs."""
    return subprocess.Popen(
        [sys.executable, SCRIPT, address, name, str(count)], stdout=subprocess.PIPE, text=True
    )


def test_a_run_comes_back_as_it_was_recorded(store: Store, tiny: PlanningCase) -> None:
    """Document, plans, case and all that was said of it, to the last bit."""
    plans = np.array([[0, 1, 2], [-1, -1, -1]])
    record = record_of(
        tiny,
        {"method": "auto"},
        plans=plans,
        overrides={"limits.budget": "1e3"},
        model_text=Content(MODEL, "# mine: é".encode()),
    )
    run = store.run(store.find(store.record(record)))
    assert run.document == record.document
    assert np.array_equal(run.plans, plans)
    assert run.choice is None
    assert (run.tiers, run.model_text) == (tuple(tiny.tiers), "# mine: é")
    assert (run.overrides, run.options) == (record.overrides, record.options)
    assert (run.made, run.status, run.versions) == (record.made, "optimal", record.versions)
    assert run.case.settings == tiny.settings
    assert run.case.hash == tiny.hash == run.case_hash


def test_the_same_inputs_are_kept_once(store: Store, tiny: PlanningCase) -> None:
    """A second run adds no content, a run with another budget its settings alone."""
    store.record(record_of(tiny))
    before = contents(store)
    store.record(record_of(tiny))
    assert contents(store) == before
    store.record(record_of(tiny.with_limits(budget=9.0)))
    assert contents(store) == before + 1


def test_ids_begin_with_the_question_and_count_how_often_it_was_asked(
    store: Store, tiny: PlanningCase
) -> None:
    """The question's part alone finds the latest of them; `latest` finds the latest of all."""
    one, two = store.record(record_of(tiny)), store.record(record_of(tiny))
    other = store.record(record_of(tiny, {"method": "core"}))
    start = record_of(tiny).question[:6]
    assert (one, two) == (f"{start}-1", f"{start}-2")
    assert store.find(start).id == store.find(start[:3]).id == two
    assert store.find(one).id == one
    assert store.find("latest").id == other
    assert [line.id for line in store.lines()] == [other, two, one]


def test_the_beginning_of_two_questions_is_refused(store: Store, tiny: PlanningCase) -> None:
    """Both ids are named."""
    for question in ("aaa111", "aaa222"):
        store.record(record_of(tiny, question=question + 58 * "0"))
    with pytest.raises(UsageError, match=r"several runs: aaa222-1, aaa111-1"):
        store.find("aaa")
    assert store.find("aaa1").id == "aaa111-1"
    with pytest.raises(UsageError, match='no run "b"'):
        store.find("b")


def test_a_name_belongs_to_one_run(store: Store, tiny: PlanningCase) -> None:
    """It is found by it, moved only when asked, and gone with the run."""
    one, two = (store.find(store.record(record_of(tiny, {"n": n}))) for n in (1, 2))
    store.tag(one, "board")
    store.tag(one, "board")
    assert store.find("board").id == one.id
    with pytest.raises(UsageError, match=f"is the name of run {one.id}"):
        store.tag(two, "board")
    store.tag(two, "board", move=True)
    assert store.find("board").tags == ("board",)
    assert store.find("board").id == two.id
    with pytest.raises(UsageError, match="is not named"):
        store.untag(one, "board")
    store.remove([two])
    with pytest.raises(UsageError, match='no run "board"'):
        store.find("board")


def test_removing_a_run_takes_what_no_other_run_has(store: Store, tiny: PlanningCase) -> None:
    """Shared inputs stay until the last run of them goes."""
    one = store.find(store.record(record_of(tiny)))
    two = store.find(store.record(record_of(tiny.with_limits(budget=9.0))))
    before = contents(store)
    store.remove([two])
    assert contents(store) == before - 1
    assert store.run(one).case.hash == tiny.hash
    store.remove([one])
    assert contents(store) == 0
    with pytest.raises(UsageError, match="No runs are recorded"):
        store.find("latest")


def test_points_go_with_the_last_run_of_their_study(store: Store, tiny: PlanningCase) -> None:
    """Two sweeps of one study share its points; another study keeps its own."""
    for study in ("shared", "other"):
        store.keep(study, "1", b"x")
    one, two = (
        store.find(store.record(record_of(tiny, {"n": n}, studies=["shared"]))) for n in (1, 2)
    )
    store.remove([one])
    assert store.known("shared") == {"1": b"x"}
    store.remove([two])
    assert store.known("shared") == {}
    assert store.known("other") == {"1": b"x"}


def test_runs_of_other_cases_are_not_shown(
    store: Store, store_address: str, tiny: PlanningCase
) -> None:
    """A place with a label has the runs of that case only."""
    store.record(record_of(tiny, label="parts"))
    mine = store.record(record_of(tiny, label="tiny"))
    its = open_store(Place(store_address, "tiny"))
    assert its is not None
    with its:
        assert [line.id for line in its.lines()] == [mine]


def test_hostile_names_are_text(store: Store, tiny: PlanningCase) -> None:
    """Quotes, nulls, bytes that are no text, and SQL come back as text."""
    name = "x'); DROP TABLE slopt_runs;-- \0 \udcff \u202e é"
    its = store.record(record_of(tiny, label=name, named=name, overrides={name: name}))
    line = store.find(its)
    assert line.label == "x'); DROP TABLE slopt_runs;-- \\x00 \\udcff \u202e é"
    assert line.overrides == {name: name}


def test_two_writers_at_once_lose_nothing(store_address: str) -> None:
    """Two processes, 200 runs each into a store that neither of them found there."""
    writers = [writer(store_address, name, 200) for name in ("ana", "bob")]
    said = [line.split() for process in writers for line in process.communicate()[0].splitlines()]
    assert [process.returncode for process in writers] == [0, 0]
    store = open_store(Place(store_address))
    assert store is not None
    with store:
        lines = store.lines()
        assert sorted(line.id or "" for line in lines) == sorted(its for _, its, _ in said)
        assert len(lines) == 400
        asked = {(line.options["by"], line.options["place"]) for line in lines}
        assert asked == {(name, place) for name in ("ana", "bob") for place in range(200)}
        assert store.run(lines[0]).case.hash == lines[0].case_hash
        # Of each point one of the two was the first, and was told so.
        assert len(store.known("study")) == 200
        assert sum(first == "True" for _, _, first in said) == 200


def test_a_killed_writer_leaves_a_sound_store(store_address: str) -> None:
    """kill -9 after any number of runs: what was said to be recorded is, whole, and it goes on."""
    said: list[str] = []
    for turn in range(3):
        process = writer(store_address, f"turn {turn}", 1000)
        with process:
            assert process.stdout is not None
            said += [process.stdout.readline().split()[1] for _ in range(2 + 3 * turn)]
            os.kill(process.pid, signal.SIGKILL)
            said += [line.split()[1] for line in process.stdout.read().splitlines()]
        assert process.returncode == -signal.SIGKILL
    store = open_store(Place(store_address))
    assert store is not None
    with store:
        lines = store.lines()
        assert set(said) <= {line.id for line in lines}
        assert all(store.run(line).case.hash == line.case_hash for line in lines)
        points = store.known("study")
        # The one that was killed between its run and its point may have one run more.
        assert len({line.options["place"] for line in lines}) - len(points) in (0, 1)
        store.record(record_of(load_case(examples()["tiny"])))
        assert len(store.lines()) == len(lines) + 1


def test_points_are_kept_once_and_forgotten_by_study(store: Store) -> None:
    """The first payload stays; other studies are not touched."""
    payload = bytes(range(256)) * 10
    assert store.keep("a", "1", payload)
    assert not store.keep("a", "1", b"later")
    assert store.keep("b", "1", b"")
    assert store.known("a") == {"1": payload}
    assert store.forget("a") == 1
    assert (store.known("a"), store.known("b")) == ({}, {"1": b""})


def test_a_store_of_a_newer_slopt_is_refused(store: Store, store_address: str) -> None:
    """Neither read nor written, with what to do."""
    with store._backend.writing() as session:
        session.run("UPDATE slopt_layout SET version = 2")
    for create in (False, True):
        with pytest.raises(StoreTrouble, match=r"newer slopt \(layout 2; .* Update slopt"):
            open_store(Place(store_address), create)


def test_a_table_that_is_new_is_added_to_an_old_store(
    store: Store, store_address: str, tiny: PlanningCase
) -> None:
    """By the first command that writes, and what is there stays."""
    its = store.record(record_of(tiny))
    with store._backend.writing() as session:
        session.run("DROP TABLE slopt_studies")
    again = open_store(Place(store_address), create=True)
    assert again is not None
    with again:
        again.remove([again.find(its)])


def test_damaged_inputs_are_told(store: Store, tiny: PlanningCase) -> None:
    """What does not have its hash is not handed out as the case."""
    line = store.find(store.record(record_of(tiny)))
    with store._backend.writing() as session:
        session.run("UPDATE slopt_contents SET data = :data", data=b"x")
    with pytest.raises(StoreTrouble, match="are damaged"):
        store.run(line)


def test_inputs_that_are_too_large_are_kept_by_hash(store: Store, tiny: PlanningCase) -> None:
    """The run is there with its plan; its case is asked for in words."""
    record = replace(record_of(tiny), inputs=None)
    run = store.run(store.find(store.record(record)))
    assert contents(store) == 0
    assert not run.line.inputs_kept
    assert run.choice is not None
    with pytest.raises(UsageError, match="only the hash of the inputs is kept"):
        _ = run.case


def test_nothing_is_made_by_looking(store_address: str) -> None:
    """A store that is not there yet is none, and stays so."""
    assert open_store(Place(store_address)) is None
    assert open_store(Place(store_address)) is None
