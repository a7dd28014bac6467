"""Charts that stand alone: the same as on their page, in frames, as images, and as oEmbed tells."""

import json
import re
import struct
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from dashboard import app, charts, embeds
from dashboard.components import cards
from schemas import database
from tests.observed import COUNTRY, INDICATOR, PLACE, PROJECT, observe, series, submit, withhold
from tests.test_pages import FULL, drawn, parts

ADDRESSES = {
    "trend": f"/chart/trend?indicator={INDICATOR}",
    "multiples": f"/chart/multiples?indicator={INDICATOR}&by=place",
    "statuses": "/chart/statuses?by=country",
    "breakdown": f"/chart/breakdown?indicator={INDICATOR}&by=sex",
    "map": f"/chart/map?indicator={INDICATOR}",
    "board": "/chart/board?by=place",
    "country_map": f"/chart/country_map?indicator={INDICATOR}&country={COUNTRY}",
    "course": f"/chart/course?indicator={INDICATOR}&place={PLACE}",
    "dumbbell": f"/chart/dumbbell?country={COUNTRY}",
    "pyramid": f"/chart/pyramid?indicator={INDICATOR}",
    "shares": f"/chart/shares?indicator={INDICATOR}&by=sex&rows=place",
    "waterfall": f"/chart/waterfall?indicator={INDICATOR}&by=place",
    "compare": f"/chart/compare?indicator={INDICATOR}&by=place&among={PLACE}",
    "compare_each": f"/chart/compare_each?indicator={INDICATOR}&by=place&among={PLACE}",
    "compare_scatter": f"/chart/compare_scatter?indicator={INDICATOR}&other=PPL-DIR&by=place&among={PLACE}",
    "distribution": f"/chart/distribution?indicator={INDICATOR}&by=place",
    "flows": "/chart/flows?indicator=FIN-SPT&by=project",
    "gap": "/chart/gap?indicator=COP-SCO",
    "mains": f"/chart/mains?project={PROJECT}",
}
"An address of each kind."


@pytest.fixture
def client(seeded_sqlite: Engine) -> FlaskClient:
    with database.begin(seeded_sqlite) as conn:
        observe(conn, submit(conn), *series())
    return outside()


def outside() -> FlaskClient:
    """Return a client that asks from elsewhere, as the public does."""
    client = app.create_app().server.test_client()
    client.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    return client  # type: ignore[no-any-return]


def image_of(address: str, ending: str) -> str:
    path, _, query = address.partition("?")
    return f"{path}.{ending}?{query}"


def test_every_kind_has_an_address_here() -> None:
    assert set(ADDRESSES) == set(charts.KINDS)


@pytest.mark.parametrize("path", FULL.values())
def test_a_chart_of_a_page_is_the_same_at_its_own_address(client: FlaskClient, path: str) -> None:
    """The link below a chart leads to a chart with the same marks and the same words."""
    node = drawn(path)
    alone = [
        part["props"]["href"]
        for part in parts(node)
        if re.match(r"/chart/\w+\?", str(part["props"].get("href", "")))
    ]
    figures = [part["props"] for part in parts(node) if "data-figure" in part["props"]]
    made: list[Any] = []
    for address in alone:
        kind = urlsplit(address).path.rpartition("/")[2]
        with app.create_app().server.test_request_context(
            address, environ_base={"REMOTE_ADDR": "203.0.113.7"}
        ):
            chart = embeds.made(kind, _flat(address), "en")
        assert chart.address == address
        made += [panel.figure for panel in chart.panels]
    said = {one["aria-label"]: json.loads(one["data-figure"]) for one in figures}
    told = {one.alt: json.loads(cards.to_json(one.dict)) for one in made}
    # A table may stand for the figure that its link leads to, as on the board.
    assert said.keys() <= told.keys()
    assert {alt: told[alt] for alt in said} == said


def _flat(address: str) -> dict[str, str]:
    return {name: words[0] for name, words in parse_qs(urlsplit(address).query).items()}


