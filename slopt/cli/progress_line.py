"""How far many points have come, with the time that is left, on standard error."""

from __future__ import annotations

import sys
import time

from rich.cells import cell_len

from slopt.cli.speaking import spoken

EVERY_S = 10.0
"""Between lines where standard error is no terminal; nothing is said of what takes less."""
REFRESH_S = 0.2


class PointsLine:
    """One line that is written over on a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self._begin = time.perf_counter()
        self._is_terminal = sys.stderr.isatty()
        self._last = self._begin if not self._is_terminal else 0.0
        self._width = 0

    def __call__(self, done: int, count: int, before: int) -> None:
        """So many points of all are answered, `before` of them by an earlier run."""
        now = time.perf_counter()
        if now - self._last < (REFRESH_S if self._is_terminal else EVERY_S) and done < count:
            return
        if done == count and not self._is_terminal:
            return
        self._last = now
        fresh = done - before
        counts = {"done": f"{done:,}", "count": f"{count:,}"}
        if fresh <= 0:
            self._write(spoken()("{done} of {count} points", **counts))
            return
        left = _span((now - self._begin) / fresh * (count - done))
        self._write(spoken()("{done} of {count} points, {left} left", **counts, left=left))

    def clear(self) -> None:
        """Take the line away from a terminal."""
        if self._is_terminal and self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            sys.stderr.flush()

    def _write(self, text: str) -> None:
        if self._is_terminal:
            cells = cell_len(text)
            sys.stderr.write("\r" + text + " " * (self._width - cells))
            self._width = max(self._width, cells)
        else:
            sys.stderr.write(text + "\n")
        sys.stderr.flush()


def _span(seconds: float) -> str:
    """Seconds, minutes or hours, as one would say it."""
    if seconds < 100:
        return spoken()("{n} s", n=f"{seconds:.0f}")
    if seconds < 6000:
        return spoken()("{n} min", n=f"{seconds / 60:.0f}")
    return spoken()("{n} h", n=f"{seconds / 3600:.1f}")
