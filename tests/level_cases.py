"""Small cases whose segments choose a service level, for tests."""

from __future__ import annotations

import numpy as np
from strategies import make_case


def level_case(segments, costs=(), curves=(), limits=None, **tables):
    """A case of segments given as dicts; those that have no levels get 0.5 to 0.95.

    A segment has 100 customers with one order a period, of which a failed one loses 10.
    """
    usual = {
        "customers": 100,
        "revenue_per_order": 20.0,
        "margin": 0.5,
        "base_churn": 0.1,
        "min_level": 0.5,
        "max_level": 0.95,
    }
    rows = {
        "segments": [{"segment": f"s{i}", **usual, **own} for i, own in enumerate(segments)],
        "response": [{"segment": "*", "lost_order_share": 1.0}],
        "level_costs": [{"segment": "*", **row} for row in costs],
        "level_curves": list(curves),
        **tables,
    }
    settings = {f"limits.{name}": value for name, value in (limits or {}).items()}
    return make_case({name: table for name, table in rows.items() if table}, settings)


def random_level_case(seed, segments=3, limits=None):
    """Terms of all shapes, curves of sales of all shapes, points, complaints, use and failures."""
    rng = np.random.default_rng(seed)
    shapes = ("logistic", "exponential", "kinked", "points")

    def between(low, high):
        return round(float(rng.uniform(low, high)), 3)

    ids = [f"s{i}" for i in range(segments)]
    own = [
        {
            "customers": int(rng.integers(5, 200)),
            "orders_per_customer": between(0.2, 5),
            "revenue_per_order": between(20, 90),
            "margin": between(0.2, 0.6),
            "min_level": between(0.4, 0.7),
            "max_level": between(0.8, 0.98),
        }
        for _ in ids
    ]
    response = {
        "segment": "*",
        "lost_order_share": between(0, 1),
        "leave_probability": between(0, 0.1),
        "listeners": 9,
        "prospect_share": 0.2,
        "deterrence": between(0, 0.1),
        "prospect_value": 50,
        "complaint_rate": 0.2,
        "cost_per_complaint": between(0, 9),
        "resolved_quickly": 1.0,
        "leave_if_quick": 0.02,
    }
    by_curve = [name for name in ids if rng.random() < 0.5]
    terms = (
        {"term": "base", "shape": "fixed", "per_customer": between(0, 2)},
        {"term": "line", "shape": "linear", "per_order": between(0, 2)},
        {"term": "scale", "shape": "power", "exponent": 0.5, "per_segment": between(0, 200)},
        {"term": "steep", "shape": "power", "exponent": 6, "per_order": between(0, 5)},
        {"term": "limit", "shape": "saturating", "exponent": 0.7, "per_customer": between(0, 2)},
        {"term": "people", "shape": "nines", "resource": "staff", "per_order": between(0, 0.3)},
        {
            "term": "step",
            "shape": "logistic",
            "steepness": 40,
            "middle": between(0.6, 0.8),
            "per_segment": between(0, 300),
        },
    )
    points = (
        [("low", 0.3, 2.0), ("mid", between(0.5, 0.8), 2.5), ("high", 1.0, between(3, 9))]
        if rng.random() < 0.5
        else []
    )
    return level_case(
        own,
        [term for term in terms if rng.random() < 0.6] or list(terms[:2]),
        [
            {"segment": "*", "point": name, "level": level, "cost_per_order": cost}
            for name, level, cost in points
        ],
        limits,
        response=[response, *({"segment": name, "kind": "curve"} for name in by_curve)],
        sales_curves=[
            {"segment": name, "shape": shape, **_numbers(shape, between)}
            for name, shape in zip(by_curve, rng.permutation(shapes).tolist(), strict=False)
        ],
        sales_points=[
            {"point": "a", "service_level": 0.3, "sales": 50},
            {"point": "b", "service_level": between(0.6, 0.8), "sales": 60},
            {"point": "c", "service_level": 1.0, "sales": 90},
        ]
        if by_curve
        else [],
        resources=[{"resource": "staff", "capacity": 1e6, "unit_cost": between(0, 4)}],
        usage=[{"resource": "staff", "per_order": between(0, 0.4)}],
        cost_lines=[{"line": "refund", "per_failure": between(0, 3), "per_order": 0.1}],
    )


def _numbers(shape, between):
    """What a sales curve of a shape needs."""
    return {
        "logistic": {"rivals_level": 0.75, "low": 40, "high": 100, "steepness": between(10, 50)},
        "exponential": {"low": 40, "high": 100, "steepness": between(1, 9)},
        "kinked": {"rivals_level": between(0.6, 0.8), "gain": 0.3, "loss": between(0.4, 1.2)},
        "points": {},
    }[shape]
