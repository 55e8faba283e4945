"""slopt: service-level planning with proven plans.

    import slopt

    case = slopt.load("my-case")
    print(case.solve())

Names are imported when they are used, so that `import slopt` costs nothing. What the commands and
these methods call is in `slopt.engine`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from slopt.api.case import Case, load

__version__ = "0.1.0"

_HOMES = {"Case": "slopt.api.case", "load": "slopt.api.case"}
__all__ = ["Case", "load"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'slopt' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
