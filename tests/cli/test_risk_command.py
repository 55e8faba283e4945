"""`slopt solve --risk`, `slopt evaluate --risk` and `slopt risk`: screens, files, refusals."""

from __future__ import annotations

import csv
import itertools
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from running import Slopt

from slopt.case.load import load_case
from slopt.problem.evaluate import evaluate
from slopt.problem.scenarios.build import draw_futures
from slopt.problem.scenarios.fares import fares
from slopt.problem.scenarios.measures import cvar, mean
from slopt.shipped import examples

SOURCES = """table,column,segment,tier,kind,low,high,distribution
tiers,service_level,*,premium,assumed,0.88,0.99,
tiers,cost_per_order,*,standard,published,9,18,
response,leave_probability,*,*,assumed,0.05,0.7,
"""
MEASURES = ("mean", "cvar:20%", "blend:40%:20%", "regret", "robust:2")


@pytest.fixture
def uncertain(tmp_path: Path) -> Path:
    """The case `tiny` with three uncertain numbers and 40 futures."""
    folder = tmp_path / "case"
    shutil.copytree(examples()["tiny"], folder)
    (folder / "sources.csv").write_text(SOURCES, encoding="utf-8")
    with (folder / "case.toml").open("a", encoding="utf-8") as file:
        file.write("\n[risk]\nsamples = 40\ntail = 0.2\n")
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def every_plan(folder: Path) -> dict[tuple[int, ...], np.ndarray]:
    """What each plan that keeps its limits at own numbers costs in each future."""
    problem = draw_futures(load_case(folder)).problem
    sizes = [range(problem.base.size[1])] * problem.base.size[0]
    plans = [np.array(choice) for choice in itertools.product(*sizes)]
    return {
        tuple(plan.tolist()): fares(problem, plan).value
        for plan in plans
        if not evaluate(problem.base, plan).violations
    }


@pytest.mark.parametrize("measure", MEASURES)
def test_a_plan_for_risk_is_the_best_of_all_plans(
    slopt: Slopt, uncertain: Path, measure: str
) -> None:
    """The value in result.json is the least of every plan there is, by the measure asked for."""
    ran = slopt("solve", uncertain, "--risk", measure, "--json")
    assert ran.code == 0
    risk, plans = ran.json["risk"], every_plan(uncertain)
    even = np.full(40, 1 / 40)
    best = np.min(list(plans.values()), axis=0)
    values = {
        "mean": lambda z: mean(z, even),
        "cvar:20%": lambda z: cvar(z, even, 0.2),
        "blend:40%:20%": lambda z: 0.6 * mean(z, even) + 0.4 * cvar(z, even, 0.2),
        "regret": lambda z: float((z - best).max()),
    }
    if measure in values:
        least = min(values[measure](z) for z in plans.values())
        assert risk["value"] == pytest.approx(least, rel=1e-9)
    assert risk["gap"] <= 1e-4
    assert risk["bound"] <= risk["value"] * (1 + 1e-12)
    assert risk["futures"] == 40
    assert risk["mean"] >= min(mean(z, even) for z in plans.values()) * (1 - 1e-12)
    if risk["certified_bound"] is not None:
        assert risk["certified_bound"] <= risk["value"]


def test_the_totals_of_a_risk_plan_are_those_at_own_numbers(
    slopt: Slopt, uncertain: Path, tmp_path: Path
) -> None:
    """plan.csv, the totals and the objective are what `slopt evaluate` says of the same tiers."""
    out = tmp_path / "out"
    ran = slopt("solve", uncertain, "--risk", "cvar:20%", "--out", out, "--json")
    assert ran.code == 0
    priced = slopt("evaluate", uncertain, "--plan", out / "plan.csv", "--json").json
    for name in ("objective", "service_cost", "lost_sales", "total_cost", "service_level"):
        assert ran.json[name] == priced[name]
    assert ran.json["bound"] is None
    assert ran.json["gap"] == ran.json["risk"]["gap"]
    assert "risk" not in priced
    again = slopt("evaluate", uncertain, "--plan", out / "plan.csv", "--risk", "cvar:20%", "--json")
    for name in ("value", "mean", "cvar", "low", "high", "chances"):
        assert again.json["risk"][name] == ran.json["risk"][name]


