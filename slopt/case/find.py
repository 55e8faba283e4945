"""Which case is meant: a path, or the name of an example that comes with slopt."""

from __future__ import annotations

from pathlib import Path

from slopt.errors import UsageError
from slopt.sayings import in_a_row, later, say
from slopt.shipped import examples


def find_case(name: str) -> Path:
    """The case at a path, or the shipped example of that name; UsageError where there is none."""
    path = Path(name)
    if path.exists():
        return path
    shipped = examples()
    if name in shipped:
        return shipped[name]
    from slopt.case.columns import suggest

    raise UsageError(
        in_a_row(
            say('There is no case "{name}": no folder, no workbook, no example.', name=name),
            suggest(name, list(shipped), later("Examples are: {known}.")),
        )
    )
