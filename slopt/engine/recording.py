"""Record what was asked and answered. Nothing here can cost an answer: trouble is a warning.

recorder = Recorder.of("cases/parts-2027")
document = recorder.record(asked, document, plan.choice)
"""

from __future__ import annotations

import getpass
import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from slopt import __version__
from slopt.case.case import PlanningCase
from slopt.errors import SloptError, UsageError
from slopt.problem.generated.sources import has_sources
from slopt.sayings import later, say
from slopt.solve.model_file import is_shipped
from slopt.store.place import Place, place_of
from slopt.store.trouble import StoreTrouble

if TYPE_CHECKING:
    from slopt.store.store import Record, Store

NOT_RECORDED = later("The run is not recorded: {reason}")
LIBRARIES = ("numpy", "scipy", "highspy", "pyomo")
"""What answers are computed with, besides slopt and Python."""


@dataclass(frozen=True)
class Asked:
    """A question: of which case, with which settings on top, and how it was to be answered.

    `named` is the case as the user named it. `options` are JSON values: all that decides the answer
    besides the case, such as the method or the points of a study. `hash_of_parts` is that of a case
    in parts, of which `case` has no segments.
    """

    command: str
    case: PlanningCase
    named: str
    overrides: Mapping[str, str]
    options: Mapping[str, Any]
    hash_of_parts: str | None = None

    @cached_property
    def case_hash(self) -> str:
        """The hash of the case, or of its parts."""
        return self.hash_of_parts or self.case.hash

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the question, in hexadecimal; the same on every machine."""
        text = self.own_model_text
        model = None if text is None else hashlib.sha256(text).hexdigest()
        question = [self.command, self.case_hash, dict(self.options), model]
        return hashlib.sha256(json.dumps(question, sort_keys=True).encode()).hexdigest()

    @cached_property
    def own_model_text(self) -> bytes | None:
        """The model file, where it is none of those that come with slopt."""
        model = self.case.settings.plan.model
        return None if is_shipped(model) else Path(model).read_bytes()


class Points:
    """The points of one study, each kept as it is answered. Never raises.

    `is_kept` is false once the store could not be had: what is answered then is not kept, and the
    study cannot be taken up again.
    """

    def __init__(self, recorder: Recorder, study: str) -> None:
        self._recorder = recorder
        self._study = study
        self.is_kept = recorder.store() is not None

    def known(self) -> dict[str, bytes]:
        """The payload of every point that is kept, by its key."""
        store = self._recorder.store()
        if store is None:
            return {}
        try:
            return store.known(self._study)
        except StoreTrouble as error:
            self._give_up(error)
            return {}

    def keep(self, point: str, payload: bytes) -> bool:
        """Keep a point, on disk when this returns; True if it was not there yet."""
        store = self._recorder.store() if self.is_kept else None
        if store is None:
            return False
        try:
            return store.keep(self._study, point, payload)
        except StoreTrouble as error:
            self._give_up(error)
            return False

    def reject(self, point: str) -> None:
        """Take a point away that is damaged or another point's; there is one warning of them."""
        store = self._recorder.store() if self.is_kept else None
        if store is None:
            return
        warning = say(
            "Some answers that were kept of this study are damaged, or are not "
            "those of their points. They are solved again."
        )
        if warning not in self._recorder.warnings:
            self._recorder.warnings.append(warning)
        try:
            store.drop(self._study, point)
        except StoreTrouble as error:
            self._give_up(error)

    def forget(self) -> None:
        """Take all points of the study away."""
        store = self._recorder.store()
        try:
            if store is not None:
                store.forget(self._study)
        except StoreTrouble as error:
            self._give_up(error)

    def _give_up(self, error: StoreTrouble) -> None:
        self.is_kept = False
        self._recorder.warn(later("The points are not kept from here on: {reason}"), error)


