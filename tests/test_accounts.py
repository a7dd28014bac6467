"""Accounts: passwords, sittings, codes, invitations and roles, on both databases."""

import threading
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, func, insert, select, update
from sqlalchemy.exc import IntegrityError

import etl
from dashboard import accounts
from dashboard.accounts import EntryError, Grant, LinkError, PasswordError, own_data, passwords
from dashboard.accounts.entry import FIRST_WAIT, FREE, LONGEST_WAIT, WAIT, WRONG, WRONG_CODE
from schemas import audit, database, tables
from schemas.codes import Answer, JobKind, Role

EMAIL, PASSWORD = "ana@example.org", "harbour violin sediment nineteen"
OTHER = "lantern gravel opposite walnut"
KEY = "the server's key"
HERE = "198.51.100.7"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with next to no work; what a hash costs in earnest is the library's default."""
    assert passwords._hasher.memory_cost >= 19 * 1024  # what OWASP asks for at least
    cheap = PasswordHasher(time_cost=2, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", cheap)


@pytest.fixture
def ana(engine: Engine) -> int:
    """An account with a password."""
    with database.begin(engine) as conn:
        account_id = accounts.add(conn, EMAIL, "Ana Silva", actor="command line")
        token = accounts.invite(conn, account_id, actor="command line")
    with database.begin(engine) as conn:
        accounts.choose_password(conn, token, PASSWORD)
    return account_id


@pytest.fixture
def secret(ana: int, engine: Engine) -> str:
    """The secret of Ana's second factor; the code that set it up was of a minute ago."""
    made = accounts.begin_second()
    with database.begin(engine) as conn:
        assert accounts.set_second(conn, ana, made, accounts.code_at(made), KEY)
        conn.execute(update(tables.Account).values(totp_step=0))
    return made


def enter(password: str = PASSWORD, email: str = EMAIL, address: str = HERE) -> tuple[int, str]:
    return accounts.sign_in(email, password, address=address)


def is_in(token: str) -> bool:
    with database.connect() as conn:
        return accounts.reader(conn, token) is not None


def fail(times: int, email: str = EMAIL, address: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(EntryError, match=WRONG):
            enter("wrong", email, address)


def move(table: Any, **by: timedelta) -> None:
    """Set moments of all rows of a table back."""
    with database.begin() as conn:
        for row in conn.execute(select(table.__table__)).mappings().all():
            (key,) = table.__table__.primary_key.columns
            earlier = {name: row[name] - some for name, some in by.items()}
            conn.execute(update(table).where(key == row[key.name]).values(earlier))


# --- Passwords ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", "at least 12"),
        ("x" * 257, "at most 256"),
        ("password1234", "easy to guess"),
        ("aaaaaaaaaaaaaaaa", "easy to guess"),
        ("ana@example.org", "easy to guess"),
        ("medtownmedtown", "easy to guess"),
    ],
)
def test_a_weak_password_is_refused_and_changes_nothing(ana: int, password: str, said: str) -> None:
    with pytest.raises(PasswordError, match=said):
        accounts.change_password(ana, PASSWORD, password, address=HERE)
    assert enter()[0] == ana


def test_a_password_is_kept_as_a_hash_alone(ana: int, engine: Engine) -> None:
    with database.connect(engine) as conn:
        kept = accounts.account(conn, ana).password_hash
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept
    assert accounts.hashed(PASSWORD) != kept


def test_a_password_is_the_same_however_a_keyboard_writes_its_accents() -> None:
    typed = "peña corazón café jardín"
    kept = passwords.hashed(unicodedata.normalize("NFD", typed))
    assert passwords.fits(kept, unicodedata.normalize("NFC", typed))


def test_a_hash_of_weaker_days_is_made_anew_when_it_is_used(ana: int, engine: Engine) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=32).hash(PASSWORD)
    with database.begin(engine) as conn:
        conn.execute(update(tables.Account).values(password_hash=weak))
    enter()
    with database.connect(engine) as conn:
        assert not passwords.is_outdated(accounts.account(conn, ana).password_hash)


