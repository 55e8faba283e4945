"""Checks of what a case says of uncertain numbers: intervals, correlations, scenarios."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from slopt.case.amounts import amount_of
from slopt.case.case import PlanningCase, Table
from slopt.case.columns import Column, plainly, suggest
from slopt.case.correlations import Correlated, impossible
from slopt.case.decisions import FUTURE_SETTINGS, may_vary
from slopt.case.nested_paths import is_part
from slopt.case.paths import SETTINGS, Path, path_of
from slopt.case.raw import RawCase, RawTable
from slopt.case.schema import BY_NAME, USE_PREFIX
from slopt.case.settings import COLUMNS
from slopt.case.uncertain import UncertainCells, at_path, stated_cells
from slopt.errors import Problem, Severity, UsageError
from slopt.sayings import later, listed, say
from slopt.vocabulary import Distribution, Sampling

SUM_ROOM = 1e-6
"""How far probabilities may be from adding up to 1, as they are written down."""
FLAT = ("", Distribution.UNIFORM, Distribution.TRIANGULAR)
FEW = 4
"""Pairs that are named where correlations cannot all hold."""


def check_risk(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Intervals that leave a range, correlations that cannot hold, scenarios that make no sense."""
    if "sources" in case.tables:
        yield from _intervals(case, raw.tables["sources"])
    if "correlations" in case.tables:
        yield from _correlations(case, raw.tables["correlations"])
    if "scenarios" in case.tables:
        yield from _probabilities(case.table("scenarios"), raw.tables["scenarios"])
    if "scenario_values" in case.tables:
        yield from _values(case, raw.tables["scenario_values"])
    yield from _sobol(case, raw)


def _intervals(case: PlanningCase, source: RawTable) -> Iterator[Problem]:
    table = case.table("sources")
    for index, (name, title) in enumerate(
        zip(table.texts("table"), table.texts("column"), strict=True)
    ):
        row = table.rows[index]
        column = _column(name, title)
        if column is not None and column.is_number:
            yield from _out_of_range(table, source, index, column)
        yield from _spread(table, source, index, row)


def _column(table: str, title: str) -> Column | None:
    """The column that a row of sources speaks of; None where there is no such one."""
    if table == SETTINGS:
        return COLUMNS.get(title)
    if table not in BY_NAME:
        return None
    schema = BY_NAME[table]
    known = [one.name for one in schema.columns]
    is_use = schema.use_columns and title.startswith(USE_PREFIX)
    return schema.column(title) if title in known or is_use else None


def _out_of_range(table: Table, source: RawTable, index: int, column: Column) -> Iterator[Problem]:
    for name in ("low", "high"):
        value = float(table.numbers(name)[index])
        below = column.low is not None and value < column.low
        above = column.high is not None and value > column.high
        if below or above:
            yield source.problem(
                say(
                    "{column} is never {value}: it is {range}.",
                    column=column.name,
                    value=plainly(value),
                    range=column.range_words,
                ),
                say("Write {expected}.", expected=column.expected),
                table.rows[index],
                name,
                value,
            )


def _spread(table: Table, source: RawTable, index: int, row: int) -> Iterator[Problem]:
    """What a row says of how a number is spread, if it can be."""
    low, high, span, coverage = (
        float(table.numbers(name)[index]) for name in ("low", "high", "span", "coverage")
    )
    distribution = table.texts("distribution")[index]
    has_ends = low == low or high == high
    if span == span and has_ends:
        yield source.problem(
            say("Low or high is given, and a span too."),
            say("Give low and high, or the span."),
            row,
            "span",
            span,
        )
    if coverage == 0 or (coverage == 1 and distribution not in FLAT):
        yield source.problem(
            say("Low and high cannot have this probability between them."),
            say("Write a probability above 0, and below 1 for a normal distribution."),
            row,
            "coverage",
            coverage,
        )
    if (distribution or coverage == coverage) and not (has_ends or span > 0):
        name = "distribution" if distribution else "coverage"
        yield source.problem(
            say("Nothing says how far the number may be off."),
            say("Add low and high, or a span."),
            row,
            name,
            distribution or coverage,
            Severity.WARNING,
        )
    top = {Distribution.LOGNORMAL: np.inf, Distribution.LOGITNORMAL: 1.0}.get(
        Distribution(distribution) if distribution in tuple(Distribution) else Distribution.NORMAL
    )
    for name, value in (("low", low), ("high", high)):
        if top is not None and (value <= 0 or value >= top):
            yield source.problem(
                say("A lognormal number is above 0.")
                if top == np.inf
                else say("A logitnormal number is above 0 and below 1."),
                say("Write an end inside of that, or another distribution."),
                row,
                name,
                value,
            )


