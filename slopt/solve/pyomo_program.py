"""Pyomo model -> linear program, so that models go through the same adapter as arrays do."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo
from pyomo.common.errors import InfeasibleConstraintException
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from slopt.errors import UsageError
from slopt.problem.choice import ChoiceProblem
from slopt.problem.program import LinearProgram


class TriviallyInfeasibleError(Exception):
    """A constraint of the model is false whatever is chosen."""


def program_of(model: pyo.ConcreteModel, problem: ChoiceProblem) -> LinearProgram:
    """The linear program that a Pyomo model states.

    Raises UsageError where the model is not linear or its `choose` is not over segments and tiers,
    TriviallyInfeasibleError where a constraint can never hold.
    """
    try:
        form = LinearStandardFormCompiler().write(model, mixed_form=True, set_sense=None)
    except InfeasibleConstraintException as error:
        raise TriviallyInfeasibleError(str(error)) from error
    except Exception as error:
        raise UsageError(f"The model is not a linear program: {error}") from error
    if len(form.objectives) != 1:
        raise UsageError("The model needs exactly one active objective.")
    sign = -1.0 if form.objectives[0].sense == pyo.maximize else 1.0
    columns, choose = _choose_first(model, form.columns, problem)
    matrix = form.A.tocsr()[:, columns]
    sense = np.array([row.bound_type for row in form.rows], dtype=np.int64)
    rhs = np.asarray(form.rhs, dtype=np.float64)
    variables = [form.columns[old] for old in columns]
    row_at: dict[int, int] = {id(row.constraint): i for i, row in enumerate(form.rows)}
    named = getattr(model, "limits_by_name", {})
    return LinearProgram(
        cost=sign * form.c.toarray()[0][columns],
        lower=np.array([-np.inf if v.lb is None else v.lb for v in variables]),
        upper=np.array([np.inf if v.ub is None else v.ub for v in variables]),
        integral=np.array([not v.is_continuous() for v in variables], dtype=np.bool_),
        start=matrix.indptr.astype(np.int64),
        index=matrix.indices.astype(np.int64),
        value=np.asarray(matrix.data, dtype=np.float64),
        row_lower=np.where(sense <= 0, rhs, -np.inf),
        row_upper=np.where(sense >= 0, rhs, np.inf),
        choose=choose,
        offset=sign * float(form.c_offset[0]),
        sign=sign,
        shared={name: row_at[id(c)] for name, c in named.items() if id(c) in row_at},
    )


def _choose_first(
    model: pyo.ConcreteModel, columns: list[pyo.Var], problem: ChoiceProblem
) -> tuple[list[int], np.ndarray]:
    """Column order with the choose variables first, and which pair each of them is."""
    segment_at = {name: s for s, name in enumerate(problem.segments)}
    tier_at = {name: k for k, name in enumerate(problem.tiers)}
    try:
        pair_of = {
            id(model.choose[key]): (segment_at[key[0]], tier_at[key[1]]) for key in model.choose
        }
    except (KeyError, TypeError, IndexError) as error:
        raise UsageError("The model's choose must be indexed by (segment, tier).") from error
    first = [i for i, variable in enumerate(columns) if id(variable) in pair_of]
    rest = [i for i, variable in enumerate(columns) if id(variable) not in pair_of]
    pairs = [pair_of[id(columns[i])] for i in first]
    return first + rest, np.array(pairs, dtype=np.int64).reshape(-1, 2)
