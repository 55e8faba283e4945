"""What two compared plans were chosen for, where that differs, and what they reserve."""

from __future__ import annotations

from slopt.problem.scenarios.aim import Aim
from slopt.report.language import Language
from slopt.report.risk_words import ROUND
from slopt.study.compare.comparison import Comparison
from slopt.study.compare.side import Side
from slopt.vocabulary import RiskMeasure


def aims_words(found: Comparison, _: Language) -> str:
    """Empty where both were chosen for the same and nothing is reserved."""
    a, b, said = found.a, found.b, []
    if b.is_for_other_than(a):
        said = [_aim("A", a, _), _aim("B", b, _)]
        said.append(
            _(
                "Totals here are at the case's own numbers; with --futures both plans are put over "
                "the same futures."
            )
        )
    said += [*_reserves("A", a, _), *_reserves("B", b, _)]
    return _.sentences(said)


def _aim(name: str, side: Side, _: Language) -> str:
    aim = side.aim
    if aim is None:
        return _("{side} was chosen at the case's own numbers.", side=name)
    said = [_measure(name, side, aim, _)]
    if aim.chance is not None:
        text = _(
            "{side} may break each limit in {share} % of its futures at the most.",
            side=name,
            share=_.amount(100 * aim.chance),
        )
        said.append(text)
    return _.sentences(said)


def _measure(name: str, side: Side, aim: Aim, _: Language) -> str:
    share = _.amount(100 * aim.tail)
    match aim.measure:
        case RiskMeasure.MEAN:
            return _("{side} was chosen for the mean of its futures.", side=name)
        case RiskMeasure.CVAR if aim.weight > 1 - ROUND:
            return _(
                "{side} was chosen for the worst {share} % of its futures.", side=name, share=share
            )
        case RiskMeasure.CVAR:
            return _(
                "{side} was chosen with a weight of {weight} % on the worst {share} % of its "
                "futures and the rest on the mean of all.",
                side=name,
                weight=_.amount(100 * aim.weight),
                share=share,
            )
        case RiskMeasure.REGRET:
            return _("{side} was chosen for the least regret over its futures.", side=name)
        case _:
            words, count = _.words(side.case.settings.words), side.problem.segment_count
            return _(
                "{side} was chosen for {segments} at the worst at once.",
                side=name,
                segments=_.counted(min(aim.at_worst, count), words.segment),
            )


def _reserves(name: str, side: Side, _: Language) -> list[str]:
    if side.reserve is None:
        return []
    return [
        _(
            "{side} reserves {units} extra units of {resource}; the totals here have them at their "
            "full price.",
            side=name,
            units=_.amount(units),
            resource=resource,
        )
        for resource, units in zip(side.problem.resources, side.reserve.tolist(), strict=True)
        if units > 0
    ]
