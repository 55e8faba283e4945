"""Desks made from the tables of calls: text-book call centres, losses, channels, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from strategies import make_case

from slopt.economics.abandonment import erlang_a, erlang_a_in_time
from slopt.economics.desks.call_losses import call_losses
from slopt.economics.desks.from_case import make_desks
from slopt.economics.queueing import erlang_c
from slopt.errors import InvalidInput

SEGMENT = {
    "segment": "A",
    "customers": 1000,
    "orders_per_customer": 2,
    "revenue_per_order": 100,
    "margin": 0.3,
    "base_churn": 0.2,
}


def tables(calls=100, call=(), pool=(), hours=0.5, **others):
    """One type of calls, one block, one pool."""
    return {
        "segments": [SEGMENT],
        "tiers": [{"tier": "t", "service_level": 0.9}],
        "call_types": [{"call_type": "c", "segment": "A", "handle_time": 180, **dict(call)}],
        "time_blocks": [{"block": "b", "hours": hours, "times": 10}],
        "call_volumes": [{"call_type": "c", "block": "b", "calls": calls}],
        "agent_pools": [{"pool": "p", "wage": 20, **dict(pool)}],
        "pool_skills": [{"pool": "p", "call_type": "c"}],
        **others,
    }


def desk_of(settings=(), **given):
    """The one desk of such a case."""
    case = make_case(tables(**given), {"case.discount_rate": "0.1", **dict(settings)})
    (desk,) = make_desks(case)
    return desk


def refusal_of(**given):
    """Every problem with which such a case is refused."""
    with pytest.raises(InvalidInput) as refused:
        desk_of(**given)
    return [str(problem) for problem in refused.value.problems]


def exactly(agents):
    """A pool that has so many agents and no other number."""
    return {"least_agents": agents, "most_agents": agents}


@pytest.mark.parametrize(
    ("calls", "hours", "handle", "patience", "within", "agents", "in_time", "hung_up", "busy"),
    [
        (100, 0.5, 180, None, 20, 14, 0.888, 0, 0.714),
        (360, 0.5, 240, None, 15, 55, 0.846, 0, 0.873),
        (2880, 1, 60, 120, None, 50, 0.969, 0.031, 0.93),
        (180, 1, 300, 600, None, 12, 0.7846, 0.2154, 0.9807),
        (180, 1, 300, 600, None, 15, 0.9150, 0.0850, 0.9150),
        (180, 1, 300, 600, None, 18, 0.9752, 0.0248, 0.8127),
    ],
)
def test_text_book_call_centres(
    calls, hours, handle, patience, within, agents, in_time, hung_up, busy
):
    """Through the tables of a case: Call Centre Helper (14 agents), Mitan (55), Garnett, Mandelbaum
    and Reiman (50 agents, patience twice the handle time), 3 calls a minute of 5 minutes.
    """
    desk = desk_of(
        calls=calls,
        hours=hours,
        call={"handle_time": handle, "patience": patience, "answer_within": within},
        pool=exactly(agents),
    )
    pool = desk.pools[0]
    assert pool.agents.tolist() == [[agents]]
    assert pool.calls[0, 0] == pytest.approx(10 * calls)
    assert pool.answered_in_time[0, 0, 0] == pytest.approx(10 * calls * in_time, abs=5e-3 * calls)
    assert pool.abandoned[0, 0, 0] == pytest.approx(10 * calls * hung_up, abs=5e-3 * calls)
    assert pool.occupancy[0, 0] == pytest.approx(busy, abs=6e-4)
    assert pool.cost[0, 0] == pytest.approx(agents * 20 * hours * 10)


def test_what_a_caller_who_hangs_up_loses():
    """P(sale) x 30, 0.05 x V with V = 60 x 0.8 / 0.3 = 160, prospects 9 x 0.02 x 0.25 x 40."""
    response = [
        {
            "segment": "*",
            "leave_probability": 0.05,
            "listeners": 9,
            "prospect_share": 0.02,
            "deterrence": 0.25,
            "prospect_value": 40,
        }
    ]
    call = {"sale_probability": 0.7, "patience": 60}
    case = make_case(tables(call=call, response=response), {"case.discount_rate": "0.1"})
    losses = call_losses(case)
    assert losses.lost_orders == pytest.approx([21])
    assert losses.lost_customers == pytest.approx([8])
    assert losses.lost_prospects == pytest.approx([1.8])
    own = {**call, "margin_per_sale": 50, "leave_probability": 0.2}
    case = make_case(tables(call=own, response=response), {"case.discount_rate": "0.1"})
    assert call_losses(case).lost_orders == pytest.approx([35])
    assert call_losses(case).lost_customers == pytest.approx([32])
    pool = make_desks(case)[0].pools[0]
    assert pool.lost_orders == pytest.approx(pool.abandoned[0] * 35)
    assert pool.lost_sales == pytest.approx(pool.abandoned[0] * (35 + 32 + 1.8))


def test_complaints_of_callers_are_booked():
    """Who complains is made good or not, which changes who leaves; handling is a cost."""
    response = [
        {
            "segment": "*",
            "leave_probability": 0.2,
            "complaint_rate": 0.5,
            "resolved_quickly": 1,
            "leave_if_quick": 0.1,
            "leave_if_slow": 0.1,
            "leave_if_in_vain": 0.3,
            "cost_per_complaint": 6,
        }
    ]
    case = make_case(
        tables(call={"patience": 60}, response=response), {"case.discount_rate": "0.1"}
    )
    assert call_losses(case).lost_customers == pytest.approx([0.15 * 160])
    pool = make_desks(case)[0].pools[0]
    hours = 0.5 * 10
    assert pool.cost == pytest.approx(20 * hours * pool.agents + 3 * pool.abandoned[0])


def test_every_number_of_agents_that_a_plan_could_want():
    """With patience from 0, at which all hang up, to where under 1 in 1,000 waits; every figure is
    that of Erlang A.
    """
    desk = desk_of(call={"patience": 60, "answer_within": 20})
    pool = desk.pools[0]
    assert pool.agents[0].tolist() == list(range(pool.agents.shape[1]))
    assert pool.abandoned[0, 0, 0] == pytest.approx(1000)
    assert pool.answered_in_time[0, 0, 0] == 0
    last = int(pool.agents[0, -1])
    assert erlang_c(100 / 1800, 180, last).wait_probability <= 1e-3
    assert erlang_c(100 / 1800, 180, last - 1).wait_probability > 1e-3
    agents = pool.agents[0, 1:]
    judged = erlang_a(100 / 1800, 180, agents, 60)
    assert pool.abandoned[0, 0, 1:] == pytest.approx(1000 * judged.abandonment)
    in_time = erlang_a_in_time(100 / 1800, 180, agents, 60, 20).answered
    assert pool.answered_in_time[0, 0, 1:] == pytest.approx(1000 * in_time)


def test_without_patience_only_queues_that_end():
    """A load of 10 erlangs needs 11 agents at least."""
    assert desk_of().pools[0].agents[0, 0] == 11


def test_far_below_a_great_load_numbers_of_agents_stand_apart():
    """10,000 calls in half an hour are 1,000 erlangs: 20 numbers below, each one from near on."""
    agents = desk_of(calls=10_000, call={"patience": 60}).pools[0].agents[0]
    near = int(1000 - 4 * np.sqrt(1000))
    assert np.count_nonzero(agents < near) < 21
    assert np.all(np.diff(agents[agents >= near]) == 1)
    assert agents[0] == 0
    assert agents[-1] > 1090


def test_a_promise_of_every_block_bars_what_breaks_it():
    """80 % in 20 seconds needs 14 agents; over the period it is a promise of the desk."""
    promise = {"answer_within": 20, "answered_share": 0.8}
    pool = desk_of(call=promise).pools[0]
    assert pool.agents[0, pool.allowed[0]].min() == 14
    over_all = desk_of(call={**promise, "promise_over": "period"})
    assert over_all.promise.tolist() == [0.8]
    assert over_all.pools[0].allowed.all()
    assert np.isnan(desk_of(call=promise).promise).all()


def test_promises_beyond_the_most_agents_are_refused_with_the_figure():
    """13 agents answer 79.6 % within 20 seconds, not 80 %."""
    (told,) = refusal_of(
        call={"answer_within": 20, "answered_share": 0.8}, pool={"most_agents": 13}
    )
    assert told == (
        'agent_pools.csv row 2 most_agents: Of the calls "c" in pool "p" and block "b" 79.56 % are '
        "answered in time with 13 agents, the most there may be, and 80 % are promised. Raise "
        "most_agents, or lower answered_share."
    )


def test_queues_that_grow_for_ever_are_refused_with_the_figure():
    """10 erlangs on 10 agents: nobody hangs up, so nothing ends the queue."""
    (told,) = refusal_of(pool={"most_agents": 10})
    assert 'In pool "p" and block "b" calls ("c" most of all) keep 10 agents busy' in told
    assert "there may be 10 at most: the queue would grow for ever." in told
    assert desk_of(call={"patience": 60}, pool={"most_agents": 10}).pools[0].allowed.all()


def test_queues_beyond_all_bounds_are_refused_in_words():
    """A mean patience of years lets queues grow to millions of places before anybody hangs up."""
    (told,) = refusal_of(calls=1e5, call={"patience": 1e8}, pool={"most_agents": 100})
    assert 'agent_pools.csv row 2 most_agents: Pool "p": ' in told
    assert "places" in told


def test_resources_cost_and_are_used_by_the_paid_hour():
    """12 agents of whom 25 % are away are 16 paid: 16 x 5 hours x (20 + 2 x 3)."""
    desk = desk_of(
        resources=[{"resource": "desks", "capacity": 100, "unit_cost": 3}],
        pool={"shrinkage": 0.25, "use:desks": 2, **exactly(12)},
    )
    assert desk.pools[0].cost[0, 0] == pytest.approx(16 * 5 * 26)
    assert desk.pools[0].use[0, 0, 0] == pytest.approx(16 * 5 * 2)


WEB = {"call_type": "c", "channel": "web", "most_share": 0.5, "cost_per_contact": 0.4}


def test_a_channel_takes_calls_and_some_come_back():
    """Half of 1,000 calls take the web, 20 % of those call anyway, 10 % give up, and nobody buys:
    600 reach the agents; lost are 50 who give up and the sales of 350.
    """
    row = {**WEB, "calls_anyway": 0.2, "gives_up": 0.1, "sells": 0}
    call = {"patience": 60, "sale_probability": 0.5, "leave_probability": 0.01}
    desk = desk_of(call=call, contact_channels=[row], pool=exactly(9))
    pool = desk.pools[0]
    assert pool.mixes == ("", "50 % web")
    assert pool.agents[0].tolist() == [9, 9]
    assert pool.calls[0, 0] == 1000
    hung_up = erlang_a(60 / 1800, 180, 9, 60).abandonment
    assert pool.abandoned[0, 0, 1] == pytest.approx(50 + 600 * hung_up)
    assert pool.answered_in_time[0, 0, 1] == pytest.approx(350 + 600 * (1 - hung_up))
    assert pool.cost[0, 1] == pytest.approx(9 * 20 * 5 + 500 * 0.4)
    assert pool.lost_orders[0, 1] == pytest.approx(15 * (50 + 600 * hung_up) + 15 * 350)
    assert pool.lost_customers[0, 1] == pytest.approx(1.6 * (50 + 600 * hung_up))


def test_all_calls_may_be_bought_outside():
    """A firm that takes every call leaves nobody at the phones."""
    row = {**WEB, "channel": "agency", "most_share": 1, "cost_per_contact": 2}
    pool = desk_of(contact_channels=[row]).pools[0]
    place = int(np.argmin(pool.agents[0]))
    assert pool.agents[0, place] == 0
    assert pool.mixes[pool.mix[0, place]] == "100 % agency"
    assert pool.cost[0, place] == 2000
    assert pool.answered_in_time[0, 0, place] == 1000


def test_steps_of_several_channels_are_combined_up_to_all_calls():
    """0, 40, 80 % of the web and 0 or 50 % of an agency; 80 % and 50 % are too much together."""
    rows = [{**WEB, "most_share": 0.8, "steps": 2}, {**WEB, "channel": "agency", "most_share": 0.5}]
    pool = desk_of(contact_channels=rows).pools[0]
    assert pool.mixes == ("", "50 % agency", "40 % web", "40 % web, 50 % agency", "80 % web")


def test_too_many_combinations_are_refused():
    """Two channels of 20 steps each are hundreds of splits."""
    rows = [{**WEB, "steps": 20}, {**WEB, "channel": "agency", "steps": 20}]
    (told,) = refusal_of(contact_channels=rows)
    assert (
        'The channels of the calls of pool "p" can be combined in 441 ways, more than 64.' in told
    )


def test_channels_of_one_design_make_its_pools_other_ones():
    """The web is open in the new design alone, and the pool works in both."""
    desk = desk_of(
        contact_channels=[{**WEB, "design": "new"}],
        desk_designs=[
            {"desk": "calls", "design": "old", "today": "true"},
            {"desk": "calls", "design": "new", "name": "With web", "cost": 500, "seats": 20},
        ],
    )
    assert [(pool.name, pool.design, len(pool.mixes)) for pool in desk.pools] == [
        ("p", 0, 1),
        ("p", 1, 2),
    ]
    assert desk.today == 0
    assert desk.design_cost.tolist() == [0, 500]
    assert desk.design_labels == ("old", "With web")
    assert desk.most_agents.tolist() == [[np.inf], [20]]


def test_shifts_are_priced_by_person_and_period():
    """Two blocks of 4 hours on 250 days; the day is paid 9 hours at 20, the night 4 at 30."""
    desk = desk_of(
        time_blocks=[
            {"block": "am", "hours": 4, "times": 250},
            {"block": "pm", "hours": 4, "times": 250},
        ],
        call_volumes=[{"call_type": "c", "block": "am", "calls": 100}],
        shifts=[
            {"shift": "day", "paid_hours": 9, "most_people": 7},
            {"shift": "late", "pool": "p", "wage": 30},
        ],
        shift_blocks=[
            {"shift": "day", "block": "am"},
            {"shift": "day", "block": "pm"},
            {"shift": "late", "block": "pm"},
        ],
        resources=[{"resource": "desks", "capacity": 100, "unit_cost": 1}],
        pool={"use:desks": 1},
    )
    day, late = desk.shifts
    assert day.covers.tolist() == [True, True]
    assert late.covers.tolist() == [False, True]
    assert day.cost == pytest.approx([250 * 9 * 21])
    assert late.cost == pytest.approx([250 * 4 * 31])
    assert day.use == pytest.approx(np.array([[2250]]))
    assert (day.most, late.most) == (7, None)
    assert np.all(desk.pools[0].cost == 0)
    assert np.all(desk.pools[0].use == 0)
    assert desk.pools[0].agents[1].max() == 0


def test_calls_are_split_by_share_and_priorities_may_differ_by_pool():
    """A quarter of the calls of one type goes to a pool of its own, which is half as fast."""
    desk = desk_of(
        call={"patience": 60},
        agent_pools=[{"pool": "p", "wage": 20}, {"pool": "q", "wage": 20}],
        pool_skills=[
            {"pool": "p", "call_type": "c", "share": 0.75},
            {"pool": "q", "call_type": "c", "share": 0.25, "handle_factor": 2},
        ],
    )
    calls = [pool.calls[0, 0] for pool in desk.pools]
    assert calls == pytest.approx([750, 250])
    slow = desk.pools[1]
    judged = erlang_a(25 / 1800, 360, slow.agents[0, 1:], 60).abandonment
    assert slow.abandoned[0, 0, 1:] == pytest.approx(250 * judged)


def test_a_case_without_calls_has_no_desk():
    """Nothing is made of nothing."""
    only = {"segments": [SEGMENT], "tiers": [{"tier": "t", "service_level": 0.9}]}
    assert make_desks(make_case(only)) == ()
