"""The web application: who may do what, what every answer carries, and what goes wrong quietly."""

import io
import json
import re
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from dashboard import access, app, frames, keys, policies, routes
from dashboard.pages import submission
from dashboard.settings import SettingError, Settings, read
from schemas import database
from tests.observed import INDICATOR, PROJECT, observe, series, submit, withhold
from tests.people import token_in
from tests.signed import token

PAGES = ".._pages_content.children..._pages_store.data.."

ELSEWHERE: list[dict[str, Any]] = [
    {"environ_base": {"REMOTE_ADDR": "10.0.0.7"}},
    {"headers": {"X-Forwarded-For": "10.0.0.7"}},
    {"headers": {"X-Forwarded-Host": "medtown.example"}},
    {"headers": {"Forwarded": "for=10.0.0.7"}},
    {"headers": {"Host": "medtown.example"}},  # DNS rebinding: a foreign name that points here
    {"headers": {"Origin": "https://evil.example"}},
    {"headers": {"Host": "127.0.0.1.evil.example"}},
]
"Requests that look like they come from this machine, but for one thing."


@pytest.fixture
def server(seeded_sqlite: Engine) -> Flask:
    """The application over the reference data and one accepted series."""
    with database.begin(seeded_sqlite) as conn:
        observe(conn, submit(conn), *series())
    return app.create_app().server  # type: ignore[no-any-return]


@pytest.fixture
def client(server: Flask) -> FlaskClient:
    return server.test_client()


def question(output: str, inputs: list[tuple[str, str, Any]], state: Any = ()) -> dict[str, Any]:
    """Return the body of a callback as the browser sends it."""
    names = output.strip(".").split("...") if output.startswith("..") else [output]
    outputs = [dict(zip(("id", "property"), name.split("."), strict=True)) for name in names]

    def told(parts: Any) -> list[dict[str, Any]]:
        return [{"id": i, "property": p, "value": v} for i, p, v in parts]

    return {
        "output": output,
        "outputs": outputs if output.startswith("..") else outputs[0],
        "inputs": told(inputs),
        "state": told(state),
        "changedPropIds": [f"{inputs[0][0]}.{inputs[0][1]}"],
    }


def page(path: Any, search: Any = "") -> dict[str, Any]:
    where = [("_pages_location", "pathname", path), ("_pages_location", "search", search)]
    return question(PAGES, where)


def decision(number: Any, accept: Any = 1) -> dict[str, Any]:
    clicks = [(button, "n_clicks", 0) for button in (submission.WITHDRAW, submission.REINSTATE)]
    clicks.insert(0, (submission.ACCEPT, "n_clicks", accept))
    return question(submission.DECIDED, clicks, [(submission.NUMBER, "data", number)])


def ask(client: FlaskClient, body: Any, **more: Any) -> TestResponse:
    headers = {**token(client), **more.pop("headers", {})}
    return client.post(app.DASH_CALLBACK, json=body, headers=headers, **more)


# --- Default deny ---------------------------------------------------------------------------------


def test_every_route_has_a_policy(server: Flask) -> None:
    rules = {rule.rule for rule in server.url_map.iter_rules()} - {app.DASH_CALLBACK}

    undeclared = rules - set(policies.ROUTES)
    assert all(server.test_client().get(rule).status_code == 403 for rule in undeclared)
    assert undeclared <= {
        "/_reload-hash",
        "/static/<path:filename>",
        "/404",
        "/_alive_16a3b1b0",
        "/_dash_error",
    } | {rule for rule in undeclared if rule.startswith("/_dash")}
    assert set(policies.ROUTES) <= rules


def test_every_callback_that_the_server_answers_has_a_policy(server: Flask) -> None:
    server.test_client().get("/_dash-dependencies")
    answered = {
        output
        for output, known in server.config["MEDTOWN_CALLBACKS"].items()
        if "callback" in known
    }

    assert answered == set(policies.CALLBACKS)


