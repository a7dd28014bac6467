"""Everything that is kept of a person, as the person may have it (GDPR, articles 15 and 20)."""

from typing import Any

from sqlalchemy import Connection, Integer, select
from sqlalchemy.orm import InstrumentedAttribute

from dashboard.accounts.people import account
from dashboard.accounts.roles import grants
from dashboard.accounts.sittings import sittings
from schemas import audit
from schemas.tables import (
    Audit,
    CatalogueDraft,
    Decision,
    Evidence,
    Extension,
    Identity,
    Job,
    MadeReport,
    Mention,
    Message,
    Notice,
    RecordVersion,
    Report,
    ReportText,
    RoundAnswer,
    Submission,
    Thread,
)

Column = InstrumentedAttribute[Any]

OF_ROUND = {table: (table.round_code, table.project_code) for table in (RoundAnswer, Extension)}

OWN: dict[str, tuple[Column, tuple[Column, ...]]] = {
    "other_providers": (Identity.account_id, (Identity.issuer, Identity.subject)),
    "submissions": (
        Submission.sender,
        (Submission.submission_id, Submission.file_name, Submission.received_at),
    ),
    "decisions": (
        Decision.actor,
        (Decision.submission_id, Decision.action, Decision.decided_at),
    ),
    "answers": (
        RoundAnswer.actor,
        (
            *OF_ROUND[RoundAnswer],
            *(RoundAnswer.answer, RoundAnswer.reason, RoundAnswer.answered_at),
        ),
    ),
    "answers_replaced": (
        RoundAnswer.replaced_actor,
        (*OF_ROUND[RoundAnswer], RoundAnswer.replaced_answer),
    ),
    "extensions_asked": (
        Extension.asked_by,
        (
            *OF_ROUND[Extension],
            *(Extension.wanted_until, Extension.reason, Extension.asked_at, Extension.state),
        ),
    ),
    "extensions_decided": (
        Extension.decided_by,
        (
            *OF_ROUND[Extension],
            *(Extension.state, Extension.granted_until, Extension.remark, Extension.decided_at),
        ),
    ),
    "evidence": (
        Evidence.added_by,
        (
            *(Evidence.project_code, Evidence.place_code, Evidence.indicator_code),
            *(Evidence.period_start, Evidence.period_end, Evidence.name, Evidence.url),
            *(Evidence.size, Evidence.sha256, Evidence.added_at),
        ),
    ),
    "jobs": (
        Job.account_id,
        (Job.kind, Job.arguments, Job.file_name, Job.state, Job.created_at, Job.finished_at),
    ),
    "drafts": (
        CatalogueDraft.account_id,
        (CatalogueDraft.file_name, CatalogueDraft.received_at),
    ),
    "notices": (
        Notice.account_id,
        (Notice.created_at, Notice.text, Notice.arguments, Notice.link, Notice.read_at),
    ),
    "discussions": (Thread.opened_by, (Thread.thread_id, Thread.kind, Thread.opened_at)),
    "messages": (Message.author, (Message.thread_id, Message.text, Message.at)),
    "records": (
        RecordVersion.written_by,
        (
            *(RecordVersion.record_id, RecordVersion.state, RecordVersion.language),
            *(RecordVersion.fields, RecordVersion.written_at),
        ),
    ),
    "reports_begun": (
        Report.begun_by,
        (Report.report_id, Report.kind, Report.code, Report.begun_at),
    ),
    "report_texts": (
        ReportText.written_by,
        (ReportText.report_id, ReportText.part, ReportText.text, ReportText.written_at),
    ),
    "reports_made": (
        MadeReport.made_by,
        (MadeReport.report_id, MadeReport.file_name, MadeReport.sha256, MadeReport.made_at),
    ),
    "mentions": (Mention.account_id, (Mention.message_id,)),
    "audit": (Audit.actor, (Audit.at, Audit.action, Audit.subject)),
}
"By what it is called: the column that says whose it is, and what is told of it."


def exported(conn: Connection, account_id: int) -> dict[str, Any]:
    """Return everything that is kept of a person: the account, and by `OWN` what it did and was told.

    Of a file its name and its hash: the file itself is where it was attached.
    """
    row = account(conn, account_id)
    return {
        "account": {
            name: getattr(row, name)
            for name in ("account_id", "email", "name", "language", "settings", "created_at")
        },
        "has_second_factor": bool(row.totp_secret),
        "roles": [str(grant) for grant in grants(conn, account_id)],
        "signed_in": [
            {name: one[name] for name in ("started_at", "seen_at", "browser")}
            for one in sittings(conn, account_id)
        ],
    } | {name: _of(conn, account_id, *own) for name, own in OWN.items()}


def _of(
    conn: Connection, account_id: int, whose: Column, columns: tuple[Column, ...]
) -> list[dict[str, Any]]:
    mine = account_id if isinstance(whose.type, Integer) else audit.actor_of(account_id)
    rows = conn.execute(select(*columns).where(whose == mine).order_by(*columns[:1])).mappings()
    return [dict(one) for one in rows]
