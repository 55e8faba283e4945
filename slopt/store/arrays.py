"""Arrays as bytes and back: a line of JSON that says what follows, then the arrays as they lie."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = Sequence[NDArray[Any]]


def pack(head: Mapping[str, Any], arrays: Arrays) -> bytes:
    """A description and arrays as bytes, the same for the same values on every machine."""
    plain = [np.ascontiguousarray(array, array.dtype.newbyteorder("<")) for array in arrays]
    shapes = [[array.dtype.str, list(array.shape)] for array in plain]
    line = json.dumps([head, shapes], separators=(",", ":"), sort_keys=True)
    return b"".join([line.encode(), b"\n", *(array.tobytes() for array in plain)])


def unpack(data: bytes) -> tuple[dict[str, Any], list[NDArray[Any]]]:
    """What `pack` was given; the arrays may be written to."""
    line, _, _ = data.partition(b"\n")
    head, shapes = json.loads(line)
    arrays, start = [], len(line) + 1
    for kind, shape in shapes:
        dtype = np.dtype(kind)
        count = int(np.prod(shape, dtype=np.int64))
        array = np.frombuffer(data, dtype, count, start).reshape(shape)
        arrays.append(array.astype(dtype.newbyteorder("="), copy=True))
        start += count * dtype.itemsize
    return head, arrays


def pack_plans(plans: NDArray[Any], tiers: Sequence[str]) -> bytes:
    """Plans by place of the tier, -1 for none, (S,) or (P, S), in the fewest bytes a tier takes."""
    kind = np.min_scalar_type(-max(len(tiers), 1))
    return pack({"tiers": list(tiers)}, [np.asarray(plans).astype(kind)])


def unpack_plans(data: bytes) -> tuple[list[str], NDArray[np.int64]]:
    """The tiers by name, and the plans."""
    head, (plans,) = unpack(data)
    return list(head["tiers"]), plans.astype(np.int64)
