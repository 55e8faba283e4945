"""What is wrong with a case in parts is told all at once, with the file and the row of the part."""

from __future__ import annotations

import pickle

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from case_in_parts import TIERS, USAGE, offers_table, segments_table, write_case

from slopt.case.load import load_case
from slopt.case.texts import Texts
from slopt.cluster import duplicates, tasks
from slopt.cluster import gather as gather_module
from slopt.cluster.duplicates import marks, overlapping
from slopt.cluster.gather import gather
from slopt.cluster.partition import load
from slopt.cluster.parts import PartsHere
from slopt.cluster.source import sources
from slopt.cluster.whole import Weight, Whole
from slopt.errors import InvalidInput, Severity, SolverTrouble, UsageError


@pytest.fixture
def case(tmp_path):
    """A case of 60 segments in three parts, without mistakes."""
    return write_case(tmp_path / "case", segments_table(60), offers_table(60), 3, {"budget": 9e9})


def gathered(folder, **overrides):
    """What is known of the case in a folder."""
    its = sources(folder, overrides)
    return gather(PartsHere(its), its, overrides)


def problems_of(folder):
    """All that is wrong with the case in a folder."""
    with pytest.raises(InvalidInput) as caught:
        gathered(folder)
    return caught.value.problems


def change(folder, table, part, column, row, value):
    """Put another value into a row (from 0) of a part."""
    place = folder / f"{table}.parquet" / f"part-{part:05}.parquet"
    data = pq.read_table(place)
    values = data[column].to_pylist()
    values[row] = value
    index = data.column_names.index(column)
    pq.write_table(data.set_column(index, column, pa.array(values)), place)


def test_every_mistake_of_every_part_is_told_in_one_round(case):
    """Bad cells of parts come with their file and row, beside those of the small tables."""
    change(case, "segments", 1, "customers", 7, -3.0)
    change(case, "segments", 2, "margin", 0, float("nan"))
    change(case, "segments", 2, "current_tier", 4, "gold")
    change(case, "offers", 0, "service_cost", 1, float("inf"))
    (case / "tiers.csv").write_text(TIERS.replace("0.98", "98"))
    found = {(p.file, p.row, p.column) for p in problems_of(case) if p.severity is Severity.ERROR}
    assert found >= {
        ("segments.parquet/part-00001.parquet", 9, "customers"),
        ("segments.parquet/part-00002.parquet", 6, "current_tier"),
        ("offers.parquet/part-00000.parquet", 3, "service_cost"),
        ("tiers.csv", 5, "service_level"),
    }


def test_a_segment_in_two_parts_is_told(case):
    """An id that another part has too is a problem, with both places."""
    change(case, "segments", 2, "segment", 3, "s1")
    change(case, "offers", 2, "segment", 0, "s1")
    [problem] = [p for p in problems_of(case) if "stands in row" in p.message]
    assert (problem.file, problem.row) == ("segments.parquet/part-00002.parquet", 5)
    assert problem.message == '"s1" stands in row 3 of segments.parquet/part-00000.parquet too.'


def test_too_many_ids_to_compare_are_a_warning(case, monkeypatch):
    """Where ids overlap and are too many to be compared, that is said and the case is solved."""
    monkeypatch.setattr(duplicates, "MOST", 10)
    [problem] = gathered(case).warnings
    assert problem.severity is Severity.WARNING
    assert "was not checked" in problem.message


def test_offers_belong_to_the_segments_of_their_part(case):
    """An offer of a segment in another part is a problem; so is a part that segments lack."""
    change(case, "offers", 0, "segment", 0, "s59")
    [problem] = [p for p in problems_of(case) if p.severity is Severity.ERROR]
    assert (problem.file, problem.row) == ("offers.parquet/part-00000.parquet", 2)
    table = pq.read_table(case / "offers.parquet" / "part-00000.parquet")
    pq.write_table(table, case / "offers.parquet" / "part-9.parquet")
    with pytest.raises(InvalidInput, match="part-9"):
        sources(case, {})


