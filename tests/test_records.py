"""What is told in words: what is kept of it, who sees it when, and the pages that it is written on."""

import html
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import Connection, Engine, select
from werkzeug.test import TestResponse

import etl
from dashboard import accounts, queries
from dashboard.accounts import Grant
from etl.records import Of, RecordError
from schemas import audit, database, records, tables
from schemas.codes import RecordKind, Role
from schemas.fields import Shape, typed
from schemas.revisions import revisions
from schemas.scope import EVERYTHING, PUBLIC, Scope
from tests import browsing
from tests.browsing import PHONE, Look
from tests.conftest import Databases, served
from tests.people import FROM, People, people

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["people"]

OURS = Of("MEDTOWN", "DA-GR")
ACTOR = "account 7"

GIVEN: dict[RecordKind, dict[str, Any]] = {
    RecordKind.OUTCOME: {
        "change": "The municipality hires through the local action plan",
        "whom": "People out of work",
        "when": "spring 2023",
        "nature": "policy",
        "side": "positive",
        "contribution": "The round table of the project wrote the rules.",
        "significance": "It was never done before.",
        "evidence": "Decision of the council",
        "source": "Minutes",
    },
    RecordKind.STORY: {
        "text": "I was alone; now I teach others to prune.",
        "teller": "“Daphne”, trainee",
        "has_consent": True,
        "consent": "signed form, 12 May 2023",
    },
    RecordKind.LESSON: {
        "learned": "Begin with the merchants",
        "context": "Shops joined late",
        "whom": "Who plans a currency",
    },
    RecordKind.RECOMMENDATION: {
        "text": "Keep the job office open",
        "addressed": "The municipality",
        "priority": "high",
        "response": "partly",
        "reasons": "Only until 2025",
        "action": "Two mornings a week",
        "who": "Social services",
        "due": "2024-06-30",
        "progress": "under_way",
    },
    RecordKind.JUDGEMENT: {
        "criterion": "relevance",
        "question": "Did it answer a need?",
        "judgement": "Yes, for the long-term unemployed.",
        "evidence": "Survey and interviews",
        "strength": "moderate",
        "limitations": "Few answers",
    },
    RecordKind.STEP: {"stage": "outputs", "text": "People are trained", "assumption": "They come"},
    RecordKind.ESTIMATE: {
        "question": "What a euro of the market does here",
        "method": "local_multiplier",
        "limitations": "Two shops did not answer.",
        "currency": "EUR",
        "price_year": 2023,
        "round_1": [100_000.0],
        "round_1_source": "Accounts of the market, 2023",
        "round_2": [60_000.0, 65_000.0, 70_000.0],
        "round_2_source": "Survey of shops, May 2023",
        "round_3": [20_000.0, 30_000.0],
        "round_3_source": "Survey of suppliers, June 2023",
    },
}
"A whole record of each kind."


def write(
    conn: Connection, kind: RecordKind = RecordKind.LESSON, of: Of = OURS, **changes: Any
) -> int:
    """Return the number of a new record of a kind."""
    given = {**GIVEN[kind], **changes}
    return etl.records.write(conn, kind, of, language="en", given=given, actor=ACTOR)


def newest(conn: Connection, number: int) -> int:
    """Return the number of the newest version of a record."""
    return int(queries.record(conn, EVERYTHING, number)[0].record_version_id)


def publish(conn: Connection, number: int) -> None:
    etl.records.publish(conn, number, seen=newest(conn, number), actor=ACTOR)


def shown(conn: Connection, **asked: Any) -> list[Any]:
    """Return the texts that everybody is shown, each by the title of its record."""
    rows = queries.published_records(conn, programme_code="MEDTOWN", **asked)
    return [records.title(RecordKind(row["kind"]), row["fields"]) for row in rows]


# --- What is kept ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", RecordKind)
def test_a_whole_record_is_kept_as_it_was_written(kind: RecordKind) -> None:
    assert etl.records.checked(kind, GIVEN[kind]) == GIVEN[kind]


