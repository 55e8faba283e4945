"""Checks of what customers ask of stock rooms: means with a spread, failures that have a cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase, Table
from slopt.case.few import flagged
from slopt.case.own_rows import OwnRows
from slopt.case.raw import RawCase, RawTable
from slopt.errors import Problem, Severity
from slopt.sayings import later, say
from slopt.vocabulary import DemandLaw, LossKind, StockKind

Numbers = NDArray[np.float64]

KINDS = (LossKind.FAILURE, LossKind.STOCK_OUT, LossKind.UNSOLD)
"""Kinds of lost sales that say what one failed order costs."""
VAGUE = 0.5
"""Spread / mean of demand above which normal demand is below 0 too often."""


def check_item_demand(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Every problem of the table item_demand, and of items that it leaves without demand."""
    yield from _demand(case, raw)
    yield from _answers(case, raw)


def told_of_item(
    source: RawTable,
    table: Table,
    column: str,
    message: str,
    remedy: str,
    severity: Severity = Severity.ERROR,
    **words: Numbers | str,
) -> Callable[[int], Problem]:
    """What describes a row at fault; the message names the item, the other words, the figures."""
    items = table.texts("item")

    def describe(index: int) -> Problem:
        given = table.column(column)[index]
        value = given if isinstance(given, str) else float(given)
        blank = value == "" or value != value
        said = {
            name: word if isinstance(word, str) else f"{word[index]:.6g}"
            for name, word in words.items()
        }
        return source.problem(
            say(message, item=items[index], **said),
            remedy,
            table.rows[index],
            column,
            None if blank else value,
            severity,
        )

    return describe


def _demand(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Means with a spread; every item is wanted, and nobody knows by how much exactly."""
    table, source = case.table("item_demand"), raw.tables["item_demand"]
    mean, spread = table.numbers("mean"), table.numbers("spread")
    variation = table.numbers("variation")
    for column, wrong, message, remedy in (
        (
            "spread",
            np.isnan(spread) & np.isnan(variation),
            later('Demand for item "{item}" has neither spread nor variation.'),
            say("Write one of them: 0 only where the demand is known exactly."),
        ),
        (
            "variation",
            ~np.isnan(spread) & ~np.isnan(variation),
            later('Demand for item "{item}" has spread and variation, which say the same twice.'),
            say("Keep one of them."),
        ),
        (
            "mean",
            (mean == 0) & (spread > 0),
            later('Demand for item "{item}" has a spread, and its mean is 0.'),
            say("Write the mean, or clear the row."),
        ),
        (
            "units_per_order",
            table.numbers("units_per_order") == 0,
            later('units_per_order of item "{item}" is 0.'),
            say("Write a number above 0."),
        ),
    ):
        yield from flagged(wrong, told_of_item(source, table, column, message, remedy))
    items = case.table("items")
    place = table.texts("item").places_in(items.texts("item"))
    known = place >= 0
    each = np.where(np.isnan(spread), mean * variation, spread)
    total, square = (
        _sums(place[known], np.nan_to_num(values[known]), len(items)) for values in (mean, each**2)
    )
    by_item = raw.tables["items"]
    unread = np.bincount(place[known & np.isnan(mean)], minlength=len(items)) > 0
    yield from flagged(
        (total == 0) & ~unread,
        told_of_item(
            by_item,
            items,
            "item",
            later('Nobody asks for item "{item}".'),
            say("Add a row with a mean above 0 to item_demand, or take the item out."),
        ),
    )
    some = (total > 0) & (np.bincount(place[known & np.isnan(each)], minlength=len(items)) == 0)
    again = ~items.texts("kind").is_in([StockKind.SEASON])
    certain = (square == 0) & ~(again & (items.numbers("lead_time_spread") > 0))
    yield from flagged(
        some & certain,
        told_of_item(
            by_item,
            items,
            "item",
            later('Demand for item "{item}" never varies, so that there is nothing to decide.'),
            say("Write a spread above 0 in item_demand, or take the item out."),
        ),
    )
    share = _vagueness(items, total, square)
    yield from flagged(
        some & items.texts("law").is_in([DemandLaw.NORMAL]) & (share > VAGUE),
        told_of_item(
            by_item,
            items,
            "law",
            later(
                'The demand that stock of item "{item}" has to meet has a spread of {share} of its '
                "mean: normal demand would often be below 0."
            ),
            say("Write gamma, or clear it."),
            Severity.WARNING,
            share=share,
        ),
    )


def _sums(place: NDArray[np.int64], values: Numbers, count: int) -> Numbers:
    return np.asarray(np.bincount(place, weights=values, minlength=count), dtype=np.float64)


def _vagueness(items: Table, demand: Numbers, square: Numbers) -> Numbers:
    """Spread / mean of the demand that the level of an item has to meet."""
    kind = items.texts("kind")
    again = ~kind.is_in([StockKind.SEASON])
    review = np.where(kind.is_in([StockKind.PERIODIC]), items.numbers("review_time"), 0.0)
    time = np.where(again, items.numbers("lead_time") + review, 1.0)
    of_lead = np.where(again, demand * items.numbers("lead_time_spread"), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.sqrt(time * square + of_lead**2) / (time * demand))


def _answers(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """A failed order must have a cost of its own, whatever else fails."""
    if "segments" not in case.tables:
        return
    table, source = case.table("item_demand"), raw.tables["item_demand"]
    place = table.texts("segment").places_in(case.segments)
    response = OwnRows(case)
    counted = np.any([response.says("kind", kind) for kind in KINDS], axis=0)
    others = np.any([response.says("kind", kind) for kind in set(LossKind) - set(KINDS)], axis=0)
    pooled = response.places("prospect_pool", case.table("prospect_pools").texts("pool")) >= 0
    yield from flagged(
        (place >= 0) & np.append(others & ~counted, False)[place],
        told_of_item(
            source,
            table,
            "segment",
            later(
                'Who asks for item "{item}" is of a kind in response that does not say what one '
                "failed order loses."
            ),
            say("Stock rooms need kind failure, stock_out or unsold."),
        ),
    )
    yield from flagged(
        (place >= 0) & np.append(pooled, False)[place],
        told_of_item(
            source,
            table,
            "segment",
            later(
                'Who asks for item "{item}" belongs to a prospect_pool, which stock rooms do not '
                "know."
            ),
            say("Clear prospect_pool of the segment, and give it deterrence and prospect_value."),
        ),
    )
