"""The page in a real browser: clicked, typed into, and read."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FRESH = "() => !document.body.classList.contains('stale') && document.querySelector('#summary')"
WAIT_MS = 60_000


def need(name: str, is_there: bool) -> None:
    """Skip with the reason, but where a browser must be there."""
    if not is_there:
        assert os.environ.get("SLOPT_CHROMIUM") != "required", f"{name} is not installed"
        pytest.skip(f"{name} is not installed on this machine")


def start(case: str, *options: str, store: str = "none") -> tuple[subprocess.Popen[str], str]:
    """`slopt app`, and the address that it prints."""
    process = subprocess.Popen(
        [sys.executable, "-m", "slopt", "app", case, "--no-browser", *options],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"SLOPT_STORE": store},
    )
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(r"http://\S+", line):
            return process, found[0]
    raise AssertionError(f"no address; exit code {process.wait()}")


def stop(process: subprocess.Popen[str]) -> int:
    """End it as Ctrl-C does; its exit code."""
    process.send_signal(signal.SIGINT)
    try:
        return process.wait(30)
    finally:
        process.kill()
        assert process.stderr is not None
        process.stderr.close()


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium of this machine."""
    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    need("Chromium", program is not None)
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    pytest.importorskip("nicegui", reason="the extra app is not installed")
    with api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory):
    """The page of the deliveries; its runs go to a store of the test."""
    pytest.importorskip("nicegui", reason="the extra app is not installed")
    store = tmp_path_factory.mktemp("store") / "runs.sqlite"
    process, found = start("scms_deliveries", store=str(store))
    yield found
    assert stop(process) == 0


