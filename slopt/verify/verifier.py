"""Check a certificate of slopt in exact arithmetic: python verifier.py CERTIFICATE NUMBERS

The numbers say what each unit of segments adds to each column in each of its tiers, what the goal
weighs, and the limits and rules. The certificate claims a plan, its value and a bound, or that no
plan is. At prices p >= 0 on the limits no plan that keeps them costs less than it pays at them, so

    bound(p) = sum over units of min over tiers (goal + p)'amounts + opening + extras - p'limits

Extras are bought where they cost less than the price. Every menu of tiers is tried, from which some
units choose for themselves; where these are too many, opening is free and nobody chooses. The loss
of a pool is concave, so at least the straight line to its end. Soft same_tier rules cost 0 or more.
A proof takes the plans apart and has prices for each part.
"""

import hashlib
import json
import sys
from collections import Counter, defaultdict, namedtuple
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, Inexact, localcontext
from itertools import combinations
from pathlib import Path
from typing import Any

EXACT = Context(prec=999, traps=[*(t for t, on in Context().traps.items() if on), Inexact])
UP, DOWN = Context(prec=60, rounding=ROUND_CEILING), Context(prec=60, rounding=ROUND_FLOOR)
ROOM = Decimal("2e-9")  # a limit counts as kept up to this share of it
ROUNDED = Decimal("1e-14")  # values and gaps are claimed to 15 digits, rounded to the bad side
NEVER = Decimal("Infinity")  # what plans cost that do not exist
MOST_WORK = 20_000_000  # offers that are priced, in a few minutes; longer proofs are refused
CHOICES = "one_price", "as_good"  # tiers of one service; by unit: [tier, those as good] ...
Limit = namedtuple("Limit", "of sign edge extra extra_cost penalty")  # sign * (of - edge) <= extra


class RefusedError(Exception):
    """The certificate does not hold; the message says why."""


def _hold(holds: bool, reason: str) -> None:
    if not holds:
        raise RefusedError(reason)


def pool_loss(pool: dict[str, Any], told: Any) -> Any:
    """value prospects (1 - e^(-told / prospects)), at most 10^-50 of it too small."""
    rest = DOWN.exp(-min(DOWN.divide(told, pool["prospects"]), Decimal(200)))
    return pool["value"] * pool["prospects"] * max(0, 1 - rest - Decimal("1e-51"))


