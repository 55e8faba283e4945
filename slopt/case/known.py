"""Which ids other tables may refer to, as far as they could be read."""

from __future__ import annotations

from slopt.case.case import PlanningCase
from slopt.case.columns import show
from slopt.case.raw import RawCase
from slopt.case.schema import BY_NAME
from slopt.errors import Severity


def known_ids(case: PlanningCase, raw: RawCase, name: str) -> tuple[list[str], set[str]] | None:
    """The ids of a table to choose from, and all words that may have been meant as one.

    None where the table or its ids could not be read: what refers to them is not at fault.
    """
    schema, source = BY_NAME[name], raw.tables.get(name)
    if source is None:
        unread = {problem.table for problem in raw.problems if problem.severity is Severity.ERROR}
        return None if schema.required or name in unread else ([], set())
    ids = [text for text in case.table(name).texts(schema.key[0]) if text]
    if schema.key[0] not in source.places or (schema.required and not ids):
        return None
    dropped = {show(cell).strip() for row in source.dropped for cell in row}
    return ids, {*ids, *dropped}
