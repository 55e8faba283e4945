"""A planning case -> the curves of its segments that choose a service level.

One of the files of economics that know the planning case. At level q a segment with n orders per
customer has N n (1 - q) failed orders and N (1 - q^n) dissatisfied customers; what these lose and
cost is taken from the case's own economics. `level_costs` adds terms, `level_curves` points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.level_rows import level_points, level_terms
from slopt.case.own_rows import OwnRows
from slopt.case.texts import Texts
from slopt.economics.levels.curves import (
    LOST_CUSTOMERS,
    LOST_ORDERS,
    LOST_PROSPECTS,
    SERVICE_COST,
    USE,
    LevelCurves,
    Term,
)
from slopt.economics.levels.own_case import BEST, WORST, case_of_levels
from slopt.economics.levels.sales import SalesTerms, joined
from slopt.economics.levels.shapes import Form, Nines, Points, Power, Saturating, SShape, Straight
from slopt.economics.offers import make_offers
from slopt.economics.sales_answer import sales_curves
from slopt.vocabulary import LOSSES, LevelShape, LossKind

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


def curves_of(case: PlanningCase, segments: Places) -> LevelCurves:
    """The curves of these segments (U,) of a case, which have a floor and a ceiling.

    Raises InvalidInput that names the segment at fault.
    """
    table = case.table("segments")
    customers, orders, lowest, highest = (
        table.numbers(name)[segments]
        for name in ("customers", "orders_per_customer", "min_level", "max_level")
    )
    size = _Size(customers, customers * orders, orders, _Forms(orders))
    unit_cost = case.table("resources").numbers("unit_cost")
    terms = [
        *_by_economics(case, segments, size),
        *_by_sales_curves(case, segments, size, lowest, highest),
        *_by_level_costs(case, segments, size, unit_cost),
    ]
    return LevelCurves(
        names=[case.segments[int(s)] for s in segments],
        lowest=lowest,
        highest=highest,
        resources=len(case.resources),
        terms=tuple(_merged(_with_points(case, segments, size, unit_cost, terms))),
    )


class _Forms:
    """Forms that many terms share: 1, q, and q^n for n orders of a customer, (U,)."""

    def __init__(self, orders: Numbers) -> None:
        self.constant: Form = Straight(len(orders), rises=False)
        self.line: Form = Straight(len(orders), rises=True)
        self.all_served: Form = Power(orders)


@dataclass(frozen=True, eq=False)
class _Size:
    """Customers, orders of all customers, and orders of one, (U,)."""

    customers: Numbers
    orders: Numbers
    per_customer: Numbers
    forms: _Forms

    def falling(self, figure: int, amount: Numbers, form: Form) -> list[Term]:
        """amount x (1 - form)."""
        return [Term(figure, amount, self.forms.constant), Term(figure, -amount, form)]


def _by_economics(case: PlanningCase, segments: Places, size: _Size) -> list[Term]:
    """What failures and dissatisfied customers lose and cost, and what is there at any level."""
    its = case_of_levels(case, segments)
    offers = make_offers(its)
    response = OwnRows(its)
    failed, unhappy = size.forms.line, size.forms.all_served
    complaints = size.customers * (size.per_customer > 0)
    complaints = complaints * response.numbers("complaint_rate")
    complaints = complaints * response.numbers("cost_per_complaint")
    cost = offers.service_cost
    by_failures = cost[:, WORST] - cost[:, BEST] - complaints
    by_curve = OwnRows(case).says("kind", LossKind.CURVE)[segments]
    lost_orders = np.where(by_curve, 0.0, offers.lost_orders[:, WORST])
    terms = [
        Term(SERVICE_COST, cost[:, BEST].copy(), size.forms.constant),
        *size.falling(SERVICE_COST, by_failures, failed),
        *size.falling(SERVICE_COST, complaints, unhappy),
        *size.falling(LOST_ORDERS, lost_orders, failed),
        *size.falling(LOST_CUSTOMERS, offers.lost_customers[:, WORST], unhappy),
        *size.falling(LOST_PROSPECTS, offers.lost_prospects[:, WORST], unhappy),
    ]
    for resource, use in enumerate(offers.use):
        terms.append(Term(USE + resource, use[:, BEST].copy(), size.forms.constant))
    return [term for term in terms if term.amount.any()]


def _by_sales_curves(
    case: PlanningCase, segments: Places, size: _Size, lowest: Numbers, highest: Numbers
) -> list[Term]:
    """Lost orders of segments whose sales follow a curve: N n margin (1 - R(q) / R(end))."""
    its = np.flatnonzero(OwnRows(case).says("kind", LossKind.CURVE)[segments])
    if len(its) == 0:
        return []
    table = case.table("segments")
    margin = (table.numbers("revenue_per_order") * table.numbers("margin"))[segments]
    worth = size.orders * margin
    curves = sales_curves(case, segments[its], np.stack([lowest[its], highest[its]], axis=1))
    made = SalesTerms(worth)
    for places, curve, _ in curves:
        made.add(its[places], curve)
    return made.terms()


def _by_level_costs(
    case: PlanningCase, segments: Places, size: _Size, unit_cost: Numbers
) -> list[Term]:
    """The terms of `level_costs`: money, or units of a resource with their unit cost."""
    table = case.table("level_costs")
    resource = table.texts("resource").places_in(Texts.of(case.resources))
    shape = table.texts("shape")
    found = []
    for term in level_terms(case, segments):
        its = np.flatnonzero(term.rows >= 0)
        rows = term.rows[its]
        amount = _spread(
            len(segments),
            its,
            size.customers[its] * table.numbers("per_customer")[rows]
            + size.orders[its] * table.numbers("per_order")[rows]
            + table.numbers("per_segment")[rows],
            0.0,
        )
        used = _spread(len(segments), its, resource[rows], -1)
        exponent, steepness, middle = (
            _spread(len(segments), its, np.nan_to_num(table.numbers(name)[rows], nan=1.0), 1.0)
            for name in ("exponent", "steepness", "middle")
        )
        for kind in LevelShape:
            of_kind = _spread(len(segments), its, shape.is_in([kind])[rows], False)
            if not of_kind.any():
                continue
            form = _form(kind, size.forms, exponent, steepness, middle)
            for r in np.unique(used[of_kind]).tolist():
                chosen = np.where(of_kind & (used == r), amount, 0.0)
                if r < 0:
                    found.append(Term(SERVICE_COST, chosen, form))
                else:
                    found.append(Term(USE + r, chosen, form))
                    found.append(Term(SERVICE_COST, chosen * unit_cost[r], form))
    return [term for term in found if term.amount.any()]


def _form(
    kind: LevelShape, forms: _Forms, exponent: Numbers, steepness: Numbers, middle: Numbers
) -> Form:
    match kind:
        case LevelShape.FIXED:
            return forms.constant
        case LevelShape.LINEAR:
            return forms.line
        case LevelShape.POWER:
            return Power(exponent)
        case LevelShape.SATURATING:
            return Saturating(exponent)
        case LevelShape.NINES:
            return Nines(len(exponent))
        case LevelShape.LOGISTIC:
            return SShape(steepness, middle)


def _spread(count: int, its: Places, values: NDArray[Any], otherwise: float) -> NDArray[Any]:
    """(count,): the values at `its`, and one value elsewhere."""
    spread = np.full(count, otherwise, dtype=values.dtype)
    spread[its] = values
    return spread


def _with_points(
    case: PlanningCase, segments: Places, size: _Size, unit_cost: Numbers, terms: list[Term]
) -> list[Term]:
    """The terms with the points of `level_curves`, which replace some of them."""
    points = level_points(case, segments)
    if not points.rows:
        return terms
    count = len(segments)

    def lines(column: str) -> tuple[Points, NDArray[np.bool_]] | None:
        heights = points.table.numbers(column)
        level = points.table.numbers("level")
        curves = [
            (np.flatnonzero(points.curve == place), level[rows], heights[rows])
            for place, rows in enumerate(points.rows)
            if not np.isnan(heights[rows]).any()
        ]
        curves = [curve for curve in curves if len(curve[0])]
        return joined(count, curves) if curves else None

    for column, amount in (("cost_per_customer", size.customers), ("cost_per_order", size.orders)):
        found = lines(column)
        if found:
            form, has = found
            terms = [*terms, Term(SERVICE_COST, np.where(has, amount, 0.0), form)]
    for place, name in enumerate(case.resources):
        if name in points.table.use_columns:
            found = lines(f"use:{name}")
            if found:
                terms = _use_by_points(terms, place, float(unit_cost[place]), *found)
    money = {"service_cost": SERVICE_COST, **dict(zip(LOSSES, range(1, 4), strict=True))}
    for column, figure in money.items():
        found = lines(column)
        if found:
            form, has = found
            terms = [*_without(terms, figure, has), Term(figure, np.where(has, 1.0, 0.0), form)]
    return [term for term in terms if term.amount.any()]


def _use_by_points(
    terms: list[Term], resource: int, unit_cost: float, form: Points, has: NDArray[np.bool_]
) -> list[Term]:
    """Use by points in place of usage rows and terms, with the cost of the units in place of
    theirs.
    """
    figure = USE + resource
    replaced = [
        Term(SERVICE_COST, np.where(has, -unit_cost * term.amount, 0.0), term.form)
        for term in terms
        if term.figure == figure
    ]
    return [
        *_without(terms, figure, has),
        *replaced,
        Term(figure, np.where(has, 1.0, 0.0), form),
        Term(SERVICE_COST, np.where(has, unit_cost, 0.0), form),
    ]


def _without(terms: list[Term], figure: int, has: NDArray[np.bool_]) -> list[Term]:
    return [
        Term(figure, np.where(has, 0.0, term.amount), term.form) if term.figure == figure else term
        for term in terms
    ]


def _merged(terms: list[Term]) -> list[Term]:
    """Terms of one figure and one form as one."""
    found: dict[tuple[int, int], Term] = {}
    for term in terms:
        key = term.figure, id(term.form)
        amount = found[key].amount + term.amount if key in found else term.amount
        found[key] = Term(term.figure, amount, term.form)
    return list(found.values())
