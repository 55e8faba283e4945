"""Paths: one setting, or one column of a table for all rows or for chosen ones.

    limits.budget                                a setting
    segments.customers                           a column, every row of it
    response[enterprise].leave_probability       the row with that key
    response[enterprise, retail].listeners       two rows
    offers[enterprise, gold].service_cost        a table whose key has two columns
    offers[*, gold].service_cost                 all its rows of that tier
    offers[enterprise, gold; retail, gold].use:hours     two such rows
    rules[gold floor].value                      a rule by its name

`*` is every key, but where the table has a row for `*` itself it is that row; keys left out at the
end are every one. A key that holds a comma, a semicolon, a bracket or a quote stands in double
quotes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase, Settings, Table
from slopt.case.columns import Column, nearest, suggest
from slopt.case.schema import ANY, BY_NAME, TABLES, USE_PREFIX, TableSchema, table_name
from slopt.case.settings import COLUMNS
from slopt.errors import UsageError
from slopt.sayings import AND, in_a_row, later, listed, say

SETTINGS = "settings"
SECTIONS = tuple(section.name for section in fields(Settings))
TOKEN = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^,;\]"\[]*))\s*')
PLAIN_KEY = re.compile(r"[^,;\[\]\"\s]+(?:\s+[^,;\[\]\"\s]+)*")


@dataclass(frozen=True)
class Path:
    """Where a number stands: `table` is `settings`, or a table that the case has.

    `text` is the path as slopt writes it, the same for every way to write it. `rows` are positions
    in the table, rising, none for a setting.
    """

    text: str
    table: str
    column: Column = field(compare=False)
    rows: NDArray[np.int64] = field(compare=False, repr=False)

    def __str__(self) -> str:
        return self.text

    @property
    def is_setting(self) -> bool:
        """True for a setting, which is one value and no column."""
        return self.table == SETTINGS

    @property
    def is_single(self) -> bool:
        """True where it is one value: a setting, or one row."""
        return self.is_setting or len(self.rows) == 1

    def overlaps(self, other: Path) -> bool:
        """True where both hold the same value."""
        if (self.table, self.column.name) != (other.table, other.column.name):
            return False
        return self.is_setting or bool(np.isin(self.rows, other.rows).any())


def path_of(case: PlanningCase, text: str) -> Path:
    """The path that a text names. Raises UsageError that names the nearest that exists."""
    head, keys, rest = _split(text)
    if keys is None and text.strip() in COLUMNS:
        column = COLUMNS[text.strip()]
        return Path(column.name, SETTINGS, column, np.zeros(0, dtype=np.int64))
    if keys is None and head in SECTIONS:
        raise UsageError(
            in_a_row(
                say('There is no setting "{text}".', text=text.strip()), _near_setting(text.strip())
            )
        )
    schema = _schema_of(case, text, head)
    table = case.table(schema.name)
    column = _column_of(case, schema, table, rest, text)
    patterns = () if keys is None else _patterns(schema, keys, text)
    rows = np.arange(len(table)) if keys is None else _rows(case, schema, table, patterns)
    return Path(_canonical(schema, patterns, column), schema.name, column, rows)


def values_at(case: PlanningCase, path: Path) -> Any:
    """What stands there now: the value of a setting (None: not set), or an array or list of rows.

    Numbers are floats, NaN where the cell is blank; other columns are lists of texts or booleans.
    """
    if path.is_setting:
        section, name = path.column.name.split(".")
        return getattr(getattr(case.settings, section), name)
    column = case.table(path.table).column(path.column.name)
    if isinstance(column, np.ndarray):
        values = column[path.rows]
        return values if path.column.is_number else values.tolist()
    return [column[int(row)] for row in path.rows]


def _split(text: str) -> tuple[str, str | None, str]:
    """(table, what stands in brackets or None, column)."""
    head, bracket, rest = text.strip().partition("[")
    if not bracket or "." in head:
        head, _, rest = text.strip().partition(".")
        return head.strip(), None, rest.strip()
    end, quoted = -1, False
    for place, sign in enumerate(rest):
        quoted ^= sign == '"'
        if sign == "]" and not quoted:
            end = place
            break
    if end < 0:
        raise UsageError(
            say(
                '"{text}": a quote is not closed. Write it as '
                "response[enterprise].leave_probability.",
                text=text,
            )
            if quoted
            else say(
                '"{text}": a bracket is not closed. Write it as '
                "response[enterprise].leave_probability.",
                text=text,
            )
        )
    if not rest[end + 1 :].lstrip().startswith("."):
        raise UsageError(
            say(
                '"{text}" is no path. Write it as response[enterprise].leave_probability.',
                text=text,
            )
        )
    return head.strip(), rest[:end], rest[end + 1 :].lstrip()[1:].strip()


def _schema_of(case: PlanningCase, text: str, head: str) -> TableSchema:
    name = table_name(head)
    known = [schema.name for schema in TABLES if schema.name in case.tables]
    if name is None or name == SETTINGS:
        if "." not in text and "[" not in text:
            raise UsageError(
                in_a_row(say('"{text}" is no path.', text=text), _near_setting(text.strip()))
            )
        raise UsageError(
            in_a_row(
                say('"{text}": there is no table "{head}".', text=text, head=head),
                suggest(head, [*known, *SECTIONS], later("Tables are: {known}.")),
            )
        )
    if name not in known:
        raise UsageError(
            say(
                '"{text}": this case has no table {name}. Its tables are: {known}.',
                text=text,
                name=name,
                known=listed(known),
            )
        )
    return BY_NAME[name]


def _near_setting(text: str) -> str:
    end = text.split(".")[-1]
    same = [name for name in COLUMNS if name.split(".")[1] == end]
    return (
        say('Did you mean "{same}"?', same=same[0])
        if same
        else suggest(text, list(COLUMNS), later("Settings are: {known}."))
    )


def _column_of(
    case: PlanningCase, schema: TableSchema, table: Table, name: str, text: str
) -> Column:
    """A column of the case's table that may take other values."""
    column = schema.find(name)
    own = [title for title in table if title not in (*schema.key, "note")]
    if column is not None and column.name in own:
        return column
    if column is not None and column.name in (*schema.key, "note"):
        raise UsageError(
            say('"{text}": {column} names the row and cannot vary.', text=text, column=column.name)
        )
    if column is not None and column.name.startswith(USE_PREFIX) and column.name not in own:
        raise UsageError(
            in_a_row(
                say(
                    '"{text}": {schema} of this case has no column {column}.',
                    text=text,
                    schema=schema.name,
                    column=column.name,
                ),
                suggest(column.name, own, later("Columns are: {known}.")),
            )
        )
    near = nearest(name, [title for one in schema.columns for title in (one.name, *one.names)])
    known = schema.find(near) if near else None
    if known is not None and known.name in own:
        raise UsageError(
            say(
                '"{text}": there is no column "{name}" in {schema}. Did you mean "{like}"?',
                text=text,
                name=name,
                schema=schema.name,
                like=_like(text, name, known.name),
            )
        )
    raise UsageError(
        in_a_row(
            say(
                '"{text}": there is no column "{name}" in {schema}.',
                text=text,
                name=name,
                schema=schema.name,
            ),
            suggest(name, own, later("Columns are: {known}.")),
        )
    )


