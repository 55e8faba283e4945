"""`slopt design`: screen, files, refusals, and the way back by `slopt calibrate`."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hotline_case import write_hotline
from running import Slopt

from slopt.case.load import load_case
from slopt.shipped import examples

LEARN = ("--learn", "response.leave_probability")


@pytest.fixture
def hotline(tmp_path: Path) -> Path:
    """The folder of a case in which a trial pays; who leaves is all that is uncertain."""
    folder = write_hotline(tmp_path / "hotline")
    lines = (folder / "sources.csv").read_text(encoding="utf-8").splitlines()
    (folder / "sources.csv").write_text("\n".join(lines[:2]) + "\n", encoding="utf-8")
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def filled_log(case: Path, out: Path, leave: float) -> None:
    """Every customer of trial.csv for a period, as the case says they are but for who leaves."""
    planning_case = load_case(case)
    segments, tiers = planning_case.table("segments"), planning_case.table("tiers")
    level = dict(zip(planning_case.tiers, tiers.numbers("service_level"), strict=True))
    orders = dict(
        zip(segments.texts("segment"), segments.numbers("orders_per_customer"), strict=True)
    )
    churn = dict(zip(segments.texts("segment"), segments.numbers("base_churn"), strict=True))
    random = np.random.default_rng(1)
    with (out / "trial_log.csv").open(encoding="utf-8") as file:
        columns = file.readline().strip().split(",")
    lines = [",".join(columns)]
    for arm in rows(out / "trial.csv"):
        for number in range(round(float(arm["customers"]))):
            n = random.poisson(orders[arm["segment"]])
            failed = random.binomial(n, 1 - level[arm["tier"]])
            gone = random.random() < churn[arm["segment"]] + leave * (failed > 0)
            row = {
                "customer": f"{arm['segment']}-{arm['arm']}-{number}", "segment": arm["segment"],
                "arm": arm["arm"], "tier": arm["tier"], "phase": "", "orders": n,
                "failed": failed, "left": "yes" if gone else "no",
            }  # fmt: skip
            lines.append(",".join(str(row[name]) for name in columns))
    (out / "trial_log.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_a_trial_goes_from_design_to_the_case_that_it_teaches(
    slopt: Slopt, hotline: Path, tmp_path: Path
) -> None:
    """Designed, made with 18 % who leave, read: the new case has it in its interval, measured."""
    out, learnt = tmp_path / "trial", tmp_path / "learnt"
    ran = slopt("design", hotline, *LEARN, "--length", "1", "--out", out)
    assert ran.code == 0, ran.err
    assert "slopt calibrate" in ran.out
    filled_log(hotline, out, leave=0.18)
    ran = slopt("calibrate", out / "trial.toml", "--out", learnt)
    assert ran.code == 0, ran.err
    assert slopt("check", learnt).code == 0
    (source,) = [r for r in rows(learnt / "sources.csv") if r["column"] == "leave_probability"]
    assert float(source["low"]) < 0.18 < float(source["high"])
    assert source["kind"] == "measured"
    assert "control group" in source["source"]
    value = float(rows(learnt / "response.csv")[0]["leave_probability"])
    assert float(source["low"]) < value < float(source["high"])
    before = next(r for r in rows(hotline / "sources.csv") if r["column"] == "leave_probability")
    width = float(before["high"]) - float(before["low"])
    assert float(source["high"]) - float(source["low"]) < 0.7 * width


def test_the_case_that_was_taught_has_the_plan_that_was_told(
    slopt: Slopt, hotline: Path, tmp_path: Path
) -> None:
    """A small trial counts with what was known before, as what it is worth does: the same tiers."""
    out, learnt = tmp_path / "trial", tmp_path / "learnt"
    for leave in (0.02, 0.2):
        if not out.exists():
            slopt("design", hotline, *LEARN, "--length", "1", "--out", out)
        filled_log(hotline, out, leave)
        ran = slopt("calibrate", out / "trial.toml", "--out", learnt)
        assert "known before (2.0 % to 25.0 %)" in " ".join(ran.out.split())
        document = json.loads((learnt / "calibration.json").read_text(encoding="utf-8"))
        (trial,) = [f for f in document["findings"] if f["name"] == "trial of leave_probability"]
        seen = trial["rows"][0]["value"]
        design = json.loads((out / "design.json").read_text(encoding="utf-8"))["trial"]
        (told,) = [
            r["moves"] for r in design["results"]
            if (r["from"] or -1) <= seen < (r["to"] or 2)
        ]  # fmt: skip
        tiers = {row["segment"]: row["then"] for row in told}
        middle = ("--set", "response.leave_probability=0.135")
        assert tiers_of(slopt, tmp_path / "plan", learnt) == (
            tiers_of(slopt, tmp_path / "mean", hotline, *middle) | tiers
        )


def tiers_of(slopt: Slopt, out: Path, case: Path, *settings: str) -> dict[str, str]:
    """The plan: tier by segment."""
    assert slopt("solve", case, *settings, "--out", out).code == 0
    return {row["segment"]: row["tier"] for row in rows(out / "plan.csv")}


def test_the_files_say_what_the_document_says(slopt: Slopt, hotline: Path, tmp_path: Path) -> None:
    """design.json is what --json prints; trial.csv has its arms; a decline leaves no old trial."""
    out = tmp_path / "out"
    ran = slopt("design", hotline, *LEARN, "--out", out, "--json")
    assert sorted(path.name for path in out.iterdir()) == [
        "design.json", "trial.csv", "trial.toml", "trial_log.csv",
    ]  # fmt: skip
    document = json.loads((out / "design.json").read_text(encoding="utf-8"))
    assert document == ran.json
    arms = rows(out / "trial.csv")
    assert [(r["segment"], r["arm"], r["tier"]) for r in arms] == [
        (r["segment"], r["arm"], r["tier"]) for r in document["trial"]["arms"]
    ]
    treated = sum(float(r["customers"]) for r in arms if r["arm"] == "treated")
    assert treated == document["trial"]["proposed"]["treated"]
    assert document["trial"]["proposed"]["power"] >= 0.8
    short = ("--length", "1", "--setup", "1e9")
    ran = slopt("design", hotline, *LEARN, *short, "--out", out, "--json")
    assert ran.code == 0
    assert [path.name for path in out.iterdir()] == ["design.json"]
    assert ran.json["pays"] is False


def test_a_log_that_was_filled_is_kept(slopt: Slopt, hotline: Path, tmp_path: Path) -> None:
    """Neither a second design nor a decline writes over it, nor anything into the case itself."""
    out = tmp_path / "trial"
    assert slopt("design", hotline, *LEARN, "--length", "1", "--out", out).code == 0
    assert slopt("design", hotline, *LEARN, "--length", "1", "--out", out).code == 0
    log = out / "trial_log.csv"
    log.write_text(log.read_text(encoding="utf-8") + "c1,homes,treated\n", encoding="utf-8")
    text = log.read_text(encoding="utf-8")
    for more in ((), ("--setup", "1e9"), ("--set", "limits.budget=1")):
        ran = slopt("design", hotline, *LEARN, *more, "--out", out)
        assert ran.code == 2
        assert "has rows" in ran.err
        assert log.read_text(encoding="utf-8") == text
    ran = slopt("design", hotline, *LEARN, "--out", hotline)
    assert ran.code == 2
    assert not (hotline / "trial.csv").exists()


def test_more_power_takes_more_customers(slopt: Slopt, hotline: Path) -> None:
    """90 % against 80 %, as the quantiles of the normal distribution have it."""
    sizes = [
        slopt("design", hotline, *LEARN, "--length", "1", *more, "--json")
        .json["trial"]["customers_for_power"]
        for more in ((), ("--power", "90%"))
    ]  # fmt: skip
    assert sizes[1] / sizes[0] == pytest.approx((1.95996 + 1.28155) ** 2 / 2.80159**2, rel=2e-3)


@pytest.mark.parametrize(("width", "lang"), [(80, "en"), (60, "zh")])
def test_the_screen_fits_its_width(
    slopt: Slopt, hotline: Path, monkeypatch: pytest.MonkeyPatch, width: int, lang: str
) -> None:
    """A trial that pays, and a decline."""
    from rich.cells import cell_len

    monkeypatch.setenv("COLUMNS", str(width))
    short = (*LEARN, "--length", "1")
    commands = [(hotline, *short), (hotline, *short, "--setup", "1e9")]
    for command in commands:
        ran = slopt("design", *command, "--lang", lang)
        assert ran.code == 0, ran.err
        assert max(cell_len(line) for line in ran.out.splitlines()) <= width


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--power", "high"), "write a share"),
        (("--power", "3%"), "--power"),
        (("--power", "80"), "write a share"),
        (("--compare", "lots"), "control, before_after, differences"),
        (("--draw", "cards"), "auto, customers, segments"),
        (("--length", "9"), "--periods"),
        (("--learn", "response.margin"), "no input with an interval"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    slopt: Slopt, hotline: Path, options: tuple[str, ...], message: str
) -> None:
    """Exit code 2 and one sentence, without a traceback."""
    ran = slopt("design", hotline, *options)
    assert ran.code == 2
    assert message in ran.err
    assert "Traceback" not in ran.err


def test_a_case_without_a_plan_is_told_as_solve_tells_it(slopt: Slopt, hotline: Path) -> None:
    """Exit code 4 where no plan keeps the limits."""
    ran = slopt("design", hotline, "--set", "limits.budget=1")
    assert ran.code == 4


@pytest.mark.parametrize("case", ["heating_service", "kitchen_service", "tiny"])
def test_cases_that_no_trial_is_designed_for_are_refused(slopt: Slopt, case: str) -> None:
    """Over periods, with levels and desks, without intervals."""
    assert case in examples()
    ran = slopt("design", case)
    assert ran.code == 2
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", '"a', "[red]客户 甲[/red]"])
def test_hostile_names_are_text(slopt: Slopt, hotline: Path, tmp_path: Path, name: str) -> None:
    """As a segment, a tier and the case; and the mapping still reads."""
    for path in hotline.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            its = [[name if cell in ("homes", "good") else cell for cell in row]
                   for row in csv.reader(file)]  # fmt: skip
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(its)
    settings = (hotline / "case.toml").read_text(encoding="utf-8")
    (hotline / "case.toml").write_text(
        settings.replace('"Hotline"', json.dumps(name)), encoding="utf-8"
    )
    out = tmp_path / "out"
    ran = slopt("design", hotline, *LEARN, "--length", "1", "--out", out)
    assert ran.code == 0, ran.err
    ran = slopt("calibrate", out / "trial.toml")
    assert ran.code == 3
    assert "no rows" in ran.err