def _correlations(case: PlanningCase, source: RawTable) -> Iterator[Problem]:
    """Unknown paths, inputs without an interval, pairs named twice, what cannot all hold."""
    table = case.table("correlations")
    inputs = stated_cells(case)
    found: list[Correlated] = []
    seen: set[tuple[int, int]] = set()
    is_sound = True
    for index in range(len(table)):
        row = table.rows[index]
        places = []
        for name in ("first", "second"):
            text = table.texts(name)[index]
            place = _input_named(case, inputs, text)
            if isinstance(place, int):
                places.append(place)
                continue
            is_sound = False
            if text:
                message, remedy = place
                yield source.problem(message, remedy, row, name, text)
        if len(places) < 2:
            continue
        first, second = sorted(places)
        correlation = float(table.numbers("correlation")[index])
        if first == second:
            is_sound = False
            yield source.problem(
                say("Both paths name the same input."),
                say("Name two inputs, or remove the row."),
                row,
                "second",
                table.texts("second")[index],
            )
        elif (first, second) in seen:
            is_sound = False
            yield source.problem(
                say(
                    "The correlation of {first} and {second} is given twice.",
                    first=inputs[first].name,
                    second=inputs[second].name,
                ),
                say("Keep one of the rows."),
                row,
                "second",
                table.texts("second")[index],
            )
        elif correlation == correlation:
            seen.add((first, second))
            found.append(Correlated(first, second, correlation, index))
    if is_sound:
        yield from _impossible(table, source, inputs, found)


def _input_named(
    case: PlanningCase, inputs: Sequence[UncertainCells], text: str
) -> int | tuple[str, str]:
    """The input that a text names, or what is wrong and what to do."""
    try:
        path = path_of(case, text)
    except UsageError as error:
        return error.message, say("Name an input that has an interval in sources.")
    place = at_path(inputs, path)
    if place is not None:
        return place
    return (
        say("No row of sources says how far {path} may be off.", path=path.text),
        suggest(
            path.text,
            [one.name for one in inputs],
            later("Add low and high there, or name one of these: {known}."),
        ),
    )


def _impossible(
    table: Table, source: RawTable, inputs: Sequence[UncertainCells], rows: Sequence[Correlated]
) -> Iterator[Problem]:
    for one in impossible(rows):
        names = {
            place: (inputs[its.first].name, inputs[its.second].name)
            for place, its in enumerate(one.rows)
        }
        pairs = [
            say(
                "{first} with {second} {correlation}",
                first=names[place][0],
                second=names[place][1],
                correlation=plainly(its.correlation),
            )
            for place, its in enumerate(one.rows[:FEW])
        ]
        row = one.row
        yield source.problem(
            say(
                "These correlations cannot all hold: {pairs}. Their matrix is not positive "
                "definite; its smallest eigenvalue is {eigenvalue}.",
                pairs=listed(pairs),
                eigenvalue=f"{one.eigenvalue:.3g}",
            ),
            say("Write all of them {factor} times as large.", factor=f"{one.factor:g}")
            if one.nearest is None
            else say(
                "With the others as they are, that of {first} and {second} may be {nearest}.",
                first=inputs[row.first].name,
                second=inputs[row.second].name,
                nearest=f"{one.nearest:g}",
            ),
            table.rows[row.row],
            "correlation",
            row.correlation,
        )


