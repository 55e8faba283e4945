"""Check a certificate of slopt in exact arithmetic: python standalone.py CERTIFICATE NUMBERS

This one file is the whole verifier: it needs Python 3.11 and nothing else. It reads the numbers of
a case (what every offer adds to each column, the goal, limits on columns, rules) and a certificate
(plan, value, bound, proof), takes each number as the decimal that is written, and never rounds.

The plan is priced and held against every limit and rule. The bound follows from the prices of the
proof: at any prices p >= 0 on the limits every segment may decide alone, hence

    bound(p) = -p'limit + sum over segments of min over tiers (goal + p'amounts) + best of extras

Menus of tiers and firm `same_tier` rules are exact in it. The loss of a pool is concave, so at
least the straight line to its end. Soft `same_tier` rules are left out, which only weakens it. A
proof may split the tiers of a segment in two: the bound is then the lower one of the two sides.
"""

import hashlib
import json
import math
import re
import sys
from collections import Counter
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

CERTIFICATE, NUMBERS = "slopt certificate 1", "slopt numbers 1"
ROOM = Fraction(2, 10**9)
"""A limit counts as kept up to this share of it, as limits are rounded when they are typed."""
MOST_WORK = 20_000_000
"""Offers that are priced in all, which takes a few minutes; a longer proof is refused."""
LARGEST_CERTIFICATE, LARGEST_NUMBERS = 1 << 25, 1 << 28
"""Bytes. What they are read into takes up to fifty times as much memory."""
NEVER = Fraction(10) ** 400
"""The bound of what holds no plan."""
SEAL = ',\n"seal": "'
NUMBER = re.compile(r"-?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?")
Domain = list[list[int]]
"""The tiers that are left to each segment."""


class UnreadableError(Exception):
    """The file is something else, or too damaged to be read."""


class RefusedError(Exception):
    """The certificate does not hold; the message says why."""


class Verdict(NamedTuple):
    """What was proven, in the sense of the goal. All None where it is that there is no plan."""

    value: Fraction | None = None
    bound: Fraction | None = None
    gap: Fraction | None = None
    excess: Fraction | None = None


def read(text: str, kind: str) -> dict[str, Any]:
    """A document of a kind, its numbers exact; UnreadableError for anything else."""

    @cache
    def number(digits: str) -> Fraction:
        if not NUMBER.fullmatch(digits):
            raise ValueError(f"{digits[:40]} is not a number of usual size")
        value = Fraction(digits)
        if abs(value) >= 10**60:
            raise ValueError(f"{digits} is not a number of usual size")
        return value

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise ValueError("a name stands twice in one place")
        return dict(pairs)

    try:
        document = json.loads(
            text,
            parse_float=number,
            parse_int=number,
            parse_constant=number,
            object_pairs_hook=unique,
        )
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"The file cannot be read as a {kind}: {error}.") from None
    if not isinstance(document, dict) or document.get("format") != kind:
        raise UnreadableError(f'The file has another format than "{kind}".')
    return document


