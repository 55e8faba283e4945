"""The same sweep on the workers of a real Dask scheduler, one of which dies half-way."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys

import pytest

from slopt.case.load import load_case
from slopt.cli.app import main
from slopt.cluster import dask_parts, dask_points
from slopt.cluster.dask_points import DaskPoints
from slopt.errors import SolverTrouble, UsageError
from slopt.shipped import examples
from slopt.study.sweep.layout import amounts_by_path, grid_points, varied
from slopt.study.sweep.runner import Runner

distributed = pytest.importorskip(
    "distributed", reason="Dask is not installed: pip install slopt[cluster]"
)


def local_cluster(workers):
    """A scheduler and workers, each a process of its own."""
    return distributed.LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=":0",
        silence_logs=50,
    )


@pytest.fixture(scope="module")
def scheduler():
    """Two workers for all tests."""
    with local_cluster(2) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def case():
    """A shipped example."""
    return load_case(examples()["scms_deliveries"])


def points_of(case, *words):
    """All combinations of `PATH=VALUES` words."""
    return grid_points(amounts_by_path(varied(case, words)))


def test_a_killed_worker_changes_nothing(scheduler, case):
    """Every point once, and as in one process to the last digit."""
    words = ["limits.budget=0.8x:1.2x:15", "response.leave_probability=0.02,0.1"]
    points = points_of(case, *words)
    with Runner(case) as runner:
        wanted = dict(runner.answers(points))
    killed, found = None, []
    executor = DaskPoints(scheduler.scheduler_address)
    with Runner(case, executor=executor) as runner:
        for place, answer in runner.answers(points):
            found.append(place)
            assert answer.same_as(wanted[place])
            if len(found) == 10:
                killed = next(iter(executor._client.run(os.getpid).values()))
                os.kill(killed, signal.SIGKILL)
    assert sorted(found) == list(range(len(points)))
    assert killed is not None
    with pytest.raises(ProcessLookupError):
        os.kill(killed, 0)


def test_the_command_writes_the_same_files_from_the_cluster(
    scheduler, tmp_path, monkeypatch, capsys
):
    """`slopt sweep --cluster` and one process: the same bytes."""
    words = ["sweep", "tiny", "--vary", "limits.budget=0.5x:1.5x:9", "--vary", "plan.goal="]
    words[-1] += "min_total_cost,min_lost_sales"
    for name, more in (("here", []), ("there", ["--cluster", scheduler.scheduler_address])):
        monkeypatch.setattr(sys, "argv", ["slopt", *words, "--out", str(tmp_path / name), *more])
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code
    capsys.readouterr()
    for name in ("sweep.csv", "sweep_plans.parquet"):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes()


def test_another_slopt_on_the_workers_is_refused(scheduler, case, monkeypatch):
    """Its answers might differ in the last digits."""
    monkeypatch.setattr(dask_points, "__version__", "0.0.1")
    with (
        Runner(case, executor=DaskPoints(scheduler.scheduler_address)) as runner,
        pytest.raises(UsageError, match="Install the same"),
    ):
        list(runner.answers(points_of(case, "limits.budget=0.9x")))


def test_a_scheduler_that_is_not_there_is_told(monkeypatch):
    """What was tried and what to do."""
    monkeypatch.setattr(dask_parts, "PATIENCE_S", 1)
    with pytest.raises(UsageError, match=r"tcp://127\.0\.0\.1:9"):
        DaskPoints("tcp://127.0.0.1:9")


def test_what_was_answered_before_the_scheduler_went_is_there(case, monkeypatch):
    """SolverTrouble in the end, and every answer that came before it was handed over."""
    monkeypatch.setattr(dask_parts, "PATIENCE_S", 2)
    found = []
    cluster = local_cluster(1)
    points = points_of(case, "limits.budget=0.8x:1.2x:300")

    def go_on(runner):
        for place, _ in runner.answers(points):
            found.append(place)
            if len(found) == 5:
                cluster.close()

    with (
        Runner(case, executor=DaskPoints(cluster.scheduler_address)) as runner,
        pytest.raises(SolverTrouble, match="not lost"),
    ):
        go_on(runner)
    assert 5 <= len(found) < len(points)


@pytest.mark.parametrize("address", ["", " ", "nonsense", "tcp://host", "host:0", "http://a:1"])
def test_what_is_no_address_is_refused_at_once(address, monkeypatch):
    """No client is begun, which would look for it for half a minute."""
    monkeypatch.setattr(distributed, "Client", None)
    with pytest.raises(UsageError, match="--cluster"):
        DaskPoints(address)


def test_leaving_a_scheduler_that_is_lost_is_no_news(caplog):
    """Dask writes a traceback of it, which nobody needs who reads that it is lost."""
    logger = logging.getLogger("distributed.client")
    logger.addFilter(dask_points._is_news)
    try:
        for error in (asyncio.CancelledError(), ValueError("this is")):
            try:
                raise error
            except (asyncio.CancelledError, ValueError):
                logger.exception("told")
    finally:
        logger.removeFilter(dask_points._is_news)
    assert [record.exc_info[0] for record in caplog.records] == [ValueError]
