"""Certificates of runs, and their check against a case or its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slopt.case.case import PlanningCase
from slopt.engine.solving import options_of
from slopt.errors import InvalidInput, Problem, UsageError, VerificationFailed
from slopt.plan.plan import make_plan
from slopt.problem.build import build_problem
from slopt.problem.choice import Choice, ChoiceProblem
from slopt.problem.generated.sources import require_listed
from slopt.sayings import say
from slopt.solve.highs import Options
from slopt.solve.model_file import is_shipped
from slopt.solve.solve import answer
from slopt.study.prove import prove_no_plan, prove_plan
from slopt.verify.document import Proof, no_plan_certificate, plan_certificate
from slopt.verify.guard import (
    LARGEST_CERTIFICATE,
    LARGEST_NUMBERS,
    NUMBERS,
    UnreadableError,
    Verdict,
    digest,
    exactly,
    opened,
    read,
    text_of,
    verify,
)
from slopt.verify.numbers import numbers_text
from slopt.verify.verifier import ROOM, Case, RefusedError
from slopt.vocabulary import Method, Status

if TYPE_CHECKING:
    from slopt.store.run import Run

SAME = Decimal("1e-9")
"""Relative: numbers that differ by less are the same ones, computed on another machine."""


@dataclass(frozen=True)
class Certified:
    """The two documents, what the certificate proves, and how many parts its proof has.

    `tries_menus` where every menu of tiers is tried at the prices.
    """

    case: PlanningCase
    certificate: str
    numbers: str
    verdict: Verdict
    parts: int
    tries_menus: bool = False


@dataclass(frozen=True)
class Verified:
    """What a certificate that holds says, and of which case."""

    verdict: Verdict
    document: Mapping[str, Any]


@dataclass(frozen=True)
class Subject:
    """What is to be certified: the choice of a plan (None without one), and how it was answered.

    `prices` are those of the limits to begin with, `gap` the relative gap that is claimed.
    """

    case: PlanningCase
    status: str
    choice: Choice | None
    prices: Mapping[str, float]
    gap: float

    @classmethod
    def of_run(cls, run: Run) -> Subject:
        """A recorded run, or a folder that `--out` wrote."""
        document = run.document
        known = document.get("infeasibility_prices") or {
            entry["name"]: entry["price"] for entry in document.get("prices") or ()
        }
        return cls(
            run.case, run.status, run.choice, _prices(known), float(document.get("gap") or 0.0)
        )

    @classmethod
    def of_case(cls, case: PlanningCase) -> Subject:
        """A case, solved now. Raises KeyboardInterrupt where that was cut short by Ctrl-C."""
        model = case.settings.plan.model
        _require_shipped(model)
        require_listed(case, "slopt certify")
        _require_own_numbers(case)
        problem = build_problem(case)
        outcome = answer(problem, options_of(case), Method.AUTO, model)
        if outcome.status is Status.INTERRUPTED:
            raise KeyboardInterrupt
        relaxation, plan = outcome.relaxation, make_plan(case, problem, outcome)
        return cls(
            case,
            outcome.status,
            None if plan is None else plan.choice,
            {} if relaxation is None else _prices(relaxation.prices),
            (plan.gap if plan else None) or 0.0,
        )


def certify(subject: Subject, gap: float | None, seconds: float) -> Certified:
    """The certificate of a plan, or of there being none, checked before it is handed out.

    `gap` is the relative gap that is enough, by default the one claimed; `seconds` is how long a
    proof is sought where the known prices leave more. Raises UsageError without a plan,
    VerificationFailed where the plan does not stand up to exact arithmetic.
    """
    case = subject.case
    _require_shipped(case.settings.plan.model)
    require_listed(case, "slopt certify")
    _require_own_numbers(case)
    if subject.choice is None and subject.status != Status.INFEASIBLE:
        raise UsageError(say("There is no plan to certify here, and no proof that there is none."))
    problem = build_problem(case)
    numbers = numbers_text(problem, case.settings.case.name, case.hash)
    options = Options(time_limit_s=seconds, seed=case.settings.solve.seed)
    if subject.choice is None:
        exact = Case(read(numbers, NUMBERS), feasibility=True)
        text, parts = _no_plan(subject, exact, numbers, options)
    else:
        exact = Case(read(numbers, NUMBERS))
        wanted = subject.gap if gap is None else gap
        proof = _proof(problem, subject.choice, subject.prices, exact, wanted, options)
        plan = {problem.segments[s]: problem.tiers[k] for s, k in enumerate(subject.choice)}
        text, parts = plan_certificate(numbers, plan, proof), proof.parts
    return Certified(case, text, numbers, verify(text, numbers), parts, len(exact.menus) > 1)


def _require_shipped(model: str) -> None:
    if not is_shipped(model):
        raise UsageError(
            say(
                'The model "{model}" is your own: a certificate can only say what the '
                "shipped models mean by a plan.",
                model=model,
            )
        )


def _require_own_numbers(case: PlanningCase) -> None:
    if case.settings.risk.measure is not None:
        raise UsageError(
            say(
                "A certificate proves how good a plan is at the case's own numbers, and this one "
                "was chosen for uncertain futures: what is proven of it without the solver stands "
                "in result.json as risk.certified_bound. Certify the plan at own numbers with "
                "--set risk.measure=."
            )
        )


def _no_plan(subject: Subject, exact: Case, numbers: str, options: Options) -> tuple[str, int]:
    """The certificate that there is no plan, and how many parts its proof has."""
    proof = prove_no_plan(exact, subject.prices, options)
    if proof is None:
        raise VerificationFailed(
            say("No proof was found that there is no plan. Give it more time with --time-limit.")
        )
    return no_plan_certificate(numbers, proof), proof.parts


def _proof(
    problem: ChoiceProblem,
    choice: Choice,
    prices: Mapping[str, float],
    exact: Case,
    gap: float,
    options: Options,
) -> Proof:
    """The proof of a plan; VerificationFailed where the plan breaks what it has to keep."""
    plan = {problem.segments[s]: problem.tiers[k] for s, k in enumerate(choice.tolist())}
    for segment, tier in plan.items():
        if tier not in exact.offers[exact.unit_of[segment]]:
            raise VerificationFailed(
                say("{segment} may not have the tier {tier}.", segment=segment, tier=tier)
            )
    with exactly():
        value, over = exact.judge(plan)
    if broken := [name for name, share in over if share > ROOM]:
        raise VerificationFailed(
            say("In exact arithmetic the plan breaks {broken}.", broken="; ".join(broken))
        )
    return prove_plan(exact, value, prices, gap, options, problem)


def _prices(known: Mapping[str, Any]) -> dict[str, float]:
    """Prices of a document; what is no price is left out."""
    return {
        name: float(price)
        for name, price in known.items()
        if isinstance(price, int | float) and 0 < price < 1e30
    }


@dataclass(frozen=True)
class Sealed:
    """A certificate as it was read: its seal is whole, and nothing else is checked yet."""

    file: Path
    text: str
    document: Mapping[str, Any]


def read_certificate(file: Path) -> Sealed:
    """The certificate in a file; InvalidInput where it is none, VerificationFailed if changed."""
    try:
        text = text_of(str(file), LARGEST_CERTIFICATE)
        return Sealed(file, text, opened(text))
    except UnreadableError as error:
        raise _unreadable(file, error) from error
    except RefusedError as error:
        raise VerificationFailed(
            say("{file} is refused. {reason}", file=file, reason=error)
        ) from error


def verify_case(sealed: Sealed, case: PlanningCase, numbers_file: Path | None = None) -> Verified:
    """Check a certificate against the numbers that slopt works out of a case.

    A numbers file takes their place where it says the same: to nine digits, as the last ones may
    come out otherwise on another machine. Raises InvalidInput or VerificationFailed.
    """
    claimed, file = sealed.document, sealed.file
    if claimed.get("case_hash") != case.hash:
        raise VerificationFailed(
            say(
                "{file} is about another case: its hash is {its}, and that of this "
                "case {hash}. A run with --set is checked with the same --set.",
                file=file,
                its=str(claimed.get("case_hash"))[:12],
                hash=case.hash[:12],
            )
        )
    require_listed(case, "slopt verify")
    numbers = numbers_text(build_problem(case), case.settings.case.name, case.hash)
    if numbers_file is not None:
        brought = _numbers_text(numbers_file)
        if not _alike(read(numbers, NUMBERS), read(brought, NUMBERS)):
            raise VerificationFailed(
                say(
                    "{numbers_file} does not hold the numbers of this case.",
                    numbers_file=numbers_file,
                )
            )
        numbers = brought
    elif claimed.get("numbers") != digest(numbers):
        raise VerificationFailed(
            say(
                "{file} is about other numbers than this case has here. Where it was "
                "made on another machine or with another version, name its numbers "
                "file with --numbers.",
                file=file,
            )
        )
    return _checked(sealed, numbers)


def verify_numbers(sealed: Sealed, numbers_file: Path) -> Verified:
    """Check a certificate against a numbers file, without the case."""
    return _checked(sealed, _numbers_text(numbers_file))


def _numbers_text(path: Path) -> str:
    try:
        text = text_of(str(path), LARGEST_NUMBERS)
        read(text, NUMBERS)
    except UnreadableError as error:
        raise _unreadable(path, error) from error
    return text


def _checked(sealed: Sealed, numbers: str) -> Verified:
    try:
        verdict = verify(sealed.text, numbers)
    except UnreadableError as error:
        raise _unreadable(sealed.file, error) from error
    except RefusedError as error:
        raise VerificationFailed(
            say("{file} is refused. {reason}", file=sealed.file, reason=error)
        ) from error
    return Verified(verdict, sealed.document)


def _unreadable(path: Path, error: UnreadableError) -> InvalidInput:
    remedy = say("Certificates and their numbers are written by slopt certify.")
    return InvalidInput([Problem(str(error), remedy, file=path.name)])


def _alike(first: Any, second: Any) -> bool:
    """Equal but for the last digits of numbers."""
    if isinstance(first, int | Decimal) and isinstance(second, int | Decimal):
        first, second = Decimal(first), Decimal(second)
        return bool(abs(first - second) <= SAME * max(abs(first), abs(second)))
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(_alike(first[k], second[k]) for k in first)
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(_alike, first, second))
    return bool(first == second)
