"""Pages as plain HTML: what the server writes is what Dash will draw, readable without a script."""

import json
import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from dash import dcc, html
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from dashboard import app, policies, static
from dashboard.access import Policy
from dashboard.components import marks, tables
from schemas import database
from tests.observed import INDICATOR, observe, series, submit
from tests.test_pages import FULL, drawn, parts


class Reader(HTMLParser):
    """What a browser makes of a page: texts, images with their words, and whether tags are closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.texts: list[str] = []
        self.images: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag not in static.VOID | {"input"}:
            self.open.append(tag)
        if named.get("role") == "img" and "data-width" in named:
            self.images.append(named.get("aria-label") or "")
        if "id" in named:
            self.ids.append(named["id"] or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open and self.open[-1] not in ("script", "style", "title"):
            self.texts.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def body(page: str) -> str:
    return page.partition("<body>")[2].partition('<div id="react-entry-point"')[0]


@pytest.fixture
def client(seeded_sqlite: Engine) -> FlaskClient:
    with database.begin(seeded_sqlite) as conn:
        observe(conn, submit(conn), *series())
    client = app.create_app().server.test_client()
    client.environ_base["REMOTE_ADDR"] = "203.0.113.7"  # from elsewhere: the public
    return client  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "path", [path for rule, path in FULL.items() if policies.PAGES[rule] is Policy.EVERYBODY]
)
def test_the_served_page_holds_what_dash_will_draw(client: FlaskClient, path: str) -> None:
    shown = read(body(client.get(path).get_data(as_text=True)))

    whole = "".join(shown.texts)
    with client.application.test_request_context(path, environ_base=client.environ_base):
        layout = drawn(path)
    for part in parts(layout):
        if part["namespace"] != "dash_html_components":
            continue
        if isinstance(text := part["props"].get("children"), str):
            assert text in whole
        if label := part["props"].get("data-figure") and part["props"].get("aria-label"):
            assert label in shown.images
        for said in re.findall(r">([^<>]+)<", part["props"].get("data-html", "")):
            assert unescape(said) in whole
    assert len(shown.ids) == len(set(shown.ids))


def test_a_figure_stands_there_as_a_drawing_for_a_wide_screen_and_a_phone(
    client: FlaskClient,
) -> None:
    shown = client.get(f"/indicator/{INDICATOR}").get_data(as_text=True)
    (figure,) = re.findall(r'<div id="indicator-trend-figure".*?</div>', shown, re.DOTALL)
    assert re.findall(r'<svg class="(at-\w+)"', figure) == ["at-wide", "at-narrow"]
    assert "data-figure" not in figure


@given(st.text(max_size=40), st.text(max_size=40))
def test_what_people_wrote_stays_text(one: str, other: str) -> None:
    cell = {"t": other, "href": other, "title": one, "sub": one}
    node = html.Div(
        [one, tables.table(one, [one, other], [[one, cell]])],
        title=other,
        className=one,
        **marks.data(x=other),
    )
    shown = static.render(node, "en")
    plain = re.sub(r"<(/?(?:div|table|caption|thead|tbody|tr|th|td|span|a)\b)[^<>]*>", "", shown)
    assert "<" not in plain
    assert ">" not in plain


def test_attributes_and_styles_are_those_of_the_component() -> None:
    node = html.Label(
        [html.Br(), html.Details(open=True), html.Span("a & b", style={"inlineSize": "40%"})],
        htmlFor="x",
        id={"type": "filter", "name": "a"},
        tabIndex="0",
        hidden=False,
        **marks.aria(label='say "so"'),
    )
    assert static.render(node, "en") == (
        '<label id="{&quot;name&quot;:&quot;a&quot;,&quot;type&quot;:&quot;filter&quot;}" for="x"'
        ' tabindex="0" aria-label="say &quot;so&quot;"><br><details open></details>'
        '<span style="inline-size:40%">a &amp; b</span></label>'
    )


def test_what_only_a_script_can_do_is_left_out() -> None:
    node = [dcc.Store(id="store", data=[1]), dcc.Loading(html.P("waiting")), None, 3, "x"]
    assert static.render(node, "en") == "<p>waiting</p>3x"


def test_an_element_can_be_filled() -> None:
    assert (
        static.render(html.Div(id="a"), "en", {"a": html.P("in")}) == '<div id="a"><p>in</p></div>'
    )


def test_what_only_stands_there_is_one_component() -> None:
    """What Dash has to know remains, with what is around it; the page as it was made stays."""
    answer = html.Div([html.P("until then")], id="answer")
    table = tables.table("t", ["a"], [["b"]])
    plain = html.Section([html.H2("a & b"), table], className="card")
    page = [plain, html.Div([html.P([html.B("x")]), dcc.Store(id="store"), answer]), "text"]

    card, around, text = static.folded(page, {"answer"})

    drawn = getattr(card, "data-html")
    assert getattr(card, "children", None) is None
    assert card.className == "card"
    assert drawn.startswith("<h2>a &amp; b</h2><div ")
    assert "data-html=" in drawn  # for our scripts, as anywhere else
    assert getattr(around.children[0], "data-html") == "<b>x</b>"
    assert around.children[1].id == "store"
    assert around.children[2] is answer
    assert text == "text"
    assert len(plain.children) == 2


def test_links_keep_the_language_and_the_past_day_and_files_do_not_need_them() -> None:
    page = (
        '<a href="/sdg/8?by=x&amp;c=1#few"></a><a href="?lang=fr"></a><link href="/assets/a.css">'
    )
    kept = {"lang": "ar", "as_of": "2023-06-30"}
    assert static.with_kept(page, kept, "/country/TUN?until=2023-06-30") == (
        '<a href="/sdg/8?by=x&amp;c=1&amp;lang=ar&amp;as_of=2023-06-30#few"></a>'
        '<a href="/country/TUN?until=2023-06-30&amp;lang=fr"></a><link href="/assets/a.css">'
    )


def first(path: str) -> dict[str, Any] | None:
    return static.first_figure([html.P("x"), html.Div(**marks.data(figure=path))])


def test_the_first_figure_of_a_page_is_the_one_with_something_to_show() -> None:
    empty: dict[str, Any] = {"data": [], "layout": {}}
    full: dict[str, Any] = {"data": [{"type": "bar"}], "layout": {}}
    assert first(json.dumps(empty)) is None
    assert first(json.dumps(full)) == full
    assert static.first_figure(html.Div([html.Span("a"), None])) is None
