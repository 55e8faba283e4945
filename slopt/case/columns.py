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
from slopt.sayings import Saying, in_a_row, later, listed, say

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


KIND_WORDS = {
    Kind.ID: say("id"),
    Kind.TEXT: say("text"),
    Kind.NUMBER: say("number"),
    Kind.INTEGER: say("integer"),
    Kind.FLAG: say("true or false"),
    Kind.CHOICE: say("one of"),
}
"""Kinds as a user reads them."""


class Unreadable(str):
    """A workbook's cell that has no value: an error as `#DIV/0!`, a formula as `=A1+B1`."""

    __slots__ = ()


class CellError(Exception):
    """A cell that cannot be read; carries the message and the remedy."""

    def __init__(self, message: str, remedy: str) -> None:
        self.message = message
        self.remedy = remedy
        super().__init__(in_a_row(message, remedy))


@dataclass(frozen=True)
class Column:
    """One column of one table; everything that reader, template and docs need to know of it.

    `low` and `high` are inclusive. `default` stands for a blank cell; `default_words` says what a
    blank means where that is no constant. `refers_to` names the table whose ids may stand here,
    `any_row` allows `*`. `names` are further headers it is known by (Chinese, both scripts).
    `further` is true for columns that only some businesses need: a starter case is without them,
    and the hash of a case that says nothing in them is the one it had before they were known.
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
    further: bool = False

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
            return say("{low} or more", low=plainly(self.low))
        return f"{plainly(self.low)}..{plainly(self.high)}"

    @property
    def unit_words(self) -> str:
        """The unit as a user reads it: `id`, `0..1`, `money per order, 0 or more`."""
        if self.kind is Kind.CHOICE:
            return say("one of {choices}", choices=listed(self.choices))
        return listed((self.unit, self.range_words)) or KIND_WORDS[self.kind]

    @property
    def expected(self) -> str:
        """What to write, as it stands after `Write`."""
        if self.kind is Kind.CHOICE or self.kind is Kind.FLAG:
            return self.unit_words
        if self.refers_to:
            if self.any_row:
                return say("an id of {table} or *", table=self.refers_to)
            return say("an id of {table}", table=self.refers_to)
        if not self.is_number:
            return say("a text: {meaning}", meaning=self.meaning)
        if self.is_fraction:
            return say("a fraction from 0 to 1")
        what = say("a whole number") if self.kind is Kind.INTEGER else say("a number")
        words = listed((what, self.range_words))
        if self.unit in ("", "a whole number"):
            return words
        return say("{number} ({unit})", number=words, unit=self.unit)

    @property
    def blank_means(self) -> str:
        """What an empty cell stands for, in words."""
        if self.required:
            return say("required")
        if self.default_words:
            return self.default_words
        if self.default is None:
            return ""
        return show(self.default).lower() if self.kind is Kind.FLAG else show(self.default)

    def _how_to_write(self) -> str:
        """What to write, or what leaving it empty means."""
        if self.required:
            return say("Write {expected}.", expected=self.expected)
        if not self.blank_means:
            return say("Write {expected}, or leave it empty.", expected=self.expected)
        return say(
            "Write {expected}, or leave it empty, which means {meaning}.",
            expected=self.expected,
            meaning=self.blank_means,
        )

    def read(self, cell: Cell) -> float | str | bool | None:
        """The value of one cell; None for a blank one without a constant default.

        Raises CellError with message and remedy.
        """
        if isinstance(cell, Unreadable):
            raise CellError(*_why_unreadable(cell))
        if is_blank(cell):
            if self.required:
                raise CellError(
                    say("This must not be empty."), say("Write {expected}.", expected=self.expected)
                )
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
                say('"{text}" is not known here.', text=text),
                suggest(text, self.choices, later("Write one of: {known}.")),
            )
        return text

    def _read_number(self, cell: Cell) -> float:
        try:
            return read_number(cell)
        except CellError as error:
            if error.remedy:
                raise
            raise CellError(error.message, self._how_to_write()) from None

    def _in_range(self, number: float, cell: Cell) -> float:
        shown = show(cell).strip()
        remedy = say("Write {expected}.", expected=self.expected)
        if self.kind is Kind.INTEGER and number != math.floor(number):
            raise CellError(say('"{shown}" is not a whole number.', shown=shown), remedy)
        if self.low is not None and number < self.low:
            raise CellError(
                say('"{shown}" is below {low}.', shown=shown, low=plainly(self.low)), remedy
            )
        if self.high is not None and number > self.high:
            if self.is_fraction and 2 <= number <= 100:
                remedy = say(
                    "For {number} % write {fraction}.",
                    number=plainly(number),
                    fraction=plainly(number / 100),
                )
            raise CellError(
                say('"{shown}" is above {high}.', shown=shown, high=plainly(self.high)), remedy
            )
        if self.kind is Kind.INTEGER and self.high is None and abs(number) > LARGEST_WHOLE:
            raise CellError(
                say('"{shown}" is too large.', shown=shown),
                say("Write a whole number of 9 digits or less."),
            )
        if abs(number) > LARGEST:
            raise CellError(
                say('"{shown}" is beyond {most}.', shown=shown, most=f"{LARGEST:g}"),
                say("Use a larger unit."),
            )
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


def suggest(word: str, known: Sequence[str], otherwise: str, **places: object) -> Saying:
    """`Did you mean "x"?` where something known is near, else `otherwise`.

    That is a sentence with the first few at `{known}`, and `places` at further ones.
    """
    near = nearest(word, known)
    if near:
        return say('Did you mean "{near}"?', near=near)
    first = [name for name in known[:20] if name]
    if not first:
        return say("There is none to choose from.")
    few = listed(first[:10])
    if len(known) > 10:
        few = say("{words} and so on", words=few)
    return say(otherwise, known=few, **places)


def read_number(cell: Cell) -> float:
    """A finite number, written plainly; raises CellError for everything else.

    The remedy is empty where nothing is known but that a number belongs there.
    """
    if isinstance(cell, str):
        text = cell.strip()
        if not PLAIN_NUMBER.fullmatch(text):
            raise CellError(say('"{text}" is not a number.', text=text), number_remedy(text))
        number = float(text)
    elif isinstance(cell, numbers.Real) and not isinstance(cell, bool):
        try:
            number = float(cell)
        except OverflowError:
            number = math.inf
    else:
        if isinstance(cell, bool):
            raise CellError(say('"{cell}" is not a number.', cell=show(cell)), "")
        raise CellError(say('"{cell}" is a date or time, not a number.', cell=show(cell)), "")
    if not math.isfinite(number):
        raise CellError(say('"{cell}" is not a finite number.', cell=show(cell).strip()), "")
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
    raise CellError(
        say('"{cell}" is neither true nor false.', cell=show(cell)), say("Write true or false.")
    )


def _why_unreadable(cell: Unreadable) -> tuple[str, str]:
    remedy = say("Write the value itself, or open the file in a spreadsheet and save it.")
    if cell.startswith("="):
        return say('The formula "{cell}" was never computed.', cell=cell), remedy
    return say('"{cell}" is an error value.', cell=cell), remedy


def read_text(cell: Cell) -> str:
    """The text as it stands, without white space around it.

    An apostrophe before `= + - @` is how slopt (and spreadsheets) write text that must not
    become a formula; it is taken off again. Control characters are refused.
    """
    if isinstance(cell, Unreadable):
        raise CellError(*_why_unreadable(cell))
    if isinstance(cell, float) and not math.isfinite(cell):
        raise CellError(
            say('"{cell}" is not a text.', cell=cell), say("Write a text, or leave it empty.")
        )
    text = show(cell).strip()
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in text):
        raise CellError(
            say("{text} holds a line break or control character.", text=repr(text)),
            say("Write it in one line of text."),
        )
    if any(sign in INVISIBLE for sign in text):
        raise CellError(
            say("{text} holds an invisible character.", text=repr(text)), say("Type the text anew.")
        )
    if FORMULA_MARK.match(text):
        text = text[1:]
    return unicodedata.normalize("NFC", text)


def require_exact_id(cell: Cell) -> None:
    """Raise CellError for what a spreadsheet has turned an id into: a date, a rounded number."""
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        raise CellError(
            say('"{cell}" is a date or time, not an id.', cell=show(cell)),
            say("Format the column as text and type the id again."),
        )
    if isinstance(cell, float) and abs(cell) >= 1e15:
        raise CellError(
            say(
                '"{cell}" has more digits than a spreadsheet keeps of a number.', cell=f"{cell:.0f}"
            ),
            say("Format the column as text and type the id again."),
        )