def test_risk_may_stand_in_the_case_and_none_takes_it_away(slopt: Slopt, uncertain: Path) -> None:
    """[risk] in case.toml is what --risk says; --risk none plans at own numbers; --set beats it."""
    asked = slopt("solve", uncertain, "--risk", "cvar:20%", "--json").json
    with (uncertain / "case.toml").open("a", encoding="utf-8") as file:
        file.write('measure = "cvar"\n')
    written = slopt("solve", uncertain, "--json").json
    assert written["risk"] == asked["risk"]
    assert "risk" not in slopt("solve", uncertain, "--risk", "none", "--json").json
    set_so = slopt("solve", uncertain, "--risk", "cvar:20%", "--set", "risk.tail=0.5", "--json")
    assert set_so.json["risk"]["tail"] == 0.5


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_screens_fit_their_width(
    slopt: Slopt, uncertain: Path, monkeypatch: pytest.MonkeyPatch, width: int, lang: str
) -> None:
    """No line of a plan for risk, of its evaluation and of the table of plans is too long."""
    from rich.cells import cell_len

    monkeypatch.setenv("COLUMNS", str(width))
    for words in (("solve", uncertain, "--risk", "cvar"), ("risk", uncertain)):
        ran = slopt(*words, "--lang", lang)
        assert ran.code == 0
        lines = [line for line in ran.out.splitlines() if str(uncertain) not in line]
        assert max(map(cell_len, lines)) <= width


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_plan_of_least_regret_shows_the_least_regret_at_every_width(
    slopt: Slopt, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    """It is chosen for its largest regret, so that column stays; what goes is named."""
    monkeypatch.setenv("COLUMNS", str(width))
    words = ("clinic_supplies", "--set", "risk.sampling=listed", "--no-record")
    lines = slopt("risk", *words).out.splitlines()
    head = next(line for line in lines if "largest regret" in line)
    end = head.index("largest regret") + len("largest regret")
    body = lines[lines.index(head) + 2 :][:6]
    shown = {line[:16].strip(): float(line[:end].split()[-1]) for line in body}
    assert min(shown, key=lambda name: shown[name]) == "least regret"
    gone = " ".join(lines).partition("Not shown at this width:")[2]
    for column in ("9 of 10 between", "breaks a limit, %", "mean regret", "level, %", "moves"):
        assert column in head or column in gone


def test_the_screen_of_a_plan_says_what_it_is_best_at_first(slopt: Slopt, uncertain: Path) -> None:
    """Then what that costs in the mean, today beside it, and how often limits break."""
    out = " ".join(slopt("solve", uncertain, "--risk", "cvar:20%").out.split())
    first = out.index("Chosen for the worst 20 % of 40 futures")
    assert first < out.index("in the mean of all futures") < out.index("At the case's own numbers")
    assert "breaks a limit" in out
    assert "in how many futures each is broken" in out
    small = " ".join(slopt("solve", uncertain, "--risk", "cvar:1%").out.split())
    assert "risk.samples=1000" in small


def test_plans_side_by_side_are_priced_over_the_same_futures(
    slopt: Slopt, uncertain: Path, tmp_path: Path
) -> None:
    """side_by_side.csv has each plan with the least of what it is best at, segments.csv who
    agrees.
    """
    out = tmp_path / "out"
    ran = slopt("risk", uncertain, "--out", out, "--json")
    assert ran.code == 0
    names = ("side_by_side.csv", "segments.csv", "futures.csv", "inputs.csv", "risk.json")
    assert sorted(path.name for path in out.iterdir()) == sorted(names)
    assert json.loads((out / "risk.json").read_text(encoding="utf-8")) == ran.json
    table = {row["plan"]: row for row in rows(out / "side_by_side.csv")}
    assert list(table) == ["today", "own_numbers", "mean", "cvar", "robust", "regret"]
    plans, even = every_plan(uncertain), np.full(40, 1 / 40)
    best = np.min(list(plans.values()), axis=0)
    chosen = {name: row for name, row in table.items() if name != "today"}
    for column, name, measure in (
        ("mean", "mean", lambda z: mean(z, even)),
        ("tail_mean", "cvar", lambda z: cvar(z, even, 0.2)),
        ("regret_most", "regret", lambda z: float((z - best).max())),
    ):
        least = min(measure(z) for z in plans.values())
        assert float(table[name][column]) == pytest.approx(least, rel=1e-9, abs=1e-6)
        assert all(float(row[column]) >= least * (1 - 1e-9) - 1e-6 for row in chosen.values())
    for row in table.values():
        assert float(row["mean_low"]) <= float(row["mean"]) <= float(row["mean_high"])
        assert float(row["broken"]) == pytest.approx(
            max(
                entry["chance"]
                for plan in ran.json["plans"]
                if plan["plan"] == row["plan"]
                for entry in plan["chances"]
            )
        )
    for row in rows(out / "segments.csv"):
        agree = len({row[name] for name in chosen}) == 1
        assert row["safe"] == ("yes" if agree else "no")
        assert float(row["at_stake"]) >= 0
        assert agree or float(row["at_stake"]) >= float(row["decides_worth"]) - 1e-6
    assert ran.json["recommended"] == "own_numbers"


def test_a_brought_plan_is_one_more_column_and_is_studied(
    slopt: Slopt, uncertain: Path, tmp_path: Path
) -> None:
    """With --plan the recommended plan is the one of the file, beside all others."""
    plan = tmp_path / "mine.csv"
    plan.write_text("segment,tier\nkey,premium\nregular,basic\nsmall,standard\n", encoding="utf-8")
    ran = slopt("risk", uncertain, "--plan", plan, "--json")
    assert ran.code == 0
    assert ran.json["recommended"] == "brought"
    assert ran.json["plans"][-1]["plan"] == "brought"
    tiers = {"key": "premium", "regular": "basic", "small": "standard"}
    assert ran.json["fares"]["plan"] == tiers
    assert ran.json["plans"][-1]["tiers"] == tiers


def test_a_brought_plan_that_breaks_a_contract_is_told_so(slopt: Slopt, tmp_path: Path) -> None:
    """At the top, with the contract below, and in the document; no word that it keeps limits."""
    plan = tmp_path / "mine.csv"
    names = [row["segment"] for row in rows(examples()["clinic_supplies"] / "segments.csv")]
    tiers = dict.fromkeys(names, "courier") | {"HOSP-N": "weekly round"}
    text = "".join(f"{name},{tier}\n" for name, tier in tiers.items())
    plan.write_text(f"segment,tier\n{text}", encoding="utf-8")
    asked = ("risk", "clinic_supplies", "--samples", "10", "--plan", plan)
    shown = " ".join(slopt(*asked).out.split())
    assert "Your plan breaks a limit, contract or rule at the case's own numbers" in shown
    assert "The plan breaks" in shown
    assert "It keeps every limit" not in shown
    plans = {one["plan"]: one["violations"] for one in slopt(*asked, "--json").json["plans"]}
    assert "min_tier[HOSP-N]" in [one["rule"] for one in plans["brought"]]
    assert plans["mean"] == []


def test_all_plans_together_have_the_time_that_the_case_gives(
    slopt: Slopt, uncertain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No step of `slopt risk` may take all of it, and what comes later has its part."""
    from slopt.engine import risk_plans

    given: list[float] = []
    plain = risk_plans.solve_for_risk

    def noting(problem, aim, options, *further):
        given.append(options.time_limit_s)
        return plain(problem, aim, options, *further)

    monkeypatch.setattr(risk_plans, "solve_for_risk", noting)
    assert slopt("risk", uncertain, "--set", "solve.time_limit_s=40").code == 0
    assert len(given) == 4
    assert all(limit <= 40 / parts for limit, parts in zip(given, (4, 3, 2, 1), strict=True))


def test_a_case_that_has_no_futures_is_not_told_to_leave_out_what_nobody_gave(slopt: Slopt) -> None:
    """It is told what can be asked; where --risk was given, that this may go."""
    plain, asked = slopt("risk", "bakery_rounds"), slopt("risk", "bakery_rounds", "--risk", "cvar")
    assert plain.code == asked.code == 2
    assert "slopt sensitivity" in plain.err
    assert "--risk" not in plain.err
    assert "Leave --risk" in asked.err


def test_further_inputs_and_another_number_of_futures_may_be_asked_for(
    slopt: Slopt, uncertain: Path
) -> None:
    """--vary adds an input to those of the sources, --samples draws so many futures."""
    ran = slopt("risk", uncertain, "--vary", "segments.margin=0.8x:1.2x", "--samples", 24, "--json")
    assert ran.code == 0
    assert ran.json["fares"]["futures"]["count"] == 24
    assert "segments.margin" in [one["name"] for one in ran.json["fares"]["drivers"]]


def test_a_run_of_risk_is_answered_again_to_the_last_bit(
    slopt: Slopt, uncertain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plans for risk, their evaluation and the table of plans come out the same from the store."""
    monkeypatch.setenv("SLOPT_STORE", str(tmp_path / "runs.sqlite"))
    out = tmp_path / "out"
    asked = (
        ("solve", uncertain, "--risk", "blend:40%:20%", "--out", out),
        ("evaluate", uncertain, "--plan", out / "plan.csv", "--risk", "robust:2"),
        ("risk", uncertain, "--vary", "segments.margin=0.8x:1.2x"),
        ("risk", uncertain, "--plan", out / "plan.csv", "--samples", "20"),
    )
    for words in asked:
        ran = slopt(*words, "--json")
        assert ran.code == 0
        its = ran.json["run"]["id"]
        again = slopt("runs", "show", its, "--rebuild", "--json")
        assert again.code == 0, again.err
        assert again.json["rebuilt"]["same"] is True


def test_what_is_reserved_stands_beside_its_resource(
    slopt: Slopt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """resources.csv has a column reserve, also where the store writes the files of the run again;
    a plan at own numbers has none.
    """
    monkeypatch.setenv("SLOPT_STORE", str(tmp_path / "runs.sqlite"))
    out, again, own = (tmp_path / name for name in ("out", "again", "own"))
    few = ("clinic_supplies", "--set", "risk.samples=20")
    ran = slopt("solve", *few, "--risk", "cvar:20%", "--out", out, "--json")
    assert ran.code == 0
    told = {one["resource"]: one["units"] for one in ran.json["risk"]["reserve"]}
    assert list(told) == ["van hours"]
    for row in rows(out / "resources.csv"):
        assert float(row["reserve"]) == pytest.approx(told.get(row["resource"], 0.0))
    assert slopt("runs", "show", ran.json["run"]["id"], "--out", again).code == 0
    for name in ("plan.csv", "resources.csv"):
        assert (again / name).read_bytes() == (out / name).read_bytes()
    assert slopt("solve", *few, "--out", own).code == 0
    assert "reserve" not in rows(own / "resources.csv")[0]


def test_what_speaks_of_own_numbers_alone_refuses_a_case_for_risk(
    slopt: Slopt, uncertain: Path
) -> None:
    """One sentence with the remedy, which works; nothing is quietly about another plan."""
    for words in (
        ("alternatives", uncertain),
        ("sensitivity", uncertain),
        ("certify", uncertain),
        ("export", uncertain, uncertain / "x.lp"),
    ):
        ran = slopt(*words, "--set", "risk.measure=cvar")
        assert ran.code == 2
        assert "--set risk.measure=" in ran.err
        assert len(ran.err.splitlines()) == 1
    assert not (uncertain / "x.lp").exists()


@pytest.mark.parametrize(
    "word", ["cvar:0", "cvar:200%", "blend", "blend:30%:5%:1", "robust:-1", "mean:3", "caution"]
)
def test_words_that_mean_no_risk_are_refused_with_those_that_do(slopt: Slopt, word: str) -> None:
    """Usage error, before anything is read."""
    ran = slopt("solve", "tiny", "--risk", word)
    assert ran.code == 2
    assert "blend:30%:5%" in ran.err
    assert word in ran.err


def test_a_case_without_uncertain_numbers_says_what_to_add(slopt: Slopt) -> None:
    """One message with the remedy, for both commands."""
    for words in (("solve", "tiny", "--risk", "mean"), ("risk", "tiny")):
        ran = slopt(*words)
        assert ran.code == 2
        assert "sources" in ran.err


@pytest.mark.parametrize("name", ["bakery_rounds", "airline_calls", "repair_menu"])
def test_cases_that_cannot_be_chosen_for_risk_say_so_in_one_sentence(
    slopt: Slopt, name: str
) -> None:
    """Stock rooms, desks, and customers who choose: planned at own numbers, with the way out."""
    ran = slopt("solve", name, "--risk", "mean")
    assert ran.code == 2
    assert "risk.measure" in ran.err or "uncertain" in ran.err


def test_limits_that_futures_break_too_often_are_named(slopt: Slopt, uncertain: Path) -> None:
    """With risk.chance a plan keeps each limit that often, or there is none, and it is said why."""
    kept = slopt("solve", uncertain, "--risk", "mean", "--set", "risk.chance=0.1", "--json")
    if kept.code == 0:
        assert all(entry["chance"] <= 0.1 + 1e-9 for entry in kept.json["risk"]["chances"])
    never = ("--set", "risk.chance=0", "--set", "limits.min_service_level=0.93")
    ran = slopt("solve", uncertain, "--risk", "mean", *never, "--set", "limits.budget=")
    assert ran.code in (0, 4)
    if ran.code == 4:
        assert "min_service_level" in ran.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("risk", "tiny", "--samples", "-5"), 2, "'--samples'"),
        (("solve", "tiny", "--risk", "cvar:0.00001%"), 2, "0.00001% is out of range, 0.01 % to"),
        (("solve", "tiny", "--risk", "blend:200%"), 2, "200% is out of range, 0 % to 100 %"),
        (("solve", "tiny", "--model", "risk_plan"), 2, "such as --risk cvar"),
    ],
)
def test_a_word_out_of_range_is_refused_where_it_was_written(
    slopt: Slopt, words: tuple[str, ...], code: int, said: str
) -> None:
    """The message names the option as typed, not the setting that it stands for."""
    ran = slopt(*words)
    assert ran.code == code
    assert said in " ".join(ran.err.split())
    assert "SLOPT_RISK" not in ran.err


