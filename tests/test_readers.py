"""What readers come for, in a browser: with a mouse, a keyboard, a phone, a screen reader, on paper."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests import browsing
from tests.browsing import Look, visit
from tests.conftest import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

expect.set_options(timeout=PATIENCE)


@pytest.fixture
def phone(browser: "Browser", demo_server: str) -> Iterator["Page"]:
    """The Overview on a phone."""
    context = Look(width=390).context(browser)
    with browsing.opened(context, f"{demo_server}/?lang=en") as page:
        yield page
    context.close()


# --- Journeys --------------------------------------------------------------------------------------


def test_a_territory_is_found_though_misspelt(page: "Page", demo_server: str) -> None:
    visit(page, f"{demo_server}/?lang=en")
    page.get_by_role("searchbox", name="Search the catalogue").fill("Pagaio")
    page.keyboard.press("Enter")
    page.locator("#main").get_by_role("link", name="Paggaio", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Paggaio")
    assert "/territory/GR-A-PAG" in page.url


def test_two_territories_are_compared(page: "Page", demo_server: str) -> None:
    visit(page, f"{demo_server}/compare?lang=en")
    page.get_by_role("checkbox", name="Paggaio").check()
    page.wait_for_url("**among=GR-A-PAG*")
    browsing.settle(page)
    page.get_by_role("checkbox", name="Mahdia").check()
    page.wait_for_url("**among=*%2C*")
    browsing.settle(page)
    assert page.get_by_role("checkbox", checked=True).count() == 2
    for name in ("Paggaio", "Mahdia"):
        expect(page.locator(f".figure[aria-label*='{name}']:visible").first).to_be_visible()


def test_a_number_is_followed_to_its_cell_and_back(page: "Page", demo_server: str) -> None:
    visit(page, f"{demo_server}/?lang=en")
    page.locator("#main a.value").first.click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Impact overview")
    page.locator("#main .table a[href*='/value/']").first.click()
    expect(page.locator(".around .is-hit")).to_be_visible()
    page.go_back()
    page.go_back()
    expect(page.get_by_role("heading", level=1, name="Impact overview")).to_be_visible()


@pytest.mark.parametrize(
    ("ending", "begins"),
    [("CSV", b"\xef\xbb\xbf"), ("XLSX", b"PK"), ("SVG", b"<svg"), ("PNG", b"\x89PNG")],
)
def test_a_chart_is_taken_along(page: "Page", demo_server: str, ending: str, begins: bytes) -> None:
    visit(page, f"{demo_server}/?lang=en")
    card = page.locator(".card:has(.taken)").first
    card.locator(".taken > summary").click()
    with page.expect_download() as downloading:
        card.get_by_role("link", name=ending).click()
    assert downloading.value.path().read_bytes().startswith(begins)
    expect(card.locator(".taken")).not_to_have_attribute("open", "")


def test_arabic_and_back_keep_the_view(page: "Page", demo_server: str) -> None:
    visit(page, f"{demo_server}/?indicator=JOB-NEW&until=2023-06-30&lang=en")
    heading = page.get_by_role("heading", level=1)
    before = heading.inner_text()
    page.locator(".language > summary").click()
    page.get_by_role("link", name="العربية").click()
    page.wait_for_url("**lang=ar*")
    browsing.settle(page)
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    for name, value in (("indicator", "JOB-NEW"), ("until", "2023-06-30")):
        expect(page.locator(f"form.filters [name={name}]")).to_have_value(value)
    assert heading.inner_text() != before
    page.locator(".language > summary").click()
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**lang=en*")
    browsing.settle(page)
    expect(heading).to_have_text(before)
    assert "indicator=JOB-NEW&until=2023-06-30" in page.url


def test_a_language_stays_from_page_to_page(page: "Page", demo_server: str) -> None:
    visit(page, f"{demo_server}/?lang=el")
    for path in ("/projects", "/indicators", "/method"):
        page.locator(f"#nav a[href^='{path}']").click()
        page.wait_for_url(f"**{path}?lang=el")
        browsing.settle(page)
        expect(page.locator("html")).to_have_attribute("lang", "el")
        current = page.locator("#nav [aria-current=page]")
        expect(current).to_have_attribute("href", f"{path}?lang=el")


# --- The menu of a phone ---------------------------------------------------------------------------


def test_the_menu_of_a_phone_by_keyboard(phone: "Page") -> None:
    button = phone.get_by_role("button", name="Menu", exact=True)
    nav = phone.get_by_role("navigation", name="Main")
    expect(nav).to_be_hidden()
    button.focus()
    phone.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(nav.get_by_role("link").first).to_be_focused()
    phone.keyboard.press("Escape")
    expect(nav).to_be_hidden()
    expect(button).to_be_focused()
    phone.keyboard.press("Enter")
    while (
        phone.evaluate("document.activeElement.getAttribute('href').split('?')[0]") != "/countries"
    ):
        phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", level=1, name="Countries")).to_be_visible()
    expect(nav).to_be_hidden()


def test_whoever_leaves_the_menu_by_tab_closes_it(phone: "Page") -> None:
    phone.get_by_role("button", name="Menu", exact=True).click()
    nav = phone.get_by_role("navigation", name="Main")
    nav.get_by_role("link").last.focus()
    phone.keyboard.press("Tab")
    expect(nav).to_be_hidden()


# --- The keyboard ----------------------------------------------------------------------------------

CONTROLS = """() => {
    const shown = (one) => one.checkVisibility({visibilityProperty: true}) && !one.disabled && one.tabIndex >= 0;
    const all = [...document.querySelectorAll("a[href], button, select, textarea, summary, input:not([type=hidden]), [tabindex='0']")];
    window.controls = all.filter(shown);
    return window.controls.map((one) => one.outerHTML.slice(0, 90));
}"""
FOCUS = """() => {
    const one = document.activeElement;
    const style = getComputedStyle(one.closest(".upload-zone") || one);
    const isShown = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
    const box = one.getBoundingClientRect();
    const isIn = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return [window.controls.indexOf(one), isShown, isIn];
}"""


@pytest.mark.thorough(2)
@pytest.mark.parametrize("path", browsing.OF_EACH_KIND)
def test_every_control_is_reached_by_tab_and_shows_it(
    page: "Page", demo_server: str, path: str
) -> None:
    visit(page, f"{demo_server}{browsing.in_language(path, 'en')}")
    controls = page.evaluate(CONTROLS)
    reached: dict[int, tuple[bool, bool]] = {}
    for _ in range(len(controls) + 60):  # tables that scroll can be reached too
        page.keyboard.press("Tab")
        place, is_shown, is_in = page.evaluate(FOCUS)
        reached[place] = (is_shown, is_in)
    missed = [told for place, told in enumerate(controls) if place not in reached]
    radios = [told for told in missed if 'type="radio"' in told]  # one of a group is enough
    assert [told for told in missed if told not in radios] == []
    unseen = [
        controls[place] for place, seen in reached.items() if place >= 0 and seen != (True, True)
    ]
    assert unseen == []


# --- Who hears the page ----------------------------------------------------------------------------

CONTROL_ROLES = {"link", "button", "combobox", "checkbox", "textbox", "searchbox", "radio"}


def tree(page: "Page") -> list[dict[str, Any]]:
    """Return the nodes of the page's accessibility tree that are not passed over."""
    session = page.context.new_cdp_session(page)
    nodes: list[dict[str, Any]] = session.send("Accessibility.getFullAXTree")["nodes"]
    return [node for node in nodes if not node["ignored"]]


