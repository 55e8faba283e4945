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
from slopt.report.numbers import Unit, amount, decimals_of, unit_for_rows, unit_for_totals
from slopt.report.words import capital, counted, listed, plural
from slopt.sayings import Saying, filled
from slopt.sayings import later as later
from slopt.vocabulary import Goal, Lang, Period

CONTEXT = "|"
"""Stands in a sentence after what tells it from another that has the same words: `person|by`."""
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
        """The sentence in this language with its places filled, messages among them told."""
        found = self._catalogue.gettext(sentence) if sentence else ""
        if found == sentence:
            found = found.rpartition(CONTEXT)[2]
        if not places:
            return found
        told = {name: self.tell(it) if isinstance(it, str) else it for name, it in places.items()}
        return filled(found, told)

    def tell(self, message: str) -> str:
        """A message that was made elsewhere; a text that is no `Saying` is returned as it is."""
        return message.told(self._catalogue.gettext) if isinstance(message, Saying) else message

    def count(self, one: str, many: str, n: int, /, **places: object) -> str:
        """One of two sentences by a count, which stands at {n}."""
        return filled(self._catalogue.ngettext(one, many, n), {"n": f"{n:,}", **places})

    def sentences(self, said: Iterable[str]) -> str:
        """Whole sentences, one after the other, messages among them told."""
        return ("" if self.lang is Lang.ZH else " ").join(self.tell(text) for text in said if text)

    @property
    def tag(self) -> str:
        """The tag of the language in HTML."""
        return "zh-Hans" if self.lang is Lang.ZH else "en"

    def counted(self, n: int, word: str) -> str:
        """`43 destinations`; Chinese words have no plural: `43 个目的地`."""
        if self.lang is Lang.EN:
            return counted(n, word)
        return f"{n:,} 个 {word}" if word.isascii() else f"{n:,} 个{word}"

    def plural(self, word: str, n: int = 2) -> str:
        """A word for several things."""
        return word if self.lang is Lang.ZH else plural(word, n)

    def capital(self, text: str) -> str:
        """With a capital first letter, as at the beginning of a line."""
        return capital(text)

    def listed(self, words: Iterable[str]) -> str:
        """`a, b and c`, or `a、b和c`."""
        items = list(words)
        if len(items) < 2 or self.lang is Lang.EN:
            return listed(items)
        between = "；" if any("、" in item for item in items) else self(", ")
        return self("{items} and {last}", items=between.join(items[:-1]), last=items[-1])

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
        if largest >= 1e14:
            return Unit(1e12, "万亿", 2) if finest >= 2e11 else Unit(1e8, "亿", 0)
        if largest >= 1e10:
            return Unit(1e8, "亿", 2) if finest >= 2e7 else Unit(1e4, "万", 0)
        if largest >= 1e5:
            return Unit(1e4, "万", 0 if finest >= 2e5 and largest >= 1e6 else 1)
        return Unit(1.0, "", decimals_of(largest))

    def rows_unit(self, amounts: Iterable[float]) -> Unit:
        """The unit of a table by segment."""
        if self.lang is Lang.EN:
            return unit_for_rows(amounts)
        largest = max((abs(each) for each in amounts), default=0.0)
        for least, size, name in ((1e14, 1e12, "万亿"), (1e10, 1e8, "亿"), (2e5, 1e4, "万")):
            if largest >= least:
                return Unit(size, name, 1)
        return Unit(1.0, "", decimals_of(largest))

    def amount(self, value: float | None, digits: int = 3) -> str:
        """One number on its own, to about three digits."""
        if self.lang is Lang.EN or value is None or not 1e4 <= abs(value) < float("inf"):
            return amount(value, digits)
        units = ((1e12, "万亿"), (1e8, "亿"), (1e4, "万"))
        size, name = next(unit for unit in units if abs(value) >= unit[0])
        return f"{amount(value / size, digits)} {name}"

    def money(self, value: float | None, currency: str, digits: int = 3) -> str:
        """The same with its currency: `9,975 USD`, `5 万美元`."""
        return self._joined(self.amount(value, digits), self.currency(currency))

    def money_each_period(self, value: float, info: CaseInfo) -> str:
        """An amount of money of each period: `9,975 USD a year`, `5 万美元／年`."""
        if self.lang is Lang.ZH:
            return f"{self.money(value, info.currency)}／{self.period(info.period)}"
        return f"{self.amount(value)} {self.per_period(info)}"

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
        if code == "CNY":
            return "元"
        from babel.numbers import get_currency_name

        return get_currency_name(code, locale="zh_Hans") if code.isupper() else code

    def unit_head(self, unit: Unit, info: CaseInfo) -> str:
        """What stands over a table of money: `M USD a year`, `万美元／年`."""
        money = self.currency(info.currency) or self("money")
        if self.lang is Lang.ZH:
            return f"{unit.prefix}{money}／{self.period(info.period)}"
        return unit.head(money, info.period)

    def money_unit(self, unit: Unit, code: str) -> str:
        """The unit of an amount alone: `M USD`, `万美元`; money where it has no name."""
        money = self.currency(code) or self("money")
        between = " " if unit.prefix and self.lang is Lang.EN else ""
        return f"{unit.prefix}{between}{money}"

    def period(self, period: Period) -> str:
        """The period in words: `year`."""
        names = {"year": self("year"), "quarter": self("quarter"), "month": self("month")}
        return names[period.value]

    def per_period(self, info: CaseInfo) -> str:
        """What stands after an amount: `USD a year`, `美元／年`; no name for money without one."""
        if self.lang is Lang.ZH:
            return f"{self.currency(info.currency)}／{self.period(info.period)}"
        return f"{info.currency} a {self.period(info.period)}".lstrip()

    def money_a_period(self, info: CaseInfo) -> str:
        """The unit of all money of a case: `USD a year`, `money a year`, `美元／年`."""
        return self.unit_head(Unit(1.0, "", 0), info)

    def gap(self, gap: float | None) -> str:
        """A relative gap in percent with two decimals; only rounding is called nothing."""
        if gap is None:
            return self("unknown")
        return self("under 0.01 %") if 1e-9 < gap < 5e-5 else f"{100 * gap:.2f} %"

    def goal(self, goal: Goal, words: Words) -> str:
        """What a plan is best at, as it stands after `for`: `least total cost`."""
        return {
            Goal.MIN_TOTAL_COST: self("least total cost"),
            Goal.MIN_LOST_SALES: self("least {lost}", lost=words.lost_sales),
            Goal.MAX_SERVICE: self("highest {level}", level=words.service_level),
            Goal.MIN_BUDGET: self("least {cost}", cost=words.service_cost),
        }[goal]

    def date(self, when: datetime) -> str:
        """`21 November 2026`, `2026年11月21日`."""
        from babel.dates import format_date

        if self.lang is Lang.ZH:
            return str(format_date(when, "long", locale="zh_Hans"))
        return str(format_date(when, "d MMMM y", locale="en"))


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


ENGLISH = Language()
"""What is said where nobody asked for another language."""