def test_ends_beyond_the_range_of_a_column_are_told_at_the_option(slopt: Slopt) -> None:
    """A factor that leads out of range is told with what it comes to, and no percentage."""
    ran = slopt("risk", "clinic_supplies", "--vary", "segments.margin=0.9x:9x", "--no-record")
    said = " ".join(ran.err.split())
    assert ran.code == 3
    assert "--vary" in said
    assert '"2.7" is above 1.' in said
    assert "For 2.7 %" not in said


def test_a_recorded_plan_for_risk_is_shown_with_its_aim_and_reserve(
    slopt: Slopt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`slopt runs show` says what it was chosen for, its value by that, and what is reserved."""
    monkeypatch.setenv("SLOPT_STORE", str(tmp_path / "runs.sqlite"))
    folder = tmp_path / "case"
    shutil.copytree(examples()["clinic_supplies"], folder)
    slopt("solve", folder, "--risk", "cvar", "--set", "risk.sampling=listed")
    said = " ".join(slopt("runs", "show", f"{folder}@latest").out.split())
    assert "Chosen for the worst 10 % of 4 futures: total cost 735.4 k EUR there" in said
    assert "Reserve 677 extra units of van hours" in said
    assert "At the case's own numbers:" in said
    slopt("solve", folder)
    assert "Chosen for" not in slopt("runs", "show", f"{folder}@latest").out


def test_the_edges_of_a_frontier_are_explained(slopt: Slopt) -> None:
    """The chart says what its shaded marks are, and only where they are drawn."""
    words = ("frontier", "clinic_supplies", "--points", "4", "--set", "risk.sampling=listed")
    banded = " ".join(slopt(*words, "--bands", "--no-record").out.split())
    assert "░ marks the two ends between which nine of ten futures lie" in banded
    assert "░ marks" not in slopt(*words, "--no-record").out