@pytest.fixture
def page(browser, address):
    """A fresh window on the page, its first answer there; nothing came from anywhere else."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(WAIT_MS)
    window = context.new_page()
    asked, errors = [], []
    window.on("request", lambda request: asked.append(request.url))
    window.on("pageerror", lambda error: errors.append(str(error)))
    window.goto(address)
    window.wait_for_function(FRESH)
    yield window
    context.close()
    origin = address.split("/?")[0]
    assert not errors
    assert all(url.startswith((origin, origin.replace("http", "ws"), "data:", "blob:"))
               for url in asked)  # fmt: skip


def settle(page) -> None:
    """Wait until what is shown belongs to what was asked."""
    page.wait_for_function(FRESH)


def knob(page, path: str):
    """The slider and field of a value."""
    return page.locator(f'.knob[data-path="{path}"]')


def test_a_typed_budget_gives_another_plan_and_undo_the_old_one(page):
    """The sentence, the figures and what the field was before change, and go back."""
    assert "This is the plan of the case" in page.locator("#summary").inner_text()
    before = page.locator("#figure-booked .value").inner_text()
    field = knob(page, "limits.budget").locator(".field")
    field.fill("8.7 M")
    field.press("Enter")
    settle(page)
    assert "higher than in the plan of the case" in page.locator("#summary").inner_text()
    assert "was 9.6 M" in knob(page, "limits.budget").locator(".note").inner_text()
    assert page.locator("#figure-booked .value").inner_text() != before
    page.locator("#undo").click()
    settle(page)
    assert page.locator("#figure-booked .value").inner_text() == before


def test_a_plan_for_bad_futures_is_chosen_and_its_figures_have_bands(page):
    """Every total says between what nine of ten futures lie; the choice gives another plan."""
    band = page.locator("#figure-total .band")
    band.wait_for()
    assert "in 9 of 10" in band.inner_text()
    page.locator("#risk").select_option("cvar")
    settle(page)
    assert "in the worst tenth of futures" in page.locator("#summary").inner_text()
    assert "1 change from the case" in page.locator(".results").inner_text()
    page.locator("#undo").click()
    settle(page)
    assert page.locator("#risk").input_value() == "own"
    assert "This is the plan of the case" in page.locator("#summary").inner_text()


def test_a_slider_moves_by_arrow_keys_and_fades_what_is_stale_at_once(page):
    """The very key press fades the figures; they come back with the answer to it."""
    slider = knob(page, "limits.max_changes").locator(".range")
    slider.focus()
    page.evaluate(
        "document.addEventListener('input', () => {"
        "window.fadedAtOnce = document.body.classList.contains('stale'); })"
    )
    slider.press("ArrowLeft")
    assert page.evaluate("window.fadedAtOnce")
    settle(page)
    assert knob(page, "limits.max_changes").locator(".field").input_value() == "8"
    assert page.locator(".moves tfoot td").first.inner_text().startswith("8 moves")


def test_the_budget_line_is_moved_by_keys_and_by_dragging(page):
    """The line on the frontier is a slider of its own; both ways change the budget."""
    line = page.locator("#budget-line")
    line.wait_for()
    line.focus()
    page.keyboard.press("PageDown")
    settle(page)
    text = knob(page, "limits.budget").locator(".field").input_value()
    assert text == "9.4 M"
    assert page.evaluate("document.activeElement.id") == "budget-line"
    box = page.locator("#budget-line .grab").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 80)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 40, box["y"] + 80, steps=4)
    page.mouse.up()
    settle(page)
    assert knob(page, "limits.budget").locator(".field").input_value() not in (text, "9.6 M")


def test_a_chosen_tier_is_pinned_and_kept(page):
    """Choosing a tier pins it; the plan is solved again around it; the button lets it go."""
    select = page.locator(".moves select").first
    its, now = select.get_attribute("id"), select.input_value()
    other = next(
        value
        for value in select.locator("option").evaluate_all("all => all.map(o => o.value)")
        if value != now
    )
    select.select_option(other)
    settle(page)
    assert page.locator(f"#{its}").input_value() == other
    assert "Pinned:" in page.locator(".block-moves").inner_text()
    button = page.locator(f"#pin-{its.removeprefix('tier-')}")
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    settle(page)
    assert page.locator(f"#{its}").input_value() == now


def test_what_cannot_be_is_said_and_never_shown_as_a_plan(page):
    """A text that is no number is refused at its field; a budget too small has no plan."""
    field = knob(page, "limits.budget").locator(".field")
    field.fill("a lot")
    field.press("Enter")
    page.wait_for_selector('.field[aria-invalid="true"]')
    assert "Write a number" in knob(page, "limits.budget").locator(".note").inner_text()
    field.fill("1")
    field.press("Enter")
    settle(page)
    assert "No plan keeps these limits" in page.locator("#summary").inner_text()
    assert page.locator("#figure-total .value").inner_text() == "–"


def test_a_plan_is_saved_and_can_be_compared_with(page):
    """The saved run is offered for comparison, and equals the plan it was saved from."""
    field = knob(page, "limits.budget").locator(".field")
    field.fill("9 M")
    field.press("Enter")
    settle(page)
    page.locator("#save").click()
    page.wait_for_selector(".message:has-text('Saved as run')")
    page.wait_for_function("() => document.querySelectorAll('#compare option').length > 1")
    page.locator("#compare").select_option(index=1)
    settle(page)
    page.wait_for_selector("#summary:has-text('This is run')")


def test_a_workbook_is_handed_out(page, tmp_path: Path):
    """The button gives a workbook that is one."""
    with page.expect_download(timeout=WAIT_MS) as download:
        page.locator("#workbook").click()
    path = tmp_path / "plan.xlsx"
    download.value.save_as(path)
    assert path.read_bytes()[:2] == b"PK"
    assert download.value.suggested_filename == "scms_deliveries.xlsx"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light"), (390, "dark")])
def test_it_fits_every_width_and_follows_the_system(browser, address, width, scheme):
    """No sideways scrolling; dark where the system is; targets of 24 px."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme
    )  # fmt: skip
    context.set_default_timeout(WAIT_MS)
    window = context.new_page()
    window.goto(address)
    window.wait_for_function(FRESH)
    assert window.evaluate("document.documentElement.scrollWidth") <= width
    ground = window.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(14, 17, 21)" if scheme == "dark" else "rgb(245, 246, 248)")
    small = window.evaluate(
        "() => [...document.querySelectorAll('button, select, .field, .range')]"
        ".filter(e => e.offsetParent && Math.min(e.offsetWidth, e.offsetHeight) < 24)"
        ".map(e => e.id)"
    )
    assert small == []
    context.close()


def test_it_listens_on_this_machine_alone_and_asks_for_its_token(address):
    """Another address of this machine is not answered; without the token the answer is 403."""
    port = int(re.search(r":(\d+)/", address)[1])
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(address.split("?")[0])
    assert refused.value.code == 403
    refused.value.close()
    for other in ("127.0.0.2", "::1"):
        family = socket.AF_INET6 if ":" in other else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.settimeout(5)
            assert probe.connect_ex((other, port)) != 0


def test_a_segment_is_found_by_its_name_and_what_is_not_found_is_said(page):
    """A part of a name shows who has it; nonsense is answered; many are asked for more."""
    find = page.locator("#find")
    first = page.locator("#segments option").nth(3).get_attribute("value")
    find.fill(first)
    find.press("Enter")
    page.wait_for_selector(f".block-moves [role=status]:has-text({first!r})")
    find.fill("qqqqqqqqqq")
    find.press("Enter")
    page.wait_for_selector(".block-moves [role=status]:has-text('is called “qqqqqqqqqq”')")
    assert page.locator("h1").count() == 1


