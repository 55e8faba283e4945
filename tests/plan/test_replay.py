"""The replay of a proof: it follows what is right and finds what is not."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from shared_row_problems import Sort, make_rows

from slopt.errors import VerificationFailed
from slopt.plan.replay import replay
from slopt.solve.core import is_available, solve_core
from slopt.solve.highs import Options
from slopt.solve.proof import Proof

needs_core = pytest.mark.skipif(not is_available(), reason="the compiled core is not built")


def solved(sort=None, seed=1, gap=0.0):
    """(problem, proof) of an answer whose search has some nodes."""
    problem = make_rows(sort or Sort(40, 5, 3), seed)
    return problem, solve_core(problem, Options(gap, 20.0), log=True).proof


def leaves(proof):
    """Nodes without children."""
    return np.setdiff1d(np.arange(len(proof.parent)), proof.parent)


@needs_core
def test_a_proof_survives_being_written_and_read():
    """As JSON and back it proves the same bound."""
    problem, proof = solved()
    assert len(proof.parent) > 10
    again = Proof.from_dict(json.loads(json.dumps(proof.as_dict())))
    assert replay(problem, again) == replay(problem, proof)


@needs_core
def test_a_raised_bound_is_found_out():
    """Claiming a thousandth more than was proven fails at some leaf."""
    problem, proof = solved()
    with pytest.raises(VerificationFailed, match="node"):
        replay(problem, replace(proof, bound=proof.bound + 1e-3 * abs(proof.bound)))


@needs_core
def test_a_lower_claim_still_holds():
    """What proves a bound proves every lower one."""
    problem, proof = solved()
    lower = replace(proof, bound=proof.bound - 1.0)
    assert replay(problem, lower) == lower.bound


@needs_core
def test_prices_of_a_leaf_that_prove_nothing_are_found_out():
    """A leaf whose prices are set to 0 no longer reaches the bound."""
    problem, proof = solved()
    found = 0
    for leaf in leaves(proof)[:20]:
        prices = proof.prices.copy()
        prices[leaf] = 0.0
        try:
            replay(problem, replace(proof, prices=prices))
        except VerificationFailed:
            found += 1
    assert found > 0


@needs_core
def test_a_missing_child_is_found_out():
    """With one of two children gone, the other does not cover its parent."""
    problem, proof = solved()
    last = len(proof.parent) - 1
    cut = {
        name: getattr(proof, name)[:last] for name in ("parent", "part", "copies", "mask", "prices")
    }
    with pytest.raises(VerificationFailed):
        replay(problem, replace(proof, **cut))


@needs_core
@pytest.mark.parametrize("bit", range(5))
def test_a_mask_without_a_tier_is_found_out(bit):
    """Children that leave out a tier that both should have between them do not cover."""
    problem, proof = solved()
    mask = proof.mask.copy()
    mask[2:] &= np.uint64(~(1 << bit) & (2**64 - 1))
    with pytest.raises(VerificationFailed):
        replay(problem, replace(proof, mask=mask))


@needs_core
def test_copies_that_leave_a_case_out_are_found_out():
    """Of n copies, a on one side or b on the other covers all only while a + b <= n + 1."""
    problem, proof = solved(Sort(60, 4, 3, equal=True, slack=0.02), 2)
    assert (proof.copies > 1).any()
    with pytest.raises(VerificationFailed, match="cover"):
        replay(problem, replace(proof, copies=proof.copies + (proof.part >= 0)))


@needs_core
def test_segments_called_equal_that_are_not_are_found_out():
    """Two segments with other numbers cannot share a class."""
    problem, proof = solved()
    class_of = np.maximum(proof.class_of - 1, 0)
    with pytest.raises(VerificationFailed, match="differ"):
        replay(problem, replace(proof, class_of=class_of))


@needs_core
def test_a_proof_is_of_one_problem_alone():
    """With a wider limit better choices exist, and the proof fails."""
    problem, proof = solved()
    with pytest.raises(VerificationFailed):
        replay(problem.replace(limit=problem.limit * 1.2), proof)


@needs_core
def test_a_unit_that_the_costs_do_not_have_is_found_out():
    """Bounds are raised to multiples of a unit only where all costs are such multiples."""
    problem, proof = solved()
    with pytest.raises(VerificationFailed, match="unit"):
        replay(problem, replace(proof, unit=1.0))


@needs_core
@pytest.mark.parametrize(
    "changes",
    [
        {"parent": lambda p: np.full_like(p.parent, -1)},
        {"parent": lambda p: np.arange(len(p.parent))},
        {"prices": lambda p: -p.prices},
        {"prices": lambda p: p.prices * np.nan},
        {"prices": lambda p: p.prices[:, :1]},
        {"part": lambda p: p.part + (p.part >= 0) * 1000},
        {"class_of": lambda p: p.class_of[1:]},
        {"bound": lambda p: float("inf")},
    ],
    ids=["roots", "loops", "negative", "nan", "rows", "parts", "classes", "bound"],
)
def test_what_is_no_proof_at_all_is_refused(changes):
    """Trees that are none, prices that are none, parts that do not exist."""
    problem, proof = solved()
    with pytest.raises(VerificationFailed):
        replay(problem, replace(proof, **{name: f(proof) for name, f in changes.items()}))
