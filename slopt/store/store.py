"""The store of runs, open: runs are recorded, found, tagged, and taken away."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.errors import UsageError
from slopt.sayings import listed, say
from slopt.store import statements as sql
from slopt.store.arrays import pack_plans, unpack_plans
from slopt.store.backend import Backend, Session
from slopt.store.inputs import Content
from slopt.store.place import Place
from slopt.store.run import Run, RunLine
from slopt.store.trouble import StoreTrouble

START = 6
"""Signs of the question's hash that an id begins with."""
LEVEL = 3
"""How hard contents are compressed: most of what there is to win, at ten times the speed."""
ID = re.compile(r"[0-9a-f]{6}-[1-9][0-9]*")
LATEST = "latest"


@dataclass(frozen=True)
class Record:
    """A run to be recorded. `inputs` is None where they are too large to be copied.

    `question` is a hash of all that decides the answer, versions apart. `studies` are those whose
    points it answered. `RunLine` says what the others are.
    """

    question: str
    made: datetime
    made_by: str
    command: str
    label: str
    named: str
    case_hash: str
    inputs: Sequence[Content] | None
    overrides: Mapping[str, str]
    options: Mapping[str, Any]
    versions: Mapping[str, str]
    seed: int
    model: str
    model_text: Content | None
    status: str
    document: Mapping[str, Any]
    plans: NDArray[np.int64] | None
    tiers: Sequence[str]
    studies: Sequence[str] = ()


def open_store(place: Place, create: bool = False) -> Store | None:
    """The store at a place; None where nothing was recorded there yet, unless it is to be made.

    Raises StoreTrouble.
    """
    if place.is_server:
        from slopt.store.server import Server

        return _with_tables(Server(place, create), place)
    from slopt.store.sqlite_file import SqliteFile

    path = Path(place.address)
    if not create and not path.exists():
        return None
    return _with_tables(SqliteFile(path, create, place.makes_folder), place)


def _with_tables(backend: Backend, place: Place) -> Store | None:
    if backend.has_tables:
        return Store(backend, place)
    backend.close()
    return None


