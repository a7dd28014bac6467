"""Our own files: one style sheet, one script, both named for what is in them; nothing is sent twice."""

import re

import brotli  # type: ignore[import-untyped]
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from dashboard import app, bundles

BR = {"Accept-Encoding": "br"}


@pytest.fixture
def client(seeded_sqlite: Engine) -> FlaskClient:
    return app.create_app().server.test_client()  # type: ignore[no-any-return]


def test_a_page_asks_for_one_style_sheet_and_one_script_of_ours(client: FlaskClient) -> None:
    page = client.get("/").get_data(as_text=True)
    asked = re.findall(r'(?:href|src)="(/assets/[^"]+)"', page)
    assert [one for one in asked if one.endswith(("css", "js"))] == [
        bundles.styles().address,
        bundles.scripts().address,
    ]
    scripts = " ".join(re.findall(r'src="([^"]+)"', page))
    assert not re.search("dash_table|polyfill|dash_ag_grid", scripts)


@pytest.mark.parametrize("make", [bundles.styles, bundles.scripts], ids=["css", "js"])
def test_a_bundle_holds_every_file_and_is_kept_for_good(client: FlaskClient, make) -> None:  # type: ignore[no-untyped-def]
    bundle = make()
    answer = client.get(bundle.address)
    assert answer.get_data(as_text=True) == bundle.data
    assert answer.headers["Cache-Control"] == bundles.YEAR
    assert "Cookie" not in answer.headers.get("Vary", "")
    kind = bundle.address.rpartition(".")[2]
    for path in (bundles.ASSETS / kind).glob(f"*.{kind}"):
        if not bundles.ALONE.match(path.name):
            last = path.read_text("utf-8").rstrip().splitlines()[-1]
            assert last in bundle.data, path.name


def test_another_version_of_a_bundle_is_not_there(client: FlaskClient) -> None:
    assert client.get("/assets/css/medtown-000000000000.css").status_code == 404
    crossed = bundles.styles().address.replace("/css/", "/js/")
    assert client.get(crossed).status_code == 404


def test_whatever_a_style_sheet_asks_for_is_there_and_kept_for_good(client: FlaskClient) -> None:
    asked = set(re.findall(r'url\("(/[^"]+)"\)', bundles.styles().data))
    assert len(asked) > 4
    for address in asked:
        with client.get(address) as answer:
            assert answer.status_code == 200, address
            assert answer.headers["Cache-Control"] == bundles.YEAR


def test_plotly_was_compressed_beforehand_from_what_lies_beside_it(client: FlaskClient) -> None:
    plain = (bundles.ASSETS / app.PLOTLY).read_bytes()
    with client.get(bundles.address(app.PLOTLY), headers=BR) as answer:
        assert answer.headers["Content-Encoding"] == "br"
        assert answer.headers["Content-Type"].startswith("text/javascript")
        assert brotli.decompress(answer.data) == plain
    with client.get(bundles.address(app.PLOTLY)) as answer:
        assert "Content-Encoding" not in answer.headers
        assert answer.data == plain


@pytest.mark.parametrize("path", ["/", "/_dash-layout", "/_dash-dependencies"])
def test_what_a_browser_has_is_not_sent_again(client: FlaskClient, path: str) -> None:
    client.get("/")  # the first visit begins a session
    first = client.get(path, headers=BR)
    again = client.get(path, headers={**BR, "If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert not again.data


def test_another_language_or_session_is_another_answer(client: FlaskClient) -> None:
    etags = {
        client.get("/", headers=BR).headers["ETag"],
        client.get("/?lang=ar", headers=BR).headers["ETag"],
        app.create_app().server.test_client().get("/", headers=BR).headers["ETag"],
    }
    assert len(etags) == 3


def test_what_others_make_up_is_not_remembered() -> None:
    kept = bundles.Compressed()
    for number in range(2 * bundles.Compressed.MOST):
        kept.set(f"br;/assets/{number}", b"x")
    kept.set("br;/", b"a page")
    assert len(kept.kept) == bundles.Compressed.MOST
    assert kept.get("br;/") is None
