"""What a column of a log can be: the logs slopt reads, and the roles their columns may play."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from slopt.sayings import say


class RoleKind(StrEnum):
    """How the cells of a role are read."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    FLAG = "yes or no"
    FAILED = "yes, no or a number"


KIND_WORDS = {
    RoleKind.TEXT: say("text"),
    RoleKind.NUMBER: say("number"),
    RoleKind.DATE: say("date"),
    RoleKind.FLAG: say("yes or no"),
    RoleKind.FAILED: say("yes, no or a number"),
}
"""What a cell must hold, as a user reads it."""


@dataclass(frozen=True)
class Role:
    """One role: its name, how its cells are read, the least they may be, and what it means."""

    name: str
    kind: RoleKind
    meaning: str
    low: float | None = None
    high: float | None = None

    @property
    def expected(self) -> str:
        """What a cell must hold, in words."""
        kind = KIND_WORDS[self.kind]
        return {
            (None, None): kind,
            (0.0, None): say("{kind}, 0 or more", kind=kind),
            (0.0, 1.0): say("{kind}, or a share from 0 to 1", kind=kind),
            (1.0, None): say("{kind}, 1 or more", kind=kind),
        }[self.low, self.high]


_TEXT, _NUMBER, _DATE = RoleKind.TEXT, RoleKind.NUMBER, RoleKind.DATE

_CUSTOMER = Role("customer", _TEXT, "who ordered; the id that customers and orders share")
_ORDER = Role("order", _TEXT, "the id that orders, lines, surveys and tickets share")
_SEGMENT = Role("segment", _TEXT, "the customer segment")
_TIER = Role("tier", _TEXT, "the service tier it had: mode, support level, contract")
_REVENUE = Role("revenue", _NUMBER, "what it was sold for")
_COST = Role("cost", _NUMBER, "what serving it cost", low=0.0)
_SIZE = Role("size", _NUMBER, "what its cost grows with: kg, pallets, value", low=0.0)
_SCORE = Role("score", _NUMBER, "what the customer said of it, more is better")
_COUNT = Role(
    "count", _NUMBER, "how many alike it stands for; its other values are their means", low=0.0
)

LOGS: dict[str, tuple[Role, ...]] = {
    "orders": (
        _ORDER,
        _CUSTOMER,
        _SEGMENT,
        _TIER,
        Role("time", _DATE, "its day; without it the day promised, or delivered"),
        Role("promised", _DATE, "when it was promised"),
        Role("delivered", _DATE, "when it was delivered"),
        Role("late", _NUMBER, "how late it was, negative when early"),
        Role("quantity_ordered", _NUMBER, "units ordered", low=0.0),
        Role("quantity_delivered", _NUMBER, "units delivered", low=0.0),
        Role("failed", RoleKind.FAILED, "not served as promised", low=0.0, high=1.0),
        _REVENUE,
        _COST,
        _SIZE,
        _SCORE,
        _COUNT,
    ),
    "lines": (_ORDER, _REVENUE, _COST, _SIZE),
    "customers": (
        _CUSTOMER,
        _SEGMENT,
        _TIER,
        Role("left", RoleKind.FLAG, "gone at the end of the time the record covers"),
        Role("failed", RoleKind.FAILED, "had a failure or complaint, or how many", low=0.0),
        Role("orders", _NUMBER, "orders, calls or deliveries in that time", low=0.0),
        _REVENUE,
        _COST,
        _SCORE,
        _COUNT,
    ),
    "surveys": (_ORDER, _CUSTOMER, _SCORE),
    "tickets": (
        _ORDER,
        _CUSTOMER,
        Role("resolved", RoleKind.FLAG, "made good in the end"),
        Role("quickly", RoleKind.FLAG, "made good quickly"),
    ),
    "stock_outs": (
        _SEGMENT,
        Role("reaction", _TEXT, "what the customer did who found nothing in stock"),
        Role("count", _NUMBER, "how many alike reactions it stands for", low=0.0),
    ),
    "sales": (
        _SEGMENT,
        Role("level", _NUMBER, "the service level, as a share", low=0.0, high=1.0),
        Role("sales", _NUMBER, "sales at that level, in any unit", low=0.0),
        Role("method", _TEXT, "how it is known: two points, before and after, survey, game"),
        Role("time", _DATE, "its day"),
        Role("weight", _NUMBER, "how much it counts beside others of its level", low=0.0),
    ),
    "trial": (
        _CUSTOMER,
        _SEGMENT,
        _TIER,
        Role("arm", _TEXT, "treated: served otherwise for the trial; or control"),
        Role("phase", _TEXT, "before or after the service changed; blank is after"),
        Role("orders", _NUMBER, "orders of the period", low=0.0),
        Role("failed", RoleKind.FAILED, "orders not served as promised", low=0.0),
        Role("bought", _NUMBER, "orders of the period that were bought", low=0.0),
        Role("left", RoleKind.FLAG, "gone at the end of the period"),
    ),
}
"""Every log and its roles. A row of `orders` is an order (rows with one `order` id are put
together), of `lines` a part of one, of `customers` one customer, of `surveys` an answer, of
`tickets` a complaint, of `stock_outs` what a customer did who found nothing, of `sales` sales at
a service level, of `trial` one customer in one period of a trial."""

NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "orders": (),
    "lines": (("order",),),
    "customers": (),
    "surveys": (("order", "customer"), ("score",)),
    "tickets": (("order", "customer"),),
    "stock_outs": (("reaction",),),
    "sales": (("level",), ("sales",)),
    "trial": (("segment",), ("tier",), ("arm",), ("failed",), ("left", "bought", "orders")),
}
"""For each log, groups of roles of which one at least must be mapped."""


def role_of(log: str, name: str) -> Role:
    """The role of that name in that log."""
    return next(role for role in LOGS[log] if role.name == name)
