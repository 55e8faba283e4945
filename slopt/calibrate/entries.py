"""The entries of one section of a TOML file, read with their types; problems are collected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from slopt.case.columns import suggest
from slopt.errors import Problem
from slopt.sayings import later, say

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True)
class Entries:
    """A section: its values as TOML gives them. Each reader returns None, or nothing, for a
    value that is absent, and also for a bad one, which becomes a problem.
    """

    file: str
    values: Mapping[str, Any]
    problems: list[Problem]
    name: str = ""

    def problem(self, key: str, message: str, remedy: str, value: object = None) -> None:
        """Note a problem of one key."""
        column = f"{self.name}.{key}" if self.name else key
        shown = None if value is None else str(value)
        self.problems.append(Problem(message, remedy, file=self.file, column=column, value=shown))

    def section(self, key: str) -> Entries:
        """A section within this one; an empty one where it is absent or is no section."""
        value = self.values.get(key, {})
        name = f"{self.name}.{key}" if self.name else key
        if not isinstance(value, dict):
            self.problem(
                key,
                say("{key} is not a section.", key=key),
                say("Write [{name}] on a line of its own.", name=name),
            )
            value = {}
        return Entries(self.file, value, self.problems, name)

    def tables(self, key: str) -> list[Entries]:
        """The sections of a list, `[[key]]`."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self.problem(
                key,
                say("{key} is not a list of sections.", key=key),
                say("Write [[{key}]] above each.", key=key),
            )
            return []
        return [
            Entries(self.file, each, self.problems, f"{key} {number}")
            for number, each in enumerate(value, start=1)
        ]

    def text(self, key: str) -> str | None:
        """One text."""
        value = self.values.get(key)
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        self.problem(
            key,
            say('"{value}" is not a text.', value=value),
            say('Write {key} = "..."', key=key),
            value,
        )
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """One text or a list of texts; numbers count as the texts they are written as."""
        value = self.values.get(key, [])
        given = value if isinstance(value, list) else [value]
        if all(isinstance(each, str | int) and not isinstance(each, bool) for each in given):
            return tuple(str(each) for each in given)
        self.problem(
            key,
            say("{key} is not a list of texts.", key=key),
            say('Write {key} = ["...", "..."].', key=key),
        )
        return ()

    def number(self, key: str, default: float | None, above: float | None = None) -> float | None:
        """One number, larger than `above`."""
        value = self.values.get(key, default)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            self.problem(
                key,
                say('"{value}" is not a number.', value=value),
                say("Write {key} = 1.", key=key),
                value,
            )
            return default
        if abs(value) == float("inf") or (above is not None and value <= above):
            if above is None:
                message = say('"{value}" is not finite.', value=value)
                remedy = say("Write a number finite.")
            else:
                message = say('"{value}" is not above {limit}.', value=value, limit=f"{above:g}")
                remedy = say("Write a number above {limit}.", limit=f"{above:g}")
            self.problem(key, message, remedy, value)
            return default
        return float(value)

    def flag(self, key: str) -> bool:
        """True or false; false where it is absent."""
        value = self.values.get(key, False)
        if isinstance(value, bool):
            return value
        self.problem(
            key,
            say('"{value}" is neither true nor false.', value=value),
            say("Write {key} = true.", key=key),
            value,
        )
        return False

    def date(self, key: str) -> dt.date | None:
        """One day."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        self.problem(
            key,
            say('"{value}" is not a date.', value=value),
            say("Write {key} = 2027-01-31.", key=key),
            value,
        )
        return None

    def choice(self, key: str, words: type[Word], default: Word) -> Word:
        """One of the words of an enum."""
        value = self.values.get(key, default)
        known = [word.value for word in words]
        if value in known:
            return words(value)
        hint = suggest(str(value), known, later("Write one of: {known}."))
        self.problem(key, say('"{value}" is not known here.', value=value), hint, value)
        return default

    def done(self, *known: str) -> None:
        """Every other key is a problem that names the nearest known one."""
        for key in self.values:
            if key not in known:
                hint = suggest(
                    key, known, later("Keys of [{section}] are: {known}."), section=self.name
                )
                self.problem(
                    key,
                    say('"{key}" is not a key of [{section}].', key=key, section=self.name),
                    hint,
                )
