"""Sensitivity: tornado, switch points, stability and indices against figures found by hand.

In `two_segments` a has the tier high for 60 (low would lose 100) and b has low, which loses 50
(high would cost 90).
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from oracles import brute_force, judge
from strategies import make_case, random_case

from slopt.engine.sensitivities import sensitivity_of
from slopt.errors import InvalidInput, UsageError
from slopt.problem.build import build_problem
from slopt.study.sensitivity import Sensitivity, salib
from slopt.study.sensitivity.choose import Wanted, choose_inputs
from slopt.study.sensitivity.files import sensitivity_document
from slopt.study.sensitivity.indices import Result
from slopt.study.sensitivity.inputs import Bounds, Scale
from slopt.study.sensitivity.move import point_at
from slopt.study.sensitivity.shares import Share
from slopt.study.sensitivity.switches import TOLERANCE, TOLERANCE_OF_LARGE
from slopt.study.sweep.runner import Runner
from slopt.vocabulary import Screening, SourceKind

A_COST = "offers[a, high].service_cost"
B_LOSS = "offers[b, low].lost_sales"
SEEDS = [5, 10, 13, 15]


def two_segments(sources=(), **limits):
    """Two segments that share nothing unless there is a limit."""
    offers = [
        ("a", "low", 10.0, 100.0),
        ("a", "high", 60.0, 0.0),
        ("b", "low", 10.0, 50.0),
        ("b", "high", 90.0, 0.0),
    ]
    names = ("segment", "tier", "service_cost", "lost_sales")
    tables = {
        "segments": [{"segment": name, "customers": 1.0} for name in "ab"],
        "tiers": [
            {"tier": name, "service_level": level} for name, level in (("low", 0.8), ("high", 0.9))
        ],
        "offers": [dict(zip(names, row, strict=True)) for row in offers],
    }
    if sources:
        names = ("table", "column", "segment", "tier", "kind", "low", "high")
        tables["sources"] = [dict(zip(names, row, strict=True)) for row in sources]
    return make_case(tables, {f"limits.{name}": value for name, value in limits.items()})


def study_of(case, *vary, screening=Screening.TORNADO, samples=20, **options) -> Sensitivity:
    """The study of these inputs."""
    found = sensitivity_of(case, Wanted(vary), screening, samples, **options)
    assert isinstance(found, Sensitivity)
    return found


def test_the_bars_of_a_linear_case_are_those_found_by_hand() -> None:
    """a pays 40 to 140 for high, today 60: 20 less, 50 more with low, 80 more if high is kept."""
    study = study_of(two_segments(), f"{B_LOSS}=20:70", f"{A_COST}=40:140")
    wide, narrow = study.bars
    assert wide.input.name == A_COST
    assert (wide.low.change, wide.high.change, wide.swing) == pytest.approx((-20, 50, 70))
    assert (wide.low.kept_change, wide.high.kept_change) == pytest.approx((-20, 80))
    assert (wide.low.regret, wide.high.regret) == pytest.approx((0, 30))
    assert (wide.low.moved, wide.high.moved) == ((), (0,))
    assert (narrow.low.change, narrow.high.change) == pytest.approx((-30, 20))
    assert narrow.moved == frozenset()


def test_a_plan_that_breaks_a_limit_has_no_end_of_regret() -> None:
    """With high dearer than the budget leaves, keeping it is no choice, and the budget is named."""
    study = study_of(two_segments(budget=75), f"{A_COST}=50:70")
    end = study.bars[0].high
    assert end.regret == math.inf
    assert end.kept_change is None
    assert end.broken == ("budget",)
    assert end.change == pytest.approx(50)


def test_a_switch_stands_where_both_plans_are_worth_the_same() -> None:
    """High at 110 costs a as much as low with what it loses; both sides are proven best."""
    study = study_of(two_segments(), f"{A_COST}=40:140")
    (found,) = study.switches
    (switch,) = found.found
    assert (found.down, found.up) == (None, switch)
    assert switch.below.where <= 110 <= switch.above.where
    assert switch.above.where - switch.below.where <= 100 * TOLERANCE * 1.001
    assert switch.is_proven
    assert switch.moved == (0,)
    assert (found.of(0), found.of(1)) == ((None, switch), (None, None))
    for side, tier in ((switch.below, 1), (switch.above, 0)):
        assert side.choice.tolist() == [tier, 0]
        assert side.bound == pytest.approx(side.loss)
        assert side.other >= side.loss


def test_an_input_that_never_turns_the_plan_has_no_switch() -> None:
    """Up to 105 high stays the best tier of a."""
    (found,) = study_of(two_segments(), f"{A_COST}=40:105").switches
    assert found.found == ()
    assert found.is_complete


def test_a_switch_at_a_limit_stands_where_the_plan_no_longer_fits() -> None:
    """The plan costs 70 and the cheapest one 20: below them come another plan, and none."""
    (found,) = study_of(two_segments(budget=100), "limits.budget=0:200").switches
    none, cheap = found.found
    assert (none.below.choice, none.above.choice.tolist()) == (None, [0, 0])
    assert none.below.where <= 20 <= none.above.where * (1 + 1e-8)
    assert (cheap.below.choice.tolist(), cheap.above.choice.tolist()) == ([0, 0], [1, 0])
    assert cheap.below.where <= 70 <= cheap.above.where * (1 + 1e-8)
    assert cheap.below.other == math.inf
    assert (found.down, found.up) == (cheap, None)


def test_whole_numbers_switch_between_neighbours() -> None:
    """With two changes allowed the plan moves both segments, with one only the dearer one."""
    tables = {
        "segments": [{"segment": name, "customers": 1.0, "current_tier": "low"} for name in "abc"],
        "tiers": [{"tier": "low", "service_level": 0.8}, {"tier": "high", "service_level": 0.9}],
        "offers": [
            {"segment": name, "tier": tier, "service_cost": 0.0, "lost_sales": loss}
            for name, worth in (("a", 5.0), ("b", 7.0), ("c", 9.0))
            for tier, loss in (("low", worth), ("high", 0.0))
        ],
    }
    case = make_case(tables, {"limits.max_changes": 1})
    (found,) = study_of(case, "limits.max_changes=0:3").switches
    assert [(s.below.where, s.above.where) for s in found.found] == [(0, 1), (1, 2), (2, 3)]
    assert [s.moved for s in found.found] == [(2,), (1,), (0,)]


def test_the_share_of_a_known_future_is_found_to_the_last_sample() -> None:
    """High is the best tier of a up to 110 of 60 to 160: half of the parts of the hypercube."""
    found = study_of(two_segments(), f"{A_COST}=60:160", samples=200).stability
    assert found is not None
    assert found.share(0) == found.is_best == Share(100, 200)
    assert found.share(1) == Share(200, 200)
    assert found.rival(0) == (0, Share(100, 200))
    assert found.rival(1) is None
    regret = found.regret_figures()
    assert regret["mean"] == pytest.approx(12.5, rel=0.01)
    assert 49 < regret["max"] <= 50


def test_futures_without_a_plan_are_counted_and_told_why() -> None:
    """A budget of 0 to 40 has a plan from 20 on; there the plan of today always breaks it."""
    case = two_segments(budget=40)
    found = study_of(case, "limits.budget=0:40", f"{B_LOSS}=40:60", samples=100).stability
    assert (found.n, found.with_plan) == (100, 50)
    assert "budget" in found.reason
    assert found.is_best == Share(50, 50)


def sixty_segments(gap: float):
    """Segment i: low loses 10 + i, high costs 40; with all costs times x high is best from 40 x."""
    segments = [f"s{number}" for number in range(60)]
    tables = {
        "segments": [{"segment": name, "customers": 1.0} for name in segments],
        "tiers": [{"tier": t, "service_level": 0.9} for t in ("low", "high", "dear")],
        "offers": [
            {"segment": name, "tier": tier, "service_cost": cost, "lost_sales": loss}
            for number, name in enumerate(segments)
            for tier, cost, loss in (
                ("low", 0.0, 10.5 + number),
                ("high", 40.0, 0.0),
                ("dear", 90.0, 0.0),
            )
        ],
    }
    return make_case(tables, {"solve.gap": gap})


def test_a_case_with_a_switch_for_every_segment_is_searched_from_today_outwards() -> None:
    """Segment i turns at (10.5 + i) / 40; what is told is all as far as it was searched."""
    (found,) = study_of(sixty_segments(1e-9), "offers.service_cost=0.5x:1.5x").switches
    low, high = found.reach
    assert 0.5 < low < 1 < high < 1.5
    turns = [(10.5 + number) / 40 for number in range(60)]
    known = [(switch.below.where, switch.above.where) for switch in found.found]
    assert len(known) == sum(low <= turn <= high for turn in turns) > 4
    for (below, above), turn in zip(known, [t for t in turns if low <= t <= high], strict=True):
        assert below <= turn * (1 + 1e-6)
        assert turn <= above * (1 + 1e-6)
        assert above - below <= TOLERANCE_OF_LARGE * 1.001
    assert found.down.moved == (29,)
    assert found.up.moved == (30,)


def test_plans_within_the_gap_are_ties_and_no_switch() -> None:
    """To keep the plan at 0.9 times the costs loses 8 of about 1,800: less than a gap of 1 %."""
    (found,) = study_of(sixty_segments(1e-2), "offers.service_cost=0.9x:1x").switches
    assert found.found == ()
    assert found.ties > 0


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"), [(0, 10, 0, 0.3085), (8, 10, 0.4439, 0.9748)]
)
def test_shares_have_the_interval_of_clopper_and_pearson(hits, n, low, high) -> None:
    """Tabled values of the exact binomial interval."""
    share = Share(hits, n)
    assert (share.low, share.high) == pytest.approx((low, high), abs=1e-4)


def test_salib_finds_the_indices_of_ishigami() -> None:
    """S1 0.314, 0.442, 0 and ST 0.558, 0.442, 0.244 (Ishigami and Homma 1990), intervals apart."""

    def ishigami(shares):
        x = np.pi * (2 * shares - 1)
        return (
            np.sin(x[..., 0])
            + 7 * np.sin(x[..., 1]) ** 2
            + 0.1 * x[..., 2] ** 4 * np.sin(x[..., 0])
        )

    places = salib.sobol_places(3, 1024, 1)
    total, alone = salib.sobol_measures(ishigami(places), 1)
    for measure, known in ((total, [0.5576, 0.4424, 0.2437]), (alone, [0.3139, 0.4424, 0])):
        assert (np.abs(measure.values - known) < measure.halves).all()
    paths = salib.morris_places(3, 40, 1)
    star = salib.morris_measures(paths, ishigami(paths), 1)[0]
    assert star.values[1] == pytest.approx(7.875)


def test_sobol_splits_the_variance_of_a_case_as_computed_by_hand() -> None:
    """a: min(x, 110), x from 60 to 160: variance 260; b: from 20 to 80: 300; no interaction.

    The tier of a is another one after redrawing x with a chance of one half.
    """
    study = study_of(
        two_segments(),
        f"{A_COST}=60:160",
        f"{B_LOSS}=20:80",
        screening=Screening.SOBOL,
        samples=128,
    )
    found = study.indices
    mean = 0.5 * 85 + 0.5 * 110
    square = (110**3 - 60**3) / 300 + 0.5 * 110**2
    variances = np.array([square - mean**2, 300.0])
    for measure in found.measures[Result.GOAL]:
        assert measure.values == pytest.approx(variances / variances.sum(), abs=0.08)
    assert found.changed[0].value == pytest.approx(0.5, abs=0.1)
    assert found.changed[1].hits == 0
    assert found.changed_segments[:, 1].tolist() == [0, 0]
    moved = {measure.name: measure.values for measure in found.measures[Result.MOVED]}
    assert moved["ST"] == pytest.approx([1, 0], abs=0.1)


def test_morris_measures_a_linear_case_exactly() -> None:
    """Effects are those of the whole range, everywhere the same; nobody changes."""
    study = study_of(
        two_segments(), f"{A_COST}=40:80", f"{B_LOSS}=20:80", screening=Screening.MORRIS, samples=5
    )
    star, mean, sigma = study.indices.measures[Result.GOAL]
    assert star.values == pytest.approx([40, 60])
    assert mean.values == pytest.approx([40, 60])
    assert sigma.values == pytest.approx([0, 0], abs=1e-9)
    assert [share.hits for share in study.indices.changed] == [0, 0]
    assert study.indices.measures[Result.REGRET] == []


def test_without_salib_the_message_says_what_to_install(monkeypatch) -> None:
    """Nothing is solved before."""
    monkeypatch.setattr(salib, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"slopt\[sensitivity\]"):
        study_of(two_segments(), A_COST, screening=Screening.MORRIS)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_decision_of_a_small_case_is_that_of_brute_force(seed: int) -> None:
    """At every end and on both sides of every switch the plan is the best of all choices."""
    case = random_case(seed)
    found = sensitivity_of(case, samples=2)
    assert isinstance(found, Sensitivity), "choose a seed that has a plan"
    futures = found.futures

    def check(number, where, loss):
        point = point_at(case, futures.inputs, futures.at(number, where))
        problem = build_problem(point.case(case))
        choice, its = brute_force(problem)
        if loss is None:
            assert choice is None
            return
        assert futures.sense * its.objective == pytest.approx(loss, rel=1e-8, abs=1e-8)
        kept = judge(problem, futures.plan)
        mine = futures.kept(futures.at(number, where))
        if kept.violated:
            assert mine == math.inf
        else:
            assert mine == pytest.approx(futures.sense * kept.objective, rel=1e-9, abs=1e-9)

    place = {one.name: number for number, one in enumerate(futures.inputs)}
    for bar in found.bars[:4]:
        for end in (bar.low, bar.high):
            now = futures.least(())
            loss = None if end.change is None else now + futures.sense * end.change
            check(place[bar.input.name], end.where, loss)
    for switches in found.switches:
        for switch in switches.found[:2]:
            assert switch.is_proven
            for side in (switch.below, switch.above):
                check(place[switches.input.name], side.where, side.loss)


def test_ranges_come_from_sources_where_they_hold_todays_value() -> None:
    """The pair's own row wins, a row for all covers the rest; what excludes today is ignored."""
    case = two_segments(
        sources=[
            ("offers", "service_cost", "a", "high", "fitted", 40.0, 140.0),
            ("offers", "service_cost", "*", "*", "measured", 5.0, 100.0),
            ("offers", "lost_sales", "b", "low", "assumed", 60.0, 70.0),
        ]
    )
    chosen = choose_inputs(case, build_problem(case), Wanted(span=0.0))
    (one,) = chosen.inputs
    assert one.name == "offers.service_cost"
    assert one.bounds is Bounds.SOURCES
    assert one.scale is Scale.POSITION
    assert one.kind is SourceKind.FITTED
    assert one.lows.tolist() == [5, 40, 5, 5]
    assert one.highs.tolist() == [100, 140, 100, 100]
    assert one.values(0.5).tolist() == [55, 100, 55, 95]
    assert one.values(-0.5).tolist() == [7.5, 50, 7.5, 47.5]


