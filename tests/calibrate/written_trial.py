"""Logs of trials with known parameters, and the history files that read them."""

from __future__ import annotations

import numpy as np
from written_history import csv

COLUMNS = ("customer", "segment", "arm", "tier", "phase", "orders", "failed", "bought", "left")
MAPPING = """
[trial]
file = "trial.csv"
{keys}
[trial.columns]
customer = "customer"
segment = "segment"
arm = "arm"
tier = "tier"
phase = "phase"
orders = "orders"
failed = "failed"
bought = "bought"
left = "left"
"""
LEVELS = {"control": 0.8, "treated": 0.96}
TIERS = {"control": "basic", "treated": "best"}


def mapping(keys: str = "") -> str:
    """The history file of a trial, with further keys of its section."""
    return MAPPING.format(keys=keys)


def trial_rows(
    seed: int,
    arm: int = 300,
    segments: tuple[str, ...] = ("north", "south"),
    phases: tuple[str, ...] = ("after",),
    arms: tuple[str, ...] = ("treated", "control"),
    leave: float = 0.2,
    lost: float = 0.5,
) -> list[tuple[object, ...]]:
    """Customers with 4 orders on average, who differ; served as the arm is, before as control.

    10 % leave each period, `leave` more of those who had a failure; of failed orders `lost` are not
    bought after all.
    """
    random = np.random.default_rng(seed)
    rows: list[tuple[object, ...]] = []
    for segment in segments:
        for which in arms:
            means = random.gamma(8, 0.5, arm)
            for phase in phases:
                served = which if phase == "after" else "control"
                orders = random.poisson(means)
                failed = random.binomial(orders, 1 - LEVELS[served])
                gone = random.random(arm) < 0.1 + leave * (failed > 0)
                bought = orders - random.binomial(failed, lost)
                rows += [
                    (f"{segment}-{which}-{one}", segment, which, TIERS[served], phase,
                     int(orders[one]), int(failed[one]), int(bought[one]), int(gone[one]))
                    for one in range(arm)
                ]  # fmt: skip
    return rows


def trial_csv(rows: list[tuple[object, ...]]) -> str:
    """The log as a file."""
    return csv(COLUMNS, rows)
