"""What can be wrong with a store, in words for the one who asked for a plan."""

from __future__ import annotations

from slopt.errors import UsageError


class StoreTrouble(UsageError):
    """The store of runs cannot be read or written. The message says what was tried, and a way on.

    An answer never fails for it: who records turns it into a warning.
    """
