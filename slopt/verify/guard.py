"""What stands before the verifier in slopt: files are read strictly, and refusals say why.

`verifier.py` alone makes sure that what a certificate claims is true. Here damage is found by the
seal, hostile files end in one short message, and names that stand twice are none.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any, NamedTuple

from slopt.verify import verifier
from slopt.verify.verifier import Case, RefusedError

CERTIFICATE, NUMBERS = "slopt certificate 1", "slopt numbers 1"
LARGEST_CERTIFICATE, LARGEST_NUMBERS = 1 << 25, 1 << 28
"""Bytes. What they are read into takes up to fifty times as much memory."""
SEAL = ',\n"seal": "'
NUMBER = re.compile(r"-?\d{1,80}(\.\d{1,80})?([eE][+-]?\d{1,3})?")


class UnreadableError(Exception):
    """The file is something else, or too damaged to be read."""


class Verdict(NamedTuple):
    """What was proven, in the sense of the goal. All None where it is that there is no plan."""

    value: Decimal | None = None
    bound: Decimal | None = None
    gap: Decimal | None = None
    excess: Decimal | None = None


def read(text: str, kind: str) -> dict[str, Any]:
    """A document of a kind, its numbers exact; UnreadableError for anything else."""
    try:
        document = json.loads(
            text,
            parse_float=_decimal,
            parse_int=lambda digits: int(_decimal(digits)),
            parse_constant=_decimal,
            object_pairs_hook=_unique,
        )
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"The file cannot be read as a {kind}: {error}.") from None
    if not isinstance(document, dict) or document.get("format") != kind:
        raise UnreadableError(f'The file has another format than "{kind}".')
    return document


def _decimal(digits: str) -> Decimal:
    if not NUMBER.fullmatch(digits) or abs(number := Decimal(digits)) >= Decimal("1e60"):
        raise ValueError(f"{digits[:40]} is not a number of usual size")
    return number


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a name stands twice in one place")
    return dict(pairs)


def digest(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


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
        _look_over(claim, given, numbers)
        verifier.verify(certificate, numbers)
        if claim["claim"] == "no plan":
            return Verdict()
        with exactly():
            _, over = Case(given).judge(claim["plan"])
        most = max(share for _, share in over)
        return Verdict(claim["value"], claim["bound"], claim["gap"], most)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise UnreadableError(
            f"Something is missing or of the wrong kind: {error!r:.200}"
        ) from None


def exactly() -> Any:
    """A context in which sums and products of decimals are exact, or end in an error."""
    return localcontext(verifier.EXACT)


def _look_over(claim: Mapping[str, Any], given: Mapping[str, Any], numbers: str) -> None:
    """Say what is wrong in words of its own, where that is seen without pricing anything."""
    about = (given["case"], given["case_hash"], given["goal"]["name"])
    if (claim["case"], claim["case_hash"], claim["goal"]) != about:
        raise RefusedError("The certificate is about another case or another goal.")
    if claim["numbers"] != digest(numbers):
        raise RefusedError("The certificate is about other numbers of the case.")
    if claim["claim"] not in ("plan", "no plan"):
        raise RefusedError("The certificate claims something that this verifier does not know.")
    plan = claim["plan"] if claim["claim"] == "plan" else given["segments"]
    for segment in {**plan, **given["segments"]}:
        if segment not in plan or segment not in given["segments"]:
            raise RefusedError(f"The plan has no allowed tier for {segment}.")
    for name in {name for prices in claim["prices"] for name in prices}:
        if name not in given["limits"]:
            raise RefusedError(f"The proof has a price for {name}, which the case does not limit.")


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
