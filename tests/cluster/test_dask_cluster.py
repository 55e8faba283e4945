"""The same case on the workers of a real Dask scheduler, one of which dies half-way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import numpy as np
import pyarrow.parquet as pq
import pytest
from case_in_parts import offers_table, segments_table, write_case

from slopt.cli.app import main
from slopt.cluster import dask_parts
from slopt.cluster.dask_parts import DaskParts, connect
from slopt.cluster.files import cluster_result
from slopt.cluster.parts import PartsHere
from slopt.cluster.solve import solve_partitions
from slopt.cluster.source import sources
from slopt.errors import UsageError

distributed = pytest.importorskip(
    "distributed", reason="Dask is not installed: pip install slopt[cluster]"
)
SEGMENTS = 6_000
LIMITS = {"budget": 2_300_000.0, "max_changes": 3_700}


@pytest.fixture(scope="module")
def scheduler():
    """A scheduler with three workers, each a process of its own."""
    with distributed.LocalCluster(
        n_workers=3,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
        silence_logs=50,
    ) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """A case of more segments than are priced in one place, in seven parts."""
    folder = tmp_path_factory.mktemp("cluster") / "case"
    return write_case(folder, segments_table(SEGMENTS), offers_table(SEGMENTS), 7, LIMITS)


class LosingAWorker(DaskParts):
    """Partitions of which some are lost, with their worker, before the tenth thing is asked."""

    asked = 0
    killed = None

    def each(self, task, asks):
        """As ever, but for the tenth time."""
        self.asked += 1
        if self.asked == 10:
            where = self._client.who_has(self._partitions)
            address = where[self._partitions[0].key][0]
            self.killed = self._client.run(os.getpid, workers=[address])[address]
            os.kill(self.killed, signal.SIGKILL)
        return super().each(task, asks)


def said(answer):
    """result.json without what differs from run to run."""
    changing = ("seconds", "total_seconds", "workers")
    return {
        name: value for name, value in cluster_result(answer, 0.0).items() if name not in changing
    }


def test_a_lost_worker_changes_nothing(scheduler, case):
    """Three workers, one killed half-way: prices and plan as in one process, to the last digit."""
    its = sources(case, {})
    wanted = solve_partitions(PartsHere(its), its, {})
    client = connect(scheduler.scheduler_address)
    try:
        parts = LosingAWorker(client, its)
        answer = solve_partitions(parts, its, {})
        assert parts.killed is not None
        assert parts.asked > 12
        with pytest.raises(ProcessLookupError):
            os.kill(parts.killed, 0)
    finally:
        client.close()
    assert said(answer) == said(wanted)
    assert any(price > 0 for price in answer.outcome.relaxation.prices.values())
    for found, decision in zip(answer.decisions, wanted.decisions, strict=True):
        assert np.array_equal(found.prices, decision.prices)
        assert np.array_equal(found.places, decision.places)
        assert np.array_equal(found.tiers, decision.tiers)


def test_the_command_solves_on_the_cluster(scheduler, case, tmp_path, monkeypatch, capsys):
    """`slopt solve --cluster` prints the plan, and workers write its parts."""
    monkeypatch.setenv("COLUMNS", "100")
    words = ["solve", case, "--cluster", scheduler.scheduler_address, "--out", tmp_path / "out"]
    monkeypatch.setattr(sys, "argv", ["slopt", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    shown = capsys.readouterr().out
    assert ended.value.code == 0
    assert "6,000 segments, 4 tiers" in shown
    assert "7 partitions on 3 workers" in shown
    assert "Proven best" in shown
    plan = pq.read_table(tmp_path / "out" / "plan.parquet")
    assert plan["segment"].to_pylist() == [f"s{i}" for i in range(SEGMENTS)]


def test_problems_reach_the_user_from_the_workers(scheduler, case, monkeypatch, capsys):
    """Exit code 3 and the message for bad settings, 2 for methods that a cluster has not."""
    for words, code, message in (
        (["--set", "solve.gap=-1"], 3, "below 0"),
        (["--method", "highs"], 2, "by prices alone"),
    ):
        line = ["slopt", "solve", str(case), "--cluster", scheduler.scheduler_address, *words]
        monkeypatch.setattr(sys, "argv", line)
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == code
        assert message in capsys.readouterr().err


def test_a_missing_scheduler_is_told(monkeypatch):
    """Where nobody listens the message says what to start."""
    monkeypatch.setattr(dask_parts, "PATIENCE_S", 1)
    with pytest.raises(UsageError, match="no Dask scheduler at tcp:"):
        connect("tcp://127.0.0.1:1")


def test_nobody_else_loads_dask():
    """The command line, and solving on one machine, leave Dask alone."""
    code = (
        "import sys\n"
        "from slopt.engine.solving import solve_case\n"
        "from slopt.case.load import load_case\n"
        "from slopt.shipped import examples\n"
        "import slopt.cli.app, slopt.cli.solve\n"
        "solve_case(load_case(examples()['tiny']))\n"
        "print(sorted({'dask', 'distributed'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