@pytest.mark.thorough(3)
@pytest.mark.parametrize("address", ADDRESSES.values())
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_chart_is_a_page_for_frames_without_any_script(
    client: FlaskClient, address: str, language: str
) -> None:
    answer = client.get(f"{address}&lang={language}")
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "<script" not in shown
    assert f'lang="{language}"' in shown
    assert "<svg" in shown
    assert re.search(r"<title>[^<]{5,}</title>", shown)


@pytest.mark.thorough(2)
@pytest.mark.parametrize("address", ADDRESSES.values())
def test_a_chart_is_an_image_with_its_words(client: FlaskClient, address: str) -> None:
    svg = client.get(image_of(address, "svg"))
    assert svg.mimetype == "image/svg+xml"
    assert "<svg" in svg.get_data(as_text=True)
    png = client.get(image_of(address, "png"))
    assert png.data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">I", png.data[16:20])[0] == 2000


@pytest.mark.parametrize(
    "path",
    ["/chart/none", "/chart/trend", "/chart/trend.svg?indicator=no", "/chart/breakdown.png?by=no"],
)
def test_what_is_no_chart_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_chart_withholds_what_its_page_withholds(seeded_sqlite: Engine) -> None:
    with database.begin(seeded_sqlite) as conn:
        ids = observe(conn, submit(conn), *series())
        withhold(conn, *ids)
    shown = outside().get(image_of(ADDRESSES["trend"], "svg"))
    assert "60" not in re.findall(r">(\d+)<", shown.get_data(as_text=True))


def test_a_page_may_only_be_framed_by_ourselves(client: FlaskClient) -> None:
    assert "frame-ancestors 'self'" in client.get("/").headers["Content-Security-Policy"]


# --- oEmbed -------------------------------------------------------------------------------------


def asked(client: FlaskClient, address: str, **more: str) -> Any:
    return client.get("/oembed", query_string={"url": f"http://localhost{address}", **more})


def test_oembed_tells_the_frame_of_a_chart(client: FlaskClient) -> None:
    told = asked(client, f"{ADDRESSES['trend']}&lang=fr", maxwidth="500").get_json()
    assert (told["version"], told["type"], told["width"]) == ("1.0", "rich", 500)
    (source,) = re.findall(r'src="([^"]+)"', told["html"])
    assert client.get(source.replace("&amp;", "&")).status_code == 200
    assert "lang=fr" in source
    picture = client.get(told["thumbnail_url"]).data
    assert struct.unpack(">II", picture[16:24]) == (
        told["thumbnail_width"],
        told["thumbnail_height"],
    )


@pytest.mark.parametrize(
    "address",
    ["/", "/country/TUN", "/chart/none", "/chart/trend?indicator=no", "/chart"],
)
def test_oembed_knows_charts_only(client: FlaskClient, address: str) -> None:
    assert asked(client, address).status_code == 404


def test_oembed_speaks_of_this_site_and_in_json_only(client: FlaskClient) -> None:
    elsewhere = client.get("/oembed", query_string={"url": "https://example.org/chart/trend"})
    assert elsewhere.status_code == 404
    assert asked(client, ADDRESSES["trend"], format="xml").status_code == 501


# --- What others show beside a link ---------------------------------------------------------------


@pytest.mark.thorough(3)
@pytest.mark.parametrize("path", ["/", f"/country/{COUNTRY}", f"/project/{PROJECT}", "/method"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_page_has_a_picture_to_share(client: FlaskClient, path: str, language: str) -> None:
    shown = client.get(f"{path}?lang={language}").get_data(as_text=True)
    (picture,) = re.findall(r'<meta property="og:image" content="([^"]+)">', shown)
    data = client.get(picture.replace("&amp;", "&")).data
    assert struct.unpack(">II", data[16:24]) == (1200, 630)
    assert re.search(r'<meta property="og:title" content="[^"]+">', shown)


def test_there_is_no_picture_of_no_page(client: FlaskClient) -> None:
    assert client.get(f"/preview.png?page={quote('/nowhere')}").status_code == 404
