"""The second factor: codes of an app that change every 30 seconds (TOTP, RFC 6238), and spare ones."""

import base64
import hashlib
import hmac
import secrets
import time
import unicodedata

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import Connection, delete, func, insert, select, update

from schemas import audit
from schemas.tables import Account, RecoveryCode

STEP = 30
SPARE = 10
"Recovery codes of an account."


def begin_second() -> str:
    """Return a new secret, which counts once a code of it was given (`set_second`)."""
    return pyotp.random_base32()


def address_of(secret: str, email: str) -> str:
    """Return the address that an app reads from a picture (otpauth)."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="MedTOWN")


def code_at(secret: str, at: float | None = None) -> str:
    """Return the code that an app shows at a moment (seconds since 1970), by default now."""
    return pyotp.TOTP(secret).at(int(time.time() if at is None else at))


def _step(secret: str, code: str, last: int) -> int:
    """Return the step that a code is of, a step early or late; 0 where it is of none after the last."""
    here = int(time.time()) // STEP
    given = "".join(_digit(sign) for sign in code if not sign.isspace()).encode()
    for step in (here, here - 1, here + 1):
        if step > last and hmac.compare_digest(code_at(secret, step * STEP).encode(), given):
            return step
    return 0


def _digit(sign: str) -> str:
    """Return a digit of any script as one of ours, and every other sign as it is.

    >>> _digit("٣")
    '3'
    """
    value = unicodedata.decimal(sign, None)
    return sign if value is None else str(value)


def set_second(conn: Connection, account_id: int, secret: str, code: str, key: str) -> list[str]:
    """Ask an account for a code from now on; return its recovery codes, or nothing for a wrong code.

    `key` is the server's: the secret is sealed with it.
    """
    step = _step(secret, code, 0)
    if not step:
        return []
    sealed = _box(key).encrypt(secret.encode()).decode()
    mine = Account.account_id == account_id
    conn.execute(update(Account).where(mine).values(totp_secret=sealed, totp_step=step))
    actor = audit.actor_of(account_id)
    audit.record(conn, actor, "second_factor", actor, after={"is_on": True})
    return new_recovery_codes(conn, account_id)


def end_second(conn: Connection, account_id: int, *, actor: str) -> None:
    """Ask an account for its password alone from now on."""
    mine = Account.account_id == account_id
    conn.execute(update(Account).where(mine).values(totp_secret="", totp_step=0))
    conn.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    audit.record(conn, actor, "second_factor", audit.actor_of(account_id), after={"is_on": False})


def new_recovery_codes(conn: Connection, account_id: int) -> list[str]:
    """Return new spare codes; those before are void."""
    codes = [f"{secrets.token_hex(4)}-{secrets.token_hex(4)}" for _ in range(SPARE)]
    conn.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    conn.execute(
        insert(RecoveryCode),
        [{"account_id": account_id, "code_hash": _hash(code)} for code in codes],
    )
    return codes


def recovery_codes_left(conn: Connection, account_id: int) -> int:
    """Return how many spare codes were not used yet."""
    mine = RecoveryCode.account_id == account_id
    return int(conn.execute(select(func.count()).where(mine)).scalar_one())


def use(conn: Connection, account_id: int, code: str, key: str) -> bool:
    """Return whether a code lets an account in, and use it up; recovery codes count too."""
    row = conn.execute(
        select(Account.totp_secret, Account.totp_step)
        .where(Account.account_id == account_id)
        .with_for_update()
    ).one()
    spare = conn.execute(
        delete(RecoveryCode).where(
            RecoveryCode.account_id == account_id, RecoveryCode.code_hash == _hash(code)
        )
    )
    if spare.rowcount:
        actor = audit.actor_of(account_id)
        audit.record(conn, actor, "recovery_code", actor)
        return True
    try:
        secret = _box(key).decrypt(row.totp_secret.encode()).decode()
    except (
        InvalidToken
    ):  # sealed with another key: only a recovery code, or an administrator, helps
        return False
    step = _step(secret, code, row.totp_step)
    if step:
        mine = Account.account_id == account_id
        conn.execute(update(Account).where(mine).values(totp_step=step))
    return bool(step)


def _hash(code: str) -> str:
    """Return what is kept of a code: 64 random bits, so that a plain hash does."""
    return hashlib.sha256(code.strip().lower().encode()).hexdigest()


def _box(key: str) -> Fernet:
    digest = hashlib.sha256(f"second factor {key}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