class Case:
    """The numbers. With `feasibility` only hard limits count: a bound above 0 says: no plan."""

    def __init__(self, given: dict[str, Any], feasibility: bool = False) -> None:
        self.unit_of, self.offers, self.pools = given["segments"], given["units"], given["pools"]
        self.weights = {} if feasibility else given["goal"]["minimise"]
        self.same = [] if feasibility else given["same_tier"]
        self.open_cost = {tier: by["open_cost"] for tier, by in given["tiers"].items()}
        self.limits, self.slopes = dict[str, Limit](), list[tuple[str, Decimal]]()
        signs = [*self.open_cost.values(), *(rule["penalty"] for rule in self.same)]
        for name, by in given["limits"].items():
            sign, edge = (1, by["at_most"]) if "at_most" in by else (-1, by["at_least"])
            edge += sign * ROOM * max(1, abs(edge)) if feasibility else 0
            extra, cost, penalty = by.get("extra", 0), by.get("extra_cost", 0), by.get("penalty")
            signs += [extra, -abs(cost) * (by["of"] == "service_cost" or penalty is not None)]
            if penalty is None or not feasibility:
                self.limits[name] = Limit(by["of"], sign, edge, extra, cost, penalty)
        for pool in self.pools:
            told = [[o.get(pool["of"], 0) for o in by.values()] for by in self.offers.values()]
            most = sum(max(by, default=0) for by in told)
            signs += [pool["prospects"], pool["value"], *(n for by in told for n in by)]
            self.slopes.append((pool["of"], DOWN.divide(pool_loss(pool, most), most or 1)))
        is_sound = min(signs, default=0) >= 0 and {*self.unit_of.values()} == self.offers.keys()
        _hold(is_sound, "With numbers such as these prices prove nothing.")
        chosen = given.get("choices", {"none": None, "one_price": [], "as_good": {}})
        self.none, self.one_price, self.as_good = (chosen[by] for by in ("none", *CHOICES))
        tiers, most = tuple(t for t in self.open_cost if t != self.none), given["max_tiers"]
        self.most = len(tiers) if most is None else most
        self.menus = [((*self.open_cost,), 0, dict[str, list[str]]())]  # tiers, opening, taken
        has_menu = self.most < len(tiers) or any(self.open_cost.values()) or self.as_good
        if has_menu and len(self.offers) << len(tiers) < MOST_WORK // 20:
            always = () if self.none is None else (self.none,)
            sizes = range(1 - len(always), min(self.most, len(tiers)) + 1)
            menus = [always + menu for size in sizes for menu in combinations(tiers, size)]
            menus = [menu for menu in menus if not self.sold_twice({*menu})]
            opening = [sum(self.open_cost[t] for t in menu) for menu in menus]
            self.menus = [(m, cost, self.taken(m)) for m, cost in zip(menus, opening, strict=True)]

    def sold_twice(self, menu: set[Any]) -> int:
        """How many prices too many there are of the services on a menu."""
        return sum(max(0, len(menu.intersection(same)) - 1) for same in self.one_price)

    def taken(self, menu: tuple[str, ...]) -> dict[str, list[str]]:
        """What units that choose take of a menu: where a tier is open, one that is as good."""
        wanted = {u: [g for t, g in by if t in menu] for u, by in self.as_good.items()}
        return {u: [t for t in menu if all(t in g for g in by)] for u, by in wanted.items()}

    def judge(self, plan: dict[str, str]) -> tuple[Any, list[tuple[str, Any]]]:
        """What a plan costs in the goal, and by which share of it each limit is overstepped."""
        units, tiers = {u: plan[s] for s, u in self.unit_of.items()}, set(plan.values())
        used: Any = Counter()
        for unit, tier in units.items():
            used.update(self.offers[unit][tier])
        used["lost_sales"] += sum(pool_loss(pool, used[pool["of"]]) for pool in self.pools)
        used["service_cost"] += sum(self.open_cost[tier] for tier in tiers)
        for by in self.limits.values():
            used["service_cost"] += by.extra_cost * max(0, by.sign * (used[by.of] - by.edge))
        value = sum(weight * used[column] for column, weight in self.weights.items())
        apart = sum(tier != units[self.unit_of[s]] for s, tier in plan.items())
        over: Any = [("same_tier", apart)]
        over += [("max_tiers", max(0, len(tiers - {self.none}) - self.most))]
        menu = tiers | {self.none}
        over += [("the choice", self.sold_twice(menu))]
        for u, wanted in self.as_good.items():
            over += [("the choice", units[u] not in good) for tier, good in wanted if tier in menu]
        for name, by in self.limits.items():
            beyond = max(0, by.sign * (used[by.of] - by.edge) - by.extra)
            value += beyond * (by.penalty or 0)
            missed = beyond if by.penalty is None else 0
            over.append((name, UP.divide(missed, max(1, abs(by.edge)))))
        for rule in self.same:
            alike = Counter(plan[segment] for segment in rule["segments"]).values()
            value += rule["penalty"] * (sum(alike) - max(alike, default=0))
        return value, over

    def at(self, prices: dict[str, Any], domain: dict[str, set[str]], cut: Any) -> Any:
        """What plans of a domain (unit: tiers) cost at least, and the tiers with less than cut."""
        if all(len(tiers) == 1 for tiers in domain.values()):
            value, over = self.judge({s: min(domain[u]) for s, u in self.unit_of.items()})
            return value if all(share <= ROOM for _, share in over) else NEVER, domain
        weights, paid, constant = defaultdict(Decimal, self.weights), {}, Decimal(0)
        for name, by in self.limits.items():
            paid[name] = min(prices.get(name, 0), NEVER if by.penalty is None else by.penalty)
            _hold(paid[name] >= 0, f"The proof has a price below 0 for {name}.")
            weights[by.of] += by.sign * paid[name]
            constant -= by.sign * paid[name] * by.edge
        money, lost = weights["service_cost"], weights["lost_sales"]
        _hold(min(money, lost) >= 0, "The proof has prices with which costs are gains.")
        for name, by in self.limits.items():
            constant += by.extra * min(0, money * by.extra_cost - paid[name])
        for column, slope in self.slopes:
            weights[column] += lost * slope
        costs = {
            unit: {t: sum(weights[c] * n for c, n in self.offers[unit][t].items()) for t in tiers}
            for unit, tiers in domain.items()
        }
        bound = NEVER
        for menu, opening, taken in self.menus:
            offered = ([by[t] for t in taken.get(u, menu) if t in by] for u, by in costs.items())
            bound = min(bound, sum(min(by, default=NEVER) for by in offered) + money * opening)
        least = {unit: min(by.values(), default=0) for unit, by in costs.items()}
        room = cut - constant - sum(least.values())
        left = {unit: {t for t in by if by[t] - least[unit] < room} for unit, by in costs.items()}
        return bound + constant, left

    def proven(self, prices: list[dict[str, Any]], tree: list[Any], cut: Any) -> Any:
        """The lowest bound of the parts that a tree walks through: [unit, [tiers]] splits off the
        plans with other tiers, [place] drops tiers at the prices there, place bounds what is left.
        """
        waiting, bounds, work = [{u: set(by) for u, by in self.offers.items()}], [NEVER], 0
        for item in tree:
            _hold(bool(waiting), "The proof goes on after its end.")
            part = waiting.pop()
            work += sum(map(len, part.values())) + len(part) * len(self.menus)
            _hold(work <= MOST_WORK, "The proof is longer than this verifier takes.")
            if not isinstance(item, list):
                bounds.append(self.at(prices[item], part, cut)[0])
            elif len(item) == 1:
                bounds.append(cut)
                waiting.append(self.at(prices[item[0]], part, cut)[1])
            else:
                unit, kept = item[0], part[item[0]].intersection(item[1])
                waiting += [part | {unit: part[unit] - kept}, part | {unit: kept}]
        _hold(not waiting, "The proof leaves out some of the plans.")
        return min(bounds)


