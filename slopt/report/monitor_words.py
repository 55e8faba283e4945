"""The words for what is compared when a plan is looked at again."""

from __future__ import annotations

from slopt.case.case import Words
from slopt.report.language import Language
from slopt.report.numbers import Unit, percent
from slopt.study.monitor.drift import Drift, Parameter, Scope
from slopt.study.monitor.monitored import Monitored
from slopt.study.monitor.noise import Measure, Signal
from slopt.study.monitor.split import Effect


def effect_words(effect: Effect, words: Words, language: Language) -> str:
    """What made a difference."""
    _ = language
    return {
        Effect.CUSTOMERS: _("number of customers"),
        Effect.ORDERS: _("orders of a customer"),
        Effect.PRICE: _("revenue of an order"),
        Effect.TIER: _("another {tier}", tier=words.tier),
        Effect.LEVEL: words.service_level,
        Effect.COST_RATE: _("cost rate"),
        Effect.RESPONSE: _("customers' response"),
    }[effect]


def measure_words(measure: Measure, words: Words, language: Language) -> str:
    """A figure that was judged."""
    _ = language
    return {
        Measure.ORDERS: _("orders"),
        Measure.PRICE: _("revenue of an order"),
        Measure.LEVEL: _("{level}, %", level=words.service_level),
        Measure.COST: words.service_cost,
        Measure.LOST_ORDERS: words.lost_orders,
        Measure.LEFT: _("customers who left"),
        Measure.JOINED: _("customers won"),
        Measure.NET: _("net change of customers"),
    }[measure]


def figure(signal: Signal, value: float, language: Language) -> str:
    """A value of the figure as it is shown: a share in percent, all else as an amount."""
    if signal.measure is Measure.LEVEL:
        return percent(value, 1)
    return language.amount(value)


def parameter_words(parameter: Parameter, language: Language) -> str:
    """What was measured again."""
    _ = language
    return {
        Parameter.LEAVE: _("leaving after poor service"),
        Parameter.LOST_ORDERS: _("orders lost after failures"),
        Parameter.ACQUIRED: _("customers won"),
    }[parameter]


def scope_words(found: Monitored, drift: Drift, language: Language) -> str:
    """For whom a factor holds."""
    _, problem = language, found.compared.problem
    words = _.words(found.compared.case.settings.words)
    if drift.scope is Scope.SEGMENT:
        return str(problem.segments[drift.place])
    if drift.scope is Scope.TIER:
        return _("{tier} {name}", tier=words.tier, name=problem.tiers[drift.place])
    if drift.scope is Scope.OTHERS:
        return _("all others")
    return _("all")


def above_or_below(change: float, unit: Unit, money: str, language: Language) -> str:
    """`289 k EUR below plan`."""
    _ = language
    amount = _.money_in(unit, abs(change), money)
    if change < 0:
        return _("{amount} below plan", amount=amount)
    return _("{amount} above plan", amount=amount)