@pytest.mark.thorough(2)
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("path", ["/", "/country/ESP", "/indicator/PPL-NEW"])
def test_a_chart_is_heard_as_one_image_that_says_what_it_shows(
    page: "Page", demo_server: str, path: str, language: str
) -> None:
    visit(page, f"{demo_server}{browsing.in_language(path, language)}")
    browsing.draw_all(page)
    nodes = tree(page)
    images = [node for node in nodes if node["role"]["value"] == "image"]
    assert len(images) >= page.locator(".figure:visible").count() > 0
    assert [node for node in images if len(node["name"]["value"]) < 12] == []
    known = {node["nodeId"]: node for node in nodes}
    within = [child for node in images for child in node.get("childIds", []) if child in known]
    assert within == []
    named = [node for node in nodes if node["role"]["value"] in CONTROL_ROLES]
    assert [node for node in named if not node["name"]["value"].strip()] == []


# --- Eyes and hands that need it otherwise ---------------------------------------------------------


@pytest.mark.thorough(2)
@pytest.mark.parametrize("path", browsing.ADDRESSES_IN_TURN)
def test_at_two_hundred_percent_nothing_scrolls_sideways(
    browser: "Browser", demo_server: str, path: str
) -> None:
    with browser.new_context(
        viewport={"width": 720, "height": 450}, device_scale_factor=2, locale="en"
    ) as context:
        page = context.new_page()
        visit(page, f"{demo_server}{browsing.in_language(path, 'en')}")
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 720