class Recorder:
    """Records the runs of one command. Opens the store when it is first needed.

    `place` is None where nothing is to be recorded. `warnings` are for standard error. It belongs
    to one thread of one process.
    """

    def __init__(self, place: Place | None) -> None:
        self.place = place
        self.warnings: list[str] = []
        self._store: Store | None = None
        self._studies: set[str] = set()

    @classmethod
    def of(cls, named: str, wanted: bool = True) -> Recorder:
        """A recorder for a case as the user named it."""
        recorder = cls(None)
        if wanted:
            try:
                recorder.place = place_of(named)
            except (UsageError, OSError) as error:
                recorder.warn(NOT_RECORDED, error)
        return recorder

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the store back."""
        store, self._store = self._store, None
        if store is not None:
            with suppress(Exception):  # of a server that has gone meanwhile
                store.close()

    def warn(self, what: str, error: BaseException, **places: str) -> None:
        """Remember what could not be done, and why, which stands at `{reason}`."""
        reason = error.message if isinstance(error, SloptError) else error
        self.warnings.append(say(what, reason=reason, **places))

    def store(self) -> Store | None:
        """The open store; None, with a warning the first time, where it cannot be had."""
        from slopt.store.store import open_store

        if self._store is None and self.place is not None:
            try:
                self._store = open_store(self.place, create=True)
            except Exception as error:
                self.place = None
                self._not_recorded(error)
        return self._store

    def _not_recorded(self, error: Exception) -> None:
        """Whatever is wrong with a record, the answer is there and is what was asked for."""
        if isinstance(error, StoreTrouble):
            self.warn(NOT_RECORDED, error)
        else:
            kind = type(error).__name__
            self.warn(later("The run is not recorded ({kind}): {reason}"), error, kind=kind)

    def points(self, study: str) -> Points:
        """The points of a study; `study` is a key of all that decides their answers."""
        self._studies.add(study)
        return Points(self, study)

    def record(
        self, asked: Asked, document: Mapping[str, Any], plans: NDArray[np.int64] | None = None
    ) -> dict[str, Any]:
        """Keep a run; returns the document with `run` at its end, the entry that leads back to it.

        `plans` is (segments,) or, of a study, (points, segments): places of tiers, -1 for none.
        """
        its: str | None = None
        try:
            store = self.store()
            if store is not None:
                its = store.record(_record(asked, document, plans, self._studies))
        except KeyboardInterrupt:
            self.warnings.append(say("The run is not recorded: it was interrupted."))
        except Exception as error:
            self._not_recorded(error)
        where = self.place.shown if its is not None and self.place is not None else None
        return {**document, "run": _entry(asked, its, where)}


def digest_of(choice: NDArray[np.int64]) -> str:
    """SHA-256 of a plan that a question is about, in hexadecimal."""
    return hashlib.sha256(np.asarray(choice, dtype="<i8").tobytes()).hexdigest()


def _entry(asked: Asked, its: str | None, where: str | None) -> dict[str, Any]:
    path = Path(asked.named)
    return {
        "id": its,
        "store": where,
        "command": asked.command,
        "case": str(path.absolute()) if path.exists() else asked.named,
        "overrides": dict(asked.overrides),
        "options": dict(asked.options),
    }


def _model_of(case: PlanningCase) -> str:
    """The model file that answers the case."""
    if not case.has_periods:
        return case.settings.plan.model
    from slopt.engine.horizons import model_of

    return model_of(case)


def _record(
    asked: Asked,
    document: Mapping[str, Any],
    plans: NDArray[np.int64] | None,
    studies: Iterable[str],
) -> Record:
    from slopt.store.inputs import MODEL, Content, contents_of
    from slopt.store.store import Record

    case, text, path = asked.case, asked.own_model_text, Path(asked.named)
    return Record(
        question=asked.hash,
        made=datetime.now(UTC),
        made_by=_who(),
        command=asked.command,
        label=path.resolve().name if path.exists() else asked.named,
        named=str(path.absolute()) if path.exists() else asked.named,
        case_hash=asked.case_hash,
        inputs=None if asked.hash_of_parts else contents_of(case),
        overrides=asked.overrides,
        options=asked.options,
        versions=versions(),
        seed=case.settings.solve.seed,
        model=_model_of(case),
        model_text=None if text is None else Content(MODEL, text),
        status=str(document.get("status", "done")),
        document=document,
        # A plan of offers that were made for it is had again by solving, to the last bit.
        plans=None if has_sources(case) else plans,
        tiers=case.tiers,
        studies=sorted(studies),
    )


def versions() -> dict[str, str]:
    """Of slopt, of what it computes with, and of the machine."""
    from slopt.solve.core import is_available

    return {
        "slopt": __version__,
        "python": platform.python_version(),
        **_libraries(),
        "compiled": "yes" if is_available() else "no",
        "machine": f"{platform.system()} {platform.machine()}".strip(),
    }


@cache
def _libraries() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found


def _who() -> str:
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        return platform.node()
    return f"{user}@{platform.node()}"