def test_small_tables_may_name_segments_of_any_part(case):
    """Usage and rules of a segment or a group hold where it lies; unknown ones are told."""
    rules = "rule,kind,segment,value\nr,min_service_level,s45,0.9\ng,min_service_level,{},0.9\n"
    (case / "rules.csv").write_text(rules.format("c"))
    (case / "usage.csv").write_text(USAGE + "vans,fast,s50,1\n")
    known = gathered(case)
    assert [(its.whose, its.of_segment, its.weight.count) for its in known.whole.rules] == [
        ("s45", True, 1),
        ("c", False, segments_table(60)["group"].to_pylist().count("c")),
    ]
    (case / "rules.csv").write_text(rules.format("d"))
    (case / "usage.csv").write_text(USAGE + "vans,fast,s99,1\n")
    found = {(p.file, p.row) for p in problems_of(case)}
    assert found == {("rules.csv", 3), ("usage.csv", 7)}


def test_a_missing_table_is_told_once(case):
    """What is missing for all parts is one problem."""
    (case / "tiers.csv").unlink()
    assert [p.table for p in problems_of(case) if p.severity is Severity.ERROR] == ["tiers"]


@pytest.mark.parametrize(
    ("overrides", "reason"),
    [({"limits.max_tiers": "2"}, "max_tiers"), ({"plan.model": "my_own.py"}, "model")],
)
def test_what_needs_more_than_sums_is_refused(case, overrides, reason):
    """Menus and own models are for one machine, and the message says so."""
    with pytest.raises(UsageError, match=reason):
        gathered(case, **overrides)


def test_rules_that_compare_segments_are_refused(case):
    """An ordering needs both segments in one place."""
    (case / "rules.csv").write_text("rule,kind,segment,other\nr,not_below,s1,s45\n")
    with pytest.raises(UsageError, match="the rule r compares segments"):
        gathered(case)


def test_parts_without_rows_are_passed_over(case):
    """An empty part, of segments or of offers, is nothing to complain about."""
    for table in ("segments", "offers"):
        first = case / f"{table}.parquet" / "part-00000.parquet"
        pq.write_table(pq.read_table(first).slice(0, 0), first.with_name("part-00009.parquet"))
    assert gathered(case).counts == (20, 20, 20)


def test_one_machine_says_what_parts_are_for(case):
    """Without --cluster a case in parts is refused, with what to do."""
    with pytest.raises(InvalidInput, match="--cluster here"):
        load_case(case)


def test_a_part_that_cannot_be_loaded_again_is_told(case):
    """A part that was lost and has changed on disk ends the run with its problem."""
    partition = load(sources(case, {})[1])
    change(case, "segments", 1, "customers", 7, -3.0)
    again = pickle.loads(pickle.dumps(partition))
    with pytest.raises(SolverTrouble, match=r"part-00001\.parquet row 9"):
        tasks.reach(again, Whole(Weight()))


def test_a_case_without_parts_is_told_from_one_with(tmp_path):
    """A folder with one file of segments is for one machine."""
    folder = write_case(tmp_path / "one", segments_table(9), offers_table(9), 0, {})
    with pytest.raises(UsageError, match="leave out --cluster"):
        sources(folder, {})


def test_workers_of_another_version_are_refused(case, monkeypatch):
    """Partitions that another version of slopt made are not mixed with this one."""
    its = sources(case, {})
    parts = PartsHere(its)
    monkeypatch.setattr(gather_module, "version", lambda: "9.9")
    with pytest.raises(UsageError, match=r"This is slopt 9\.9, workers have"):
        gather(parts, its, {})


@pytest.mark.parametrize("seed", range(30))
def test_overlaps_are_those_of_comparing_all_pairs(seed):
    """A part overlaps where its range of ids has a common point with that of another one."""
    rng = np.random.default_rng(seed)
    ends = [tuple(sorted(f"{i:02}" for i in rng.integers(0, 30, 2))) for _ in range(5)]
    wanted = [
        any(a != b and x[0] <= y[1] and y[0] <= x[1] for b, y in enumerate(ends))
        for a, x in enumerate(ends)
    ]
    assert overlapping(ends) == wanted


def test_equal_ids_have_equal_marks_and_others_have_not(monkeypatch):
    """Marks depend on the letters alone: not on the column, its order, or how it is held."""
    names = [f"s{i}" for i in range(3000)] + ["客户", "", "s1", "1s"]
    short, long = Texts.of(names), Texts.of_arrow(pa.array(names[::-1]))
    assert marks(short).tolist() == marks(long)[::-1].tolist()
    monkeypatch.setattr(duplicates, "BLOCK", 7)
    assert marks(short).tolist() == marks(long)[::-1].tolist()
    assert len(set(marks(short).tolist())) == len(set(names))
