"""A linear program -> a file that other solvers read: MPS or LP, to the last digit.

Own code, as the writers at hand round to 15 digits, and an instance must be the same everywhere.
Numbers are the shortest that read back as the same float. What readers disagree about is put in
simpler terms first.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from slopt.errors import UsageError
from slopt.problem.lp_format import lp_lines
from slopt.problem.mps import mps_lines
from slopt.problem.program import LinearProgram, Numbers
from slopt.problem.program_names import ProgramNames
from slopt.sayings import OR, listed, say

FORMATS: dict[str, Callable[[LinearProgram, ProgramNames], Iterator[str]]] = {
    ".mps": mps_lines,
    ".lp": lp_lines,
}
COMMENT = {".mps": "*", ".lp": "\\"}
CONSTANT = "constant"


def write_program(path: Path, program: LinearProgram, names: ProgramNames, title: str) -> None:
    """Write the program to a `.mps` or `.lp` file, whole or not at all.

    Comments at its head say whose program it is, and what names stand for that differ from ids.
    Raises UsageError for another ending and where nothing can be written.
    """
    suffix = path.suffix.casefold()
    if suffix not in FORMATS:
        raise UsageError(
            say(
                '"{path}" must end in {formats}, which names the format.',
                path=path,
                formats=listed(FORMATS, OR),
            )
        )
    plainer, plain_names = simple(program, names)
    try:
        path.absolute().parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.absolute().parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.writelines(_head(COMMENT[suffix], program, names, title))
                file.writelines(FORMATS[suffix](plainer, plain_names))
            Path(draft).chmod(0o644)
            Path(draft).replace(path)
        finally:
            Path(draft).unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(
            say('"{path}" cannot be written: {reason}.', path=path, reason=error.strerror)
        ) from error


def _head(mark: str, program: LinearProgram, names: ProgramNames, title: str) -> Iterator[str]:
    columns, rows, coefficients = program.size
    yield f"{mark} {_one_line(title)}\n"
    yield f"{mark} {columns} columns, {rows} rows, {coefficients} coefficients\n"
    for kind, pairs in names.legend.items():
        for part, name in pairs:
            yield f"{mark} {kind} {part} = {_one_line(name)}\n"


def _one_line(text: str) -> str:
    """Any text as one line: quoted as JSON does where it holds what could break the line."""
    return text if text.isprintable() else json.dumps(text)


def simple(program: LinearProgram, names: ProgramNames) -> tuple[LinearProgram, ProgramNames]:
    """The same program without what readers take differently or not at all.

    A row with two different sides becomes two rows, the second named `.most`; one without sides
    says nothing and is left out. A constant in the objective becomes a column that is fixed at 1.
    """
    return _with_constant(*_one_sided(program, names))


def _with_constant(
    program: LinearProgram, names: ProgramNames
) -> tuple[LinearProgram, ProgramNames]:
    if not program.offset:
        return program, names
    return (
        program.replace(
            cost=np.append(program.cost, program.offset),
            lower=np.append(program.lower, 1.0),
            upper=np.append(program.upper, 1.0),
            integral=np.append(program.integral, False),
            offset=0.0,
        ),
        ProgramNames([*names.columns, CONSTANT], names.rows, names.legend),
    )


def _one_sided(program: LinearProgram, names: ProgramNames) -> tuple[LinearProgram, ProgramNames]:
    lower, upper = program.row_lower, program.row_upper
    two = (lower != upper) & np.isfinite(lower) & np.isfinite(upper)
    none = np.isinf(lower) & np.isinf(upper)
    if not two.any() and not none.any():
        return program, names
    again = np.flatnonzero(two)
    kept = np.concatenate([np.flatnonzero(~none), again])
    lengths = np.diff(program.start)[kept]
    entries = np.concatenate(
        [np.arange(program.start[row], program.start[row + 1]) for row in kept]
    ).astype(np.int64)
    first = np.arange(len(kept)) < len(kept) - len(again)
    row_names = [names.rows[row] for row in kept.tolist()]
    row_names[len(kept) - len(again) :] = [f"{names.rows[row]}.most" for row in again.tolist()]
    return (
        program.replace(
            start=np.concatenate([[0], np.cumsum(lengths)]),
            index=program.index[entries],
            value=program.value[entries],
            row_lower=_side(lower[kept], two[kept] & ~first, -np.inf),
            row_upper=_side(upper[kept], two[kept] & first, np.inf),
            shared={},
        ),
        ProgramNames(names.columns, row_names, names.legend),
    )


def _side(values: Numbers, taken_away: np.ndarray, infinite: float) -> Numbers:
    return np.where(taken_away, infinite, values)