def test_whoever_wants_no_motion_sees_none(page: "Page", demo_server: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    visit(page, f"{demo_server}/?lang=en")
    browsing.draw_all(page)
    moving = page.evaluate("""() => [...document.querySelectorAll("*")].filter((one) => {
        const style = getComputedStyle(one);
        return parseFloat(style.transitionDuration) > 0 || style.animationName !== "none";
    }).map((one) => one.className)""")
    assert moving == []


def test_forced_colours_keep_shapes_marks_and_borders(page: "Page", demo_server: str) -> None:
    page.emulate_media(forced_colors="active")
    visit(page, f"{demo_server}/?lang=en")
    look = page.evaluate("""() => {
        const style = (kind, pseudo) => getComputedStyle(document.querySelector(kind), pseudo);
        return {
            shape: style(".kpi .status", "::before").backgroundColor,
            fill: style(".bar-fill").backgroundColor,
            canvas: style("body").backgroundColor,
            card: style(".card").borderTopColor,
        };
    }""")
    assert len({look["canvas"], look["shape"]}) == 2
    assert len({look["canvas"], look["fill"]}) == 2
    assert look["card"] != look["canvas"]


# --- Paper -----------------------------------------------------------------------------------------

PAPER = 698
"Pixels of A4 between its margins."

CUT = """(width) => [...document.querySelectorAll("#main *")].filter((one) => {
    if (!one.checkVisibility() || one.closest("svg, .visually-hidden, .plot")) return false;
    const style = getComputedStyle(one);
    const box = one.getBoundingClientRect();
    const isCut = ["hidden", "auto", "scroll", "clip"].includes(style.overflowX) && one.scrollWidth > one.clientWidth + 1;
    return isCut || (box.width && box.right > width + 1) || box.left < -1;
}).map((one) => `${one.tagName}.${one.className} ${one.textContent.slice(0, 40)}`)"""


@pytest.mark.thorough(3)
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("address", browsing.ADDRESSES_IN_TURN)
def test_a_printed_page_is_cut_nowhere(
    page: "Page", demo_server: str, address: str, language: str
) -> None:
    page.set_viewport_size({"width": PAPER, "height": 1000})
    visit(page, f"{demo_server}{browsing.in_language(address, language)}")
    page.wait_for_load_state("networkidle")  # parts that arrive by themselves are printed too
    page.emulate_media(media="print")
    page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(CUT, PAPER) == []
    expect(page.locator(".nav")).to_be_hidden()
    assert page.locator("details.twin:not([open])").count() == 0


def test_a_page_becomes_a_document_of_paper(page: "Page", demo_server: str) -> None:
    visit(page, f"{demo_server}/?lang=en")
    made = page.pdf(format="A4", prefer_css_page_size=True)
    assert made.startswith(b"%PDF")
    assert b"/MediaBox [0 0 594" in made or b"/MediaBox [0 0 595" in made
