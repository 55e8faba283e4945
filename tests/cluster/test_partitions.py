"""A case in parts, solved in one process: the same as the case in one file."""

from __future__ import annotations

import json
import pickle
import sys

import numpy as np
import pyarrow.parquet as pq
import pytest
from case_in_parts import offers_table, segments_table, write_case

from benchmarks import partitions
from slopt.case.load import load_case
from slopt.cli.app import main
from slopt.cluster import finish, tasks
from slopt.cluster.files import cluster_result, write_answer
from slopt.cluster.finish import decide
from slopt.cluster.gather import gather
from slopt.cluster.oracle import PartitionedOracle, nearest
from slopt.cluster.partition import load
from slopt.cluster.parts import PartsHere
from slopt.cluster.solve import solve_partitions
from slopt.cluster.source import sources
from slopt.cluster.whole import Weight
from slopt.engine.solving import solve_case
from slopt.errors import UsageError, VerificationFailed
from slopt.plan.files import write_files
from slopt.plan.price_certificate import priced_bound
from slopt.problem.build import build_problem
from slopt.problem.evaluate import evaluate
from slopt.problem.sharing import share
from slopt.solve.highs import Options
from slopt.solve.prices import coordinator, exact_prices, oracle
from slopt.solve.prices.oracle import LocalOracle
from slopt.vocabulary import Method, Status

SEGMENTS, PARTS = 900, 4
RULES = """rule,kind,segment,tier,value,penalty
level of a,min_service_level,a,,0.9,
few express,max_in_tier,b,express,10,90
cost of c,max_service_cost,c,,95000,
one of them,min_service_level,s801,,0.9,
"""
SCENARIOS = {
    "budget": {"limits": {"budget": 330_000.0}},
    "all limits": {
        "limits": {
            "budget": 375_000.0,
            "max_changes": 550,
            "max_lost_sales": 530_000.0,
            "min_service_level": 0.889,
        },
        "capacity": (16_400.0, 420.0),
    },
    "extra units": {
        "limits": {"budget": 380_000.0},
        "capacity": (14_900.0, 1e9),
        "extra": "400,9.5",
    },
    "best service": {"limits": {"budget": 340_000.0}, "goal": "max_service"},
    "least losses": {
        "limits": {"budget": 360_000.0},
        "capacity": (16_200.0, 1e9),
        "goal": "min_lost_sales",
    },
    "rules": {"limits": {"budget": 380_000.0}, "rules": RULES},
}


def in_one_file(folder, name):
    """The scenario as an ordinary case."""
    segments, offers = segments_table(SEGMENTS), offers_table(SEGMENTS)
    return write_case(folder / "one", segments, offers, 0, **SCENARIOS[name])


def in_parts(folder, name, parts=PARTS):
    """The scenario with its segments in parts."""
    segments, offers = segments_table(SEGMENTS), offers_table(SEGMENTS)
    return write_case(folder / f"in{parts}", segments, offers, parts, **SCENARIOS[name])


def solved_here(folder):
    """(parts, their sources, the answer) of a case in parts, all in this process."""
    its = sources(folder, {})
    parts = PartsHere(its)
    return parts, its, solve_partitions(parts, its, {})


def whole_choice(parts, answer):
    """The tiers of all segments in the order of the parts."""
    choices = parts.each(lambda partition, decision: decision.choice(partition), answer.decisions)
    return np.concatenate(choices)


@pytest.mark.parametrize("name", SCENARIOS)
def test_parts_have_the_prices_and_the_value_of_the_whole(tmp_path, name):
    """Cut into parts, a case has the same prices, a plan as good within the gap, the same proof."""
    case = load_case(in_one_file(tmp_path, name))
    problem = build_problem(case)
    together = solve_case(case, Method.PRICES, next_steps=False)
    parts, _, answer = solved_here(in_parts(tmp_path, name))
    assert together.outcome.status is Status.OPTIMAL
    assert answer.outcome.status is Status.OPTIMAL
    prices, wanted = answer.outcome.relaxation.prices, together.outcome.relaxation.prices
    assert prices == pytest.approx(wanted, rel=1e-6, abs=1e-9)
    assert any(price > 0 for price in prices.values())
    gap = case.settings.solve.gap
    assert answer.plan.objective == pytest.approx(together.plan.objective, rel=gap)
    evaluation = evaluate(problem, whole_choice(parts, answer))
    assert not evaluation.violations
    for total in ("objective", "service_cost", "lost_sales", "service_level", "changes"):
        found = getattr(answer.plan.evaluation, total)
        assert found == pytest.approx(getattr(evaluation, total), rel=1e-12)
    for found, use in zip(answer.plan.evaluation.limits, evaluation.limits, strict=True):
        assert found.name == use.name
        assert found.used == pytest.approx(use.used, rel=1e-12)
    proven = priced_bound(problem, prices)
    assert answer.plan.certificate.bound == pytest.approx(proven, rel=1e-12)
    assert answer.plan.certificate.gap <= gap


