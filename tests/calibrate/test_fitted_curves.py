"""Curves of dissatisfaction: known truths, brute force, and what no curve can be fitted to."""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pytest

from slopt.calibrate.curves import Answers, fit_logistic, fit_pieces, fit_rising
from slopt.calibrate.scoring import cross_validated, fold_counts, log_loss, overall_share

TRUTH = {"low": 0.1, "high": 0.8, "steepness": 0.8, "middle": 3.0}


def answers_of(seed: int, size: float = 400.0) -> Answers:
    """Answers at lateness -10 to 19, most of them early, of a logistic of known shape."""
    random = np.random.default_rng(seed)
    x = np.arange(-10.0, 20.0)
    n = np.maximum(random.poisson(size * np.exp(-0.5 * ((x + 4) / 5) ** 2)), 3).astype(float)
    rise = 1 / (1 + np.exp(-TRUTH["steepness"] * (x - TRUTH["middle"])))
    share = TRUTH["low"] + (TRUTH["high"] - TRUTH["low"]) * rise
    return Answers(x, random.binomial(n.astype(int), share).astype(float), n)


def test_the_logistic_covers_its_truth():
    """Of 40 simulated surveys, each of the four parameters is covered in 85 to 100 %."""
    covered = dict.fromkeys(TRUTH, 0)
    for seed in range(40):
        curve = fit_logistic(answers_of(seed))
        for name, truth in TRUTH.items():
            interval = getattr(curve, name)
            covered[name] += interval.low <= truth <= interval.high
    assert min(covered.values()) >= 34
    assert sum(covered.values()) >= 0.9 * 160


def test_separated_answers_have_no_logistic():
    """All are satisfied up to day 3 and none from day 4: the steepness would be infinite."""
    answers = Answers(np.arange(8.0), np.array([0, 0, 0, 0, 5, 5, 5, 5.0]), np.full(8, 5.0))
    assert answers.separated
    with pytest.raises(ValueError, match="separated"):
        fit_logistic(answers)


def test_one_answer_out_of_line_is_not_separated():
    """A single dissatisfied early customer makes the steepness finite."""
    answers = Answers(np.arange(8.0), np.array([1, 0, 0, 0, 5, 5, 5, 5.0]), np.full(8, 5.0))
    assert not answers.separated
    assert fit_logistic(answers).steepness.value > 1


def test_a_falling_curve_is_told_by_its_ends():
    """Where the late are the happier, high lies below low."""
    answers = answers_of(1)
    curve = fit_logistic(Answers(answers.x, answers.n - answers.bad, answers.n))
    assert curve.high.value < curve.low.value


def test_pieces_find_their_elbows():
    """Flat at 10 % to day 0, rising to 80 % at day 6: found within two days and 5 points."""
    x = np.arange(-10.0, 15.0)
    n = np.full(25, 2000.0)
    bad = np.random.default_rng(2).binomial(2000, np.interp(x, [0, 6], [0.1, 0.8]))
    found = fit_pieces(Answers(x, bad.astype(float), n))
    assert found.start == pytest.approx(0, abs=2)
    assert found.end == pytest.approx(6, abs=2)
    assert (found.low, found.high) == pytest.approx((0.1, 0.8), abs=0.05)


def test_the_rising_curve_is_the_best_rising_one():
    """Neighbours that fall are pooled; no rising steps on a grid of tenths are likelier."""
    bad, n = np.array([1.0, 4, 2, 7, 6]), np.full(5, 10.0)
    fitted = fit_rising(Answers(np.arange(5.0), bad, n))(np.arange(5.0))
    assert fitted == pytest.approx([0.1, 0.3, 0.3, 0.65, 0.65])
    rising = combinations_with_replacement(np.arange(1, 10) / 10, 5)
    best = min(log_loss(bad, n, np.array(steps)) for steps in rising)
    assert log_loss(bad, n, fitted) <= best


def test_folds_hold_every_case_once():
    """The folds add up to the counts, and one seed deals them one way."""
    counts = np.array([3.0, 100.0, 0.0, 7.0])
    dealt = fold_counts(counts, seed=5)
    assert dealt.shape == (5, 4)
    assert dealt.sum(axis=0) == pytest.approx(counts)
    assert np.array_equal(dealt, fold_counts(counts, seed=5))


def test_a_true_curve_beats_the_naive_guess_out_of_sample():
    """And where lateness means nothing, it gains nothing to speak of."""
    answers = answers_of(3)

    def logistic(hits, trials):
        there = trials > 0
        curve = fit_logistic(Answers(answers.x[there], hits[there], trials[there]))
        return curve(answers.x)

    losses = [cross_validated(answers.bad, answers.n, fit, 1) for fit in (logistic, overall_share)]
    assert losses[0] < 0.95 * losses[1]
    noise = np.random.default_rng(4).binomial(answers.n.astype(int), 0.3).astype(float)
    losses = [cross_validated(noise, answers.n, fit, 1) for fit in (logistic, overall_share)]
    assert losses[0] > 0.99 * losses[1]
