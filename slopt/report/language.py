"""The language of a page: whole sentences from a catalogue, numbers and dates as it writes them.

A message is an English sentence with named places, `_("Move {n} of {all}", n=9, all=43)`; the
catalogue of another language holds the same sentence as that language says it. English needs none.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from pathlib import Path

from slopt.case.case import CaseInfo, PlanningCase, Words
from slopt.report.numbers import Unit, amount, unit_for_rows, unit_for_totals
from slopt.report.words import capital, counted, plural
from slopt.vocabulary import Lang, Period

CATALOGUES = Path(__file__).parent / "locale"


def _usual_words(_: Callable[[str], str]) -> Words:
    """What slopt calls things where a case has no words of its own."""
    return Words(
        segment=_("segment"),
        tier=_("tier"),
        resource=_("resource"),
        service_cost=_("service cost"),
        lost_sales=_("lost sales"),
        lost_orders=_("lost orders"),
        lost_customers=_("lost customers"),
        lost_prospects=_("lost prospects"),
        service_level=_("service level"),
    )


class Language:
    """One language. Calling it translates a sentence: `_ = Language(Lang.ZH)`."""

    def __init__(self, lang: Lang = Lang.EN) -> None:
        self.lang = lang
        self._catalogue = _catalogue(lang)

    def __call__(self, sentence: str, /, **places: object) -> str:
        """The sentence in this language with its places filled."""
        found = self._catalogue.gettext(sentence) if sentence else ""
        return found.format(**places) if places else found

    def count(self, one: str, many: str, n: int, /, **places: object) -> str:
        """One of two sentences by a count, which stands at {n}."""
        return self._catalogue.ngettext(one, many, n).format(n=f"{n:,}", **places)

    def sentences(self, said: Iterable[str]) -> str:
        """Whole sentences, one after the other."""
        return ("" if self.lang is Lang.ZH else " ").join(text for text in said if text)

    @property
    def tag(self) -> str:
        """The tag of the language in HTML."""
        return "zh-Hans" if self.lang is Lang.ZH else "en"

    def counted(self, n: int, word: str) -> str:
        """`43 destinations`; Chinese words have no plural: `43 个目的地`."""
        return f"{n:,} 个{word}" if self.lang is Lang.ZH else counted(n, word)

    def plural(self, word: str, n: int = 2) -> str:
        """A word for several things."""
        return word if self.lang is Lang.ZH else plural(word, n)

    def capital(self, text: str) -> str:
        """With a capital first letter, as at the beginning of a line."""
        return capital(text)

    def listed(self, words: Iterable[str]) -> str:
        """`a, b and c`, or `a、b和c`."""
        items = list(words)
        if len(items) < 2:
            return "".join(items)
        return self("{items} and {last}", items=self(", ").join(items[:-1]), last=items[-1])

    def words(self, given: Words) -> Words:
        """What the case calls things; names that it left as they are, in this language."""
        usual, ours = Words(), _usual_words(self)
        return Words(
            **{
                name: getattr(ours, name) if word == getattr(usual, name) else word
                for name, word in vars(given).items()
            }
        )

    def totals_unit(self, amounts: Iterable[float], changes: Iterable[float] = ()) -> Unit:
        """The unit of a table of totals."""
        if self.lang is Lang.EN:
            return unit_for_totals(amounts, changes)
        largest = max((abs(each) for each in amounts), default=0.0)
        finest = min((abs(each) for each in changes if each), default=largest)
        if largest >= 1e10:
            return Unit(1e8, "亿", 2) if finest >= 2e7 else Unit(1e4, "万", 0)
        if largest >= 1e5:
            return Unit(1e4, "万", 0 if finest >= 5e4 and largest >= 1e6 else 1)
        return Unit(1.0, "", 0 if largest >= 100 else 2)

    def rows_unit(self, amounts: Iterable[float]) -> Unit:
        """The unit of a table by segment."""
        if self.lang is Lang.EN:
            return unit_for_rows(amounts)
        largest = max((abs(each) for each in amounts), default=0.0)
        return Unit(1e4, "万", 1) if largest >= 2e5 else Unit(1.0, "", 0 if largest >= 100 else 2)

    def amount(self, value: float | None, digits: int = 3) -> str:
        """One number on its own, to about three digits."""
        if self.lang is Lang.EN or value is None or abs(value) < 1e4:
            return amount(value, digits)
        size, name = (1e8, "亿") if abs(value) >= 1e8 else (1e4, "万")
        return f"{amount(value / size, digits)} {name}"

    def money(self, value: float | None, currency: str, digits: int = 3) -> str:
        """The same with its currency: `9,975 USD`, `5 万美元`."""
        return self._joined(self.amount(value, digits), self.currency(currency))

    def money_in(self, unit: Unit, value: float, currency: str = "") -> str:
        """An amount in a unit, within a sentence: `0.75 M USD`, `75 万美元`."""
        return self._joined(unit.money(value), self.currency(currency))

    def _joined(self, amount: str, currency: str) -> str:
        between = "" if self.lang is Lang.ZH and amount.endswith(("万", "亿")) else " "
        return f"{amount}{between}{currency}".rstrip()

    def currency(self, code: str) -> str:
        """The name of a currency in a sentence: its code in English, its name in Chinese."""
        if self.lang is Lang.EN or not code:
            return code
        from babel.numbers import get_currency_name

        return get_currency_name(code, locale="zh_Hans") if code.isupper() else code

    def unit_head(self, unit: Unit, info: CaseInfo) -> str:
        """What stands over a table of money: `M USD a year`, `万美元／年`."""
        money = self.currency(info.currency) or self("money")
        if self.lang is Lang.ZH:
            return f"{unit.prefix}{money}／{self.period(info.period)}"
        return unit.head(money, info.period)

    def period(self, period: Period) -> str:
        """The period in words: `year`."""
        names = {"year": self("year"), "quarter": self("quarter"), "month": self("month")}
        return names[period.value]

    def date(self, when: datetime) -> str:
        """`21 November 2026`, `2026年11月21日`."""
        from babel.dates import format_date

        if self.lang is Lang.ZH:
            return str(format_date(when, "long", locale="zh_Hans"))
        return str(format_date(when, "d MMMM y", locale="en"))


def later(sentence: str) -> str:
    """A sentence that is translated where it is used; this marks it for the catalogue."""
    return sentence


def language_of(case: PlanningCase, wanted: Lang | None = None) -> Language:
    """The language that was asked for, else that of the case."""
    return Language(wanted or case.settings.case.language)


@cache
def _catalogue(lang: Lang) -> gettext.NullTranslations:
    """The sentences of a language, read from its .po file."""
    path = CATALOGUES / lang.value / "slopt.po"
    if not path.exists():
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans_CN")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
