"""Small random desks, the same ones for the same seed, and a judge that tries everything."""

from __future__ import annotations

from itertools import product

import numpy as np

from slopt.economics.desks.desk import Desk, Pool, Shift
from slopt.economics.desks.roster import RosterTerms

TERMS = RosterTerms(1.0, 1.0, np.array([0.0]))


def random_desk(seed, designs=2, shifts=True, promise=False, seats=False, most=False, convex=True):
    """A desk of up to three pools, two blocks, four ways and two shifts.

    The last pool works in every design; the others in one each.
    """
    rng = np.random.default_rng(seed)
    owners = [*range(designs), None]
    pools = tuple(
        _pool(rng, f"pool{p}", owner, shifts, convex, p) for p, owner in enumerate(owners)
    )
    covers = np.array([[True, False], [True, True]])
    hours = np.array([100.0, 150.0])
    made = tuple(
        Shift(
            name=f"shift{j}",
            covers=covers[j],
            pools=np.ones(len(pools), dtype=bool),
            cost=rng.uniform(20, 60, len(pools)) * covers[j].sum(),
            use=rng.uniform(0, 3, (1, len(pools))),
            most=int(rng.integers(2, 5)) if most and j else None,
        )
        for j in range(2)
    )
    return Desk(
        name="line",
        designs=tuple(f"design{d}" for d in range(designs)),
        pools=pools,
        blocks=("am", "pm"),
        hours=hours,
        call_types=tuple(f"calls{p}" for p in range(len(pools))),
        resources=("seats",),
        shifts=made if shifts else (),
        promise=np.append(np.full(designs, np.nan), 0.7) if promise else np.zeros(0),
        most_agents=np.full((designs, 2), 4.0) if seats else np.zeros((0, 0)),
        design_cost=rng.uniform(0, 30, designs),
    )


def _pool(rng, name, design, shifts, convex, position):
    ways, blocks = 4, 2
    agents = np.tile(np.arange(ways), (blocks, 1))
    lost = 120 * rng.uniform(0.5, 2, (blocks, 1)) * rng.uniform(0.2, 0.7, (blocks, 1)) ** agents
    if not convex:
        lost = np.sort(rng.uniform(0, 200, (blocks, ways)), axis=1)[:, ::-1]
    wage = 0.0 if shifts else 30.0
    cost = agents * wage + rng.uniform(0, 5, (blocks, ways))
    calls = rng.uniform(50, 100, (1, blocks))
    share = np.sort(rng.uniform(0.3, 1, (blocks, ways)), axis=1)
    in_time = calls[:, :, None] * share[None]
    return Pool(
        name=name,
        design=design,
        shrinkage=float(rng.choice([0.0, 0.3])),
        agents=agents,
        allowed=rng.uniform(size=(blocks, ways)) < 0.9 + 0.1 * (agents == 2),
        cost=cost,
        lost_orders=lost * 0.5,
        lost_customers=lost * 0.3,
        lost_prospects=lost * 0.2,
        use=rng.uniform(0, 5, (1, blocks, ways)) * (not shifts),
        types=np.array([position]),
        calls=calls,
        answered_in_time=in_time,
        abandoned=(calls[:, :, None] - in_time) * 0.5,
        occupancy=rng.uniform(0, 1, (blocks, ways)),
        mix=np.zeros((blocks, ways), dtype=np.int64),
    )


def least_worth(desk, terms=TERMS):
    """What the best roster is worth, by trying every way and all people; inf where there is none.

    Everything is summed from the definitions, pool after pool: seats and promises over pools are
    judged on all combinations of ways.
    """
    best = np.inf
    for design in range(len(desk.designs)):
        pools = [p for p, pool in enumerate(desk.pools) if pool.design in (None, design)]
        fixed = terms.service_cost * desk.design_cost[design]
        for plan in product(*(_plans(desk, p, terms) for p in pools)):
            if not _together(desk, design, pools, plan):
                continue
            best = min(best, fixed + sum(worth for worth, _, _ in plan))
    return best


def _plans(desk, p, terms):
    """All (worth, ways, people) of a pool that cover what its ways need; of people as few as do."""
    pool, found = desk.pools[p], {}
    blocks, ways = pool.agents.shape
    top = int(np.ceil(pool.agents.max() / (1 - pool.shrinkage)))
    for people in product(range(top + 1), repeat=len(desk.shifts)):
        rostered = sum(
            (n * shift.covers for n, shift in zip(people, desk.shifts, strict=True)),
            np.zeros(blocks),
        )
        wages = sum(
            n * (terms.service_cost * shift.cost[p] + terms.use @ shift.use[:, p])
            for n, shift in zip(people, desk.shifts, strict=True)
        )
        at_phones = np.floor(rostered * (1 - pool.shrinkage) + 1e-6)
        for taken in product(range(ways), repeat=blocks):
            worth = wages
            for b, w in enumerate(taken):
                if not pool.allowed[b, w] or (desk.shifts and pool.agents[b, w] > at_phones[b]):
                    break
                lost = (
                    pool.lost_orders[b, w] + pool.lost_customers[b, w] + pool.lost_prospects[b, w]
                )
                worth += terms.service_cost * pool.cost[b, w] + terms.lost_sales * lost
                worth += terms.use @ pool.use[:, b, w]
            else:
                limited = tuple(
                    n if shift.most is not None else 0
                    for n, shift in zip(people, desk.shifts, strict=True)
                )
                key = taken, limited
                if worth < found.get(key, (np.inf,))[0]:
                    found[key] = worth, taken, people
    return list(found.values())


def _together(desk, design, pools, plan):
    """Whether promises over all blocks, agents at once and people on a shift are kept."""
    for c, promise in enumerate(desk.promise):
        calls = answered = 0.0
        for p, (_, taken, _) in zip(pools, plan, strict=True):
            if c in desk.pools[p].types:
                calls += desk.pools[p].calls[0].sum()
                in_time = desk.pools[p].answered_in_time[0]
                answered += sum(in_time[b, w] for b, w in enumerate(taken))
        if not np.isnan(promise) and answered < promise * calls - 1e-7:
            return False
    for b, most in enumerate(desk.most_agents[design]):
        at_once = sum(
            desk.pools[p].agents[b, taken[b]] for p, (_, taken, _) in zip(pools, plan, strict=True)
        )
        if at_once > most:
            return False
    for j, shift in enumerate(desk.shifts):
        if shift.most is not None and sum(people[j] for _, _, people in plan) > shift.most:
            return False
    return True
