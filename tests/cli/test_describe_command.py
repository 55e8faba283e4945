"""`slopt describe`: whole choices at every width, and the settings of one section."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from running import Slopt

from slopt.case.schema import SCHEMAS


@pytest.mark.parametrize("width", [40, 80, 100, 120, 200])
def test_what_a_column_may_hold_stands_whole_under_it(
    slopt: Slopt, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    """Each column has its own meaning, unit and blank below it, none of them cut."""
    monkeypatch.setattr("slopt.cli.describe.screen_width", lambda: width)
    out = slopt("describe", "sources").out
    assert all(cell_len(line) <= width for line in out.splitlines())
    assert "…" not in out
    names = [column.name for column in SCHEMAS["sources"].columns]
    blocks: dict[str, list[str]] = {}
    for line in out.split("─\n")[1].splitlines():
        if not line.startswith(" "):
            name = line.split()[0]
        blocks.setdefault(name, []).extend(line.split())
    assert list(blocks) == names
    told = {name: " ".join(block) for name, block in blocks.items()}
    assert "how the number came about" in told["kind"]
    assert "one of measured, fitted, published, assumed" in told["kind"]
    assert "one of uniform, triangular, normal, lognormal, logitnormal" in told["distribution"]
    assert "contact_channels, settings" in told["table"]


@pytest.mark.parametrize("section", ["risk", "limits", "words"])
def test_a_section_of_settings_is_described_by_its_name(slopt: Slopt, section: str) -> None:
    """Every setting under it and none else."""
    ran = slopt("describe", section)
    assert ran.code == 0
    assert f"Settings under [{section}] of case.toml" in ran.out
    every = [column.name for column in SCHEMAS["settings"].columns]
    starts = [line.split()[0] for line in ran.out.splitlines() if line.strip()]
    assert [name for name in starts if name in every] == [
        name for name in every if name.startswith(f"{section}.")
    ]
