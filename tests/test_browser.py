"""What people do with the pages in a browser: hand in, correct, look back, with mouse and keyboard."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from etl import demo_workbooks
from schemas import words
from tests import browsing
from tests.browsing import Look, visit
from tests.conftest import PATIENCE, Databases, served

pytestmark = pytest.mark.browser

expect.set_options(timeout=PATIENCE)


def row(page: Page, table: str, name: str) -> list[str]:
    """Return the cells of the row of a table that begins with a name."""
    found = page.get_by_role("table", name=table).get_by_role("row").filter(has_text=name).first
    return [text.strip() for text in found.locator("th, td").all_inner_texts()]


# --- The main journey -------------------------------------------------------------------------------

JOBS = ("JOB-NEW", "GR-A-PAG", "value", "value")
"New jobs in Paggaio: 4 in the demonstration, of which none in the second half of 2022."


def fill(template: Path, content: str | int, copy: Path) -> str:
    """Write the new jobs into a template, and return sheet and cell of where."""
    book = openpyxl.load_workbook(template)
    for sheet in book.worksheets:
        for key, cell in demo_workbooks.cells_by_key(sheet):
            if key == JOBS:
                cell.value = content
                book.save(copy)
                return f"{sheet.title}!{cell.coordinate}"
    raise AssertionError("There is no such row")


def test_a_workbook_becomes_charts_and_a_report(
    page: Page, demo_server: str, tmp_path: Path
) -> None:
    visit(page, demo_server)
    for country in ("Greece", "Jordan", "Portugal", "Spain", "State of Palestine", "Tunisia"):
        expect(page.locator(".multiple-name", has_text=country)).to_be_visible()

    # The template for one project.
    page.get_by_role("link", name="Submissions", exact=True).click()
    form = page.locator('form:has([formaction="/template"])')
    form.get_by_label("Project").select_option("DA-GR")
    form.get_by_label("Period").select_option(label="Jul – Dec 2022")
    form.get_by_label("Language of the workbook").select_option("el")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Template").click()
    template = tmp_path / "template.xlsx"
    downloading.value.save_as(template)
    assert downloading.value.suggested_filename == "medtown-DA-GR-2022-S2-el.xlsx"

    # A fault is named with its cell.
    wrong, right = tmp_path / "wrong.xlsx", tmp_path / "Παγγαίο 2022-S2.xlsx"
    cell = fill(template, "δεκατρία", wrong)
    page.set_input_files(".upload-input", wrong)
    expect(page.get_by_role("heading", name="wrong.xlsx")).to_be_visible()
    expect(page.locator(".finding-error")).to_have_count(1)
    expect(page.locator(".finding-error .cell")).to_have_text(cell)
    expect(page.locator(".finding-error")).to_contain_text("δεκατρία")
    expect(page.get_by_role("button", name="Accept")).to_be_hidden()

    # Corrected: what accepting changes is shown first, and nothing counts before it is accepted.
    fill(template, 13, right)
    page.get_by_role("link", name="Submissions", exact=True).first.click()
    page.set_input_files(".upload-input", right)
    expect(page.get_by_role("heading", name=right.name)).to_be_visible()
    expect(page.get_by_text("1 new value")).to_be_visible()
    assert row(page, "What the pages will show", "Jobs created")[1:3] == ["4", "17"]
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("button", name="Withdraw")).to_be_visible()
    expect(page.locator(".facts .badge")).to_have_text("Accepted")
    accepted_on = words.day(datetime.now(UTC).date(), "en")

    # Project, country, goal and indicator: 4 and 13 are 17, 33 and 13 are 46.
    for path, table, name, actual in (
        ("/project/DA-GR", "Results framework", "Jobs created", "17"),
        ("/country/GRC", "Indicators against their targets", "Jobs created", "17"),
        ("/sdg/8", "Indicators linked to this goal", "Jobs created", "46"),
        ("/indicator/JOB-NEW", "By project and place", "Local action plan", "17"),
    ):
        visit(page, demo_server + path)
        assert actual in row(page, table, name)
    assert page.locator(".kpi-value").first.inner_text().startswith("46")

    # A click on the value names file, sheet, cell and day.
    page.get_by_role("table", name="By project and place").get_by_role("link", name="17").click()
    behind = page.get_by_role("row").filter(has_text=right.name)
    expect(behind).to_contain_text(cell)
    expect(behind).to_contain_text(accepted_on)
    expect(behind).to_contain_text("13 jobs")

    # The report has the same number, and the same cell.
    visit(page, f"{demo_server}/project/DA-GR")
    page.get_by_text("Other formats").first.click()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Web page", exact=True).first.click()
    report = downloading.value.path().read_text("utf-8")
    assert '<data value="17">' in report
    assert right.name in report
    assert cell.partition("!")[2] in report


# --- Versions -----------------------------------------------------------------------------------


def addresses(page: Page) -> set[str]:
    """Return where the links of a page lead, but for the way back to today."""
    links = 'a[href^="/"]:not([data-today])'
    return set(page.eval_on_selector_all(links, "(all) => all.map((a) => a.getAttribute('href'))"))


@pytest.mark.thorough(2)
@pytest.mark.parametrize("path", browsing.ADDRESSES_IN_TURN)
def test_a_past_day_stays_in_every_link(page: Page, demo_server: str, path: str) -> None:
    if path == "/try":
        return  # what is tried there is of no day
    today = datetime.now(UTC).date().isoformat()
    visit(page, f"{demo_server}{path}{'&' if '?' in path else '?'}as_of={today}")
    expect(page.locator(".past")).to_contain_text("As known on")
    page.wait_for_load_state("networkidle")
    assert [one for one in addresses(page) if f"as_of={today}" not in one] == []


def test_a_past_day_is_left_by_the_way_back(page: Page, demo_server: str) -> None:
    visit(page, f"{demo_server}/submissions?as_of={datetime.now(UTC).date().isoformat()}")
    page.get_by_role("link", name="Countries", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Countries")).to_be_visible()
    expect(page.locator(".past")).to_be_visible()
    page.get_by_role("link", name="Show what is known today").click()
    expect(page.locator(".past")).to_have_count(0)
    page.wait_for_load_state("networkidle")
    assert [one for one in addresses(page) if "as_of" in one] == []


def test_withdrawing_asks_first_and_can_be_undone(page: Page, demo_server: str) -> None:
    visit(page, f"{demo_server}/submissions/19")
    state = page.locator(".facts .badge")
    expect(state).to_have_text("Accepted")
    page.get_by_role("button", name="Withdraw").click()
    box = page.get_by_role("dialog")
    expect(box).to_contain_text("Withdraw this workbook?")
    box.get_by_role("button", name="Cancel").click()
    expect(box).to_have_count(0)
    expect(page.get_by_role("button", name="Withdraw")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    expect(state).to_have_text("Withdrawn")
    expect(page.get_by_text("What reinstating changes")).to_be_visible()
    page.get_by_role("button", name="Reinstate").click()
    page.get_by_role("dialog").get_by_role("button", name="Reinstate").click()
    expect(state).to_have_text("Accepted")


def test_a_reason_is_written_and_stands_with_the_value(page: Page, demo_server: str) -> None:
    visit(page, f"{demo_server}/submissions/22")
    expect(page.get_by_text("2 warnings have no reason yet.")).to_be_visible()
    page.get_by_role("textbox", name="Reason").fill("Seventeen asked, two of them twice.")
    page.get_by_role("button", name="Keep the reason").click()
    expect(page.get_by_text("1 warning has no reason yet.")).to_be_visible()
    expect(page.locator(".finding-text").first).to_contain_text("Seventeen asked")


def test_a_cell_is_marked_among_those_around_it(page: Page, demo_server: str) -> None:
    visit(page, f"{demo_server}/value/400")
    marked = page.locator(".around .is-hit")
    expect(marked).to_have_count(1)
    quoted = page.locator(".facts q").inner_text().strip('“”"')
    expect(marked).to_contain_text(quoted)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Original file").click()
    assert downloading.value.path().stat().st_size > 0


# --- Other servers ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def empty_server(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("empty")
    with served(databases.fresh("sqlite", is_seeded=True), home) as address:
        yield address


@pytest.mark.thorough(2)
@pytest.mark.parametrize("path", browsing.ADDRESSES_IN_TURN)
def test_without_values_a_page_says_so(page: Page, empty_server: str, path: str) -> None:
    if path.startswith(("/submissions/1", "/submissions/2", "/value/")):
        return  # nothing was handed in
    visit(page, empty_server + path)
    main = page.locator("#main")
    expect(main).not_to_contain_text("cannot be shown")
    expect(main).not_to_contain_text("NaN")


def test_without_values_the_overview_says_what_to_do(page: Page, empty_server: str) -> None:
    visit(page, empty_server)
    expect(page.locator(".empty-title")).to_be_visible()
    page.locator(".empty").get_by_role("link").click()
    expect(page.locator(".upload-input")).to_be_attached()
    expect(page.get_by_text("No workbook yet")).to_be_visible()


@pytest.fixture(scope="module")
def public_server(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that others can reach."""
    home = tmp_path_factory.mktemp("public")
    address = f"sqlite:///{shutil.copy(demo_database, home)}"
    with served(address, home, host="0.0.0.0") as where:
        yield where


