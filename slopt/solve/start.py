"""What is known beforehand of a problem of shared rows, from one much like it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from slopt.problem.choice import Choice


@dataclass(frozen=True, eq=False)
class Start:
    """Prices (M,) to begin from and a choice (S,) to beat; either may be missing, or bad."""

    prices: NDArray[np.float64] | None = None
    choice: Choice | None = None
