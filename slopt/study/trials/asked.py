"""What a trial is asked for: its design, the power wanted, how long its result will stand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from slopt.errors import UsageError
from slopt.sayings import say


class TrialDesign(StrEnum):
    """Whom the customers who are served otherwise are compared with.

    CONTROL: others, drawn by lot, who are served as planned. BEFORE_AFTER: themselves, before.
    DIFFERENCES: the change of the one with the change of the others.
    """

    CONTROL = "control"
    BEFORE_AFTER = "before_after"
    DIFFERENCES = "differences"

    @property
    def has_control(self) -> bool:
        """Whether some are served as planned throughout."""
        return self is not TrialDesign.BEFORE_AFTER

    @property
    def has_before(self) -> bool:
        """Whether the time before counts."""
        return self is not TrialDesign.CONTROL


class Lots(StrEnum):
    """What is drawn by lot: single customers within segments, or whole segments.

    AUTO: customers, but whole segments where those have too few customers.
    """

    AUTO = "auto"
    CUSTOMERS = "customers"
    SEGMENTS = "segments"


@dataclass(frozen=True)
class Wanted:
    """What is asked for.

    `inputs`: paths of inputs, all where empty. `periods`: how long a decision stands, the trial
    included. `length`: of the trial in periods, None for the best. `alike`: how alike customers of
    a segment are (intraclass correlation), where whole segments are drawn. `setup`: money that a
    trial costs whatever its size. Raises UsageError where a number makes no sense.
    """

    inputs: tuple[str, ...] = ()
    power: float = 0.8
    level: float = 0.05
    periods: float = 3.0
    length: float | None = None
    design: TrialDesign = TrialDesign.CONTROL
    lots: Lots = Lots.AUTO
    alike: float = 0.01
    setup: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.level < self.power < 1:
            raise UsageError(
                say(
                    "--power {power} and --level {level}: the level must lie above 0 % and below "
                    "the power, and the power below 100 %.",
                    power=f"{100 * self.power:g}%",
                    level=f"{100 * self.level:g}%",
                )
            )
        if not 0 < self.periods <= 100:
            raise UsageError(
                say(
                    "--periods {periods}: write a number above 0, at most 100.",
                    periods=f"{self.periods:g}",
                )
            )
        if self.length is not None and not self.length > 0:
            raise UsageError(
                say("--length {length}: write a length above 0.", length=f"{self.length:g}")
            )
        if self.length is not None and not self.length < self.periods:
            raise UsageError(
                say(
                    "--length {length}: a trial must end before its result is of no more use, in "
                    "{periods} periods. Write a shorter length, or more --periods.",
                    length=f"{self.length:g}",
                    periods=f"{self.periods:g}",
                )
            )
        if not 0 <= self.alike <= 1:
            raise UsageError(
                say("--alike {alike}: write a share from 0 to 1.", alike=f"{self.alike:g}")
            )
        if not 0 <= self.setup < 1e15:
            raise UsageError(
                say("--setup {setup}: write an amount of money, 0 or more.", setup=f"{self.setup}")
            )
