"""A choice problem -> an MPS or LP file, for any other solver."""

from __future__ import annotations

from pathlib import Path

from slopt.errors import UsageError
from slopt.problem.choice import ChoiceProblem
from slopt.problem.exchange import write_program
from slopt.problem.matrix import assemble
from slopt.problem.program import LinearProgram
from slopt.problem.program_names import program_names
from slopt.sayings import say
from slopt.solve.model_file import build_model, find_model, is_shipped


def export_problem(
    problem: ChoiceProblem, path: Path, title: str, model: str = "tier_plan"
) -> LinearProgram:
    """Write the program of a problem to a `.mps` or `.lp` file; returns what was written.

    `model` is a model file by name or path, `title` what stands at the head of the file. Raises
    UsageError where there is no program to write, and where the file cannot be written.
    """
    shipped = is_shipped(model)
    program = assemble(problem) if shipped else _of_model(problem, model)
    if len(program.cost) == 0:
        raise UsageError(say("No segment may have any tier: there is nothing to export."))
    write_program(path, program, program_names(problem, program, assembled=shipped), title)
    return program


def _of_model(problem: ChoiceProblem, model: str) -> LinearProgram:
    from slopt.solve.pyomo_program import TriviallyInfeasibleError, program_of

    try:
        return program_of(build_model(find_model(model), problem), problem)
    except TriviallyInfeasibleError as error:
        raise UsageError(
            say(
                "A constraint of the model is false whatever is chosen, which no file "
                "can say: {reason}",
                reason=error,
            )
        ) from error
