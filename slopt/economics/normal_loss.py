"""The loss function of the standard normal distribution, and its inverse."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from slopt.economics.arguments import Numbers, positive, within
from slopt.economics.bisection import increasing_root


def normal_loss(z: ArrayLike) -> Numbers:
    """G(z) = phi(z) - z (1 - Phi(z)) = E[max(Z - z, 0)]: mean shortage for a unit of spread.

    Written with the scaled complementary error function, so that it keeps its digits far out in the
    tail. Any finite z; G(0) = 0.3989, G(-3) = 3.0004.
    """
    from scipy.special import erfcx, ndtr

    x = within("z", z)
    right = np.maximum(x, 0)
    density = np.exp(-(right**2) / 2) / np.sqrt(2 * np.pi)
    tail = density * (1 - right * np.sqrt(np.pi / 2) * erfcx(right / np.sqrt(2)))
    left = np.minimum(x, 0)
    body = np.exp(-(left**2) / 2) / np.sqrt(2 * np.pi) - left * ndtr(-left)
    return np.asarray(np.where(x > 0, tail, body))


def inverse_normal_loss(loss: ArrayLike) -> Numbers:
    """z with G(z) = loss, for a loss above 0; 0.08 gives 1.02."""
    goal = positive("loss", loss)
    # G(z) > -z puts the root above -loss; G(38) is below the smallest positive float in use.
    return increasing_root(lambda z: goal - normal_loss(z), -goal, np.full(goal.shape, 38.0))
