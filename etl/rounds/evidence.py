"""Evidence: a file or a link that shows that a value is so, kept beside it."""

import hashlib
import io
import zipfile
from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row, delete, insert, select

from schemas import audit
from schemas.tables import Evidence, Project, ProjectIndicator, ProjectPlace
from schemas.words import N_

LARGEST = 10 * 2**20

ENDINGS = ("pdf", "png", "jpg", "xlsx", "docx")
"What a file may be, by its first bytes and what is inside."

LONGEST_NAME, LONGEST_LINK = 200, 500

MAGIC = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}

INSIDE = {"xl/workbook.xml": "xlsx", "word/document.xml": "docx"}

COLUMNS = tuple(column for column in Evidence.__table__.columns if column.name != "content")


class EvidenceError(Exception):
    """Something cannot be kept as evidence; `text` says why, a sentence of the catalogue.

    `field` is what is not right: the file, the url or the indicator.
    """

    def __init__(self, text: str, *, field: str) -> None:
        super().__init__(text)
        self.text, self.field = text, field


def kind_of(data: bytes) -> str:
    """Return what a file is by its bytes, one of `ENDINGS`; empty for anything else."""
    for start, ending in MAGIC.items():
        if data.startswith(start):
            return ending
    if not data.startswith(b"PK\x03\x04"):
        return ""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as whole:
            names = set(whole.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return ""
    return next((ending for name, ending in INSIDE.items() if name in names), "")


def add_file(
    conn: Connection,
    key: tuple[str, str, str],
    period: tuple[date, date],
    *,
    name: str,
    data: bytes,
    actor: str,
) -> int:
    """Keep a file as evidence for (project, place, indicator) in a period, and return its id."""
    if len(data) > LARGEST:
        raise EvidenceError(N_("The file is larger than 10 MB."), field="file")
    ending = kind_of(data)
    if not ending:
        raise EvidenceError(
            N_("Only pdf, png, jpg, xlsx and docx are kept as evidence."), field="file"
        )
    stem = name.rpartition(".")[0] or name
    named = f"{stem[: LONGEST_NAME - 5]}.{ending}"
    told = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    return _add(conn, key, period, {**told, "name": named, "content": data}, told, actor)


def add_link(
    conn: Connection,
    key: tuple[str, str, str],
    period: tuple[date, date],
    *,
    name: str,
    url: str,
    actor: str,
) -> int:
    """Keep a link as evidence, and return its id; EvidenceError for anything but https."""
    url = url.strip()
    if not is_link(url):
        raise EvidenceError(N_("Write a whole address that begins with https://"), field="url")
    told = {"host": urlsplit(url).hostname}
    row = {"name": name.strip()[:LONGEST_NAME] or str(told["host"]), "url": url}
    return _add(conn, key, period, row, told, actor)


def is_link(url: str) -> bool:
    """Return whether an address may be shown as a link: https, with a host and no password in it."""
    if len(url) > LONGEST_LINK or not url.isprintable() or any(sign.isspace() for sign in url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def _add(
    conn: Connection,
    key: tuple[str, str, str],
    period: tuple[date, date],
    row: dict[str, Any],
    told: dict[str, Any],
    actor: str,
) -> int:
    project_code, place_code, indicator_code = key
    programme = conn.execute(
        select(Project.programme_code)
        .join(ProjectPlace, ProjectPlace.project_code == Project.project_code)
        .join(ProjectIndicator, ProjectIndicator.project_code == Project.project_code)
        .where(
            Project.project_code == project_code,
            ProjectPlace.place_code == place_code,
            ProjectIndicator.indicator_code == indicator_code,
        )
    ).scalar_one_or_none()
    if programme is None:
        raise EvidenceError(N_("The project reports no such value."), field="indicator")
    whole = {
        "programme_code": programme,
        "project_code": project_code,
        "place_code": place_code,
        "indicator_code": indicator_code,
        "period_start": period[0],
        "period_end": period[1],
        "added_by": actor,
        "added_at": datetime.now(UTC),
        **row,
    }
    new = conn.execute(insert(Evidence).returning(Evidence.evidence_id), [whole]).scalar_one()
    keys = {name: whole[name] for name in ("project_code", "place_code", "indicator_code")}
    # Not the name: it may hold that of a person, and the trail is for good.
    audit.record(conn, actor, "add_evidence", f"evidence {new}", after={**keys, **told})
    return int(new)


def evidence(conn: Connection, project_codes: Collection[str]) -> list[Row[Any]]:
    """Return the evidence of some projects, the newest first, without the bytes."""
    return list(
        conn.execute(
            select(*COLUMNS)
            .where(Evidence.project_code.in_(sorted(project_codes)))
            .order_by(Evidence.evidence_id.desc())
        )
    )


def evidence_of(conn: Connection, evidence_id: int) -> Row[Any] | None:
    """Return one piece of evidence without its bytes."""
    return conn.execute(select(*COLUMNS).where(Evidence.evidence_id == evidence_id)).first()


def evidence_file(conn: Connection, evidence_id: int) -> bytes | None:
    """Return the bytes of a piece of evidence; None for a link."""
    mine = Evidence.evidence_id == evidence_id
    return conn.execute(select(Evidence.content).where(mine)).scalar_one_or_none()


def remove_evidence(conn: Connection, evidence_id: int, *, actor: str) -> None:
    """Remove a piece of evidence with its bytes; the trail keeps that it was there."""
    row = evidence_of(conn, evidence_id)
    if row is None:
        return
    conn.execute(delete(Evidence).where(Evidence.evidence_id == evidence_id))
    told = {"sha256": row.sha256, "size": row.size}
    audit.record(conn, actor, "remove_evidence", f"evidence {evidence_id}", before=told)
