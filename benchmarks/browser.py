"""What a reader waits for: the Overview on a slow phone, a change of a filter, many charts, many readers.

Everything is measured in Chromium against gunicorn, as it is served; each line says what was aimed
at. Network and processor are slowed down by the browser: 1.6 Mbit/s, 150 ms a way, a quarter of the speed.
"""

import http.client
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page
from rich.table import Table

from benchmarks.serving import WORKERS, chromium, demonstration
from benchmarks.timing import out

SLOW_CPU = 4
NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
VISITS = 5
"Of which the one in the middle is shown: one visit alone may be lucky."

USERS, SECONDS = 40, 15
MANY_CHARTS = "/project/DA-ES"
PATHS = ("/", "/country/ESP", "/project/DA-ES", "/indicator/PPL-NEW", "/sdg/8", "/board")

WATCH = """
window.seen = {long: [], first: 0, ready: 0};
new PerformanceObserver((all) => all.getEntries().forEach((one) => window.seen.long.push([one.startTime, one.duration])))
    .observe({type: "longtask", buffered: true});
document.addEventListener("medtown-ready", () => (window.seen.ready = performance.now()));
(function look() {
    const shown = (kind) => [...document.querySelectorAll(kind)].some((one) => one.getClientRects().length);
    if (!window.seen.first && shown(".kpi-value") && shown(".figure > svg")) setTimeout(() => (window.seen.first = performance.now()));
    if (!window.seen.first) requestAnimationFrame(look);
})();
"""
"A frame is only asked for where something is painted: style sheets have arrived by then."


@dataclass
class Traffic:
    """The bytes that came over the wire, by when they came (seconds of the browser's own clock)."""

    start: float = 0.0
    received: list[tuple[float, int]] = field(default_factory=list)
    by_address: dict[str, int] = field(default_factory=dict)

    def until(self, milliseconds: float) -> float:
        """Return the kB that came within so many milliseconds of the first question."""
        end = self.start + milliseconds / 1000
        return sum(size for at, size in self.received if at <= end) / 1000

    @property
    def whole(self) -> float:
        return sum(size for _, size in self.received) / 1000


def record(session: CDPSession) -> Traffic:
    """Return what fills with the traffic of a page from now on."""
    traffic = Traffic()
    told: dict[str, int] = {}
    addresses: dict[str, str] = {}

    def asked(event: dict[str, Any]) -> None:
        traffic.start = traffic.start or event["timestamp"]
        addresses[event["requestId"]] = event["request"]["url"]

    def some(event: dict[str, Any]) -> None:
        told[event["requestId"]] = told.get(event["requestId"], 0) + event["encodedDataLength"]
        traffic.received.append((event["timestamp"], event["encodedDataLength"]))

    def done(event: dict[str, Any]) -> None:
        number, size = event["requestId"], int(event["encodedDataLength"])
        traffic.received.append((event["timestamp"], max(size - told.get(number, 0), 0)))
        if address := addresses.get(number):
            traffic.by_address[urlsplit(address).path] = size

    session.on("Network.requestWillBeSent", asked)
    session.on("Network.dataReceived", some)
    session.on("Network.loadingFinished", done)
    session.send("Network.enable")
    return traffic


def slow(page: Page, *, network: bool = True) -> CDPSession:
    """Slow a page down to a phone on a poor network."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_CPU})
    if network:
        session.send("Network.emulateNetworkConditions", NETWORK)
    return session


def phone(browser: Browser) -> BrowserContext:
    """Return a fresh phone, its cache empty."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, locale="en"
    )
    context.add_init_script(WATCH)
    context.set_default_timeout(90_000)
    return context


DRAWN = """() => [...document.querySelectorAll(".figure[data-figure]")].every((one) =>
    !one.isSeen || (one.plotted === one.dataset.figure && one.querySelector(".main-svg")))"""


def scroll_through(page: Page) -> None:
    """Bring every chart into view, and wait until each is drawn."""
    for figure in page.locator(".figure[data-figure]").all():
        if figure.is_visible():
            figure.scroll_into_view_if_needed()
            figure.locator(".main-svg").first.wait_for(state="attached")


