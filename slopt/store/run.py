"""A recorded run as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.case.case import PlanningCase
from slopt.errors import UsageError
from slopt.sayings import say
from slopt.store.inputs import MODEL, SETTINGS, case_from


@dataclass(frozen=True)
class RunLine:
    """What a list says of a run. Amounts are money per period, None where there is no plan.

    `label` is the name of the case's folder or file, `named` the case as the user named it.
    `overrides` are settings given on the command line or in the environment; `options` all that
    decides the answer besides the case. `inputs_kept` is false where only their hash is kept.
    """

    number: int
    id: str | None
    question: str
    made: datetime
    made_by: str
    command: str
    label: str
    named: str
    case_hash: str
    inputs_kept: bool
    overrides: Mapping[str, str]
    options: Mapping[str, Any]
    versions: Mapping[str, str]
    seed: int
    model: str
    status: str
    service_cost: float | None
    lost_sales: float | None
    total_cost: float | None
    seconds: float | None
    tags: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The fields in the order of the documentation."""
        return {
            "run": self.id,
            "made": self.made.isoformat(timespec="seconds"),
            "made_by": self.made_by,
            "command": self.command,
            "case": self.label,
            "named": self.named,
            "overrides": dict(self.overrides),
            "options": dict(self.options),
            "status": self.status,
            "service_cost": self.service_cost,
            "lost_sales": self.lost_sales,
            "total_cost": self.total_cost,
            "seconds": self.seconds,
            "tags": list(self.tags),
            "case_hash": self.case_hash,
            "inputs_kept": self.inputs_kept,
            "model": self.model,
            "seed": self.seed,
            "versions": dict(self.versions),
        }


@dataclass(frozen=True, eq=False)
class Run:
    """A run with its answer, and its inputs where they are kept.

    `hashes` are those of its inputs by role: settings, table:segments, ..., model. `tiers` are the
    names that the places in `plans` stand for. `inputs` are the contents by role, and `store` is
    where they are kept. Where there are none, `given` is a case of the same hash that was found in
    another way, and `absent` says why there is neither.
    """

    line: RunLine
    document: Mapping[str, Any]
    plans: NDArray[np.int64] | None = None
    tiers: tuple[str, ...] = ()
    inputs: Mapping[str, bytes] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict)
    store: str | None = None
    given: PlanningCase | None = None
    absent: str = ""

    @property
    def id(self) -> str | None:
        """The id; None for a folder that was written without a record."""
        return self.line.id

    @property
    def command(self) -> str:
        """The command that made it: solve, evaluate, frontier, sweep, ..."""
        return self.line.command

    @property
    def made(self) -> datetime:
        """When, in UTC."""
        return self.line.made

    @property
    def label(self) -> str:
        """The name of the case's folder or file, or of the example."""
        return self.line.label

    @property
    def named(self) -> str:
        """The case as the user named it."""
        return self.line.named

    @property
    def case_hash(self) -> str:
        """The hash of the case, overrides and all."""
        return self.line.case_hash

    @property
    def overrides(self) -> Mapping[str, str]:
        """Settings from the command line and the environment."""
        return self.line.overrides

    @property
    def options(self) -> Mapping[str, Any]:
        """All that decides the answer besides the case, such as the method."""
        return self.line.options

    @property
    def versions(self) -> Mapping[str, str]:
        """Of slopt and of what it computes with."""
        return self.line.versions

    @property
    def seed(self) -> int:
        """The seed of the case."""
        return self.line.seed

    @property
    def status(self) -> str:
        """How it ended."""
        return self.line.status

    @property
    def tags(self) -> tuple[str, ...]:
        """Its names."""
        return self.line.tags

    @property
    def has_inputs(self) -> bool:
        """True where the inputs themselves are kept, not their hash alone."""
        return SETTINGS in self.inputs

    @cached_property
    def case(self) -> PlanningCase:
        """The case as it was, overrides in it; UsageError where it cannot be had."""
        if self.given is not None:
            return self.given
        if not self.has_inputs:
            raise UsageError(self.absent)
        try:
            return case_from(self.inputs)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise UsageError(
                say(
                    "The inputs of run {id} cannot be read by this slopt: they were kept "
                    "by slopt {version}.",
                    id=self.id,
                    version=self.versions.get("slopt", "?"),
                )
            ) from error

    @property
    def choice(self) -> NDArray[np.int64] | None:
        """The place of each segment's tier, in the case's order; None of a study."""
        return self.plans if self.plans is not None and self.plans.ndim == 1 else None

    @property
    def model_text(self) -> str | None:
        """The model file as it was, where the run had one of the user's own."""
        text = self.inputs.get(MODEL)
        return None if text is None else text.decode(errors="replace")