def test_main_inputs_without_a_range_take_the_span_and_levels_that_of_failures() -> None:
    """0.8 with a span of 20 % is 0.76 to 0.84; what changes nothing is left out and named."""
    case = two_segments(min_service_level=0.8)
    chosen = choose_inputs(case, build_problem(case), Wanted())
    by_name = {one.name: one for one in chosen.inputs}
    assert set(by_name) == {"tiers.service_level", "offers.service_cost", "offers.lost_sales"}
    assert by_name["tiers.service_level"].lows == pytest.approx([0.76, 0.88])
    assert by_name["offers.service_cost"].scale is Scale.FACTOR
    assert (by_name["offers.service_cost"].low, by_name["offers.service_cost"].high) == (0.8, 1.2)
    plain = two_segments()
    assert "tiers.service_level" in choose_inputs(plain, build_problem(plain), Wanted()).idle


def test_by_row_every_cell_is_an_input_of_its_own() -> None:
    """Four costs in place of one."""
    case = two_segments()
    wanted = Wanted(("offers.service_cost=0.5x:2x",), by_row=True)
    names = [one.name for one in choose_inputs(case, build_problem(case), wanted).inputs]
    assert names == [f"offers[{s}, {t}].service_cost" for s in "ab" for t in ("low", "high")]


