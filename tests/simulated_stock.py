"""Stock rooms as a discrete-event simulation, from the words of the policies alone.

Customers of each class arrive one by one; orders to the supplier arrive a lead time after they were
placed. No formula of slopt is used here, so that what comes out can judge them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import simpy

BATCHES = 20


@dataclass
class Seen:
    """Figures by batch of time: (BATCHES, classes), and (BATCHES,) for the stock on hand."""

    fill_rates: np.ndarray
    owed: np.ndarray
    on_hand: np.ndarray
    orders: np.ndarray

    def mean(self, name):
        """Mean of a figure over the batches."""
        return getattr(self, name).mean(axis=0)

    def error(self, name):
        """Standard error of that mean, from the batches."""
        return getattr(self, name).std(axis=0, ddof=1) / np.sqrt(BATCHES)


@dataclass
class _Customer:
    at: float
    group: int
    served: bool = False


@dataclass
class _Room:
    """A stock room at work; `refill` says how it orders and `gives` how it gives out."""

    env: simpy.Environment
    rates: list
    lead_time: object  # () -> time
    reserves: list
    waits: bool
    clearing: str
    stock: int
    position: int
    rng: np.random.Generator
    horizon: float
    waiting: list = field(default_factory=list)
    since: list = field(default_factory=list)  # customers since the oldest order on its way
    last: float = 0.0

    def __post_init__(self):
        classes = len(self.rates)
        self.asked, self.at_once = np.zeros((2, BATCHES, classes))
        self.owed = np.zeros((BATCHES, classes))
        self.on_hand, self.orders = np.zeros((2, BATCHES))
        self.backlog = np.zeros(classes)

    def batch(self):
        return min(int(self.env.now / self.horizon * BATCHES), BATCHES - 1)

    def count_time(self):
        """Add the time since the last event to the means; batches are long against events."""
        passed, self.last = self.env.now - self.last, self.env.now
        self.owed[self.batch()] += passed * self.backlog
        self.on_hand[self.batch()] += passed * self.stock

    def customers(self):
        """All classes in one stream; each customer is of a class with the chance of its rate."""
        shares, total = np.array(self.rates) / sum(self.rates), sum(self.rates)
        while True:
            gaps = self.rng.exponential(1 / total, 1000)
            groups = self.rng.choice(len(shares), 1000, p=shares)
            for gap, group in zip(gaps.tolist(), groups.tolist(), strict=True):
                yield self.env.timeout(gap)
                self.ask(group)

    def ask(self, group):
        self.count_time()
        batch = self.batch()
        self.asked[batch, group] += 1
        customer = _Customer(self.env.now, group)
        if self.stock > self.reserves[group]:
            self.stock -= 1
            self.at_once[batch, group] += 1
            customer.served = True
        elif self.waits:
            self.backlog[group] += 1
            self.waiting.append(customer)
        if self.waits:
            self.since.append(customer)
        if customer.served or self.waits:
            self.position -= 1
        self.changed()

    def changed(self):
        """What follows a fall of the position; nothing unless a policy says so."""

    def order(self, units):
        self.position += units
        self.orders[self.batch()] += 1
        self.env.process(self.deliver(units, self.position, self.env.now))

    def deliver(self, units, position, placed):
        yield self.env.timeout(self.lead_time())
        self.count_time()
        self.stock += units
        if self.waits and self.clearing == "priority":
            self.clear_by_priority()
        elif self.waits:
            self.clear_as_rationed_then(position, placed)

    def hand_over(self, customer):
        customer.served = True
        self.stock -= 1
        self.backlog[customer.group] -= 1
        assert self.stock >= 0

    def clear_by_priority(self):
        """The better class first, each as long as more than its reserve is there."""
        self.waiting.sort(key=lambda each: (each.group, each.at))
        for each in self.waiting:
            if self.stock > self.reserves[each.group]:
                self.hand_over(each)
        self.waiting = [each for each in self.waiting if not each.served]

    def clear_as_rationed_then(self, position, placed):
        """Give out as if `position` units had been on hand when the order was placed."""
        self.since = [each for each in self.since if each.at > placed]
        left = position
        for each in self.waiting:
            if each.at <= placed:
                self.hand_over(each)
        for each in self.since:
            if left > self.reserves[each.group]:
                left -= 1
                if not each.served:
                    self.hand_over(each)
        self.waiting = [each for each in self.waiting if not each.served]
        assert self.stock == left

    def seen(self):
        self.count_time()
        length = self.horizon / BATCHES
        return Seen(
            self.at_once / self.asked,
            self.owed / length,
            self.on_hand / length,
            self.orders / length,
        )


class _ReorderPoint(_Room):
    point, quantity = 0, 0

    def changed(self):
        while self.position <= self.point:
            self.order(self.quantity)


class _OrderUpTo(_Room):
    level, review_time = 0, 0.0

    def reviews(self):
        while True:
            yield self.env.timeout(self.review_time)
            if self.position < self.level:
                self.order(self.level - self.position)
            elif self.clearing == "threshold":
                # An order of nothing: still the stock is what the level then has become.
                self.env.process(self.deliver(0, self.level, self.env.now))


def reorder_point_room(
    rates,
    lead_time,
    point,
    quantity,
    reserves,
    waits=True,
    clearing="threshold",
    customers=25_000,
    seed=1,
):
    """(s, Q, K) for about so many customers; the lead time is a number, or a function of a random
    generator that draws one.
    """
    room = _open(_ReorderPoint, rates, lead_time, reserves, waits, clearing, customers, seed)
    room.point, room.quantity = point, quantity
    room.stock = room.position = point + quantity
    room.env.process(room.customers())
    room.env.run(until=room.horizon)
    return room.seen()


def order_up_to_room(
    rates, lead_time, level, review_time, reserves, clearing="threshold", customers=25_000, seed=1
):
    """(R, S, K); unmet customers wait."""
    room = _open(_OrderUpTo, rates, lead_time, reserves, True, clearing, customers, seed)
    room.level, room.review_time = level, review_time
    room.stock = room.position = level
    room.env.process(room.customers())
    room.env.process(room.reviews())
    room.env.run(until=room.horizon)
    return room.seen()


def season_room(rates, length, stock, reserves, seasons=2000, seed=1):
    """Fill rates (classes,) and units left over in many seasons, with their standard errors."""
    rng = np.random.default_rng(seed)
    asked, served = np.zeros((2, seasons, len(rates)))
    left = np.zeros(seasons)
    shares, total = np.array(rates) / sum(rates), sum(rates)

    def season(env, number):
        there = stock
        while True:
            yield env.timeout(rng.exponential(1 / total))
            group = int(rng.choice(len(rates), p=shares))
            asked[number, group] += 1
            if there > reserves[group]:
                there -= 1
                served[number, group] += 1
            left[number] = there

    left[:] = stock
    for number in range(seasons):
        env = simpy.Environment()
        env.process(season(env, number))
        env.run(until=length)
    fill = served.sum(axis=0) / asked.sum(axis=0)
    spread = (served - fill * asked).std(axis=0, ddof=1) / asked.mean(axis=0)
    return fill, spread / np.sqrt(seasons), left.mean(), left.std(ddof=1) / np.sqrt(seasons)


def _open(kind, rates, lead_time, reserves, waits, clearing, customers, seed):
    rng = np.random.default_rng(seed)
    drawn = (lambda: float(lead_time(rng))) if callable(lead_time) else (lambda: lead_time)
    horizon = customers / sum(rates)
    return kind(
        simpy.Environment(), list(rates), drawn, list(reserves), waits, clearing, 0, 0, rng, horizon
    )


def flow_room(
    mean,
    variance,
    lead_time,
    *,
    point=None,
    quantity=None,
    level=None,
    review_time=None,
    step,
    periods,
    seed=1,
):
    """One item whose demand flows in amounts of any size: (s, Q) where `point` is given, or (R, S).

    What is asked for in a step follows a gamma distribution with the mean and the variance of so
    long a time, independent of all others; the lead time is a number, or a function of a random
    generator. Returns fill rate, share of cycles without shortage, and stock on hand, each as
    (mean, standard error).
    """
    rng = np.random.default_rng(seed)
    env = simpy.Environment()
    per_cycle = point is not None
    room = {"stock": point + quantity if per_cycle else level, "short": False}
    room["position"] = room["stock"]
    steps = int(periods / step)
    asks = rng.gamma(mean**2 * step / variance, variance / mean, steps)
    asked, served, held, cycles, whole = np.zeros((5, BATCHES))

    def order(units):
        room["position"] += units
        env.process(deliver(units, lead_time(rng) if callable(lead_time) else lead_time))

    def deliver(units, wait):
        yield env.timeout(wait)
        batch = min(int(env.now / periods * BATCHES), BATCHES - 1)
        cycles[batch] += 1
        whole[batch] += room["stock"] >= 0
        room["stock"] += units

    def days():
        for n in range(steps):
            yield env.timeout(step)
            batch = n * BATCHES // steps
            ask = asks[n]
            asked[batch] += ask
            served[batch] += min(ask, max(room["stock"], 0.0))
            room["stock"] -= ask
            room["position"] -= ask
            held[batch] += max(room["stock"], 0.0) + min(ask, max(room["stock"] + ask, 0.0)) / 2
            while per_cycle and room["position"] <= point:
                order(quantity)

    def reviews():
        while True:
            order(level - room["position"])
            yield env.timeout(review_time)

    env.process(days())
    if not per_cycle:
        env.process(reviews())
    env.run(until=periods + step / 2)
    return [
        (figure.mean(), figure.std(ddof=1) / np.sqrt(BATCHES))
        for figure in (served / asked, whole / cycles, held / (steps / BATCHES))
    ]


def two_class_flow_room(
    means, variances, lead_time, point, quantity, reserve, steps=60_000, seed=1
):
    """(s, Q, K) where two classes ask for amounts of any size, the better class first in the list.

    A delivery goes to those who wait, the better class first, the other as long as more than the
    reserve is left. In each short step either class is as likely to come first. Returns fill rates
    and their standard errors, (2,) each.
    """
    rng = np.random.default_rng(seed)
    step = min(lead_time / 20, quantity / sum(means) / 10)
    asks = [
        rng.gamma(mean**2 * step / variance, variance / mean, steps)
        for mean, variance in zip(means, variances, strict=True)
    ]
    better_first = rng.random(steps) < 0.5
    stock = position = point + quantity
    owed, due = [0.0, 0.0], []
    asked, served = np.zeros((2, BATCHES, 2))
    for n in range(steps):
        while due and due[0] <= n * step:
            due.pop(0)
            stock += quantity
            for group in (0, 1):
                sent = min(max(stock - group * reserve, 0.0), owed[group])
                owed[group] -= sent
                stock -= sent
        for group in (0, 1) if better_first[n] else (1, 0):
            ask = asks[group][n]
            given = min(ask, max(stock - group * reserve, 0.0))
            stock -= given
            owed[group] += ask - given
            position -= ask
            asked[n * BATCHES // steps, group] += ask
            served[n * BATCHES // steps, group] += given
        while position <= point:
            position += quantity
            due.append(n * step + lead_time)
    fill = served / asked
    return fill.mean(axis=0), fill.std(axis=0, ddof=1) / np.sqrt(BATCHES)
