"""case.toml -> settings by dotted key, with the line of each."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from slopt.case.raw import RawSettings
from slopt.errors import Problem


def read_toml(path: Path, problems: list[Problem]) -> RawSettings | None:
    """Settings of a case.toml; a syntax error becomes a problem with its line."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        document = tomllib.loads(text)
    except UnicodeDecodeError:
        problems.append(
            Problem("is not UTF-8 text.", "Save it as UTF-8.", table="settings", file=path.name)
        )
        return None
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        problems.append(
            Problem(
                f"is not valid TOML: {error}.",
                'Write key = value, texts in "double quotes".',
                table="settings",
                file=path.name,
                row=int(found[1]) if found else None,
            )
        )
        return None
    settings = RawSettings(path.name)
    for section, entries in document.items():
        if not isinstance(entries, dict):
            settings.values[section] = str(entries)
            settings.lines[section] = _line(text, "", section)
            continue
        for key, value in entries.items():
            full = f"{section}.{key}"
            plain = isinstance(value, str | int | float | bool)
            settings.values[full] = value if plain else str(value)
            settings.lines[full] = _line(text, section, key)
    return settings


def _line(text: str, section: str, key: str) -> int:
    """The line in which a key of a section stands; 1 where it is written some other way."""
    here = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if heading := re.match(r"\s*\[\s*([^\]]+?)\s*\]", line):
            here = heading[1]
        elif re.match(rf'\s*["\']?{re.escape(key)}["\']?\s*=', line) and here == section:
            return number
    return 1
