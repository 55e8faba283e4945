"""The generator of large cases, at a small size: what it writes is a case whose limits bind."""

from __future__ import annotations

import pytest

from benchmarks.large_case import Size, write_large_case
from slopt.case.load import read_case
from slopt.engine.solving import solve_case


@pytest.mark.parametrize("offers", [False, True])
def test_a_made_case_reads_without_problems_and_its_limits_bind(tmp_path, offers):
    """Segments as Parquet, offers from usage or given one by one; budget and capacities bind."""
    write_large_case(tmp_path, Size(60, 3, 2, offers), seed=3)
    reading = read_case(tmp_path)
    assert reading.problems == ()
    case = reading.case
    assert case.is_parquet
    assert case.table("offers").rows == (range(2, 182) if offers else [])
    plan = solve_case(case, next_steps=False).plan
    assert any(price.relaxation > 0 for price in plan.prices)


def test_the_same_seed_makes_the_same_case(tmp_path):
    """And another seed another one."""
    hashes = []
    for place, seed in enumerate((1, 1, 2)):
        write_large_case(tmp_path / str(place), Size(20, 3, 2), seed)
        hashes.append(read_case(tmp_path / str(place)).case.hash)
    assert hashes[0] == hashes[1] != hashes[2]
