"""A corpus of workbooks that nobody should hand in: read, or refused with place and remedy."""

from __future__ import annotations

import random
import resource
from pathlib import Path

import pytest
from hostile_workbooks import (
    KINDS,
    deep_nesting,
    entities,
    far_dimension,
    faults_of_file,
    good_parts,
    hostile_workbook,
)

from slopt.case.load import read_case

MEGABYTE = 1024**2


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_hostile_workbooks_are_read_or_refused(kind, tmp_path: Path) -> None:
    """Five of every kind: a case, or problems that say where and what to do."""
    for seed in range(5):
        data = hostile_workbook(kind, random.Random(seed))
        assert faults_of_file(data, tmp_path) == [], seed


def test_a_workbook_that_was_not_touched_is_a_case(tmp_path: Path) -> None:
    """What all of them are made from is sound, so that it is the change that is refused."""
    (tmp_path / "case.xlsx").write_bytes(hostile_workbook(lambda parts, _: parts, random.Random(1)))
    assert read_case(tmp_path / "case.xlsx").case is not None
    assert len(good_parts()) > 10


def test_hostile_workbooks_take_no_memory(tmp_path: Path) -> None:
    """Entities, nesting and claims of size do not grow the process by hundreds of megabytes."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for kind in (entities, deep_nesting, far_dimension):
        faults_of_file(hostile_workbook(kind, random.Random(1)), tmp_path)
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < 300 * MEGABYTE