def test_today_is_summed_over_the_parts(tmp_path):
    """The totals of today's tiers are those of the case in one file."""
    today = solve_case(load_case(in_one_file(tmp_path, "budget")), Method.PRICES).plan.current
    _, _, answer = solved_here(in_parts(tmp_path, "budget"))
    assert answer.plan.current.total_cost == pytest.approx(today.total_cost, rel=1e-12)
    assert len(answer.plan.current.violations) == len(today.violations)


def test_another_cut_gives_the_same_prices(tmp_path):
    """Prices do not depend on where the data are cut; the hash of a cut is always the same."""
    answers = [solved_here(in_parts(tmp_path, "all limits", count))[2] for count in (2, 7)]
    first, second = (answer.outcome.relaxation.prices for answer in answers)
    assert first == pytest.approx(second, rel=1e-9, abs=1e-12)
    again = solved_here(tmp_path / "in2")[2]
    assert again.case_hash == answers[0].case_hash != answers[1].case_hash


def test_numpy_does_without_the_compiled_pass(tmp_path, monkeypatch):
    """Without compiled kernels the same prices come out."""
    folder = in_parts(tmp_path, "budget")
    wanted = solved_here(folder)[2].outcome.relaxation.prices
    for module in (oracle, coordinator, exact_prices):
        monkeypatch.setattr(module, "compiled", lambda: None)
    answer = solved_here(folder)[2]
    assert answer.outcome.status is Status.OPTIMAL
    assert answer.outcome.relaxation.prices == pytest.approx(wanted, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_few_segments_gathered_at_a_time_are_enough(tmp_path, monkeypatch, name):
    """Prices found from samples, and plans from a handful of near ties, settle the same."""
    folder = in_parts(tmp_path, name)
    wanted = solved_here(folder)[2]
    monkeypatch.setattr(coordinator, "FEW", 150)
    monkeypatch.setattr(coordinator, "SAMPLE", 100)
    monkeypatch.setattr(finish, "FIRST", 20)
    answer = solved_here(folder)[2]
    assert answer.outcome.status is Status.OPTIMAL
    prices = answer.outcome.relaxation.prices
    assert prices == pytest.approx(wanted.outcome.relaxation.prices, rel=1e-6, abs=1e-9)
    gap = answer.case.settings.solve.gap
    assert answer.plan.objective == pytest.approx(wanted.plan.objective, rel=2 * gap)


def test_limits_that_no_plan_keeps_are_proven(tmp_path):
    """A budget below the cheapest plan is infeasible, with prices that prove it."""
    segments, offers = segments_table(SEGMENTS), offers_table(SEGMENTS)
    folder = write_case(tmp_path / "in", segments, offers, 3, {"budget": 1000.0})
    _, _, answer = solved_here(folder)
    assert answer.outcome.status is Status.INFEASIBLE
    assert answer.plan is None
    assert answer.outcome.relaxation.prices["budget"] > 0
    assert cluster_result(answer, 0.0)["infeasibility_prices"]["budget"] > 0


def test_a_segment_without_any_tier_is_named(tmp_path):
    """Where the offers forbid a segment every tier there is no plan, and the segment is told."""
    segments, offers = segments_table(60), offers_table(60)
    folder = write_case(tmp_path / "in", segments, offers, 2, {"budget": 1e9})
    place = folder / "offers.parquet" / "part-00001.parquet"
    tiers = ["basic", "standard", "fast", "express"]
    table = pq.read_table(place).to_pandas()
    table = table[table.segment != "s40"]
    for tier in tiers:
        table.loc[len(table) + 1000] = ["s40", tier, False, None]
    table.to_parquet(place, index=False)
    _, _, answer = solved_here(folder)
    assert answer.outcome.status is Status.INFEASIBLE
    assert answer.hopeless == "s40"


def test_a_partition_travels_as_its_source(tmp_path):
    """Sent to another process, a partition is a few hundred bytes, and the same when it is made."""
    its = sources(in_parts(tmp_path, "budget"), {"limits.budget": "340000"})
    partition = load(its[1])
    message = pickle.dumps(partition)
    assert len(message) < 500
    again = pickle.loads(message)
    assert again.summary == partition.summary
    assert again.problem.same_as(partition.problem)
    assert again.problem.budget == 340_000


def test_near_ties_of_all_parts_are_those_of_the_whole(tmp_path):
    """Gathered segments near a tie, and what the others cost and use, are as of one problem."""
    rows = share(build_problem(load_case(in_one_file(tmp_path, "budget")))).rows
    one = LocalOracle(rows)
    its = sources(in_parts(tmp_path, "budget"), {})
    parts = PartsHere(its)
    known = gather(parts, its, {})
    cut = PartitionedOracle(parts, known.whole, share(known.problem).rows, known.counts)
    prices = np.array([0.2, 0.0, 1.0])
    for window, most in ((50.0, 10_000), (1e9, 37), (0.0, 5)):
        found, wanted = (its.near_ties(prices, window, most) for its in (cut, one))
        assert found.places.tolist() == wanted.places.tolist()
        assert np.array_equal(found.problem.cost, wanted.problem.cost)
        assert found.problem.offset == pytest.approx(wanted.problem.offset, rel=1e-12)
        assert found.problem.limit == pytest.approx(wanted.problem.limit, rel=1e-12)
    sums, wanted = cut.evaluate(prices, 20.0), one.evaluate(prices, 20.0)
    assert sums.total == pytest.approx(wanted.total, rel=1e-12)
    assert sums.near == wanted.near
    assert sums.curvature == pytest.approx(wanted.curvature, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_the_nearest_of_all_parts_are_taken(seed):
    """Of distances by part as many as asked for are taken, the smallest, also among equals."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(0, 9, 4)
    distances = [np.sort(rng.integers(0, 6, n)).astype(np.float32) for n in sizes]
    most = int(rng.integers(1, 12))
    width, counts = nearest(distances, 99.0, most)
    taken = np.concatenate([its[:n] for its, n in zip(distances, counts, strict=True)])
    assert sorted(taken) == sorted(np.concatenate(distances))[:most]
    assert all(its[n - 1] <= width for its, n in zip(distances, counts, strict=True) if n)


def test_weights_share_a_mean_by_number_where_all_are_zero():
    """Parts of a mean are by weight, and by number of segments where nobody has a weight."""
    assert Weight(3.0, 5).share_of(Weight(12.0, 9)) == 0.25
    assert Weight(0.0, 5).share_of(Weight(0.0, 10)) == 0.5
    assert Weight(0.0, 0).share_of(Weight(0.0, 0)) == 0.0


def test_time_is_kept_and_the_best_plan_returned(tmp_path):
    """With no time at all there is a plan or none, never a wrong status."""
    its = sources(in_parts(tmp_path, "all limits"), {})
    parts = PartsHere(its)
    known = gather(parts, its, {})
    cut = PartitionedOracle(parts, known.whole, share(known.problem).rows, known.counts)
    decided = decide(cut, Options(gap=0.0, time_limit_s=0.001))
    assert decided.status in (Status.OPTIMAL, Status.FEASIBLE, Status.NO_PLAN)
    assert (decided.objective is None) == (decided.status is Status.NO_PLAN)


def test_an_interruption_keeps_the_best_plan(tmp_path, monkeypatch):
    """Ctrl-C after a plan was found: that plan is checked and returned, as interrupted."""
    real = PartitionedOracle.near_ties
    asked = []

    def interrupted(self, prices, window, most):
        asked.append(most)
        if len(asked) > 1:
            raise KeyboardInterrupt
        return real(self, prices, window, most)

    folder = in_parts(tmp_path, "all limits")
    toml = folder / "case.toml"
    toml.write_text(toml.read_text() + "gap = 0\n")
    monkeypatch.setattr(PartitionedOracle, "near_ties", interrupted)
    monkeypatch.setattr(finish, "FIRST", 60)
    answer = solved_here(folder)[2]
    assert answer.outcome.status is Status.INTERRUPTED
    assert answer.plan.gap < 0.1


def test_a_wrong_plan_is_not_shown(tmp_path, monkeypatch):
    """The partitions evaluate the plan anew: a decision that went wrong on the way is refused."""
    real = PartitionedOracle.split

    def wrong(self, prices, places, tiers):
        return real(self, prices * 0.0, places, tiers)

    monkeypatch.setattr(PartitionedOracle, "split", wrong)
    with pytest.raises(VerificationFailed, match="budget"):
        solved_here(in_parts(tmp_path, "budget"))


def test_the_plan_is_written_in_parts(tmp_path):
    """plan.parquet has a file for each part with its segments in order; older files are gone."""
    parts, its, answer = solved_here(in_parts(tmp_path, "budget"))
    out = tmp_path / "out"
    (out / "plan.parquet").mkdir(parents=True)
    (out / "plan.parquet" / "part-00099.parquet").write_text("old")
    (out / "plan.csv").write_text("old")
    document = cluster_result(answer, 1.0)
    write_answer(out, answer, parts, its, document)
    assert sorted(path.name for path in out.iterdir()) == [
        "plan.parquet",
        "resources.csv",
        "result.json",
    ]
    names = [f"part-{part:05}.parquet" for part in range(PARTS)]
    assert sorted(path.name for path in (out / "plan.parquet").iterdir()) == names
    plan = pq.read_table(out / "plan.parquet").to_pandas()
    assert plan["segment"].tolist() == [f"s{i}" for i in range(SEGMENTS)]
    assert plan["service_cost"].sum() == pytest.approx(document["service_cost"], rel=1e-12)
    assert (plan["tier"] != plan["current_tier"]).sum() == document["changes"]
    assert (document["segments"], document["partitions"], document["workers"]) == (900, 4, 1)


def test_a_plan_of_one_machine_takes_the_place_of_parts(tmp_path):
    """Written into the same folder, plan.parquet as a file replaces the one that is a folder."""
    parts, its, answer = solved_here(in_parts(tmp_path, "budget"))
    out = tmp_path / "out"
    write_answer(out, answer, parts, its, cluster_result(answer, 1.0))
    write_files(out, {"plan.parquet": "new"})
    assert (out / "plan.parquet").read_text() == "new"
    write_answer(out, answer, parts, its, cluster_result(answer, 1.0))
    write_files(out, {"result.json": "none"}, stale=["plan.parquet"])
    assert not (out / "plan.parquet").exists()


def test_a_plan_that_cannot_be_written_leaves_nothing(tmp_path, monkeypatch):
    """Where the parts are written elsewhere the old answer stays and the user is told."""
    parts, its, answer = solved_here(in_parts(tmp_path, "budget"))
    out = tmp_path / "out"
    out.mkdir()
    (out / "result.json").write_text("old")
    monkeypatch.setattr(tasks, "write", lambda partition, ask: None)
    with pytest.raises(UsageError, match="folder that they all share"):
        write_answer(out, answer, parts, its, cluster_result(answer, 1.0))
    assert [path.name for path in out.iterdir()] == ["result.json"]
    assert (out / "result.json").read_text() == "old"


def test_the_command_solves_parts_in_one_process(tmp_path, monkeypatch, capsys):
    """`--cluster here` needs no Dask; without it the user is told of it."""
    folder = in_parts(tmp_path, "budget")
    monkeypatch.setattr(sys, "argv", ["slopt", "solve", str(folder), "--cluster", "here", "--json"])
    with pytest.raises(SystemExit) as ended:
        main()
    document = json.loads(capsys.readouterr().out)
    assert ended.value.code == 0
    assert (document["status"], document["partitions"], document["workers"]) == ("optimal", 4, 1)
    monkeypatch.setattr(sys, "argv", ["slopt", "solve", str(folder)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 3
    assert "--cluster here" in capsys.readouterr().err


def test_what_a_partition_costs_can_be_measured(tmp_path, monkeypatch, capsys):
    """The measurement behind docs/cluster.md writes a case, solves it and prints its table."""
    words = ["partitions", str(tmp_path / "case"), "--segments", "400", "--parts", "3", "--offers"]
    monkeypatch.setattr(sys, "argv", words)
    partitions.main()
    partitions.main()
    shown = capsys.readouterr().out
    assert "1,200 segments, 3 parts: optimal" in shown
    assert "near_ties" in shown
