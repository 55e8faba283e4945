"""A column of texts, held so that a million of them cost no million Python objects.

Every different text is kept once, and whole numbers say which of them stands where. What is asked
of a column is then asked of its words, and spread over the rows by NumPy. Few words are a list;
many stay in an Arrow array, so that Arrow is loaded only where a column is long.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, SupportsIndex, overload

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32]
Words = Any
"""`list[str]`, or an Arrow array of strings without nulls."""
FEW = 1000
"""Up to this many different texts are a list, on which plain Python is fast enough."""
ONE_BY_ONE = 10
"""Words that are looked for one after the other, in place of a table of all that are known."""
REMEMBERED = 100_000
"""Rows up to which a column keeps where it last stood in another: the many futures of a case ask
the same of the same texts."""
SIGNS = string.ascii_letters + string.digits + "-_. "
"""Signs that names of segments are made of, besides their own."""
SPARSE = 4
"""Combinations of words, as a multiple of the rows, that are counted without sorting them."""


class Texts(Sequence[str]):
    """`words[codes[i]]` is the text of row i. Words differ, and come in the order of their rows.

    Equal to any sequence of the same texts.
    """

    def __init__(self, words: Words, codes: Codes) -> None:
        self.words = words
        self.codes = codes
        self._last: tuple[Texts, NDArray[np.int64]] | None = None

    def __reduce__(self) -> tuple[type[Texts], tuple[Words, Codes]]:
        """What another process gets of a column: its texts, and nothing that is remembered."""
        return Texts, (self.words, self.codes)

    @classmethod
    def of(cls, texts: Iterable[str]) -> Texts:
        """The texts of a short column."""
        at: dict[str, int] = {}
        codes = np.array([at.setdefault(text, len(at)) for text in texts], dtype=np.int32)
        return cls(list(at), codes)

    @classmethod
    def repeated(cls, text: str, count: int) -> Texts:
        """One text in all rows."""
        return cls([text] if count else [], np.broadcast_to(np.int32(0), (count,)))

    @classmethod
    def of_arrow(cls, texts: Any) -> Texts:
        """The texts of an Arrow array (or chunked array) of strings, none of them null."""
        import pyarrow as pa

        encoded = texts.dictionary_encode()
        chunks = encoded.chunks if isinstance(encoded, pa.ChunkedArray) else [encoded]
        if not chunks:
            return cls([], np.empty(0, dtype=np.int32))
        codes = np.concatenate([chunk.indices.to_numpy() for chunk in chunks])
        words = chunks[-1].dictionary  # of all chunks, Arrow encodes them together
        return cls(words.to_pylist() if len(words) <= FEW else words, codes)

    @classmethod
    def of_codes(cls, words: list[str], codes: NDArray[Any]) -> Texts:
        """The texts `words[code]` of every row; words may be without a row."""
        first = np.full(len(words), len(codes), dtype=np.int64)
        first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
        order = np.argsort(first, kind="stable")[: np.count_nonzero(first < len(codes))]
        new = np.empty(len(words), dtype=np.int32)
        new[order] = np.arange(len(order))
        return cls([words[code] for code in order], new[codes])

    def renamed(self, changes: Mapping[int, str]) -> Texts:
        """The column with other words for some codes; two words may become the same."""
        changed = {code: word for code, word in changes.items() if word != self.word(code)}
        if not changed:
            return self
        if isinstance(self.words, list):
            new = Texts.of(changed.get(code, word) for code, word in enumerate(self.words))
        else:
            import pyarrow as pa
            import pyarrow.compute as pc

            mask = np.zeros(len(self.words), dtype=np.bool_)
            mask[list(changed)] = True
            other = pa.array([changed[code] for code in sorted(changed)], pa.string())
            new = Texts.of_arrow(pc.replace_with_mask(self.words, pa.array(mask), other))
        return new.spread(self.codes)

    def spread(self, codes: Codes) -> Texts:
        """These texts as the words of another column: row i has the text of row `codes[i]` here.

        Every row here has to stand there, in this order.
        """
        return Texts(self.words, self.codes[codes])

    def word(self, code: int) -> str:
        """The text that a code stands for."""
        word = self.words[code]
        return word if isinstance(word, str) else str(word.as_py())

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, index: SupportsIndex) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: SupportsIndex | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self.word(code) for code in self.codes[index].tolist()]
        return self.word(int(self.codes[index]))

    def __iter__(self) -> Iterator[str]:
        words = self.words if isinstance(self.words, list) else self.words.to_pylist()
        return (words[code] for code in self.codes.tolist())

    def tolist(self) -> list[str]:
        """The texts as Python's own."""
        return list(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        if len(self) != len(other):
            return False
        texts = other if isinstance(other, Texts) else Texts.of(other)
        same = places(self.words, texts.words)
        return bool(np.array_equal(same[self.codes], texts.codes))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        more = ", ..." if len(self) > 5 else ""
        return f"Texts([{', '.join(map(repr, self[:5]))}{more}])"

    def __contains__(self, text: object) -> bool:
        return isinstance(text, str) and self.place(text) >= 0

    def index(self, value: str, start: int = 0, stop: int | None = None) -> int:
        """The first row with the text; raises ValueError where there is none."""
        if start or stop is not None:
            return super().index(value, start, len(self) if stop is None else stop)
        place = self.place(value)
        if place < 0:
            raise ValueError(f'"{value}" is not in the column')
        return place

    def place(self, text: str) -> int:
        """The first row with the text, -1 where there is none."""
        code = int(self.codes_of([text])[0])
        return -1 if code < 0 else int(self.first_rows[code])

    def codes_of(self, wanted: Words) -> NDArray[np.int64]:
        """By word: its code here, -1 where it does not stand here."""
        if isinstance(wanted, list) and isinstance(self.words, list):
            at = self._code_of
            return np.array([at.get(word, -1) for word in wanted], dtype=np.int64)
        return places(wanted, self.words)

    @cached_property
    def _code_of(self) -> dict[str, int]:
        """The codes of words that are Python's own."""
        return {self.word(code): code for code in range(len(self.words))}

    def is_in(self, known: Iterable[str]) -> NDArray[np.bool_]:
        """By row: is it one of these few words?"""
        code = self.codes_of(list(known))
        its = np.zeros(len(self.words), dtype=np.bool_)
        its[code[code >= 0]] = True
        return its[self.codes]

    @property
    def is_filled(self) -> NDArray[np.bool_]:
        """By row: does anything stand there?"""
        return ~self.is_in([""])

    def places_in(self, known: Texts) -> NDArray[np.int64]:
        """By row: the first row of `known` with the same text, -1 where there is none."""
        if self._last is not None and self._last[0] is known:
            return self._last[1].copy()
        code = known.codes_of(self.words)
        row = np.append(known.first_rows, -1)
        found = np.asarray(row[code][self.codes])
        if len(found) <= REMEMBERED:
            self._last = known, found.copy()
        return found

    @cached_property
    def first_rows(self) -> NDArray[np.int64]:
        """By word: the first row in which it stands."""
        rows = len(self.codes)
        if len(self.words) == rows:
            return np.arange(rows)
        first = np.empty(len(self.words), dtype=np.int64)
        first[self.codes[::-1]] = np.arange(rows - 1, -1, -1)
        return first

    def resembling(self, text: str) -> list[str]:
        """Words among which one much like the text would be.

        All words where they are few; of many, those that a single slip makes the text of.
        """
        if isinstance(self.words, list):
            return self.words
        import pyarrow as pa
        import pyarrow.compute as pc

        slips = pa.array(sorted(single_slips(text)), pa.string())
        found: list[str] = self.words.filter(pc.is_in(self.words, value_set=slips)).to_pylist()
        return found

    def letters(self) -> tuple[NDArray[np.int32], bytes | memoryview]:
        """(bytes of each word, all words one behind the other) in UTF-8."""
        if isinstance(self.words, list):
            encoded = [word.encode() for word in self.words]
            return np.array([len(word) for word in encoded], dtype=np.int32), b"".join(encoded)
        _, offsets, letters = self.words.buffers()
        start = self.words.offset
        ends = np.frombuffer(offsets, dtype=np.int32)[start : start + len(self.words) + 1]
        return np.diff(ends), memoryview(letters)[ends[0] : ends[-1]]

    def as_arrow(self) -> Any:
        """The texts as an Arrow array of strings."""
        import pyarrow as pa

        words = _in_arrow(self.words)
        return words if len(words) == len(self) else words.take(pa.array(self.codes))


def places(wanted: Words, known: Words) -> NDArray[np.int64]:
    """By word: where it stands among the known words, -1 where it does not."""
    if isinstance(wanted, list) and isinstance(known, list):
        at = {word: index for index, word in enumerate(known)}
        return np.array([at.get(word, -1) for word in wanted], dtype=np.int64)
    import pyarrow.compute as pc

    if isinstance(wanted, list) and len(wanted) <= ONE_BY_ONE:
        return np.array([pc.index(known, word).as_py() for word in wanted], dtype=np.int64)
    found = pc.index_in(_in_arrow(wanted), value_set=_in_arrow(known)).fill_null(-1)
    return np.asarray(found.to_numpy(), dtype=np.int64)


def single_slips(text: str) -> set[str]:
    """Texts from which this one differs by one sign too many, too few or wrong, by two signs
    exchanged, or by capitals.
    """
    cuts = [(text[:i], text[i:]) for i in range(len(text) + 1)]
    found = {text.lower(), text.upper(), text.title()}
    found |= {a + b[1:] for a, b in cuts}
    found |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    for sign in {*SIGNS, *text}:
        found |= {a + sign + b[skipped:] for a, b in cuts for skipped in (0, 1)}
    return found


def first_alike(columns: Sequence[Texts]) -> NDArray[np.int64]:
    """By row: the first row that has the same texts in all of these columns."""
    rows = len(columns[0])
    kind = np.zeros(rows, dtype=np.int64)
    kinds = 1
    for column in columns:
        kind = kind * len(column.words) + column.codes
        kinds *= len(column.words)
        if kinds > SPARSE * max(rows, 1):
            _, kind = np.unique(kind, return_inverse=True)
            kinds = rows
    first = np.empty(kinds, dtype=np.int64)
    first[kind[::-1]] = np.arange(rows - 1, -1, -1)
    return np.asarray(first[kind])


def _in_arrow(words: Words) -> Any:
    import pyarrow as pa

    return pa.array(words, pa.string()) if isinstance(words, list) else words
