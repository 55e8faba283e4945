"""Is the sample large enough for what is asked of its tail? If not, what size would do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, log

from slopt.sayings import Saying, say
from slopt.study.risk.estimates import SURE
from slopt.study.risk.outlook import LEVELS, LimitOutlook
from slopt.study.risk.sample import Sample

IN_TAIL = 10
"""Futures that the worst tail has at the least, so that its mean tells anything."""


class TooFew(StrEnum):
    """What a sample is too small for."""

    TAIL = "tail"
    QUANTILE = "quantile"
    CHANCE = "chance"


@dataclass(frozen=True)
class TooSmall:
    """What the sample cannot tell, in a sentence. `have` futures; `need` would do, None where no
    size would.
    """

    code: TooFew
    message: Saying
    have: int
    need: int | None


def too_small(
    sample: Sample, tail: float, limits: Sequence[LimitOutlook] = (), chance: float | None = None
) -> tuple[TooSmall, ...]:
    """What this sample is too small for; nothing where futures are all there are.

    `chance` is the share of futures in which limits may be broken, None where that is not asked.
    """
    if not sample.drawn:
        return ()
    return (*_tail(sample, tail), *_quantiles(sample), *_chances(sample, limits, chance))


def needed_for_tail(tail: float) -> int:
    """Futures of which IN_TAIL are in the worst `tail`."""
    return ceil(IN_TAIL / tail - 1e-9)


def needed_for_level(level: float) -> int:
    """Futures whose largest is beyond the quantile, as sure as half of what intervals leave out.

    From Wilks (1941), Annals of Mathematical Statistics 12, 91-96: level^n <= (1 - 0.95) / 2.
    """
    return ceil(log((1 - SURE) / 2) / log(max(level, 1 - level)) - 1e-9)


def needed_for_chance(chance: float) -> int | None:
    """Futures without a breach that prove a chance of no more, at 95 %; None for a chance of 0.

    Wilks (1941): (1 - chance)^n <= 1 - 0.95.
    """
    if chance <= 0:
        return None
    return 1 if chance >= 1 else ceil(log(1 - SURE) / log(1 - chance) - 1e-9)


def _tail(sample: Sample, tail: float) -> Iterator[TooSmall]:
    inside = sample.equal_count * tail
    if inside >= IN_TAIL - 1e-6:
        return
    # Futures that count differently tell less, and as much less of a larger sample.
    need = max(needed_for_tail(tail), ceil(sample.count * IN_TAIL / inside - 1e-9))
    yield TooSmall(
        TooFew.TAIL,
        say(
            "The worst {tail} of {have} futures are about {inside} futures, too few for a mean: "
            "--set risk.samples={need} gives {least}.",
            tail=_percent(tail),
            have=f"{sample.count:,}",
            inside=f"{inside:.3g}",
            need=need,
            least=IN_TAIL,
        ),
        sample.count,
        need,
    )


def _quantiles(sample: Sample) -> Iterator[TooSmall]:
    need = needed_for_level(max(LEVELS))
    if sample.equal_count >= need:
        return
    yield TooSmall(
        TooFew.QUANTILE,
        say(
            "{have} futures are too few to say how high the quantile of {level} may be: --set "
            "risk.samples={need} would do.",
            have=f"{sample.count:,}",
            level=_percent(max(LEVELS)),
            need=need,
        ),
        sample.count,
        need,
    )


def _chances(
    sample: Sample, limits: Sequence[LimitOutlook], chance: float | None
) -> Iterator[TooSmall]:
    """Limits that are kept often enough in the sample, which does not prove that they are."""
    if chance is None or chance >= 1:
        return
    need = needed_for_chance(chance)
    named = [limit for limit in limits if limit.penalty is None and limit.chance.value <= chance]
    count = sample.equal_count
    unproven = [one for one in named if _at_most(one.chance.value, count) > chance]
    if not unproven:
        return
    first = max(unproven, key=lambda one: one.chance.value)
    if need is None:
        message = say(
            "That {limit} is never broken cannot be proven by drawing: of {have} futures without "
            "a breach the chance of one may still be {most}.",
            limit=first.name,
            have=f"{sample.count:,}",
            most=_percent(_at_most(0.0, count)),
        )
        yield TooSmall(TooFew.CHANCE, message, sample.count, None)
        return
    need = _needed_for_share(first.chance.value, chance)
    places = {
        "limit": first.name,
        "broken": first.broken_in,
        "have": f"{sample.count:,}",
        "most": _percent(_at_most(first.chance.value, count)),
        "chance": _percent(chance),
    }
    if need is None:
        message = say(
            "{limit} is broken in {broken} of {have} futures, so its chance may be up to {most}. "
            "That it is at most {chance} is not proven, and would hardly be by a larger sample.",
            **places,
        )
    else:
        message = say(
            "{limit} is broken in {broken} of {have} futures, so its chance may be up to {most}. "
            "That it is at most {chance} is proven with --set risk.samples={need}, if its share "
            "stays the same.",
            **places,
            need=need,
        )
    yield TooSmall(TooFew.CHANCE, message, sample.count, need)


def _at_most(share: float, count: float) -> float:
    """The upper 95 % limit (one-sided) of a chance whose share of so many futures was seen."""
    from scipy.special import betaincinv

    hits = share * count
    return 1.0 if hits >= count else float(betaincinv(hits + 1, count - hits, SURE))


MOST = 1_000_000
"""Futures that a case may draw."""


def _needed_for_share(share: float, chance: float) -> int | None:
    """Futures with this share of breaches that prove a chance of no more, None beyond MOST."""
    if share >= chance or _at_most(share, MOST) > chance:
        return None
    few, many = 1, MOST
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if _at_most(share, middle) <= chance else (middle, many)
    return many


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"
