"""Notices as mails: what there is for somebody in one, in their language, with a way to want none."""

import logging
import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid, parseaddr
from html import escape
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Connection, Engine, or_, select, update

from dashboard import keys, settings
from dashboard.notices import choices
from dashboard.notices.choices import When
from dashboard.notices.kept import Told, one_line, told_of
from schemas import database, words
from schemas.tables import Account, Notice
from schemas.words import N_

log = logging.getLogger(__name__)

CLAIMED_FOR = timedelta(minutes=15)
"After so long somebody who was about to mail has died, and somebody else may."

GIVEN_UP = timedelta(days=7)
"What could not be mailed for so long is told on the own page alone."

PATIENCE = 20
"Seconds that a mail server may take."

POLICY = SMTP.clone(max_line_length=900)
"Long addresses stay on one line: folded, some readers no longer know them."


class MailError(Exception):
    "The mail server cannot be used; its message says why"


@dataclass(frozen=True)
class Outcome:
    """What became of the notices of one account."""

    account_id: int
    count: int
    error: str = ""
    is_mailed: bool = True
    "Else they went to the log: no server takes mails, or the account has no address."


# --- The way to want none -------------------------------------------------------------------------


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(keys.server_key(), salt="no more mails")


def token_of(account_id: int) -> str:
    """Return what stands in the address with which an account wants no more mails."""
    return str(_signer().dumps(account_id))


def account_of(token: str) -> int | None:
    """Return the account that such a token is of; None for one that we did not sign."""
    try:
        account_id = _signer().loads(token)
    except BadSignature:
        return None
    return account_id if isinstance(account_id, int) else None


# --- What a mail says -----------------------------------------------------------------------------

HTML = """<!DOCTYPE html>
<html lang="{language}" dir="{direction}">
<head><meta charset="utf-8"><title>{title}</title></head>
<body style="font-family: system-ui, sans-serif; line-height: 1.5; max-width: 40rem">
<p>{greeting}</p>
<ul>
{items}
</ul>
<p><a href="{settings}">{choose}</a> · <a href="{unsubscribe}">{stop}</a></p>
</body>
</html>
"""


def address_of(row: Any) -> Address | None:
    """Return where an account is mailed to; None where what is kept is no address."""
    name, spec = one_line(row.name), one_line(row.email)
    if spec != row.email or spec.count("@") != 1 or spec.startswith("@") or spec.endswith("@"):
        return None
    try:
        return Address(display_name=name, addr_spec=spec)
    except (MessageError, ValueError, IndexError):
        return None


def subject_of(told: Sequence[Told], language: str) -> str:
    """Return what a mail is about: the one thing it tells, or how many there are."""
    if len(told) == 1:
        return one_line(told[0].sentence(language))
    return words.plural("MedTOWN: {count} notice", "MedTOWN: {count} notices", len(told), language)