def test_a_public_server_only_reads_and_says_so(page: Page, public_server: str) -> None:
    visit(page, f"{public_server}/submissions")
    expect(page.get_by_text("once they are signed in").first).to_be_visible()
    expect(page.locator(".upload-input")).to_have_count(0)

    token = page.locator('meta[name="csrf-token"]').get_attribute("content")
    answer = page.request.post(
        f"{public_server}/upload",
        headers={"X-CSRFToken": token or "", "Origin": public_server},
        multipart={"file": {"name": "a.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"}},
    )
    assert answer.status == 401
    assert "signed in" in json.loads(answer.text())["message"]


# --- The keyboard -----------------------------------------------------------------------------------


def test_a_workbook_is_handed_in_by_keyboard(page: Page, demo_server: str) -> None:
    # Asked for just before the key, the browser may take the key first and open a window of its own.
    page.on("filechooser", lambda _: None)
    visit(page, f"{demo_server}/submissions")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    upload = page.locator(".upload-input")
    for _ in range(3):  # the programme comes before it
        page.keyboard.press("Tab")
        if upload.evaluate("(input) => input === document.activeElement"):
            break
    expect(upload).to_be_focused()
    with page.expect_file_chooser() as choosing:
        page.keyboard.press("Space")
    choosing.value.set_files({"name": "a.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"})
    expect(page.get_by_role("heading", name="a.csv")).to_be_visible()


