"""What a column is: its kind, unit, range, default and names, and how one cell of it is read.

Nothing is guessed. A cell is read exactly as it stands or it is a problem with a remedy:

    ========== ==================================== =======================================
    cell       in an id or text column              in a number column
    ========== ==================================== =======================================
    ``001``    the text ``001``                     1
    ``NA``     the text ``NA``                      an error: leave the cell empty, or a number
    ``1,234``  the text ``1,234``                   an error: write 1234
    ``12%``    the text ``12%``                     an error: write 0.12
    ``inf``    the text ``inf``                     an error: must be finite
    (blank)    the default, or an error if required the default, or an error if required
    ========== ==================================== =======================================
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

Cell = str | float | int | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None

PLAIN_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
THOUSANDS = re.compile(r"[+-]?\d{1,3}([,' \u00a0\u202f]\d{3})+(\.\d+)?")
DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+")
PERCENT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)\s*[%％]")
FORMULA_MARK = re.compile(r"'+[=+\-@\t\r]")
MISSING_WORDS = {"na", "n/a", "nan", "null", "none", "-", "--", "?", "#n/a", "tbd"}
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
    def is_fraction(self) -> bool:
        """True for shares between 0 and 1, where a percentage is the likely slip."""
        return self.is_number and self.low == 0 and self.high == 1

    @property
    def unit_words(self) -> str:
        """The unit as a user reads it: `id`, `0..1`, `money per order`, `one of a, b`."""
        if self.kind is Kind.CHOICE:
            return "one of " + ", ".join(self.choices)
        if self.unit:
            return self.unit
        return self.kind.value

    @property
    def blank_means(self) -> str:
        """What an empty cell stands for, in words."""
        if self.required:
            return "required"
        if self.default_words:
            return self.default_words
        if self.default is None:
            return ""
        return f"{self.default:g}" if isinstance(self.default, float) else str(self.default)

    def read(self, cell: Cell) -> float | str | bool | None:
        """The value of one cell; None for a blank one without a constant default.

        Raises CellError with message and remedy.
        """
        if is_blank(cell):
            if self.required:
                raise CellError("is empty.", f"Write {article(self.unit_words)}.")
            return self.default
        if self.is_number:
            return self._check_range(read_number(cell), cell)
        if self.kind is Kind.FLAG:
            return read_flag(cell)
        text = read_text(cell)
        if self.kind is Kind.CHOICE and text not in self.choices:
            raise CellError(
                f'"{text}" is not known here.', suggest(text, self.choices, "Write one of")
            )
        return text

    def _check_range(self, number: float, cell: Cell) -> float:
        shown = show(cell)
        if self.kind is Kind.INTEGER and number != math.floor(number):
            raise CellError(f'"{shown}" is not a whole number.', f"Write {self.unit_words}.")
        if self.low is not None and number < self.low:
            raise CellError(
                f'"{shown}" is below {self.low:g}.', f"Write {article(self.unit_words)}."
            )
        if self.high is not None and number > self.high:
            remedy = f"Write {article(self.unit_words)}."
            if self.is_fraction and number <= 100:
                remedy = f"For {number:g} % write {number / 100:g}."
            raise CellError(f'"{shown}" is above {self.high:g}.', remedy)
        return number


def is_blank(cell: Cell) -> bool:
    """True for nothing, and for text of white space alone."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def show(cell: Cell) -> str:
    """The cell as its user sees it."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return repr(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return "" if cell is None else str(cell)


def article(words: str) -> str:
    """A unit with the word that lets it stand in `Write ...`."""
    return f"a value: {words}" if words else "a value"


def suggest(word: str, known: tuple[str, ...] | list[str], otherwise: str) -> str:
    """`Did you mean "x"?` where something known is near, else `otherwise` and the first few."""
    by_fold = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), list(by_fold), n=1, cutoff=0.6)
    if near:
        return f'Did you mean "{by_fold[near[0]]}"?'
    few = ", ".join(known[:8]) + (", ..." if len(known) > 8 else "")
    return f"{otherwise}: {few}." if known else "There is none to choose from."


def read_number(cell: Cell) -> float:
    """A finite number, written plainly; raises CellError for everything else."""
    if isinstance(cell, bool):
        raise CellError(f'"{show(cell)}" is not a number.', "Write a number.")
    if isinstance(cell, int | float):
        return _finite(float(cell), show(cell))
    if not isinstance(cell, str):
        raise CellError(f'"{show(cell)}" is a date or time.', "Write a number.")
    text = cell.strip()
    if PLAIN_NUMBER.fullmatch(text) and text.isascii():
        return _finite(float(text), text)
    raise CellError(f'"{text}" is not a number.', _number_remedy(text))


def _finite(number: float, shown: str) -> float:
    if not math.isfinite(number):
        raise CellError(f'"{shown}" is not finite.', "Write a finite number, or leave it empty.")
    return number


def _number_remedy(text: str) -> str:
    if PERCENT.fullmatch(text):
        return f"Write {float(text.rstrip('%％ ')) / 100:g}."
    if THOUSANDS.fullmatch(text):
        return f"Write {re.sub(r'[^0-9.+-]', '', text)}."
    if DECIMAL_COMMA.fullmatch(text):
        return f"Write {text.replace(',', '.')}."
    if text.casefold() in MISSING_WORDS:
        return "Write a number, or leave the cell empty for the default."
    if text.casefold().lstrip("+-") in {"inf", "infinity", "∞"}:
        return "Write a finite number, or leave it empty."
    plain = unicodedata.normalize("NFKC", text).replace("−", "-")
    if PLAIN_NUMBER.fullmatch(plain) and plain != text:
        return f"Write {plain}."
    return "Write a plain number such as 1234.5, without signs for thousands, money or percent."


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


def read_text(cell: Cell) -> str:
    """The text as it stands, without white space around it.

    An apostrophe before `= + - @` is how slopt (and spreadsheets) write text that must not
    become a formula; it is taken off again. Control characters are refused.
    """
    text = show(cell).strip()
    if any(unicodedata.category(sign) == "Cc" for sign in text):
        raise CellError(
            f"{text!r} holds a line break or control character.", "Write it in one line of text."
        )
    if FORMULA_MARK.match(text):
        text = text[1:]
    return unicodedata.normalize("NFC", text)
