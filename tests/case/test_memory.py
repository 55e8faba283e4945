"""Cases that do not fit in memory are refused with the figures, before they are read."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from slopt.case import arrow_cells, memory, read
from slopt.case.load import read_case
from slopt.case.memory import available, bytes_of_problem, in_words

GIB = 1024**3


@pytest.fixture
def parquet_case(folder):
    """A case with 30,000 segments and 2 tiers; its path."""
    home = folder({"segments.csv": None})
    ids = pa.array(np.arange(30_000)).cast(pa.string())
    table = pa.table({"segment": ids, "customers": np.ones(30_000)})
    pq.write_table(table, home / "segments.parquet")
    return home


def test_a_case_that_does_not_fit_says_what_it_needs_and_what_there_is(parquet_case, monkeypatch):
    """One problem, of the segments; nothing large was read."""
    monkeypatch.setattr(memory, "available", lambda: 5_000_000)
    (problem,) = read_case(parquet_case).problems
    assert str(problem) == (
        "segments.parquet: 30,000 segments x 2 tiers x 0 resources need about 5 MiB of memory; "
        "5 MiB are free. Group segments, leave out tiers that nobody may have, or take a larger "
        "machine."
    )


def test_a_case_that_fits_is_read(parquet_case, monkeypatch):
    """The same case with a little more room."""
    monkeypatch.setattr(memory, "available", lambda: 9_000_000)
    assert read_case(parquet_case).problems == ()


def test_where_the_system_does_not_say_everything_is_read(parquet_case, monkeypatch):
    """No figure, no refusal."""
    monkeypatch.setattr(memory, "available", lambda: None)
    assert read_case(parquet_case).problems == ()


def test_small_tables_are_read_beside_large_ones_that_are_not(parquet_case, monkeypatch):
    """So that the figure is told alone, and not that everything else is missing."""
    (parquet_case / "tiers.csv").unlink()
    tiers = pa.table({"tier": ["low", "high"], "service_level": [0.8, 0.9]})
    pq.write_table(tiers, parquet_case / "tiers.parquet")
    monkeypatch.setattr(memory, "available", lambda: 5_000_000)
    assert len(read_case(parquet_case).problems) == 1


def test_the_need_grows_with_every_size():
    """A million segments, six tiers and five resources take about a gigabyte."""
    assert bytes_of_problem(1_000_000, 6, 5) == pytest.approx(0.96 * 1e9)
    assert bytes_of_problem(10, 6, 5) > bytes_of_problem(10, 6, 4) > bytes_of_problem(10, 5, 4)


def test_sizes_are_told_as_one_speaks_of_them():
    """No more digits than matter."""
    assert [in_words(size) for size in (310 * 1024**2, 1.5 * GIB, 1234 * GIB)] == [
        "310 MiB",
        "1.5 GiB",
        "1,234 GiB",
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="limits of the process are read on Linux")
def test_a_limit_of_the_process_counts():
    """Under `ulimit -v` no more is there than the limit leaves."""
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31));"
        "from slopt.case.memory import available; print(available())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 0 < int(done.stdout) < 2**31


def test_this_machine_says_what_is_free():
    """A figure, or None where there is no way to know."""
    free = available()
    assert free is None or free > 0


def test_the_limit_of_a_container_counts(tmp_path):
    """What is used there counts without the files that were read, which can go."""
    assert list(memory._of_container(tmp_path)) == []
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("600\n")
    assert list(memory._of_container(tmp_path)) == []
    (tmp_path / "memory.max").write_text("1000\n")
    (tmp_path / "memory.stat").write_text("anon 300\ninactive_file 200\n")
    assert list(memory._of_container(tmp_path)) == [600]


def test_what_counts_as_large_is_one_figure():
    """Tables that are not read when memory is short are those that go to Arrow in CSV."""
    assert read.LONG == arrow_cells.LONG
