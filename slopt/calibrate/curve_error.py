"""How far a fitted curve of dissatisfaction may be off: curves of answers that might have been.

From the fitted shares as many answers are drawn at each lateness as there were, and fitted anew
(the parametric bootstrap; Efron and Tibshirani 1993, An Introduction to the Bootstrap, ch. 6).
"""

from __future__ import annotations

import numpy as np

from slopt.calibrate.curves import Answers, Curve, Logistic, fit_rising, refit_logistic

DRAWS = 200


def refitted(answers: Answers, curve: Curve, seed: int, draws: int = DRAWS) -> list[Curve]:
    """Curves of the same kind, fitted to answers drawn from `curve`; fewer where some have none."""
    random = np.random.default_rng(seed)
    trials = np.maximum(np.round(answers.n), 1).astype(np.int64)
    share = np.clip(curve(answers.x), 0.0, 1.0)
    found: list[Curve] = []
    for _ in range(draws):
        bad = random.binomial(trials, share).astype(np.float64)
        drawn = Answers(answers.x, bad, trials.astype(np.float64))
        if not isinstance(curve, Logistic):
            found.append(fit_rising(drawn))
        elif not drawn.separated:
            found.append(refit_logistic(drawn, curve))
    return found
