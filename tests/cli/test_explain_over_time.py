"""`slopt explain CASE SEGMENT` of a case over periods."""

from __future__ import annotations

import json

import numpy as np
import pytest
from horizon_cases import write_case

from slopt.case.load import load_case
from slopt.problem.horizon.build import build_horizon
from slopt.problem.horizon.problem import HorizonChoice
from slopt.study.over_time.other_tiers import OPEN, Asked, other_tiers, wishes_of, with_pins


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The small cycle."""
    return write_case(tmp_path_factory.mktemp("explained") / "case")


def test_every_other_tier_is_worth_what_solving_with_a_contract_says(folder, tmp_path, slopt):
    """A tier kept in all periods is as much worse as the case in which a contract demands it."""
    ran = slopt("explain", str(folder), "North", "--json", "--out", str(tmp_path))
    assert ran.code == 0, ran.err
    found = ran.json
    written = json.loads((tmp_path / "explanation.json").read_text(encoding="utf-8"))
    assert written["other_tiers"] == found["other_tiers"]
    best = slopt("solve", str(folder), "--json").json["objective"]
    kept = [one for one in found["other_tiers"] if one["asked"] == "kept"]
    assert len(kept) >= 2
    for one in kept:
        contract = f"segments[North].fixed_tier={one['tier']}"
        other = slopt("solve", str(folder), "--set", contract, "--json").json
        if one["status"] == "infeasible":
            assert other["status"] == "infeasible"
            continue
        assert one["worse"] == pytest.approx(other["objective"] - best, abs=1e-3 * best)
        assert one["worse"] >= -1e-3 * best
        assert set(one["tiers"]) == {one["tier"]}


def test_the_screen_says_what_the_segment_gets_and_what_comes_next(folder, slopt):
    """The decision is a sentence, the periods and the other tiers are tables."""
    ran = slopt("explain", str(folder), "West")
    assert ran.code == 0, ran.err
    assert "West gets " in ran.out
    assert "in all periods" in ran.out
    assert "2027Q4" in ran.out


def test_what_is_not_answered_over_periods_is_refused(folder, slopt):
    """Unknown segments, the whole plan, and other questions are usage errors."""
    unknown = slopt("explain", str(folder), "Nort")
    assert unknown.code == 2
    assert '"North"' in unknown.err
    for words in ((), ("North", "--limits"), ("--why-not", "North=fast")):
        ran = slopt("explain", str(folder), *words)
        assert ran.code == 2
        assert "explain CASE SEGMENT" in ran.err


def test_a_case_without_a_plan_says_why(folder, slopt):
    """The conflict is told in place of an explanation, with its exit code."""
    ran = slopt("explain", str(folder), "North", "--set", "limits.min_service_level=0.999")
    assert ran.code == 4
    assert "No plan" in ran.out


def choice_of(problem, modes):
    """A choice of these modes, nobody hired, nothing started."""
    nobody = np.zeros((len(problem.staff), len(problem.periods)))
    return HorizonChoice(
        np.array(modes), nobody, nobody.copy(), np.full(len(problem.projects), 1 << 30)
    )


def test_wishes_stay_out_of_what_contracts_bar(folder):
    """South keeps its tier in the first period by notice: no wish pins another one there."""
    problem = build_horizon(load_case(folder))
    choice = choice_of(problem, [[0, 0, 0, 0], [0, 0, 1, 1], [1, 1, 1, 1]])
    wishes = wishes_of(problem, choice, 1)
    assert [wish.asked for wish in wishes] == [Asked.KEPT] * 3 + [Asked.SOONER, Asked.LATER]
    assert wishes[2].pins.tolist() == [OPEN, 2, 2, 2]
    assert wishes[3].pins.tolist() == [OPEN, 1, OPEN, OPEN]
    assert wishes[4].pins.tolist() == [0, 0, 0, OPEN]
    pinned = with_pins(problem, 1, wishes[2].pins)
    assert not np.any(~pinned.barred[1, 1:] & (problem.mode_tier != 2))
    assert np.array_equal(pinned.barred[[0, 2]], problem.barred[[0, 2]])


def test_a_change_that_a_contract_forces_is_told_as_one(tmp_path, slopt):
    """Where the old tier is barred from a period on, the answer says so."""
    contract = "segment,period,min_tier\nNorth,2027Q3,fast\nNorth,2027Q4,fast\n"
    forced = str(write_case(tmp_path / "forced", segment_periods_csv=contract))
    bound = ("--set", "segments[North].max_tier=fast")
    document = slopt("explain", forced, "North", "--json", *bound).json
    assert document["tiers"] == ["basic", "basic", "fast", "fast"]
    assert document["must_change"]
    assert "later" not in {one["asked"] for one in document["other_tiers"]}
    ran = slopt("explain", forced, "North", *bound)
    assert "In 2027Q3 it may not stay basic" in ran.out


def test_what_was_solved_stays_when_somebody_stops_it(folder):
    """Ctrl-C and the end of the time leave what there is, told as incomplete."""
    problem = build_horizon(load_case(folder))
    choice = choice_of(problem, [[0] * 4, [0] * 4, [1] * 4])

    def stopped(_problem):
        raise KeyboardInterrupt

    found = other_tiers(problem, choice, 0, stopped, lambda: True)
    assert found.interrupted
    assert not found.is_complete
    late = other_tiers(problem, choice, 0, stopped, lambda: False)
    assert not late.interrupted
    assert not late.is_complete
    assert late.others == ()
