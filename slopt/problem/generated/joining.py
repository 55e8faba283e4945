"""Offers of sources -> further columns and rows of a choice problem, off the menu of tiers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slopt.economics.generated import GeneratedOffers, OfferSource
from slopt.errors import InvalidInput, Problem
from slopt.problem.choice import Bar, ChoiceProblem
from slopt.problem.generated.columns import Generated, Made, Part
from slopt.sayings import say

Numbers = NDArray[np.float64]
FIGURES = ("service_level", "service_cost", "lost_orders", "lost_customers", "lost_prospects")


def join(
    plain: ChoiceProblem, sources: Iterable[tuple[Part, OfferSource, GeneratedOffers]]
) -> ChoiceProblem:
    """A problem of tiers alone with what sources offer: levels to its segments, and further rows.

    Raises InvalidInput where a room or a desk has the name of a segment or of another.
    """
    place = {name: row for row, name in enumerate(plain.segments)}
    names = list(plain.segments)
    made = []
    for part, source, offers in sources:
        if not source.names:
            continue
        if part.of_segments:
            rows = [place[name] for name in source.names]
        else:
            rows = list(range(len(names), len(names) + len(source.names)))
            names += source.names
        made.append(Made(part, np.array(rows, dtype=np.int64), source, offers))
    if not made:
        return plain
    _require_different(names)
    deciders = len(names) - len(plain.segments)
    generated = Generated(len(plain.tiers), deciders, tuple(made))
    return _stated(plain, names, generated)


def with_offers(problem: ChoiceProblem, offers: Sequence[GeneratedOffers]) -> ChoiceProblem:
    """The problem with other offers of its sources, in their order."""
    generated = problem.generated
    assert generated is not None
    made = tuple(replace(its, offers=new) for its, new in zip(generated.made, offers, strict=True))
    plain = _without_columns(problem, generated)
    return _stated(plain, list(problem.segments), replace(generated, made=made))


def _without_columns(problem: ChoiceProblem, generated: Generated) -> ChoiceProblem:
    """The tiers and the segments of the case alone."""
    rows, first = problem.segment_count, generated.first
    pair = (slice(rows), slice(first))
    return problem.replace(
        generated=None,
        segments=problem.segments[:rows],
        tiers=problem.tiers[:first],
        rank=problem.rank[:first],
        open_cost=problem.open_cost[:first],
        weight=problem.weight[:rows],
        current=np.where(problem.current[:rows] < first, problem.current[:rows], -1),
        **{name: getattr(problem, name)[pair] for name in (*FIGURES, "lost_unsplit", "barred")},
        use=problem.use[:, :rows, :first],
        pools=tuple(replace(pool, messages=pool.messages[pair]) for pool in problem.pools),
    )


def _stated(plain: ChoiceProblem, names: list[str], generated: Generated) -> ChoiceProblem:
    """The joint problem: generated columns behind the tiers, deciders behind the segments."""
    first, width, further = generated.first, generated.width, generated.deciders
    shape = (len(names), first + width)
    arrays: dict[str, Any] = {
        name: _grown(getattr(plain, name), shape) for name in (*FIGURES, "lost_unsplit")
    }
    arrays["use"] = np.zeros((len(plain.resources), *shape))
    arrays["use"][:, : len(plain.segments), :first] = plain.use
    barred = np.full(shape, Bar.NOT_OFFERED, dtype=np.int8)
    barred[: len(plain.segments), :first] = plain.barred
    current = np.append(plain.current, np.full(further, -1))
    weight = np.append(plain.weight, np.zeros(further))
    for made in generated.made:
        offers, rows = made.offers, made.rows
        wide = slice(first, first + offers.service_level.shape[1])
        for name in FIGURES:
            arrays[name][rows] = 0.0
            arrays[name][rows, wide] = np.where(offers.allowed, getattr(offers, name), 0.0)
        arrays["lost_unsplit"][rows] = 0.0
        arrays["use"][:, rows] = 0.0
        arrays["use"][:, rows, wide] = np.where(offers.allowed, offers.use, 0.0)
        barred[rows] = Bar.NOT_OFFERED
        barred[rows, wide] = np.where(offers.allowed, 0, Bar.NOT_OFFERED)
        if made.part is Part.SERVED:
            weight[rows] = 0.0  # how well they are served is said by what rooms and desks lose
        if offers.today is not None:
            current[rows] = np.where(offers.today >= 0, first + offers.today, -1)
    return plain.replace(
        **arrays,
        barred=barred,
        current=current,
        generated=generated,
        segments=tuple(names) if further else plain.segments,
        tiers=(*plain.tiers, *_column_names(plain.tiers, width)),
        rank=np.append(plain.rank, np.full(width, plain.rank.min() if first else 0)),
        open_cost=np.append(plain.open_cost, np.zeros(width)),
        weight=weight,
        pools=tuple(
            replace(pool, messages=_silent(_grown(pool.messages, shape), generated))
            for pool in plain.pools
        ),
    )


def _grown(values: Numbers, shape: tuple[int, int]) -> Numbers:
    grown = np.zeros(shape)
    grown[: values.shape[0], : values.shape[1]] = values
    return grown


def _silent(messages: Numbers, generated: Generated) -> Numbers:
    for made in generated.made:
        messages[made.rows] = 0.0
    return messages


def _column_names(tiers: Sequence[str], width: int) -> Iterator[str]:
    """Names that no tier has; people see the words of `offer_name` instead."""
    taken = set(tiers)
    for place in range(1, width + 1):
        yield next(name for n in count() if (name := f"offer {place}" + "*" * n) not in taken)


def _require_different(names: Sequence[str]) -> None:
    seen: set[str] = set()
    problems = []
    for name in names:
        if name in seen:
            problems.append(
                Problem(
                    say('"{name}" is the name of two things that are planned.', name=name),
                    say("Give the stock room or the desk a name that no segment and no other has."),
                )
            )
        seen.add(name)
    if problems:
        raise InvalidInput(problems)
