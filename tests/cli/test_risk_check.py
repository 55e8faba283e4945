"""`slopt risk --check`: the plan in futures that it was not chosen on."""

from __future__ import annotations

import pytest
from running import Slopt

ASKED = ("risk", "clinic_supplies", "--samples", "30", "--check")


def test_the_check_is_part_of_the_screen_and_of_the_document(slopt: Slopt) -> None:
    """What the plan comes to in fresh futures, its optimism and the most of its gap."""
    check = slopt(*ASKED, "--risk", "cvar", "--json").json["check"]
    assert check["fresh_futures"] == 150
    assert check["samples"] == 10
    assert check["futures_each"] == 30
    assert check["optimism"] == pytest.approx(check["fresh"] - check["chosen_on"])
    assert 0 <= check["gap"] <= check["gap_at_most"]
    assert check["fresh_low"] <= check["fresh"] <= check["fresh_high"]
    said = " ".join(slopt(*ASKED, "--risk", "cvar").out.split())
    assert "In 150 fresh futures the plan comes to" in said
    assert "Chosen anew on 10 samples of 30 futures" in said


@pytest.mark.parametrize(
    "more", [("--risk", "robust"), ("--risk", "regret"), ("--set", "risk.chance=0.1")]
)
def test_what_is_no_mean_of_futures_is_refused_at_once(slopt: Slopt, more: tuple[str, ...]) -> None:
    """In one sentence, with what can be checked."""
    ran = slopt(*ASKED, *more)
    assert ran.code == 2
    assert "checked for --risk mean, cvar and blend" in ran.err
