"""Out of sample: how well an estimate foretells what it has not seen, against a naive guess."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
FOLDS = 5


@dataclass(frozen=True)
class Score:
    """Mean loss per case on data held back, of the estimate and of the naive guess.

    `measure` says which loss (log loss for shares: -log of the chance given to what happened);
    `held_back` how the data were split; `naive` what the naive guess is.
    """

    what: str
    measure: str
    loss: float
    naive_loss: float
    naive: str
    held_back: str
    n: float

    @property
    def gain(self) -> float:
        """Share of the naive guess's loss that the estimate saves; below 0 it is worse."""
        return 1 - self.loss / self.naive_loss if self.naive_loss > 0 else 0.0


def log_loss(successes: Numbers, trials: Numbers, share: Numbers) -> float:
    """Mean -log of the chance given to what happened; a share of 0 or 1 counts as 1e-6 from it."""
    p = np.clip(share, 1e-6, 1 - 1e-6)
    total = float(trials.sum())
    return -float((successes * np.log(p) + (trials - successes) * np.log1p(-p)).sum()) / total


def fold_counts(counts: Numbers, seed: int, folds: int = FOLDS) -> Numbers:
    """Counts of alike cases dealt into folds at random; shape (folds, cells).

    Each of the counts is rounded to a whole number first. The same seed gives the same folds.
    """
    random = np.random.default_rng(seed)
    whole = np.rint(counts).astype(np.int64)
    dealt = np.empty((folds, len(whole)))
    for cell, count in enumerate(whole):
        dealt[:, cell] = random.multinomial(count, np.full(folds, 1 / folds))
    return dealt


def cross_validated(
    successes: Numbers,
    trials: Numbers,
    fit: Callable[[Numbers, Numbers], Numbers],
    seed: int,
    folds: int = FOLDS,
) -> float:
    """Log loss of `fit` over the folds: it gets successes and trials of all but one fold, and
    gives a share for each cell.
    """
    hits = fold_counts(successes, seed, folds)
    misses = fold_counts(trials - successes, seed + 1, folds)
    total_loss = total = 0.0
    for fold in range(folds):
        held = hits[fold] + misses[fold]
        if not held.sum():
            continue
        kept_hits = hits.sum(axis=0) - hits[fold]
        kept = kept_hits + misses.sum(axis=0) - misses[fold]
        total_loss += log_loss(hits[fold], held, fit(kept_hits, kept)) * held.sum()
        total += held.sum()
    return total_loss / total


def overall_share(successes: Numbers, trials: Numbers) -> Numbers:
    """The naive guess: the same share for all."""
    return np.full(len(trials), successes.sum() / max(trials.sum(), 1.0))
