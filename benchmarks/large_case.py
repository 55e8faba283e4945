"""A planning case of any size as Parquet: python -m benchmarks.large_case DIR [--segments N].

Tiers, resources, response and usage are small tables, as a business has them; segments are made,
and with `--offers` every offer has its own cost, lost sales and use, as a company that computes
these elsewhere hands them in. Budget and capacities are set around what the best plan without
them would use, so that they bind.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.instances import BUDGET, CAPS, WITH_FLOOR
from slopt.case.load import load_case
from slopt.problem.build import build_problem
from slopt.problem.choice import ChoiceProblem

Numbers = NDArray[np.float64]

TOML = """[case]
name = "{segments:,} segments"
period = "year"
discount_rate = 0.1
"""
CAPACITY_FOR_NOW = 1e12
SAMPLE = 50_000
"""Segments from which the limits are worked out."""


@dataclass(frozen=True)
class Size:
    """How large the case is, and whether offers are given one by one or follow from usage."""

    segments: int = 1_000_000
    tiers: int = 6
    resources: int = 5
    offers: bool = False


def write_large_case(folder: Path, size: Size, seed: int = 1) -> None:
    """Write the case into a folder, which is made."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([size.segments, seed])
    ids, tiers = _ids(size.segments), [f"t{k}" for k in range(size.tiers)]
    resources = [f"r{r}" for r in range(size.resources)]
    step = np.arange(size.tiers) / max(size.tiers - 1, 1)
    segments = _segments(rng, size, ids, tiers)
    pq.write_table(pa.table(segments), folder / "segments.parquet")
    level = 0.80 + 0.19 * step
    cost = 2.0 * (1.0 + 2.0 * step**1.8)
    _csv(folder / "tiers.csv", {"tier": tiers, "service_level": level, "cost_per_order": cost})
    _csv(
        folder / "response.csv",
        {
            "segment": ["*"],
            "lost_order_share": [0.3],
            "leave_probability": [0.05],
            "listeners": [8.0],
            "prospect_share": [0.02],
            "deterrence": [0.1],
            "prospect_value": [200.0],
        },
    )
    if size.offers:
        demand = segments["customers"] * segments["orders_per_customer"]
        offers = _offers(rng, size, ids, tiers, resources, demand[:, None], step)
        pq.write_table(pa.table(offers), folder / "offers.parquet")
    else:
        _usage(rng, folder / "usage.csv", tiers, resources, step)
    _set_limits(folder, size, resources)


def _ids(count: int) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    digits = pc.utf8_lpad(pa.array(np.arange(count)).cast(pa.string()), 8, "0")
    return pc.binary_join_element_wise("customer-", digits, "")


def _segments(rng: np.random.Generator, size: Size, ids: Any, tiers: list[str]) -> dict[str, Any]:
    count = size.segments
    floor = np.where(rng.random(count) < WITH_FLOOR, rng.integers(1, 3, size=count), 0)
    floor = np.minimum(floor, size.tiers - 1)
    today = np.maximum(rng.integers(0, size.tiers, size=count), floor)
    return {
        "segment": ids,
        "group": _word([f"region {g}" for g in range(20)], rng.integers(0, 20, size=count)),
        "customers": np.ceil(rng.lognormal(2.0, 1.0, size=count)),
        "orders_per_customer": np.round(rng.lognormal(1.5, 0.7, size=count), 2) + 0.01,
        "revenue_per_order": np.round(rng.lognormal(4.0, 0.6, size=count), 2),
        "margin": np.round(rng.uniform(0.15, 0.45, size=count), 3),
        "base_churn": np.round(rng.uniform(0.05, 0.3, size=count), 3),
        "current_tier": _word(tiers, today),
        "min_tier": _word(["", *tiers[1:]], floor),
    }


def _word(words: list[str], which: NDArray[np.int64]) -> Any:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(which, pa.int32()), words).cast(pa.string())


