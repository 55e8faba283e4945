"""From the response table and its companions to how every segment answers to a level of service.

One of the files of economics that know the planning case. What a kind of lost sales changes are the
factors of the default formulas; only curves and quality have a formula of their own for orders.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.case.own_rows import OwnRows
from slopt.case.pair_rows import PairRows
from slopt.economics.complaint_recovery import (
    LoyaltyAfterProblem,
    Recovery,
    recovery_cost,
    retention_after_problem,
)
from slopt.economics.lost_sales import dissatisfied_share, failed_orders
from slopt.economics.quality_loss import loss_coefficient, two_sided_loss
from slopt.economics.sales_answer import share_of_sales_lost
from slopt.economics.word_of_mouth import listeners_in_all, people_who_know
from slopt.errors import InvalidInput, Problem
from slopt.sayings import say
from slopt.vocabulary import LossKind

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Responses:
    """How every segment answers to failures; (S, 1) where not said otherwise.

    share, margin: of a failed order, share x margin is lost, money. leave: chance that a
    dissatisfied customer leaves. listeners: of one dissatisfied customer, all generations.
    pool: position (S,) of the pool of prospects that the listeners belong to, -1 for none; who has
    one has no listeners here. messages: prospects whom a dissatisfied customer tells, counting
    repeats; None where there are no pools. praise: money of prospects whom a customer without a
    failure would have won; None where nobody praises. served: share of orders without a failure,
    (S, K). by_curve: positions of segments (n,) and the money that an order loses on average,
    (n, K), in place of share x margin. complaints: share of dissatisfied customers who complain,
    and money for each; handling: booked money per failed order. Both None where there are none.
    """

    share: Numbers
    margin: Numbers
    leave: Numbers
    listeners: Numbers
    pool: Places
    messages: Numbers | None
    praise: Numbers | None
    served: Numbers
    by_curve: tuple[tuple[Places, Numbers], ...] = ()
    complaints: tuple[Numbers, Numbers] | None = None
    handling: Numbers | None = None


FAILURES = (LossKind.FAILURE, LossKind.STOCK_OUT, LossKind.UNSOLD)
"""The kinds that count failed orders one by one, whatever tier they are served in."""


def answers_to_failures(case: PlanningCase) -> Responses:
    """What a failed order causes in every segment, (S, 1).

    Segments of kinds that are not of `FAILURES` answer as those of kind failure. Raises
    InvalidInput that names the segment at fault.
    """
    shape = (len(case.segments), 1)
    return responses(case, np.ones(shape), None, np.ones(shape, dtype=np.bool_), FAILURES)


def responses(
    case: PlanningCase,
    level: Numbers,
    hung_up: Numbers | None,
    allowed: NDArray[np.bool_],
    kinds: Collection[LossKind] = tuple(LossKind),
) -> Responses:
    """The answers of all segments to the levels (S, K) of their offers, where they are `allowed`.

    `hung_up` (S, K) is the share of calls given up, where queues say so. Segments whose kind is
    not among `kinds` answer as those of kind failure. Raises InvalidInput that names the segment at
    fault.
    """
    response, segments = OwnRows(case), case.table("segments")
    margin = segments.numbers("revenue_per_order") * segments.numbers("margin")
    share, leave = response.numbers("lost_order_share"), response.numbers("leave_probability")
    served, handling, by_curve = level, None, []
    for kind, its in _kinds(response, kinds):
        match kind:
            case LossKind.STOCK_OUT:
                share, leave, margin = share.copy(), leave.copy(), margin.copy()
                handling = np.zeros(len(margin))
                lost, leave[its], handling[its] = stock_out_losses(case, its, margin[its])
                share[its], margin[its] = lost, 1.0
            case LossKind.CURVE:
                lost = share_of_sales_lost(case, its, np.where(allowed[its], level[its], np.nan))
                by_curve.append((its, margin[its, None] * lost))
            case LossKind.QUALITY:
                by_curve.append((its, _quality(case, its, level.shape)))
            case LossKind.WAITING:
                served = served.copy()
                served[its] = _not_hung_up(hung_up, its, level)
            case LossKind.UNSOLD:
                share = share.copy()
                share[its] = 1.0
            case LossKind.FAILURE:
                pass
    leave, complaints = _complaints(response, leave)
    listeners = _listeners(response)
    pool = response.places("prospect_pool", case.table("prospect_pools").texts("pool"))
    pooled = bool(np.any(pool >= 0))
    return Responses(
        share=share[:, None],
        margin=margin[:, None],
        leave=leave[:, None],
        listeners=np.where(pool < 0, listeners, 0.0)[:, None] if pooled else listeners[:, None],
        pool=pool,
        messages=(listeners * response.numbers("prospect_share"))[:, None] if pooled else None,
        praise=_praise(response),
        served=served,
        by_curve=tuple(by_curve),
        complaints=complaints,
        handling=None if handling is None else handling[:, None],
    )


def booked_by_failures(
    answers: Responses, block: slice, customers: Numbers, orders: Numbers
) -> Numbers | float:
    """Service cost that failures cause in a block of segments, (n, K): complaints and backorders.

    customers, orders: of the block, (n, 1).
    """
    cost: Numbers | float = 0.0
    served = answers.served[block]
    if answers.complaints is not None:
        rate, each = (part[block] for part in answers.complaints)
        told = customers * dissatisfied_share(orders, served) * rate
        cost = cost + recovery_cost(told, each)
    if answers.handling is not None:
        failures = failed_orders(orders, served)
        cost = cost + customers * failures * answers.handling[block]
    return cost


def _kinds(response: OwnRows, kinds: Collection[LossKind]) -> Iterator[tuple[LossKind, Places]]:
    """Those of the kinds that any segment has, and the positions of these segments."""
    for kind in kinds:
        its = np.flatnonzero(response.says("kind", kind))
        if len(its):
            yield kind, its


def stock_out_losses(
    case: PlanningCase, its: Places, margin: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    """Of a stock-out: margin lost, chance that the customer leaves, handling that is booked, (n,).

    `its` are positions of segments, which may repeat, `margin` (n,) that of an order. The sum over
    reactions of `stock_out.loss_per_stock_out`, for many segments at once.
    """
    own = OwnRows(case, "stock_outs")

    def of(column: str) -> Numbers:
        return own.numbers(column)[its]

    lost = (
        of("other_shop") * (margin + of("margin_of_basket"))
        + of("other_brand") * (margin - of("margin_of_other_brand"))
        + of("same_brand") * (margin - of("margin_of_same_brand"))
        + of("later") * of("lost_later") * margin
        + of("nothing") * margin
    )
    gains = np.flatnonzero(lost < 0)
    if len(gains):
        table = case.table("stock_outs")
        raise InvalidInput(
            [
                Problem(
                    say(
                        'A stock-out of "{segment}" would earn {value}: its substitutes have '
                        "more margin than the item.",
                        segment=case.segments[int(its[i])],
                        value=f"{-lost[i]:g}",
                    ),
                    say(
                        "Check margin_of_other_brand and margin_of_same_brand against the "
                        "margin of an order."
                    ),
                    table=table.name,
                    file=table.file or None,
                    row=table.rows[int(own.rows[its[i]])],
                )
                for i in gains[:5].tolist()
            ]
        )
    return lost, of("leaves"), of("later") * of("handling")


def _quality(case: PlanningCase, its: Places, shape: tuple[int, ...]) -> Numbers:
    """Expected loss of an order off its promise, (n, K); NaN for a pair that has no figures."""
    pairs = PairRows(case, "quality")
    known = ~np.isnan(pairs.numbers("mean")) & ~np.isnan(pairs.numbers("tolerance"))
    wanted = np.zeros(shape[0], dtype=np.bool_)
    wanted[its] = True
    known &= wanted[pairs.segment]
    promise, mean, tolerance, above, below = (
        pairs.numbers(name)[known]
        for name in ("promise", "mean", "tolerance", "loss_above", "loss_below")
    )
    below = np.where(np.isnan(below), above, below)
    spread = pairs.numbers("spread", 0.0)[known]
    lost = np.zeros(shape)
    lost[pairs.segment[known], pairs.tier[known]] = two_sided_loss(
        loss_coefficient(below, tolerance),
        loss_coefficient(above, tolerance),
        mean,
        spread,
        promise,
    )
    return np.asarray(lost[its])


def _not_hung_up(hung_up: Numbers | None, its: Places, level: Numbers) -> Numbers:
    """Share of calls not given up; the level itself for pairs that are forbidden, without queue."""
    if hung_up is None:
        return np.asarray(level[its])
    return np.where(np.isnan(hung_up[its]), level[its], 1 - hung_up[its])


def _complaints(
    response: OwnRows, leave: Numbers
) -> tuple[Numbers, tuple[Numbers, Numbers] | None]:
    """Chance to leave with complaints made good or not, and what complaints cost."""
    rate = response.numbers("complaint_rate")
    if not rate.any():
        return leave, None
    # The mixture is the same for shares who leave as for shares who stay.
    leaving = LoyaltyAfterProblem(
        silent=leave,
        not_satisfied=response.numbers("leave_if_in_vain"),
        satisfied=response.numbers("leave_if_slow"),
        satisfied_quickly=response.numbers("leave_if_quick"),
    )
    recovery = Recovery(
        rate, response.numbers("resolved_quickly"), response.numbers("resolved_slowly")
    )
    mixed = np.where(rate > 0, retention_after_problem(leaving, recovery), leave)
    cost = response.numbers("cost_per_complaint")
    return mixed, (rate[:, None], cost[:, None])


def _listeners(response: OwnRows) -> Numbers:
    """People who hear of one dissatisfied customer, those included to whom it is told again."""
    first, again = response.numbers("listeners"), response.numbers("passed_on")
    told_on = np.flatnonzero(again > 0)
    if len(told_on) == 0:
        return first
    listeners = first.copy()
    generations = response.numbers("generations", np.nan)[told_on]
    endless = np.isnan(generations)
    listeners[told_on[endless]] = listeners_in_all(first[told_on[endless]], again[told_on[endless]])
    ends = told_on[~endless]
    listeners[ends] = people_who_know(first[ends], again[ends], generations[~endless]) - 1
    return listeners


def _praise(response: OwnRows) -> Numbers | None:
    """What a customer's praise wins, money; lost with every customer who is dissatisfied."""
    factors = [
        response.numbers(name)
        for name in ("praise_listeners", "prospect_share", "persuasion", "prospect_value")
    ]
    if not all(factor.any() for factor in factors):
        return None
    return np.asarray(np.prod(factors, axis=0))[:, None]
