"""A file can be tried: its findings and the marked copy come back, and nothing of it is kept."""

import io
import tempfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, func, select

from dashboard import app
from etl import replies, workbook
from etl.gate import examine
from schemas import database, tables
from tests.conftest import DATA
from tests.signed import token
from tests.test_app import ELSEWHERE

FILE = DATA / "workbooks" / "unesco_enrolment_by_sex.xlsx"
ROUTES = ("/try/findings", "/try/annotated")


@pytest.fixture
def client(seeded_sqlite: Engine) -> FlaskClient:
    return app.create_app().server.test_client()  # type: ignore[no-any-return]


def send(client: FlaskClient, route: str, data: bytes, name: str = FILE.name, **more: Any) -> Any:
    form = {"file": (io.BytesIO(data), name), "programme": "MEDTOWN"}
    headers = {**token(client), **more.pop("headers", {})}
    return client.post(route, data=form, headers=headers, **more)


def faulty() -> bytes:
    """Return a workbook with a value that is no number, in a layout that is known."""
    book = openpyxl.load_workbook(FILE)
    book["data"]["C2"] = "many"
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def stored(engine: Engine) -> dict[str, int]:
    """Return how many rows each table has."""
    with engine.connect() as conn:
        return {
            table.name: int(conn.execute(select(func.count()).select_from(table)).scalar_one())
            for table in tables.Base.metadata.sorted_tables
        }


def files(*folders: Path) -> set[tuple[str, int]]:
    """Return the files below some folders with their sizes, whatever the database keeps beside."""
    return {
        (str(path), path.stat().st_size)
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    }


# --- What comes back ------------------------------------------------------------------------------


def test_findings_come_back_with_their_cells(client: FlaskClient) -> None:
    answer = send(client, "/try/findings", faulty())

    assert answer.status_code == 200
    told = answer.get_json()
    assert told["message"] == "The workbook has errors to correct."
    assert "data!C2" in answer.text
    assert "many" in answer.text


def test_the_copy_comes_back_with_its_findings(client: FlaskClient) -> None:
    answer = send(client, "/try/annotated", faulty())

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    copy = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert copy["data"]["C2"].value == "many"
    assert copy["data"]["C2"].comment is not None
    book = workbook.read(answer.data, examine(answer.data, "copy.xlsx"))
    assert replies.find(book) is not None


def test_a_file_that_is_no_spreadsheet_is_answered_in_words(client: FlaskClient) -> None:
    answer = send(client, "/try/findings", b"%PDF-1.7 nothing", "../notes.xlsx")
    copy = send(client, "/try/annotated", b"%PDF-1.7 nothing", "../notes.xlsx")

    assert answer.get_json()["message"] == "The file cannot be taken."
    assert copy.status_code == 200
    assert openpyxl.load_workbook(io.BytesIO(copy.data)).worksheets


# --- Nothing is kept ------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ROUTES)
def test_nothing_is_stored(
    client: FlaskClient,
    seeded_sqlite: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    route: str,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    database_file = Path(str(seeded_sqlite.url.database))
    kept = database_file.read_bytes()
    rows = stored(seeded_sqlite)
    before = files(tmp_path, database.home())

    for data, name in ((faulty(), FILE.name), (b"a,b\n1,2\n", "a.csv"), (b"%PDF", "a.xlsx")):
        assert send(client, route, data, name).status_code == 200

    assert stored(seeded_sqlite) == rows
    assert database_file.read_bytes() == kept
    assert files(tmp_path, database.home()) == before


@pytest.mark.parametrize("route", ROUTES)
def test_a_large_file_leaves_nothing_in_the_temporary_folder(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, route: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    rows = b"name,2022,note\n" + b"".join(b"people,%d,%s\n" % (n, b"x" * 2000) for n in range(400))

    answer = send(client, route, rows, "large.csv")
    answer.request.environ["wsgi.input"].close()  # the test client's own end of it

    assert answer.status_code == 200
    assert list(tmp_path.rglob("*")) == []


# --- Who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("where", ELSEWHERE, ids=str)
def test_only_who_is_signed_in_may_try(
    client: FlaskClient, route: str, where: dict[str, Any]
) -> None:
    assert send(client, route, b"a,b\n1,2\n", "a.csv", **where).status_code == 401


@pytest.mark.parametrize("route", ROUTES)
def test_a_request_without_a_file_and_one_that_is_too_large(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, route: str
) -> None:
    assert client.post(route, data={}, headers=token(client)).status_code == 400
    assert client.post(route, data={}).status_code == 400
    monkeypatch.setenv("MEDTOWN_UPLOAD_MB", "1")

    answer = send(client, route, b"x" * (2**20 + 1), "x.csv")
    answer.request.environ["wsgi.input"].close()  # the test client leaves its file open

    assert answer.status_code == 413


# --- In the browser -------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_file_is_tried_and_its_copy_is_kept_by_who_tried_it(
    own_server: str, page: Page, tmp_path: Path
) -> None:
    file = tmp_path / "χωρίς υποβολή.xlsx"
    file.write_bytes(faulty())
    page.goto(f"{own_server}/submissions")
    page.get_by_role("link", name="Try a file without handing it in").click()
    expect(page.get_by_role("heading", name="Try a file")).to_be_visible()
    page.set_input_files(".upload-input", file)

    expect(page.locator(".finding-error").first).to_contain_text("many")
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download the copy").click()
    copy = openpyxl.load_workbook(io.BytesIO(downloading.value.path().read_bytes()))
    assert copy["data"]["C2"].comment is not None
    assert downloading.value.suggested_filename.startswith("χωρίς υποβολή")

    page.goto(f"{own_server}/submissions")
    expect(page.get_by_text("No workbook yet")).to_be_visible()
