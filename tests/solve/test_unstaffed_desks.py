"""Why no roster keeps the rules of a desk: told with its call type, block and figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from random_desks import random_desk

from slopt.solve.staffing.refusal import why_unstaffed


def needing(desk, agents):
    """The desk whose pools are allowed this many agents in every block and no fewer."""
    pools = tuple(replace(pool, allowed=pool.agents >= agents) for pool in desk.pools)
    return replace(desk, pools=pools)


def test_too_few_people_on_the_shifts_of_a_block_are_told():
    """What the block needs, and how many may be on the shifts that cover it."""
    desk = random_desk(1, designs=1)
    few = tuple(replace(shift, most=0) for shift in desk.shifts)
    told = why_unstaffed(needing(replace(desk, shifts=few), 1))
    assert f'Desk "{desk.name}" needs at least' in told.message
    assert "and no more than 0 may be on the shifts that cover it." in told.message
    assert told.table == "shifts"


def test_promises_count_what_seats_leave_room_for():
    """Without a seat nobody is answered, whatever the number of agents in the tables."""
    desk = random_desk(1, designs=1, promise=True)
    seats = np.zeros((len(desk.designs), len(desk.blocks)))
    pools = tuple(
        replace(pool, answered_in_time=np.where(pool.agents > 0, pool.answered_in_time, 0.0))
        for pool in desk.pools
    )
    told = why_unstaffed(replace(desk, most_agents=seats, pools=pools))
    assert "are promised an answer in time, and no more than 0.0% can be reached." in told.message
    assert told.table == "call_types"


@pytest.mark.parametrize("seed", range(3))
def test_what_can_be_kept_one_by_one_is_told_to_fail_together(seed):
    """Where no single rule is at fault the desk is named."""
    told = why_unstaffed(random_desk(seed, designs=1))
    assert "together" in told.message
