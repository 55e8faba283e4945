"""The compiled parts: there where the checks of the project run, optional anywhere else."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys

import pytest

MODULES = ("core", "pricing", "hull", "paths")


def test_compiled_parts_are_there_where_they_are_required():
    """With SLOPT_COMPILED=required a build that failed is a failure, not a row of skipped tests."""
    missing = []
    for name in MODULES:
        try:
            importlib.import_module(f"slopt.solve.native.{name}")
        except ImportError:
            missing.append(name)
    if missing and os.environ.get("SLOPT_COMPILED") != "required":
        pytest.skip(f"not built on this machine: {', '.join(missing)}")
    assert not missing


WITHOUT = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("slopt.solve.native."):
            raise ImportError(name)
sys.meta_path.insert(0, Refuse())
from slopt.__main__ import main
main()
"""


@pytest.mark.parametrize("method", ["auto", "prices", "highs"])
def test_slopt_answers_without_compiled_parts(method):
    """The same plan for a shipped example by HiGHS and by prices in NumPy."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, "solve", "scms_deliveries", "--json", "--method", method],
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    result = json.loads(done.stdout)
    assert result["status"] == "optimal"
    assert result["total_cost"] == pytest.approx(22_220_000, rel=1e-3)
    assert result["method"] == ("highs" if method == "auto" else method)
