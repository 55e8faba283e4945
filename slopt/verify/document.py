"""A certificate as text: what is claimed of the numbers, each claim rounded to the safe side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Any

from slopt import __version__
from slopt.verify.guard import CERTIFICATE, NUMBERS, SEAL, digest, exactly, read
from slopt.verify.numbers import json_line
from slopt.verify.verifier import UP, Case


@dataclass(frozen=True)
class Proof:
    """Prices by name of limit, the tree that says where they are used, and the value from which on
    it drops what costs as much; `Case.proven` has their meaning.
    """

    prices: Sequence[Mapping[str, float]]
    tree: Sequence[Any]
    cut: float = 0.0

    @property
    def parts(self) -> int:
        """In how many parts the plans are proven."""
        return 1 + sum(isinstance(item, list) and len(item) == 2 for item in self.tree)


def plan_certificate(numbers: str, plan: Mapping[str, str], proof: Proof) -> str:
    """The certificate of a plan (segment -> tier): as good a bound as the proof proves."""
    given = read(numbers, NUMBERS)
    case, sign = Case(given), -1 if given["goal"]["maximises"] else 1
    with exactly():
        value, _ = case.judge(dict(plan))
        low = rounded(min(bound_of(case, proof), value), ROUND_FLOOR)
        gap = UP.divide(max(Decimal(0), value - low), abs(value) or abs(low) or Decimal(1))
        worth, gap = rounded(value, ROUND_CEILING), rounded(gap, ROUND_CEILING)
    claims = {
        "claim": '"plan"',
        "value": f"{sign * worth}",
        "bound": f"{sign * low}",
        "gap": f"{gap}",
        "plan": "{"
        + ",".join(f"\n{json_line(s)}: {json_line(t)}" for s, t in plan.items())
        + "\n}",
    }
    return _sealed(given, numbers, claims, proof)


def no_plan_certificate(numbers: str, proof: Proof) -> str:
    """The certificate that there is no plan."""
    return _sealed(read(numbers, NUMBERS), numbers, {"claim": '"no plan"'}, proof)


def bound_of(case: Case, proof: Proof) -> Decimal:
    """What a proof proves; infinity where it proves that there is no plan."""
    prices = [exact(prices) for prices in proof.prices]
    with exactly():
        return Decimal(case.proven(prices, list(proof.tree), Decimal(repr(proof.cut))))


def exact(prices: Mapping[str, float]) -> dict[str, Decimal]:
    """Prices as the verifier will read them."""
    return {name: Decimal(repr(float(price))) for name, price in prices.items()}


def rounded(value: Decimal, rounding: str) -> Decimal:
    """To 15 digits."""
    return Context(prec=15, rounding=rounding).plus(Decimal(value))


def _sealed(given: Mapping[str, Any], numbers: str, claims: Mapping[str, str], proof: Proof) -> str:
    parts = {
        "format": json_line(CERTIFICATE),
        "case": json_line(given["case"]),
        "case_hash": json_line(given["case_hash"]),
        "numbers": json_line(digest(numbers)),
        "goal": json_line(given["goal"]["name"]),
        **claims,
        "cut": repr(proof.cut),
        "prices": "[" + ",".join(f"\n{json_line(one)}" for one in proof.prices) + "\n]",
        "tree": json_line(list(proof.tree)),
        "slopt_version": json_line(__version__),
    }
    body = "{\n" + ",\n".join(f'"{name}": {text}' for name, text in parts.items())
    return f'{body}{SEAL}{digest(body)}"\n}}\n'
