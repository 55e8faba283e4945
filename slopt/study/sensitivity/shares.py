"""Shares of samples with the interval that their number leaves."""

from __future__ import annotations

from dataclasses import dataclass

SURE = 0.95
"""How sure every interval of this study is."""


@dataclass(frozen=True)
class Share:
    """`hits` of `n`, and the interval of Clopper and Pearson (1934, Biometrika 26).

    It holds with at least 95 %, however small the sample. n is 1 or more.
    """

    hits: int
    n: int

    @property
    def value(self) -> float:
        """The share itself."""
        return self.hits / self.n

    @property
    def low(self) -> float:
        """The lower end."""
        from scipy.special import betaincinv

        if self.hits == 0:
            return 0.0
        return float(betaincinv(self.hits, self.n - self.hits + 1, (1 - SURE) / 2))

    @property
    def high(self) -> float:
        """The upper end."""
        from scipy.special import betaincinv

        if self.hits == self.n:
            return 1.0
        return float(betaincinv(self.hits + 1, self.n - self.hits, (1 + SURE) / 2))
