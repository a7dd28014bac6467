"""The way in: who fails often waits, and nobody learns which accounts there are."""

import hashlib
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, delete, exists, func, insert, or_, select, text, update

from dashboard.accounts import passwords, second, sittings
from dashboard.accounts.people import account, set_password, spelled
from schemas import audit, database
from schemas.tables import Account, Attempt, Identity
from schemas.words import N_

WINDOW = timedelta(hours=1)
FREE = {"account": 5, "address": 20}
"Failures within the window that cost nothing yet: many people may come from one address."

LOCK = 0x6D746F78
"The PostgreSQL lock that puts attempts in line; SQLite has one writer anyway."

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)


class EntryError(Exception):
    "Somebody is not let in; `text` says why, as a sentence of the catalogue"

    def __init__(self, text: str, wait: timedelta = timedelta()) -> None:
        super().__init__(text)
        self.text, self.wait = text, wait


WRONG = N_("Address or password are not right.")
WRONG_CODE = N_("This code is not right, or was used before.")
WAIT = N_("Too many attempts. Try again in {minutes} minutes.")


def _subjects(email: str, address: str) -> dict[str, str]:
    """Return what is held back, by kind: hashes, because others' addresses are nobody's business."""
    told = {"account": spelled(email), "address": address}
    return {
        kind: f"{kind} {hashlib.sha256(word.encode()).hexdigest()[:32]}"
        for kind, word in told.items()
    }


def held_back(conn: Connection, email: str, address: str) -> timedelta:
    """Return how long somebody still has to wait before the next attempt."""
    now, longest = datetime.now(UTC), timedelta()
    for kind, subject in _subjects(email, address).items():
        row = conn.execute(
            select(func.count(), func.max(Attempt.failed_at)).where(
                Attempt.subject == subject, Attempt.failed_at > now - WINDOW
            )
        ).one()
        over = row[0] - FREE[kind]
        if over >= 0:
            wait = min(FIRST_WAIT * 2 ** min(over, 10), LONGEST_WAIT)
            longest = max(longest, row[1] + wait - now)
    return longest


def _begin_attempt(email: str, address: str, bind: Engine | None) -> list[int]:
    """Count an attempt as failed before it is looked at, so that many at once are counted too.

    Returns what it is counted by, to be forgotten where it was none.
    """
    with database.begin(bind) as conn:
        if conn.dialect.name == "postgresql":
            conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        wait = held_back(conn, email, address)
        if wait > timedelta():
            raise EntryError(WAIT, wait)
        now = datetime.now(UTC)
        conn.execute(delete(Attempt).where(Attempt.failed_at < now - WINDOW))
        rows = [{"subject": one, "failed_at": now} for one in _subjects(email, address).values()]
        counted = conn.execute(insert(Attempt).returning(Attempt.attempt_id), rows)
        return list(counted.scalars())


def _forget(conn: Connection, attempt: list[int]) -> None:
    """Forget an attempt that did not fail; those before it still count."""
    conn.execute(delete(Attempt).where(Attempt.attempt_id.in_(attempt)))


def _end_attempt(conn: Connection, email: str, attempt: list[int]) -> None:
    """Forget the failures of an account that was let in, and this attempt of its address."""
    mine = _subjects(email, "")["account"]
    conn.execute(
        delete(Attempt).where(or_(Attempt.subject == mine, Attempt.attempt_id.in_(attempt)))
    )


def sign_in(
    email: str, password: str, *, address: str, browser: str = "", bind: Engine | None = None
) -> tuple[int, str]:
    """Return an account and the token of its new sitting; no token where a second factor is due.

    EntryError for whoever is not let in; that there is no such account looks and lasts the same.
    """
    attempt = _begin_attempt(email, address, bind)
    with database.connect(bind) as conn:
        row = conn.execute(
            select(Account.__table__).where(Account.email == spelled(email))
        ).one_or_none()
    is_right = passwords.fits(row.password_hash if row else "", password)
    if row is None or not is_right or row.disabled_at or row.deleted_at:
        raise EntryError(WRONG)
    with database.begin(bind) as conn:
        if passwords.is_outdated(row.password_hash):
            again = {"password_hash": passwords.hashed(password)}
            conn.execute(update(Account).where(Account.account_id == row.account_id).values(again))
        if row.totp_secret:
            # Not those before: with the password in hand, codes could be guessed without end.
            _forget(conn, attempt)
            return row.account_id, ""
        _end_attempt(conn, email, attempt)
        return row.account_id, _sit(conn, row.account_id, browser, "password")


