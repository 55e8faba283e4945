"""A made case of any size, its segments in one file or in parts: the same content."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

TIERS = """tier,service_level,cost_per_customer,cost_per_order
basic,0.86,0,1.0
standard,0.91,1,1.6
fast,0.95,2,2.9
express,0.98,5,4.9
"""
RESPONSE = """lost_order_share,leave_probability,listeners,prospect_share,deterrence,prospect_value
0.4,0.02,8,0.05,0.2,30
"""
USAGE = """resource,tier,segment,per_order
hours,*,*,0.05
hours,fast,*,0.09
hours,express,*,0.16
vans,express,*,0.02
vans,express,s7,0.05
"""
NO_RULES = "rule,kind,segment,tier,value,penalty\n"


def segments_table(count: int, seed: int = 1) -> pa.Table:
    """Segments of lognormal size; a tenth have a floor, groups are a, b and c."""
    rng = np.random.default_rng(seed)
    tiers = np.array(["basic", "standard", "fast", "express"])
    has_floor = rng.random(count) < 0.1
    today = np.where(has_floor, 1, rng.integers(0, 3, count))
    return pa.table(
        {
            "segment": [f"s{i}" for i in range(count)],
            "group": np.array(["a", "b", "c"])[rng.integers(0, 3, count)],
            "customers": np.round(rng.lognormal(4.0, 1.0, count), 1),
            "orders_per_customer": np.round(rng.lognormal(1.0, 0.5, count), 2),
            "revenue_per_order": np.round(rng.lognormal(4.4, 0.6, count), 2),
            "margin": np.round(rng.uniform(0.1, 0.5, count), 3),
            "base_churn": np.round(rng.uniform(0.05, 0.3, count), 3),
            "current_tier": tiers[today],
            "min_tier": pa.array(np.where(has_floor, "standard", None), pa.string()),
        }
    )


def offers_table(count: int, seed: int = 1) -> pa.Table:
    """What express costs is known for every ninth segment; every eleventh cannot have it."""
    rng = np.random.default_rng([seed, 9])
    known = np.arange(0, count, 9)
    barred = np.setdiff1d(np.arange(0, count, 11), known)
    names = [f"s{i}" for i in [*known, *barred]]
    cost = np.concatenate([np.round(rng.lognormal(6, 1, len(known)), 1), np.zeros(len(barred))])
    allowed = np.concatenate([np.ones(len(known)), np.zeros(len(barred))]).astype(bool)
    order = np.argsort([int(name[1:]) for name in names])
    return pa.table(
        {
            "segment": np.array(names)[order],
            "tier": ["express"] * len(names),
            "allowed": allowed[order],
            "service_cost": pa.array(
                [float(c) if a else None for c, a in zip(cost[order], allowed[order], strict=True)],
                pa.float64(),
            ),
        }
    )


def write_case(
    folder: Path,
    segments: pa.Table,
    offers: pa.Table,
    parts: int,
    limits: dict[str, float],
    capacity: tuple[float, float] = (1e12, 1e12),
    extra: str = "0,",
    rules: str = NO_RULES,
    goal: str = "min_total_cost",
    solve: str = "",
) -> Path:
    """The case in a folder; in one file each where `parts` is 0, else in so many."""
    folder.mkdir(parents=True)
    text = "".join(f"{name} = {value!r}\n" for name, value in limits.items())
    (folder / "case.toml").write_text(
        f'[case]\nname = "made"\ncurrency = "EUR"\ndiscount_rate = 0.08\n[plan]\ngoal = "{goal}"\n'
        f"[limits]\n{text}[solve]\n{solve}"
    )
    (folder / "tiers.csv").write_text(TIERS)
    (folder / "response.csv").write_text(RESPONSE)
    (folder / "usage.csv").write_text(USAGE)
    if rules != NO_RULES:
        (folder / "rules.csv").write_text(rules)
    (folder / "resources.csv").write_text(
        "resource,capacity,unit_cost,extra_capacity,extra_unit_cost\n"
        f"hours,{float(capacity[0])!r},0.5,{extra}\nvans,{float(capacity[1])!r},1,0,\n"
    )
    if parts == 0:
        pq.write_table(segments, folder / "segments.parquet")
        pq.write_table(offers, folder / "offers.parquet")
        return folder
    edges = np.linspace(0, len(segments), parts + 1).astype(int)
    number = np.array([int(name[1:]) for name in offers["segment"].to_pylist()])
    for table in ("segments", "offers"):
        (folder / f"{table}.parquet").mkdir()
    for part, (a, b) in enumerate(pairwise(edges)):
        name = f"part-{part:05}.parquet"
        pq.write_table(segments.slice(a, b - a), folder / "segments.parquet" / name)
        its = offers.filter(pa.array((number >= a) & (number < b)))
        pq.write_table(its, folder / "offers.parquet" / name)
    return folder