def _like(text: str, name: str, right: str) -> str:
    """The path with the right name in place of the one it ends in."""
    return text[: len(text) - len(name)] + right if text.endswith(name) else right


def _patterns(schema: TableSchema, keys: str, text: str) -> tuple[tuple[str, ...], ...]:
    """The keys in brackets; in a table whose key is one column, each is a row of its own.

    Keys may be left out at the end.
    """
    patterns: list[list[str]] = [[]]
    place, done = 0, False
    while not done:
        match = TOKEN.match(keys, place)
        assert match is not None
        word = match[1].replace('""', '"') if match[1] is not None else match[2].strip()
        if not word:
            raise UsageError(say('"{text}": a key is missing in the brackets.', text=text))
        patterns[-1].append(word)
        place = match.end()
        done = place >= len(keys)
        if not done and keys[place] not in ",;":
            raise UsageError(
                say(
                    '"{text}": write a key that holds {key} in double quotes.',
                    text=text,
                    key=keys[place],
                )
            )
        if not done and (keys[place] == ";" or len(schema.key) == 1):
            patterns.append([])
        place += 1
    for pattern in patterns:
        if len(pattern) > len(schema.key):
            raise UsageError(
                say(
                    '"{text}": a row of {schema} is named by {key}. '
                    "Write a semicolon between rows.",
                    text=text,
                    schema=schema.name,
                    key=listed(schema.key, AND),
                )
            )
    return tuple(dict.fromkeys(map(tuple, patterns)))


def _rows(
    case: PlanningCase, schema: TableSchema, table: Table, patterns: Sequence[tuple[str, ...]]
) -> NDArray[np.int64]:
    chosen = np.zeros(len(table), dtype=np.bool_)
    for pattern in patterns:
        its = _matching(schema, table, pattern, literally=True)
        if not its.any():
            its = _matching(schema, table, pattern, literally=False)
        if not its.any():
            raise UsageError(_no_row(case, schema, table, pattern))
        chosen |= its
    return np.flatnonzero(chosen)


def _matching(
    schema: TableSchema, table: Table, pattern: tuple[str, ...], literally: bool
) -> NDArray[np.bool_]:
    its = np.ones(len(table), dtype=np.bool_)
    for key, word in zip(schema.key, pattern, strict=False):
        if literally or word != ANY:
            its &= table.texts(key).is_in([word])
    return its


def _no_row(case: PlanningCase, schema: TableSchema, table: Table, pattern: tuple[str, ...]) -> str:
    """Why no row has that key: an unknown word, or words that do not stand together."""
    for key, word in zip(schema.key, pattern, strict=False):
        texts = table.texts(key)
        if word == ANY or word in texts:
            continue
        home = schema.column(key).refers_to
        is_known = home is not None and word in case.table(home).texts(BY_NAME[home].key[0])
        if is_known and ANY in texts:
            return say(
                '{schema} has no row for the {key} "{word}": its row * stands for all that '
                "have none. Vary {schema}[*], or add a row for it to the case.",
                schema=schema.name,
                key=key,
                word=word,
            )
        known = texts.words if isinstance(texts.words, list) else texts
        return in_a_row(
            say(
                '{schema} has no row with the {key} "{word}".',
                schema=schema.name,
                key=key,
                word=word,
            ),
            suggest(word, known, later("Known in {table} are: {known}."), table=schema.name),
        )
    return say("{schema} has no row [{pattern}].", schema=schema.name, pattern=listed(pattern))


def _canonical(schema: TableSchema, patterns: Sequence[tuple[str, ...]], column: Column) -> str:
    if not patterns:
        return f"{schema.name}.{column.name}"
    between = ", " if len(schema.key) == 1 else "; "
    keys = between.join(", ".join(map(quoted, pattern)) for pattern in patterns)
    return f"{schema.name}[{keys}].{column.name}"


def quoted(word: str) -> str:
    """A key as it stands in a path: in quotes where it is more than plain letters."""
    if PLAIN_KEY.fullmatch(word):
        return word
    return '"' + word.replace('"', '""') + '"'
