"""Ctrl-C while a proof is sought ends the search at once, and no solver swallows it."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import replace

import numpy as np
import pytest
from certificates import SEEDS, best_of
from strategies import random_problem

from slopt.solve import core
from slopt.solve.highs import Options, run
from slopt.solve.outcome import Answer
from slopt.study import proof_of_core, proof_program
from slopt.study.proof_of_core import proof_of_core as prove_by_core
from slopt.study.prove import prove_plan
from slopt.verify.guard import NUMBERS, exactly, read
from slopt.verify.numbers import numbers_text
from slopt.verify.verifier import Case
from slopt.vocabulary import Status

WITH_GAP = SEEDS[-1]
"""A problem whose prices leave a gap, so that its proof takes a search."""


def test_a_program_that_was_interrupted_ends_the_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """HiGHS by itself reports it as a status, after which the search would go on."""
    monkeypatch.setattr(proof_program, "run", lambda *args, **more: Answer(Status.INTERRUPTED))
    problem = random_problem(WITH_GAP, plain=True)
    case = Case(read(numbers_text(problem, "a", "b"), NUMBERS))
    best = best_of(problem)
    assert best is not None
    with exactly():
        value, _ = case.judge(
            {problem.segments[s]: problem.tiers[k] for s, k in enumerate(best[1])}
        )
    with pytest.raises(KeyboardInterrupt):
        prove_plan(case, value, {}, 0.0, Options())


@pytest.mark.skipif(not core.is_available(), reason="the compiled core is not installed")
def test_a_core_that_was_interrupted_ends_the_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """The core hands over what it has, which is no reason to go on."""
    solve_core = proof_of_core.solve_core

    def interrupted(*args, **more):
        return replace(solve_core(*args, **more), status=Status.INTERRUPTED)

    monkeypatch.setattr(proof_of_core, "solve_core", interrupted)
    with pytest.raises(KeyboardInterrupt):
        prove_by_core(random_problem(WITH_GAP, plain=True), Options())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_as_highs_starts_leaves_no_thread_behind(
    monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """A process that ends while HiGHS is running is aborted: the signal waits until it is done."""
    program = proof_program.ProofProgram(
        Case(read(numbers_text(random_problem(WITH_GAP, plain=True), "a", "b"), NUMBERS)),
        elastic=False,
    ).program
    start = threading.Thread.start
    began: list[threading.Thread] = []

    def start_and_interrupt(self: threading.Thread) -> None:
        start(self)
        began.append(self)
        os.kill(os.getpid(), number)

    before = signal.signal(number, signal.default_int_handler)
    try:
        monkeypatch.setattr(threading.Thread, "start", start_and_interrupt)
        answer = run(program.replace(integral=np.zeros_like(program.integral)), Options())
        assert signal.getsignal(number) is signal.default_int_handler
    finally:
        signal.signal(number, before)
    assert answer.status is Status.INTERRUPTED
    for thread in began:
        thread.join(5)
        assert not thread.is_alive()