def test_nobody_learns_which_accounts_there_are(
    ana: int, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.begin(engine) as conn:
        accounts.add(conn, "new@example.org", "Without a password", actor="command line")
    work: list[str] = []
    verify = passwords._hasher.verify

    def counted(kept: Any, password: Any) -> bool:
        work.append(str(kept).rpartition("$")[0].rpartition("$")[0])
        return verify(kept, password)

    class Counting:
        def __getattr__(self, name: str) -> Any:
            return counted if name == "verify" else getattr(hasher, name)

    hasher = passwords._hasher
    monkeypatch.setattr(passwords, "_hasher", Counting())
    for email in (EMAIL, "nobody@example.org", "new@example.org", "demo"):
        with pytest.raises(EntryError) as refused:
            enter("wrong", email)
        assert (refused.value.text, refused.value.wait) == (WRONG, timedelta())
    assert len(work) == 4
    assert len(set(work)) == 1  # the same parameters, so the same work


def test_an_address_is_the_same_however_it_is_typed(ana: int) -> None:
    assert enter(email=f"  {EMAIL.upper()} ")[0] == ana


# --- Many attempts --------------------------------------------------------------------------------


def test_whoever_fails_often_waits_even_with_the_right_password(ana: int) -> None:
    fail(FREE["account"])
    with pytest.raises(EntryError, match=WAIT) as refused:
        enter()
    assert timedelta() < refused.value.wait <= FIRST_WAIT
    with pytest.raises(EntryError, match=WAIT):
        enter(address="203.0.113.9")  # the account waits, from wherever


def test_each_further_failure_doubles_the_wait_up_to_an_hour(ana: int, engine: Engine) -> None:
    fail(FREE["account"])
    expected = FIRST_WAIT
    for _ in range(4):
        with database.connect(engine) as conn:
            assert expected * 0.9 < accounts.held_back(conn, EMAIL, "203.0.113.9") <= expected
        move(tables.Attempt, failed_at=expected)
        fail(1)
        expected *= 2
    with database.begin(engine) as conn:
        rows = conn.execute(select(tables.Attempt.subject).distinct()).scalars().all()
        now = datetime.now(UTC)
        many = [{"subject": one, "failed_at": now} for one in rows for _ in range(40)]
        conn.execute(insert(tables.Attempt), many)
    with database.connect(engine) as conn:
        assert accounts.held_back(conn, EMAIL, HERE) <= LONGEST_WAIT


def test_an_account_that_is_not_there_is_held_back_alike(ana: int, engine: Engine) -> None:
    fail(FREE["account"], "nobody@example.org")
    with pytest.raises(EntryError, match=WAIT):
        enter("wrong", "nobody@example.org")


def test_an_address_that_tries_many_accounts_is_held_back(ana: int) -> None:
    for number in range(FREE["address"]):
        fail(1, f"{number}@example.org")
    with pytest.raises(EntryError, match=WAIT):
        enter()
    assert enter(address="203.0.113.9")[0] == ana


def test_who_is_let_in_has_failed_no_more(ana: int, engine: Engine) -> None:
    fail(FREE["account"] - 1)
    enter()
    fail(FREE["account"] - 1)
    assert enter()[0] == ana


def test_attempts_are_forgotten_after_an_hour_and_name_nobody(ana: int, engine: Engine) -> None:
    fail(FREE["account"])
    with database.connect(engine) as conn:
        subjects = " ".join(conn.execute(select(tables.Attempt.subject)).scalars())
    assert EMAIL not in subjects
    assert HERE not in subjects
    move(tables.Attempt, failed_at=timedelta(hours=1, seconds=1))
    enter()
    with database.connect(engine) as conn:
        assert not conn.execute(select(func.count()).select_from(tables.Attempt)).scalar_one()


def test_attempts_at_the_same_time_are_all_counted(
    ana: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []
    monkeypatch.setattr(passwords, "fits", lambda *_: tried.append(1))  # nothing fits
    start = threading.Barrier(12)

    def attempt(_: int) -> str:
        start.wait()
        with pytest.raises(EntryError) as refused:
            enter("wrong")
        return refused.value.text

    with ThreadPoolExecutor(12) as pool:
        said = list(pool.map(attempt, range(12)))
    assert len(tried) == FREE["account"]
    assert said.count(WAIT) == 12 - FREE["account"]


# --- Sittings -------------------------------------------------------------------------------------


def test_the_database_holds_the_hash_of_a_token_alone(ana: int, engine: Engine) -> None:
    _, token = enter()
    with database.connect(engine) as conn:
        kept = conn.execute(select(tables.Sitting.token_hash)).scalar_one()
    assert len(token) >= 43
    assert token not in kept
    assert is_in(token)
    assert not is_in(kept)


@pytest.mark.parametrize(
    ("moved", "is_still_in"),
    [
        ({"seen_at": timedelta(minutes=59)}, True),
        ({"seen_at": timedelta(minutes=61)}, False),
        ({"started_at": timedelta(hours=11, minutes=59)}, True),
        ({"started_at": timedelta(hours=12, minutes=1)}, False),
    ],
    ids=["an hour", "idle", "half a day", "too long"],
)
def test_a_sitting_ends_when_it_is_idle_or_old(
    ana: int, engine: Engine, moved: dict[str, timedelta], is_still_in: bool
) -> None:
    _, token = enter()
    move(tables.Sitting, **moved)
    assert is_in(token) is is_still_in
    with database.connect(engine) as conn:
        assert bool(accounts.sittings(conn, ana)) is is_still_in
    enter()  # what ended by itself is forgotten
    with database.connect(engine) as conn:
        count = conn.execute(select(func.count()).select_from(tables.Sitting)).scalar_one()
    assert count == 1 + is_still_in


def test_being_seen_keeps_a_sitting_open(ana: int, engine: Engine) -> None:
    _, token = enter()
    move(tables.Sitting, seen_at=timedelta(minutes=50))
    with database.begin(engine) as conn:
        found = accounts.reader(conn, token)
        assert found
        assert found[1]
        accounts.seen(conn, token)
        again = accounts.reader(conn, token)
    assert again
    assert not again[1]


def test_a_token_is_refused_once_it_was_ended(ana: int, engine: Engine) -> None:
    (_, one), (_, other) = enter(), enter()
    with database.begin(engine) as conn:
        accounts.end(conn, one)
    assert (is_in(one), is_in(other)) == (False, True)


def test_all_sittings_end_with_a_new_password_but_the_one_that_made_it(ana: int) -> None:
    tokens = [enter()[1] for _ in range(3)]
    assert accounts.change_password(ana, PASSWORD, OTHER, address=HERE, but=tokens[0])
    assert [is_in(token) for token in tokens] == [True, False, False]
    with pytest.raises(EntryError):
        enter()
    assert enter(OTHER)[0] == ana


def test_a_password_is_changed_by_who_knows_the_old_one(ana: int) -> None:
    assert not accounts.change_password(ana, "wrong", OTHER, address=HERE)
    assert enter()[0] == ana
    fail(FREE["account"] - 1)
    assert not accounts.change_password(ana, "wrong", OTHER, address=HERE)
    with pytest.raises(EntryError, match=WAIT):
        accounts.change_password(ana, "wrong", OTHER, address=HERE)


def test_of_an_account_without_a_password_none_is_right(engine: Engine) -> None:
    with database.begin(engine) as conn:
        account_id = accounts.add(conn, EMAIL, "Ana", actor="command line")
    assert not accounts.is_password(account_id, "", address=HERE)
    assert not accounts.change_password(account_id, "", OTHER, address=HERE)


# --- Links ----------------------------------------------------------------------------------------


def test_a_link_is_good_once_and_for_a_week(ana: int, engine: Engine) -> None:
    with database.begin(engine) as conn:
        token = accounts.invite(conn, ana, actor="command line")
        assert conn.execute(select(tables.Invitation.token_hash)).scalar_one() != token
    move(tables.Invitation, expires_at=timedelta(days=6, hours=23))
    _, sitting = enter()
    with database.begin(engine) as conn, pytest.raises(PasswordError):
        accounts.choose_password(conn, token, "weak")
    with database.begin(engine) as conn:  # a bad password does not use it up
        accounts.choose_password(conn, token, OTHER)
    assert not is_in(sitting)
    with database.begin(engine) as conn, pytest.raises(LinkError):
        accounts.choose_password(conn, token, PASSWORD)


def test_a_link_that_is_old_replaced_or_forged_is_refused(ana: int, engine: Engine) -> None:
    with database.begin(engine) as conn:
        first = accounts.invite(conn, ana, actor="command line")
        token = accounts.invite(conn, ana, actor="command line")
    with database.connect(engine) as conn:
        assert accounts.invited(conn, token).account_id == ana
    move(tables.Invitation, expires_at=timedelta(days=7))
    with database.connect(engine) as conn:
        for one in (first, token, "", "x" * 43):
            with pytest.raises(LinkError):
                accounts.invited(conn, one)


def test_a_link_used_twice_at_once_sets_one_password(ana: int, engine: Engine) -> None:
    with database.begin(engine) as conn:
        token = accounts.invite(conn, ana, actor="command line")
    start = threading.Barrier(2)

    def choose(password: str) -> str:
        start.wait()
        try:
            with database.begin(engine) as conn:
                accounts.choose_password(conn, token, password)
        except LinkError:
            return ""
        return password

    with ThreadPoolExecutor(2) as pool:
        taken = [one for one in pool.map(choose, (OTHER, f"{OTHER} again")) if one]
    assert len(taken) == 1
    assert enter(taken[0])[0] == ana


def test_a_link_of_the_demonstration_or_of_a_disabled_account_is_refused(
    ana: int, engine: Engine
) -> None:
    with database.begin(engine) as conn:
        demo = accounts.demo(conn)
        assert demo
        tokens = [accounts.invite(conn, one, actor="x") for one in (demo.account_id, ana)]
        conn.execute(
            update(tables.Account)
            .where(tables.Account.account_id == ana)
            .values(disabled_at=datetime.now(UTC))
        )
    with database.connect(engine) as conn:
        for token in tokens:
            with pytest.raises(LinkError):
                accounts.invited(conn, token)


# --- The second factor ----------------------------------------------------------------------------


def confirm(account_id: int, code: str, address: str = HERE) -> str:
    return accounts.confirm(account_id, code, key=KEY, address=address)


def test_a_password_alone_does_not_let_in_where_a_code_is_due(ana: int, secret: str) -> None:
    assert enter() == (ana, "")
    assert is_in(confirm(ana, pyotp.TOTP(secret).now()))


def test_a_code_is_good_once(ana: int, secret: str) -> None:
    code = accounts.code_at(secret)
    confirm(ana, code)
    with pytest.raises(EntryError, match=WRONG_CODE):
        confirm(ana, code)


def test_the_code_that_set_it_up_is_used_already(ana: int, engine: Engine) -> None:
    made = accounts.begin_second()
    code = accounts.code_at(made)
    with database.begin(engine) as conn:
        accounts.set_second(conn, ana, made, code, KEY)
    with pytest.raises(EntryError, match=WRONG_CODE):
        confirm(ana, code)


@pytest.mark.parametrize(
    ("late", "is_good"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_a_clock_may_be_a_step_early_or_late(
    ana: int, secret: str, monkeypatch: pytest.MonkeyPatch, late: int, is_good: bool
) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    code = accounts.code_at(secret, now + late)
    if is_good:
        assert confirm(ana, code)
    else:
        with pytest.raises(EntryError):
            confirm(ana, code)


def test_a_code_of_an_earlier_step_is_refused_after_a_later_one(
    ana: int, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    confirm(ana, accounts.code_at(secret, now))
    with pytest.raises(EntryError):
        confirm(ana, accounts.code_at(secret, now - 30))
    assert confirm(ana, accounts.code_at(secret, now + 30))


@pytest.mark.parametrize("digits", ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "0123456789"])
def test_a_code_may_be_typed_in_digits_of_any_script(ana: int, secret: str, digits: str) -> None:
    code = "".join(digits[int(sign)] for sign in accounts.code_at(secret))
    assert confirm(ana, f" {code[:3]} {code[3:]} ")


@pytest.mark.parametrize("code", ["", "000", "é" * 6, "🙂", "x" * 40, "\0"])
def test_what_is_no_code_is_refused(ana: int, secret: str, code: str) -> None:
    with pytest.raises(EntryError, match=WRONG_CODE):
        confirm(ana, code)


def test_each_recovery_code_lets_in_once(ana: int, secret: str, engine: Engine) -> None:
    with database.begin(engine) as conn:
        codes = accounts.new_recovery_codes(conn, ana)
    assert len(set(codes)) == 10
    assert is_in(confirm(ana, codes[0].upper()))
    with pytest.raises(EntryError, match=WRONG_CODE):
        confirm(ana, codes[0])
    with database.begin(engine) as conn:
        assert accounts.recovery_codes_left(conn, ana) == 9
        accounts.new_recovery_codes(conn, ana)
    with pytest.raises(EntryError, match=WRONG_CODE):
        confirm(ana, codes[1])


def test_recovery_codes_of_others_and_of_nobody_let_nobody_in(
    ana: int, secret: str, engine: Engine
) -> None:
    with database.begin(engine) as conn:
        other = accounts.add(conn, "other@example.org", "Other", actor="x")
        codes = accounts.new_recovery_codes(conn, other)
    with pytest.raises(EntryError):
        confirm(ana, codes[0])


def test_who_knows_the_password_cannot_guess_codes_without_end(ana: int, secret: str) -> None:
    for _ in range(FREE["account"]):
        enter()  # right, so that it is no failure, but it clears none either
        with pytest.raises(EntryError, match=WRONG_CODE):
            confirm(ana, "000000" if accounts.code_at(secret) != "000000" else "111111")
    with pytest.raises(EntryError, match=WAIT):
        enter()
    with pytest.raises(EntryError, match=WAIT):
        confirm(ana, accounts.code_at(secret))


def test_signing_in_with_a_code_leaves_no_failure_behind(
    ana: int, secret: str, engine: Engine
) -> None:
    enter()
    confirm(ana, accounts.code_at(secret))
    with database.connect(engine) as conn:
        assert not conn.execute(select(func.count()).select_from(tables.Attempt)).scalar_one()


def test_a_secret_is_sealed_with_the_key_of_the_server(
    ana: int, secret: str, engine: Engine
) -> None:
    with database.connect(engine) as conn:
        assert secret not in accounts.account(conn, ana).totp_secret
    with pytest.raises(EntryError, match=WRONG_CODE):
        accounts.confirm(ana, accounts.code_at(secret), key="another key", address=HERE)


def test_a_wrong_code_does_not_set_it_up_and_ending_it_asks_for_none(
    ana: int, engine: Engine
) -> None:
    made = accounts.begin_second()
    with database.begin(engine) as conn:
        assert accounts.set_second(conn, ana, made, "12345", KEY) == []
    assert enter()[1]
    with database.begin(engine) as conn:
        accounts.set_second(conn, ana, made, accounts.code_at(made), KEY)
        accounts.end_second(conn, ana, actor="x")
        assert accounts.recovery_codes_left(conn, ana) == 0
    assert enter()[1]


# --- Disabled and deleted -------------------------------------------------------------------------


def test_a_disabled_account_is_out_at_once_and_not_let_in(
    ana: int, secret: str, engine: Engine
) -> None:
    with database.begin(engine) as conn:
        token = accounts.open_sitting(conn, ana)
        accounts.disable(conn, ana, actor="x")
    assert not is_in(token)
    with pytest.raises(EntryError, match=WRONG):
        enter()
    with pytest.raises(EntryError, match=WRONG):
        confirm(ana, accounts.code_at(secret))  # who was asked for a code meanwhile
    with database.begin(engine) as conn, pytest.raises(EntryError):
        accounts.sign_in_by(conn, "https://id.example", "7", EMAIL)
    with database.begin(engine) as conn:
        accounts.enable(conn, ana, actor="x")
    assert not is_in(token)
    assert enter() == (ana, "")


def test_a_deleted_account_leaves_a_number_alone(ana: int, secret: str, engine: Engine) -> None:
    with database.begin(engine) as conn:
        accounts.give(conn, ana, Grant(Role.COORDINATOR), actor="x")
        accounts.sign_in_by(conn, "https://id.example", "subject-7", EMAIL)
        token = accounts.open_sitting(conn, ana, "Firefox, Linux")
        accounts.delete_account(conn, ana, actor=f"account {ana}")
    assert not is_in(token)
    with pytest.raises(EntryError, match=WRONG):
        enter()
    with database.connect(engine) as conn:
        told = " ".join(
            str(row)
            for table in tables.Base.metadata.sorted_tables
            for row in conn.execute(select(table)).all()
        )
        row = accounts.account(conn, ana)
        assert accounts.grants(conn, ana) == ()
        assert accounts.named(conn, [f"account {ana}"]) == {}
        assert audit.verify(conn) == []
    for personal in (EMAIL, "Ana", "subject-7", "Firefox", secret):
        assert personal not in told
    assert (row.password_hash, row.totp_secret, row.settings) == ("", "", {})
    with database.begin(engine) as conn:  # the address is free again
        assert accounts.add(conn, EMAIL, "Ana Silva", actor="x") != ana


def test_the_audit_trail_names_nobody(ana: int, secret: str, engine: Engine) -> None:
    enter()
    confirm(ana, accounts.code_at(secret))
    with database.begin(engine) as conn:
        accounts.give(conn, ana, Grant(Role.EVALUATOR), actor="command line")
        accounts.change(conn, ana, actor=f"account {ana}", name="Ana Maria")
    with database.connect(engine) as conn:
        rows = conn.execute(select(tables.Audit.__table__)).mappings().all()
    told = " ".join(str(dict(row)) for row in rows)
    assert EMAIL not in told
    assert "Ana" not in told
    done = {row["action"] for row in rows}
    assert {"add_account", "invite", "set_password", "second_factor", "sign_in"} <= done
    assert {"give_role", "change_account"} <= done


def test_everything_that_is_kept_of_somebody_is_given_to_them(
    ana: int, secret: str, engine: Engine
) -> None:
    with database.begin(engine) as conn:
        accounts.give(conn, ana, Grant(Role.EVALUATOR), actor="x")
        accounts.sign_in_by(conn, "https://id.example", "subject-7", EMAIL)
        accounts.open_sitting(conn, ana, "Firefox, Linux")
        conn.execute(
            insert(tables.Workbook),
            [{"sha256": "a" * 64, "size": 1, "content": b"", "received_at": datetime.now(UTC)}],
        )
        made = {
            "sha256": "a" * 64,
            "sender": f"account {ana}",
            "file_name": "mine.xlsx",
            "state": "received",
            "received_at": datetime.now(UTC),
        }
        conn.execute(insert(tables.Submission), [made])
        told = accounts.exported(conn, ana)
    assert told["account"]["email"] == EMAIL
    assert told["account"]["name"] == "Ana Silva"
    assert told["has_second_factor"] is True
    assert told["roles"] == ["evaluator"]
    assert [one["browser"] for one in told["signed_in"]] == ["Firefox, Linux"]
    assert told["other_providers"] == [{"issuer": "https://id.example", "subject": "subject-7"}]
    assert [one["file_name"] for one in told["submissions"]] == ["mine.xlsx"]
    assert {one["action"] for one in told["audit"]} >= {"set_password", "second_factor"}
    for hidden in ("password_hash", "totp_secret", secret):
        assert hidden not in str(told)
    # A column that is added to what is kept of people has to be told, or be named here.
    kept = {column.name for column in tables.Account.__table__.columns}
    assert kept - set(told["account"]) == {
        "password_hash",
        "totp_secret",
        "totp_step",
        "is_demo",
        "disabled_at",
        "deleted_at",
    }


TOLD_OTHERWISE = {"role_given.account_id": "roles", "sitting.account_id": "signed_in"}
SECRET = {"recovery_code.account_id", "invitation.account_id"}
"Hashes of what was shown once."

IN_THE_AUDIT = {
    *("role_given.given_by", "invitation.created_by", "indicator_version.actor"),
    *("published_report.published_by", "published_report.withdrawn_by"),
    *("made_again.made_by", "report_schedule.set_by"),
    *("thread.resolved_by", "returned_value.returned_by", "returned_value.settled_by"),
}
"What somebody did of which nothing more is kept than that it was done."


def test_whatever_names_an_account_is_given_to_its_owner() -> None:
    """A table that is added with a column of somebody's has to be told of, or to be named here."""
    names = ("actor", "replaced_actor", "sender", "author")
    kept = {
        str(column)
        for table in tables.Base.metadata.sorted_tables
        for column in table.columns
        if column.name in names
        or column.name.endswith("_by")
        or any(key.target_fullname == "account.account_id" for key in column.foreign_keys)
    }
    told = {str(whose.expression) for whose, _ in own_data.OWN.values()}
    assert kept == told | set(TOLD_OTHERWISE) | SECRET | IN_THE_AUDIT


def test_what_somebody_said_in_rounds_is_given_to_them_and_to_nobody_else(
    seeded: Engine,
) -> None:
    task = ("MEDTOWN-2023-S1", "DA-ES")
    key, half = ("DA-ES", "ES-SE-CAM", "PPL-NEW"), (date(2023, 1, 1), date(2023, 6, 30))
    until = date(2023, 8, 20)
    with database.begin(seeded) as conn:
        ana = accounts.add(conn, EMAIL, "Ana Silva", actor="command line")
        mine, other = f"account {ana}", "account 99"
        etl.rounds.answer(conn, *task, Answer.NOT_APPLICABLE, reason="The fair moved", actor=mine)
        etl.rounds.ask(conn, *task, wanted_until=until, reason="A flood", actor=mine)
        etl.rounds.add_link(conn, key, half, name="List", url="https://a.example/", actor=mine)
        etl.rounds.add_link(conn, key, half, name="Hers", url="https://b.example/", actor=other)
        job = {
            "kind": JobKind.REPORT,
            "arguments": {"country": "ESP"},
            "created_at": datetime.now(UTC),
        }
        conn.execute(insert(tables.Job), [{**job, "account_id": ana}, {**job, "account_id": None}])
        told = accounts.exported(conn, ana)
        etl.rounds.answer(conn, *task, Answer.NOTHING_TO_REPORT, reason="", actor=other)
        later = accounts.exported(conn, ana)
    (answer,) = told["answers"]
    assert (answer["round_code"], answer["project_code"]) == task
    assert (answer["answer"], answer["reason"]) == (Answer.NOT_APPLICABLE, "The fair moved")
    (asked,) = told["extensions_asked"]
    assert (asked["wanted_until"], asked["reason"]) == (until, "A flood")
    assert [one["url"] for one in told["evidence"]] == ["https://a.example/"]
    assert [one["arguments"] for one in told["jobs"]] == [{"country": "ESP"}]
    assert told["answers_replaced"] == []
    assert later["answers"] == []
    assert [one["replaced_answer"] for one in later["answers_replaced"]] == [Answer.NOT_APPLICABLE]


# --- Roles ----------------------------------------------------------------------------------------


def test_roles_are_given_once_and_taken_back(ana: int, engine: Engine) -> None:
    with database.begin(engine) as conn:
        for _ in range(2):
            accounts.give(conn, ana, Grant(Role.EVALUATOR), actor="x")
        accounts.give(conn, ana, Grant(Role.ADMINISTRATOR), actor="x")
        assert accounts.grants(conn, ana) == (Grant(Role.EVALUATOR), Grant(Role.ADMINISTRATOR))
        accounts.take(conn, ana, Grant(Role.EVALUATOR), actor="x")
        assert accounts.grants(conn, ana) == (Grant(Role.ADMINISTRATOR),)
        actions = select(func.count()).where(tables.Audit.action.in_(("give_role", "take_role")))
        assert conn.execute(actions).scalar_one() == 3 + 2  # two of the demonstration


@pytest.mark.parametrize(
    "grant",
    [
        Grant(Role.PARTNER),
        Grant(Role.PARTNER, project_code="PP-ES1", place_code="ESP"),
        Grant(Role.COORDINATOR, project_code="PP-ES1"),
        Grant(Role.EVALUATOR, place_code="ESP"),
        Grant(Role.ADMINISTRATOR, "MEDTOWN"),
        Grant(Role.COORDINATOR, "NOTHING"),
        Grant(Role.PARTNER, project_code="NOTHING"),
        Grant(Role.PARTNER, place_code="NOTHING"),
    ],
    ids=str,
)
def test_a_role_that_makes_no_sense_is_refused_by_the_database(
    seeded: Engine, grant: Grant
) -> None:
    with database.begin(seeded) as conn:
        account_id = accounts.add(conn, EMAIL, "Ana", actor="x")
    with pytest.raises(IntegrityError), database.begin(seeded) as conn:
        accounts.give(conn, account_id, grant, actor="x")


def test_a_place_stands_for_everything_within_it(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        account_id = accounts.add(
            conn, EMAIL, "A", given=[Grant(Role.PARTNER, place_code="ESP")], actor="x"
        )
        token = accounts.open_sitting(conn, account_id)
        found = accounts.reader(conn, token)
    assert found
    assert {"ESP", "ES-SE-CAM"} <= found[0].places
    assert not {place for place in found[0].places if not place.startswith("ES")}


def test_the_last_who_administers_is_known(ana: int, engine: Engine) -> None:
    with database.begin(engine) as conn:
        assert not accounts.is_last_administrator(conn, ana)
        accounts.give(conn, ana, Grant(Role.ADMINISTRATOR), actor="x")
        assert accounts.is_last_administrator(conn, ana)  # the demonstration's counts for nothing
        other = accounts.add(
            conn, "b@example.org", "B", given=[Grant(Role.ADMINISTRATOR)], actor="x"
        )
        assert accounts.is_last_administrator(conn, ana)  # who never came could not take over
        token = accounts.invite(conn, other, actor="x")
        accounts.choose_password(conn, token, OTHER)
        assert not accounts.is_last_administrator(conn, ana)
        accounts.disable(conn, other, actor="x")
        assert accounts.is_last_administrator(conn, ana)


def test_an_address_has_one_account(ana: int, engine: Engine) -> None:
    with pytest.raises(IntegrityError), database.begin(engine) as conn:
        accounts.add(conn, EMAIL.upper(), "Another", actor="x")


# --- Another provider -----------------------------------------------------------------------------

ISSUER = "https://id.example"


def by(subject: str, email: str, issuer: str = ISSUER) -> tuple[int, str]:
    with database.begin() as conn:
        return accounts.sign_in_by(conn, issuer, subject, email)


def test_a_verified_address_links_once_and_the_link_stays(ana: int, engine: Engine) -> None:
    account_id, token = by("7", EMAIL.upper())
    assert (account_id, is_in(token)) == (ana, True)
    assert by("7", "")[0] == ana
    assert by("7", "changed@example.org")[0] == ana
    with database.begin(engine) as conn:
        accounts.add(conn, "changed@example.org", "Other", actor="x")
    assert by("7", "changed@example.org")[0] == ana


def test_an_address_that_is_not_verified_opens_nothing(ana: int) -> None:
    with pytest.raises(EntryError, match="no account for you"):
        by("7", "")


def test_who_has_no_account_gets_none(ana: int, engine: Engine) -> None:
    with database.connect(engine) as conn:
        before = len(accounts.accounts(conn))
    for email in ("stranger@example.org", "demo", f"deleted {ana}"):
        with pytest.raises(EntryError, match="no account for you"):
            by("8", email)
    with database.connect(engine) as conn:
        assert len(accounts.accounts(conn)) == before


def test_an_address_that_became_somebody_elses_opens_nothing(ana: int) -> None:
    by("7", EMAIL)
    with pytest.raises(EntryError, match="no account for you"):
        by("8", EMAIL)
    with pytest.raises(EntryError, match="no account for you"):
        by("7", "", issuer="https://other.example")  # a number is one provider's
    assert by("9", EMAIL, issuer="https://other.example")[0] == ana


def test_another_provider_does_not_do_without_the_second_factor(ana: int, secret: str) -> None:
    assert by("7", EMAIL) == (ana, "")
    assert is_in(confirm(ana, accounts.code_at(secret)))
