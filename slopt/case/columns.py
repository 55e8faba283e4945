"""What a column is: its kind, unit, range, default and names, and how one cell of it is read.

Nothing is guessed. A cell is read exactly as it stands or it is a problem with a remedy:

    ========== ==================================== =======================================
    cell       in an id or text column              in a number column
    ========== ==================================== =======================================
    ``001``    the text ``001``                     1
    ``NA``     the text ``NA``                      an error: a number, or leave it empty
    ``1,234``  the text ``1,234``                   an error: write 1234
    ``12%``    the text ``12%``                     an error: write 0.12
    ``inf``    the text ``inf``                     an error: must be finite
    (blank)    the default, or an error if required the default, or an error if required
    ========== ==================================== =======================================
"""

from __future__ import annotations

import datetime as dt
import math
import numbers
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

from slopt.case.number_text import PLAIN_NUMBER, number_remedy
from slopt.case.texts import Texts

Cell = str | float | int | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None

FORMULA_MARK = re.compile(r"'+[=+\-@\t\r]")
INVISIBLE = "\u200b\u2060\ufeff"
LARGEST = 1e15
"""Above this a float has no cents left, and the solver refuses it."""
LARGEST_WHOLE = 1e9
TRUE_WORDS = {"true", "yes", "1", "是"}
FALSE_WORDS = {"false", "no", "0", "否"}


class Kind(StrEnum):
    """What the cells of a column hold."""

    ID = "id"
    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    FLAG = "true or false"
    CHOICE = "one of"


class Unreadable(str):
    """A workbook's cell that has no value: an error as `#DIV/0!`, a formula as `=A1+B1`."""

    __slots__ = ()


class CellError(Exception):
    """A cell that cannot be read; carries the message and the remedy."""

    def __init__(self, message: str, remedy: str) -> None:
        self.message = message
        self.remedy = remedy
        super().__init__(f"{message} {remedy}")


@dataclass(frozen=True)
class Column:
    """One column of one table; everything that reader, template and docs need to know of it.

    `low` and `high` are inclusive. `default` stands for a blank cell; `default_words` says what a
    blank means where that is no constant. `refers_to` names the table whose ids may stand here,
    `any_row` allows `*`. `names` are further headers it is known by (Chinese, both scripts).
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    required: bool = False
    default: float | str | bool | None = None
    default_words: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    refers_to: str | None = None
    any_row: bool = False
    names: tuple[str, ...] = field(default=())

    @property
    def is_number(self) -> bool:
        """True for columns that are stored as floats."""
        return self.kind in (Kind.NUMBER, Kind.INTEGER)

    @property
    def is_free_text(self) -> bool:
        """True where any text may stand: ids, references, names, notes."""
        return self.kind in (Kind.ID, Kind.TEXT)

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading by which a file may know the column, as `folded` compares them."""
        return tuple(folded(name) for name in (self.name, *self.names))

    @property
    def is_fraction(self) -> bool:
        """True for shares between 0 and 1, where a percentage is the likely slip."""
        return self.is_number and self.low == 0 and self.high == 1

    @property
    def range_words(self) -> str:
        """The allowed range: `0..1`, `0 or more`, or nothing."""
        if self.low is None:
            return ""
        if self.high is None:
            return f"{plainly(self.low)} or more"
        return f"{plainly(self.low)}..{plainly(self.high)}"

    @property
    def unit_words(self) -> str:
        """The unit as a user reads it: `id`, `0..1`, `money per order, 0 or more`."""
        if self.kind is Kind.CHOICE:
            return "one of " + ", ".join(self.choices)
        return ", ".join(filter(None, (self.unit, self.range_words))) or self.kind.value

    @property
    def expected(self) -> str:
        """What to write, as it stands after `Write`."""
        if self.kind is Kind.CHOICE or self.kind is Kind.FLAG:
            return self.unit_words
        if self.refers_to:
            return f"an id of {self.refers_to}" + (" or *" if self.any_row else "")
        if not self.is_number:
            return f"a text: {self.meaning}"
        if self.is_fraction:
            return "a fraction from 0 to 1"
        words = "a whole number" if self.kind is Kind.INTEGER else "a number"
        unit = "" if self.unit in ("", "a whole number") else f" ({self.unit})"
        limits = f", {self.range_words}" if self.range_words else ""
        return f"{words}{limits}{unit}"

    @property
    def blank_means(self) -> str:
        """What an empty cell stands for, in words."""
        if self.required:
            return "required"
        if self.default_words:
            return self.default_words
        if self.default is None:
            return ""
        return show(self.default).lower() if self.kind is Kind.FLAG else show(self.default)

    def read(self, cell: Cell) -> float | str | bool | None:
        """The value of one cell; None for a blank one without a constant default.

        Raises CellError with message and remedy.
        """
        if isinstance(cell, Unreadable):
            raise CellError(*_why_unreadable(cell))
        if is_blank(cell):
            if self.required:
                raise CellError("This must not be empty.", f"Write {self.expected}.")
            return self.default
        if self.is_number:
            return self._in_range(self._read_number(cell), cell)
        if self.kind is Kind.FLAG:
            return read_flag(cell)
        if self.kind is Kind.ID or self.refers_to:
            require_exact_id(cell)
        text = read_text(cell)
        if self.kind is Kind.CHOICE and text not in self.choices:
            raise CellError(
                f'"{text}" is not known here.', suggest(text, self.choices, "Write one of")
            )
        return text

    def _read_number(self, cell: Cell) -> float:
        try:
            return read_number(cell)
        except CellError as error:
            if error.remedy:
                raise
            blank = "" if self.required else ", or leave it empty"
            if blank and self.blank_means:
                blank += f", which means {self.blank_means}"
            raise CellError(error.message, f"Write {self.expected}{blank}.") from None

    def _in_range(self, number: float, cell: Cell) -> float:
        shown = show(cell).strip()
        remedy = f"Write {self.expected}."
        if self.kind is Kind.INTEGER and number != math.floor(number):
            raise CellError(f'"{shown}" is not a whole number.', remedy)
        if self.low is not None and number < self.low:
            raise CellError(f'"{shown}" is below {plainly(self.low)}.', remedy)
        if self.high is not None and number > self.high:
            if self.is_fraction and 2 <= number <= 100:
                remedy = f"For {plainly(number)} % write {plainly(number / 100)}."
            raise CellError(f'"{shown}" is above {plainly(self.high)}.', remedy)
        if self.kind is Kind.INTEGER and self.high is None and abs(number) > LARGEST_WHOLE:
            raise CellError(f'"{shown}" is too large.', "Write a whole number of 9 digits or less.")
        if abs(number) > LARGEST:
            raise CellError(f'"{shown}" is beyond {LARGEST:g}.', "Use a larger unit.")
        return number + 0.0  # -0 becomes 0


