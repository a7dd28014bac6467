"""Reports that people write together: begun, chosen, written in versions, removed; and what was made of them.

Who may do so is decided before; every step has its entry in the audit trail, which holds no text.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from etl import threads
from schemas import audit
from schemas.tables import MadeAgain, MadeReport, Report, ReportText
from schemas.words import N_

LONGEST = 40_000
"Characters of the text of one part, which is some fifteen pages."

WHILE = timedelta(minutes=10)
"What one person keeps again and again within so long is one version."

TOO_LONG = N_("This is too long: at most 40,000 characters for one part.")


class TextMovedError(Exception):
    """Somebody else wrote the text of a part meanwhile; `text` and `version` are theirs."""

    def __init__(self, text: str, version: int, written_by: str) -> None:
        super().__init__("the text is another one")
        self.text, self.version, self.written_by = text, version, written_by


@dataclass(frozen=True)
class Of:
    """What a report is: its programme, kind, subject and language, and what was chosen for it."""

    programme_code: str
    kind: str
    code: str
    language: str
    choices: Mapping[str, Any]


def begin(conn: Connection, of: Of, *, actor: str) -> int:
    """Return the number of a new report without any text."""
    row = {**_row(of), "begun_by": actor, "begun_at": datetime.now(UTC)}
    report_id = int(conn.execute(insert(Report).returning(Report.report_id), [row]).scalar_one())
    audit.record(conn, actor, "begin_report", f"report {report_id}", after=_told(of))
    return report_id


def choose(conn: Connection, report_id: int, of: Of, *, actor: str) -> None:
    """Change what was chosen for a report; its texts stay, those of parts that are left out too."""
    conn.execute(update(Report).where(Report.report_id == report_id).values(**_row(of)))
    audit.record(conn, actor, "change_report", f"report {report_id}", after=_told(of))


def _row(of: Of) -> dict[str, Any]:
    return {
        "programme_code": of.programme_code,
        "kind": of.kind,
        "code": of.code,
        "language": of.language,
        "choices": dict(of.choices),
    }


def _told(of: Of) -> dict[str, Any]:
    return {"kind": of.kind, "code": of.code}


def remove(conn: Connection, report_id: int, *, actor: str) -> None:
    """Take a report out of the list; what was made of it stays at its address."""
    conn.execute(
        update(Report)
        .where(Report.report_id == report_id, Report.removed_at.is_(None))
        .values(removed_at=datetime.now(UTC))
    )
    audit.record(conn, actor, "remove_report", f"report {report_id}")


# --- Texts ----------------------------------------------------------------------------------------


def write(conn: Connection, report_id: int, part: str, text: str, *, seen: int, actor: str) -> int:
    """Keep the text of a part, and return its version; 0 is what nobody has written yet.

    TextMovedError where the version that its writer saw (`seen`) is not the newest: nothing is written
    over. TextError for a text that is too long. The same text is no new version.
    """
    text = _cleaned(text)
    held = select(Report.report_id).where(Report.report_id == report_id)
    conn.execute(held.with_for_update()).one()
    is_open = (
        ReportText.report_id == report_id,
        ReportText.part == part,
        ReportText.superseded_at.is_(None),
    )
    now = datetime.now(UTC)
    last = conn.execute(select(ReportText.__table__).where(*is_open)).first()
    known = last.version if last else 0
    if (last.text if last else "") == text:
        return int(known)
    if known != seen:
        raise TextMovedError(*((last.text, known, last.written_by) if last else ("", 0, "")))
    if last and last.written_by == actor and not _is_settled(conn, last, now):
        changed = {"text": text, "version": known + 1, "saved_at": now}
        conn.execute(update(ReportText).where(*is_open).values(**changed))
        return int(known) + 1
    if last:
        now = max(now, last.written_at + timedelta(microseconds=1))
        conn.execute(update(ReportText).where(*is_open).values(superseded_at=now))
    row = {
        "report_id": report_id,
        "part": part,
        "text": text,
        "version": known + 1,
        "written_by": actor,
        "written_at": now,
        "saved_at": now,
    }
    conn.execute(insert(ReportText), [row])
    audit.record(conn, actor, "write_report", f"report {report_id}", after={"part": part})
    return int(known) + 1


def _cleaned(text: str) -> str:
    """Return a text as it is kept; blanks alone are nothing."""
    if len(text) > LONGEST:
        raise threads.TextError(TOO_LONG)
    said = threads.visible(text.replace("\r\n", "\n"))
    return said if said.strip() else ""


def _is_settled(conn: Connection, last: Any, now: datetime) -> bool:
    """Return whether a text stays as it is: it was kept a while ago, or something was made of it."""
    if now - last.saved_at > WHILE:
        return True
    newest = select(func.max(MadeReport.made_at)).where(MadeReport.report_id == last.report_id)
    made_at = conn.execute(newest).scalar_one()
    return made_at is not None and bool(made_at >= last.written_at)


# --- Made -----------------------------------------------------------------------------------------


def fingerprint(inputs: Mapping[str, Any]) -> str:
    """Return the SHA-256 of inputs, whatever their order.

    >>> fingerprint({"a": 1, "b": [2]}) == fingerprint({"b": [2], "a": 1})
    True
    """
    plain = json.dumps(inputs, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def keep_made(
    conn: Connection,
    report_id: int,
    file_format: str,
    file_name: str,
    data: bytes,
    inputs: Mapping[str, Any],
    *,
    actor: str,
) -> int:
    """Keep a file that was made of a report with what it was made of, and return its number."""
    row = {
        "report_id": report_id,
        "file_format": file_format,
        "file_name": file_name,
        "inputs": dict(inputs),
        "fingerprint": fingerprint(inputs),
        "sha256": hashlib.sha256(data).hexdigest(),
        "content": data,
        "made_by": actor,
        "made_at": datetime.now(UTC),
    }
    number = int(
        conn.execute(insert(MadeReport).returning(MadeReport.made_report_id), [row]).scalar_one()
    )
    told = {"format": file_format, "sha256": row["sha256"]}
    audit.record(conn, actor, "make_report", f"report {report_id}", after=told)
    return number


def keep_again(
    conn: Connection, made_report_id: int, data: bytes, software: str, *, actor: str
) -> None:
    """Keep what came of making a file once more: its fingerprint, and by which version of the program."""
    row = {
        "made_report_id": made_report_id,
        "sha256": hashlib.sha256(data).hexdigest(),
        "software": software,
        "made_by": actor,
        "made_at": datetime.now(UTC),
    }
    conn.execute(insert(MadeAgain), [row])
