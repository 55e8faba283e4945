"""Recording never costs an answer, and keeps points as they come."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psycopg
import pytest

from slopt.case.case import PlanningCase
from slopt.case.load import load_case
from slopt.engine.recording import Asked, Recorder
from slopt.shipped import examples
from slopt.store.place import Place
from slopt.store.store import Store


@pytest.fixture
def tiny() -> PlanningCase:
    """The example that is solved by hand."""
    return load_case(examples()["tiny"])


@pytest.fixture
def recorder(store_address: str) -> Iterator[Recorder]:
    """A recorder on a new store."""
    with Recorder(Place(store_address)) as opened:
        yield opened


def test_points_last_from_one_command_to_the_next(recorder: Recorder, store_address: str) -> None:
    """What one process kept, another knows; the first payload stays."""
    points = recorder.points("study")
    assert points.is_kept
    assert points.keep("a", b"1")
    assert not points.keep("a", b"2")
    with Recorder(Place(store_address)) as later:
        assert later.points("study").known() == {"a": b"1"}
        later.points("study").forget()
    assert points.known() == {}
    assert recorder.warnings == []


def test_the_same_question_has_the_same_hash(tiny: PlanningCase) -> None:
    """Where the case lies and what was overridden count by what they make of the inputs."""
    asked = Asked("solve", tiny, "tiny", {}, {"method": "auto", "along": None})
    other = Asked("solve", tiny, "/x/y", {"a": "b"}, {"along": None, "method": "auto"})
    assert asked.hash == other.hash
    for changed in (
        Asked("evaluate", tiny, "tiny", {}, asked.options),
        Asked("solve", tiny.with_limits(budget=1.0), "tiny", {}, asked.options),
        Asked("solve", tiny, "tiny", {}, {"method": "core"}),
    ):
        assert changed.hash != asked.hash


def test_without_a_place_nothing_is_kept(tiny: PlanningCase) -> None:
    """No warning, as that was wanted; the document says that there is no run."""
    with Recorder.of("tiny", wanted=False) as recorder:
        points = recorder.points("study")
        assert not points.is_kept
        assert not points.keep("a", b"1")
        assert points.known() == {}
        document = recorder.record(Asked("solve", tiny, "tiny", {"k": "v"}, {}), {"status": "x"})
    assert recorder.warnings == []
    assert document["status"] == "x"
    assert document["run"]["id"] is None
    assert document["run"]["overrides"] == {"k": "v"}


@pytest.mark.parametrize("failure", [RuntimeError("odd"), KeyboardInterrupt()])
def test_whatever_goes_wrong_the_document_comes_back(
    tiny: PlanningCase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    """Also a defect of the store, and Ctrl-C while it is written."""

    def fail(self: Store, record: object) -> str:
        raise failure

    monkeypatch.setattr(Store, "record", fail)
    with Recorder(Place(str(tmp_path / "runs.sqlite"))) as recorder:
        document = recorder.record(Asked("solve", tiny, "tiny", {}, {}), {"status": "x"})
    assert document["run"]["id"] is None
    assert recorder.warnings[0].startswith("The run is not recorded")


@pytest.mark.parametrize("store_address", ["postgresql"], indirect=True)
def test_a_server_that_goes_away_costs_points_but_no_answer(
    server: str, store_address: str, tiny: PlanningCase
) -> None:
    """The connection is cut between two points: one warning, then answers without a record."""
    with Recorder(Place(store_address)) as recorder:
        points = recorder.points("study")
        assert points.keep("a", b"1")
        with psycopg.connect(server) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'slopt'"
            )
        assert not points.keep("b", b"2")
        assert not points.keep("c", b"3")
        assert not points.is_kept
        assert [text.partition(":")[0] for text in recorder.warnings] == [
            "The points are not kept from here on"
        ]
        plan = np.zeros(len(tiny.segments), dtype=np.int64)
        document = recorder.record(Asked("solve", tiny, "tiny", {}, {}), {"status": "x"}, plan)
    assert document["status"] == "x"
    with Recorder(Place(store_address)) as later:
        assert later.points("study").known() == {"a": b"1"}
