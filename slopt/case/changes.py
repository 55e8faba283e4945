"""A case with other values at some paths, checked as a file with these values would be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast, overload

import numpy as np
from numpy.typing import NDArray

from slopt.case.amounts import NONE, Amount, amount_of, applied
from slopt.case.case import PlanningCase
from slopt.case.columns import LARGEST, LARGEST_WHOLE, Cell, CellError, Column, Kind, suggest
from slopt.case.crosscheck import crosscheck, crosscheck_numbers
from slopt.case.few import first_few
from slopt.case.paths import SETTINGS, Path, path_of, values_at
from slopt.case.raw import RawCase, RawSettings, RawTable
from slopt.case.schema import ANY, BY_NAME
from slopt.case.settings import read_setting
from slopt.case.texts import Texts
from slopt.errors import InvalidInput, Problem, Severity, UsageError
from slopt.sayings import later, say
from slopt.vocabulary import Goal, Period, RiskMeasure, Sampling

Changes = Mapping[Path, Amount]
ENUMS: dict[str, Callable[[str], Any]] = {
    "case.period": Period,
    "plan.goal": Goal,
    "risk.measure": RiskMeasure,
    "risk.sampling": Sampling,
}


def with_values(
    case: PlanningCase, changes: Mapping[str | Path, Amount | float | str | bool | None]
) -> PlanningCase:
    """The case with these values; paths and amounts may be texts.

    All of it is checked at once: every value against the range of its column, then the tables
    against each other. Raises UsageError for a path or an amount that makes no sense, and
    InvalidInput with every problem that a file with these values would have.
    """
    read = read_changes(case, changes)
    changed, problems = changed_case(case, read)
    if not problems:
        problems = cross_problems(case, changed, read)
    if problems:
        raise InvalidInput(problems)
    return changed


def read_changes(
    case: PlanningCase, changes: Mapping[str | Path, Amount | float | str | bool | None]
) -> dict[Path, Amount]:
    """Paths and amounts from texts. Raises UsageError where two of them hold the same value."""
    found: dict[Path, Amount] = {}
    for where, what in changes.items():
        path = where if isinstance(where, Path) else path_of(case, where)
        if path in found:
            raise UsageError(say("{path} is given twice.", path=path.text))
        found[path] = _as_amount(path, what)
    require_apart(list(found))
    return found


def require_apart(paths: Sequence[Path]) -> None:
    """Raise UsageError where two paths hold the same value."""
    by_column: dict[tuple[str, str], list[Path]] = {}
    for path in paths:
        by_column.setdefault((path.table, path.column.name), []).append(path)
    for its in by_column.values():
        for place, path in enumerate(its):
            for other in its[:place]:
                if path.overlaps(other):
                    raise UsageError(
                        say(
                            '"{other}" and "{path}" hold the same value: name each row once.',
                            other=other.text,
                            path=path.text,
                        )
                    )


def _as_amount(path: Path, what: Amount | float | str | bool | None) -> Amount:
    if isinstance(what, Amount):
        return what
    if isinstance(what, str):
        return amount_of(path, what)
    if what is None or isinstance(what, bool):
        return Amount(what)
    return Amount(float(what))


def changed_case(case: PlanningCase, changes: Changes) -> tuple[PlanningCase, list[Problem]]:
    """The case with these values, and the problems of each value by itself.

    Where there are problems the case is not to be used.
    """
    problems: list[Problem] = []
    settings: dict[str, dict[str, Any]] = {}
    columns: dict[str, dict[str, NDArray[Any] | Texts]] = {}
    for path, amount in changes.items():
        try:
            if path.is_setting:
                section, name = path.column.name.split(".")
                settings.setdefault(section, {})[name] = _setting(case, path, amount)
            else:
                own = columns.setdefault(path.table, {})
                own[path.column.name] = _column(case, path, amount, own, problems)
        except CellError as error:
            problems.append(_problem(path, amount, error))
    if problems:
        return case, problems
    new = case.settings
    for section, values in settings.items():
        new = replace(new, **{section: replace(getattr(new, section), **values)})
    tables = dict(case.tables)
    for name, changed in columns.items():
        tables[name] = tables[name].with_columns(changed)
    return case.replace(settings=new, tables=tables), []


def _setting(case: PlanningCase, path: Path, amount: Amount) -> Any:
    """The value of a setting. Raises CellError."""
    column, value = path.column, amount.value
    if value is None and column.required:
        raise CellError(
            say("This must not be empty."), say("Write {expected}.", expected=column.expected)
        )
    if amount.is_factor:
        now = values_at(case, path)
        if now is None:
            raise CellError(
                say("The case does not set it."), say("Write amounts in place of factors.")
            )
        value = float(applied(amount, np.array([float(now)]))[0])
    read = read_setting(column, cast(Cell, value))
    if read is None:
        section, name = column.name.split(".")
        return getattr(type(getattr(case.settings, section))(), name)
    if column.kind is Kind.INTEGER:
        return int(cast(float, read))
    make = ENUMS.get(column.name)
    return read if make is None else make(str(read))


def _column(
    case: PlanningCase,
    path: Path,
    amount: Amount,
    own: Mapping[str, NDArray[Any] | Texts],
    problems: list[Problem],
) -> NDArray[Any] | Texts:
    """The column with the amount in the rows of the path. Raises CellError."""
    table, column = case.table(path.table), path.column
    values = own.get(column.name, table.column(column.name))
    if isinstance(values, Texts):
        if amount.is_word:
            _require_no_such_id(case, column)
        text = str(column.read(cast(Cell, amount.value)) or "")
        _require_known(case, column, text)
        return _with_text(values, path.rows, text)
    new = values.copy()
    if column.kind is Kind.FLAG:
        new[path.rows] = column.read(cast(Cell, amount.value))
        return new
    if not amount.is_factor and not amount.is_by_row:
        value = column.read(cast(Cell, amount.value))
        new[path.rows] = np.nan if value is None else value
        return new
    before = values[path.rows]
    if amount.is_factor and np.isnan(before).all():
        raise CellError(say("The cells are empty."), say("Write amounts in place of factors."))
    after = applied(amount, before)
    new[path.rows] = after
    bad = np.flatnonzero(_out_of_range(column, after))

    def describe(index: int) -> Problem:
        try:
            column.read(float(after[index]))
        except CellError as error:
            row = table.rows[int(path.rows[index])]
            return replace(_problem(path, amount, error), table=table.name, row=row)
        raise AssertionError(f"{after[index]} is in the range of {column.name}")

    problems.extend(first_few(bad, describe))
    return new


def _require_known(case: PlanningCase, column: Column, text: str) -> None:
    """Raise CellError for a word that is no id of the table that the column refers to."""
    home = column.refers_to
    if home is None or not text or (column.any_row and text == ANY):
        return
    ids = case.table(home).texts(BY_NAME[home].key[0])
    if text not in ids:
        raise CellError(
            say('"{text}" is not in {home}.', text=text, home=home),
            suggest(text, ids, later("Known in {table}: {known}."), table=home),
        )


def _require_no_such_id(case: PlanningCase, column: Column) -> None:
    """Raise CellError where the word for an empty cell is an id that may stand in it."""
    home = column.refers_to
    ids = () if home is None else case.table(home).texts(BY_NAME[home].key[0])
    its = next((one for one in ids if one.casefold() == NONE), None)
    if its is not None:
        raise CellError(
            say(
                '"{its}" is in {home}, and it is also the word for an empty cell.',
                its=its,
                home=home,
            ),
            say("Give it another name in {home}.", home=home),
        )


def _out_of_range(column: Column, values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Where `column.read` refuses a number."""
    out = ~np.isnan(values) & ~(np.abs(values) <= LARGEST)
    if column.low is not None:
        out |= values < column.low
    if column.high is not None:
        out |= values > column.high
    if column.kind is Kind.INTEGER:
        out |= (values != np.floor(values)) & ~np.isnan(values)
        if column.high is None:
            out |= np.abs(values) > LARGEST_WHOLE
    return np.asarray(out)


