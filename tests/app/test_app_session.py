"""What the page answers, without the page."""

from __future__ import annotations

import pickle
from itertools import pairwise

import numpy as np
import pytest
from small_cases import examples_of_one_period

from slopt.app.knobs import Unit, knobs_of
from slopt.app.session import Session
from slopt.app.state import Curves, Refusal, Reply, State
from slopt.case.amounts import Amount
from slopt.case.load import load_case
from slopt.engine.solving import solve_case
from slopt.problem.build import build_problem
from slopt.shipped import examples
from slopt.vocabulary import Status


@pytest.fixture(scope="module")
def session() -> Session:
    """A session of the deliveries."""
    return Session(load_case(examples()["scms_deliveries"]), "scms_deliveries")


def reply_of(session: Session, state: State) -> Reply:
    """The answer, which must be one."""
    found = session.reply(state)
    assert isinstance(found, Reply), found
    return found


def test_nothing_moved_is_the_plan_that_solve_gives(session, solved):
    """The first answer is that of `slopt solve`, and equal to the plan it is compared with."""
    reply, plan = reply_of(session, State()), solved("scms_deliveries").plan
    assert reply.plan.total_cost == pytest.approx(plan.evaluation.total_cost, rel=1e-12)
    assert np.array_equal(reply.choice, reply.saved_choice)


def test_a_moved_budget_gives_the_plan_of_that_budget(session):
    """Answering on from another state gives what solving the changed case afresh gives."""
    state = State({"limits.budget": Amount(8_700_000.0)})
    reply = reply_of(session, state)
    afresh = solve_case(session.case.with_limits(budget=8_700_000.0)).plan
    assert reply.plan.total_cost == pytest.approx(afresh.evaluation.total_cost, rel=1e-9)
    assert reply.plan.service_cost <= 8_700_000.0


def test_a_risk_measure_gives_the_plan_of_the_case_with_it_and_bands_around_it(session):
    """Chosen for its bad futures, the plan is better there than that of the case, not elsewhere."""
    own, cautious = State(), State({"risk.measure": Amount("cvar")})
    reply = reply_of(session, cautious)
    assert reply.risk.tail_mean == pytest.approx(reply.risk.value)
    assert reply.plan.total_cost >= reply_of(session, own).plan.total_cost - 1e-6
    for state in (own, cautious):
        low, high = session.curves(state).bands["total_cost"]
        assert low < reply_of(session, state).plan.total_cost < high


def test_the_order_of_questions_changes_no_answer(session):
    """An answer depends on the state alone."""
    states = [
        State({"limits.budget": Amount(9_000_000.0)}),
        State({"response.leave_probability": Amount(0.08)}),
        State(pins={0: int(session.own_choice[0])}),
    ]
    there = [reply_of(session, state).plan.total_cost for state in states]
    back = [reply_of(session, state).plan.total_cost for state in reversed(states)]
    assert there == back[::-1]


def test_a_pinned_segment_has_its_tier_and_costs_no_less(session):
    """A pin is kept by the plan, and no pin makes the plan better."""
    base = reply_of(session, State())
    segment = int(np.flatnonzero(base.admissible.sum(axis=1) > 1)[0])
    other = next(k for k in np.flatnonzero(base.admissible[segment]) if k != base.choice[segment])
    reply = reply_of(session, State(pins={segment: int(other)}))
    assert reply.choice is not None
    assert reply.choice[segment] == other
    assert reply.plan.total_cost >= base.plan.total_cost - 1e-6


def test_assumptions_change_all_three_plans_alike(session):
    """Today, the saved plan and this plan are priced at the same assumptions."""
    base = reply_of(session, State())
    reply = reply_of(session, State({"segments.margin": Amount(0.3)}))
    assert reply.today.lost_sales > base.today.lost_sales
    assert reply.saved.lost_sales > base.saved.lost_sales
    assert reply.today.service_cost == base.today.service_cost


def test_a_budget_that_no_plan_keeps_is_an_answer(session):
    """Infeasible: no plan, the reason in words, and the offers are still there."""
    reply = reply_of(session, State({"limits.budget": Amount(1.0)}))
    assert reply.status is Status.INFEASIBLE
    assert reply.plan is None
    assert "budget" in reply.reason


def test_a_value_out_of_range_is_refused_in_words(session):
    """A margin of 200 % is refused as a file with it would be."""
    refusal = session.reply(State({"segments.margin": Amount(2.0)}))
    assert isinstance(refusal, Refusal)
    assert "above 1" in refusal.messages[0]


def test_curves_fall_with_the_budget_and_hold_the_best_total(session):
    """More budget never loses more; no plan by level has a lower total than the free best."""
    curves = session.curves(State())
    assert isinstance(curves, Curves)
    lost = [mark.lost for mark in curves.by_budget]
    assert all(b <= a * (1 + 2e-3) for a, b in pairwise(lost))
    free = solve_case(session.case.with_limits(budget=None)).plan
    assert min(m.total for m in curves.by_level) >= free.evaluation.total_cost * (1 - 1e-9)


def test_relief_is_that_of_the_budget_in_force(session):
    """Another budget leaves the curves as they are and changes what more of it is worth."""
    one, two = (session.curves(State({"limits.budget": Amount(budget)})) for budget in (9e6, 8.7e6))
    assert one.by_budget is two.by_budget
    for found, budget in ((one, 9e6), (two, 8.7e6)):
        step, gain = found.relief["budget"]
        before = reply_of(session, State({"limits.budget": Amount(budget)}))
        after = reply_of(session, State({"limits.budget": Amount(budget + step + 1.0)}))
        assert before.plan.total_cost - after.plan.total_cost == pytest.approx(gain, rel=1e-6)


def test_states_and_answers_travel(session):
    """They go to another process and come back the same."""
    reply = reply_of(session, State(pins={1: int(session.own_choice[1])}))
    again = pickle.loads(pickle.dumps(reply))
    assert again.plan.total_cost == reply.plan.total_cost


@pytest.mark.parametrize("name", sorted(examples_of_one_period()))
def test_every_knob_of_every_example_takes_its_ends(name):
    """The ends of every slider and its own value are within what the case allows."""
    case = load_case(examples()[name])
    session = Session(case, name)
    knobs = knobs_of(case, build_problem(case))
    assert knobs
    for knob in knobs:
        assert knob.low < knob.high
        assert knob.value is None or knob.low <= knob.value <= knob.high
        for end in (knob.low, knob.high):
            state = State({knob.path: Amount(end, knob.unit is Unit.FACTOR)})
            session.case_at(state)


def test_a_hostile_name_can_be_pinned(tmp_path):
    """Quotes, brackets and commas in the name of a segment do not lead to another cell."""
    source = examples()["tiny"]
    for path in source.iterdir():
        if path.suffix in (".csv", ".toml"):
            text = path.read_text(encoding="utf-8").replace("regular", '"a""b],[*;c"')
            (tmp_path / path.name).write_text(text, encoding="utf-8")
    session = Session(load_case(tmp_path), "hostile")
    place = list(session.case.segments).index('a"b],[*;c')
    for tier in range(len(session.case.tiers)):
        reply = session.reply(State({"limits.budget": Amount(None)}, pins={place: tier}))
        assert isinstance(reply, Reply)
        assert reply.choice is None or reply.choice[place] == tier
