"""A case that was kept comes back as the same case, to the last bit, whatever it is made of."""

from __future__ import annotations

import numpy as np
import pytest

from slopt.case.case import PlanningCase, Table
from slopt.case.load import load_case
from slopt.case.texts import Texts
from slopt.problem.build import build_problem
from slopt.problem.horizon.build import build_horizon
from slopt.shipped import examples
from slopt.store.arrays import pack, pack_plans, unpack, unpack_plans
from slopt.store.inputs import MOST_BYTES, SETTINGS, TABLE, case_from, contents_of


def again(case: PlanningCase) -> PlanningCase:
    """The case by way of its contents."""
    contents = contents_of(case)
    assert contents is not None
    return case_from({content.role: content.data for content in contents})


def same_bits(one: Table, two: Table) -> bool:
    """The same columns with the same bits in every cell, and the same rows."""
    if list(one) != list(two) or list(one.rows) != list(two.rows) or one.file != two.file:
        return False
    for name in one:
        a, b = one.column(name), two.column(name)
        if isinstance(a, Texts) or isinstance(b, Texts):
            if a != b:
                return False
        elif a.dtype != b.dtype or a.tobytes() != b.tobytes():
            return False
    return True


@pytest.mark.parametrize("name", list(examples()))
def test_every_example_comes_back(name: str) -> None:
    """Settings, every cell, and the problem that is solved."""
    case = load_case(examples()[name])
    made = again(case)
    assert made.settings == case.settings
    assert list(made.tables) == list(case.tables)
    assert all(same_bits(case.table(table), made.table(table)) for table in case.tables)
    assert made.hash == case.hash
    if case.has_periods:
        assert np.array_equal(build_horizon(made).leave, build_horizon(case).leave)
    else:
        assert np.array_equal(build_problem(made).lost_sales, build_problem(case).lost_sales)


def test_long_columns_in_arrow_come_back() -> None:
    """Many different texts, sparse rows, not-a-number with any bits, and one value in all rows."""
    import pyarrow as pa

    count = 5000
    names = Texts.of_arrow(pa.array([f"é{i % 2500}" for i in range(count)]))
    numbers = np.arange(count) / 7
    numbers[3] = np.frombuffer(np.uint64(0x7FF8000000000123).tobytes(), dtype=np.float64)[0]
    case = load_case(examples()["tiny"])
    segments = {name: case.table("segments").column(name) for name in case.table("segments")}
    columns = {
        name: Texts.repeated("", count)
        if isinstance(column, Texts)
        else np.broadcast_to(column[0], (count,))
        for name, column in segments.items()
    }
    columns |= {"segment": names, "customers": numbers}
    table = Table("segments", columns, [i * 2 for i in range(count)], "segments.parquet")
    made = again(case.replace(tables={**case.tables, "segments": table})).table("segments")
    assert same_bits(table, made)
    assert made.numbers("margin").strides == (0,)
    assert not isinstance(made.texts("segment").words, list)


def test_columns_that_were_learnt_since_have_their_default() -> None:
    """Inputs kept by an earlier slopt are read by a later one."""
    case = load_case(examples()["tiny"])
    segments = case.table("segments")
    old = Table(
        "segments",
        {name: segments.column(name) for name in segments if name != "weight"},
        segments.rows,
        segments.file,
    )
    made = again(case.replace(tables={**case.tables, "segments": old}))
    assert np.isnan(made.table("segments").numbers("weight")).all()


def test_very_large_inputs_are_not_copied() -> None:
    """Above the limit there are no contents; one value in all rows counts as one."""
    case = load_case(examples()["tiny"])
    count = MOST_BYTES // 8 + 1

    def with_numbers(numbers: np.ndarray) -> PlanningCase:
        table = Table("response", {"listeners": numbers}, range(2, count + 2))
        return case.replace(tables={**case.tables, "response": table})

    assert contents_of(with_numbers(np.zeros(count))) is None
    contents = contents_of(with_numbers(np.broadcast_to(0.5, (count,))))
    assert contents is not None
    assert {content.role for content in contents} == {
        SETTINGS, *(TABLE + name for name in ("segments", "tiers", "response")),
    }  # fmt: skip


def test_arrays_come_back_with_kind_and_shape() -> None:
    """Of any kind, empty ones too; the bytes do not depend on the order of bytes in memory."""
    arrays = [np.arange(6, dtype=np.int16).reshape(2, 3), np.zeros((0, 4)), np.array([True, False])]
    head, made = unpack(pack({"a": 1}, arrays))
    assert head == {"a": 1}
    for array, its in zip(arrays, made, strict=True):
        assert its.dtype == array.dtype
        assert np.array_equal(its, array)
    swapped = [array.astype(array.dtype.newbyteorder(">")) for array in arrays]
    assert pack({}, swapped) == pack({}, arrays)


@pytest.mark.parametrize("tiers", [1, 127, 128, 129, 40_000])
def test_plans_take_as_few_bytes_as_their_tiers_need(tiers: int) -> None:
    """The first and the last tier and no tier come back, however many there are."""
    names = [f"t{i}" for i in range(tiers)]
    plans = np.array([[0, tiers - 1], [-1, -1]])
    its, made = unpack_plans(pack_plans(plans, names))
    assert its == names
    assert np.array_equal(made, plans)