def is_blank(cell: Cell) -> bool:
    """True for nothing, and for text of white space alone."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def show(cell: Cell) -> str:
    """The cell as its user sees it; a date without a time of day as 2027-01-31."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return repr(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return str(cell.date())
    return "" if cell is None else str(cell)


def folded(title: str) -> str:
    """A heading without the differences that do not count: case, spaces or underscores, width."""
    return unicodedata.normalize("NFKC", title).strip().casefold().replace(" ", "_")


def plainly(number: float) -> str:
    """A number as one would type it, 12 digits at most: 0.97, 1000000."""
    return f"{number:.0f}" if number == int(number) else f"{number:.12g}"


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The known word most like this one, None where none is much like it."""
    if isinstance(known, Texts):
        known = known.resembling(word)
    by_fold = {folded(name): name for name in known}
    near = get_close_matches(folded(word), list(by_fold), n=1, cutoff=0.6)
    return by_fold[near[0]] if near else None


def suggest(word: str, known: Sequence[str], otherwise: str) -> str:
    """`Did you mean "x"?` where something known is near, else `otherwise` and the first few."""
    near = nearest(word, known)
    if near:
        return f'Did you mean "{near}"?'
    first = [name for name in known[:20] if name]
    few = ", ".join(first[:10]) + (" and so on" if len(known) > 10 else "")
    return f"{otherwise}: {few}." if few else "There is none to choose from."


def read_number(cell: Cell) -> float:
    """A finite number, written plainly; raises CellError for everything else.

    The remedy is empty where nothing is known but that a number belongs there.
    """
    if isinstance(cell, str):
        text = cell.strip()
        if not PLAIN_NUMBER.fullmatch(text):
            raise CellError(f'"{text}" is not a number.', number_remedy(text))
        number = float(text)
    elif isinstance(cell, numbers.Real) and not isinstance(cell, bool):
        try:
            number = float(cell)
        except OverflowError:
            number = math.inf
    else:
        what = "not a number" if isinstance(cell, bool) else "a date or time, not a number"
        raise CellError(f'"{show(cell)}" is {what}.', "")
    if not math.isfinite(number):
        raise CellError(f'"{show(cell).strip()}" is not a finite number.', "")
    return number


def read_flag(cell: Cell) -> bool:
    """True or false in the words a spreadsheet uses; raises CellError for anything else."""
    if isinstance(cell, bool):
        return cell
    word = show(cell).strip().casefold()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise CellError(f'"{show(cell)}" is neither true nor false.', "Write true or false.")


def _why_unreadable(cell: Unreadable) -> tuple[str, str]:
    remedy = "Write the value itself, or open the file in a spreadsheet and save it."
    if cell.startswith("="):
        return f'The formula "{cell}" was never computed.', remedy
    return f'"{cell}" is an error value.', remedy


def read_text(cell: Cell) -> str:
    """The text as it stands, without white space around it.

    An apostrophe before `= + - @` is how slopt (and spreadsheets) write text that must not
    become a formula; it is taken off again. Control characters are refused.
    """
    if isinstance(cell, Unreadable):
        raise CellError(*_why_unreadable(cell))
    if isinstance(cell, float) and not math.isfinite(cell):
        raise CellError(f'"{cell}" is not a text.', "Write a text, or leave it empty.")
    text = show(cell).strip()
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in text):
        raise CellError(
            f"{text!r} holds a line break or control character.", "Write it in one line of text."
        )
    if any(sign in INVISIBLE for sign in text):
        raise CellError(f"{text!r} holds an invisible character.", "Type the text anew.")
    if FORMULA_MARK.match(text):
        text = text[1:]
    return unicodedata.normalize("NFC", text)


def require_exact_id(cell: Cell) -> None:
    """Raise CellError for what a spreadsheet has turned an id into: a date, a rounded number."""
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        raise CellError(
            f'"{show(cell)}" is a date or time, not an id.',
            "Format the column as text and type the id again.",
        )
    if isinstance(cell, float) and abs(cell) >= 1e15:
        raise CellError(
            f'"{cell:.0f}" has more digits than a spreadsheet keeps of a number.',
            "Format the column as text and type the id again.",
        )
