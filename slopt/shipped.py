"""Where the shipped model files and example cases are: inside the package once installed."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `models` or `data`; beside the package in a checkout, inside it in a wheel."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def examples() -> dict[str, Path]:
    """Shipped example cases by name."""
    return {path.parent.name: path.parent for path in sorted(folder("data").glob("*/case.toml"))}


def models() -> dict[str, Path]:
    """Shipped model files by name."""
    return {
        path.stem: path
        for path in sorted(folder("models").glob("*.py"))
        if not path.stem.startswith("_")
    }