def test_a_callback_without_a_policy_answers_nobody(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(client, page("/")).status_code == 200
    monkeypatch.delitem(policies.CALLBACKS, PAGES)
    assert ask(client, page("/")).status_code == 403


def test_a_route_without_a_policy_answers_nobody(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(policies.ROUTES, "/health")
    assert client.get("/health").status_code == 403


# --- Writing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ELSEWHERE, ids=str)
def test_nobody_writes_from_elsewhere(client: FlaskClient, where: dict[str, Any]) -> None:
    headers = {**token(client), **where.get("headers", {})}
    base = where.get("environ_base", {})
    file = {"file": (io.BytesIO(b"x"), "x.csv")}

    upload = client.post("/upload", data=file, headers=headers, environ_base=base)
    decided = client.post(app.DASH_CALLBACK, json=decision(1), headers=headers, environ_base=base)

    assert (upload.status_code, decided.status_code) == (401, 401)


@pytest.mark.parametrize("where", ELSEWHERE, ids=str)
def test_from_elsewhere_everything_is_public(client: FlaskClient, where: dict[str, Any]) -> None:
    with client.application.test_request_context(**where):
        assert access.scope().is_public
    with client.application.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        assert not access.scope().is_public


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::"])
def test_nobody_is_let_in_by_being_near_to_a_server_that_others_can_reach(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    headers = token(client)
    monkeypatch.setenv("MEDTOWN_HOST", host)

    answer = client.post("/upload", data={"file": (io.BytesIO(b"x"), "x.csv")}, headers=headers)

    assert answer.status_code == 401
    assert "Demo coordinator" not in client.get("/_dash-layout").get_data(as_text=True)


@pytest.mark.parametrize("host", ["", "127.0.0.1", "localhost", "::1", "[::1]"])
def test_a_demonstration_on_loopback_lets_its_visitor_coordinate(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("MEDTOWN_HOST", host)

    assert "Demo coordinator" in client.get("/_dash-layout").get_data(as_text=True)
    monkeypatch.setenv("MEDTOWN_DEMO", "")
    assert "Demo coordinator" not in client.get("/_dash-layout").get_data(as_text=True)


@pytest.mark.parametrize("headers", [{}, {"X-CSRFToken": "forged"}])
def test_nothing_is_written_without_the_token_of_the_page(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    client.get("/")
    file = {"file": (io.BytesIO(b"x"), "x.csv")}

    assert client.post("/upload", data=file, headers=headers).status_code == 400
    assert client.post(app.DASH_CALLBACK, json=decision(1), headers=headers).status_code == 400


def test_a_file_that_is_no_spreadsheet_is_answered_in_words(client: FlaskClient) -> None:
    file = {"file": (io.BytesIO(b"%PDF-1.7 nothing"), "../../etc/notes.xlsx"), "language": "en"}

    headers = {"X-CSRFToken": token_in(client.get("/submissions").text)}
    answer = client.post("/upload", data=file, headers=headers)

    assert answer.status_code == 200
    said = answer.get_json()
    assert said["state"] == "refused"
    assert said["url"] == f"/submissions/{said['submission_id']}"
    assert said["message"] == "The file cannot be taken."
    page_ = ask(client, page(said["url"])).get_data(as_text=True)
    assert "notes.xlsx" in page_
    assert "etc" not in page_


def test_an_upload_without_a_file_and_one_that_is_too_large(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.post("/upload", data={}, headers=token(client)).status_code == 400
    monkeypatch.setenv("MEDTOWN_UPLOAD_MB", "1")
    large = {"file": (io.BytesIO(b"x" * (2**20 + 1)), "x.csv")}

    answer = client.post("/upload", data=large, headers=token(client))
    answer.request.environ["wsgi.input"].close()  # the test client leaves its file open

    assert answer.status_code == 413
    assert answer.get_json()["message"] == "The file is larger than 1 MB."


def test_a_decision_that_is_not_possible_says_why(client: FlaskClient) -> None:
    answer = ask(client, decision(1))

    assert answer.status_code == 200  # submission 1 is accepted already
    assert "notice-error" in answer.get_data(as_text=True)


def test_a_submission_is_withdrawn_by_its_button(client: FlaskClient) -> None:
    body = decision(1, accept=0)
    body["inputs"][1]["value"] = 1
    body["changedPropIds"] = [f"{submission.WITHDRAW}.n_clicks"]

    assert json.loads(ask(client, body).data)["response"]["submission-done"]["data"] == "withdrawn"
    with database.connect() as conn:
        from dashboard.queries import observations
        from schemas.scope import PUBLIC

        assert observations(conn, PUBLIC).empty


# --- What goes wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        [],
        "x",
        {},
        {"output": 5},
        {"output": PAGES},
        {"output": PAGES, "inputs": {}},
        {"output": PAGES, "inputs": [1, 2], "outputs": []},
        {**page("/"), "inputs": []},
        {**page("/"), "outputs": None},
        {**page("/"), "outputs": [{"id": "x", "property": "y"}]},
        {**page("/"), "state": [{"id": "x", "property": "y", "value": 1}]},
        {**page("/"), "changedPropIds": "x"},
        {**page("/"), "changedPropIds": ["x.y"]},
        page(5),
        page("/", ["x"]),
        page({"a": 1}),
        decision("1"),
        decision([1]),
    ],
    ids=str,
)
def test_a_malformed_question_is_400(client: FlaskClient, body: Any) -> None:
    assert ask(client, body).status_code == 400


def test_what_is_no_json_is_400(client: FlaskClient) -> None:
    headers = {**token(client), "Content-Type": "application/json"}

    assert client.post(app.DASH_CALLBACK, data=b"{", headers=headers).status_code == 400
    assert client.post(app.DASH_CALLBACK, data=b"a=1", headers=token(client)).status_code == 415


@pytest.mark.parametrize("path", ["", "projects", "\ud800", "/project/\ud800"])
def test_a_forged_address_is_no_error_of_ours(client: FlaskClient, path: str) -> None:
    assert ask(client, page(path, "")).status_code < 500
    assert ask(client, page("", path)).status_code == 400


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda some: (
        st.lists(some, max_size=3) | st.dictionaries(st.text(max_size=8), some, max_size=3)
    ),
    max_leaves=8,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(json_values, json_values, st.sampled_from(["pathname", "search", "outputs", "inputs"]))
def test_no_question_makes_the_server_fail(
    client: FlaskClient, one: Any, other: Any, place: str
) -> None:
    body = page(one, other) if place in ("pathname", "search") else {**page("/"), place: one}

    assert ask(client, body).status_code < 500


def test_an_error_is_a_plain_page_with_a_reference(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> Any:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(database, "facts", fail)

    answer = client.get("/health")

    assert answer.status_code == 500
    shown = answer.get_data(as_text=True)
    assert "secret detail" not in shown
    assert "Traceback" not in shown
    reference = re.search(r"Reference (\w{8})", shown)
    assert reference
    assert reference[1] in caplog.text
    assert "secret detail" in caplog.text


def test_a_page_that_fails_says_so_with_a_reference(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(frames, "load", lambda *_, **__: 1 / 0)

    shown = ask(client, page("/")).get_data(as_text=True)

    assert "This page cannot be shown" in shown
    assert "ZeroDivisionError" not in shown
    assert "ZeroDivisionError" in caplog.text


# --- Pages and files over HTTP --------------------------------------------------------------------


def test_the_index_page_is_in_the_language_and_of_the_page(client: FlaskClient) -> None:
    answer = client.get(f"/project/{PROJECT}")

    shown = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert '<html lang="en" dir="ltr"' in shown
    assert "<title>I Can Too – MedTOWN impact dashboard</title>" in shown
    assert '<meta name="description" content="One project:' in shown


@pytest.mark.parametrize("path", ["/project/no", "/country/XXX", "/nothing", "/sdg/99", "/a/b/c"])
def test_what_is_not_there_is_404(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert "nothing at this address" in ask(client, page(path)).get_data(as_text=True)


@pytest.mark.parametrize("path", ["/", "/health", "/_dash-layout", "/download/results.csv", "/x/y"])
def test_every_answer_keeps_the_browser_on_a_short_lead(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy or "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "script-src 'self' 'unsafe-inline'" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "frame-ancestors 'self'" in policy or "sandbox" in policy


def test_every_inline_script_is_allowed_by_its_hash(client: FlaskClient) -> None:
    answer = client.get("/")

    policy = answer.headers["Content-Security-Policy"]
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", answer.get_data(as_text=True), re.DOTALL)
    inline = [body for attributes, body in scripts if body and "json" not in attributes]
    assert inline
    for body in inline:
        assert app._sha256(body) in policy


def test_nothing_is_fetched_from_another_host(client: FlaskClient) -> None:
    shown = client.get("/").get_data(as_text=True)

    # Links lead elsewhere; what a page is made of does not come from there.
    parts = re.findall(r"<(?:script|link|img|iframe|source)[^>]*>", shown)
    assert len(parts) > 10
    assert not [part for part in parts if re.search(r'(?:src|href)="(?:https?:)?//', part)]


def test_health_tells_of_database_and_migrations(client: FlaskClient) -> None:
    said = client.get("/health").get_json()

    assert (said["status"], said["database"], said["migrations_current"]) == ("ok", "sqlite", True)


def test_health_is_503_without_tables(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new.sqlite'}")

    assert client.get("/health").status_code == 503
    shown = ask(client, page(f"/project/{PROJECT}")).get_data(as_text=True)
    assert "medtown seed" in shown


@pytest.mark.parametrize("table", ["results", "trend", "categories", "observations", "indicators"])
def test_every_table_of_a_page_can_be_downloaded(client: FlaskClient, table: str) -> None:
    where = f"?indicator={INDICATOR}&by={'sex' if table == 'categories' else 'country'}"

    as_csv = client.get(f"/download/{table}.csv{where}")
    as_xlsx = client.get(f"/download/{table}.xlsx{where}")

    assert as_csv.status_code == as_xlsx.status_code == 200
    assert "attachment" in as_csv.headers["Content-Disposition"]
    lines = as_csv.get_data(as_text=True).lstrip("\ufeff").splitlines()
    assert len(lines) > 1
    assert "indicator_code" in lines[0]
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx.data))
    assert book["Table"].max_row == len(lines)
    assert "invented" in str(book["About"]["A3"].value) + str(book["About"]["A4"].value)


def test_a_download_has_the_numbers_of_the_page(client: FlaskClient) -> None:
    shown = client.get("/download/results.csv?until=2023-12-31").get_data(as_text=True)
    lines = [line.split(",") for line in shown.lstrip("\ufeff").splitlines()]

    row = next(dict(zip(lines[0], line, strict=False)) for line in lines if INDICATOR in line)
    assert (row["low"], row["target"], row["progress"]) == ("100", "200", "0.5")


@pytest.mark.parametrize(
    "path",
    ["/download/secrets.csv", "/download/results.exe", "/template/no.xlsx?period=2023-S1"],
)
def test_what_is_no_file_is_404(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_download_of_an_unknown_indicator_is_empty(client: FlaskClient) -> None:
    assert client.get("/download/trend.csv?indicator=no").status_code == 200
    assert client.get("/download/categories.csv?indicator=no&by=no").status_code == 200


def test_a_public_download_has_no_withheld_value(client: FlaskClient) -> None:
    with database.begin() as conn:
        withhold(conn, *observe(conn, submit(conn), {"indicator_code": "JOB-NEW", "value": 777.0}))
    path = "/download/observations.csv"

    assert "777" in client.get(path).get_data(as_text=True)
    public = client.get(path, environ_base={"REMOTE_ADDR": "10.0.0.7"}).get_data(as_text=True)
    assert "777" not in public
    assert INDICATOR in public


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_template_and_a_register_can_be_downloaded(client: FlaskClient, language: str) -> None:
    period = "2023-01-01/2023-06-30"
    template = client.get(f"/template/{PROJECT}.xlsx?period={period}&lang={language}")
    register = client.get(f"/register/{PROJECT}.xlsx?lang={language}")

    for answer in (template, register):
        assert answer.status_code == 200
        assert openpyxl.load_workbook(io.BytesIO(answer.data)).sheetnames
    assert f"medtown-{PROJECT}-2023-S1-{language}.xlsx" in template.headers["Content-Disposition"]


@pytest.mark.parametrize("period", ["", "soon", "2023-06-30/2023-01-01", "2023-13"])
def test_a_template_needs_a_period(client: FlaskClient, period: str) -> None:
    assert client.get(f"/template/{PROJECT}.xlsx?period={period}").status_code == 400


@pytest.mark.parametrize("subject", [f"project/{PROJECT}", "country/ESP", "sdg/1"])
@pytest.mark.parametrize("kind", ["html", "xlsx"])
def test_a_report_can_be_downloaded(client: FlaskClient, subject: str, kind: str) -> None:
    answer = client.get(f"/report/{subject}.{kind}")

    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert client.get(f"/report/{subject}x.{kind}").status_code == 404


def test_a_report_is_of_the_programme_of_its_page(client: FlaskClient) -> None:
    first = client.get("/report/sdg/1.html").get_data(as_text=True)
    second = client.get("/report/sdg/1.html?programme=ROWCA2014").get_data(as_text=True)

    assert "Humanitarian monitoring" not in first
    assert "Humanitarian monitoring" in second


def test_a_received_file_is_given_to_this_machine_alone(client: FlaskClient) -> None:
    path = "/submission/1/file"
    answer = client.get(path)

    assert answer.data == b"xls"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert "medtown-submission-1.xlsx" in answer.headers["Content-Disposition"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert client.get(path, environ_base={"REMOTE_ADDR": "10.0.0.7"}).status_code == 302


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\data\\Σεβίλλη 2023.xlsx", "Σεβίλλη 2023.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("a\u202egnp.xlsx", "agnp.xlsx"),
        ("", "workbook"),
    ],
)
def test_a_file_keeps_a_plain_name(sent: str, kept: str) -> None:
    assert routes.plain_name(sent) == kept


def test_assets_are_kept_for_a_year_and_component_files_compressed_once(
    client: FlaskClient,
) -> None:
    shown = client.get("/").get_data(as_text=True)
    asset = re.search(r'href="(/assets/css/[^"]+)"', shown)
    suite = re.search(r'src="(/_dash-component-suites/[^"]+)"', shown)
    assert asset
    assert suite

    with client.get(asset[1]) as answer:
        assert "max-age=31536000" in answer.headers["Cache-Control"]
    first = client.get(suite[1], headers={"Accept-Encoding": "br"})
    again = client.get(suite[1], headers={"Accept-Encoding": "br"})
    assert first.headers["Content-Encoding"] == "br"
    assert first.data == again.data


# --- Settings -------------------------------------------------------------------------------------


def test_every_setting_has_a_default() -> None:
    assert read({}) == Settings()
    assert read({"MEDTOWN_HOST": "0.0.0.0", "PORT": "80"}) == Settings(host="0.0.0.0", port=80)


@pytest.mark.parametrize("port", ["x", "-1", "0", "8 0"])
def test_a_setting_that_is_no_number_says_what_to_write(port: str) -> None:
    with pytest.raises(SettingError, match=r"PORT is .*whole number"):
        read({"PORT": port})


def test_a_key_is_made_once_and_kept_to_oneself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("MEDTOWN_HOME", str(tmp_path))
    monkeypatch.delenv("MEDTOWN_SECRET_KEY", raising=False)

    first, again = keys.server_key(), keys.server_key()

    assert first == again
    assert len(first) == 64
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


FORMS = {
    *("/sign-in", "/sign-in/code", "/invitation/<token>"),
    *("/work/threads/new", "/work/reopen/<int:observation_id>"),
    *("/admin/new/<table>", "/admin/catalogue/<table>/<code>", "/admin/remove/<table>/<code>"),
}
"What shows a form, and takes it."


def test_what_is_sent_cannot_be_got(server: Flask) -> None:
    for rule in server.url_map.iter_rules():
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        assert methods in ({"GET"}, {"POST"}) or rule.rule in FORMS, rule.rule
