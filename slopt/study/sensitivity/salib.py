"""Morris and Sobol by SALib: the only file that knows it, imported where one of them is asked for.

Inputs are shares (0..1) of the way from low to high, so that effects are those of the whole range.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.errors import UsageError
from slopt.sayings import say
from slopt.study.sensitivity.shares import SURE

Numbers = NDArray[np.float64]

LEVELS = 4
RESAMPLES = 1000
EVEN = 1e-12
"""Results that differ by no more than this share of them are all the same."""


@dataclass(frozen=True)
class Measure:
    """One figure for each input (D,), and the half of its 95 % interval."""

    name: str
    values: Numbers
    halves: Numbers


def require_salib() -> None:
    """Raise UsageError, which says what to do, where SALib is not installed."""
    if find_spec("SALib") is None:
        raise UsageError(
            say(
                "--method morris and sobol need SALib, which is not installed: pip "
                'install "slopt[sensitivity]". The tornado needs nothing more.'
            )
        )


def _unit(inputs: int) -> dict[str, Any]:
    names = [f"x{number}" for number in range(inputs)]
    return {"num_vars": inputs, "names": names, "bounds": [[0.0, 1.0]] * inputs}


def morris_places(inputs: int, paths: int, seed: int) -> Numbers:
    """(paths, inputs + 1, inputs): on each path, from row to row, one input moves."""
    from SALib.sample import morris

    rows = morris.sample(_unit(inputs), paths, num_levels=LEVELS, seed=seed + 1)
    return np.asarray(rows, dtype=np.float64).reshape(paths, inputs + 1, inputs)


def morris_measures(places: Numbers, results: Numbers, seed: int) -> list[Measure]:
    """mu, mu_star and sigma from the results (paths, inputs + 1) at these places.

    mu: mean change of the result as the input goes from low to high, others anywhere; mu_star: the
    mean of its size; sigma: how much it differs from place to place. Nothing where all results
    are the same.
    """
    paths, _, inputs = places.shape
    if paths < 2 or _is_even(results):
        return []
    from SALib.analyze import morris
    from scipy.special import ndtri

    found = morris.analyze(
        _unit(inputs),
        places.reshape(-1, inputs),
        results.reshape(-1),
        num_resamples=RESAMPLES,
        conf_level=SURE,
        num_levels=LEVELS,
        seed=seed + 1,
    )
    sigma = np.asarray(found["sigma"], dtype=np.float64)
    half = float(ndtri((1 + SURE) / 2)) * sigma / np.sqrt(paths)
    unknown = np.full(inputs, np.nan)
    return [
        Measure("mu_star", np.asarray(found["mu_star"]), np.asarray(found["mu_star_conf"])),
        Measure("mu", np.asarray(found["mu"]), half),
        Measure("sigma", sigma, unknown),
    ]


def sobol_places(inputs: int, samples: int, seed: int) -> Numbers:
    """(samples, inputs + 2, inputs): a place A, A with one input of B each, and the place B.

    `samples` is a power of two.
    """
    from SALib.sample import sobol

    rows = sobol.sample(_unit(inputs), samples, calc_second_order=False, seed=seed + 1)
    return np.asarray(rows, dtype=np.float64).reshape(samples, inputs + 2, inputs)


def sobol_measures(results: Numbers, seed: int) -> list[Measure]:
    """S1 and ST from the results (samples, inputs + 2).

    S1: the share of the variance that the input explains alone; ST: with all it does together with
    others. Nothing where all results are the same.
    """
    samples, inputs = results.shape[0], results.shape[1] - 2
    if samples < 2 or _is_even(results):
        return []
    from SALib.analyze import sobol

    found = sobol.analyze(
        _unit(inputs),
        results.reshape(-1),
        calc_second_order=False,
        num_resamples=RESAMPLES,
        conf_level=SURE,
        seed=seed + 1,
    )
    return [
        Measure(name, np.asarray(found[name]), np.asarray(found[f"{name}_conf"]))
        for name in ("ST", "S1")
    ]


def _is_even(results: Numbers) -> bool:
    return bool(np.ptp(results) <= EVEN * np.abs(results).max(initial=0.0))
