"""What `slopt[report]` installs, asked for before anything is solved."""

from __future__ import annotations

from importlib.util import find_spec

from slopt.errors import UsageError
from slopt.sayings import listed, say

PAGE = ("altair", "vl_convert", "jinja2")
INTERACTIVE = (*PAGE, "plotly")


def require(modules: tuple[str, ...]) -> None:
    """Raise UsageError where a library of the extra is missing."""
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        raise UsageError(
            say(
                'A report page needs {libraries}. Install it: pip install "slopt[report]"',
                libraries=listed(missing),
            )
        )
