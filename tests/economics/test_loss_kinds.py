"""Each kind of lost sales in a case: on paper, against plain loops, at its limits, and refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from loss_kinds_oracle import losses
from strategies import make_case, read_tables

from slopt.economics import offers as offers_module
from slopt.economics.offers import make_offers
from slopt.economics.stock_out import Reaction, loss_per_stock_out, losses_by_reaction
from slopt.errors import InvalidInput
from slopt.problem.build import build_problem

KINDS = ("lost_orders", "lost_customers", "lost_prospects")
SEGMENT = {  # margin of an order 200, customer value 400 x 0.88/0.22 = 1,600
    "segment": "key",
    "customers": 100,
    "orders_per_customer": 2,
    "revenue_per_order": 500,
    "margin": 0.4,
    "base_churn": 0.12,
}
SHARES = {
    "other_shop": 0.3,
    "other_brand": 0.25,
    "same_brand": 0.2,
    "later": 0.15,
    "nothing": 0.05,
    "leaves": 0.05,
}
STOCK_OUT = {
    "segment": "*",
    **SHARES,
    "margin_of_basket": 40,
    "margin_of_other_brand": 120,
    "margin_of_same_brand": 180,
    "handling": 8,
    "lost_later": 0.1,
}
WORDS = {"prospect_share": 0.1, "deterrence": 0.25, "prospect_value": 400}
COMPLAINTS = {
    "complaint_rate": 0.4,
    "resolved_quickly": 0.5,
    "resolved_slowly": 0.25,
    "leave_probability": 0.25,
    "leave_if_quick": 0.05,
    "leave_if_slow": 0.2,
    "leave_if_in_vain": 0.5,
}


def tables_of(response, levels=(0.9,), segment=(), **others):
    """Tables of one segment whose tiers have these levels."""
    return {
        "segments": [{**SEGMENT, **dict(segment)}],
        "tiers": [{"tier": f"t{i}", "service_level": q} for i, q in enumerate(levels)],
        "response": [{"segment": "*", **response}],
        **others,
    }


def offers_of(response, levels=(0.9,), segment=(), **others):
    """The offers of such a case."""
    tables = tables_of(response, levels, segment, **others)
    return make_offers(make_case(tables, {"case.discount_rate": 0.1}))


def messages_of(response, levels=(0.9,), segment=(), **others):
    """Every error and warning of such a case, as `slopt check` tells them."""
    reading = read_tables(tables_of(response, levels, segment, **others))
    found = [str(problem) for problem in reading.problems]
    if reading.case is not None:
        try:
            build_problem(reading.case)
        except InvalidInput as error:
            found += [str(problem) for problem in error.problems]
    return "\n".join(found)


def test_complaints_made_good_keep_customers():
    """Who leaves: 0.6 x 0.25 + 0.4 (0.5 x 0.05 + 0.25 x 0.2 + 0.25 x 0.5) = 0.23 of the 19
    dissatisfied, 1,600 each; 7.6 complaints of 30 each are booked.
    """
    offers = offers_of({**COMPLAINTS, "cost_per_complaint": 30})
    assert offers.lost_customers[0, 0] == pytest.approx(100 * 0.19 * 0.23 * 1600)
    assert offers.service_cost[0, 0] == pytest.approx(7.6 * 30)


def test_nobody_complaining_is_the_default_failure():
    """With a complaint_rate of 0, or every answer to a complaint as bad as silence, leaving is as
    probable as leave_probability says.
    """
    plain = offers_of({"leave_probability": 0.25})
    silent = offers_of({**COMPLAINTS, "complaint_rate": 0})
    alike = dict.fromkeys(("leave_if_quick", "leave_if_slow", "leave_if_in_vain"), 0.25)
    indifferent = offers_of({**COMPLAINTS, **alike})
    assert silent.lost_customers[0, 0] == plain.lost_customers[0, 0]
    assert indifferent.lost_customers[0, 0] == pytest.approx(plain.lost_customers[0, 0])


def test_reactions_to_a_stock_out():
    """20 stock-outs lose 0.3 x 240 + 0.25 x 80 + 0.2 x 20 + 0.15 x 0.1 x 200 + 0.05 x 200 = 109
    each; 5 % of the 19 customers with one leave; 15 % of 20 backorders of 8 are booked.
    """
    offers = offers_of({"kind": "stock_out"}, stock_outs=[STOCK_OUT])
    assert offers.lost_orders[0, 0] == pytest.approx(20 * 109)
    assert offers.lost_customers[0, 0] == pytest.approx(19 * 0.05 * 1600)
    assert offers.service_cost[0, 0] == pytest.approx(20 * 0.15 * 8)


def test_a_stock_out_costs_what_the_formula_for_one_says():
    """The sum over segments at once equals the one over reactions."""
    shares = {each: SHARES[each.value] for each in Reaction}
    one = loss_per_stock_out(
        shares,
        losses_by_reaction(
            200,
            margin_of_other_brand=120,
            margin_of_same_brand=180,
            margin_of_basket=40,
            handling=8,
            lost_later=0.1,
        ),
    )
    offers = offers_of({"kind": "stock_out"}, stock_outs=[STOCK_OUT])
    assert offers.lost_orders[0, 0] == pytest.approx(20 * one.lost_orders)
    assert offers.service_cost[0, 0] == pytest.approx(20 * one.handling)


def test_a_stock_out_without_substitutes_is_the_default_failure():
    """Some do without, some leave, the others come back later: the two shares of the default."""
    plain = offers_of({"lost_order_share": 0.3, "leave_probability": 0.25})
    row = {"segment": "*", "nothing": 0.3, "leaves": 0.25, "later": 0.45}
    short = offers_of({"kind": "stock_out"}, stock_outs=[row])
    for name in ("lost_orders", "lost_customers", "service_cost"):
        assert getattr(short, name)[0, 0] == pytest.approx(getattr(plain, name)[0, 0])


@pytest.mark.parametrize(
    ("curve", "levels", "lost"),
    [
        ({"shape": "points"}, (0.85, 0.9, 0.98), (0.055, 0.01, 0.0)),
        (
            {"shape": "kinked", "rivals_level": 0.9, "gain": 0.5, "loss": 2},
            (0.8, 0.95, 1.0),
            (1 - 0.8 / 1.05, 1 - 1.025 / 1.05, 0.0),
        ),
        (
            {"shape": "logistic", "rivals_level": 0.9, "low": 500, "high": 1000, "steepness": 20},
            (0.9, 1.0),
            (1 - 750 / (500 + 500 / (1 + math.exp(-2))), 0.0),
        ),
        (
            {
                "shape": "exponential",
                "rivals_level": 0.9,
                "low": 800,
                "high": 1000,
                "steepness": 10,
            },
            (0.9, 1.0),
            (1 - 800 / (1000 - 200 * math.exp(-1)), 0.0),
        ),
        (
            {"shape": "exponential", "low": 0, "high": 1000, "steepness": 3},
            (0.5,),
            (1 - (1 - math.exp(-1.5)) / (1 - math.exp(-3)),),
        ),
    ],
)
def test_sales_curves_lose_what_is_missing_to_their_upper_end(curve, levels, lost):
    """Of sales of 40,000 the share 1 - R(q) / R(end); the points are 900, 990 and 1,000 at 80, 90
    and 98 %.
    """
    points = [
        {"segment": "*", "point": f"p{q}", "service_level": q, "sales": sales}
        for q, sales in ((0.98, 1000), (0.8, 900), (0.9, 990))
    ]
    offers = offers_of(
        {"kind": "curve"},
        levels,
        sales_curves=[{"segment": "*", **curve}],
        **({"sales_points": points} if curve["shape"] == "points" else {}),
    )
    assert offers.lost_orders[0] == pytest.approx([40_000 * share for share in lost], abs=1e-9)


def test_being_off_the_promise_costs_with_the_square():
    """k = 20/2^2 = 5. Mean 4, spread 1 against 3 days: 5 (1 + 1) = 10 an order, 200 orders. On time
    on average, and early is harmless: half of 5 x 1.
    """
    rows = [
        {"segment": "*", "promise": 3, "tolerance": 2, "loss_above": 20},
        {"tier": "t0", "mean": 4, "spread": 1},
        {"tier": "t1", "mean": 3, "spread": 1, "loss_below": 0},
        {"tier": "t2", "mean": 3},
    ]
    offers = offers_of({"kind": "quality"}, (0.8, 0.9, 0.95), quality=rows)
    assert offers.lost_orders[0] == pytest.approx([2000, 500, 0])


def test_unsold_demand_is_lost_whole():
    """Every order that the stock does not cover is lost: 20 of 200 at a fill rate of 90 %."""
    offers = offers_of({"kind": "unsold"})
    assert offers.lost_orders[0, 0] == pytest.approx(20 * 200)


def test_a_story_that_is_told_on_reaches_more():
    """10 listeners who tell it to 0.2 each: 12.5 without end, 12 after two generations; each of 19
    dissatisfied customers loses 10 a listener.
    """
    first = offers_of({**WORDS, "listeners": 10})
    endless = offers_of({**WORDS, "listeners": 10, "passed_on": 0.2})
    two = offers_of({**WORDS, "listeners": 10, "passed_on": 0.2, "generations": 2})
    found = [each.lost_prospects[0, 0] for each in (first, endless, two)]
    assert found == pytest.approx([19 * 100, 19 * 125, 19 * 120])


def test_one_generation_is_the_default():
    """Told once and not on, whatever passed_on says."""
    plain = offers_of({**WORDS, "listeners": 10})
    once = offers_of({**WORDS, "listeners": 10, "passed_on": 3, "generations": 1})
    assert once.lost_prospects[0, 0] == pytest.approx(plain.lost_prospects[0, 0])


def test_praise_that_dissatisfied_customers_do_not_give_is_lost():
    """5 listeners, 10 % prospects, 20 % of them persuaded, 400 each: 40 for each of 19 customers,
    on top of the warnings; with perfect service nothing is missing.
    """
    praise = {"praise_listeners": 5, "persuasion": 0.2}
    both = offers_of({**WORDS, **praise, "listeners": 10}, (0.9, 1.0))
    only = offers_of({"prospect_share": 0.1, "prospect_value": 400, **praise}, (0.9, 1.0))
    assert both.lost_prospects[0] == pytest.approx([19 * (100 + 40), 0])
    assert only.lost_prospects[0] == pytest.approx([19 * 40, 0])


def test_a_steep_curve_keeps_its_digits():
    """Steepness 60 from 98 % on: 1 - (1 - 0.1 e^(-0.6)) / (1 - 0.1 e^(-1.2)) lost at 99 %.

    Told from level 0, the sales there would be -10^25 and nothing would be left of them.
    """
    curve = {"segment": "*", "shape": "exponential", "rivals_level": 0.98, "steepness": 60}
    offers = offers_of(
        {"kind": "curve"}, (0.99, 1.0), sales_curves=[{**curve, "low": 900, "high": 1000}]
    )
    lost = 1 - (1 - 0.1 * math.exp(-0.6)) / (1 - 0.1 * math.exp(-1.2))
    assert offers.lost_orders[0] == pytest.approx([40_000 * lost, 0], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", range(40))
def test_kinds_of_random_cases_equal_plain_loops(seed, monkeypatch):
    """Segments of all kinds side by side, own rows and `*` rows: what loops over rows give."""
    if seed % 4 == 0:
        monkeypatch.setattr(offers_module, "BLOCK", 1)
    case = make_case(*random_kinds(seed))
    offers = make_offers(case)
    for s, segment in enumerate(case.segments):
        for k, tier in enumerate(case.tiers):
            *lost, booked = losses(case, segment, tier, offers.service_level[s, k])
            found = [getattr(offers, name)[s, k] for name in KINDS]
            assert found == pytest.approx(lost, rel=1e-6, abs=1e-6), (segment, tier)
            assert offers.service_cost[s, k] == pytest.approx(booked, rel=1e-9, abs=1e-9)


def random_kinds(seed):
    """A small case: each segment of any kind, some cells left to the `*` row."""
    rng = np.random.default_rng(seed)
    segments, tiers = [f"s{i}" for i in range(4)], ["low", "high"]

    def number(low, high):
        return round(float(rng.uniform(low, high)), 4)

    def maybe(value):
        return value if rng.random() < 0.6 else None

    def reactions():
        cuts = np.sort(rng.integers(0, 101, 5)) / 100
        shares = np.diff([0, *cuts, 1])
        return dict(zip(SHARES, (round(float(share), 2) for share in shares), strict=True))

    def answer(whose):
        row = {"segment": whose, "lost_order_share": number(0, 1), "listeners": number(0, 12)}
        row |= {"leave_probability": number(0, 1), "prospect_share": number(0, 0.2)}
        row |= {"passed_on": maybe(number(0, 0.9)), "generations": maybe(int(rng.integers(1, 4)))}
        row |= {"deterrence": number(0, 1), "prospect_value": number(0, 900)}
        row |= {"praise_listeners": maybe(number(0, 6)), "persuasion": maybe(number(0, 1))}
        row |= {"complaint_rate": maybe(number(0, 1)), "resolved_quickly": number(0, 0.5)}
        row |= {"resolved_slowly": number(0, 0.5), "cost_per_complaint": maybe(number(0, 50))}
        row |= {name: number(0, 1) for name in COMPLAINTS if name.startswith("leave_if")}
        kinds = ("failure", "stock_out", "curve", "quality", "unsold", None)
        return row | {"kind": kinds[rng.integers(6)], "value_basis": maybe("period")}

    def curve(whose):
        shape = ("points", "logistic", "exponential", "kinked")[rng.integers(4)]
        row = {"segment": whose, "shape": shape, "low": number(300, 500), "high": number(600, 999)}
        return row | {
            "rivals_level": number(0.7, 0.95),
            "steepness": number(1, 20) if shape == "logistic" else number(0.1, 0.5),
            "gain": number(0, 0.5),
            "loss": number(0.5, 1),
        }

    def points(whose):
        sales = np.sort(rng.integers(500, 999, 3))
        return [
            {"segment": whose, "point": f"p{i}", "service_level": q, "sales": int(sales[i])}
            for i, q in enumerate((0.5, number(0.6, 0.9), 1.0))
        ]

    named = [s for s in segments if rng.random() < 0.6]
    money = {"margin_of_basket": 30, "margin_of_other_brand": 10, "handling": 7, "lost_later": 0.3}
    off = {"promise": 3, "tolerance": 2, "loss_above": 20}
    return {
        "segments": [
            {
                "segment": s,
                "customers": int(rng.integers(0, 200)),
                "orders_per_customer": number(0, 9),
                "revenue_per_order": number(100, 900),
                "margin": number(0.2, 1),
                "base_churn": number(0, 0.5),
            }
            for s in segments
        ],
        "tiers": [{"tier": t, "service_level": number(0.5, 1)} for t in tiers],
        "response": [answer(whose) for whose in ("*", *named)],
        "stock_outs": [{"segment": "*", **reactions(), **money}]
        + [{"segment": s, **reactions()} for s in named],
        "sales_curves": [curve(whose) for whose in ("*", *named[:2])],
        "sales_points": [point for whose in ("*", *named[1:]) for point in points(whose)],
        "quality": [
            {"segment": "*", **off, "mean": number(1, 5), "spread": number(0, 2)},
            {"tier": "high", "mean": number(1, 5), "loss_below": maybe(number(0, 9))},
            *({"segment": s, "promise": number(1, 5)} for s in named),
        ],
    }, {"case.discount_rate": 0.1}


@pytest.mark.parametrize(
    ("response", "others", "said"),
    [
        ({"kind": "stock_out"}, {}, '"key" is of kind stock_out, and stock_outs has no row'),
        ({"kind": "curve"}, {}, '"key" is of kind curve, and sales_curves has no row'),
        ({"kind": "quality"}, {}, '"key" is of kind quality, and quality has no row'),
        ({"kind": "waiting"}, {}, '"key" is of kind waiting, and queues has no row'),
        (
            {"kind": "stock_out"},
            {"stock_outs": [{"segment": "*", "nothing": 0.4, "later": 0.4}]},
            'the reactions of "key" add up to 0.8, not to 1',
        ),
        (
            {"kind": "stock_out"},
            {"stock_outs": [{"segment": "*", "same_brand": 1, "margin_of_same_brand": 250}]},
            'A stock-out of "key" would earn 50',
        ),
        ({"complaint_rate": 0.3}, {}, '"key" has a complaint_rate, and no leave_if_in_vain'),
        (
            {**COMPLAINTS, "resolved_slowly": 0.6},
            {},
            'resolved_quickly and resolved_slowly of "key" add up to more than 1',
        ),
        ({"listeners": 9, "passed_on": 1.5}, {}, 'passed_on of "key" is 1 or more'),
        ({"kind": "curve"}, {"sales_curves": [{"segment": "*"}]}, 'curve of "key" has no shape'),
        (
            {"kind": "curve"},
            {"sales_curves": [{"segment": "*", "shape": "logistic", "low": 1, "high": 2}]},
            'The logistic curve of "key" has no steepness',
        ),
        (
            {"kind": "curve"},
            {"sales_curves": [{"segment": "*", "shape": "points"}]},
            'The curve of "key" has less than two points',
        ),
        (
            {"kind": "curve"},
            {
                "sales_curves": [{"segment": "*", "shape": "exponential"}
                | {"low": 9, "high": 2, "steepness": 1}]
            },
            'low of the exponential curve of "key" is above high',
        ),
        (
            {"kind": "curve"},
            {
                "sales_curves": [{"segment": "*", "shape": "kinked"}
                | {"rivals_level": 0.95, "gain": 3, "loss": 2}]
            },
            'gain of the kinked curve of "key" is above loss',
        ),
        (
            {"kind": "curve"},
            {
                "sales_curves": [{"segment": "*", "shape": "kinked"}
                | {"rivals_level": 1, "gain": 3, "loss": 20}]
            },
            'The sales curve of "key": sales fall below 0 at level 0.9',
        ),
        (
            {"kind": "quality"},
            {"quality": [{"segment": "*", "promise": 3, "tolerance": 0, "loss_above": 9}]},
            'quality of "key" in tier "t0" has no mean',
        ),
        (
            {"kind": "quality"},
            {"quality": [{"promise": 3, "mean": 3, "tolerance": 0, "loss_above": 9}]},
            'tolerance in quality of "key" in tier "t0" is 0',
        ),
        (
            {"kind": "unsold", "lost_order_share": 0.5},
            {},
            "kind unsold does not use lost_order_share",
        ),
        ({}, {"stock_outs": [STOCK_OUT]}, "stock_outs has no effect: no segment is of kind"),
        ({"kind": "stockout"}, {}, 'Did you mean "stock_out"?'),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_is_told_by_segment_and_parameter(response, others, said):
    """Missing companions and values out of range; nothing is put in their place."""
    assert said in messages_of(response, **others)


def test_points_that_decrease_or_end_too_early_are_told():
    """A curve that falls names the level after which it does; one that ends before a tier's level
    is not continued.
    """

    def points(*pairs):
        return [
            {"segment": "*", "point": f"p{i}", "service_level": q, "sales": sales}
            for i, (q, sales) in enumerate(pairs)
        ]

    curve = [{"segment": "*", "shape": "points"}]
    falls = points((0.8, 900), (0.9, 800), (0.99, 1000))
    found = messages_of({"kind": "curve"}, sales_curves=curve, sales_points=falls)
    assert "The sales of all segments fall from 900 at level 0.8" in found
    twice = points((0.8, 900), (0.8, 950), (0.99, 1000))
    found = messages_of({"kind": "curve"}, sales_curves=curve, sales_points=twice)
    assert "has two points at this level" in found
    early = {"sales_curves": curve, "sales_points": points((0.8, 900), (0.85, 950))}
    found = messages_of({"kind": "curve"}, **early)
    assert "it is known from level 0.8 to 0.85, and a tier has 0.9" in found
    barred = [{"segment": "key", "tier": "t1", "allowed": "false"}]
    assert messages_of({"kind": "curve"}, (0.82, 0.9), offers=barred, **early) == ""


def test_many_segments_with_one_slip_are_told_once():
    """A slip in the `*` row is one problem, not one for every segment."""
    tables = tables_of({"complaint_rate": 0.3})
    tables["segments"] = [{**SEGMENT, "segment": f"s{i}"} for i in range(50)]
    errors = [str(p) for p in read_tables(tables, {"case.discount_rate": 0.1}).errors]
    assert len(errors) == 1
    assert '"s0" has a complaint_rate' in errors[0]


def test_every_slip_is_told_with_its_own_figure():
    """Two rows whose shares miss 1 are two problems, each with its own sum."""
    rows = [{"segment": "*", "nothing": 0.4}, {"segment": "key", "nothing": 0.7, "later": 0.6}]
    tables = tables_of({"kind": "stock_out"}, stock_outs=rows)
    tables["segments"] = [SEGMENT, {**SEGMENT, "segment": "small"}]
    errors = "\n".join(str(p) for p in read_tables(tables, {"case.discount_rate": 0.1}).errors)
    assert 'of "small" add up to 0.4' in errors
    assert 'of "key" add up to 1.3' in errors


def test_an_endless_lifetime_is_refused_for_every_way_to_leave():
    """Leaving after a stock-out or a complaint needs a finite customer value, too."""
    lasting = {"base_churn": 0}
    said = "lifetime value of a customer has no end"
    assert said in messages_of({"kind": "stock_out"}, segment=lasting, stock_outs=[STOCK_OUT])
    assert said in messages_of({"complaint_rate": 0.3, "leave_if_in_vain": 0.5}, segment=lasting)
    assert said not in messages_of({"lost_order_share": 0.3}, segment=lasting)
