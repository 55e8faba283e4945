"""The program that is assembled as arrays and the one that the Pyomo model states are one."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from made_offers import random_joined
from strategies import problem_with_choosers, random_problem

from slopt.errors import UsageError
from slopt.problem.matrix import assemble
from slopt.shipped import models
from slopt.solve.model_file import build_model
from slopt.solve.pyomo_program import TriviallyInfeasibleError, program_of


def fingerprint(program):
    """Columns and rows as multisets that do not depend on order or on the direction of a row.

    Choose columns are known by their pair, all others by cost, bounds and, refined round by
    round, by the rows they stand in. Rows that their columns' bounds imply are left out.
    """
    columns = [
        (round(c, 9), round(low, 9), round(high, 9), bool(whole))
        for c, low, high, whole in zip(
            program.cost, program.lower, program.upper, program.integral, strict=True
        )
    ]
    for j, pair in enumerate(program.choose.tolist()):
        columns[j] = (*columns[j], *pair)
    rows = []
    for i in range(len(program.row_lower)):
        here = slice(program.start[i], program.start[i + 1])
        terms = [
            (int(j), round(float(v), 9))
            for j, v in zip(program.index[here], program.value[here], strict=True)
            if v != 0
        ]
        low, high = float(program.row_lower[i]), float(program.row_upper[i])
        least = sum(v * (program.lower[j] if v > 0 else program.upper[j]) for j, v in terms)
        most = sum(v * (program.upper[j] if v > 0 else program.lower[j]) for j, v in terms)
        if low <= least and most <= high:
            continue
        if np.isinf(high) and not np.isinf(low):
            terms, low, high = [(j, -v) for j, v in terms], -high, -low
        rows.append((terms, round(low, 9), round(high, 9)))
    colours = [hash(column) for column in columns]
    for _ in range(4):
        stands_in = [[] for _ in columns]
        for terms, low, high in rows:
            row = hash((tuple(sorted((colours[j], v) for j, v in terms)), low, high))
            for j, v in terms:
                stands_in[j].append((row, v))
        colours = [
            hash((colour, tuple(sorted(its))))
            for colour, its in zip(colours, stands_in, strict=True)
        ]
    used = {j for terms, _, _ in rows for j, _ in terms}
    kept = used | set(range(len(program.choose)))
    return (
        Counter(colours[j] for j in kept),
        Counter(
            (tuple(sorted((colours[j], v) for j, v in terms)), low, high)
            for terms, low, high in rows
        ),
        program.sign,
        program.offset,
    )


def problem_of(seed):
    """A random problem; some have customers who choose, some have offers of their own rows."""
    if seed < 5020:
        return problem_with_choosers(seed)
    return random_joined(seed) if seed >= 5080 else random_problem(seed)


@pytest.mark.parametrize("seed", range(5000, 5120))
def test_both_routes_state_the_same_program(seed):
    """Same columns, rows and prices up to order, for random problems with every kind of rule."""
    problem = problem_of(seed)
    if not problem.admissible.any(axis=1).all():
        return  # found without a program
    arrays = assemble(problem)
    try:
        model = program_of(build_model(models()["tier_plan"], problem), problem)
    except TriviallyInfeasibleError:
        least = np.bincount(
            arrays.row_of,
            np.where(arrays.value > 0, arrays.lower[arrays.index], arrays.upper[arrays.index])
            * arrays.value,
            minlength=len(arrays.row_lower),
        )
        most = np.bincount(
            arrays.row_of,
            np.where(arrays.value > 0, arrays.upper[arrays.index], arrays.lower[arrays.index])
            * arrays.value,
            minlength=len(arrays.row_lower),
        )
        assert np.any((least > arrays.row_upper) | (most < arrays.row_lower))
        return
    assert fingerprint(model) == fingerprint(arrays)
    shared = {name: row for name, row in arrays.shared.items() if np.diff(arrays.start)[row]}
    assert model.shared.keys() <= arrays.shared.keys()
    assert shared.keys() - model.shared.keys() == set()


def test_the_fingerprint_sees_a_changed_coefficient():
    """The comparison above would notice one coefficient, one bound or one row more."""
    program = assemble(random_problem(5001))
    value = program.value.copy()
    value[-1] += 1
    upper = program.upper.copy()
    upper[0] = 0
    assert fingerprint(program) == fingerprint(program.replace())
    assert fingerprint(program.replace(value=value)) != fingerprint(program)
    assert fingerprint(program.replace(upper=upper)) != fingerprint(program)


def _own_model(text):
    import pyomo.environ as pyo

    model = pyo.ConcreteModel()
    exec(text, {"model": model, "pyo": pyo})
    return model


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("model.choose = pyo.Var([1, 2]); model.o = pyo.Objective(expr=model.choose[1])", "choose"),
        (
            "model.choose = pyo.Var(['s0'], ['tx']); "
            "model.o = pyo.Objective(expr=model.choose['s0', 'tx'])",
            "choose",
        ),
        ("model.choose = pyo.Var(['s0'], ['t0'])", "one active objective"),
        (
            "model.choose = pyo.Var(['s0'], ['t0']); "
            "model.o = pyo.Objective(expr=model.choose['s0', 't0'] ** 2)",
            "not a linear program",
        ),
    ],
)
def test_models_that_cannot_be_read_are_told_so(text, message):
    """Wrong index, unknown tier, no objective, a square: a UsageError that says which."""
    with pytest.raises(UsageError, match=message):
        program_of(_own_model(text), random_problem(1))
