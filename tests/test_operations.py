"""Health, metrics and the log: enough for whoever runs the server, nothing personal, nothing secret."""

import io
import json
import logging
import re
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from dashboard import accounts, app
from dashboard.operations import logs
from schemas import backups, database
from schemas.codes import Role
from tests.builders import csv_file
from tests.conftest import served

ELSEWHERE: dict[str, Any] = {"environ_base": {"REMOTE_ADDR": "10.0.0.7"}}


@pytest.fixture
def server(seeded_sqlite: Engine) -> Flask:
    return app.create_app().server  # type: ignore[no-any-return]


@pytest.fixture
def client(server: Flask) -> FlaskClient:
    return server.test_client()


# --- Health and metrics -----------------------------------------------------------------------------


def test_everybody_learns_that_the_server_is_well_and_no_more(client: FlaskClient) -> None:
    answer = client.get("/health", **ELSEWHERE)

    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_whoever_runs_it_learns_what_to_look_at(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MEDTOWN_HOME", str(tmp_path))
    before = client.get("/health").get_json()
    made = backups.make()
    after = client.get("/health").get_json()

    assert before["last_backup"] is None
    assert "backup" in before["look_at"]
    assert after["last_backup"][:10] == f"{made.name[8:12]}-{made.name[12:14]}-{made.name[14:16]}"
    assert "backup" not in after["look_at"]
    assert (after["broker"], after["journal_mode"]) == ("none", database.journal_mode())
    assert after["disk_free_mb"] > 0


@pytest.mark.parametrize(
    ("token", "said", "status"),
    [
        ("", "", 404),
        ("", "Bearer ", 404),
        ("secret", "", 404),
        ("secret", "Bearer wrong", 404),
        ("secret", "Bearer sécret", 404),
        ("secret", "Bearer secret", 200),
    ],
)
def test_metrics_are_for_this_machine_or_for_a_token(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, token: str, said: str, status: int
) -> None:
    monkeypatch.setenv("MEDTOWN_METRICS_TOKEN", token)
    headers = {"Authorization": said.encode().decode("latin-1")} if said else {}

    assert client.get("/metrics", headers=headers, **ELSEWHERE).status_code == status
    assert client.get("/metrics").status_code == 200
    details = client.get("/health", headers=headers, **ELSEWHERE).get_json()
    assert ("broker" in details) == (status == 200)


def test_metrics_count_requests_by_the_rule_of_their_route(client: FlaskClient) -> None:
    client.get("/project/PP-ES1")
    client.get("/no/such/page")
    client.get("/invitation/a-secret-token")

    told = client.get("/metrics").get_data(as_text=True)

    assert 'medtown_requests_total{method="GET",rule="/project/<project>",status="200"}' in told
    assert 'rule="/invitation/<token>"' in told
    assert "a-secret-token" not in told
    assert "PP-ES1" not in told
    assert 'medtown_request_seconds_bucket{le="0.1",rule="/project/<project>"}' in told
    assert "medtown_database_up 1.0" in told
    assert 'medtown_jobs{state="waiting"} 0.0' in told


def test_metrics_say_that_the_database_is_away(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert "medtown_database_up 0.0" in client.get("/metrics").get_data(as_text=True)


def test_the_processes_of_a_server_count_together(demo_database: Path, tmp_path: Path) -> None:
    address = f"sqlite:///{demo_database}"
    with served(address, tmp_path, workers=2) as base:
        for _ in range(12):
            urllib.request.urlopen(f"{base}/health").read()
        told = urllib.request.urlopen(f"{base}/metrics").read().decode()

    found = re.search(r'medtown_requests_total\{.*rule="/health".*\} (\S+)', told)
    assert found
    assert float(found[1]) == 12
    lines = [json.loads(line) for line in next(tmp_path.glob("*.log")).read_text().splitlines()]
    assert [line["status"] for line in lines if line.get("rule") == "/health"] == [200] * 12


# --- The log ----------------------------------------------------------------------------------------


@pytest.fixture
def log() -> Any:
    """What the log of a server would hold: everything from the gravest to the least."""
    stream, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(stream), root.level
    handler.setFormatter(logs.JsonFormatter())
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_a_request_keeps_the_name_that_the_proxy_here_gave_it(
    client: FlaskClient, log: io.StringIO
) -> None:
    named = client.get("/health", headers={"X-Request-Id": "abc-123"})
    forged = client.get("/health", headers={"X-Request-Id": "ana@example.org"})
    foreign = client.get("/health", headers={"X-Request-Id": "abc-123"}, **ELSEWHERE)

    ids = [answer.headers["X-Request-Id"] for answer in (named, forged, foreign)]
    assert ids[0] == "abc-123"
    assert all(re.fullmatch("[0-9a-f]{16}", one) for one in ids[1:])
    told = [line["request_id"] for line in lines(log) if line["logger"] == "medtown.requests"]
    assert told == ids


def test_the_log_of_a_whole_story_names_nobody(
    client: FlaskClient, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.begin() as conn:
        number = accounts.add(conn, "ana.silva@example.org", "Ana Silva", actor="command line")
        accounts.give(conn, number, accounts.Grant(Role.PARTNER, "", "DA-GR"), actor="x")
        token = accounts.invite(conn, number, actor="command line")
    away: dict[str, Any] = ELSEWHERE
    password = "Correct-horse-battery-9-staple"

    def post(path: str, **form: Any) -> Any:
        page = client.get(path, **away).get_data(as_text=True)
        found = re.search(r'name="csrf-token" content="([^"]+)"', page)
        headers = {"X-CSRFToken": found[1] if found else ""}
        return client.post(path, data=form, headers=headers, **away)

    post(f"/invitation/{token}", password=password, again=password)
    post("/sign-in", email="ana.silva@example.org", password="wrong-password-of-hers")
    post("/sign-in", email="ana.silva@example.org", password=password)
    page = client.get("/submissions", **away).get_data(as_text=True)
    assert "Ana Silva" in page
    csrf = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert csrf
    data = {"file": (io.BytesIO(csv_file({})), "Households of Paggaio.csv"), "programme": "MEDTOWN"}
    sent = client.post("/upload", data=data, headers={"X-CSRFToken": csrf[1]}, **away)
    assert sent.status_code == 200
    client.get(sent.get_json()["url"], **away)
    client.get("/search?q=Maria+Gonzalez", **away)
    client.get("/nothing/Maria-Gonzalez", **away)

    def fail(*_: Any) -> Any:
        raise RuntimeError("a value of Maria Gonzalez")

    monkeypatch.setattr(database, "facts", fail)
    assert client.get("/health?who=Maria+Gonzalez", **away).status_code == 500

    said = log.getvalue()
    for word in (
        *("ana.silva", "Ana Silva", "Households", "Gonzalez", token, password),
        *("wrong-password-of-hers", "10.0.0.7"),
    ):
        assert word not in said, word
    failed = next(line for line in lines(log) if "traceback" in line)
    assert failed["traceback"][0] == "builtins.RuntimeError"
    assert any("test_operations.py" in step for step in failed["traceback"])
    reference = failed["message"].split()[0]
    assert len(reference) == 8