class Store:
    """An open store; use it in a `with` block. It belongs to one thread of one process."""

    def __init__(self, backend: Backend, place: Place) -> None:
        self._backend = backend
        self.place = place

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the database back."""
        self._backend.close()

    def record(self, record: Record) -> str:
        """Keep a run; returns its id. All of it is on disk then, or nothing."""
        kept = [*(record.inputs or ()), *([record.model_text] if record.model_text else ())]
        hashes = {content.role: content.hash for content in kept}
        values = _run_values(record)
        with self._backend.writing() as session:
            for content in kept:
                digest = hashes[content.role]
                if not session.run(sql.HAS_CONTENT, hash=digest).rows:
                    data = zlib.compress(content.data, LEVEL)
                    session.run(sql.PUT_CONTENT, hash=digest, size=len(content.data), data=data)
            start = record.question[:START]
            repeat = int(session.run(sql.LAST_REPEAT, start=start).rows[0][0]) + 1
            done = session.run(sql.PUT_RUN, start=start, repeat=repeat, **values)
            number = int(done.rows[0][0])
            for role, digest in hashes.items():
                session.run(sql.PUT_INPUT, run=number, role=role, hash=digest)
            for study in record.studies:
                session.run(sql.PUT_STUDY, run=number, study=study)
        return f"{start}-{repeat}"

    def lines(self) -> list[RunLine]:
        """The runs of this place, newest first."""
        with self._backend.reading() as session:
            return _lines(session, self.place.label)

    def find(self, text: str) -> RunLine:
        """The run of an id, the beginning of one, a tag, or `latest`; UsageError without one."""
        return _found(self.lines(), text, self.place)

    def run(self, line: RunLine) -> Run:
        """A run with its answer and its inputs."""
        with self._backend.reading() as session:
            rows = session.run(sql.GET_ANSWER, run=line.number).rows
            contents = session.run(sql.GET_CONTENTS, run=line.number).rows
        if not rows:
            raise UsageError(say("Run {id} was removed meanwhile.", id=line.id))
        document, plans = rows[0]
        inputs = {role: _verified(digest, data, line) for role, digest, data in contents}
        tiers, its = unpack_plans(zlib.decompress(plans)) if plans is not None else ([], None)
        return Run(
            line,
            json.loads(zlib.decompress(document)),
            its,
            tuple(tiers),
            inputs,
            {role: digest for role, digest, _ in contents},
            store=self.place.shown,
            absent=(
                say(
                    "Of run {id} only the hash of the inputs is kept, which were too "
                    "large, and {named} does not have that hash any more.",
                    id=line.id,
                    named=line.named,
                )
            ),
        )

    def tag(self, line: RunLine, name: str, move: bool = False) -> None:
        """Give a run a name of its own; `move` takes it from the run that has it."""
        with self._backend.writing() as session:
            holders = {row[0]: int(row[1]) for row in session.run(sql.GET_TAGS).rows}
            holder = holders.get(name)
            if holder == line.number:
                return
            if holder is not None and not move:
                its = next((x.id for x in _lines(session, None) if x.number == holder), "?")
                raise UsageError(
                    say(
                        '"{name}" is the name of run {its}. Add --move to take it from there, '
                        "or choose another one.",
                        name=name,
                        its=its,
                    )
                )
            session.run(sql.DROP_TAG, tag=name)
            session.run(sql.PUT_TAG, tag=name, run=line.number)

    def untag(self, line: RunLine, name: str) -> None:
        """Take a name from a run; UsageError where it does not have it."""
        if name not in line.tags:
            raise UsageError(say('Run {id} is not named "{name}".', id=line.id, name=name))
        with self._backend.writing() as session:
            session.run(sql.DROP_TAG, tag=name)

    def remove(self, lines: Sequence[RunLine]) -> None:
        """Take runs away, with their tags, and the inputs and points that no other run has."""
        with self._backend.writing() as session:
            for line in lines:
                studies = session.run(sql.GET_STUDIES, run=line.number).rows
                session.run(sql.DROP_RUN, run=line.number)
                for (study,) in studies:
                    session.run(sql.DROP_UNUSED_POINTS, study=study)
            session.run(sql.DROP_UNUSED)

    def known(self, study: str) -> dict[str, bytes]:
        """The points of a study that were kept, by their keys; no bytes where one is damaged."""
        with self._backend.reading() as session:
            rows = session.run(sql.GET_POINTS, study=study).rows
        return {point: _unharmed(payload) for point, payload in rows}

    def keep(self, study: str, point: str, payload: bytes) -> bool:
        """Keep a point; True if this call did, False if it was there, and the first one stays."""
        packed = zlib.compress(payload, LEVEL)
        with self._backend.writing() as session:
            done = session.run(sql.PUT_POINT, study=study, point=point, payload=packed)
        return done.changed == 1

    def drop(self, study: str, point: str) -> None:
        """Take one point of a study away."""
        with self._backend.writing() as session:
            session.run(sql.DROP_POINT, study=study, point=point)

    def forget(self, study: str) -> int:
        """Take the points of a study away; returns how many there were."""
        with self._backend.writing() as session:
            return session.run(sql.DROP_POINTS, study=study).changed


def plain(text: str) -> str:
    """Text as every database takes it: what is no character of Unicode is written as an escape."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def _run_values(record: Record) -> dict[str, Any]:
    figures = {
        name: record.document.get(name) if _is_number(record.document.get(name)) else None
        for name in ("service_cost", "lost_sales", "total_cost")
    }
    seconds = record.document.get("total_seconds")
    text = json.dumps(record.document, allow_nan=False).encode()
    plans = None
    if record.plans is not None:
        plans = zlib.compress(pack_plans(record.plans, record.tiers), LEVEL)
    return {
        "question": record.question,
        "made": record.made.isoformat(timespec="milliseconds"),
        "made_by": plain(record.made_by),
        "command": record.command,
        "label": plain(record.label),
        "named": plain(record.named),
        "case_hash": record.case_hash,
        "inputs_kept": int(record.inputs is not None),
        "overrides": json.dumps(dict(record.overrides)),
        "options": json.dumps(dict(record.options)),
        "versions": json.dumps(dict(record.versions)),
        "seed": record.seed,
        "model": plain(record.model),
        "status": record.status,
        **figures,
        "seconds": seconds if _is_number(seconds) else None,
        "document": zlib.compress(text, LEVEL),
        "plans": plans,
    }


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _lines(session: Session, label: str | None) -> list[RunLine]:
    tags: dict[int, list[str]] = {}
    for tag, run in session.run(sql.GET_TAGS).rows:
        tags.setdefault(run, []).append(tag)
    found = []
    for number, *values in session.run(sql.GET_RUNS).rows:
        fields = dict(zip(sql.RUN_FIELDS, values, strict=True))
        if label is not None and fields["label"] != plain(label):
            continue
        start, repeat = fields.pop("start"), fields.pop("repeat")
        for name in ("overrides", "options", "versions"):
            fields[name] = json.loads(fields[name])
        fields["made"] = datetime.fromisoformat(fields["made"]).astimezone(UTC)
        fields["inputs_kept"] = bool(fields["inputs_kept"])
        its = tuple(tags.get(number, ()))
        found.append(RunLine(number=number, id=f"{start}-{repeat}", tags=its, **fields))
    return found


def _found(lines: Sequence[RunLine], text: str, place: Place) -> RunLine:
    if not lines:
        raise UsageError(say("No runs are recorded in {shown}.", shown=place.shown))
    if text == LATEST:
        return lines[0]
    for line in lines:
        if text == line.id or text in line.tags:
            return line
    starts = [line for line in lines if line.id and text and line.id.startswith(text)]
    if not starts:
        raise UsageError(
            say(
                'There is no run "{text}" in {shown}. slopt runs list shows what there is.',
                text=text,
                shown=place.shown,
            )
        )
    if len({line.question for line in starts}) > 1:
        names = listed(str(line.id) for line in starts[:5])
        if len(starts) > 5:
            names = say("{names} and {more} more", names=names, more=len(starts) - 5)
        raise UsageError(
            say(
                '"{text}" begins the ids of several runs: {names}. Write more of it.',
                text=text,
                names=names,
            )
        )
    return starts[0]


def _unharmed(payload: Any) -> bytes:
    """The content of a point; nothing where it cannot be had."""
    try:
        return zlib.decompress(payload)
    except (zlib.error, TypeError):
        return b""


def _verified(digest: str, data: bytes, line: RunLine) -> bytes:
    """The content behind a hash; StoreTrouble where it is not what was put there."""
    try:
        content = zlib.decompress(data)
    except zlib.error as error:
        raise _damaged(line) from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise _damaged(line)
    return content


def _damaged(line: RunLine) -> StoreTrouble:
    return StoreTrouble(say("The inputs of run {id} are damaged in the store.", id=line.id))
