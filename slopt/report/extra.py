"""What `slopt[report]` installs, asked for before anything is solved."""

from __future__ import annotations

from importlib.util import find_spec

from slopt.errors import UsageError

PAGE = ("altair", "vl_convert", "jinja2")
INTERACTIVE = (*PAGE, "plotly")


def require(modules: tuple[str, ...]) -> None:
    """Raise UsageError where a library of the extra is missing."""
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        raise UsageError(
            f'A report page needs {", ".join(missing)}. Install it: pip install "slopt[report]"'
        )