def check(claim: dict[str, Any], given: dict[str, Any], digest: str) -> None:
    """Refuse a certificate of which anything is not true of the numbers."""
    said = [claim[name] for name in ("case", "case_hash", "goal", "numbers")]
    about = [given["case"], given["case_hash"], given["goal"]["name"], digest]
    _hold(said == about, "The certificate is about another case or goal, or about other numbers.")
    case = Case(given, feasibility=claim["claim"] == "no plan")
    proven = case.proven(claim["prices"], claim["tree"], claim["cut"])
    if claim["claim"] == "no plan":
        _hold(proven > 0, "The proof does not show that there is no plan.")
        return
    _hold(claim["claim"] == "plan", "The certificate claims something that is not known here.")
    plan = claim["plan"]
    _hold(plan.keys() == case.unit_of.keys(), "The plan is not one for the segments of the case.")
    for s, tier in plan.items():
        _hold(tier in case.offers[case.unit_of[s]], f"The plan has no allowed tier for {s}.")
    value, over = case.judge(plan)
    for name, share in over:
        _hold(share <= ROOM, f"The plan breaks {name}, by {share:.3g} of it.")
    sign = -1 if given["goal"]["maximises"] else 1
    worth, bound = sign * claim["value"], sign * claim["bound"]
    gap = UP.divide(max(0, value - bound), abs(value) or abs(bound) or 1)
    is_near = value <= worth <= value + ROUNDED * abs(value)
    _hold(is_near, f"The plan is worth {float(sign * value):.15g}, not the value claimed.")
    _hold(bound <= proven, f"The bound claimed is not proven, but {float(sign * proven):.15g}.")
    is_near = gap <= claim["gap"] <= gap + ROUNDED * gap
    _hold(is_near, f"The gap is {float(gap):.15g}, not the one that is claimed.")


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The names and values of one place; a name that stands there twice could mean either."""
    _hold(len(dict(pairs)) == len(pairs), "A name stands twice in one place.")
    return dict(pairs)


def verify(certificate: str, numbers: str) -> dict[str, Any]:
    """What is claimed; RefusedError where it does not hold, other errors for what is none."""
    with localcontext(EXACT):
        texts = (certificate, numbers)
        parse: Any = {"parse_float": Decimal, "parse_constant": int, "object_pairs_hook": once}
        claim, given = (json.loads(text, **parse) for text in texts)
        check(claim, given, hashlib.sha256(numbers.encode("utf-8", "surrogatepass")).hexdigest())
        return dict(claim)


if __name__ == "__main__":
    try:
        told = verify(*(Path(name).read_bytes().decode() for name in sys.argv[1:]))
    except Exception as error:
        sys.exit(f"Not verified. {error!r:.500}")
    print("Verified: what the certificate claims is true of the numbers.")
    print(*(f"{name}: {told[name]}" for name in ("claim", "value", "bound", "gap") if name in told))