def test_an_end_out_of_range_is_told_as_of_a_cell() -> None:
    """InvalidInput, as for a file with that value."""
    case = two_segments()
    with pytest.raises(InvalidInput, match="below 0"):
        choose_inputs(case, build_problem(case), Wanted(("segments.customers=-5:80",)))


@pytest.mark.parametrize(
    ("vary", "message"),
    [
        ("offers.servic_cost=1:2", "service_cost"),
        (f"{A_COST}=70:80", "slopt sweep"),
        (f"{A_COST}=80:40", "not below"),
        (f"{A_COST}=1:2:3", "range"),
        (f"{A_COST}=0.5x:80", "both"),
        ("segments.name", "no number"),
        ("solve.seed=1:5", "no number"),
        ("limits.budget=1:5", "does not set it"),
        ("segments.weight", "blank"),
        ("case.discount_rate", "low and high are the same"),
    ],
)
def test_inputs_that_cannot_be_varied_are_refused(vary: str, message: str) -> None:
    """One clear sentence each, before anything is solved."""
    with pytest.raises(UsageError, match=message):
        study_of(two_segments(), vary)


def test_one_cell_cannot_be_varied_twice() -> None:
    """A column and a row of it overlap."""
    with pytest.raises(UsageError, match="same cell"):
        study_of(two_segments(), A_COST, "offers.service_cost")


