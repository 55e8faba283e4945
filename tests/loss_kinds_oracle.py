"""Every kind of lost sales once more, row by row in plain Python, with nothing of slopt's formulas.

Also queues by summing the chances of their states, and stocks by integrating the normal density.
"""

from __future__ import annotations

import itertools
import math

CURVE_NUMBERS = ("rivals_level", "low", "high", "steepness", "gain", "loss")
REACTIONS = ("other_shop", "other_brand", "same_brand", "later", "nothing", "leaves")


def records(case, table):
    """The rows of a table as dicts."""
    columns = case.table(table).as_lists()
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def by_segment(case, table, segment, column, otherwise=0.0):
    """The segment's own row, else the `*` row, else a default."""
    for wanted in (segment, "*"):
        for row in records(case, table):
            if row["segment"] == wanted and row[column] not in (None, ""):
                return row[column]
    return otherwise


def by_pair(case, table, segment, tier, column, otherwise=None):
    """Segment and tier, else segment, else tier, else neither, else a default."""
    for wanted in ((segment, tier), (segment, "*"), ("*", tier), ("*", "*")):
        for row in records(case, table):
            if (row["segment"], row["tier"]) == wanted and row[column] is not None:
                return row[column]
    return otherwise


def share_of_sales_lost(case, segment, level):
    """1 - R(q) / R(end) of a segment's sales curve."""
    its = {n: by_segment(case, "sales_curves", segment, n, None) for n in CURVE_NUMBERS}
    shape = by_segment(case, "sales_curves", segment, "shape")
    if shape == "points":
        rows = records(case, "sales_points")
        whose = segment if any(row["segment"] == segment for row in rows) else "*"
        points = sorted((r["service_level"], r["sales"]) for r in rows if r["segment"] == whose)
        for (a, low), (b, high) in itertools.pairwise(points):
            if a <= level <= b:
                return 1 - (low + (high - low) * (level - a) / (b - a)) / points[-1][1]
        raise AssertionError("level outside of the points")

    def sales(q):
        if shape == "logistic":
            way = 1 / (1 + math.exp(-its["steepness"] * (q - its["rivals_level"])))
            return its["low"] + (its["high"] - its["low"]) * way
        if shape == "exponential":
            away = math.exp(-its["steepness"] * (q - (its["rivals_level"] or 0.0)))
            return its["high"] - (its["high"] - its["low"]) * away
        beyond = q - its["rivals_level"]
        return 1 + (its["gain"] if beyond > 0 else its["loss"]) * beyond

    return 1 - sales(level) / sales(1.0)


def quality_loss(case, segment, tier, steps=40_000):
    """The expected loss of normal deliveries around a promise, by summing over their density."""
    promise, mean, spread, tolerance, above, below = (
        by_pair(case, "quality", segment, tier, name)
        for name in ("promise", "mean", "spread", "tolerance", "loss_above", "loss_below")
    )
    below = above if below is None else below
    total = 0.0
    for step in range(steps):
        z = -9 + 18 * (step + 0.5) / steps
        off = mean + (spread or 0.0) * z - promise
        k = (above if off > 0 else below) / tolerance**2
        total += k * off**2 * math.exp(-z * z / 2) / math.sqrt(2 * math.pi) * 18 / steps
    return total


def losses(case, segment, tier, level, hung_up=None):
    """(lost orders, customers, prospects, cost booked by failures) of one pair at a level."""
    row = next(r for r in records(case, "segments") if r["segment"] == segment)
    count, orders = row["customers"], row["orders_per_customer"]
    margin = row["revenue_per_order"] * row["margin"]

    def says(column, otherwise=0.0, table="response"):
        return by_segment(case, table, segment, column, otherwise)

    kind = says("kind", "failure")
    served = 1 - hung_up if kind == "waiting" and hung_up is not None else level
    failures, unhappy = orders * (1 - served), 1 - served**orders
    leave, booked = says("leave_probability"), 0.0
    if kind == "stock_out":
        what = {name: says(name, table="stock_outs") for name in REACTIONS}
        loss = {
            "other_shop": margin + says("margin_of_basket", table="stock_outs"),
            "other_brand": margin - says("margin_of_other_brand", table="stock_outs"),
            "same_brand": margin - says("margin_of_same_brand", table="stock_outs"),
            "later": says("lost_later", table="stock_outs") * margin,
            "nothing": margin,
            "leaves": 0.0,
        }
        lost_orders = count * failures * sum(what[name] * loss[name] for name in REACTIONS)
        booked += count * failures * what["later"] * says("handling", table="stock_outs")
        leave = what["leaves"]
    elif kind == "curve":
        lost_orders = count * orders * margin * share_of_sales_lost(case, segment, level)
    elif kind == "quality":
        lost_orders = count * orders * quality_loss(case, segment, tier)
    else:
        share = 1.0 if kind == "unsold" else says("lost_order_share")
        lost_orders = count * failures * share * margin
    told = says("complaint_rate")
    if told:
        quick, slow = says("resolved_quickly"), says("resolved_slowly")
        after = quick * says("leave_if_quick") + slow * says("leave_if_slow")
        after += (1 - quick - slow) * says("leave_if_in_vain")
        leave = (1 - told) * leave + told * after
        booked += count * unhappy * told * says("cost_per_complaint")
    value = orders * margin
    if says("value_basis", "lifetime") == "lifetime" and leave:
        keep = 1 - row["base_churn"]
        value *= keep / (1 + case.settings.case.discount_rate - keep)
    listeners, again = says("listeners"), says("passed_on")
    if again:
        ends = says("generations", None)
        rounds = 2000 if ends is None else int(ends)
        listeners = sum(listeners * again**g for g in range(rounds))
    prospects = listeners * says("deterrence") + says("praise_listeners") * says("persuasion")
    prospects *= says("prospect_share") * says("prospect_value")
    return (lost_orders, count * unhappy * leave * value, count * unhappy * prospects, booked)


def queue_states(rate, handle, agents, patience, states=4000):
    """Chances of 0, 1, 2, ... calls in the system M/M/c+M; patience None is endless."""
    chances = [1.0]
    for n in range(1, states):
        leaving = min(n, agents) / handle
        if patience is not None:
            leaving += max(n - agents, 0) / patience
        chances.append(chances[-1] * rate / leaving)
    total = sum(chances)
    return [each / total for each in chances]


def normal_shortage(mean, spread, stock, steps=40_000):
    """E[max(D - stock, 0)] of normal demand, by summing over its density."""
    total = 0.0
    for step in range(steps):
        z = -9 + 18 * (step + 0.5) / steps
        short = max(mean + spread * z - stock, 0.0)
        total += short * math.exp(-z * z / 2) / math.sqrt(2 * math.pi) * 18 / steps
    return total
