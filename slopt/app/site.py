"""What every page of one `slopt app` shares."""

from __future__ import annotations

from dataclasses import dataclass

from slopt.app.knobs import Knob
from slopt.app.lane import Bench
from slopt.app.view import View
from slopt.case.case import PlanningCase
from slopt.vocabulary import Lang


@dataclass(frozen=True)
class Site:
    """One case with what can be moved in it, and the processes that answer.

    `stamp` is that of its files when it was read. `trouble` says why what they hold now cannot be
    taken, where the case is one that was read before.
    """

    case: PlanningCase
    named: str
    lang: Lang
    knobs: tuple[Knob, ...]
    bench: Bench
    view: View
    stamp: str = ""
    trouble: str = ""
