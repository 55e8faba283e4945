"""The compiled parts, for speed only: where they cannot be built, slopt installs and works without.

Everything else about the package stands in pyproject.toml.
"""

from __future__ import annotations

from pathlib import Path

from pybind11.setup_helpers import Pybind11Extension
from setuptools import setup

SOURCES = Path("slopt/solve/native")
MODULES = {
    "core": "the exact core: dual simplex on prices, branch and bound",
    "pricing": "one pass over all segments at given prices, repair of a plan",
    "hull": "every budget at once",
    "paths": "best paths of many segments over periods",
}


def extension(name: str) -> Pybind11Extension:
    """One compiled module from the sources whose names begin with its own."""
    built = Pybind11Extension(
        f"slopt.solve.native.{name}",
        sorted(str(path) for path in SOURCES.glob(f"{name}*.cpp")),
        depends=[str(path) for path in SOURCES.glob("*.h")],
        cxx_std=17,
        # No fused multiply-add: the same sums on every machine. Clones by processor do the rest.
        extra_compile_args=["-O3", "-ffp-contract=off", "-fno-math-errno", "-g0"],
    )
    built.optional = True
    return built


setup(ext_modules=[extension(name) for name in MODULES if any(SOURCES.glob(f"{name}*.cpp"))])