# --- What stands above every page --------------------------------------------------------------------

HEADER = """() => {
    const box = (one) => one.getBoundingClientRect();
    const head = box(document.querySelector(".header"));
    const ways = [...document.querySelectorAll(".header :is(a, button, summary)")]
        .filter((one) => one.checkVisibility() && !one.closest(".menu")).map(box);
    return {
        lines: new Set(ways.map((one) => Math.round(one.y + one.height / 2))).size,
        small: ways.filter((one) => one.width < 44 || one.height < 44).length,
        cut: ways.filter((one) => one.left < head.left || one.right > head.right).length,
        crossed: ways.some((one, at) => ways.slice(at + 1)
            .some((other) => one.left < other.right - 1 && other.left < one.right - 1)),
        count: ways.length,
    };
}"""


@pytest.mark.thorough(2)
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [browsing.PHONE, 320])
@pytest.mark.parametrize("is_signed_in", [True, False], ids=["signed in", "public"])
def test_the_header_keeps_to_one_line_on_a_phone(
    browser: Browser,
    request: pytest.FixtureRequest,
    language: str,
    width: int,
    is_signed_in: bool,
) -> None:
    """Whoever visits the demonstration is signed in, and has a bell besides."""
    server = request.getfixturevalue("demo_server" if is_signed_in else "public_server")
    context = Look(language, width=width).context(browser)
    page = context.new_page()
    page.goto(f"{server}/privacy?lang={language}")
    expect(page.locator(".bell")).to_have_count(int(is_signed_in))
    assert page.evaluate(HEADER) == {
        "lines": 1,
        "small": 0,
        "cut": 0,
        "crossed": False,
        "count": 6 + is_signed_in,
    }
    context.close()