def document_of(case, **options) -> dict:
    """The study as JSON, without times."""
    study = study_of(case, A_COST, B_LOSS, **options)
    return sensitivity_document(study, case, 0.0)


def test_the_same_seed_gives_the_same_study_and_another_one_other_futures() -> None:
    """To the last digit; the tornado does not depend on the seed."""
    case = two_segments()
    other = two_segments()
    other = other.replace(
        settings=type(other.settings)(
            other.settings.case,
            other.settings.plan,
            other.settings.limits,
            other.settings.words,
            type(other.settings.solve)(seed=2),
        )
    )
    first, again, changed = document_of(case), document_of(case), document_of(other)
    assert first == again
    assert first["tornado"] == changed["tornado"]
    assert first["stability"]["goal"] != changed["stability"]["goal"]


class Kept(dict):
    """A keeper in memory that counts what it is asked to keep."""

    def known(self):
        """What was kept."""
        return dict(self)

    def keep(self, key, payload):
        """Keep one."""
        self.setdefault(key, payload)


def test_a_study_that_was_broken_off_asks_for_nothing_twice() -> None:
    """Everything that was answered is known to the next run, which gives the same figures."""
    case, kept = two_segments(), Kept()
    with Runner(case, keeper=kept) as runner:
        first = document_of(case, runner=runner)
    count = len(kept)
    with Runner(case, keeper=kept) as runner:
        assert document_of(case, runner=runner) == first
        assert runner.found_before > 0
    assert len(kept) == count
