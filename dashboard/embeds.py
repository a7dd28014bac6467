"""Charts that stand alone: as a page for frames elsewhere, as images, and what oEmbed says of them."""

import re
from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Flask, Response, abort, jsonify, make_response, request
from werkzeug.datastructures import MultiDict

from dashboard import (
    access,
    bundles,
    charts,
    exports,
    frames,
    images,
    static,
    svg,
    trail,
    views,
)
from dashboard.charts import Chart
from dashboard.components import charts as cards
from dashboard.routes import add_views, attachment
from schemas import database, words

ANYWHERE = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors *"
)
"The policy of what may be framed elsewhere: no script, nothing of another host."

WIDTH, HEIGHT = 720, 560
"Pixels of a frame, where whoever embeds says nothing else."

BODY = """<body class="embed"><main>{card}</main>
<p class="embed-foot"><a href="{home}">{site}</a></p></body>"""


def made(kind: str, arguments: Any, language: str) -> Chart:
    """Return the chart at an address; 404 where there is none."""
    view = views.read(arguments)
    if kind not in charts.KINDS:
        abort(404)
    with database.connect() as conn:
        data = frames.load(
            conn,
            access.scope(),
            view,
            language,
            indicator_codes=charts.indicators_of(kind, view),
            by_category=charts.with_breakdowns(kind),
        )
    if not charts.can_make(data, kind, view):
        abort(404)
    return charts.KINDS[kind].make(data, data.view)


def _address(chart: Chart, language: str, ending: str = "") -> str:
    """Return where a chart is on the web, in a language."""
    path, _, query = chart.address.partition("?")
    said = urlencode({**dict(parse_qsl(query)), "lang": language})
    return f"{request.url_root.rstrip('/')}{path}{ending}?{said}"


def chart_page(kind: str) -> Response:
    """Return a chart as a page of its own that may stand in a frame anywhere."""
    language = access.language()
    chart = made(kind, request.args, language)
    card = static.render(cards.card(chart, "chart", language), language)
    kept = {"lang": language}
    asked = urlencode({"url": _address(chart, language)})
    said = {
        "og:type": "article",
        "og:title": chart.title,
        "og:description": chart.lead,
        "og:image": _address(chart, language, ".png"),
    }
    page = static.document(
        language,
        chart.title,
        head=[
            f'<meta name="description" content="{escape(chart.lead)}">',
            *static.shared(said),
            f'<link rel="alternate" type="application/json+oembed" title="{escape(chart.title)}"'
            f' href="{escape(f"{request.url_root}oembed?{asked}")}">',
            '<base target="_blank">',
            bundles.tags()[0],
        ],
        body=BODY.format(
            card=static.with_kept(card, kept, request.full_path),
            home=escape(static.kept_in("/", kept, "/")),
            site=escape(words.text("MedTOWN impact dashboard", language)),
        ),
    )
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = ANYWHERE
    return answer


def drawn(chart: Chart, language: str, width: int = 1000) -> str:
    """Return a chart with all its words as one SVG."""
    return svg.sheet(
        [(panel.name, panel.value, panel.figure.dict) for panel in chart.panels],
        heading=chart.title,
        lead=chart.lead,
        foot=" · ".join(part for part in chart.about if part),
        language=language,
        width=width,
        keys=chart.keys,
    )


def chart_image(kind: str, file_format: str) -> Response:
    """Return a chart as an image, its words in it; the PNG is twice as wide as the SVG says."""
    language = access.language()
    chart = made(kind, request.args, language)
    image = drawn(chart, language)
    data, mimetype = (
        (image.encode(), "image/svg+xml")
        if file_format == "svg"
        else (images.png(image, 1000), "image/png")
    )
    parts = (chart.view.indicator, chart.view.country, chart.view.project, chart.view.place)
    name = exports.file_name(kind, *(part for part in parts if part), file_format=file_format)
    trail.audit_seen(
        f"chart {kind}", kind=file_format, asked_for=request.query_string.decode()[:500]
    )
    answer = attachment(data, mimetype, name)
    # Shown where it is embedded, saved where a link says so.
    answer.headers["Content-Disposition"] = answer.headers["Content-Disposition"].replace(
        "attachment", "inline", 1
    )
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def oembed() -> Response:
    """Return what oEmbed says of a chart's address (oembed.com, version 1.0); 404 for any other."""
    if request.args.get("format", "json") != "json":
        abort(501)
    asked = urlsplit(request.args.get("url", ""))
    _, folder, kind = (*asked.path.split("/"), "", "")[:3]
    if asked.netloc != request.host or folder != "chart":
        abort(404)
    arguments = MultiDict(parse_qsl(asked.query))
    language = arguments.get("lang", "")
    language = language if language in words.TAGS else access.language()
    chart = made(kind, arguments, language)
    width = min(WIDTH, _pixels("maxwidth"))
    height = min(HEIGHT, _pixels("maxheight"))
    wide, tall = _size(drawn(chart, language))
    frame = (
        f'<iframe src="{escape(_address(chart, language))}" width="{width}" height="{height}"'
        f' title="{escape(chart.title)}" loading="lazy" style="border:0"></iframe>'
    )
    return jsonify(
        {
            "version": "1.0",
            "type": "rich",
            "title": chart.title,
            "provider_name": words.text("MedTOWN impact dashboard", language),
            "provider_url": request.url_root,
            "html": frame,
            "width": width,
            "height": height,
            "thumbnail_url": _address(chart, language, ".png"),
            "thumbnail_width": 2 * wide,
            "thumbnail_height": 2 * tall,
        }
    )


def _size(image: str) -> tuple[int, int]:
    """Return width and height of a drawing, as its first element says them."""
    found = re.search(r'<svg[^>]* width="(\d+)" height="(\d+)"', image)
    assert found, image[:200]
    return int(found[1]), int(found[2])


def _pixels(name: str) -> int:
    word = request.args.get(name, "")
    return max(int(word), 200) if word.isdecimal() and len(word) < 6 else 10_000


def add(server: Flask) -> None:
    """Add the routes to the server."""
    views_of: dict[str, Callable[..., Any]] = {
        "/chart/<kind>": chart_page,
        "/chart/<kind>.<any(svg, png):file_format>": chart_image,
        "/oembed": oembed,
    }
    add_views(server, views_of)
