"""A slip of units in a queue is told at once; no search runs for hours."""

from __future__ import annotations

from strategies import read_tables

from slopt.engine.readiness import unsolvable


def test_calls_that_keep_millions_busy_are_refused_at_their_cell():
    """A handle time in microseconds: the message names pair, cell and remedy."""
    reading = read_tables(
        {
            "segments": [{"segment": "A", "customers": 1000, "orders_per_customer": 10}],
            "tiers": [{"tier": "low", "service_level": 0.8}],
            "queues": [
                {
                    "tier": "low", "answer_within": 20, "handle_time": 3e12, "open_hours": 2000,
                    "cost_per_hour": 30, "patience": 100,
                }
            ],
        }
    )  # fmt: skip
    (problem,) = unsolvable(reading.case)
    assert (problem.column, problem.row, problem.value) == ("handle_time", 2, "3000000000000")
    assert "over 20,000 agents" in problem.message