def _with_text(values: Texts, rows: NDArray[np.int64], text: str) -> Texts:
    codes = np.array(values.codes, dtype=np.int64)
    words = [values.word(code) for code in range(len(values.words))]
    if text not in words:
        words.append(text)
    codes[rows] = words.index(text)
    return Texts.of_codes(words, codes)


def _problem(path: Path, amount: Amount, error: CellError) -> Problem:
    return Problem(error.message, error.remedy, column=f"{path.text}={amount}", value=str(amount))


def cross_problems(case: PlanningCase, changed: PlanningCase, changes: Changes) -> list[Problem]:
    """Errors between tables that the changes bring, each with the values that bring it."""
    of_limits = all(path.table == SETTINGS and path.text.startswith("limits.") for path in changes)
    if of_limits and (changed.settings.limits.budget or 0.0) >= 0:
        return []
    found = errors_between_tables(changed)
    if not found:
        return []
    before = {problem_key(problem) for problem in errors_between_tables(case)}
    words = ", ".join(f"{path.text}={amount}" for path, amount in changes.items())
    return [
        replace(
            problem,
            file=say("{place} with {words}:", place=problem.file or problem.table, words=words),
        )
        for problem in found
        if problem_key(problem) not in before
    ]


def errors_between_tables(case: PlanningCase) -> list[Problem]:
    """What is wrong with a case that takes more than one cell to see."""
    raw = _as_read(case)
    return [p for p in crosscheck(case, raw) if p.severity is Severity.ERROR]


def errors_between_numbers(case: PlanningCase) -> list[Problem]:
    """What numbers of the business make wrong that takes more than one cell to see."""
    raw = _as_read(case)
    return [p for p in crosscheck_numbers(case, raw) if p.severity is Severity.ERROR]


def problem_key(problem: Problem) -> tuple[object, ...]:
    """The same for the same problem of two cases."""
    return problem.table, problem.row, problem.column, problem.message


def _as_read(case: PlanningCase) -> RawCase:
    """The case as if it had been read from files with these values, for the checks to place."""
    tables = {}
    for name, table in case.tables.items():
        header = list(table)
        cells: list[Sequence[Cell]] = [_Cells(table.column(title)) for title in header]
        places = {title: place for place, title in enumerate(header)}
        tables[name] = RawTable(name, table.file, header, table.rows, cells, places=places)
    budget = case.settings.limits.budget
    return RawCase(tables, RawSettings("case.toml", {"limits.budget": budget}), [])


class _Cells(Sequence[Cell]):
    """A column as cells: nothing where it is blank."""

    def __init__(self, values: NDArray[Any] | Texts) -> None:
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    @overload
    def __getitem__(self, index: int) -> Cell: ...
    @overload
    def __getitem__(self, index: slice) -> list[Cell]: ...
    def __getitem__(self, index: int | slice) -> Cell | list[Cell]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        value = self._values[index]
        if isinstance(value, str):
            return value or None
        if isinstance(value, np.bool_):
            return bool(value)
        return None if np.isnan(value) else float(value)
