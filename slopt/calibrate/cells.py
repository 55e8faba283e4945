"""From the texts of a log to typed columns; what cannot be read is told with its row and value."""

from __future__ import annotations

import datetime as dt

from slopt.calibrate.database import Database, name, text, texts
from slopt.calibrate.history import Log
from slopt.calibrate.roles import LOGS, Role, RoleKind
from slopt.errors import Problem
from slopt.sayings import say

FORMATS = (
    "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y",
    "%d-%b-%y", "%d-%b-%Y", "%Y%m%d", "%m/%d/%y", "%d/%m/%y", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M",
    "%m/%d/%y %H:%M", "%d.%m.%Y %H:%M",
)  # fmt: skip
"""Ways to write dates that are tried, to name the one that fits."""


def type_log(database: Database, log: Log) -> list[Problem]:
    """Make the table `typed_NAME`, a column a role of the log: text, DOUBLE or TIMESTAMP.

    Roles that are not mapped are NULL throughout. Returns a problem for each role with cells that
    cannot be read.
    """
    roles = [role for role in LOGS[log.name] if role.name in log.columns]
    problems = []
    checks = [f"count(*) FILTER ({_bad(role, log)})" for role in roles]
    counts = database.row(f"SELECT count(*), {', '.join(checks)} FROM raw_{log.name}")
    if counts[0] == 0:
        remedy = say("Look at keep.") if log.keep else say("Is it the right file?")
        problems.append(Problem(say("The log has no rows."), remedy, file=log.file.name))
    for role, count in zip(roles, counts[1:], strict=True):
        if count:
            problems.append(_cell_problem(database, log, role, count))
    if not problems:
        typed = [
            f"{typed_cell(role, log) if role in roles else _nothing(role)} AS {name(role.name)}"
            for role in LOGS[log.name]
        ]
        database.run(
            f"CREATE TABLE typed_{log.name} AS SELECT {', '.join(typed)} FROM raw_{log.name}"
        )
        database.run(f"DROP TABLE raw_{log.name}")
    return problems


def typed_cell(role: Role, log: Log) -> str:
    """SQL for the value of a role; NULL where a cell is blank or unreadable.

    Texts of several columns are joined, numbers multiplied.
    """
    columns = [name(column) for column in log.columns[role.name]]
    if role.kind is RoleKind.TEXT:
        blank = " OR ".join(f"{column} IS NULL" for column in columns)
        return f"CASE WHEN {blank} THEN NULL ELSE concat_ws(' / ', {', '.join(columns)}) END"
    if role.kind is RoleKind.NUMBER:
        return " * ".join(_number(column, log) for column in columns)
    if role.kind is RoleKind.DATE:
        return _date(columns[0], log.date_format)
    flag = (
        f"CASE WHEN lower({columns[0]}) IN {texts(log.yes)} THEN 1.0 "
        f"WHEN lower({columns[0]}) IN {texts(log.no)} THEN 0.0 END"
    )
    return f"coalesce({flag}, {_number(columns[0], log)})" if role.kind is RoleKind.FAILED else flag


def _nothing(role: Role) -> str:
    kind = {RoleKind.TEXT: "VARCHAR", RoleKind.DATE: "TIMESTAMP"}.get(role.kind, "DOUBLE")
    return f"CAST(NULL AS {kind})"


def _number(column: str, log: Log) -> str:
    if log.decimal_comma:
        column = f"replace(replace({column}, '.', ''), ',', '.')"
    number = f"TRY_CAST({column} AS DOUBLE)"
    return f"CASE WHEN isfinite({number}) THEN {number} END"


def _date(column: str, date_format: str | None) -> str:
    if date_format is None:
        return f"TRY_CAST({column} AS TIMESTAMP)"
    return f"try_strptime({column}, {text(date_format)})"


def _bad(role: Role, log: Log) -> str:
    """SQL for a cell that stands there and cannot be read, or is out of range."""
    given = " AND ".join(f"{name(column)} IS NOT NULL" for column in log.columns[role.name])
    typed = f"({typed_cell(role, log)})"
    wrong = [f"{typed} IS NULL"]
    if role.low is not None:
        wrong.append(f"{typed} < {role.low}")
    if role.high is not None:
        wrong.append(f"{typed} > {role.high}")
    return f"WHERE {given} AND ({' OR '.join(wrong)})"


def _cell_problem(database: Database, log: Log, role: Role, count: int) -> Problem:
    """The first bad cell of a role, with how many there are and what would help."""
    column = log.columns[role.name][0]
    cells = [name(each) for each in log.columns[role.name]]
    row, *values = database.rows(
        f"SELECT row, {', '.join(cells)} FROM {database.row_numbers(log)} "
        f"{_bad(role, log)} ORDER BY row LIMIT 1"
    )[0]
    value = " × ".join(values)
    its = {"value": value, "role": role.name, "expected": role.expected}
    return Problem(
        say('"{value}" cannot be read as {role}: {expected}.', **its)
        if count == 1
        else say(
            '"{value}" cannot be read as {role}: {expected} and {more} more like it.',
            **its,
            more=f"{count - 1:,}",
        ),
        _remedy(database, log, role, column),
        file=log.file.name,
        row=int(row),
        column=column,
        value=value,
    )


def _remedy(database: Database, log: Log, role: Role, column: str) -> str:
    section = f"[{log.name}]"
    if role.kind is RoleKind.DATE:
        fitting = _fitting_format(database, log, column)
        if fitting == (log.date_format or FORMATS[0]):
            return say(
                "The other dates read well: there is no such day, or it is written "
                "otherwise. Correct it, or under {section} list it in missing = "
                '["..."].',
                section=section,
            )
        if fitting:
            return say(
                'Under {section} write date_format = "{fitting}".', section=section, fitting=fitting
            )
        return say(
            'Under {section} write date_format, such as {date} = "%d.%m.%Y", or '
            'list the words for none in missing = ["..."].',
            section=section,
            date=f"{dt.date(2027, 1, 31):%d.%m.%Y}",
        )
    if role.kind is RoleKind.FLAG:
        return say('Under {section} write yes = ["..."] and no = ["..."].', section=section)
    if (
        role.kind is RoleKind.NUMBER
        and not log.decimal_comma
        and _has_commas(database, log, column)
    ):
        return say(
            "Under {section} write decimal_comma = true if 1,5 means one and a half.",
            section=section,
        )
    return say(
        'Correct it, or under {section} list what stands for none in missing = ["..."].',
        section=section,
    )


def _fitting_format(database: Database, log: Log, column: str) -> str | None:
    """The way to write dates that reads most of the cells, if it reads nine in ten or more."""
    tests = [
        f"avg(CAST(try_strptime({name(column)}, {text(form)}) IS NOT NULL AS INT))"
        for form in FORMATS
    ]
    shares = database.row(
        f"SELECT {', '.join(tests)} FROM (SELECT DISTINCT {name(column)} FROM raw_{log.name} "
        f"WHERE {name(column)} IS NOT NULL LIMIT 10000)"
    )
    best = max(range(len(FORMATS)), key=lambda index: shares[index] or 0.0)
    return FORMATS[best] if (shares[best] or 0.0) >= 0.9 else None


def _has_commas(database: Database, log: Log, column: str) -> bool:
    return bool(
        database.row(
            f"SELECT count(*) FILTER (WHERE regexp_matches({name(column)}, '^[0-9.]+,[0-9]+$')) "
            f"FROM raw_{log.name}"
        )[0]
    )
