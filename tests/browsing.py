"""What browser tests share: every page's address, looks of a page, and what holds for each of them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route

from dashboard import app, theme
from tests.conftest import PATIENCE

EXAMPLES: dict[str, tuple[str, ...]] = {
    "/": ("/?programme=ROWCA2014", "/"),
    "/country/<country>": ("/country/ESP",),
    "/territory/<place>": ("/territory/ES-SE-CAM",),
    "/compare": ("/compare", "/compare?indicator=PPL-NEW&by=country&among=ESP,TUN,JOR"),
    "/search": ("/search", "/search?q=Pagaio"),
    "/project/<project>": ("/project/DA-ES",),
    "/indicator/<indicator>": ("/indicator/PPL-NEW",),
    "/sdg/<goal>": ("/sdg/8",),
    "/submissions/compare": ("/submissions/compare?project=DA-PT",),
    "/submissions/<submission>/mapping": ("/submissions/1/mapping",),
    "/submissions/<submission>": ("/submissions/15", "/submissions/22"),
    "/value": ("/value?ids=1-3",),
    "/value/<observation>": ("/value/400",),
}
"""Addresses with something to show on the demonstration, of the pages that need more than their own;
the one with most on it stands last."""

PAGES = {rule: EXAMPLES.get(rule, (rule,)) for rule in app.PAGES}
ADDRESSES = tuple(address for rule in PAGES for address in PAGES[rule])
"Every page; one without an example is asked for by its rule, which a test refuses."

FORMS = {
    **{one: one for one in ("/account", "/notices", "/privacy", "/sign-in", "/work", "/admin")},
    **{f"/work/{one}": f"/work/{one}" for one in ("review", "rounds")},
    "/work/review/<int:submission_id>": "/work/review/22",
    "/work/rounds/<code>": "/work/rounds/MEDTOWN-2023-S2",
    "/work/evidence/<project>": "/work/evidence/DA-ES",
    "/work/records": "/work/records",
    "/work/reports": "/work/reports",
    "/work/reports/new/<kind>": "/work/reports/new/country",
    "/work/records/new/<kind>": "/work/records/new/recommendation",
    "/work/reopen/<int:observation_id>": "/work/reopen/400",
    "/work/threads/new": "/work/threads/new?project=DA-ES",
    **{f"/admin/{one}": f"/admin/{one}" for one in ("audit", "catalogue", "draft", "layouts")},
    "/admin/users": "/admin/users",
    "/admin/users/<int:account_id>": "/admin/users/1",
    "/admin/catalogue/<table>": "/admin/catalogue/place",
    "/admin/catalogue/<table>/<code>": "/admin/catalogue/indicator/PPL-NEW",
    "/admin/new/<table>": "/admin/new/project",
    "/admin/remove/<table>/<code>": "/admin/remove/theme/CULTURE",
}
"An example of each page that is written whole, without Dash, as the demonstration's coordinator sees it."

UNDER_WAY = {
    *("/work/records/<int:record_id>", "/work/records/<int:record_id>/edit"),
    *("/work/reports/<int:report_id>", "/work/reports/<int:report_id>/parts/<part>"),
    *("/work/threads/<int:thread_id>", "/work/jobs/<int:job_id>", "/notices/<int:notice_id>"),
    *("/invitation/<token>", "/sign-in/code", "/sign-in/with", "/sign-in/back"),
    "/notices/unsubscribe/<token>",
}
"Pages that need something to have happened: their own tests make it happen."

EACH_PAGE_ONCE = [addresses[-1] for addresses in PAGES.values()]
"Every page, at one of its addresses."

OF_EACH_KIND = ("/", "/country/ESP", "/compare", "/project/DA-ES", "/search", "/submissions/22")
"A page of each kind: figures and charts, a choice, a story with a framework, hits, findings."

ADDRESSES_IN_TURN = [
    one if one in OF_EACH_KIND else pytest.param(one, marks=pytest.mark.slow) for one in ADDRESSES
]
"Every page, for tests that look at a page of each kind, and at the others in the long matrix."

PHONE = 390
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
LABEL = re.compile(r"\w.{10,}", re.DOTALL)


@dataclass(frozen=True)
class Look:
    """How a page is looked at: a language, light or dark, a width.

    The first view is what the server wrote, before any script of ours has arrived.
    """

    language: str = "en"
    scheme: str = "light"
    width: int = 1440
    is_first_view: bool = False

    @property
    def is_phone(self) -> bool:
        return self.width <= PHONE

    def __str__(self) -> str:
        return f"{self.language}-{self.scheme}-{self.width}{'-first' if self.is_first_view else ''}"

    def context(self, browser: Browser, **more: Any) -> BrowserContext:
        """Return a fresh context of a browser that looks so."""
        context = browser.new_context(
            viewport={"width": self.width, "height": 844 if self.is_phone else 900},
            color_scheme="dark" if self.scheme == "dark" else "light",
            locale=self.language,
            has_touch=self.is_phone,
            is_mobile=self.is_phone,
            **more,
        )
        context.set_default_timeout(PATIENCE)
        if self.is_first_view:
            context.route("**/*", _without_scripts)
        return context


def _without_scripts(route: Route) -> None:
    """Answer with a page as it stands while its scripts are on their way."""
    if route.request.resource_type != "document":
        route.continue_()
        return
    answer = route.fetch()
    head, body, page = answer.text().partition("<body")
    scriptless = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    route.fulfill(response=answer, body=head + body + scriptless)


def in_language(address: str, language: str) -> str:
    """Return an address that says its language."""
    return f"{address}{'&' if '?' in address else '?'}lang={language}"


# --- What a browser says -----------------------------------------------------------------------


def is_ours(address: str) -> bool:
    """Return whether an address asks nobody else for anything."""
    parts = urlsplit(address)
    return parts.scheme in ("data", "blob", "about") or parts.hostname == "127.0.0.1"


def record(page: Page) -> list[str]:
    """Return a list that fills with whatever a page says on the console, breaks, or asks of others."""
    faults: list[str] = []
    page.on("console", lambda said: faults.append(f"{said.type}: {said.text}"))
    page.on("pageerror", lambda error: faults.append(f"error: {error}"))
    page.on("request", lambda one: faults.extend([f"foreign: {one.url}"] * (not is_ours(one.url))))
    return faults


@contextmanager
def opened(context: BrowserContext, address: str) -> Iterator[Page]:
    """Yield a page that is drawn; afterwards nothing may have been said, or asked of others."""
    page = context.new_page()
    faults = record(page)
    page.goto(address)
    settle(page)
    yield page
    page.close()
    assert faults == []


# --- Waiting -----------------------------------------------------------------------------------

DRAWN = """() => document.documentElement.classList.contains("is-ready")
    && !document.documentElement.classList.contains("is-waiting")
    && (!document.querySelector(".explore-grid") || document.querySelector(".ag-row"))
    && [...document.querySelectorAll(".figure[data-figure]")].every((one) =>
        !one.isSeen || one.querySelector(".main-svg") || one.querySelector(":scope > svg"))
    && [...document.querySelectorAll(".plot .main-svg")].every((one) =>
        one.getBoundingClientRect().width <= one.closest(".figure").clientWidth + 1)
    && [...document.querySelectorAll("#main [aria-live=polite][id]")].every((one) =>
        !one.dataset.dashIsLoading && window.dash_component_api.getLayout(one.id).props.children !== null)"""
"The last are the parts that callbacks of their own bring: Dash has no children for them until then."


HAS_DASH = """() =>
    Boolean(document.querySelector("#react-entry-point") && document.body.querySelector("script"))"""


def settle(page: Page) -> None:
    """Wait until Dash has taken over, all parts have come, and every chart in view shows something.

    A page that is written whole, or has no scripts yet, stands at once.
    """
    if page.evaluate(HAS_DASH):
        page.wait_for_function(DRAWN, polling=50)  # not for each frame: asking lays the page out


def visit(page: Page, address: str) -> None:
    """Open an address and wait until its page and its charts are drawn."""
    page.goto(address)
    settle(page)


def draw_all(page: Page) -> None:
    """Scroll through a page until plotly.js has drawn every chart on it, and back to the top."""
    for figure in page.locator(".figure[data-figure]").all():
        if figure.is_visible():
            figure.scroll_into_view_if_needed()
            figure.locator(".main-svg").first.wait_for(state="attached")
    page.evaluate("window.scrollTo(0, 0)")


# --- What holds for every page -----------------------------------------------------------------

SHAPE = """() => {
    const all = (kind) => [...document.querySelectorAll(kind)].filter((one) => one.checkVisibility({visibilityProperty: true}));
    const root = document.documentElement;
    const name = (one) => `${one.tagName.toLowerCase()}.${one.className} ${one.textContent.trim().slice(0, 30)}`;
    // A link within a text or a table keeps to its line: 24 px, and none where it only flows along.
    const least = (one) => getComputedStyle(one).display === "inline" && one.closest("p, td, th, dd, li, figcaption") ? 0
        : one.closest("p, td, th") ? 24 : 44;
    return {
        language: root.lang, direction: root.dir,
        wide: root.scrollWidth - root.clientWidth,
        headings: all("h1, h2, h3, h4, h5, h6").map((one) => Number(one.tagName[1])),
        mains: all("main").length,
        ids: Object.entries(Object.groupBy([...document.querySelectorAll("[id]")].filter((one) => !one.closest("svg")), (one) => one.id))
            .filter(([, those]) => those.length > 1).map(([id]) => id),
        small: all("a[href], button, select, textarea, summary, input:not([type=hidden])")
            .filter((one) => !one.closest(".skip, .upload-zone, .ag-root-wrapper"))
            .map((one) => [one.closest("label.check, label.filter, label.form-box") || one, one])
            .filter(([box, one]) => box.getBoundingClientRect().height < least(one) || box.getBoundingClientRect().width < Math.min(least(one), 24))
            .map(([box, one]) => `${name(one)} ${Math.round(box.getBoundingClientRect().width)}x${Math.round(box.getBoundingClientRect().height)}`),
        figures: all(".figure").map((one) => [one.id, one.getAttribute("role"), one.getAttribute("aria-label") || ""]),
        twinless: all(".figure").filter((one) => !one.closest(".card")?.querySelector(".twin, table")).map((one) => one.id),
        cut: all(".table-stack").filter((one) => getComputedStyle(one).display === "block")
            .flatMap((one) => [one.parentElement, ...one.querySelectorAll("td, th")])
            .filter((one) => one.scrollWidth > one.clientWidth + 1).map(name),
        caught: all("[role=img] a, [role=img] button, [role=img] [tabindex]").map(name),
    };
}"""


def shape_faults(page: Page, look: Look) -> list[str]:
    """Return what is wrong with the shape of a page: direction, headings, width, charts, targets."""
    shape = page.evaluate(SHAPE)
    headings = shape["headings"]
    faults = []
    if (shape["language"], shape["direction"]) != (look.language, theme.direction(look.language)):
        faults.append(f"is {shape['language']} {shape['direction']}")
    if shape["wide"] > 0:
        faults.append(f"scrolls sideways by {shape['wide']} px")
    if headings.count(1) != 1 or headings[0] != 1:
        faults.append(f"headings {headings}")
    if any(after > before + 1 for before, after in pairwise(headings)):
        faults.append(f"headings skip a level: {headings}")
    if shape["mains"] != 1:
        faults.append(f"{shape['mains']} main")
    faults += [f"id twice: {one}" for one in shape["ids"]]
    faults += [f"no image with words: {one}" for one in shape["figures"] if not _is_told(one)]
    faults += [f"no table twin: {one}" for one in shape["twinless"]]
    faults += [f"within an image: {one}" for one in shape["caught"]]
    faults += [f"cut in a stacked table: {one}" for one in shape["cut"]]
    if look.is_phone:
        faults += [f"too small for a finger: {one}" for one in shape["small"]]
    return faults


def _is_told(figure: list[str]) -> bool:
    _, role, label = figure
    return role == "img" and bool(LABEL.search(label))


def axe_faults(page: Page) -> list[str]:
    """Return every rule of WCAG 2.0 to 2.2 (A, AA) and of good practice that a page breaks, and where."""
    # What plotly.js draws is hidden from those who listen, so that no rule asks about it.
    apart: Any = {"exclude": [[".plot[aria-hidden=true]"]]}
    found = Axe().run(page, apart, {"runOnly": RULES, "resultTypes": ["violations"]})
    return [
        f"{one['id']}: {node['target']} {node['html'][:120]}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]


LAID_OUT = """() => document.querySelectorAll(".card").forEach((one) => {
    one.style.contentVisibility = "visible";
})"""


def page_faults(page: Page, look: Look) -> list[str]:
    """Return all that is wrong with a page, laid out as it is wherever somebody has scrolled to.

    A card far below is not laid out until then: its parts have places that nobody ever sees.
    """
    page.evaluate(LAID_OUT)
    return [*shape_faults(page, look), *axe_faults(page)]
