"""Names that users give to runs."""

from __future__ import annotations

from slopt.errors import UsageError
from slopt.store.store import ID, LATEST

LONGEST = 60
WITHOUT = "@/\\"


def checked_tag(name: str) -> str:
    """The name, if a run can be found by it; UsageError else."""
    wanted = name.strip()
    if not wanted or len(wanted) > LONGEST:
        raise UsageError(f"The name of a run has 1 to {LONGEST} signs.")
    if not wanted.isprintable() or any(sign in wanted for sign in WITHOUT):
        raise UsageError(f"{wanted!r} cannot be the name of a run: leave out {' '.join(WITHOUT)}.")
    if wanted == LATEST or ID.fullmatch(wanted):
        raise UsageError(f'"{wanted}" means another run already. Choose a name such as board.')
    return wanted
