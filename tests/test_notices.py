"""What people are told: kept, listed, mailed over a real SMTP server, unsubscribed from."""

import logging
import re
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select, update

import etl
from dashboard import accounts, app, notices, settings
from dashboard.accounts import Grant
from dashboard.notices import When
from schemas import database
from schemas.codes import Role, SubmissionState
from schemas.tables import Account, Audit, Notice
from tests.builders import csv_file

SAID = "{project} has a workbook that awaits a decision."
BY = "{who} asks about {project}."


# --- A server that takes mails ---------------------------------------------------------------------


@dataclass
class Letterbox:
    """A mail server of the test: what it took, and whom it takes nothing for."""

    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    was_sealed: bool = False

    async def handle_RCPT(  # noqa: N802 - as the library calls it
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.refused:
            return "550 nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append(mail)
        self.recipients.append(list(envelope.rcpt_tos))
        self.was_sealed = session.ssl is not None
        return "250 OK"

    def of(self, address: str) -> list[EmailMessage]:
        pairs = zip(self.mails, self.recipients, strict=True)
        return [mail for mail, to in pairs if to == [address]]


class AnyPort(Controller):
    """A mail server on whatever port is free."""

    def _trigger_server(self) -> None:
        server: Any = self.server
        self.port = server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of this machine with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "server.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.fixture
def letterbox(monkeypatch: pytest.MonkeyPatch, certificate: Path) -> Iterator[Letterbox]:
    """A mail server that asks for STARTTLS, and the settings that name it."""
    box = Letterbox()
    sealed = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    sealed.load_cert_chain(certificate)
    controller = AnyPort(
        box, hostname="127.0.0.1", port=0, tls_context=sealed, require_starttls=True
    )
    controller.start()
    monkeypatch.setenv("MEDTOWN_SMTP_HOST", "localhost")
    monkeypatch.setenv("MEDTOWN_SMTP_PORT", str(controller.port))
    monkeypatch.setenv("MEDTOWN_MAIL_FROM", "MedTOWN <no-reply@example.org>")
    monkeypatch.setenv("MEDTOWN_URL", "https://impact.example.org")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    yield box
    controller.stop()


def person(conn: Connection, name: str = "Ana Silva", *grants: Grant, language: str = "en") -> int:
    address = f"{name.split()[0].lower()}@example.org"
    return accounts.add(conn, address, name, language=language, given=grants, actor="command line")


def tell(conn: Connection, *account_ids: int, project: str = "PP-ES1", **more: Any) -> None:
    more = {"kind": "submission", "text": SAID, "link": "/submissions/1", **more}
    notices.tell(conn, account_ids, more.pop("kind"), more.pop("text"), project=project, **more)


def bodies(mail: EmailMessage) -> tuple[str, str]:
    """Return the plain and the HTML text of a mail."""
    plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert rich is not None
    return plain.get_content(), rich.get_content()


# --- Telling ---------------------------------------------------------------------------------------


def test_a_notice_is_of_one_account_and_the_newest_comes_first(engine: Engine) -> None:
    with database.begin(engine) as conn:
        ana, bo = person(conn), person(conn, "Bo")
        tell(conn, ana, ana, project="A")
        tell(conn, ana, bo, project="B")

    with database.connect(engine) as conn:
        told = [one.sentence("en") for one in notices.listed(conn, ana)]
        assert told == [SAID.format(project="B"), SAID.format(project="A")]
        assert notices.unread(conn, ana) == 2
        assert notices.unread(conn, bo) == 1


def test_what_is_undone_is_not_told(engine: Engine) -> None:
    with engine.connect() as conn, conn.begin() as undone:
        tell(conn, person(conn))
        undone.rollback()

    with database.connect(engine) as conn:
        assert conn.execute(select(Notice.notice_id)).all() == []


def test_who_has_left_or_is_shut_out_is_told_nothing(engine: Engine) -> None:
    with database.begin(engine) as conn:
        gone, out = person(conn, "Gone"), person(conn, "Out")
        accounts.delete_account(conn, gone, actor="command line")
        accounts.disable(conn, out, actor="command line")
        tell(conn, gone, out)
        assert conn.execute(select(Notice.notice_id)).all() == []


def test_a_person_in_a_notice_is_named_as_today_and_forgotten_when_gone(engine: Engine) -> None:
    with database.begin(engine) as conn:
        ana, bo = person(conn), person(conn, "Bo")
        tell(conn, ana, text=BY, who=f"account {bo}")
        assert notices.listed(conn, ana)[0].sentence("en") == "Bo asks about PP-ES1."

        accounts.delete_account(conn, bo, actor="command line")
        assert "somebody who has left" in notices.listed(conn, ana)[0].sentence("en")
        assert "Bo" not in str(conn.execute(select(Notice.arguments)).all())


@pytest.mark.parametrize("link", ["https://evil.example", "//evil.example", "submissions/1"])
def test_a_notice_leads_to_our_pages_alone(conn: Connection, link: str) -> None:
    with pytest.raises(ValueError, match="no page of ours"):
        tell(conn, person(conn), link=link)


def test_a_number_is_no_argument_and_a_forgotten_one_is_noticed_at_once(conn: Connection) -> None:
    with pytest.raises(TypeError):
        tell(conn, person(conn), project=cast("str", 12))
    with pytest.raises(KeyError):
        tell(conn, 1, text="{who} asks.")


# --- Whom ------------------------------------------------------------------------------------------


def test_partners_of_a_project_hold_a_role_for_it_or_for_where_it_runs(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        one = person(conn, "One", Grant(Role.PARTNER, project_code="DA-ES"))
        country = person(conn, "Two", Grant(Role.PARTNER, place_code="ESP"))
        person(conn, "Three", Grant(Role.PARTNER, place_code="PRT"))
        person(conn, "Four", Grant(Role.PARTNER, project_code="DA-GR"))
        person(conn, "Five", Grant(Role.COORDINATOR))
        out = person(conn, "Six", Grant(Role.PARTNER, project_code="DA-ES"))
        accounts.disable(conn, out, actor="command line")

        assert notices.partners_of(conn, "MEDTOWN", "DA-ES") == [one, country]
        assert notices.partners_of(conn, "ROWCA2014", "DA-ES") == []
        assert notices.partners_of(conn, "MEDTOWN", "") == []


def test_coordinators_of_a_programme_decide_on_it_or_on_all(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        everywhere = person(conn, "One", Grant(Role.COORDINATOR))
        here = person(conn, "Two", Grant(Role.COORDINATOR, "MEDTOWN"))
        person(conn, "Three", Grant(Role.COORDINATOR, "ROWCA2014"))
        person(conn, "Four", Grant(Role.EVALUATOR))

        found = set(notices.coordinators_of(conn, "MEDTOWN"))
        assert {everywhere, here} <= found
        assert len(found - {everywhere, here}) <= 1  # the visitor of a demonstration


# --- Mails -----------------------------------------------------------------------------------------


def test_all_that_waits_for_one_comes_in_one_mail(engine: Engine, letterbox: Letterbox) -> None:
    with database.begin(engine) as conn:
        ana, bo = person(conn), person(conn, "Bo")
        tell(conn, ana, bo, project="A")
        tell(conn, ana, project="B", link="/submissions/2")

    outcomes = notices.send(engine)

    assert {(one.account_id, one.count, one.error) for one in outcomes} == {
        (ana, 2, ""),
        (bo, 1, ""),
    }
    (mail,) = letterbox.of("ana@example.org")
    assert letterbox.was_sealed
    assert mail["Subject"] == "MedTOWN: 2 notices"
    assert mail["To"] == "Ana Silva <ana@example.org>"
    plain, rich = bodies(mail)
    for text in (SAID.format(project="A"), SAID.format(project="B")):
        assert text in plain
        assert text in rich
    assert plain.index("/submissions/1") < plain.index("/submissions/2")
    assert "https://impact.example.org/submissions/2" in rich
    (other,) = letterbox.of("bo@example.org")
    assert other["Subject"] == SAID.format(project="A")


def test_a_mail_goes_out_once(engine: Engine, letterbox: Letterbox) -> None:
    with database.begin(engine) as conn:
        tell(conn, person(conn))
    assert len(notices.send(engine)) == 1
    assert notices.send(engine) == []
    assert len(letterbox.mails) == 1


def test_what_another_process_is_about_to_mail_waits_until_that_has_died(
    engine: Engine, letterbox: Letterbox
) -> None:
    now = datetime.now(UTC)
    with database.begin(engine) as conn:
        tell(conn, person(conn))
        conn.execute(update(Notice).values(claimed_at=now))

    assert notices.send(engine, now=now + timedelta(minutes=1)) == []
    assert len(notices.send(engine, now=now + timedelta(minutes=16))) == 1
    assert len(letterbox.mails) == 1


def test_one_address_that_is_refused_holds_up_nobody_and_is_tried_again(
    engine: Engine, letterbox: Letterbox, caplog: pytest.LogCaptureFixture
) -> None:
    letterbox.refused = {"ana@example.org"}
    with database.begin(engine) as conn:
        ana, bo = person(conn), person(conn, "Bo")
        tell(conn, ana, bo)

    errors = {one.account_id: one.error for one in notices.send(engine)}
    assert errors == {ana: "SMTPRecipientsRefused", bo: ""}
    assert "ana@example.org" not in caplog.text

    letterbox.refused = set()
    assert [one.account_id for one in notices.send(engine)] == [ana]
    assert len(letterbox.of("ana@example.org")) == 1


def test_after_a_week_it_stands_on_the_page_alone(engine: Engine, letterbox: Letterbox) -> None:
    with database.begin(engine) as conn:
        ana = person(conn)
        tell(conn, ana)
    assert notices.send(engine, now=datetime.now(UTC) + timedelta(days=8)) == []
    with database.connect(engine) as conn:
        assert notices.unread(conn, ana) == 1
    assert letterbox.mails == []


def test_a_server_that_is_not_there_loses_nothing(
    empty_sqlite: Engine, letterbox: Letterbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.begin(empty_sqlite) as conn:
        tell(conn, person(conn))
    with monkeypatch.context() as patched:
        patched.setenv("MEDTOWN_SMTP_PORT", "1")
        with pytest.raises(notices.MailError, match="cannot be reached"):
            notices.send(empty_sqlite)
    assert len(notices.send(empty_sqlite)) == 1


def test_a_server_with_a_certificate_of_somebody_else_gets_no_mail(
    empty_sqlite: Engine, letterbox: Letterbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with database.begin(empty_sqlite) as conn:
        tell(conn, person(conn))
    with pytest.raises(notices.MailError, match="lets nobody in"):
        notices.send(empty_sqlite)
    assert letterbox.mails == []


def test_without_a_server_it_goes_to_the_log_and_stands_on_the_page(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with database.begin(engine) as conn:
        ana = person(conn)
        tell(conn, ana)
    with caplog.at_level(logging.INFO):
        (outcome,) = notices.send(engine)
    assert not outcome.is_mailed
    assert f"account {ana}: {SAID.format(project='PP-ES1')}" in caplog.text
    assert "ana@example.org" not in caplog.text
    with database.connect(engine) as conn:
        assert notices.unread(conn, ana) == 1
    assert notices.send(engine) == []


# --- Languages -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "direction"), [("ar", "rtl"), ("el", "ltr"), ("fr", "ltr"), ("en", "ltr")]
)
def test_a_mail_is_in_the_language_of_its_reader(
    empty_sqlite: Engine, letterbox: Letterbox, language: str, direction: str
) -> None:
    with database.begin(empty_sqlite) as conn:
        ana = person(conn, "Άννα سلمى", language=language)
        conn.execute(
            update(Account).where(Account.account_id == ana).values(email="ana@example.org")
        )
        tell(conn, ana, text="Overview", link="/")  # a sentence that every catalogue has
    notices.send(empty_sqlite)

    (mail,) = letterbox.mails
    said = {"ar": "نظرة عامة", "el": "Επισκόπηση", "fr": "Vue d’ensemble", "en": "Overview"}
    assert mail["Subject"] == said[language]
    assert all(said[language] in body for body in bodies(mail))
    assert f'<html lang="{language}" dir="{direction}">' in bodies(mail)[1]
    assert mail["Content-Language"] == language
    assert mail["To"].addresses[0].display_name == "Άννα سلمى"


# --- Headers ---------------------------------------------------------------------------------------

HOSTILE = "Ana\r\nBcc: all@example.org\r\n\r\nBuy this"


def test_a_name_with_line_breaks_adds_no_header(empty_sqlite: Engine, letterbox: Letterbox) -> None:
    with database.begin(empty_sqlite) as conn:
        ana = person(conn)
        conn.execute(update(Account).where(Account.account_id == ana).values(name=HOSTILE))
        tell(conn, ana, project=HOSTILE)
    notices.send(empty_sqlite)

    (mail,) = letterbox.mails
    assert letterbox.recipients == [["ana@example.org"]]
    assert mail["Bcc"] is None
    assert mail["To"].addresses[0].addr_spec == "ana@example.org"
    assert "\n" not in mail["Subject"]


@pytest.mark.parametrize(
    "address",
    [
        *("ana@example.org\nBcc: all@example.org", "ana@example.org, all@example.org"),
        *("somebody", "@example.org", "ana@", "a@b@c", "<ana@example.org>"),
    ],
)
def test_what_is_no_address_is_mailed_to_nobody(
    empty_sqlite: Engine, letterbox: Letterbox, address: str
) -> None:
    with database.begin(empty_sqlite) as conn:
        ana = person(conn)
        conn.execute(update(Account).where(Account.account_id == ana).values(email=address))
        tell(conn, ana)
    notices.send(empty_sqlite)
    assert letterbox.mails == []


@given(st.text(max_size=300))
def test_a_name_is_always_one_line(text: str) -> None:
    line = notices.one_line(text)
    assert len(line) <= 200
    assert len(line.splitlines()) <= 1
    assert line == " ".join(line.split())


def test_a_name_is_text_in_html(empty_sqlite: Engine, letterbox: Letterbox) -> None:
    with database.begin(empty_sqlite) as conn:
        tell(conn, person(conn), project='<img src=x onerror="alert(1)">')
    notices.send(empty_sqlite)
    assert "<img" not in bodies(letterbox.mails[0])[1]


# --- Choices ---------------------------------------------------------------------------------------


def test_who_wants_it_once_a_day_gets_the_day_in_one_mail(
    engine: Engine, letterbox: Letterbox
) -> None:
    with database.begin(engine) as conn:
        ana = person(conn)
        notices.choose(conn, ana, {"submission": When.DAILY}, actor=f"account {ana}")
        tell(conn, ana, project="A")
        tell(conn, ana, project="B")
        tell(conn, ana, kind="round", text="{project} is due.", project="C")
    today = datetime.now(UTC).replace(hour=23, minute=59)

    assert [one.count for one in notices.send(engine, now=today)] == [1]
    assert [one.count for one in notices.send(engine, now=today + timedelta(minutes=2))] == [2]


def test_what_is_not_wanted_or_was_read_is_not_mailed(engine: Engine, letterbox: Letterbox) -> None:
    with database.begin(engine) as conn:
        ana, bo = person(conn), person(conn, "Bo")
        notices.choose(conn, ana, {"submission": When.NEVER}, actor=f"account {ana}")
        tell(conn, ana, bo)
        notices.mark_read(conn, bo)
    assert notices.send(engine) == []
    assert letterbox.mails == []
    with database.begin(engine) as conn:  # and not later either
        notices.choose(conn, ana, {"submission": When.AT_ONCE}, actor=f"account {ana}")
    assert notices.send(engine) == []


def test_a_kind_that_nobody_knows_goes_by_the_choice_for_everything_else() -> None:
    wanted = notices.chosen({"notices": {"other": "never", "round": "daily", "job": "nonsense"}})
    assert wanted["thread"] == When.NEVER
    assert wanted["round"] == When.DAILY
    assert wanted["job"] == When.AT_ONCE
    assert set(notices.chosen(None).values()) == {When.AT_ONCE}


def test_choices_are_audited_and_leave_other_settings_alone(engine: Engine) -> None:
    with database.begin(engine) as conn:
        ana = person(conn)
        conn.execute(update(Account).values(settings={"start": "/board"}))
        notices.choose(conn, ana, {"job": When.NEVER}, actor=f"account {ana}")
        row = accounts.account(conn, ana)
        assert row.settings["start"] == "/board"
        last = conn.execute(select(Audit.action).order_by(Audit.audit_id.desc()).limit(1)).scalar()
        assert last == "change_account"


# --- No more mails ---------------------------------------------------------------------------------


@pytest.fixture
def server(empty_sqlite: Engine) -> Flask:
    return cast("Flask", app.create_app().server)


def _unsubscribe_address(box: Letterbox) -> str:
    (mail,) = box.mails
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return str(mail["List-Unsubscribe"]).strip("<>").removeprefix("https://impact.example.org")


def test_a_mail_program_ends_the_mails_with_one_click(
    empty_sqlite: Engine, letterbox: Letterbox, server: Flask
) -> None:
    with database.begin(empty_sqlite) as conn:
        ana = person(conn)
        tell(conn, ana)
    notices.send(empty_sqlite)
    address = _unsubscribe_address(letterbox)
    stranger = server.test_client()
    stranger.environ_base["REMOTE_ADDR"] = "203.0.113.9"

    assert b"No more mails" in stranger.get(address).data
    with database.connect(empty_sqlite) as conn:  # looking at it changes nothing
        assert set(notices.chosen(accounts.account(conn, ana).settings).values()) == {When.AT_ONCE}

    assert stranger.post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    with database.begin(empty_sqlite) as conn:
        assert set(notices.chosen(accounts.account(conn, ana).settings).values()) == {When.NEVER}
        tell(conn, ana)
    notices.send(empty_sqlite)
    assert len(letterbox.mails) == 1


def test_only_what_we_signed_ends_mails(empty_sqlite: Engine, server: Flask) -> None:
    with database.begin(empty_sqlite) as conn:
        ana = person(conn)
    good = notices.token_of(ana)
    number, _, signature = good.partition(".")
    other = f"{number}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
    forged = [other, str(ana), "x", good + "x"]
    for token in forged:
        for ask in (server.test_client().get, server.test_client().post):
            assert ask(f"/notices/unsubscribe/{token}").status_code == 404
    assert notices.account_of(notices.token_of(ana)) == ana


# --- Pages -----------------------------------------------------------------------------------------


@pytest.fixture
def signed_in(empty_sqlite: Engine, server: Flask) -> Callable[..., tuple[int, Any]]:
    def sign(name: str = "Ana Silva", *grants: Grant) -> tuple[int, Any]:
        with database.begin(empty_sqlite) as conn:
            account_id = person(conn, name, *grants)
            token = accounts.open_sitting(conn, account_id, "Firefox")
        client = server.test_client()
        client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = token, True
        return account_id, client

    return sign


def csrf(client: Any, path: str) -> dict[str, str]:
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get(path).text)
    assert found
    return {"csrf_token": found[1]}


def test_the_bell_counts_and_a_notice_that_is_opened_is_read(
    empty_sqlite: Engine, signed_in: Callable[..., tuple[int, Any]]
) -> None:
    ana, client = signed_in()
    with database.begin(empty_sqlite) as conn:
        tell(conn, ana, link="/about")
        tell(conn, ana)
        number = notices.listed(conn, ana)[-1].notice_id
    assert 'aria-label="2 unread notices"' in client.get("/notices").text
    assert 'aria-label="2 unread notices"' in client.get("/about").text

    answer = client.get(f"/notices/{number}")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/about")
    assert 'aria-label="1 unread notice"' in client.get("/about").text


def test_somebody_elses_notice_is_not_there(
    empty_sqlite: Engine, signed_in: Callable[..., tuple[int, Any]]
) -> None:
    ana, _ = signed_in()
    _, other = signed_in("Bo")
    with database.begin(empty_sqlite) as conn:
        tell(conn, ana)
        number = notices.listed(conn, ana)[0].notice_id
    assert other.get(f"/notices/{number}").status_code == 404
    assert "PP-ES1" not in other.get("/notices").text
    with database.connect(empty_sqlite) as conn:
        assert notices.unread(conn, ana) == 1


def test_everything_is_marked_as_read_with_a_token_only(
    empty_sqlite: Engine, signed_in: Callable[..., tuple[int, Any]]
) -> None:
    ana, client = signed_in()
    with database.begin(empty_sqlite) as conn:
        tell(conn, ana)
    assert client.post("/notices/read").status_code == 400
    assert client.post("/notices/read", data=csrf(client, "/notices")).status_code == 303
    with database.connect(empty_sqlite) as conn:
        assert notices.unread(conn, ana) == 0


def test_the_account_keeps_what_is_chosen_and_takes_no_other_word(
    empty_sqlite: Engine, signed_in: Callable[..., tuple[int, Any]]
) -> None:
    ana, client = signed_in()
    words = dict.fromkeys(notices.KINDS, "never") | {"round": "daily"}
    token = csrf(client, "/account")
    assert client.post("/account/notices", data={**token, **words}).status_code == 303
    wrong = {**token, **words, "job": "hourly"}
    assert client.post("/account/notices", data=wrong).status_code == 400
    with database.connect(empty_sqlite) as conn:
        wanted = notices.chosen(accounts.account(conn, ana).settings)
    assert {kind: str(when) for kind, when in wanted.items()} == words


def test_nobody_in_particular_has_no_notices(server: Flask) -> None:
    stranger = server.test_client()
    stranger.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert stranger.get("/notices").status_code == 302
    assert "/notices" not in stranger.get("/about").text


# --- No values -------------------------------------------------------------------------------------


def test_a_mail_of_a_whole_story_holds_no_value_of_the_workbook(
    seeded_sqlite: Engine, letterbox: Letterbox
) -> None:
    """What the events tell is looked at for every number that was handed in."""
    values = {1713.0, 2917.0}
    with database.begin(seeded_sqlite) as conn:
        coordinator = person(conn, "Coordinator", Grant(Role.COORDINATOR, "MEDTOWN"))
        partner = person(conn, "Partner", Grant(Role.PARTNER, project_code="DA-GR"))
    rows = [{"value": value, "indicator": "PPL-NEW"} for value in values]
    rows = [{**row, "period": f"2023-S{place}"} for place, row in enumerate(rows, 1)]
    receipt = etl.receive(csv_file(*rows), "1713 people.csv", sender=f"account {partner}")
    assert receipt.state == SubmissionState.READY, receipt.findings
    number = receipt.submission_id
    with database.begin(seeded_sqlite) as conn:
        notices.checked(conn, receipt, actor=f"account {partner}")
    for decide, action in ((etl.accept, "accept"), (etl.withdraw, "withdraw")):
        decide(number, actor=f"account {coordinator}")
        with database.begin(seeded_sqlite) as conn:
            notices.decided(conn, number, action, actor=f"account {coordinator}")
    notices.send(seeded_sqlite)

    assert len(letterbox.of("coordinator@example.org")) == 1
    (mail,) = letterbox.of("partner@example.org")
    assert "accepted" in bodies(mail)[0]
    assert "withdrawn" in bodies(mail)[0]
    for mail in letterbox.mails:
        told = " ".join((*bodies(mail), mail["Subject"]))
        numbers = {float(word.replace(",", "")) for word in re.findall(r"\d[\d,]*", told)}
        assert not numbers & values, told


def test_a_setting_of_mail_that_is_not_understood_says_what_to_write() -> None:
    with pytest.raises(settings.SettingError, match="MEDTOWN_MAIL_FROM"):
        settings.read({"MEDTOWN_SMTP_HOST": "localhost"})
    with pytest.raises(settings.SettingError, match="starttls, ssl or none"):
        settings.read(
            {
                "MEDTOWN_SMTP_HOST": "localhost",
                "MEDTOWN_MAIL_FROM": "a@example.org",
                "MEDTOWN_SMTP_TLS": "maybe",
            }
        )
    with pytest.raises(settings.SettingError, match="MEDTOWN_MAIL_FROM"):
        settings.read({"MEDTOWN_SMTP_HOST": "h", "MEDTOWN_MAIL_FROM": "a@b.org\nBcc: c@d.org"})
    made = settings.read(
        {
            "MEDTOWN_SMTP_HOST": "h",
            "MEDTOWN_MAIL_FROM": "a@b.org",
            "MEDTOWN_SMTP_TLS": "ssl",
            "MEDTOWN_SMTP_PASSWORD": "of the tests",
        }
    ).mail
    assert made is not None
    assert made.port == 465
    assert "of the tests" not in repr(made)
