"""From the page that the server wrote to the one that Dash draws, and from page to page: nothing is lost."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests import browsing
from tests.conftest import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser

expect.set_options(timeout=PATIENCE)

INDICATOR = "/indicator/PPL-NEW"
READY = "() => document.documentElement.classList.contains('is-ready')"
FOCUSED = "() => document.activeElement.name"


@pytest.fixture
def plain_page(browser: "Browser") -> Iterator["Page"]:
    """A page of a browser in which no script runs."""
    with browser.new_context(java_script_enabled=False, locale="en") as context:
        yield context.new_page()


def hold(page: "Page", part: str) -> list["Route"]:
    """Return the requests for what an address names, each held back until it is continued."""
    held: list[Route] = []
    page.route(f"**/*{part}*", lambda route: held.append(route))
    return held


def requests(page: "Page", part: str) -> list[str]:
    """Return a list that fills with the addresses that are asked for and name something."""
    asked: list[str] = []
    page.on("request", lambda one: asked.extend([one.url] * (part in one.url)))
    return asked


# --- Without scripts -------------------------------------------------------------------------------


def test_without_scripts_a_page_is_whole(plain_page: "Page", demo_server: str) -> None:
    plain_page.goto(f"{demo_server}/?lang=en")
    expect(plain_page.get_by_role("heading", level=1)).to_be_visible()
    expect(plain_page.locator(".kpi-value").first).to_be_visible()
    drawings = plain_page.locator(".figure > svg:visible")
    assert drawings.count() == plain_page.locator(".figure").count()
    plain_page.locator(".twin > summary").first.click()
    expect(plain_page.locator(".twin[open] table").first).to_be_visible()


def test_without_scripts_filters_work_by_their_button(plain_page: "Page", demo_server: str) -> None:
    plain_page.goto(f"{demo_server}/?lang=fr")
    form = plain_page.locator("form.filters:has([name=indicator])")
    form.locator("[name=indicator]").select_option("JOB-NEW")
    form.get_by_role("button").click()
    assert "indicator=JOB-NEW" in plain_page.url
    expect(plain_page.locator("html")).to_have_attribute("lang", "fr")
    expect(plain_page.locator("[name=indicator]")).to_have_value("JOB-NEW")


def test_without_scripts_a_phone_has_its_menu(browser: "Browser", demo_server: str) -> None:
    with browser.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 844}
    ) as context:
        page = context.new_page()
        page.goto(f"{demo_server}/?lang=en")
        expect(page.locator(".menu-button")).to_be_hidden()
        page.locator("#nav").get_by_role("link", name="Projects").click()
        expect(page.get_by_role("heading", level=1, name="Projects")).to_be_visible()


# --- Take-over -------------------------------------------------------------------------------------


def test_a_reader_goes_on_where_dash_takes_over(page: "Page", demo_server: str) -> None:
    """Scrolled down, a table open, a choice made, the keyboard in the field: all of it stays."""
    held = hold(page, "dash_renderer")
    page.goto(f"{demo_server}{INDICATOR}", wait_until="commit")
    page.wait_for_function("() => window.medtown?.open")
    page.locator("details.twin > summary").first.click()
    page.evaluate("() => window.scrollTo(0, 300)")
    field = page.locator("form.filters [name=until]")
    field.evaluate("(one) => { one.focus({preventScroll: true}); one.selectedIndex = 2; }")
    chosen = field.input_value()
    assert not page.evaluate(READY)
    held[0].continue_()
    page.wait_for_function(READY)
    assert page.evaluate("() => window.scrollY") == 300
    assert page.evaluate(FOCUSED) == "until"
    expect(page.locator("details.twin").first).to_have_attribute("open", "")
    expect(page.locator("#first-view")).to_have_count(0)
    page.wait_for_url(f"**until={chosen}*")
    browsing.settle(page)
    expect(page.locator("form.filters [name=until]")).to_have_value(chosen)
    assert page.evaluate(FOCUSED) == "until"
    assert page.evaluate("() => window.scrollY") == 300


def test_the_address_says_the_language(page: "Page", demo_server: str) -> None:
    page.goto(f"{demo_server}/sdg")
    browsing.settle(page)
    assert page.url == f"{demo_server}/sdg?lang=en"


def test_what_the_server_drew_is_what_dash_draws(page: "Page", demo_server: str) -> None:
    """Also after a way through other pages: nothing of a former page stays."""
    text = """() => {
        const copy = document.getElementById("_pages_content").cloneNode(true);
        // What is drawn when it is seen, or asked for.
        const later = ".figure, #upload-slot, [aria-live], details:not([open]) > :not(summary), style, .dash-spinner-container";
        copy.querySelectorAll(later).forEach((one) => one.remove());
        return copy.textContent;
    }"""
    page.goto(f"{demo_server}/?lang=en")
    browsing.settle(page)
    for path in ("/projects", "/project/DA-ES", "/submissions", "/country/ESP", "/sdg/8", "/"):
        page.evaluate("(path) => window.medtown.open(path)", path)
        browsing.settle(page)
        with page.context.new_page() as other:
            other.goto(f"{demo_server}{browsing.in_language(path, 'en')}")
            written = other.evaluate(text)
            browsing.settle(other)
            assert other.evaluate(text) == written, path
        assert page.evaluate(text) == written, path
        assert page.locator(".plot:not(.figure[data-figure] > .plot)").count() == 0, path


# --- Filters, back and forward ---------------------------------------------------------------------


def test_a_choice_redraws_the_charts_and_the_keyboard_stays(page: "Page", demo_server: str) -> None:
    page.goto(f"{demo_server}/?lang=en")
    browsing.settle(page)
    browsing.draw_all(page)
    page.locator("details.twin > summary").nth(1).click()
    page.evaluate(
        "() => document.querySelectorAll('.main-svg').forEach((one) => (one.known = true))"
    )
    field = page.locator("form.filters [name=indicator]")
    title = page.locator("#overview-countries-title")
    before = title.inner_text()
    field.focus()
    field.select_option("JOB-NEW")
    page.wait_for_url("**indicator=JOB-NEW*")
    browsing.settle(page)
    expect(title).not_to_have_text(before)
    assert page.evaluate(FOCUSED) == "indicator"
    expect(page.locator("details.twin").nth(1)).to_have_attribute("open", "")
    # The charts that were there have changed, instead of being made anew.
    assert page.evaluate(
        "() => [...document.querySelectorAll('.main-svg')].some((one) => one.known)"
    )


def test_back_and_forward_lead_to_the_same_view_and_place(page: "Page", demo_server: str) -> None:
    page.goto(f"{demo_server}/indicators?lang=en")
    browsing.settle(page)
    page.evaluate("() => window.scrollTo(0, 500)")
    page.wait_for_function("() => history.state?.top === 500")
    page.locator("#main").get_by_role("link", name="Jobs created").first.click()
    expect(page.get_by_role("heading", level=1, name="Jobs created")).to_be_visible()
    assert page.evaluate("() => window.scrollY") == 0
    page.go_back()
    expect(page.get_by_role("heading", level=1, name="Indicators")).to_be_visible()
    page.wait_for_function("() => window.scrollY === 500")
    page.go_forward()
    expect(page.get_by_role("heading", level=1, name="Jobs created")).to_be_visible()
    page.wait_for_function("() => window.scrollY === 0")


def test_a_filter_is_undone_by_going_back(page: "Page", demo_server: str) -> None:
    page.goto(f"{demo_server}/?lang=en")
    browsing.settle(page)
    field = page.locator("form.filters [name=indicator]")
    field.select_option("JOB-NEW")
    browsing.settle(page)
    page.go_back()
    expect(field).to_have_value("")
    page.go_forward()
    expect(field).to_have_value("JOB-NEW")


# --- Charts ----------------------------------------------------------------------------------------


def test_plotly_is_fetched_once_and_only_for_a_chart_in_view(
    page: "Page", demo_server: str
) -> None:
    asked = requests(page, "plotly-")
    page.goto(f"{demo_server}/method?lang=en")
    browsing.settle(page)
    page.wait_for_load_state("networkidle")
    assert asked == []
    page.goto(f"{demo_server}/?lang=en")
    browsing.settle(page)
    browsing.draw_all(page)
    page.get_by_role("link", name="Countries", exact=True).click()
    browsing.settle(page)
    browsing.draw_all(page)
    assert len(asked) == 1


def test_a_chart_is_drawn_anew_for_a_phone(page: "Page", demo_server: str) -> None:
    page.goto(f"{demo_server}{INDICATOR}?lang=en")
    browsing.settle(page)
    browsing.draw_all(page)
    narrow = page.locator(".figure[data-figure*='\"narrow\"']").first
    narrow.scroll_into_view_if_needed()
    wide = narrow.locator(".main-svg").first.bounding_box()
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function(
        "(one) => one.plottedNarrow && one.querySelector('.main-svg').clientWidth < 390",
        arg=narrow.element_handle(),
    )
    assert wide
    assert wide["width"] > 390


def test_dark_and_back_asks_the_server_for_nothing(page: "Page", demo_server: str) -> None:
    page.goto(f"{demo_server}{INDICATOR}?lang=en")
    browsing.settle(page)
    browsing.draw_all(page)
    text = page.locator(".main-svg text").first
    before = text.evaluate("(one) => getComputedStyle(one).fill")
    page.wait_for_load_state("networkidle")
    asked = requests(page, "")
    page.get_by_role("button", name="Light or dark").click()
    expect(page.locator("html")).to_have_attribute("data-scheme", "dark")
    assert text.evaluate("(one) => getComputedStyle(one).fill") != before
    page.get_by_role("button", name="Light or dark").click()
    assert text.evaluate("(one) => getComputedStyle(one).fill") == before
    assert [one for one in asked if "/assets/" not in one] == []  # those are kept by the browser


def test_a_click_on_a_mark_leads_to_its_cells(page: "Page", demo_server: str) -> None:
    page.goto(f"{demo_server}{INDICATOR}?lang=en")
    browsing.settle(page)
    figure = page.locator(".figure[data-figure*='customdata']").first
    figure.scroll_into_view_if_needed()
    marked = json.loads(figure.get_attribute("data-figure") or "")
    assert any(trace.get("customdata") for trace in marked["data"])
    point = figure.locator(".main-svg .points path, .main-svg .point path").first
    point.wait_for(state="attached")
    box = point.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**/value?*")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
