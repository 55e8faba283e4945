"""Taguchi's loss: being off the promise costs with the square of the distance.

Symbols: y what is delivered, m the target, mu and sigma mean and spread of y, k money per squared
unit. The loss is the customer's and through him a lost sale: hidden, not booked.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from slopt.economics.arguments import Numbers, not_negative, positive, within


def loss_coefficient(loss_at_limit: ArrayLike, limit: ArrayLike) -> Numbers:
    """k = A / D^2, with A the loss (0 or more) at a distance D (above 0) from the target."""
    return np.asarray(not_negative("loss_at_limit", loss_at_limit) / positive("limit", limit) ** 2)


def loss_at(coefficient: ArrayLike, value: ArrayLike, target: ArrayLike) -> Numbers:
    """L = k (y - m)^2: the loss of one piece."""
    off = within("value", value) - within("target", target)
    return np.asarray(not_negative("coefficient", coefficient) * off**2)


def nominal_is_best(
    coefficient: ArrayLike, mean: ArrayLike, spread: ArrayLike, target: ArrayLike
) -> Numbers:
    """E L = k [sigma^2 + (mu - m)^2], for any distribution with that mean and spread.

    Args:
        coefficient: k, 0 or more. mean: mu. spread: sigma, 0 or more. target: m.

    Source: Taguchi 1986.
    """
    off = within("mean", mean) - within("target", target)
    squares = not_negative("spread", spread) ** 2 + off**2
    return np.asarray(not_negative("coefficient", coefficient) * squares)


def smaller_is_better(coefficient: ArrayLike, mean: ArrayLike, spread: ArrayLike) -> Numbers:
    """E L = k E[y^2] = k (sigma^2 + mu^2): waiting, damage. The target is 0; mean 0 or more."""
    return nominal_is_best(coefficient, not_negative("mean", mean), spread, 0.0)


def larger_is_better(coefficient: ArrayLike, observed: ArrayLike) -> Numbers:
    """E L = k E[1 / y^2] over observed values: life, satisfaction.

    Args:
        coefficient: k = A D^2, money x squared unit, 0 or more.
        observed: y, all above 0; the last axis holds the observations.
    """
    squares = 1 / positive("observed", observed) ** 2
    return np.asarray(not_negative("coefficient", coefficient) * squares.mean(axis=-1))


def larger_is_better_about(coefficient: ArrayLike, mean: ArrayLike, spread: ArrayLike) -> Numbers:
    """k / mu^2 (1 + 3 sigma^2 / mu^2), the usual approximation where only mu and sigma are known.

    The first terms of a series: good to about 1 % for a spread up to 15 % of the mean. Mean above
    0, spread 0 or more.
    """
    centre = positive("mean", mean)
    relative = not_negative("spread", spread) / centre
    factor = not_negative("coefficient", coefficient) / centre**2
    return np.asarray(factor * (1 + 3 * relative**2))


def two_sided_loss(
    coefficient_below: ArrayLike,
    coefficient_above: ArrayLike,
    mean: ArrayLike,
    spread: ArrayLike,
    target: ArrayLike,
) -> Numbers:
    """E L of normal y with another k on each side of the target: early is not as bad as late.

    With d = mu - m and z = d / sigma, E[(y - m)+^2] = (sigma^2 + d^2) Phi(z) + d sigma phi(z); the
    other side is its mirror image. `coefficient_below` = 0 charges only what comes too late.

    Args:
        coefficient_below, coefficient_above: k for y below and above the target, 0 or more.
        mean, target: any. spread: 0 or more.
    """
    off = within("mean", mean) - within("target", target)
    sigma = not_negative("spread", spread)
    above = _squares_above(off, sigma)
    below = _squares_above(-off, sigma)
    return np.asarray(
        not_negative("coefficient_below", coefficient_below) * below
        + not_negative("coefficient_above", coefficient_above) * above
    )


def _squares_above(off: Numbers, sigma: Numbers) -> Numbers:
    from scipy.special import ndtr

    # Beyond 40 spreads the normal tail is below all floats; dividing by a tiny spread is not safe.
    near = np.abs(off) < 40 * sigma
    z = off / np.where(near, sigma, 1.0)
    z = np.where(near, z, 0.0)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    squares = sigma**2 + off**2
    uncertain = np.maximum(squares * ndtr(z) + off * sigma * density, 0)
    return np.asarray(np.where(near, uncertain, np.where(off > 0, squares, 0.0)))


def best_target_shift(cost_saved_per_unit: ArrayLike, coefficient: ArrayLike) -> Numbers:
    """y* - m = B / (2 k): how far to stay off the target if each unit off it saves B in process.

    Least A_0 - B (y - m) + k (y - m)^2. B = 0.10 and k = 0.083 give 0.602.

    Args:
        cost_saved_per_unit: B, any sign. coefficient: k, above 0.
    """
    saved = within("cost_saved_per_unit", cost_saved_per_unit)
    return np.asarray(saved / (2 * positive("coefficient", coefficient)))
