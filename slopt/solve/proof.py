"""A finished search as a value: enough to see again that no better choice exists.

Each node of the search holds, of so many copies of one part of a class of equal segments, that they
take a tier of a mask. The parts are numbered along the way to a node: parts 0 .. C-1 are the C
classes as they are, and whenever a node holds fewer copies than its part has, the rest of the
part goes on unrestricted as a part with the next number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Proof:
    """Why no choice that keeps the rows costs less than `bound` (offset included).

    N nodes, a parent before its children, node 0 the whole problem. Bit k of `mask` is tier k. A
    node of part -1 restricts nothing. `prices` (N, M) are those at which alternatives were ruled
    out below a node or, at a leaf, those that prove its bound. `class_of` (S,) says which segments
    were taken as equal. Where `unit` is above 0, all costs are its multiples.
    """

    bound: float
    class_of: Places
    parent: Places
    part: Places
    copies: Places
    mask: NDArray[np.uint64]
    prices: Numbers
    unit: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Plain numbers and lists, as JSON has them."""
        return {
            "bound": self.bound,
            "unit": self.unit,
            "class_of": self.class_of.tolist(),
            "parent": self.parent.tolist(),
            "part": self.part.tolist(),
            "copies": self.copies.tolist(),
            "mask": self.mask.tolist(),
            "prices": self.prices.tolist(),
        }

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Proof:
        """The proof of which these are the fields. Raises KeyError where one is missing."""
        nodes = len(fields["parent"])
        return cls(
            bound=float(fields["bound"]),
            class_of=np.array(fields["class_of"], dtype=np.int64),
            parent=np.array(fields["parent"], dtype=np.int64),
            part=np.array(fields["part"], dtype=np.int64),
            copies=np.array(fields["copies"], dtype=np.int64),
            mask=np.array(fields["mask"], dtype=np.uint64),
            prices=np.array(fields["prices"], dtype=np.float64).reshape(nodes, -1),
            unit=float(fields["unit"]),
        )
