"""The way in and out over HTTP: forms, cookies, addresses to go on to, another provider."""

import hashlib
import http.client
import logging
import re
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pyotp
import pytest
import requests
from argon2 import PasswordHasher
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from dashboard import accounts, app
from dashboard.accounts import Grant, passwords
from dashboard.accounts.entry import FREE
from schemas import database, tables
from schemas.codes import Role
from tests.conftest import served
from tests.observed import PROJECT, observe, submit, withhold
from tests.signed import add, client_of, token

EMAIL, PASSWORD = "ana@example.org", "harbour violin sediment nineteen"
OTHER = "lantern gravel opposite walnut"


pytestmark = [  # the provider of the tests is a little older than its library
    pytest.mark.filterwarnings("ignore::authlib.deprecate.AuthlibDeprecationWarning"),
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = PasswordHasher(time_cost=2, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", cheap)


@pytest.fixture
def server(seeded_sqlite: Engine) -> Flask:
    return app.create_app().server  # type: ignore[no-any-return]


@pytest.fixture
def ana(server: Flask) -> int:
    with database.begin() as conn:
        account_id = accounts.add(conn, EMAIL, "Ana Silva", language="es", actor="x")
        row = accounts.account(conn, account_id)
        accounts.people.set_password(conn, row, PASSWORD, actor="x")
    return account_id


@pytest.fixture
def client(server: Flask) -> FlaskClient:
    return client_of(server)


def send(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Send a form as a browser without scripts does: with the token that stands in it."""
    shown = client.get("/sign-in").text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown)
    assert found
    return client.post(path, data={**fields, "csrf_token": found[1]})


def enter(client: FlaskClient, path: str = "/sign-in", password: str = PASSWORD) -> TestResponse:
    return send(client, path, email=EMAIL, password=password)


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


# --- In and out -----------------------------------------------------------------------------------


def test_the_page_is_a_form_that_needs_no_script(client: FlaskClient) -> None:
    shown = client.get("/sign-in").text
    body = re.sub(r"<script.*?</script>", "", shown, flags=re.DOTALL)
    form = body[body.index('<form class="form" method="post"') :]
    assert re.search(r'<input[^>]*autocomplete="username"[^>]*name="email"', form)
    assert re.search(r'<input[^>]*autocomplete="current-password"[^>]*type="password"', form)
    assert 'value=""' not in form[form.index('name="csrf_token"') :][:200]


def test_somebody_signs_in_and_out(client: FlaskClient, ana: int) -> None:
    answer = enter(client)
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Ana Silva" in client.get("/").text
    assert 'lang="es"' in client.get("/").text  # the account's own language
    assert is_in(client)
    with client.session_transaction() as session:
        replayed = dict(session)
    answer = send(client, "/sign-out")
    assert (answer.status_code, answer.location) == (303, "/")
    assert not is_in(client)
    with client.session_transaction() as session:
        session.update(replayed)
    assert not is_in(client)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    client: FlaskClient, ana: int
) -> None:
    wrong = send(client, "/sign-in", email=EMAIL, password="wrong")
    unknown = send(client, "/sign-in", email="nobody@example.org", password="wrong")

    def plain(answer: TestResponse) -> str:
        return re.sub(r'(value|content)="[^"]*"', "", answer.text)

    assert wrong.status_code == unknown.status_code == 200
    assert plain(wrong) == plain(unknown)
    assert "Address or password are not right" in wrong.text


def test_who_fails_often_is_told_to_wait(client: FlaskClient, ana: int) -> None:
    for _ in range(FREE["account"]):
        enter(client, password="wrong")
    assert "Try again in 1 minute" in enter(client).text
    assert not is_in(client)


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/account/details", "/account/delete"])
def test_nothing_is_sent_without_the_token_of_the_page(
    client: FlaskClient, ana: int, path: str
) -> None:
    enter(client)
    sent = {"email": EMAIL, "password": PASSWORD, "name": "Mallory", "is_sure": "y"}
    for forged in ({}, {"csrf_token": "forged"}):
        client.post(path, data={**sent, **forged})
    assert is_in(client)
    assert "Ana Silva" in client.get("/account").text
    stranger = client_of(client.application)
    stranger.post("/sign-in", data=sent)
    assert not is_in(stranger)


def test_a_session_from_before_is_worth_nothing_after(client: FlaskClient, ana: int) -> None:
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
        session["_user_id"] = "chosen by somebody else"
    enter(client)
    with client.session_transaction() as session:
        assert "planted" not in session
        first = session["_user_id"]
        assert first != "chosen by somebody else"
    enter(client)  # once more: the sitting before has ended
    with client.session_transaction() as session:
        assert session["_user_id"] != first
    with database.connect() as conn:
        assert accounts.reader(conn, first) is None


def test_what_somebody_may_is_what_the_database_says_now(client: FlaskClient, ana: int) -> None:
    enter(client)
    assert client.get("/layout/none.toml").status_code == 403
    with database.begin() as conn:
        accounts.give(conn, ana, Grant(Role.COORDINATOR), actor="x")
    assert client.get("/layout/none.toml").status_code == 404
    with database.begin() as conn:
        accounts.disable(conn, ana, actor="x")
    assert client.get("/layout/none.toml").status_code == 302


# --- Where one goes on to ---------------------------------------------------------------------------

FOREIGN = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "evil.example",
    "//[",
    "/\t/[",
    "http://[",
    "/ok\\..\\\\evil.example",
    "data:text/html,x",
]


@pytest.mark.parametrize("where", FOREIGN)
def test_nobody_is_led_to_another_site(client: FlaskClient, ana: int, where: str) -> None:
    path = f"/sign-in?next={quote(where, safe='')}"
    shown = client.get(path)
    assert shown.status_code == 200
    answer = enter(client, path)
    assert (answer.status_code, answer.location) == (303, "/")


@pytest.mark.parametrize(
    "where", ["/submissions", "/project/DA-ES?lang=ar&level=output", "/search?q=%2F%2Fx%26y"]
)
@pytest.mark.parametrize("has_second", [False, True])
def test_one_goes_on_to_where_one_was_going(
    client: FlaskClient, ana: int, where: str, has_second: bool
) -> None:
    secret = accounts.begin_second()
    if has_second:
        set_second(client.application, ana, secret)
    answer = enter(client, f"/sign-in?next={quote(where, safe='')}")
    if has_second:
        assert answer.location.startswith("/sign-in/code?")
        answer = send_code(client, answer.location, pyotp.TOTP(secret).now())
    assert answer.location == where


def test_who_is_not_signed_in_is_led_to_the_form_and_back(client: FlaskClient, ana: int) -> None:
    led = client.get("/account?lang=en")
    assert led.status_code == 302
    assert parse_qs(urlsplit(led.location).query)["next"] == ["/account?lang=en"]
    assert enter(client, led.location).location == "/account?lang=en"


# --- The second factor ----------------------------------------------------------------------------


def set_second(server: Flask, account_id: int, secret: str) -> list[str]:
    with database.begin() as conn:
        code, key = accounts.code_at(secret), str(server.secret_key)
        codes = accounts.set_second(conn, account_id, secret, code, key)
        conn.execute(update(tables.Account).values(totp_step=0))
    return codes


def send_code(client: FlaskClient, path: str, code: str) -> TestResponse:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert found
    return client.post(path, data={"code": code, "csrf_token": found[1]})


def test_a_password_alone_opens_nothing_where_a_code_is_due(client: FlaskClient, ana: int) -> None:
    secret = accounts.begin_second()
    spare = set_second(client.application, ana, secret)
    assert enter(client).location == "/sign-in/code"
    assert not is_in(client)
    assert "not right" in send_code(client, "/sign-in/code", "000000").text
    assert not is_in(client)
    assert send_code(client, "/sign-in/code", spare[0]).status_code == 303
    assert is_in(client)


def test_a_right_password_waits_five_minutes_for_its_code(client: FlaskClient, ana: int) -> None:
    secret = accounts.begin_second()
    set_second(client.application, ana, secret)
    enter(client)
    with client.session_transaction() as session:
        session["second"] = [ana, datetime.now(UTC).timestamp() - 1]
    assert client.get("/sign-in/code").location == "/sign-in"
    assert client_of(client.application).get("/sign-in/code").location == "/sign-in"


def test_the_second_step_is_switched_by_who_knows_the_password(
    client: FlaskClient, ana: int
) -> None:
    enter(client)
    shown = client.get("/account?lang=en").text
    found = re.search(r"<code>([A-Z2-7]{32})</code>", shown.lower().upper().replace("CODE", "code"))
    assert found
    code = pyotp.TOTP(found[1]).now()
    assert send(client, "/account/second", code=code).status_code == 400
    assert send(client, "/account/second", code=code, password="wrong").status_code == 400
    assert send(client, "/account/second", code="1", password=PASSWORD).status_code == 400
    answer = send(client, "/account/second", code=code, password=PASSWORD)
    assert len(re.findall(r"<code>[0-9a-f]{8}-[0-9a-f]{8}</code>", answer.text)) == 10
    assert send(client, "/account/second").status_code == 400
    with database.connect() as conn:
        assert accounts.is_due_second(conn, ana)
    assert send(client, "/account/second", password=PASSWORD).status_code == 303
    with database.connect() as conn:
        assert not accounts.is_due_second(conn, ana)


# --- The own account --------------------------------------------------------------------------------


def test_all_other_browsers_are_signed_out(client: FlaskClient, ana: int) -> None:
    other = client_of(client.application, ana)
    enter(client)
    assert is_in(other)
    send(client, "/account/sign-out-elsewhere")
    assert (is_in(client), is_in(other)) == (True, False)


def test_a_new_password_ends_all_sittings_but_ones_own(client: FlaskClient, ana: int) -> None:
    other = client_of(client.application, ana)
    enter(client)
    assert send(client, "/account/password", old="wrong", new=OTHER).status_code == 400
    assert send(client, "/account/password", old=PASSWORD, new="weak").status_code == 400
    assert is_in(other)
    assert send(client, "/account/password", old=PASSWORD, new=OTHER).status_code == 303
    assert (is_in(client), is_in(other)) == (True, False)


def test_ones_own_data_can_be_kept_and_the_account_deleted(client: FlaskClient, ana: int) -> None:
    enter(client)
    answer = client.get("/account/data.json")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.get_json()["account"]["email"] == EMAIL
    assert send(client, "/account/delete", password=PASSWORD).status_code == 400  # not sure
    assert send(client, "/account/delete", password="wrong", is_sure="y").status_code == 400
    assert is_in(client)
    assert send(client, "/account/delete", password=PASSWORD, is_sure="y").status_code == 303
    assert not is_in(client)
    assert enter(client).status_code == 200


def test_the_last_administrator_stays(client: FlaskClient, ana: int) -> None:
    with database.begin() as conn:
        accounts.give(conn, ana, Grant(Role.ADMINISTRATOR), actor="x")
    enter(client)
    answer = send(client, "/account/delete", password=PASSWORD, is_sure="y")
    assert answer.status_code == 400
    assert is_in(client)


def test_who_waits_is_told_for_how_long_on_the_own_page_too(client: FlaskClient, ana: int) -> None:
    enter(client)
    for _ in range(FREE["account"] + 1):
        answer = send(client, "/account/password", old="wrong", new=OTHER)
    assert "{minutes}" not in answer.text


def test_the_account_of_a_demonstration_cannot_be_changed(server: Flask) -> None:
    visitor = server.test_client()
    assert "demonstration" in visitor.get("/account?lang=en").text
    for name in ("details", "password", "second", "sign-out-elsewhere", "delete"):
        sent = {"password": "x", "is_sure": "y", "name": "x", "language": "en"}
        answer = visitor.post(f"/account/{name}", data=sent, headers=token(visitor))
        assert answer.status_code == 403, name
    with database.connect() as conn:
        assert accounts.demo(conn)


# --- A link ---------------------------------------------------------------------------------------


def test_a_link_lets_somebody_choose_a_password_once(client: FlaskClient, ana: int) -> None:
    with database.begin() as conn:
        link = accounts.invite(conn, ana, actor="x")
    path = f"/invitation/{link}"
    assert EMAIL in client.get(path).text
    assert send(client, path, password="weak").status_code == 400
    assert send(client, path, password=OTHER).location == "/sign-in"
    assert client.get(path).status_code == 404
    assert send(client, path, password=PASSWORD).status_code == 404
    assert enter(client, password=OTHER).location == "/"


def test_a_forged_link_tells_nothing(client: FlaskClient, ana: int) -> None:
    answer = client.get("/invitation/forged")
    assert answer.status_code == 404
    assert EMAIL not in answer.text


# --- What answers carry -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/account", "/sign-in", "/", "/projects", "/_dash-layout"])
def test_nobody_keeps_a_copy_of_somebodys_own_pages(
    client: FlaskClient, ana: int, path: str
) -> None:
    enter(client)
    answer = client.get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert "Cookie" in answer.headers["Vary"]


def test_cookies_are_for_this_machine_without_encryption_and_for_scripts_only_the_token(
    client: FlaskClient, ana: int
) -> None:
    cookies = {
        one.partition("=")[0]: one.lower()
        for answer in (client.get("/sign-in"), enter(client))
        for one in answer.headers.getlist("Set-Cookie")
    }
    assert "httponly" in cookies["session"]
    assert "samesite=lax" in cookies["session"]
    assert "samesite=strict" in cookies["_csrf_token"]


def test_cookies_of_a_server_for_others_are_bound_to_it_and_encrypted(
    seeded_sqlite: Engine, tmp_path: Path
) -> None:
    address = str(seeded_sqlite.url.render_as_string(hide_password=False))
    with served(address, tmp_path, host="0.0.0.0") as where:
        connection = http.client.HTTPConnection(str(urlsplit(where).netloc))
        connection.request("GET", "/sign-in")
        answer = connection.getresponse()
        cookies = answer.headers.get_all("Set-Cookie") or []
        connection.close()
    (session,) = [one for one in cookies if "session" in one.partition("=")[0]]
    assert session.startswith("__Host-session=")
    for flag in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert flag in session
    assert "Domain" not in session
    assert all("Secure" in one for one in cookies)
    assert "max-age=" in str(answer.headers["Strict-Transport-Security"])


def test_a_page_that_is_kept_is_never_somebody_elses(server: Flask) -> None:
    with database.begin() as conn:
        (number, *_) = observe(conn, submit(conn), {"value": 4321.0, "indicator_code": "JOB-NEW"})
        withhold(conn, number)
    own = client_of(server, add("Partner", Grant(Role.PARTNER, project_code=PROJECT)))
    other = client_of(server, add("Stranger", Grant(Role.PARTNER, project_code="DA-PT")))
    nobody = client_of(server)
    # What is kept is told apart by the state of the database, which is known after a second.
    path, clock = f"/project/{PROJECT}?lang=en", pytest.MonkeyPatch()
    with clock.context() as patch:
        patch.setattr("dashboard.kept.SETTLED", -1.0)
        told = [client.get(path).text for client in (own, other, nobody) * 2]
    assert ["4,321" in one for one in told] == [True, False, False] * 2
    assert [">Partner<" in one for one in told] == [True, False, False] * 2
    assert [">Stranger<" in one for one in told] == [False, True, False] * 2


def test_only_as_many_proxies_are_believed_as_there_are(
    server: Flask, ana: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(server)
    for number in range(FREE["account"] + 1):
        client.post(
            "/sign-in",
            data={"email": EMAIL, "password": "wrong"},
            headers={**token(client), "X-Forwarded-For": f"192.0.2.{number}"},
        )
    with database.connect() as conn:
        subjects = conn.execute(select(tables.Attempt.subject).distinct()).scalars().all()
    assert len(subjects) == 2  # the account, and one address


# --- Another provider -------------------------------------------------------------------------------


class Provider:
    """A real provider of OpenID Connect in a thread, which remembers what it was asked."""

    def __init__(self) -> None:
        import oidc_provider_mock  # type: ignore[import-untyped]

        self.asked: list[dict[str, str]] = []
        made = oidc_provider_mock.app(require_nonce=True)
        made.before_request(self._remember)
        self.server = make_server("127.0.0.1", 0, made, threaded=True)
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def _remember(self) -> None:
        if request.path == "/oauth2/token":
            self.asked.append(request.form.to_dict())

    def claims(self, subject: str, **claims: Any) -> None:
        requests.put(f"{self.address}/users/{subject}", json=claims, timeout=10)

    def agree(self, where: str, subject: str) -> str:
        """Say yes as somebody, and return where the provider leads back to."""
        answer = requests.post(where, data={"sub": subject}, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        return str(answer.headers["Location"])


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    made = Provider()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setenv("MEDTOWN_OIDC_ISSUER", made.address)
    monkeypatch.setenv("MEDTOWN_OIDC_CLIENT_ID", "medtown")
    monkeypatch.setenv("MEDTOWN_OIDC_CLIENT_SECRET", "secret")
    monkeypatch.setenv("MEDTOWN_OIDC_NAME", "The ministry")
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def go(client: FlaskClient, path: str = "/sign-in/with") -> str:
    answer = client.get(path)
    assert answer.status_code == 302
    return str(answer.location)


def come_back(client: FlaskClient, back: str) -> TestResponse:
    parts = urlsplit(back)
    return client.get(f"{parts.path}?{parts.query}")


def test_another_provider_vouches_for_an_account(
    client: FlaskClient, ana: int, provider: Provider
) -> None:
    provider.claims("s7", email=EMAIL, email_verified=True)
    assert "The ministry" in client.get("/sign-in?lang=en").text
    where = go(client, "/sign-in/with?next=/submissions")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(where).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 20
    assert len(asked["nonce"]) >= 16
    answer = come_back(client, provider.agree(where, "s7"))
    assert (answer.status_code, answer.location) == (303, "/submissions")
    assert is_in(client)
    verifier = provider.asked[0]["code_verifier"]
    digest = hashlib.sha256(verifier.encode()).digest()
    assert urlsafe_b64encode(digest).decode().rstrip("=") == asked["code_challenge"]


@pytest.mark.parametrize("verified", [False, None, "false", 0])
def test_an_address_that_the_provider_did_not_verify_opens_nothing(
    client: FlaskClient, ana: int, provider: Provider, verified: Any
) -> None:
    provider.claims("s8", email=EMAIL, email_verified=verified)
    answer = come_back(client, provider.agree(go(client), "s8"))
    assert answer.location == "/sign-in"
    assert "no account for you" in client.get("/sign-in?lang=en").text
    assert not is_in(client)


def test_a_forged_or_used_answer_of_the_provider_is_refused(
    client: FlaskClient, ana: int, provider: Provider
) -> None:
    provider.claims("s7", email=EMAIL, email_verified=True)
    good = provider.agree(go(client), "s7")
    stranger = client_of(client.application)
    for back in (
        good,  # of another browser: there is no such state in this session
        re.sub(r"state=[^&]+", "state=forged", good),
        "http://localhost/sign-in/back?error=access_denied",
        "http://localhost/sign-in/back",
        "http://localhost/sign-in/back?code=x&state=x",
    ):
        assert come_back(stranger, back).location == "/sign-in", back
        assert not is_in(stranger)
    assert come_back(client, good).status_code == 303
    assert is_in(client)
    send(client, "/sign-out")
    assert come_back(client, good).location == "/sign-in"
    assert not is_in(client)


def test_a_token_with_another_nonce_is_refused(
    client: FlaskClient, ana: int, provider: Provider
) -> None:
    provider.claims("s7", email=EMAIL, email_verified=True)
    where = re.sub(r"nonce=[^&]+", "nonce=of-somebody-else", go(client))
    assert come_back(client, provider.agree(where, "s7")).location == "/sign-in"
    assert not is_in(client)


def test_the_second_factor_is_due_with_another_provider_too(
    client: FlaskClient, ana: int, provider: Provider
) -> None:
    secret = accounts.begin_second()
    set_second(client.application, ana, secret)
    provider.claims("s7", email=EMAIL, email_verified=True)
    answer = come_back(client, provider.agree(go(client), "s7"))
    assert answer.location == "/sign-in/code"
    assert not is_in(client)
    send_code(client, "/sign-in/code", pyotp.TOTP(secret).now())
    assert is_in(client)


def test_a_provider_that_does_not_answer_is_said_to_be_so(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/sign-in/with").status_code == 404  # there is none
    monkeypatch.setenv("MEDTOWN_OIDC_ISSUER", "http://127.0.0.1:9")
    monkeypatch.setenv("MEDTOWN_OIDC_CLIENT_ID", "medtown")
    assert client.get("/sign-in/with").location == "/sign-in"
    assert "did not let you in" in client.get("/sign-in?lang=en").text
