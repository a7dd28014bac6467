"""The SVG writer: the same marks, words, order and colours as the dict, and as plotly.js draws it."""

import functools
import http.server
import json
import re
import threading
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pandas as pd
import pytest

from dashboard import figures, svg, theme
from tests.test_figures import COUNTRIES, KINDS, YEARS, family, places, series, trend

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
SVG = "{http://www.w3.org/2000/svg}"


LAND = [theme.light(name) for name in ("land", "around", *theme.AREAS)]
"Countries: both cut them off at the edge of the window, each in its own way."


def drawn(figure: figures.Figure, width: int = 480, language: str = "en") -> ElementTree.Element:
    return ElementTree.fromstring(svg.draw(figure.dict, width, language=language))


def points(root: ElementTree.Element) -> list[ElementTree.Element]:
    found = (element for element in root.iter() if element.get("class") == "point")
    return [element for element in found if element.get("fill") not in LAND]


def texts(root: ElementTree.Element) -> list[str]:
    return ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]


def plain(text: str) -> str:
    return unescape(re.sub(r"</?b>|<br>", "", text))


def each(value: Any, index: int) -> Any:
    return value[index] if isinstance(value, list) else value


def marks_of(dictionary: dict[str, Any]) -> list[str]:
    """Return the colours of the marks that a dict asks for, in its order."""
    colours = []
    for trace in dictionary["data"]:
        marker = trace.get("marker", {})
        if trace["type"] == "choropleth":
            continue
        if trace["type"] == "bar":
            lengths = trace["x"] if trace["orientation"] == "h" else trace["y"]
            colours += [each(marker["color"], n) for n, long in enumerate(lengths) if long]
        elif "markers" in trace["mode"] and marker.get("opacity", 1):
            there = trace.get("y", trace.get("lat"))
            for n, value in enumerate(there):
                if value is not None and each(marker["size"], n):
                    is_open = each(marker.get("symbol", ""), n).endswith("-open")
                    colours.append("none" if is_open else each(marker["color"], n))
    return colours


def words_of(dictionary: dict[str, Any]) -> list[str]:
    """Return the words that a dict asks for: of marks, axes and annotations."""
    found = []
    for trace in dictionary["data"]:
        if "text" in trace.get("mode", ""):
            found += [plain(text) for text in trace["text"] if text]
    layout = dictionary["layout"]
    for axis in (layout.get("xaxis", {}), layout.get("yaxis", {})):
        if axis.get("visible", True) and axis.get("showticklabels", True):
            found += [plain(text) for text in axis.get("ticktext", []) if text]
    return found + [plain(note["text"]) for note in layout.get("annotations", [])]


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_mark_and_word_of_a_figure_is_drawn_in_its_order_and_colour(
    kind: str, language: str
) -> None:
    figure = family(language)[kind]
    root = drawn(figure, language=language)
    assert [point.get("fill") for point in points(root)] == marks_of(figure.dict)
    assert [text for text in texts(root) if text] == words_of(figure.dict)


@pytest.mark.parametrize("kind", KINDS)
def test_a_drawing_is_an_image_with_the_sentence_as_its_title(kind: str) -> None:
    figure = family()[kind]
    root = drawn(figure)
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == figure.alt


@pytest.mark.parametrize("kind", KINDS)
def test_what_people_wrote_stays_text(kind: str) -> None:
    hostile = '<script>alert("x")</script> & ]]>'
    written = svg.draw(family(name=hostile)[kind].dict)
    assert "<script" not in written
    assert ElementTree.fromstring(written) is not None


def test_a_gap_ends_a_line_and_begins_another() -> None:
    frame = series(
        ("2020-01-01", "2020-12-31", 1.0),
        ("2021-01-01", "2021-12-31", 2.0),
        ("2024-01-01", "2024-12-31", 3.0),
        ("2025-01-01", "2025-12-31", 4.0),
    )
    (line,) = (e for e in drawn(trend(frame)).iter(f"{SVG}path") if e.get("stroke-width") == "2.25")
    assert re.sub(r"[\d.,]", "", line.get("d", "")) == "MLML"


def test_bars_are_as_long_as_their_values() -> None:
    counts = pd.DataFrame(
        {"country_code": ["ESP", "ESP", "TUN"], "status": ["achieved", "on_track", "achieved"]}
    ).assign(count=[1, 3, 2])
    names = {"ESP": "Spain", "TUN": "Tunisia"}
    figure = figures.status_bars(counts, by="country_code", names=names, language="en")
    margin = figure.dict["layout"]["margin"]
    one = (480 - margin["l"] - margin["r"]) / 4
    rects = [
        (float(r.get("x", "")), float(r.get("width", ""))) for r in drawn(figure).iter(f"{SVG}rect")
    ]
    left = margin["l"]
    assert rects == [
        pytest.approx((left, one), abs=0.02),
        pytest.approx((left, 2 * one), abs=0.02),
        pytest.approx((left + one, 3 * one), abs=0.02),
    ]


def test_a_map_shows_its_window_and_nothing_of_another_host() -> None:
    figure = figures.territory_map(
        places(), names={}, countries=COUNTRIES, unit="people", language="en"
    )
    written = svg.draw(figure.dict, 600)
    assert "http" not in written.replace("http://www.w3.org/2000/svg", "")
    root = ElementTree.fromstring(written)
    tinted = [e for e in root.iter(f"{SVG}path") if e.get("fill") == theme.light("tint")]
    assert [country.findtext(f"{SVG}title") for country in tinted] == ["Spain", "Jordan", "Tunisia"]
    assert float(root.get("width", "")) / float(root.get("height", "")) == pytest.approx(
        float(figure.style["aspectRatio"]), rel=0.01
    )


