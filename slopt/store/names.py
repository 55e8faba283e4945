"""Names that users give to runs."""

from __future__ import annotations

from slopt.errors import UsageError
from slopt.sayings import say
from slopt.store.store import ID, LATEST

LONGEST = 60
WITHOUT = "@/\\"


def checked_tag(name: str) -> str:
    """The name, if a run can be found by it; UsageError else."""
    wanted = name.strip()
    if not wanted or len(wanted) > LONGEST:
        raise UsageError(say("The name of a run has 1 to {longest} signs.", longest=LONGEST))
    if not wanted.isprintable() or any(sign in wanted for sign in WITHOUT):
        raise UsageError(
            say(
                "{wanted} cannot be the name of a run: leave out {without}.",
                wanted=repr(wanted),
                without=" ".join(WITHOUT),
            )
        )
    if wanted == LATEST or ID.fullmatch(wanted):
        raise UsageError(
            say('"{wanted}" means another run already. Choose a name such as board.', wanted=wanted)
        )
    return wanted
