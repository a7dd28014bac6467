"""What whoever runs the server looks at: /health for everybody, its details and /metrics for few."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import Any

from flask import Flask, Response, abort, jsonify, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

import etl
from dashboard import access, queries, settings
from dashboard.operations import logs
from dashboard.routes import add_views
from schemas import backups, database

REQUESTS = Counter("medtown_requests", "Requests answered", ["rule", "method", "status"])
SECONDS = Histogram("medtown_request_seconds", "Seconds until an answer", ["rule"])

LITTLE = 500 * 2**20
"Bytes of free disk below which somebody should look."

OLD = timedelta(days=2)
"Age of the last backup from which on somebody should look."


def _is_operator() -> bool:
    """Return whether details are for who asks: from this machine, or with MEDTOWN_METRICS_TOKEN."""
    if access.is_from_here(request):
        return True
    token = settings.read().metrics_token
    said = request.headers.get("Authorization", "")
    return bool(token) and compare_digest(said.encode(), f"Bearer {token}".encode())


# --- Health ---------------------------------------------------------------------------------------


def health() -> tuple[Response, int]:
    """Return whether the pages can be served: 503 where the database is away or not set up.

    What it is, and what somebody should look at, is for whoever runs the server.
    """
    try:
        with database.connect() as conn:
            facts: dict[str, Any] = dict(database.facts(conn))
            is_current = database.is_current(conn)
            jobs = queries.jobs_by_state(conn) if is_current else {}
    except SQLAlchemyError:
        return jsonify({"status": "no database"}), 503
    said: dict[str, Any] = {"status": "ok" if is_current else "not set up"}
    if _is_operator():
        said |= {"migrations_current": is_current, **facts, "jobs": jobs, **_surroundings()}
    return jsonify(said), 200 if is_current else 503


def _surroundings() -> dict[str, Any]:
    """Return the state of broker, disk and backups, and what of it somebody should look at."""
    free, broker, made = shutil.disk_usage(database.home()).free, etl.broker_state(), _backed_up()
    look_at = {
        "broker": broker == "away",
        "disk": free < LITTLE,
        "backup": made is None or datetime.now(UTC) - made > OLD,
    }
    return {
        "broker": broker,
        "disk_free_mb": free // 2**20,
        "last_backup": made.isoformat(timespec="seconds") if made else None,
        "look_at": [name for name, is_wrong in look_at.items() if is_wrong],
    }


def _backed_up() -> datetime | None:
    try:
        return backups.last()
    except backups.BackupError:
        return None


# --- Metrics --------------------------------------------------------------------------------------


class _State(Collector):
    """What the database says at the moment it is asked."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield how many jobs and submissions are in each state, and the age of the last backup."""
        up = GaugeMetricFamily("medtown_database_up", "Whether the database answers")
        try:
            with database.connect() as conn:
                jobs, handed_in = queries.jobs_by_state(conn), queries.submissions_by_state(conn)
            up.add_metric([], 1)
        except SQLAlchemyError:
            jobs, handed_in = {}, {}
            up.add_metric([], 0)
        yield up
        for name, text, counts in (
            ("medtown_jobs", "Jobs by state", jobs),
            ("medtown_submissions", "Submissions by state", handed_in),
        ):
            family = GaugeMetricFamily(name, text, labels=["state"])
            for state, count in counts.items():
                family.add_metric([state], count)
            yield family
        if made := _backed_up():
            age = GaugeMetricFamily("medtown_backup_age_seconds", "Seconds since the last backup")
            age.add_metric([], (datetime.now(UTC) - made).total_seconds())
            yield age


def metrics() -> Response:
    """Return what Prometheus collects, of all processes of the server."""
    if not _is_operator():
        abort(404)
    state = CollectorRegistry()
    state.register(_State())
    counted: CollectorRegistry = REGISTRY
    if settings.read().metrics_folder:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    answer = Response(generate_latest(counted) + generate_latest(state))
    answer.headers["Content-Type"] = CONTENT_TYPE_LATEST
    return answer


def _count(response: Response) -> Response:
    rule = logs.rule()
    REQUESTS.labels(rule, request.method, str(response.status_code)).inc()
    SECONDS.labels(rule).observe(logs.seconds())
    return response


def add(server: Flask) -> None:
    """Add the two routes to the server, and count what it answers."""
    server.after_request(_count)
    add_views(server, {"/health": health, "/metrics": metrics})