def load(context: BrowserContext, address: str) -> tuple[dict[str, Any], Traffic]:
    """Return what a reader saw of a page that is read to its end, and what came over the wire."""
    page = context.new_page()
    traffic = record(slow(page))
    page.goto(address, wait_until="commit")
    page.wait_for_function("() => window.seen.ready && window.seen.first")
    scroll_through(page)
    page.wait_for_timeout(300)
    seen = page.evaluate("() => window.seen")
    page.close()
    return seen, traffic


# --- Lines -------------------------------------------------------------------------------------


def line(table: Table, what: str, aim: float, measured: float, unit: str) -> None:
    """Add a line to a table, marked where the aim was missed."""
    mark = "" if measured <= aim else " !"
    table.add_row(what, f"{aim:,.4g} {unit}", f"{measured:,.4g} {unit}{mark}")


def measure_loading(table: Table, browser: Browser, server: str) -> None:
    """Add what the Overview costs, cold and warm, on a server that has shown it before."""
    for _ in range(3 * WORKERS):
        http_get(server, "/?lang=en")
    cold, warm = [], []
    for _ in range(VISITS):
        with phone(browser) as context:
            cold.append(load(context, f"{server}/?lang=en"))
            warm.append(load(context, f"{server}/?lang=en"))

    def add(
        what: str, aim: float, of: Callable[[dict[str, Any], Traffic], float], unit: str
    ) -> None:
        measured = [of(*visit) for visit in (warm if "warm" in what else cold)]
        line(table, what, aim, statistics.median(measured), unit)
        out.print(f"{what}: {', '.join(f'{one:,.3g}' for one in sorted(measured))} {unit}")

    add("key figures and first chart visible", 1.5, lambda seen, _: seen["first"] / 1000, "s")
    add("filters answer", 8, lambda seen, _: seen["ready"] / 1000, "s")
    add("bytes before the first chart", 120, lambda seen, all: all.until(seen["first"]), "kB")
    add("bytes before filters answer", 1100, lambda seen, all: all.until(seen["ready"]), "kB")
    add("bytes in all, every chart drawn", 1800, lambda _, all: all.whole, "kB")
    add("bytes of a warm load", 30, lambda _, all: all.whole, "kB")
    add("filters answer, warm", 8, lambda seen, _: seen["ready"] / 1000, "s")
    for what, (_, traffic) in (("heaviest", cold[0]), ("warm", warm[0])):
        ours = (one for one in traffic.by_address.items() if one[1] >= 100)  # nothing drawn inline
        most = sorted(ours, key=lambda one: -one[1])[:12]
        out.print(f"{what}: {', '.join(f'{path} {size / 1000:,.1f}' for path, size in most)}")


REDRAWN = """() => {
    const inView = [...document.querySelectorAll(".figure[data-figure]")].filter((one) => {
        const { top, bottom, height } = one.getBoundingClientRect();
        return height && top < innerHeight && bottom > 0;
    });
    return inView.length && !document.documentElement.classList.contains("is-waiting")
        && inView.every((one) => one.plotted === one.dataset.figure);
}"""
"Not by what the page takes for seen: it learns that after the frame in which a chart appears."

CHANGE = f"""(value) => new Promise((done) => {{
    const field = document.querySelector("form.filters [name=indicator]");
    const redrawn = {REDRAWN};
    const start = performance.now();
    field.value = value;
    field.dispatchEvent(new Event("change", {{bubbles: true}}));
    (function look() {{
        if (redrawn()) done(performance.now() - start); else requestAnimationFrame(look);
    }})();
}})"""


def measure_filters(table: Table, browser: Browser, server: str, aim: float, what: str) -> None:
    """Add how long a change of a filter takes until the charts in view are those of the choice."""
    with phone(browser) as context:
        page = context.new_page()
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(f"{server}/?lang=en")
        page.wait_for_function("() => window.seen.ready")
        page.locator(".figure").first.scroll_into_view_if_needed()
        page.wait_for_function(DRAWN)
        codes = page.locator("form.filters [name=indicator] option").evaluate_all(
            "(all) => all.map((one) => one.value).filter(Boolean)"
        )
        taken = []
        for code in [*codes, *codes][:8]:
            taken.append(page.evaluate(CHANGE, code))
            page.wait_for_timeout(400)
        line(
            table,
            f"a filter redraws the charts in view ({what})",
            aim,
            statistics.median(taken),
            "ms",
        )