@pytest.mark.parametrize("kind", RecordKind)
def test_what_is_needed_is_asked_for_all_at_once(kind: RecordKind) -> None:
    with pytest.raises(RecordError) as raised:
        etl.records.checked(kind, {})
    needed = {one.name for one in records.KINDS[kind].all_fields({}) if one.is_needed}
    assert raised.value.wrong == dict.fromkeys(needed, "This is needed.")
    assert len(needed) >= 2


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        (RecordKind.OUTCOME, {"nature": "miracle"}, "nature"),
        (RecordKind.RECOMMENDATION, {"due": "30/06/2024"}, "due"),
        (RecordKind.RECOMMENDATION, {"reasons": ""}, "reasons"),
        (RecordKind.RECOMMENDATION, {"response": "rejected", "reasons": " "}, "reasons"),
        (RecordKind.STORY, {"consent": ""}, "consent"),
        (RecordKind.STORY, {"teller": "write to ana@example.org"}, "teller"),
        (RecordKind.STORY, {"text": "Call me: +30 2510 123456"}, "text"),
        (RecordKind.LESSON, {"whom": "x" * 201}, "whom"),
        (RecordKind.LESSON, {"learned": "x" * 4001}, "learned"),
        (RecordKind.LESSON, {"learned": "a\u202eb"}, "learned"),
    ],
    ids=str,
)
def test_what_is_not_right_is_said_of_its_field(
    kind: RecordKind, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(RecordError) as raised:
        etl.records.checked(kind, {**GIVEN[kind], **changes})
    assert set(raised.value.wrong) == {field}


def test_reasons_are_not_needed_where_all_is_accepted() -> None:
    given = {**GIVEN[RecordKind.RECOMMENDATION], "response": "accepted", "reasons": ""}
    assert "reasons" not in etl.records.checked(RecordKind.RECOMMENDATION, given)


def test_a_step_leads_to_steps_of_its_own_chain_alone(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        first = write(conn, RecordKind.STEP)
        elsewhere = write(conn, RecordKind.STEP, Of("MEDTOWN", "DA-ES"))
        of_all = write(conn, RecordKind.STEP, Of("MEDTOWN"))
        number = write(conn, RecordKind.STEP, leads_to=[first, elsewhere, of_all, 999])
        assert queries.record(conn, EVERYTHING, number)[0].fields["leads_to"] == [first]


def test_steps_of_others_are_offered_to_nobody(people: People) -> None:
    with database.begin() as conn:
        write(conn, RecordKind.STEP, text="A hushed step")
    where = "/work/records/new/step?lang=en"
    assert "A hushed step" in people.get("partner", where).text
    for who in ("other", "elsewhere"):
        assert "A hushed step" not in people.get(who, f"{where}&project=DA-GR").text
        sent = people.post(who, where, of="MEDTOWN/DA-GR", place="", r_text="Mine")
        assert sent.status_code == 400
        assert "A hushed step" not in sent.text


def test_a_place_is_one_where_the_project_runs(seeded: Engine) -> None:
    with database.begin(seeded) as conn, pytest.raises(RecordError) as raised:
        write(conn, of=Of("MEDTOWN", "DA-GR", "ES-SE-CAM"))
    assert set(raised.value.wrong) == {"place"}


# --- Versions -------------------------------------------------------------------------------------


def test_a_draft_is_nobodys_but_their_own_until_it_is_published(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        number = write(conn)
        assert shown(conn) == []
        assert queries.records(conn, PUBLIC) == []
        assert queries.record(conn, Scope(projects=frozenset({"DA-ES"})), number) == []
        assert len(queries.records(conn, Scope(projects=frozenset({"DA-GR"})))) == 1
        publish(conn, number)
        assert shown(conn) == ["Begin with the merchants"]


def test_what_is_published_stays_while_it_is_written_anew(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        number = write(conn)
        publish(conn, number)
        given = {**GIVEN[RecordKind.LESSON], "learned": "Begin with the schools"}
        seen = newest(conn, number)
        etl.records.rewrite(conn, number, language="en", given=given, seen=seen, actor=ACTOR)
        assert shown(conn) == ["Begin with the merchants"]
        publish(conn, number)
        assert shown(conn) == ["Begin with the schools"]


def test_a_past_day_shows_what_was_known_then_but_nothing_withdrawn(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        number = write(conn)
        before = datetime.now(UTC)
        publish(conn, number)
        between = queries.record(conn, EVERYTHING, number)[0].written_at
        given = {**GIVEN[RecordKind.LESSON], "learned": "Begin with the schools"}
        etl.records.rewrite(
            conn, number, language="en", given=given, seen=newest(conn, number), actor=ACTOR
        )
        publish(conn, number)
        assert shown(conn, as_of=before - timedelta(seconds=1)) == []
        assert shown(conn, as_of=between) == ["Begin with the merchants"]
        assert shown(conn, as_of=datetime.now(UTC)) == ["Begin with the schools"]
        etl.records.withdraw(conn, number, seen=newest(conn, number), actor=ACTOR)
        assert shown(conn) == shown(conn, as_of=between) == []
        publish(conn, number)
        assert shown(conn) == ["Begin with the schools"]
        # What was taken back stays so on the days before, though it is told again now.
        assert shown(conn, as_of=between) == []
        assert len(queries.told_rows(conn, None)[1]) == 1


def test_rows_are_closed_and_never_changed(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        number = write(conn)
        first = queries.record(conn, EVERYTHING, number)[0]
        publish(conn, number)
        rows = queries.record(conn, EVERYTHING, number)
    assert [row.state for row in rows] == ["published", "draft"]
    assert rows[1].superseded_at == rows[0].written_at > rows[1].written_at
    assert (rows[1].fields, rows[1].written_at) == (first.fields, first.written_at)


def test_who_did_not_see_the_newest_version_changes_nothing(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        number = write(conn)
        seen = newest(conn, number)
        publish(conn, number)
        for change in (etl.records.publish, etl.records.withdraw, etl.records.erase):
            with pytest.raises(RecordError, match="meanwhile"):
                change(conn, number, seen=seen, actor=ACTOR)
        assert len(queries.record(conn, EVERYTHING, number)) == 2


# --- Consent --------------------------------------------------------------------------------------


def test_consent_to_another_text_is_none_to_the_one_before(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        number = write(conn, RecordKind.STORY, text="What I regret to have said.")
        publish(conn, number)
        between = datetime.now(UTC)
        assert shown(conn, as_of=between) == ["What I regret to have said."]
        given = GIVEN[RecordKind.STORY]
        for changes in ({"has_consent": False, "consent": ""}, {"text": "I teach others."}):
            etl.records.rewrite(
                conn,
                number,
                language="en",
                given={**given, **changes},
                seen=newest(conn, number),
                actor=ACTOR,
            )
        publish(conn, number)
        assert shown(conn) == ["I teach others."]
        assert shown(conn, as_of=between) == []
        (told,) = queries.told_rows(conn, None)[1]
        assert told["fields"]["text"] == "I teach others."


def test_a_story_without_consent_is_not_published(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        number = write(conn, RecordKind.STORY, has_consent=False, consent="")
        with pytest.raises(RecordError, match="consent"):
            publish(conn, number)
        assert shown(conn) == []
        assert queries.record(conn, EVERYTHING, number)[0].is_private


def test_how_consent_was_given_is_not_published(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        publish(conn, write(conn, RecordKind.STORY))
        told = str(queries.published_records(conn, programme_code="MEDTOWN"))
    assert "I was alone" in told
    assert "signed form" not in told
    assert ACTOR not in told


def test_an_erased_story_is_gone_from_every_version_and_from_the_trail(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        number = write(conn, RecordKind.STORY)
        publish(conn, number)
        etl.records.erase(conn, number, seen=newest(conn, number), actor=ACTOR)
        told = str(queries.record(conn, EVERYTHING, number))
        trail = str(conn.execute(select(tables.Audit.__table__)).all())
        assert shown(conn) == []
        with pytest.raises(RecordError, match="erased"):
            etl.records.publish(conn, number, seen=newest(conn, number), actor=ACTOR)
        assert audit.verify(conn) == []
    for text in ("I was alone", "Daphne", "signed form"):
        assert text not in told + trail
    assert "erase_record" in trail


# --- Of what, and for whom ------------------------------------------------------------------------


def test_records_are_found_by_project_place_and_country(seeded: Engine) -> None:
    with database.begin(seeded) as conn:
        for of in (OURS, Of("MEDTOWN", "DA-ES", "ES-SE-CAM"), Of("MEDTOWN")):
            publish(conn, write(conn, of=of, learned=of.project_code or "all"))
        assert shown(conn) == ["DA-GR", "DA-ES", "all"]
        assert shown(conn, project_code="DA-GR") == ["DA-GR"]
        assert shown(conn, country_code="GRC") == ["DA-GR"]
        assert shown(conn, place_code="ES-SE-CAM") == ["DA-ES"]
        assert shown(conn, kinds=[RecordKind.STORY]) == []


def test_what_everybody_is_shown_renews_its_revision_and_a_draft_does_not(seeded: Engine) -> None:
    def now() -> str:
        with database.connect(seeded) as conn:
            return revisions(conn)["shown"]

    before = now()
    with database.begin(seeded) as conn:
        number = write(conn)
    assert now() == before
    with database.begin(seeded) as conn:
        publish(conn, number)
    published = now()
    assert published != before
    with database.begin(seeded) as conn:
        etl.records.withdraw(conn, number, seen=newest(conn, number), actor=ACTOR)
    assert now() != published


def test_what_somebody_wrote_is_given_to_them_and_a_deleted_account_leaves_no_name(
    seeded: Engine,
) -> None:
    with database.begin(seeded) as conn:
        given = Grant(Role.PARTNER, project_code="DA-GR")
        ana = accounts.add(conn, "ana@example.org", "Ana Silva", given=[given], actor="x")
        etl.records.write(
            conn,
            RecordKind.LESSON,
            OURS,
            language="en",
            given=GIVEN[RecordKind.LESSON],
            actor=f"account {ana}",
        )
        write(conn, learned="Of another")
        told = accounts.exported(conn, ana)["records"]
        assert [one["fields"]["learned"] for one in told] == ["Begin with the merchants"]
        accounts.delete_account(conn, ana, actor=f"account {ana}")
        row = queries.records(conn, EVERYTHING)[1]
        assert row.written_by == f"account {ana}"
        assert accounts.named(conn, [row.written_by]) == {}


# --- Pages ----------------------------------------------------------------------------------------


def fields_of(kind: RecordKind, **changes: Any) -> dict[str, Any]:
    """Return what a browser sends of a whole record; a tick that is not set is not sent."""
    asked = records.KINDS[kind].all_fields(GIVEN[kind])
    blank = {one.name: "" for one in asked}
    given = {**blank, **GIVEN[kind], **changes}
    boxes = {Shape.YES, Shape.STEPS}
    sent = {
        f"r_{one.name}": "y" if given[one.name] is True else typed(one, given[one.name])
        for one in asked
        if given[one.name] or one.shape not in boxes
    }
    return {"language": "en", **sent}


def told(people: People, kind: RecordKind, who: str = "partner", **changes: Any) -> TestResponse:
    """Return the answer to a new record of DA-GR."""
    sent = {"of": "MEDTOWN/DA-GR", "place": "", **fields_of(kind, **changes)}
    return people.post(who, new(kind), **sent)


def new(kind: RecordKind) -> str:
    """Return where a record of a kind is begun."""
    method = GIVEN[kind].get("method", "")
    return f"/work/records/new/{kind}?lang=en&method={method}"


def writer(kind: RecordKind) -> str:
    """Return who writes a kind of record."""
    return "evaluator" if records.KINDS[kind].of_evaluators else "partner"


def seen(number: int = 1) -> int:
    with database.connect() as conn:
        return newest(conn, number)


def do(people: People, who: str, what: str, number: int = 1) -> int:
    """Return the status of the answer to a button of a record."""
    named = {f"{what}-seen": str(seen(number))}
    sent = {"csrf_token": people.token(who), f"{what}-csrf_token": people.token(who), **named}
    where = f"/work/records/{number}/{what}"
    return people.clients[who].post(where, data=sent, environ_base=FROM).status_code


@pytest.mark.parametrize("kind", RecordKind)
def test_each_kind_is_written_published_and_withdrawn(people: People, kind: RecordKind) -> None:
    who = writer(kind)
    form = people.get(who, new(kind)).text
    assert all(f'name="r_{one.name}"' in form for one in records.KINDS[kind].fields[:1])
    answer = told(people, kind, who)
    assert (answer.status_code, answer.location) == (303, "/work/records/1")
    with database.connect() as conn:
        (row,) = queries.record(conn, EVERYTHING, 1)
        assert row.fields == GIVEN[kind]
        assert (row.project_code, row.written_by) == ("DA-GR", people.actor(who))
    page = people.get("partner", "/work/records/1?lang=en").text
    assert "Draft" in page
    assert "Publish<" not in page
    assert do(people, "partner", "publish") == 403
    assert do(people, "evaluator", "publish") == 303
    assert "Published" in people.get("partner", "/work/records?lang=en").text
    # What an evaluator says of a project is not taken back by those whom it is about.
    about = (RecordKind.JUDGEMENT, RecordKind.RECOMMENDATION, RecordKind.ESTIMATE)
    is_evaluators = kind in about
    assert do(people, "partner", "withdraw") == (403 if is_evaluators else 303)
    if is_evaluators:
        assert do(people, "evaluator", "withdraw") == 303
    with database.connect() as conn:
        assert shown(conn) == []


def test_what_is_not_right_stands_beside_its_field_and_what_was_typed_stays(people: People) -> None:
    answer = told(people, RecordKind.OUTCOME, significance="", change="They now <b>meet</b>")
    assert answer.status_code == 400
    page = answer.text
    assert 'aria-describedby="r_significance-error"' in page
    assert 'id="r_significance-error">This is needed.' in page
    assert "They now &lt;b&gt;meet&lt;/b&gt;</textarea>" in page
    assert page.count("form-error") == 1
    with database.connect() as conn:
        assert queries.records(conn, EVERYTHING) == []


def test_a_long_list_comes_in_parts_that_keep_what_was_chosen(people: People) -> None:
    with database.begin() as conn:
        for number in range(45):
            write(conn, learned=f"Lesson {number}.")
        write(conn, RecordKind.STEP)

    def parts(asked: str) -> list[str]:
        text = people.get("partner", f"/work/records?lang=en{asked}").text
        assert "of 45" in text
        return re.findall(r"Lesson \d+\.", text)

    lessons = "&kind=lesson"
    newest_first = [f"Lesson {number}." for number in reversed(range(45))]
    assert [parts(f"{lessons}&page={page}") for page in (1, 2, 3)] == [
        newest_first[:20],
        newest_first[20:40],
        newest_first[40:],
    ]
    assert parts(f"{lessons}&page=99") == parts(f"{lessons}&page=3")
    ways = people.get("partner", f"/work/records?lang=en{lessons}&page=2").text
    nav = ways.partition('class="pager"')[2].partition("</nav>")[0]
    led = [html.unescape(one) for one in re.findall(r'href="([^"]+)"', nav)]
    assert [dict(parse_qsl(urlsplit(one).query)) for one in led] == [
        {"kind": "lesson", "page": page, "lang": "en"} for page in "13"
    ]


def test_a_record_is_seen_by_those_whose_it_is_alone(people: People) -> None:
    told(people, RecordKind.LESSON)
    for who in ("partner", "coordinator", "evaluator"):
        assert "Begin with the merchants" in people.get(who, "/work/records?lang=en").text
        assert people.get(who, "/work/records/1").status_code == 200
    for who in ("other", "elsewhere"):
        assert "Begin with the merchants" not in people.get(who, "/work/records").text
        for path in ("", "/edit"):
            assert people.get(who, f"/work/records/1{path}").status_code == 404
        assert do(people, who, "withdraw") == 404
    assert people.get("public", "/work/records").status_code != 200
    assert do(people, "elsewhere", "publish") == 404
    assert told(people, RecordKind.LESSON, who="other").status_code == 400  # of a project of others


def test_only_within_the_own_programme_something_is_published(people: People) -> None:
    told(people, RecordKind.LESSON)
    with database.begin() as conn:
        given = (Grant(Role.EVALUATOR, "ROWCA2014"), Grant(Role.PARTNER, project_code="DA-GR"))
        for grant in given:
            accounts.give(conn, people.ids["elsewhere"], grant, actor="test")
    assert people.get("elsewhere", "/work/records/1").status_code == 200
    assert do(people, "elsewhere", "publish") == 403
    assert do(people, "elsewhere", "erase") == 403


def test_who_wrote_meanwhile_is_not_written_over(people: People) -> None:
    told(people, RecordKind.LESSON)
    sent = fields_of(RecordKind.LESSON, learned="Begin with the schools")
    old = {**sent, "seen": str(seen())}
    assert people.post("coordinator", "/work/records/1/edit", **old).status_code == 303
    again = people.post("partner", "/work/records/1/edit?lang=en", **{**old, "r_learned": "Mine"})
    assert again.status_code == 400
    assert "meanwhile" in again.text
    assert ">Mine</textarea>" in again.text.replace("\r\n", "")
    with database.connect() as conn:
        assert queries.record(conn, EVERYTHING, 1)[0].fields["learned"] == "Begin with the schools"


def test_a_published_record_is_on_the_page_of_its_project(people: People) -> None:
    for kind in (RecordKind.OUTCOME, RecordKind.STORY, RecordKind.LESSON, RecordKind.JUDGEMENT):
        told(people, kind)
    where = "/project/DA-GR?lang=en"
    assert "What changed" not in people.get("public", where).text
    for number in (1, 2, 3, 4):
        assert do(people, "coordinator", "publish", number) == 303
    page = people.get("public", where).text
    for text in ("hires through the local action plan", "I was alone", "Begin with the merchants"):
        assert text in page
    for text in ("signed form", "Did it answer a need?"):
        assert text not in page
    assert "I was alone" not in people.get("public", "/project/DA-ES?lang=en").text
    assert do(people, "partner", "withdraw", 2) == 303
    assert "I was alone" not in people.get("public", where).text


def test_what_somebody_wrote_is_never_markup(people: People) -> None:
    evil = "<script>alert(1)</script>"
    told(people, RecordKind.LESSON, learned=evil, context=evil, whom=evil)
    assert do(people, "coordinator", "publish") == 303
    for address in ("/work/records", "/work/records/1", "/work/records/1/edit", "/project/DA-GR"):
        page = people.get("coordinator", address).text
        assert "alert(1)" in page, address
        assert evil not in page, address


def test_the_list_is_filtered_and_says_when_there_is_nothing(people: People) -> None:
    assert "Nothing yet" in people.get("partner", "/work/records?lang=en").text
    told(people, RecordKind.LESSON)
    told(people, RecordKind.STORY)
    page = people.get("partner", "/work/records?lang=en&kind=story").text
    assert "I was alone" in page
    assert "Begin with the merchants" not in page
    for asked in ("kind=judgement", "state=withdrawn", "project=DA-ES", "kind=nonsense"):
        page = people.get("partner", f"/work/records?lang=en&{asked}").text
        assert "Nothing of that kind" in page


def test_an_erased_record_says_so(people: People) -> None:
    told(people, RecordKind.STORY)
    assert do(people, "coordinator", "erase") == 303
    page = people.get("partner", "/work/records/1?lang=en").text
    assert "I was alone" not in page
    assert page.count("erased") >= 2
    assert do(people, "coordinator", "publish") == 400


def test_who_has_nothing_to_write_for_writes_nothing(people: People) -> None:
    assert people.get("partner", "/work/records/new/poem").status_code == 404
    with database.begin() as conn:
        for grant in accounts.grants(conn, people.ids["partner"]):
            accounts.take(conn, people.ids["partner"], grant, actor="test")
        accounts.give(
            conn, people.ids["partner"], Grant(Role.PARTNER, place_code="ES-SE-CAM"), actor="test"
        )
    sent = fields_of(RecordKind.LESSON)
    new = "/work/records/new/lesson?lang=en"
    answer = people.post("partner", new, of="MEDTOWN/DA-ES", place="", **sent)
    assert "Choose a territory of yours." in answer.text
    answer = people.post("partner", new, of="MEDTOWN/DA-ES", place="ES-SE-CAM", **sent)
    assert answer.status_code == 303


def test_a_step_is_led_to_others_of_its_chain_in_the_form(people: People) -> None:
    told(people, RecordKind.STEP)
    told(people, RecordKind.STEP, text="People find work", stage="outcomes")
    form = people.get("partner", "/work/records/1/edit?lang=en").text
    assert "People find work" in form
    sent = fields_of(RecordKind.STEP, leads_to="2")
    assert people.post("partner", "/work/records/1/edit", seen=seen(), **sent).status_code == 303
    page = people.get("partner", "/work/records/1?lang=en").text
    assert "Leads to" in page
    with database.connect() as conn:
        assert queries.record(conn, EVERYTHING, 1)[0].fields["leads_to"] == [2]


# --- The browser ----------------------------------------------------------------------------------

PASSWORD = "harbour violin sediment nineteen"


@pytest.mark.browser
def test_an_evaluator_writes_and_publishes_a_story_on_a_telephone_in_arabic(
    browser: "Browser", databases: Databases, tmp_path: Path
) -> None:
    address = databases.fresh("sqlite", is_seeded=True)
    engine = database.make_engine(address)
    with database.begin(engine) as conn:
        given = [Grant(Role.EVALUATOR, "MEDTOWN")]
        number = accounts.add(conn, "eva@example.org", "Eva", given=given, actor="test")
        accounts.choose_password(conn, accounts.invite(conn, number, actor="test"), PASSWORD)
    look = Look("ar", "dark", PHONE)
    with served(address, tmp_path) as where:
        context = look.context(browser)
        page = context.new_page()
        page.goto(f"{where}/sign-in?lang=ar&next=/work/records")
        page.fill("input[name=email]", "eva@example.org")
        page.fill("input[name=password]", PASSWORD)
        page.locator("main form button").click()
        page.wait_for_url("**/work/records*")
        page.goto(f"{where}/work/records/new/story?lang=ar")
        page.locator("[name=of]").select_option("MEDTOWN/DA-TN")
        page.fill("[name=r_text]", "كنت وحدي، والآن أعلّم غيري.")
        page.locator("[name=r_has_consent]").check()
        page.locator(".told button").click()
        page.wait_for_selector(".form-error")
        assert page.locator(".form-error").count() == 2
        assert page.locator("[name=r_text]").input_value() == "كنت وحدي، والآن أعلّم غيري."
        assert page.locator("[name=of]").input_value() == "MEDTOWN/DA-TN"
        assert browsing.page_faults(page, look) == []
        page.fill("[name=r_teller]", "«ياسمين»، متدربة")
        page.fill("[name=r_consent]", "استمارة موقّعة")
        page.locator(".told button").click()
        page.wait_for_url("**/work/records/1*")
        assert browsing.page_faults(page, look) == []
        page.locator('form[action$="/publish"] button').click()
        page.wait_for_selector(".notice-success")
        page.goto(f"{where}/project/DA-TN?lang=ar")
        page.wait_for_selector(".told-story")
        assert "كنت وحدي" in str(page.locator(".told-story").text_content())
        assert "استمارة" not in page.content()
        context.close()
    engine.dispose()
