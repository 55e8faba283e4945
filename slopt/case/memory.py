"""Does it fit? What a case takes in memory, from the sizes of its tables, and what is free."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from slopt.errors import Problem
from slopt.sayings import say

NUMBER = 8
"""Bytes of a float."""
HELD_BY_CELL = 2
"""Numbers held for a cell of a long table: as it was read, and as a value."""
HELD_BY_PAIR = 10
"""Numbers held for a pair of segment and tier: level, cost, four kinds of lost sales and their sum,
the goal, and two that a method works with."""
HELD_BY_USE = 2
"""Numbers held for the use of a resource by a pair: in the problem, and in a method's own order."""


def bytes_of_table(rows: int, columns: int) -> int:
    """What reading a table takes."""
    return rows * columns * NUMBER * HELD_BY_CELL


def bytes_of_problem(segments: int, tiers: int, resources: int) -> int:
    """What computing offers and solving takes."""
    return segments * tiers * NUMBER * (HELD_BY_PAIR + HELD_BY_USE * resources)


def available() -> int | None:
    """Bytes that this process may still take; None where the system does not say."""
    return min(_room(), default=None)


def does_not_fit(
    needed: int, segments: int, tiers: int, resources: int, file: str | None = None
) -> Problem | None:
    """The problem of a case that needs so many bytes; None where they are there."""
    free = available()
    if free is None or needed <= free:
        return None
    return Problem(
        say(
            "{segments} segments x {tiers} tiers x {resources} resources need about "
            "{needed} of memory; {free} are free.",
            segments=f"{segments:,}",
            tiers=f"{tiers:,}",
            resources=f"{resources:,}",
            needed=in_words(needed),
            free=in_words(free),
        ),
        say("Group segments, leave out tiers that nobody may have, or take a larger machine."),
        table="segments",
        file=file,
    )


def in_words(size: int) -> str:
    """Bytes as one speaks of them: 1.5 GiB, 310 MiB."""
    gib = size / 1024**3
    if gib >= 0.95:
        return f"{gib:,.0f} GiB" if gib >= 10 else f"{gib:.1f} GiB"
    return f"{size / 1024**2:,.0f} MiB"


def _room() -> Iterator[int]:
    """What is left under each limit that is known: of the machine, the container, the process."""
    free = _field(Path("/proc/meminfo"), "MemAvailable:")
    if free is not None:
        yield 1024 * free
    else:
        # Windows has no sysconf, and some systems not these names.
        with suppress(AttributeError, OSError, ValueError):
            yield os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    yield from _of_container(Path("/sys/fs/cgroup"))
    yield from _of_process()


def _of_container(group: Path) -> Iterator[int]:
    """Of a control group (version 2); files that were read count as used there, but can go."""
    most, used = _number(group / "memory.max"), _number(group / "memory.current")
    if most is not None and used is not None:
        yield max(0, most - used + (_field(group / "memory.stat", "inactive_file") or 0))


def _of_process() -> Iterator[int]:
    try:
        import resource
    except ImportError:  # there is none on Windows
        return
    most, _ = resource.getrlimit(resource.RLIMIT_AS)
    size = _field(Path("/proc/self/status"), "VmSize:")
    if most != resource.RLIM_INFINITY and size is not None:
        yield max(0, most - 1024 * size)


def _number(path: Path) -> int | None:
    words = _text(path).split()
    return int(words[0]) if words and words[0].isdigit() else None


def _field(path: Path, name: str) -> int | None:
    words = _text(path).split()
    if name not in words[:-1]:
        return None
    value = words[words.index(name) + 1]
    return int(value) if value.isdigit() else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