def _offers(
    rng: np.random.Generator,
    size: Size,
    ids: Any,
    tiers: list[str],
    resources: list[str],
    demand: Numbers,
    step: Numbers,
) -> dict[str, Any]:
    import pyarrow as pa

    def noisy(exact: Numbers) -> Any:
        return (exact * rng.lognormal(0.0, 0.15, size=exact.shape)).reshape(-1)

    count, tier_count = size.segments, size.tiers
    steepness = rng.uniform(1.0, 3.0, size=(count, 1))
    worth, decay = rng.uniform(4.0, 16.0, size=(count, 1)), rng.uniform(0.8, 3.0, size=(count, 1))
    columns = {
        "segment": ids.take(pa.array(np.repeat(np.arange(count), tier_count))),
        "tier": _word(tiers, np.tile(np.arange(tier_count), count)),
        "service_cost": noisy(3.0 * demand * (1.0 + steepness * step**1.8)),
        "lost_sales": noisy(worth * demand * np.exp(-decay * step)),
    }
    for resource in resources:
        slope = rng.uniform(0.2, 2.0, size=(count, 1))
        columns[f"use:{resource}"] = noisy(0.1 * demand * (1.0 + slope * step))
    return columns


def _usage(
    rng: np.random.Generator, path: Path, tiers: list[str], resources: list[str], step: Numbers
) -> None:
    of, at = np.repeat(resources, len(tiers)), np.tile(tiers, len(resources))
    rate = rng.uniform(0.05, 0.2, size=(len(resources), 1)) * (1.0 + 2.0 * step)
    rate = rate * rng.lognormal(0.0, 0.2, size=rate.shape)
    fixed = rng.uniform(0.0, 2.0, size=(len(resources), 1)) * step
    _csv(
        path,
        {
            "resource": of.tolist(),
            "tier": at.tolist(),
            "per_order": rate.reshape(-1),
            "per_segment": fixed.reshape(-1),
        },
    )


def _set_limits(folder: Path, size: Size, resources: list[str]) -> None:
    """Resources and budget from the plan that only the budget holds back."""

    def write(capacity: Numbers) -> None:
        _csv(folder / "resources.csv", {"resource": resources, "capacity": capacity})

    (folder / "case.toml").write_text(TOML.format(segments=size.segments), encoding="utf-8")
    write(np.full(size.resources, CAPACITY_FOR_NOW))
    budget, used = _unlimited(build_problem(load_case(folder)))
    caps = np.array([CAPS[r % len(CAPS)] for r in range(size.resources)])
    write(np.round(caps * used, 2))
    with (folder / "case.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[limits]\nbudget = {budget:.2f}\n")


def _unlimited(problem: ChoiceProblem) -> tuple[float, Numbers]:
    """(a budget that binds, use of each resource in the best plan under it alone).

    Both are those of a sample of the segments, scaled up.
    """
    step = -(-len(problem.segments) // SAMPLE)
    cost = np.where(problem.admissible, problem.service_cost, np.inf)[::step]
    total = cost + problem.lost_sales[::step]
    row = np.arange(len(cost))
    least = cost.min(axis=1).sum()
    most = cost[row, total.argmin(axis=1)].sum()
    budget = least + BUDGET * (most - least)
    low, high = 0.0, 1e3
    for _ in range(60):
        price = (low + high) / 2
        choice = (total + price * cost).argmin(axis=1)
        low, high = (low, price) if cost[row, choice].sum() <= budget else (price, high)
    choice = (total + high * cost).argmin(axis=1)
    scale = len(problem.segments) / len(cost)
    used = np.array([use[::step][row, choice].sum() for use in problem.use])
    return float(budget * scale), used * scale


def _csv(path: Path, columns: dict[str, Any]) -> None:
    rows = zip(*columns.values(), strict=True)
    lines = [",".join(columns), *(",".join(_cell(value) for value in row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else f"{float(value):.12g}"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--segments", type=int, default=Size.segments)
    parser.add_argument("--tiers", type=int, default=Size.tiers)
    parser.add_argument("--resources", type=int, default=Size.resources)
    parser.add_argument("--offers", action="store_true", help="every offer given by itself")
    parser.add_argument("--seed", type=int, default=1)
    words = parser.parse_args()
    size = Size(words.segments, words.tiers, words.resources, words.offers)
    write_large_case(words.folder, size, words.seed)


if __name__ == "__main__":
    main()