def is_password(
    account_id: int, password: str, *, address: str, bind: Engine | None = None
) -> bool:
    """Return whether a password is that of an account; EntryError after too many that were not.

    Of an account without one, because another provider vouches for it, none is right.
    """
    with database.connect(bind) as conn:
        row = account(conn, account_id)
    if not row.password_hash:
        return False
    attempt = _begin_attempt(row.email, address, bind)
    if not passwords.fits(row.password_hash, password):
        return False
    with database.begin(bind) as conn:
        _end_attempt(conn, row.email, attempt)
    return True


def change_password(
    account_id: int, old: str, new: str, *, address: str, but: str = "", bind: Engine | None = None
) -> bool:
    """Return whether the old password was right, and so the new one was taken.

    Every browser is signed out, except that of the token `but`. PasswordError for a bad new one.
    """
    if not is_password(account_id, old, address=address, bind=bind):
        return False
    with database.begin(bind) as conn:
        row = account(conn, account_id)
        set_password(conn, row, new, actor=audit.actor_of(account_id), but=but)
    return True


def is_due_second(conn: Connection, account_id: int) -> bool:
    """Return whether an account asks for a code besides the password."""
    secret = select(Account.totp_secret).where(Account.account_id == account_id)
    return bool(conn.execute(secret).scalar_one_or_none())


def confirm(
    account_id: int,
    code: str,
    *,
    key: str,
    address: str,
    browser: str = "",
    bind: Engine | None = None,
) -> str:
    """Return the token of a new sitting for whoever was right so far and has the second factor.

    `key` is the server's, with which the secret is sealed.
    """
    with database.connect(bind) as conn:
        row = account(conn, account_id)
    if row is None or row.disabled_at or row.deleted_at:  # meanwhile
        raise EntryError(WRONG)
    attempt = _begin_attempt(row.email, address, bind)
    with database.begin(bind) as conn:
        if not second.use(conn, account_id, code, key):
            raise EntryError(WRONG_CODE)
        _end_attempt(conn, row.email, attempt)
        return _sit(conn, account_id, browser, "code")


def sign_in_by(
    conn: Connection, issuer: str, subject: str, email: str, *, browser: str = ""
) -> tuple[int, str]:
    """Return an account and a new token for whom another provider vouches; none where a code is due.

    `email` is what the provider has verified, empty for nothing. The first time it tells which
    account it is; who has none is not let in: accounts are by invitation. An account that is linked
    stays with whom it was linked to, even if the address becomes somebody else's.
    """
    mine = (Identity.issuer == issuer, Identity.subject == subject)
    account_id = conn.execute(select(Identity.account_id).where(*mine)).scalar_one_or_none()
    if account_id is None and email:
        linked_before = exists().where(
            Identity.account_id == Account.account_id, Identity.issuer == issuer
        )
        account_id = conn.execute(
            select(Account.account_id).where(
                Account.email == spelled(email),
                Account.disabled_at.is_(None),
                Account.is_demo.is_(False),
                ~linked_before,
            )
        ).scalar_one_or_none()
        if account_id is not None:
            linked = {"issuer": issuer, "subject": subject, "account_id": account_id}
            conn.execute(insert(Identity), [linked])
            audit.record(
                conn,
                audit.actor_of(account_id),
                "link_identity",
                audit.actor_of(account_id),
                after={"issuer": issuer},
            )
    row = conn.execute(
        select(Account.disabled_at, Account.deleted_at, Account.totp_secret).where(
            Account.account_id == account_id
        )
    ).one_or_none()
    if account_id is None or row is None or row.disabled_at or row.deleted_at:
        raise EntryError(
            N_("There is no account for you here; ask your coordinator to invite you.")
        )
    if row.totp_secret:
        return account_id, ""
    return account_id, _sit(conn, account_id, browser, "another provider")


def _sit(conn: Connection, account_id: int, browser: str, way: str) -> str:
    token = sittings.open_sitting(conn, account_id, browser)
    actor = audit.actor_of(account_id)
    audit.record(conn, actor, "sign_in", actor, after={"way": way})
    return token