def compose(row: Any, to: Address, told: Sequence[Told], *, base: str, sender: str) -> EmailMessage:
    """Return a mail with all that an account (its row) is told; the newest comes last."""
    language = row.language if row.language in words.TAGS else "en"
    subject = subject_of(told, language)
    stop = f"{base}/notices/unsubscribe/{token_of(row.account_id)}"
    said = {
        "greeting": words.text(N_("Hello {name},"), language, name=to.display_name),
        "choose": words.text(N_("Choose what you are told, and when"), language),
        "stop": words.text(N_("No more mails"), language),
        "settings": f"{base}/account#notices-title",
        "unsubscribe": stop,
    }
    lines = [(one.sentence(language), f"{base}{one.link}") for one in told]
    mail = EmailMessage(policy=POLICY)
    mail["Subject"] = subject
    mail["From"] = sender
    mail["To"] = to
    mail["Date"] = formatdate(usegmt=True)
    mail["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].partition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    mail["List-Unsubscribe"] = f"<{stop}>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(_plain(said, lines))
    mail.add_alternative(_html(said, lines, subject, language), subtype="html")
    mail["Content-Language"] = words.base(language)  # the parts would have taken it before
    return mail


def _plain(said: dict[str, str], lines: Sequence[tuple[str, str]]) -> str:
    told = "\n\n".join(f"{sentence}\n{link}" for sentence, link in lines)
    return (
        f"{said['greeting']}\n\n{told}\n\n-- \n{said['choose']}:\n{said['settings']}\n"
        f"{said['stop']}:\n{said['unsubscribe']}\n"
    )


def _html(said: dict[str, str], lines: Sequence[tuple[str, str]], title: str, language: str) -> str:
    items = "\n".join(
        f'<li><a href="{escape(link)}">{escape(sentence)}</a></li>' for sentence, link in lines
    )
    return HTML.format(
        **{name: escape(word) for name, word in said.items()},
        language=escape(words.base(language)),
        direction="rtl" if words.is_rtl(language) else "ltr",
        title=escape(title),
        items=items,
    )


# --- Sending --------------------------------------------------------------------------------------

Deliver = Callable[[EmailMessage], None]


@contextmanager
def _post(server: settings.Mail | None) -> Iterator[Deliver | None]:
    """Yield what delivers a mail, over one connection; None where no server takes any."""
    if server is None:
        yield None
        return
    sealed = ssl.create_default_context()
    where = (server.host, server.port)
    try:
        smtp = (
            smtplib.SMTP_SSL(*where, timeout=PATIENCE, context=sealed)
            if server.tls == "ssl"
            else smtplib.SMTP(*where, timeout=PATIENCE)
        )
    except (smtplib.SMTPException, OSError) as error:
        raise MailError(f"The mail server {server.host} cannot be reached: {error}") from error
    with smtp:
        try:
            if server.tls == "starttls":
                smtp.starttls(context=sealed)
            if server.user:
                smtp.login(server.user, server.password)
        except (smtplib.SMTPException, OSError) as error:
            raise MailError(f"The mail server {server.host} lets nobody in: {error}") from error
        yield lambda mail: _deliver(smtp, mail)


def _deliver(smtp: smtplib.SMTP, mail: EmailMessage) -> None:
    smtp.send_message(mail)


def send(bind: Engine | None = None, *, now: datetime | None = None) -> list[Outcome]:
    """Mail what is due, all of one account in one mail, and return what became of it.

    Without a mail server it goes to the log; it stands on everybody's own page in any case. What
    could not be mailed is tried again the next time. MailError where the server cannot be used.
    """
    known, moment = settings.read(), now or datetime.now(UTC)
    with database.begin(bind) as conn:
        due = _claim(conn, moment)
    done: set[int] = set()
    outcomes: list[Outcome] = []
    try:
        with _post(known.mail) if due else _nobody() as deliver:
            for row, told in due:
                outcome = _send_one(row, told, known, deliver)
                outcomes.append(outcome)
                if not outcome.error:
                    done |= _settled(bind, told)
    finally:
        _give_back(bind, {one.notice_id for _, told in due for one in told} - done)
    return outcomes


@contextmanager
def _nobody() -> Iterator[None]:
    yield None


def _send_one(
    row: Any, told: Sequence[Told], known: settings.Settings, deliver: Deliver | None
) -> Outcome:
    to = address_of(row)
    if deliver is None or to is None or known.mail is None:
        for one in told:
            log.info("account %s: %s (%s)", row.account_id, one.sentence("en"), one.link)
        return Outcome(row.account_id, len(told), is_mailed=False)
    try:
        deliver(compose(row, to, told, base=known.base, sender=known.mail.sender))
    except (smtplib.SMTPException, OSError, ValueError) as error:
        # Never the error's own words: they hold the address.
        log.warning("account %s: not mailed (%s)", row.account_id, type(error).__name__)
        return Outcome(row.account_id, len(told), error=type(error).__name__)
    return Outcome(row.account_id, len(told))


def _open(moment: datetime) -> tuple[Any, ...]:
    """Return the conditions that a notice waits to be mailed and nobody is about to."""
    return (
        Notice.sent_at.is_(None),
        or_(Notice.claimed_at.is_(None), Notice.claimed_at < moment - CLAIMED_FOR),
        Notice.created_at > moment - GIVEN_UP,
    )


def _claim(conn: Connection, moment: datetime) -> list[tuple[Any, list[Told]]]:
    """Return what is to be mailed now, by account, which nobody else mails meanwhile."""
    rows = conn.execute(select(Notice.__table__).where(*_open(moment))).all()
    people = {
        row.account_id: row
        for row in conn.execute(
            select(Account.__table__).where(
                Account.account_id.in_({row.account_id for row in rows}),
                Account.disabled_at.is_(None),
            )
        )
    }
    wanted: list[int] = []
    settled: list[int] = []
    for row in rows:
        person = people.get(row.account_id)
        when = _when(person, row.kind) if person is not None else When.NEVER
        if when == When.NEVER or row.read_at:
            settled.append(row.notice_id)
        elif when == When.AT_ONCE or row.created_at.date() < moment.date():
            wanted.append(row.notice_id)
    if settled:
        conn.execute(update(Notice).where(Notice.notice_id.in_(settled)).values(sent_at=moment))
    mine = conn.execute(
        update(Notice)
        .where(Notice.notice_id.in_(wanted), *_open(moment))
        .values(claimed_at=moment)
        .returning(Notice.notice_id)
    ).scalars()
    mine_too = set(mine)
    told = told_of(conn, (row for row in rows if row.notice_id in mine_too))
    told.sort(key=lambda one: (one.created_at, one.notice_id))
    return [
        (people[account_id], [one for one in told if one.account_id == account_id])
        for account_id in sorted({one.account_id for one in told})
    ]


def _when(person: Any, kind: str) -> When:
    wanted = choices.chosen(person.settings)
    return wanted.get(kind, wanted[choices.OTHER])


def _settled(bind: Engine | None, told: Sequence[Told]) -> set[int]:
    """Keep that notices were mailed, before the next mail goes out: none is mailed twice."""
    numbers = {one.notice_id for one in told}
    with database.begin(bind) as conn:
        conn.execute(
            update(Notice)
            .where(Notice.notice_id.in_(numbers))
            .values(sent_at=datetime.now(UTC), claimed_at=None)
        )
    return numbers


def _give_back(bind: Engine | None, numbers: set[int]) -> None:
    if numbers:
        with database.begin(bind) as conn:
            conn.execute(
                update(Notice).where(Notice.notice_id.in_(numbers)).values(claimed_at=None)
            )


soon: list[Callable[[], None]] = []
"What sends in the background, where something does: it adds itself here."


def send_soon() -> None:
    """Ask for what is due to be mailed soon, after the transaction that keeps it has ended.

    Where nothing works in the background, the next `medtown notify` does it.
    """
    for ask in soon:
        ask()