def test_pointing_at_a_mark_says_its_value() -> None:
    titles = [point.findtext(f"{SVG}title") for point in points(drawn(trend(YEARS)))]
    assert "100 people" in (titles[0] or "")


# --- Beside plotly.js ----------------------------------------------------------------------------------

PAGE = """<!doctype html><meta charset="utf-8">
<script src="/assets/js/base-layer.js"></script><script src="/assets/js/PLOTLY"></script>
<body style="margin:0;font-family:sans-serif">"""

READ = """([kinds, width]) => {
    const middle = (element, frame) => {
        const box = element.getBoundingClientRect();
        return [box.x + box.width / 2 - frame.x, box.y + box.height / 2 - frame.y];
    };
    const read = (root, marks, words) => {
        const frame = root.getBoundingClientRect();
        return {
            marks: [...root.querySelectorAll(marks)]
                .filter((e) => e.getBoundingClientRect().width > 0)
                .filter((e) => getComputedStyle(e).opacity !== "0")
                .map((e) => [...middle(e, frame), getComputedStyle(e).fill]),
            words: [...root.querySelectorAll(words)]
                .filter((e) => e.textContent.trim())
                .map((e) => [...middle(e, frame), e.textContent]),
        };
    };
    const strokes = (root, lines) => {
        const frame = root.getBoundingClientRect();
        const found = [...root.querySelectorAll(lines)].filter(() => true);
        return found.map((e) => {
            // A line with gaps is several paths in plotly.js, within one group.
            const box = e.getBoundingClientRect(), style = getComputedStyle(e.firstElementChild ?? e);
            const isFilled = style.fill !== "none" && style.fillOpacity !== "0";
            const colour = isFilled ? style.fill : style.stroke;
            return [box.x - frame.x, box.y - frame.y, box.width, box.height, colour];
        });
    };
    return Promise.all(kinds.map(async ([dict, ours, height]) => {
        const left = document.createElement("div"), right = document.createElement("div");
        right.style.cssText = `width:${width}px;height:${height}px`;
        left.innerHTML = ours;
        document.body.append(left, right);
        await Plotly.newPlot(right, dict.data, dict.layout, {displayModeBar: false});
        return [
            {
                ...read(left.firstChild, ".point", "text"),
                lines: strokes(left.firstChild, ".line, .fill, .shape"),
            },
            {
                ...read(right, ".points path, .scattergeo path.point, .choroplethlocation",
                    ".xtick text, .ytick text, .annotation-text, .textpoint text, .scattergeo text"),
                lines: strokes(right, ".scatterlayer .lines:has(path), .js-fill, .shapelayer path"),
            },
        ];
    }));
}"""


class Files(http.server.SimpleHTTPRequestHandler):
    """The files of the checkout, and one page that has plotly.js."""

    def do_GET(self) -> None:
        if self.path != "/":
            return super().do_GET()
        bundle = next((ROOT / "assets" / "js").glob("plotly-*.min.js")).name
        body = PAGE.replace("PLOTLY", bundle).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body)
        return None

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    handler = functools.partial(Files, directory=str(ROOT))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def in_order(found: list[list[Any]]) -> list[list[Any]]:
    """Return marks or words by colour or text and place; land is left out."""
    land = [theme.rgb(colour) for colour in LAND]
    told = (item for item in found if item[2] not in land)
    return sorted(told, key=lambda item: (item[2], round(item[0] / 3), item[1]))


@pytest.mark.thorough(3)
@pytest.mark.browser
@pytest.mark.parametrize("width", [480, 340])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_plotly_draws_the_same(address: str, browser: "Browser", language: str, width: int) -> None:
    kinds = {
        kind: figure
        for kind, figure in family(language).items()
        if figure.dict["data"] and not kind.startswith("sparkline")
    }
    cases = []
    for figure in kinds.values():
        layout = figures.narrowed(figure.dict["layout"], width)
        height = layout.get("height") or round(width / layout["meta"]["ratio"])
        shown = figure.dict | {"layout": layout}
        cases.append([shown, svg.draw(figure.dict, width, height, language), height])
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "request",
        lambda request: said.append(request.url) if not request.url.startswith(address) else None,
    )
    page.goto(address)
    answers = page.evaluate(READ, json.loads(json.dumps([cases, width])))
    page.close()
    assert [line for line in said if "favicon" not in line and "404" not in line] == []
    for kind, (ours, theirs) in zip(kinds, answers, strict=True):
        for part, room in (("marks", 1.5), ("words", 5.0)):
            mine, others = in_order(ours[part]), in_order(theirs[part])
            assert [m[2] for m in mine] == [o[2] for o in others], (kind, part)
            for one, other in zip(mine, others, strict=True):
                assert one[:2] == pytest.approx(other[:2], abs=room), (kind, part, one[2])
        mine, others = (sorted(both["lines"], key=_by_colour) for both in (ours, theirs))
        assert [m[4] for m in mine] == [o[4] for o in others], kind
        for one, other in zip(mine, others, strict=True):
            assert one[:4] == pytest.approx(other[:4], abs=1.5), (kind, one[4])


def _by_colour(line: list[Any]) -> tuple[Any, ...]:
    return (line[4], *(round(number / 3) for number in line[:4]))