def digest(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def rounded(value: Fraction, up: bool) -> Decimal:
    """To 15 digits, upwards or downwards."""
    context = Context(prec=15, rounding=ROUND_CEILING if up else ROUND_FLOOR)
    return context.divide(Decimal(value.numerator), Decimal(value.denominator))


def gap_of(value: Fraction, bound: Fraction) -> Fraction:
    """How far a value (to be minimised) lies above a bound, relative to it."""
    return max(Fraction(0), value - bound) / (abs(value) or abs(bound) or 1)


def pool_loss(pool: dict[str, Fraction], told: Fraction) -> Fraction:
    """value prospects (1 - e^(-told / prospects)), at most 10^-50 of it too small."""
    ratio = min(told / pool["prospects"], Fraction(200))
    context = Context(prec=60)
    power = context.exp(-context.divide(Decimal(ratio.numerator), Decimal(ratio.denominator)))
    share = max(Fraction(0), 1 - Fraction(power) - Fraction(1, 10**51))
    return pool["value"] * pool["prospects"] * share


class Priced(NamedTuple):
    """What tiers cost each group in units of 1/fine, what opening costs, and the constant."""

    constant: Fraction
    offers: list[dict[int, int]]
    fine: int
    opening: list[Fraction]


class Case:
    """The numbers of a case; ill-formed ones raise the errors of Python.

    With `feasibility` the goal and all penalties are 0 and limits have their room: a bound above 0
    then proves that there is no plan.
    """

    def __init__(self, numbers: dict[str, Any], feasibility: bool = False) -> None:
        self.weights = {} if feasibility else numbers["goal"]["minimise"]
        self.sign = -1 if numbers["goal"]["maximises"] is True else 1
        self.feasibility, self.pools = feasibility, numbers["pools"]
        self.limits, self.max_tiers = numbers["limits"], numbers["max_tiers"]
        self.columns = {*self.weights, "service_cost", "lost_sales"}
        self.columns |= {thing["of"] for thing in (*self.limits.values(), *self.pools)}
        self.open_cost = [tier["open_cost"] for tier in numbers["tiers"].values()]
        self.tier_at = {tier: k for k, tier in enumerate(numbers["tiers"])}
        self.segment_at = {segment: s for s, segment in enumerate(numbers["segments"])}
        offers = [
            {self.tier_at[tier]: offer for tier, offer in by.items()}
            for by in numbers["segments"].values()
        ]
        amounts = (v for by in offers for offer in by.values() for v in offer.values())
        self.scale = math.lcm(*{amount.denominator for amount in amounts})
        # Amounts as whole numbers, in units of 1/scale.
        self.offers = [
            {k: {c: int(v * self.scale) for c, v in offer.items()} for k, offer in by.items()}
            for by in offers
        ]
        self.same = [
            ([self.segment_at[segment] for segment in rule["segments"]], rule)
            for rule in numbers["same_tier"]
        ]
        leader = list(range(len(self.offers)))
        for members, rule in self.same:
            if rule["penalty"] is None:
                merged = {leader[s] for s in members}
                leader = [min(merged) if own in merged else own for own in leader]
        groups: dict[int, list[int]] = {}
        for s, own in enumerate(leader):
            groups.setdefault(own, []).append(s)
        self.groups = list(groups.values())
        tiers = len(self.open_cost)
        most = tiers if self.max_tiers is None else min(int(self.max_tiers), tiers)
        has_menu = most < tiers or any(self.open_cost)
        self.work = sum(map(len, self.offers))
        self.menus: list[tuple[int, ...]] = []
        if has_menu and len(self.groups) << tiers < MOST_WORK // 20:
            self.menus = [m for n in range(1, most + 1) for m in combinations(range(tiers), n)]
            self.work += len(self.menus) * len(self.groups)
        self.grid = self._grid()

    def _grid(self) -> int | None:
        """The value of every plan is a multiple of 1/grid; None where that cannot be said."""
        money = self.weights.get("service_cost", 0)
        extras = any(limit.get("extra_cost", 0) for limit in self.limits.values())
        soft = any(limit.get("penalty") for limit in self.limits.values())
        soft = soft or any(rule["penalty"] for _, rule in self.same)
        if soft or (money and extras) or (self.pools and self.weights.get("lost_sales")):
            return None
        amounts = {
            Fraction(offer.get(column, 0), self.scale) * weight
            for by in self.offers
            for offer in by.values()
            for column, weight in self.weights.items()
        }
        return math.lcm(*{a.denominator for a in (*amounts, *(money * c for c in self.open_cost))})

    def judge(self, plan: list[int]) -> tuple[Fraction, list[str], Fraction]:
        """(value to be minimised, limits and rules that are broken, largest share of a limit by
        which one is overstepped and counts as kept).
        """

        def total(column: str) -> Fraction:
            amounts = sum(self.offers[s][k].get(column, 0) for s, k in enumerate(plan))
            return Fraction(amounts, self.scale)

        totals = {column: total(column) for column in self.columns}
        opened = set(plan)
        totals["service_cost"] += sum(self.open_cost[k] for k in opened)
        for limit in self.limits.values():
            if limit.get("extra_cost", 0):
                beyond = max(Fraction(0), totals[limit["of"]] - limit["at_most"])
                totals["service_cost"] += limit["extra_cost"] * beyond
        for pool in self.pools:
            totals["lost_sales"] += pool_loss(pool, totals[pool["of"]])
        value = sum((w * totals[column] for column, w in self.weights.items()), Fraction(0))
        broken, excess = [], Fraction(0)
        for name, limit in self.limits.items():
            used, sign, edge = totals[limit["of"]], *side_of(limit)
            beyond = max(Fraction(0), sign * (used - edge) - limit.get("extra", 0))
            share = beyond / max(1, abs(edge))
            if limit.get("penalty") is not None:
                value += beyond * limit["penalty"] * (not self.feasibility)
            elif share > ROOM:
                broken.append(f"{name} (by {float(beyond):.6g})")
            else:
                excess = max(excess, share)
        if self.max_tiers is not None and len(opened) > self.max_tiers:
            broken.append(f"max_tiers (by {len(opened) - self.max_tiers})")
        for members, rule in self.same:
            apart = len(members) - max(Counter(plan[s] for s in members).values(), default=0)
            if rule["penalty"] is not None:
                value += apart * rule["penalty"] * (not self.feasibility)
            elif apart:
                broken.append(f"{rule['rule']} (by {apart})")
        return value, broken, excess

    def most(self, column: str) -> Fraction:
        """The most that any plan adds to a column."""
        by = [[offer.get(column, 0) for offer in offers.values()] for offers in self.offers]
        return Fraction(sum(max(amounts, default=0) for amounts in by), self.scale)

    def priced(self, prices: dict[str, Fraction], domain: Domain) -> Priced:
        """What the limits and the tiers that are left cost at prices."""
        weights, constant = dict(self.weights), Fraction(0)
        for name, limit in self.limits.items():
            sign, edge = side_of(limit)
            if self.feasibility:
                edge += sign * ROOM * max(Fraction(1), abs(edge))
            price = prices.get(name, Fraction(0))
            if limit.get("penalty") is not None:
                price = Fraction(0) if self.feasibility else min(price, limit["penalty"])
            if price < 0:
                raise RefusedError(f"The proof has a price below 0 for {name}.")
            weights[limit["of"]] = weights.get(limit["of"], Fraction(0)) + sign * price
            constant -= sign * price * edge
        money = weights.get("service_cost", Fraction(0))
        for name, limit in self.limits.items():
            saved = min(0, money * limit.get("extra_cost", 0) - prices.get(name, 0))
            constant += saved * limit.get("extra", 0)
        for pool in self.pools:
            column, lost = pool["of"], weights.get("lost_sales", Fraction(0))
            most = self.most(column)
            if most and lost > 0:
                slope = lost * pool_loss(pool, most) / most
                weights[column] = weights.get(column, Fraction(0)) + slope
        fine = math.lcm(*(weight.denominator for weight in weights.values()))
        whole = {column: int(weight * fine) for column, weight in weights.items()}
        offers = []
        for members in self.groups:
            left = set(domain[members[0]]).intersection(*(domain[s] for s in members))
            offers.append({
                k: sum(whole.get(c, 0) * v for s in members for c, v in self.offers[s][k].items())
                for k in left
            })  # fmt: skip
        return Priced(constant, offers, fine * self.scale, [money * c for c in self.open_cost])

    def bound(self, prices: dict[str, Fraction], domain: Domain) -> Fraction:
        """What every plan of a domain that keeps the limits costs at least."""
        if all(len(tiers) == 1 for tiers in domain):
            value, broken, _ = self.judge([tiers[0] for tiers in domain])
            return NEVER if broken else value
        priced = self.priced(prices, domain)
        best = min((least(priced, menu) for menu in self.menus), default=any_menu(priced))
        return NEVER if best >= NEVER / 2 else self.raised(best + priced.constant)

    def thinned(self, prices: dict[str, Fraction], domain: Domain, cut: Fraction) -> Domain:
        """Without the tiers with which no plan costs less than the cut."""
        priced, left = self.priced(prices, domain), list(domain)
        if not all(priced.offers):
            return [[] for _ in domain]
        room = (cut - any_menu(priced) - priced.constant) * priced.fine
        for members, values in zip(self.groups, priced.offers, strict=True):
            lowest = min(values.values())
            for s in members:
                left[s] = [k for k in domain[s] if k in values and values[k] - lowest < room]
        return left

    def raised(self, bound: Fraction) -> Fraction:
        """The next value that a plan can have."""
        return Fraction(math.ceil(bound * self.grid), self.grid) if self.grid else bound


def side_of(limit: dict[str, Any]) -> tuple[int, Fraction]:
    """1 and the limit of what it caps, or -1 and the limit of what it asks for."""
    return (1, limit["at_most"]) if "at_most" in limit else (-1, limit["at_least"])


def least(priced: Priced, menu: tuple[int, ...]) -> Fraction:
    """The sum of what each group prefers from a menu, and what opening it costs."""
    total = 0
    for values in priced.offers:
        offered = [values[k] for k in menu if k in values]
        if not offered:
            return NEVER
        total += min(offered)
    return Fraction(total, priced.fine) + sum((priced.opening[k] for k in menu), Fraction(0))


def any_menu(priced: Priced) -> Fraction:
    """The least over all menus as if opening were free."""
    if not all(priced.offers):
        return NEVER
    total = sum(min(values.values()) for values in priced.offers)
    return Fraction(total, priced.fine) + sum(min(c, Fraction(0)) for c in priced.opening)


def proven(
    case: Case, prices: list[dict[str, Fraction]], tree: list[Any], cut: Fraction
) -> Fraction:
    """The bound that a proof proves. RefusedError where it is no proof.

    The tree stands in the order of a walk: [segment, [tiers]] splits the domain in those tiers of
    the segment and the others; [number] is the place of prices at which those tiers are dropped
    with which every plan costs the cut or more; a number is the place of the prices that bound
    what is left.
    """

    def at(place: Any) -> dict[str, Fraction]:
        if place.denominator != 1 or not 0 <= place < len(prices):
            raise RefusedError("The proof names prices that it does not have.")
        return prices[int(place)]

    for name in {name for one in prices for name in one}:
        if name not in case.limits:
            raise RefusedError(f"The proof has a price for {name}, which the case does not limit.")
    waiting: list[Domain] = [[list(offers) for offers in case.offers]]
    bounds, work = [NEVER], 0
    for item in tree:
        if not waiting:
            raise RefusedError("The proof goes on after its end.")
        domain = waiting.pop()
        work += 1 + sum(map(len, domain)) + len(case.menus) * len(case.groups)
        if work > MOST_WORK:
            raise RefusedError("The proof is longer than this verifier takes.")
        if isinstance(item, list) and len(item) == 1:
            waiting.append(case.thinned(at(item[0]), domain, cut))
            bounds.append(case.raised(cut))
        elif isinstance(item, list):
            s, kept = case.segment_at[item[0]], {case.tier_at[tier] for tier in item[1]}
            for is_kept in (False, True):
                side = [k for k in domain[s] if (k in kept) is is_kept]
                waiting.append([*domain[:s], side, *domain[s + 1 :]])
        elif all(domain):
            bounds.append(case.bound(at(item), domain))
    if waiting:
        raise RefusedError("The proof leaves out some of the plans.")
    return min(bounds)


def opened(certificate: str) -> dict[str, Any]:
    """What a certificate says, if its seal is whole."""
    if not certificate.startswith(f'{{\n"format": "{CERTIFICATE}",\n'):
        raise UnreadableError(f'The file has another format than "{CERTIFICATE}".')
    body, _, seal = certificate.rpartition(SEAL)
    if seal != digest(body) + '"\n}\n':
        raise RefusedError("The certificate was changed after it was written: its seal is broken.")
    return read(certificate, CERTIFICATE)


def verify(certificate: str, numbers: str) -> Verdict:
    """Check the text of a certificate against the text of the numbers.

    Raises UnreadableError for what is neither, RefusedError where the certificate does not hold.
    """
    claim, given = opened(certificate), read(numbers, NUMBERS)
    try:
        about = (given["case"], given["case_hash"], given["goal"]["name"])
        if (claim["case"], claim["case_hash"], claim["goal"]) != about:
            raise RefusedError("The certificate is about another case or another goal.")
        if claim["numbers"] != digest(numbers):
            raise RefusedError("The certificate is about other numbers of the case.")
        if claim["claim"] == "no plan":
            return _no_plan(claim, Case(given, feasibility=True))
        if claim["claim"] != "plan":
            raise RefusedError("The certificate claims something that this verifier does not know.")
        return _plan(claim, Case(given))
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise UnreadableError(
            f"Something is missing or of the wrong kind: {error!r:.200}"
        ) from None


def _no_plan(claim: dict[str, Any], case: Case) -> Verdict:
    if proven(case, claim["prices"], claim["tree"], claim["cut"]) <= 0:
        raise RefusedError("The proof does not show that there is no plan.")
    return Verdict()


def _plan(claim: dict[str, Any], case: Case) -> Verdict:
    plan = [-1] * len(case.offers)
    for segment, tier in claim["plan"].items():
        s, k = case.segment_at.get(segment), case.tier_at.get(tier)
        if s is None or k not in case.offers[s]:
            raise RefusedError(f"The plan gives {segment} the tier {tier}, which it may not have.")
        plan[s] = k
    if -1 in plan:
        missing = list(case.segment_at)[plan.index(-1)]
        raise RefusedError(f"The plan has no tier for {missing}.")
    value, broken, excess = case.judge(plan)
    if broken:
        raise RefusedError(f"The plan breaks {'; '.join(broken)}.")
    if claim["value"] != case.sign * Fraction(rounded(value, up=True)):
        worth = float(case.sign * value)
        raise RefusedError(f"The plan is worth {worth:.15g}, not the value that is claimed.")
    bound = proven(case, claim["prices"], claim["tree"], claim["cut"])
    if case.sign * claim["bound"] > bound:
        shown = "nothing" if bound >= NEVER else f"{float(case.sign * bound):.15g}"
        raise RefusedError(
            f"The proof does not prove the bound that is claimed: it proves {shown}."
        )
    gap = gap_of(value, case.sign * claim["bound"])
    if claim["gap"] != Fraction(rounded(gap, up=True)):
        raise RefusedError(f"The gap between value and bound is {float(gap):.15g}, not as claimed.")
    return Verdict(case.sign * value, claim["bound"], claim["gap"], excess)


def text_of(path: str, most: int) -> str:
    """The text of a file of up to so many bytes; UnreadableError where it is none, or longer."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise UnreadableError(f"{path} cannot be opened: {error.strerror}.") from None
    try:
        if len(data) > most:
            raise ValueError
        return data.decode()
    except ValueError:
        raise UnreadableError(f"{path} is no text, or longer than {most >> 20} MB.") from None


def main(arguments: list[str]) -> int:
    """Exit code 0: verified; 7: refused; 3: unreadable; 2: called in another way."""
    if len(arguments) != 2:
        print("usage: python standalone.py CERTIFICATE NUMBERS", file=sys.stderr)
        return 2
    try:
        certificate = text_of(arguments[0], LARGEST_CERTIFICATE)
        verdict = verify(certificate, text_of(arguments[1], LARGEST_NUMBERS))
    except UnreadableError as error:
        print(f"Not a certificate. {error}", file=sys.stderr)
        return 3
    except RefusedError as error:
        print(f"Refused. {error}", file=sys.stderr)
        return 7
    if verdict.value is None:
        print("Verified: there is no plan that keeps all rules.")
    else:
        print(f"Verified: the plan keeps all rules and is worth {float(verdict.value):.15g}.")
        print(f"No plan that keeps them to the last digit beats {float(verdict.bound or 0):.15g}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