def _sobol(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """A Sobol sequence that is cut off where it is not balanced."""
    risk = case.settings.risk
    balanced = risk.samples & (risk.samples - 1) == 0
    if risk.sampling is not Sampling.SOBOL or balanced or raw.settings is None:
        return
    more = 1 << risk.samples.bit_length()
    yield raw.settings.problem(
        "risk.samples",
        say(
            "A Sobol sequence is evenly spread over a power of two only, and {n} is none.",
            n=risk.samples,
        ),
        say("Set risk.samples to {less} or {more}.", less=more // 2, more=more),
        Severity.WARNING,
    )


def _probabilities(table: Table, source: RawTable) -> Iterator[Problem]:
    probability = table.numbers("probability")
    total = float(probability.sum())
    if abs(total - 1) > SUM_ROOM:  # not of NaN, which stands for a cell that is told already
        yield source.problem(
            say("The probabilities add up to {total}, not to 1.", total=f"{total:.9g}"),
            say("Change them so that they add up to 1, or add the scenario that is missing."),
            table.rows[len(table) - 1],
            "probability",
            float(probability[-1]),
        )


def _values(case: PlanningCase, source: RawTable) -> Iterator[Problem]:
    table = case.table("scenario_values")
    if "scenarios" not in case.tables:
        return
    taken: dict[str, list[Path]] = {}
    texts = (table.texts(name) for name in ("scenario", "path", "value"))
    for index, (scenario, where, what) in enumerate(zip(*texts, strict=True)):
        if not where or not what:
            continue
        row = table.rows[index]
        try:
            path = path_of(case, where)
        except UsageError as error:
            remedy = say("Name a column of a table, with the keys of its rows in brackets.")
            yield source.problem(error.message, remedy, row, "path", where)
            continue
        if not may_vary(path.table, path.column):
            yield source.problem(
                say("{path} is a decision, and the same in every future.", path=path.text),
                say(
                    "Name a number of the business, or one of {settings}.",
                    settings=listed(FUTURE_SETTINGS),
                ),
                row,
                "path",
                where,
            )
            continue
        others = taken.setdefault(scenario, [])
        twice = next((other for other in others if _clash(path, other)), None)
        others.append(path)
        if twice is not None and twice.text == path.text:
            continue  # which is told as a key that stands twice
        if twice is not None:
            yield source.problem(
                say(
                    "{path} and {other} name the same cell in scenario {scenario}.",
                    path=path.text,
                    other=twice.text,
                    scenario=scenario,
                ),
                say("Name each cell once, or all cells of one path in the other."),
                row,
                "path",
                where,
            )
            continue
        yield from _value(case, source, row, path, what)


def _clash(path: Path, other: Path) -> bool:
    """True where two paths name a cell, and none of them is the narrower one."""
    return path.overlaps(other) and not (is_part(path, other) or is_part(other, path))


def _value(
    case: PlanningCase, source: RawTable, row: int, path: Path, what: str
) -> Iterator[Problem]:
    """Whether a value may stand at a path."""
    from slopt.case.changes import changed_case  # which takes these checks for its own

    try:
        amount = amount_of(path, what)
    except UsageError:
        yield source.problem(
            say('"{what}" is no amount and no factor.', what=what),
            say("Write an amount as 0.05, or a factor as 0.8x or +10%."),
            row,
            "value",
            what,
        )
        return
    _, problems = changed_case(case, {path: amount})
    if problems and amount.is_factor:
        column = path.column
        yield source.problem(
            say(
                "With {what} values of {path} leave their range, {range}.",
                what=what,
                path=path.text,
                range=column.range_words,
            ),
            say("Write a factor nearer to 1, or an amount."),
            row,
            "value",
            what,
        )
    elif problems:
        yield source.problem(problems[0].message, problems[0].remedy, row, "value", what)
