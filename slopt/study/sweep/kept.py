"""Answers that lasted from an earlier run: bytes, and what they must be to count as an answer.

A store is a file or a database that others write too. An answer from there counts only where it is
the one to this very point, and where its plan, priced anew, comes to the figures it has.
"""

from __future__ import annotations

import json
import math
import zlib
from dataclasses import asdict
from typing import Any

import numpy as np

from slopt.errors import VerificationFailed
from slopt.plan.check import check, check_no_plan
from slopt.plan.result import totals
from slopt.problem.choice import ChoiceProblem
from slopt.problem.evaluate import evaluate
from slopt.solve.outcome import Outcome
from slopt.study.sweep.point import FIGURES, Answer, RiskFigures
from slopt.vocabulary import Method, Status

SAME = 1e-9
"""Relative: figures that differ by less are the same, computed on another machine."""
WITH_PLAN = (Status.OPTIMAL, Status.FEASIBLE)


def packed(answer: Answer, key: str) -> bytes:
    """The answer to the point of that key as bytes, every number to its last digit."""
    known = {
        "key": key,
        "status": None if answer.status is None else answer.status.value,
        "reason": answer.reason,
        "figures": dict(answer.figures),
        "prices": dict(answer.prices),
        "method": answer.method,
        "seconds": answer.seconds,
        "has_plan": answer.choice is not None,
    }
    if answer.risk is not None:
        known["risk"] = asdict(answer.risk)
    head = json.dumps(known, ensure_ascii=False, separators=(",", ":")).encode()
    tiers = b"" if answer.choice is None else answer.choice.astype("<i4").tobytes()
    return zlib.compress(len(head).to_bytes(8, "little") + head + tiers, 1)


def unpacked(payload: bytes, key: str) -> Answer | None:
    """The answer again; None where the bytes are not the answer to the point of that key."""
    try:
        content = zlib.decompress(payload)
        end = 8 + int.from_bytes(content[:8], "little")
        known = json.loads(content[8:end])
        if known["key"] != key or set(known["figures"]) != set(FIGURES):
            return None
        choice = None
        if known["has_plan"]:
            choice = np.frombuffer(content[end:], dtype="<i4").astype(np.int64)
        return Answer(
            Status(known["status"]),
            str(known["reason"]),
            dict(known["figures"]),
            {str(name): float(price) for name, price in known["prices"].items()},
            choice,
            str(known["method"]),
            float(known["seconds"]),
            risk=_risk(known.get("risk")),
        )
    except (zlib.error, ValueError, KeyError, TypeError, IndexError, AttributeError):
        return None
    except (OverflowError, RecursionError, MemoryError):
        return None


def _risk(known: dict[str, Any] | None) -> RiskFigures | None:
    if known is None:
        return None
    return RiskFigures(**{**known, "reserve": tuple(map(float, known["reserve"]))})


def stands(problem: ChoiceProblem, answer: Answer, own_objective: bool) -> bool:
    """True where the plan of an answer keeps the rules of the problem and has these figures.

    Of an answer without a plan: where today's tiers are not one, unless it is chances over futures
    that leave none. False where offers were made for the point, which are not kept.
    """
    if problem.generated is not None:
        return False
    choice, figures = answer.choice, answer.figures
    if choice is None:
        if own_objective and answer.status is Status.INFEASIBLE and _today_is_a_plan(problem):
            return False
        return answer.status not in WITH_PLAN and set(figures.values()) == {None}
    if answer.status not in WITH_PLAN or len(choice) != len(problem.segments):
        return False
    if choice.min(initial=0) < 0 or choice.max(initial=0) >= len(problem.tiers):
        return False
    evaluation = evaluate(problem, choice)
    now = totals(evaluation)
    if own_objective:
        now["objective"] = evaluation.objective
    if not all(_same(figures[name], value) for name, value in now.items()):
        return False
    bound = figures["bound"]
    outcome = Outcome(answer.status, Method.AUTO, "", 0, 0.0, choice, figures["objective"], bound)
    try:
        check(problem, outcome, evaluation, own_objective)
    except (VerificationFailed, TypeError):
        return False
    return True


def _today_is_a_plan(problem: ChoiceProblem) -> bool:
    try:
        check_no_plan(problem)
    except VerificationFailed:
        return True
    return False


def _same(then: Any, now: Any) -> bool:
    if isinstance(then, bool) or not isinstance(then, int | float):
        return then is None and now is None
    return now is not None and math.isclose(then, now, rel_tol=SAME, abs_tol=SAME)