def measure_charts(table: Table, browser: Browser, server: str) -> None:
    """Add the longest time that a page with many charts does not answer, while it is scrolled."""
    with phone(browser) as context:
        page = context.new_page()
        slow(page, network=False)
        page.goto(f"{server}{MANY_CHARTS}?lang=en")
        page.wait_for_function("() => window.seen.ready")
        page.wait_for_timeout(2000)
        count = page.locator(".figure[data-figure]").count()
        tasks = page.evaluate("() => window.seen.long")
        begun = page.evaluate("() => performance.now()")
        scroll_through(page)
        page.wait_for_timeout(1000)
        drawn = [long for at, long in page.evaluate("() => window.seen.long") if at >= begun]
        line(
            table,
            "longest task while a page loads",
            200,
            max((one[1] for one in tasks), default=0),
            "ms",
        )
        line(
            table, f"longest task while {count} charts are drawn", 200, max(drawn, default=0), "ms"
        )


# --- The server --------------------------------------------------------------------------------


def ask(host: str, path: str, cookies: str, token: str) -> float:
    """Return the seconds that a page takes to be answered as Dash asks for it."""
    body = {
        "output": ".._pages_content.children..._pages_store.data..",
        "outputs": [
            {"id": "_pages_content", "property": "children"},
            {"id": "_pages_store", "property": "data"},
        ],
        "inputs": [
            {"id": "_pages_location", "property": "pathname", "value": path},
            {"id": "_pages_location", "property": "search", "value": "?lang=en"},
        ],
        "changedPropIds": ["_pages_location.pathname"],
    }
    headers = {
        "Content-Type": "application/json",
        "Accept-Encoding": "br",
        "Cookie": cookies,
        "X-CSRFToken": token,
    }
    start = time.perf_counter()
    connection = http.client.HTTPConnection(host, timeout=60)
    connection.request("POST", "/_dash-update-component", json.dumps(body), headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 200, answer.status
    return time.perf_counter() - start


def http_get(server: str, path: str) -> None:
    """Ask for an address, and read the answer."""
    connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=60)
    connection.request("GET", path, headers={"Accept-Encoding": "br"})
    connection.getresponse().read()
    connection.close()


def visit(host: str) -> tuple[str, str]:
    """Return the cookies and the token of a first visit."""
    connection = http.client.HTTPConnection(host, timeout=60)
    connection.request("GET", "/method")
    answer = connection.getresponse()
    answer.read()
    cookies = [said.split(";")[0] for said in answer.headers.get_all("Set-Cookie") or []]
    connection.close()
    named = dict(one.split("=", 1) for one in cookies)
    return "; ".join(cookies), named["_csrf_token"]


def p95(call: Callable[[int], float]) -> float:
    """Return the 95th percentile, in ms, of what so many readers at once wait for, a second apart."""
    taken: list[float] = []
    end = time.monotonic() + SECONDS

    def read(number: int) -> None:
        time.sleep(number / USERS)
        while time.monotonic() < end:
            taken.append(call(number))
            time.sleep(1)

    readers = [threading.Thread(target=read, args=(number,)) for number in range(USERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return statistics.quantiles(taken, n=20)[-1] * 1000


def measure_server(table: Table, server: str) -> None:
    """Add how long pages take where many read at once, also as a multiple of a page with nothing on it."""
    host = urlsplit(server).netloc
    cookies, token = visit(host)
    for path in PATHS * 3 * WORKERS:  # each worker draws a page once, and keeps it
        ask(host, path, cookies, token)
    empty = p95(lambda _: ask(host, "/nowhere", cookies, token))
    pages = p95(lambda number: ask(host, PATHS[number % len(PATHS)], cookies, token))
    line(table, f"p95 of a page's callback, {USERS} readers, {WORKERS} workers", 400, pages, "ms")
    table.add_row(
        "the same as a multiple of an empty page", "", f"{pages / empty:.1f} x {empty:.0f} ms"
    )


# --- All of it ---------------------------------------------------------------------------------


def main() -> None:
    """Print what was aimed at and what was measured."""
    table = Table("", "aim", "measured", title="In the browser")
    with tempfile.TemporaryDirectory() as name, demonstration(Path(name)) as server:
        with chromium() as browser:
            measure_loading(table, browser, server)
            measure_filters(table, browser, server, 300, "demonstration")
            measure_charts(table, browser, server)
        measure_server(table, server)
    out.print(table)


if __name__ == "__main__":
    main()
