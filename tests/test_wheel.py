"""What `pip install` brings: the models and the examples are found by name from anywhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("slopt", "models", "data", "pyproject.toml", "README.md", "LICENSE")


def test_an_installed_wheel_solves_a_shipped_example_from_any_folder(tmp_path: Path) -> None:
    """The wheel holds schema, models and examples; unpacked elsewhere, it solves tiny."""
    source = tmp_path / "source"
    source.mkdir()
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(
                ROOT / part, source / part, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(ROOT / part, source / part)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
         "--disable-pip-version-check", "--wheel-dir", tmp_path, source],
        check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("slopt-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "slopt/py.typed", "slopt/case/schema.toml", "slopt/models/tier_plan.py",
        "slopt/data/tiny/case.toml", "slopt/data/tiny/SOURCE.md",
        "slopt/data/scms_deliveries/offers.csv", "slopt/data/scms_deliveries/derive.py",
    } <= names  # fmt: skip
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "slopt").rglob("*.py")}
    assert modules <= names
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    # -S keeps the checkout's own editable install out; the libraries come by PYTHONPATH.
    paths = [str(installed), *(p for p in sys.path if p.endswith("site-packages"))]
    done = subprocess.run(
        [sys.executable, "-S", "-m", "slopt", "solve", "tiny", "--json", "--method", "pyomo"],
        cwd=tmp_path, capture_output=True, encoding="utf-8", check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )  # fmt: skip
    assert json.loads(done.stdout)["total_cost"] == 36_375
