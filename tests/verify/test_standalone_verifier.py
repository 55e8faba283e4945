"""The verifier: what it accepts is true, and nothing else is accepted, whoever wrote it."""

from __future__ import annotations

import ast
import itertools
import json
import math
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from certificates import RULES, SEEDS, best_of, certificate_of, certified, claimed, named, resealed
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import judge
from strategies import random_problem, simple_problem

from slopt.problem.choice import ChoiceProblem
from slopt.problem.prospect_pools import ProspectPool
from slopt.solve.core import is_available
from slopt.verify import guard, verifier
from slopt.verify.guard import NUMBERS, UnreadableError, exactly, read, verify
from slopt.verify.numbers import numbers_text
from slopt.verify.verifier import ROOM, Case, RefusedError, pool_loss

NEITHER = (RefusedError, UnreadableError)
REFUSALS = (*NEITHER, LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
"""Of the verifier alone, which leaves it to Python to say what is wrong with a file."""
PAGES = 226
"""Lines of the verifier: two pages of A4 in small print, of which some are blank."""
WITH_PLAN = [seed for seed in SEEDS if certified(seed)[1] is not None]
WITHOUT = [seed for seed in SEEDS if certified(seed)[1] is None]


def is_true(seed: int, certificate: str) -> bool:
    """Whether what a certificate claims holds of every plan, from the definitions."""
    problem, best, _, _ = certified(seed)
    document = json.loads(certificate)
    if document["claim"] == "no plan":
        return best is None
    choice = [problem.tiers.index(document["plan"][segment]) for segment in problem.segments]
    judged = judge(problem, choice)
    assert best is not None
    sign = -1 if problem.goal.maximises else 1
    near = 1e-9 * max(1.0, abs(best[0]))
    return (
        not judged.violated
        and abs(document["value"] - judged.objective) <= near
        and sign * document["bound"] <= best[0] + near
        and abs(document["value"] - document["bound"])
        <= (document["gap"] + 1e-9) * max(1.0, abs(document["value"]))
    )


@pytest.mark.parametrize("seed", WITH_PLAN)
def test_a_certificate_of_the_best_plan_holds_and_leaves_no_gap(seed: int) -> None:
    """Under every goal, rule and limit the best plan is proven to be the best one."""
    _, _, certificate, numbers = certified(seed)
    verdict = verify(certificate, numbers)
    assert is_true(seed, certificate)
    assert verdict.gap is not None
    assert verdict.gap <= Decimal("1e-8")


@pytest.mark.parametrize("seed", WITHOUT)
def test_a_certificate_that_there_is_no_plan_holds_where_there_is_none(seed: int) -> None:
    """Conflicts are proven too, also those that exist in whole tiers only."""
    _, _, certificate, numbers = certified(seed)
    assert verify(certificate, numbers).value is None
    assert is_true(seed, certificate)


def test_the_verifier_judges_plans_as_the_definitions_do() -> None:
    """It breaks the same plans and values the others alike."""
    rng = np.random.default_rng(3)
    for seed in range(60):
        problem = random_problem(seed)
        case = Case(read(numbers_text(problem, "a", "b"), NUMBERS))
        for _ in range(10):
            choice = rng.integers(0, len(problem.tiers), len(problem.segments)).tolist()
            if not problem.admissible[np.arange(len(choice)), choice].all():
                continue
            judged = judge(problem, choice)
            with exactly():
                value, over = case.judge(named(problem, choice))
            broken = any(share > ROOM for _, share in over)
            assert broken == bool(judged.violated), (seed, choice)
            sign = -1 if problem.goal.maximises else 1
            if not broken:
                assert float(value) == pytest.approx(sign * judged.objective, abs=1e-9)


def test_any_changed_bit_is_refused() -> None:
    """Wherever in the file a bit is flipped, the certificate no longer holds."""
    rng = np.random.default_rng(7)
    _, _, certificate, numbers = certified(WITH_PLAN[0])
    raw = certificate.encode()
    for place in range(len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1 << int(rng.integers(8))
        try:
            text = changed.decode()
        except UnicodeDecodeError:
            continue
        with pytest.raises(NEITHER):
            verify(text, numbers)


def test_a_changed_bit_that_the_verifier_alone_takes_changes_nothing_that_is_claimed() -> None:
    """Without the seal the verifier accepts changes of what it does not read, and no lies."""
    rng = np.random.default_rng(9)
    seed = WITH_PLAN[0]
    _, _, certificate, numbers = certified(seed)
    for place in range(len(certificate)):
        text = bytearray(certificate.encode())
        text[place] ^= 1 << int(rng.integers(7))
        try:
            verifier.verify(text.decode(), numbers)
        except REFUSALS:
            continue
        assert is_true(seed, text.decode())


def test_numbers_with_which_prices_prove_nothing_are_refused_by_the_verifier_alone() -> None:
    """Signs that turn costs into gains, and units that nobody belongs to."""
    _, _, certificate, numbers = certified(WITH_PLAN[0])
    given = json.loads(numbers)
    for change in (
        {"units": given["units"] | {"nobody": {"t0": {"lost_sales": 1}}}},
        {"tiers": {tier: {"open_cost": -1} for tier in given["tiers"]}},
        {"same_tier": [{"segments": list(given["segments"]), "penalty": -1}]},
        {"pools": [{"pool": "p", "of": "lost_sales", "prospects": 5, "value": -1}]},
    ):
        text = json.dumps(given | change)
        claim = json.loads(certificate) | {"numbers": guard.digest(text)}
        with pytest.raises(RefusedError, match="prove nothing"):
            verifier.verify(json.dumps(claim), text)


def test_a_name_that_stands_twice_is_refused_by_the_verifier_alone() -> None:
    """Else the last one would count, and a reader would see the first."""
    _, _, certificate, numbers = certified(WITH_PLAN[0])
    twice = certificate.replace('"value": ', '"value": -1,\n"value": ', 1)
    with pytest.raises(RefusedError, match="twice"):
        verifier.verify(twice, numbers)
    text = numbers.replace('"max_tiers": ', '"max_tiers": 1,\n"max_tiers": ', 1)
    claim = json.loads(certificate) | {"numbers": guard.digest(text)}
    with pytest.raises(RefusedError, match="twice"):
        verifier.verify(json.dumps(claim), text)


def test_the_verifier_is_short() -> None:
    """A sceptical reader reads it in ten minutes."""
    lines = Path(verifier.__file__).read_text(encoding="utf-8").splitlines()
    assert len(lines) <= PAGES
    assert max(map(len, lines)) <= 100


def test_any_changed_bit_of_the_numbers_is_refused() -> None:
    """The certificate is bound to every character of its numbers."""
    rng = np.random.default_rng(8)
    _, _, certificate, numbers = certified(WITH_PLAN[0])
    raw = numbers.encode()
    for place in range(0, len(raw), 7):
        changed = bytearray(raw)
        changed[place] ^= 1 << int(rng.integers(7))
        with pytest.raises(NEITHER):
            verify(certificate, changed.decode())


@pytest.mark.parametrize("seed", WITH_PLAN[:12])
def test_a_better_bound_than_the_proof_proves_is_refused(seed: int) -> None:
    """A forger who seals a bound on the other side of the best plan is told what is proven."""
    problem, best, certificate, numbers = certified(seed)
    assert best is not None
    document = json.loads(certificate)
    sign = -1 if problem.goal.maximises else 1
    document["bound"] += sign * (0.01 + 0.01 * abs(document["bound"]))
    document["gap"] = 1.0
    with pytest.raises(RefusedError, match="bound claimed is not proven, but"):
        verify(resealed(document), numbers)


def test_what_is_wrong_is_said() -> None:
    """Each reason for which a forged certificate is refused is named."""
    seed = next(s for s in WITH_PLAN if len(certified(s)[0].segments) > 2)
    problem, best, certificate, numbers = certified(seed)
    assert best is not None

    def refusal(**changes: object) -> str:
        with pytest.raises(RefusedError) as refused:
            verify(resealed(json.loads(certificate) | changes), numbers)
        return str(refused.value)

    document = json.loads(certificate)
    plan = document["plan"]
    first = problem.segments[0]
    assert "another case" in refusal(case_hash="0" * 64)
    assert "other numbers" in refusal(numbers="0" * 64)
    assert "no allowed tier for" in refusal(plan={first: plan[first]})
    assert "no allowed tier for" in refusal(plan=plan | {"nobody": "t0"})
    assert "is worth" in refusal(value=document["value"] + 1)
    assert "does not limit" in refusal(prices=[{"no such limit": 1}], tree=[0])
    assert "leaves out" in refusal(tree=[])
    assert "after its end" in refusal(tree=[0, 0])
    assert "does not know" in refusal(claim="all is well")
    assert "no plan" in refusal(claim="no plan")


@pytest.mark.parametrize("seed", WITH_PLAN[:15])
def test_no_plan_is_never_proven_where_there_is_one(seed: int) -> None:
    """Whatever prices are put forward, a case with a plan is not proven to have none."""
    problem, _, certificate, numbers = certified(seed)
    names = list(json.loads(numbers)["limits"])
    rng = np.random.default_rng(seed)
    for _ in range(20):
        prices = [{name: float(rng.exponential(10.0 ** rng.integers(-3, 6))) for name in names}]
        forged = json.loads(certificate) | {"claim": "no plan", "prices": prices, "tree": [0]}
        with pytest.raises(RefusedError):
            verify(resealed(forged), numbers)
    assert problem.segments


@settings(max_examples=400)
@given(st.data())
def test_whatever_is_forged_what_is_accepted_is_true(data: st.DataObject) -> None:
    """Claims, plan, prices and tree are changed and sealed anew: lies are refused."""
    seed = data.draw(st.sampled_from(SEEDS))
    problem, _, certificate, numbers = certified(seed)
    document = json.loads(certificate)
    names = list(json.loads(numbers)["limits"])
    for _ in range(data.draw(st.integers(1, 3))):
        change = data.draw(st.sampled_from(["number", "plan", "price", "tree", "cut", "side"]))
        if change == "number" and document["claim"] == "plan":
            name = data.draw(st.sampled_from(["value", "bound", "gap"]))
            document[name] = data.draw(
                st.sampled_from([0, 1, -1, document["value"], document["bound"]])
                | st.floats(-200, 200)
            )
        elif change == "plan" and document["claim"] == "plan":
            segment = data.draw(st.sampled_from(problem.segments))
            document["plan"][segment] = data.draw(st.sampled_from(problem.tiers))
        elif change == "price" and names:
            place = data.draw(st.integers(0, len(document["prices"]) - 1))
            name = data.draw(st.sampled_from(names))
            document["prices"][place][name] = data.draw(st.floats(-1e3, 1e6))
        elif change == "tree":
            place = data.draw(st.integers(0, len(document["tree"]) - 1))
            document["tree"][place] = data.draw(
                st.integers(-1, len(document["prices"]))
                | st.lists(st.integers(0, len(document["prices"]) - 1), min_size=1, max_size=1)
                | st.tuples(
                    st.sampled_from(problem.segments),
                    st.lists(st.sampled_from(problem.tiers), max_size=3),
                )
            )
        elif change == "cut":
            document["cut"] = data.draw(st.floats(-300, 300))
        elif change == "side":
            place = data.draw(st.integers(0, len(document["tree"]) - 1))
            del document["tree"][place:]
            document["tree"].append(0)
    forged = resealed(document)
    for check in (verify, verifier.verify):
        try:
            check(forged, numbers)
        except REFUSALS:
            continue
        assert is_true(seed, forged), check


def _sealed_with(text: str) -> str:
    """A sealed certificate of which one line is any text."""
    body = '{\n"format": "slopt certificate 1",\n' + text
    return f'{body}{guard.SEAL}{guard.digest(body)}"\n}}\n'


HOSTILE = {
    "nothing": "",
    "not JSON": "a certificate, honestly",
    "a list": "[1, 2]",
    "another format": '{"format": "slopt certificate 2"}',
    "deep": _sealed_with('"x": ' + "[" * 100_000 + "]" * 100_000),
    "NaN": _sealed_with('"value": NaN'),
    "infinity": _sealed_with('"value": -Infinity'),
    "overflow": _sealed_with('"value": 1e400'),
    "huge exponent": _sealed_with('"value": 1e999999999'),
    "tiny exponent": _sealed_with('"value": 1e-999999999'),
    "many digits": _sealed_with('"value": ' + "9" * 1_000_000),
    "many decimals": _sealed_with('"value": 0.' + "9" * 1_000_000),
    "twice": _sealed_with('"value": 1,\n"value": 2'),
    "lone surrogate": _sealed_with('"value": "\ud800"'),
    "no fields": _sealed_with('"value": 1'),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_refused_with_words_and_at_once(text: str) -> None:
    """Depth, size, names that stand twice and numbers beyond use end in one short message."""
    _, _, _, numbers = certified(WITH_PLAN[0])
    begin = time.process_time()
    with pytest.raises(UnreadableError) as error:
        verify(text, numbers)
    assert 10 < len(str(error.value)) < 400
    assert time.process_time() - begin < 2


@pytest.mark.parametrize(
    "name", ["plan", "value", "bound", "gap", "prices", "tree", "claim", "numbers", "case_hash"]
)
def test_fields_of_the_wrong_kind_are_refused(name: str) -> None:
    """Whatever stands where something else belongs, nothing but a refusal comes of it."""
    _, _, certificate, numbers = certified(WITH_PLAN[0])
    for value in (None, True, "x", -1, 0.5, [], {}, [[]], [{}], {"a": []}, [[["s0"], 1]], ["s0"]):
        with pytest.raises(NEITHER):
            verify(resealed(json.loads(certificate) | {name: value}), numbers)


def test_a_proof_that_would_take_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proof has so many steps of so many offers, and then no more is looked at."""
    _, _, certificate, numbers = certified(WITH_PLAN[0])
    monkeypatch.setattr(verifier, "MOST_WORK", 10_000)
    with pytest.raises(RefusedError, match="longer than"):
        verify(resealed(json.loads(certificate) | {"tree": [[0]] * 10_000}), numbers)


def test_the_loss_of_a_pool_is_right_to_fifty_digits_and_not_above() -> None:
    """1000 prospects of 2 each, told 500 times: 2000 (1 - e^-0.5)."""
    pool = {"prospects": 1000, "value": 2}
    with exactly():
        loss = pool_loss(pool, Decimal(500))
        assert float(loss) == pytest.approx(2000 * -math.expm1(-0.5), rel=1e-15)
        assert pool_loss(pool, Decimal(0)) == 0
        assert 0 < 2000 - pool_loss(pool, Decimal(10) ** 40) < Decimal("1e-40")


@pytest.mark.parametrize("seed", range(4))
def test_pools_of_prospects_are_certified(seed: int) -> None:
    """What segments tell the same people is no sum over segments, and is proven all the same."""
    problem = pooled_problem(seed)
    plans = {}
    for choice in itertools.product(range(3), repeat=4):
        pairs = list(enumerate(choice))
        told = sum(float(problem.pools[0].messages[pair]) for pair in pairs)
        cost = sum(float(problem.service_cost[pair]) for pair in pairs)
        lost = sum(float(problem.lost_orders[pair]) for pair in pairs)
        if cost <= 150 and lost + 300 * (1 - math.exp(-told / 100)) <= 270:
            plans[choice] = cost + lost + 300 * (1 - math.exp(-told / 100))
    choice, value = min(plans.items(), key=lambda plan: plan[1])
    certificate, numbers = certificate_of(problem, (value, choice))
    verify(certificate, numbers)
    assert float(claimed(certificate, "value")) == pytest.approx(value, rel=1e-12)
    assert float(claimed(certificate, "bound")) <= value + 1e-9
    assert float(claimed(certificate, "gap")) < 1e-8


def pooled_problem(seed: int) -> ChoiceProblem:
    """Four segments that talk to the same 100 prospects of 3 each, under two limits."""
    rng = np.random.default_rng(seed)
    cost = np.sort(rng.integers(0, 60, (4, 3)), axis=1)
    lost = np.sort(rng.integers(0, 20, (4, 3)), axis=1)[:, ::-1]
    messages = np.sort(rng.integers(0, 90, (4, 3)), axis=1)[:, ::-1].astype(float)
    ends = np.array([0.0, messages.max(axis=1).sum()])
    pool = ProspectPool("town", 100.0, 3.0, messages, ends, 300 * -np.expm1(-ends / 100), 300.0)
    return simple_problem(cost, lost, pools=(pool,), budget=150.0, max_lost_sales=270.0)


def test_the_verifier_needs_nothing_but_the_standard_library(tmp_path: Path) -> None:
    """Copied elsewhere it runs isolated, and says by its exit code what it found."""
    file = tmp_path / "verify_plan.py"
    file.write_text(Path(verifier.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    _, _, certificate, numbers = certified(WITH_PLAN[0])
    (tmp_path / "numbers.json").write_text(numbers, encoding="utf-8")
    forged = json.loads(certificate) | {"case_hash": "another"}
    wanted = {"true": (certificate, 0), "forged": (resealed(forged), 1), "none": ("{}", 1)}
    for name, (text, code) in wanted.items():
        (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
        ran = subprocess.run(
            [sys.executable, "-I", "-S", "verify_plan.py", f"{name}.json", "numbers.json"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == code, ran.stderr
        assert "Traceback" not in ran.stderr
        assert (ran.stdout if code == 0 else ran.stderr).strip()
        if code == 0:
            document = json.loads(certificate, parse_float=str, parse_int=str)
            assert f"value: {document['value']} bound: {document['bound']}" in ran.stdout


def test_the_verifier_shares_no_code_with_what_it_verifies() -> None:
    """It imports modules of the standard library only."""
    tree = ast.parse(Path(verifier.__file__).read_text(encoding="utf-8"))
    names = {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {
        (node.module or "").split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    }
    assert names <= sys.stdlib_module_names


def test_small_problems_have_a_best_plan_to_compare_with() -> None:
    """The cases of these tests have some plans, some of them none."""
    assert len(WITH_PLAN) > 10
    assert len(WITHOUT) > 5
    assert best_of(certified(WITH_PLAN[0])[0]) is not None


def test_the_core_gives_proofs_that_drop_and_split() -> None:
    """Where the exact core proved the plan, its own search is what the certificate carries."""
    trees = [json.loads(certified(seed)[2])["tree"] for seed in WITH_PLAN if seed >= RULES]
    if not is_available():
        pytest.skip("the compiled core is not part of this installation")
    assert any(isinstance(item, list) and len(item) == 1 for tree in trees for item in tree)
    assert any(isinstance(item, list) and len(item) == 2 for tree in trees for item in tree)
