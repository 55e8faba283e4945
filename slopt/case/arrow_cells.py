"""Cells of a column that stay in Arrow until it is known what belongs in the column.

They are a sequence of cells as any other, so that whatever looks at one cell sees what stands
there; `certain.py` reads them all at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from slopt.case.columns import Cell

LONG = 20_000
"""Rows from which loading Arrow (0.1 s) is less than reading the cells one by one."""


class ArrowCells(Sequence[Cell]):
    """`values` is one Arrow array of booleans, whole numbers, floats or strings, nulls blank."""

    def __init__(self, values: Any) -> None:
        self.values = values

    @property
    def are_texts(self) -> bool:
        """Whether the cells are texts, as those of a CSV file are."""
        import pyarrow as pa

        return bool(pa.types.is_string(self.values.type))

    def blank_filled(self, rows: NDArray[np.int64]) -> Any:
        """Some of the cells, which are texts, as an Arrow array with "" for blank ones."""
        import pyarrow as pa
        import pyarrow.compute as pc

        return pc.fill_null(self.values.take(pa.array(rows)), "")

    def are_blank(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of some cells are null."""
        import pyarrow as pa

        return np.asarray(self.values.take(pa.array(rows)).is_null())

    def __len__(self) -> int:
        return len(self.values)

    @overload
    def __getitem__(self, index: int) -> Cell: ...
    @overload
    def __getitem__(self, index: slice) -> list[Cell]: ...
    def __getitem__(self, index: int | slice) -> Cell | list[Cell]:
        if isinstance(index, slice):
            cells: list[Cell] = self.values[index].to_pylist()
            return cells
        cell: Cell = self.values[int(index)].as_py()
        return cell


def cells_of(column: Any) -> Sequence[Cell] | None:
    """The cells of a chunked Arrow array; None where they are no texts, numbers or dates.

    Decimals and dates, which are rare, become Python's own.
    """
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
        column = column.cast(kind)
    if pa.types.is_null(kind) or column.null_count == len(column):
        return ArrowCells(pa.nulls(len(column), pa.string()))
    if pa.types.is_large_string(kind) or kind == pa.string_view():
        column = column.cast(pa.string())
        kind = column.type
    if (
        pa.types.is_boolean(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_float32(kind)
        or pa.types.is_float64(kind)
        or pa.types.is_string(kind)
    ):
        return ArrowCells(_one_chunk(column))
    values: list[Any] = column.to_pylist()
    if any(isinstance(value, list | dict | tuple | bytes) for value in values):
        return None
    return [_number(value) if isinstance(value, Decimal) else value for value in values]


def in_arrow(texts: Sequence[Cell]) -> ArrowCells:
    """Texts, moved to Arrow."""
    import pyarrow as pa

    return ArrowCells(pa.array(texts, pa.string()))


def joined(parts: Sequence[Sequence[Cell]]) -> Sequence[Cell]:
    """The cells of a column that was read in parts, in Arrow if one of them is."""
    if not any(isinstance(part, ArrowCells) for part in parts):
        return [cell for part in parts for cell in part]
    import pyarrow as pa

    in_place = [part if isinstance(part, ArrowCells) else in_arrow(part) for part in parts]
    return ArrowCells(pa.concat_arrays([part.values for part in in_place]))


def _one_chunk(column: Any) -> Any:
    if column.num_chunks == 1:
        return column.chunk(0)
    return column.combine_chunks()


def _number(value: Decimal) -> float | int:
    return int(value) if value == value.to_integral_value() else float(value)
