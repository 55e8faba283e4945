"""How a plan over periods fares, as figures: risk.json, periods.csv, futures.csv."""

from __future__ import annotations

from typing import Any

from slopt import __version__
from slopt.case.case import PlanningCase
from slopt.plan.files import csv_text
from slopt.plan.rows import tidy
from slopt.problem.scenarios.drawn import Futures
from slopt.study.over_time.fares import HorizonFares
from slopt.study.risk.estimates import chance_of, mean_of
from slopt.study.risk.files import small_row
from slopt.study.risk.sample_size import too_small
from slopt.study.risk.study import sample_of
from slopt.study.spread import Spread

ENDS = {"own": "own", "mean": "mean", "q05": "low", "q95": "high", "tail": "tail"}
"""What is told of a figure: at the case's own numbers, its mean, its band, the bad end."""
TOTALS = ("service_cost", "lost_sales", "total_cost", "npv")


def spread_entry(spread: Spread) -> dict[str, float | None]:
    """The ends of a spread by name."""
    return {name: tidy(getattr(spread, its)) for name, its in ENDS.items()}


def period_rows(fares: HorizonFares) -> list[dict[str, Any]]:
    """A row a period and figure, with the chance that its limit is broken where there is one."""
    rows = []
    for p, period in enumerate(fares.periods):
        for name, spread in fares.by_period[p].items():
            chance = fares.chance_of(LIMIT_OF.get(name, name.removeprefix("use ")), p)
            row = {"period": period, "figure": name, **spread_entry(spread)}
            rows.append({**row, "limit_broken": tidy(chance)})
    return rows


LIMIT_OF = {
    "booked": "budget",
    "lost_sales": "max_lost_sales",
    "service_level": "min_service_level",
}
"""The limit of a figure of a period; that of a resource has its own name."""


def periods_csv(fares: HorizonFares) -> str:
    """periods.csv, one row a period and figure."""
    return csv_text(("period", "figure", *ENDS, "limit_broken"), period_rows(fares))


def futures_csv(futures: Futures, fares: HorizonFares) -> str:
    """futures.csv, one row a future: its inputs, the totals of the plan, how many limits break."""
    inputs = [one.name for one in futures.inputs]
    rows = []
    for w, name in enumerate(futures.names):
        values = {"service_cost": fares.service_cost[w], "lost_sales": fares.lost_sales[w]}
        values["total_cost"] = values["service_cost"] + values["lost_sales"]
        values["npv"] = fares.npv[w]
        rows.append(
            {
                "future": name,
                "probability": tidy(float(futures.probability[w])),
                **{n: tidy(float(v)) for n, v in zip(inputs, futures.values[w], strict=True)},
                **{n: tidy(float(value)) for n, value in values.items()},
                "limits_broken": int((fares.breaches[w] > 0).sum()),
            }
        )
    columns = ("future", "probability", *inputs, *TOTALS, "limits_broken")
    return csv_text(columns, rows, frozenset(inputs))


def risk_over_time_document(
    case: PlanningCase, futures: Futures, fares: HorizonFares, seed: int, seconds: float
) -> dict[str, Any]:
    """All there is to say of it, in JSON."""
    sample = sample_of(futures)
    mean_npv = mean_of(sample, fares.npv)
    broken = chance_of(sample, fares.breaks)
    return {
        "goal": fares.goal.value,
        "futures": fares.count,
        "seed": seed,
        "tail": fares.tail_share,
        "totals": {name: spread_entry(fares.totals[name]) for name in TOTALS},
        "npv_mean_from": tidy(mean_npv.low),
        "npv_mean_to": tidy(mean_npv.high),
        "better_than_today": tidy(fares.chance_of_gain),
        "some_limit_broken": tidy(fares.chance_of_any),
        "some_limit_broken_from": tidy(broken.low),
        "some_limit_broken_to": tidy(broken.high),
        "too_small": [small_row(few) for few in too_small(sample, fares.tail_share)],
        "limits": [
            {
                "limit": limit.name,
                "period": fares.periods[limit.period],
                "chance": tidy(limit.chance),
                "mean_breach": tidy(limit.mean_breach),
                "broken_by_own": limit.is_broken_by_own,
            }
            for limit in fares.limits
        ],
        "periods": period_rows(fares),
        "inputs": [_input(place, one.name, futures, fares) for place, one in _by(futures, fares)],
        "case_hash": case.hash,
        "slopt_version": __version__,
        "total_seconds": round(seconds, 6),
    }


def _by(futures: Futures, fares: HorizonFares) -> list[tuple[int, Any]]:
    order = fares.drivers(futures.places)
    return [(place, futures.inputs[place]) for place in order]


def _input(place: int, name: str, futures: Futures, fares: HorizonFares) -> dict[str, Any]:
    values = futures.values[:, place]
    return {
        "input": name,
        "today": tidy(futures.inputs[place].today),
        "mean": tidy(float(fares.probability @ values)),
        "mean_in_bad_futures": tidy(float(fares.counts @ values)),
        "explains": tidy(fares.share_explained(futures.places[:, place])),
    }
