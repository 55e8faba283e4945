"""All that is known after looking at plan and actual."""

from __future__ import annotations

from dataclasses import dataclass

from slopt.study.monitor.advice import Advice, NoWorth, Replanned, advice
from slopt.study.monitor.drift import Drifts
from slopt.study.monitor.drivers import Compared
from slopt.study.monitor.noise import Measure, Noise, Signal
from slopt.study.monitor.split import Split


@dataclass(frozen=True, eq=False)
class Monitored:
    """A plan against what happened; `run` is what the user called the run, "" where
    the plan was made just now, and `case_named` and `actuals_named` what he called the case and
    the file of actuals, "" where he named none."""

    run: str
    compared: Compared
    split: Split
    noise: Noise
    signals: tuple[Signal, ...]
    drifts: Drifts
    replanned: Replanned | NoWorth
    case_named: str = ""
    actuals_named: str = ""

    @property
    def alarms(self) -> list[Signal]:
        """Deviations that are more than noise."""
        return [one for one in self.signals if one.is_alarm]

    @property
    def advice(self) -> tuple[Advice, ...]:
        """What to do."""
        is_mixed = any(one.measure is Measure.NET for one in self.alarms)
        return advice(self.drifts, self.replanned, is_mixed)

    @property
    def missing(self) -> dict[int, int]:
        """Segments without actuals by period that has some."""
        covered = self.compared.covered
        left = {t: int((~covered[:, t]).sum()) for t in self.compared.periods}
        return {t: count for t, count in left.items() if count}
