"""The latest study of a case that the store has, to be shown beside its plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slopt.errors import SloptError

STUDIES = {"sensitivity": "tornado"}
"""Commands whose documents a report shows, and the field that says that it is the wanted kind."""


def studies_of_case(named: str, case_hash: str) -> dict[str, Mapping[str, Any]]:
    """By command: the document of the latest study of a case with this hash.

    Empty where the store has none, or cannot be had: a report is made without them then.
    """
    from slopt.store.place import place_of
    from slopt.store.store import open_store

    found: dict[str, Mapping[str, Any]] = {}
    try:
        place = place_of(named)
        store = None if place is None else open_store(place)
        if store is None:
            return {}
        with store:
            for line in store.lines():
                field = STUDIES.get(line.command)
                if field is None or line.command in found or line.case_hash != case_hash:
                    continue
                document = store.run(line).document
                if document.get(field):
                    found[line.command] = document
    except (SloptError, OSError):
        return found
    return found