def copy_of(name: str, folder: Path, *changes: tuple[str, str]) -> Path:
    """An example as a case of one's own, with some texts in place of others."""
    from slopt.shipped import examples

    for path in examples()[name].iterdir():
        if path.suffix in (".csv", ".toml"):
            text = path.read_text(encoding="utf-8")
            for old, new in changes:
                text = text.replace(old, new)
            (folder / path.name).write_text(text, encoding="utf-8")
    return folder


def test_a_page_whose_program_has_ended_says_so(browser, tmp_path: Path):
    """It is told, nothing can be moved any more, and another start of slopt does not change that:
    it has another address.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process, found = start("tiny", "--port", str(port))
    context = browser.new_context()
    context.set_default_timeout(WAIT_MS)
    window = context.new_page()
    try:
        window.goto(found)
        window.wait_for_function(FRESH)
        assert not window.locator("#gone").is_visible()
        process.kill()
        window.wait_for_selector("#gone", state="visible")
        assert "open the address that it prints" in window.locator("#gone").inner_text()
        assert window.evaluate("document.querySelector('.inputs').inert")
        again, _address = start("tiny", "--port", str(port))
        try:
            with window.expect_response(lambda answer: answer.url.endswith("/alive")) as asked:
                pass
            assert asked.value.status == 403
            assert window.locator("#gone").is_visible()
        finally:
            assert stop(again) == 0
    finally:
        context.close()
        stop(process)


def test_a_case_that_changes_on_disk_is_told_and_read_again(browser, tmp_path: Path):
    """The page says that it is out of date; loaded anew it has the case as it is, or as it was and
    why, where it cannot be read.
    """
    case = copy_of("tiny", tmp_path, ('name = "', 'name = "One '))
    process, found = start(str(case))
    context = browser.new_context()
    context.set_default_timeout(WAIT_MS)
    window = context.new_page()
    try:
        window.goto(found)
        window.wait_for_function(FRESH)
        assert "One " in window.locator("h1").inner_text()
        copy_of("tiny", case, ('name = "', 'name = "Another '))
        window.wait_for_selector("#outdated", state="visible")
        window.locator("#reload").click()
        window.wait_for_selector("h1:has-text('Another ')")
        window.wait_for_function(FRESH)
        assert not window.locator("#outdated").is_visible()
        (case / "tiers.csv").write_text("nonsense\n1\n", encoding="utf-8")
        window.wait_for_selector("#outdated", state="visible")
        window.locator("#reload").click()
        window.wait_for_selector("#trouble")
        assert "nonsense" in window.locator("#trouble").inner_text()
        window.wait_for_function(FRESH)
        assert "Another " in window.locator("h1").inner_text()
    finally:
        context.close()
        assert stop(process) == 0


def test_long_names_of_tiers_leave_the_table_within_its_card(browser, tmp_path: Path):
    """Tiers of twenty letters neither push the table out nor are they lost."""
    long = "enterprise-partner-x"
    case = copy_of("tiny", tmp_path, ("premium", long), ("basic", "b-" + long))
    process, found = start(str(case))
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(WAIT_MS)
    window = context.new_page()
    try:
        window.goto(found)
        window.wait_for_function(FRESH)
        over = "() => { const table = document.querySelector('.moves'), card = "
        over += "table.closest('.card'); return table.getBoundingClientRect().right - "
        over += "card.getBoundingClientRect().right; }"
        assert window.evaluate(over) < 0
        assert window.locator(".moves option").first.text_content()
    finally:
        context.close()
        stop(process)


def test_names_are_text_and_chinese_is_spoken(browser, tmp_path: Path):
    """A case whose names are markup shows them as they are, in a page in Chinese."""
    from slopt.shipped import examples

    evil = "<img src=x onerror=window.hit=1>"
    for path in examples()["tiny"].iterdir():
        if path.suffix in (".csv", ".toml"):
            text = path.read_text(encoding="utf-8").replace("premium", evil)
            text = re.sub(r"\bregular\b(?=,)", f'"{evil}{{x}}"', text)
            (tmp_path / path.name).write_text(text, encoding="utf-8")
    process, found = start(str(tmp_path), "--lang", "zh")
    try:
        context = browser.new_context()
        context.set_default_timeout(WAIT_MS)
        window = context.new_page()
        window.goto(found)
        window.wait_for_function(FRESH)
        text = window.locator("body").inner_text()
        assert window.evaluate("window.hit") is None
        assert window.evaluate("document.documentElement.lang") == "zh-Hans"
        assert "限制" in text or "约束" in text or "预算" in text
        options = window.locator(".moves option").all_text_contents()
        assert any(option.startswith("<img src=x") for option in options)
        context.close()
    finally:
        stop(process)
