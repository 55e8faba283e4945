"""case.toml -> settings by dotted key, with the line of each."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path

from slopt.case.raw import RawSettings
from slopt.case.schema import SETTINGS
from slopt.errors import Problem
from slopt.sayings import say

SECTIONS = tuple(dict.fromkeys(column.name.split(".")[0] for column in SETTINGS.columns))
PLAIN = (str, int, float, bool, dt.date, dt.time)


def read_toml(path: Path, problems: list[Problem]) -> RawSettings | None:
    """Settings of a case.toml; a syntax error becomes a problem with its line."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        document = tomllib.loads(text)
    except UnicodeDecodeError:
        problems.append(
            Problem(
                say("The file is not UTF-8 text."),
                say("Save it as UTF-8."),
                table="settings",
                file=path.name,
            )
        )
        return None
    except (ValueError, RecursionError) as error:
        problems.append(
            Problem(
                say(
                    "This is not valid TOML: {reason}.",
                    reason=str(error).splitlines()[0].rstrip("."),
                ),
                say('Write key = value, texts in "double quotes".'),
                table="settings",
                file=path.name,
                row=_error_line(text, str(error)),
            )
        )
        return None
    settings = RawSettings(path.name)
    for section, entries in document.items():
        if isinstance(entries, dict):
            for key, value in entries.items():
                _add(settings, text, section, key, value, problems)
        elif section in SECTIONS:
            settings.lines[section] = _line(text, "", section) or 1
            problems.append(
                settings.problem(
                    section,
                    say('"{section}" is a section, not a setting.', section=section),
                    say(
                        "Write [{section}] on a line of its own, and its settings below.",
                        section=section,
                    ),
                )
            )
        else:
            _add(settings, text, "", section, entries, problems)
    return settings


def _add(
    settings: RawSettings, text: str, section: str, key: str, value: object, problems: list[Problem]
) -> None:
    full = f"{section}.{key}" if section else key
    line = _line(text, section, key)
    if line:
        settings.lines[full] = line
    if isinstance(value, PLAIN):
        settings.values[full] = value
        return
    problems.append(
        settings.problem(
            full,
            say('"{key}" is a section here.', key=key)
            if isinstance(value, dict)
            else say('"{key}" is a list here.', key=key),
            say("Write one value: {key} = ...", key=key),
        )
    )


def _line(text: str, section: str, key: str) -> int | None:
    """The line in which a key of a section stands; None where it is written some other way."""
    here = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if heading := re.match(r"\s*\[+\s*([^\]]+?)\s*\]", line):
            here = heading[1]
            if here in (f"{section}.{key}", key) and not (section and here == key):
                return number
        elif re.match(rf'\s*["\']?{re.escape(key)}["\']?\s*=', line) and here == section:
            return number
    return None


def _error_line(text: str, error: str) -> int | None:
    if found := re.search(r"line (\d+)", error):
        return int(found[1])
    return len(text.splitlines()) if "end of document" in error else None
