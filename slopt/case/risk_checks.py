"""Checks of what a case says of uncertain numbers: intervals, correlations, scenarios."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slopt.case.amounts import amount_of
from slopt.case.case import PlanningCase, Table
from slopt.case.columns import plainly, suggest
from slopt.case.correlations import Correlated, impossible
from slopt.case.decisions import FUTURE_SETTINGS, may_vary, why_the_same
from slopt.case.interval_checks import check_intervals
from slopt.case.nested_paths import is_part
from slopt.case.paths import Path, path_of
from slopt.case.raw import RawCase, RawTable
from slopt.case.uncertain import UncertainCells, at_path, stated_cells
from slopt.errors import Problem, Severity, UsageError
from slopt.sayings import later, listed, say
from slopt.vocabulary import Sampling

SUM_ROOM = 1e-6
"""How far probabilities may be from adding up to 1, as they are written down."""
FEW = 4
"""Pairs that are named where correlations cannot all hold."""


def check_risk(case: PlanningCase, raw: RawCase) -> Iterator[Problem]:
    """Intervals that leave a range, correlations that cannot hold, scenarios that make no sense."""
    if "sources" in case.tables:
        yield from check_intervals(case, raw.tables["sources"])
    if "correlations" in case.tables:
        yield from _correlations(case, raw.tables["correlations"])
    if "scenarios" in case.tables:
        yield from _probabilities(case.table("scenarios"), raw.tables["scenarios"])
    if "scenario_values" in case.tables:
        yield from _values(case, raw.tables["scenario_values"])
    yield from _sobol(case, raw)


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
            )
            if len(one.rows) <= FEW
            else say(
                "These correlations and {more} more cannot all hold: {pairs}. Their matrix is not "
                "positive definite; its smallest eigenvalue is {eigenvalue}.",
                more=len(one.rows) - FEW,
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
                why_the_same(path.table, path.column, path.text),
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
