"""The catalogue is complete and consistent; seeding it twice changes nothing; its words are found."""

import csv
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, func, insert, select, update

from etl import reference
from etl.reference import FOLDER, Reference, ReferenceFileError
from schemas import audit, database, tables
from schemas.codes import LANGUAGES, Measure, Overlap
from schemas.money import rate_for
from tests.conftest import Databases

IN_LANGUAGES = set(LANGUAGES)
OFFICIAL = {"en", "es", "fr", "ar", "it"}
SEVEN = {"ESP", "GRC", "PRT", "TUN", "JOR", "PSE", "ITA"}


@pytest.fixture(scope="module")
def known() -> Reference:
    return reference.read_files()


@pytest.fixture(scope="module")
def records() -> reference.Records:
    return reference.read_records()


@pytest.fixture
def conn() -> Iterator[Connection]:
    """A database of tables alone, without the triggers that guard them."""
    engine = database.make_engine("sqlite://")
    with database.begin(engine) as connection:
        tables.Base.metadata.create_all(connection)
        yield connection
    engine.dispose()


@pytest.fixture
def whole(databases: Databases) -> Iterator[Connection]:
    """A database with its triggers, which tell when the catalogue has changed."""
    engine = database.make_engine(databases.fresh("sqlite", is_seeded=False))
    with database.begin(engine) as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the files that a test may change."""
    return shutil.copytree(FOLDER, tmp_path / "reference")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def drop_line(path: Path, start: str) -> None:
    lines = path.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(start)]
    assert len(kept) == len(lines) - 1
    path.write_text("".join(kept), "utf-8")


# --- What is in it -----------------------------------------------------------------------------


def test_the_goals_targets_and_indicators_of_the_un_are_all_there(
    records: reference.Records,
) -> None:
    assert sorted(goal for (goal,) in records[tables.SdgGoal]) == list(range(1, 18))
    assert len(records[tables.SdgTarget]) == 169
    assert len(records[tables.SdgIndicator]) == 252


def test_official_sdg_texts_are_in_five_languages_and_what_is_shown_in_seven(
    records: reference.Records, known: Reference
) -> None:
    for row in records[tables.SdgIndicator].values():
        assert set(row["names"]) >= OFFICIAL
    linked = {target for indicator in known.indicators.values() for target in indicator.sdg_targets}
    for (code,), row in records[tables.SdgTarget].items():
        assert set(row["names"]) >= OFFICIAL
        assert code not in linked or set(row["names"]) == OFFICIAL | {"pt", "el"}
    for goal in records[tables.SdgGoal].values():
        assert set(goal["names"]) == set(goal["short_names"]) == OFFICIAL | {"pt", "el"}
        assert goal["unofficial"] == ["pt", "el"]


def test_places_are_all_countries_the_regions_of_seven_and_the_territories(
    known: Reference,
) -> None:
    kinds = Counter(place.kind for place in known.places.values())
    assert kinds == {"country": 249, "region": 281 + 9 + 14, "territory": 10}
    with_regions = {p.country_code for p in known.places.values() if p.kind == "region"}
    assert with_regions == SEVEN | {"MLI", "SEN"}
    assert known.places["PSE"].names["en"] == "State of Palestine"


def test_a_territory_lies_in_a_region_of_its_country_and_can_be_drawn(known: Reference) -> None:
    for code, place in known.places.items():
        if place.kind == "territory":
            region, *_ = known.around(code)
            assert known.places[region].kind == "region"
            assert place.latitude is not None
            assert place.longitude is not None
        if place.kind != "country":
            assert known.around(code)[-1] == place.country_code


def test_the_programmes_have_the_six_actions_the_eleven_pilots_and_the_rows_of_2014(
    known: Reference,
) -> None:
    kinds = Counter((p.programme_code, p.kind) for p in known.projects.values())
    assert kinds == {
        ("MEDTOWN", "demonstrative_action"): 6,
        ("MEDTOWN", "pilot"): 11,
        ("ROWCA2014", "other"): 13,
    }
    assert known.programmes["MEDTOWN"].is_invented
    assert not known.programmes["ROWCA2014"].is_invented
    indicators = Counter(indicator.programme_code for indicator in known.indicators.values())
    assert indicators == {"MEDTOWN": 47, "ROWCA2014": 40}


@pytest.mark.parametrize(
    "part",
    [
        *("programmes", "places", "organisations", "themes", "units", "dimensions"),
        *("categories", "indicators", "projects", "rounds"),
    ],
)
def test_names_are_in_six_languages(known: Reference, part: str) -> None:
    rows = getattr(known, part)
    assert [code for code, row in rows.items() if set(row.names) != IN_LANGUAGES] == []


def test_longer_texts_are_in_six_languages(known: Reference) -> None:
    for programme in known.programmes.values():
        assert set(programme.description) == set(programme.notice) == IN_LANGUAGES
    for project in known.projects.values():
        assert set(project.summary) == IN_LANGUAGES
        assert all(set(fact["text"]) == IN_LANGUAGES for fact in project.facts)
    for indicator in known.indicators.values():
        assert set(indicator.definition) == set(indicator.verification) == IN_LANGUAGES


def test_arabic_and_greek_words_have_no_letters_of_other_alphabets_in_them() -> None:
    words = {"ar": r"[A-Za-zΑ-ωА-я֐-׿]", "el": r"[A-Za-zА-я֐-׿]"}
    own = {"ar": r"[؀-ۿ]", "el": r"[Ͱ-Ͽἀ-῿]"}
    for path in FOLDER.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for column, text in row.items():
                    language = column[-2:]
                    if language in words:
                        for word in re.findall(r"[^\W\d_]+", text):
                            mixed = re.search(words[language], word) and re.search(
                                own[language], word
                            )
                            assert not mixed, (path.name, column, word)


def test_a_ratio_has_two_named_parts_and_nothing_else_has(known: Reference) -> None:
    for indicator in known.indicators.values():
        parts = (indicator.numerator_names, indicator.denominator_names)
        rules = (indicator.numerator_time_rule, indicator.denominator_time_rule)
        if indicator.measure == Measure.RATIO:
            assert all(set(part or ()) == IN_LANGUAGES for part in parts)
            assert all(rules)
        else:
            assert parts == rules == (None, None)
    assert all(
        known.indicators[code].factor == 100
        for code in known.indicators
        if known.indicators[code].unit_code == "percent"
    )
    annualised = [code for code, row in known.indicators.items() if row.is_annualised]
    assert annualised == ["CUR-VEL"]


def test_where_people_may_be_counted_again_is_decided_and_said_for_each_indicator(
    known: Reference,
) -> None:
    people = {code: row for code, row in known.indicators.items() if row.is_people}
    assert {row.unit_code for row in people.values()} == {
        "persons",
        "households",
        "jobs",
        "accounts",
    }
    assert all(row.reason for row in people.values())
    # Only posts and accounts belong to one period and one project for certain.
    certain = {code for code, row in people.items() if row.overlap == Overlap.NONE}
    assert certain == {"JOB-NEW", "CUR-ACT"}
    assert known.indicators["PPL-NEW"].overlap == Overlap.PROJECTS
    assert known.indicators["PPL-DIR"].overlap == Overlap.BOTH


def test_what_rests_on_people_rests_on_an_indicator_of_people_of_its_programme(
    known: Reference,
) -> None:
    for row in known.indicators.values():
        if row.rests_on:
            base = known.indicators[row.rests_on]
            assert base.is_people
            assert base.programme_code == row.programme_code
    for code in ("PPL-CON", "JOB-FTE", "CUR-AID", "VOL-HRS", "TBK-HRS"):
        assert known.indicators[code].rests_on


def test_a_score_has_its_instrument_and_its_scale(known: Reference) -> None:
    scores = [row for row in known.indicators.values() if row.measure == Measure.SCORE]
    assert len(scores) == 3
    assert {(row.instrument != "", row.scale_min, row.scale_max) for row in scores} == {
        (True, 1, 5),
        (True, 0, 100),
        (True, 0, 10),
    }


def test_what_is_ours_is_not_presented_as_published(known: Reference) -> None:
    provenance = {(row.programme_code, row.provenance) for row in known.indicators.values()}
    assert provenance == {("MEDTOWN", "own"), ("ROWCA2014", "published")}


def test_a_project_reports_indicators_of_its_programme_by_few_dimensions_of_theirs(
    known: Reference,
) -> None:
    selected = Counter(project for project, _ in known.project_indicators)
    for code, project in known.projects.items():
        if project.programme_code == "MEDTOWN":
            assert 8 <= selected[code] <= 14
    for row in known.project_indicators.values():
        indicator = known.indicators[row.indicator_code]
        assert indicator.programme_code == known.projects[row.project_code].programme_code
        assert len(row.dimensions) <= 3
        assert set(row.dimensions) <= set(indicator.dimension_codes)
        if row.parent_indicator_code:
            assert (row.project_code, row.parent_indicator_code) in known.project_indicators


def test_every_published_figure_names_its_source(known: Reference) -> None:
    facts = [fact for programme in known.programmes.values() for fact in programme.facts]
    facts += [fact for project in known.projects.values() for fact in project.facts]
    assert len(facts) == 36
    assert all(fact["source_url"].startswith("http") for fact in facts)
    assert {fact["qualifier"] for fact in facts} == {"=", ">=", "<=", "~"}
    assert all(project.source_url for project in known.projects.values())
    clothes = known.projects["PP-PS1"]
    assert (clothes.own_contribution, clothes.budget) == (2025, 15000)


def test_no_row_holds_the_data_of_a_person() -> None:
    for path in FOLDER.glob("*.csv"):
        text = path.read_text("utf-8")
        assert not re.search(r"[\w.]+@[\w.]+\.\w", text)
        assert not re.search(r"\+\d{2,3}[ \d]{8,}", text)


def test_age_schemes_are_complete_and_their_bands_follow_one_another(known: Reference) -> None:
    bands = [c for c in known.categories.values() if c.dimension_code == "age_group"]
    schemes = {name for band in bands for name in band.schemes}
    assert len(schemes) == 8
    for scheme in schemes:
        own = sorted(b.age_from or 0 for b in bands if scheme in b.schemes)
        ends = sorted(b.age_to for b in bands if scheme in b.schemes and b.age_to is not None)
        assert [end + 1 for end in ends] == own[1:]
        assert own[0] == 0


def test_exclusive_dimensions_have_a_complete_list_and_multiple_choice_ones_have_none(
    known: Reference,
) -> None:
    for code, dimension in known.dimensions.items():
        own = [c for c in known.categories.values() if c.dimension_code == code]
        assert any(category.schemes for category in own) == dimension.is_exclusive
        assert all(not category.schemes for category in own if category.is_unknown)
    sensitive = {code for code, row in known.dimensions.items() if row.is_sensitive}
    assert sensitive == {"disability", "migration_status", "vulnerability"}
    assert known.categories["vulnerability", "violence"].is_sensitive


def test_a_word_means_one_thing_within_its_list(known: Reference) -> None:
    lists = [known._units, known._dimensions, known._indicators["MEDTOWN"]]
    lists += [known._categories[code] for code in known.dimensions]
    for index in lists:
        assert [word for word, rows in index.words.items() if len(rows) > 1] == []
        assert [w for w, row in index.codes.items() if index.words.get(w, [row]) != [row]] == []


def test_rates_say_how_many_units_a_euro_buys(known: Reference) -> None:
    shekel = rate_for(known.rates, "ILS", date(2023, 7, 1), date(2023, 12, 31), is_stock=True)
    assert shekel
    assert (shekel.per_eur, shekel.rate_date) == (3.9993, date(2023, 12, 29))
    dinar = rate_for(known.rates, "JOD", date(2023, 7, 1), date(2023, 12, 31), is_stock=False)
    assert dinar
    assert dinar.per_eur == pytest.approx(0.71 / 0.924839, abs=1e-3)
    assert {rate.currency for rate in known.rates} == {"ILS", "JOD", "TND"}


# --- Looking up --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Beitillo", "PS-RBH-BEI"),
        ("BEITLO", "PS-RBH-BEI"),
        ("بيتللو", "PS-RBH-BEI"),
        ("Al-Koura", "JO-IR-KOU"),
        ("al  koura", "JO-IR-KOU"),
        ("الكوره", "JO-IR-KOU"),
        ("Pangaio", "GR-A-PAG"),
        ("ΠΑΓΓΑΙΟ", "GR-A-PAG"),
        ("Tres Barrios-Amate", "ES-SE-CAM"),
        ("تونس", "TUN"),
        ("Palestine", "PSE"),
        ("ps", "PSE"),
        ("Segou", "ML-4"),
        ("Murcia", "ES-MC"),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_a_place_is_found_in_the_spellings_that_people_use(
    known: Reference, text: str, code: str | None
) -> None:
    assert known.find_place(text) == code


def test_a_name_of_several_places_means_the_likely_one(known: Reference) -> None:
    assert known.find_place("تونس", country="TUN") == "TN-11"
    assert known.find_place("تونس", among=known.projects["DA-TN"].place_codes) == "TN-11-MED"
    assert known.find_place("Lisboa", among=known.projects["DA-PT"].place_codes) == "PT-11-BEF"
    # Two likely places lie in Seville: neither is chosen silently.
    assert known.find_place("Sevilla", among=known.projects["PP-ES1"].place_codes) == "ES-SE"
    # Béja in Tunisia or Beja in Portugal.
    assert known.find_place("Beja") is None
    assert known.find_place("Beja", country="TUN") == "TN-31"


@pytest.mark.parametrize(
    ("dimension", "text", "code"),
    [
        ("sex", "Mujeres", "F"),
        ("sex", "Γυναίκες", "F"),
        ("sex", "نِسَاء", "F"),
        ("sex", "Ж", "F"),
        ("sex", "М", "M"),  # the Cyrillic letter
        ("sex", "Male", "M"),
        ("sex", "H", None),
        ("sex", "_U", "unknown"),
        ("age_group", "18-29", "18-29"),
        ("age_group", "18 – 29 años", "18-29"),
        ("age_group", "<25", "0-24"),
        ("age_group", "over 54", "55+"),
        ("age_group", "65_and_over", "65+"),
        ("age_group", "Κάτω των 18 ετών", "0-17"),
        ("area", "Сельская местность", "rural"),
        ("disability", "PWD", None),
        ("disability", "PD", "yes"),
        ("nothing", "F", None),
    ],
)
def test_a_category_is_found_by_code_name_and_alias(
    known: Reference, dimension: str, text: str, code: str | None
) -> None:
    assert known.find_category(dimension, text) == code


def test_indicators_are_found_by_code_name_and_short_word_within_their_programme(
    known: Reference,
) -> None:
    assert known.find_indicator("job new") == "JOB-NEW"
    assert known.find_indicator("Empleos creados", "MEDTOWN") == "JOB-NEW"
    assert known.find_indicator("θέσεις εργασίας", "MEDTOWN") == "JOB-NEW"
    assert known.find_indicator("JOB-NEW", "ROWCA2014") is None
    assert known.find_indicator("755", "ROWCA2014") == "RW-755"
    assert known.find_indicator("Number of men and women trained", "ROWCA2014") is None


def test_projects_units_and_dimensions_are_found(known: Reference) -> None:
    assert known.find_project("MLI-14/P-HR-RL/66283") == "MLI-14-P-HR-RL-66283"
    assert known.find_project("Yo también puedo", "MEDTOWN") == "PP-ES1"
    assert known.find_unit("Personas") == "persons"
    assert known.find_unit("Haushalte") is None
    assert known.find_dimension("Grupo de edad") == "age_group"


def test_arabic_texts_are_read_without_the_strokes_of_justified_print() -> None:
    assert reference._unstretched("الحصـــول على بـ 5 خدمـات") == "الحصول على بـ 5 خدمات"
    for row in reference.read_records(FOLDER)[tables.SdgTarget].values():
        assert "\u0640" not in row["names"].get("ar", "")


def test_suggestions_are_words_that_would_be_found(known: Reference) -> None:
    assert known.suggestions("Beitilu", "place", "MEDTOWN") == ["Beitillu"]
    assert known.suggestions("Timboctou", "place", "MEDTOWN") == ["Tombouctou"]
    assert known.suggestions("DA-EZ", "project", "MEDTOWN")[0] == "DA-ES"
    assert known.suggestions("Mujres", "category", "sex") == ["Mujeres"]
    assert "JOB-NEW" in known.suggestions("JOBZ", "indicator", "MEDTOWN")
    assert known.suggestions("xyzzy", "unit") == []


# --- Files -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("unit.csv", "unit_code,", "unit_kode,", "line 1: unknown column unit_kode"),
        ("theme.csv", "CULTURE,", "CLIMATE,", "theme: CLIMATE is there twice"),
        ("round.csv", "2022-07-31", "31/07/2022", "line 2: Invalid isoformat"),
        ("fact.csv", "PP-TN1,", "PP-TN9,", "no programme or project PP-TN9"),
    ],
    ids=["column", "twice", "date", "unknown project"],
)
def test_a_faulty_file_is_named_with_its_line(
    folder: Path, name: str, old: str, new: str, fault: str
) -> None:
    edit(folder / name, old, new)
    with pytest.raises(ReferenceFileError, match=re.escape(name.split(".")[0])) as caught:
        reference.read_files(folder)
    assert fault in str(caught.value)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "unit.csv").unlink()
    with pytest.raises(ReferenceFileError, match=r"unit\.csv"):
        reference.read_files(folder)


# --- The database ------------------------------------------------------------------------------


def test_files_and_database_give_the_same_catalogue(whole: Connection, known: Reference) -> None:
    reference.seed(whole)
    assert reference.load(whole) == known


def test_seeding_twice_changes_nothing(conn: Connection) -> None:
    first = reference.seed(conn)
    assert first.added["place"] == 563
    entries = conn.scalar(select(func.count()).select_from(tables.Audit))
    assert entries == len(first.added) == len(reference.TABLES)
    assert not reference.seed(conn)
    assert conn.scalar(select(func.count()).select_from(tables.Audit)) == entries


def test_a_change_in_a_file_is_a_change_in_the_database_with_its_audit(
    conn: Connection, folder: Path
) -> None:
    reference.seed(conn, folder)
    edit(folder / "theme.csv", "Youth employment", "Work for young people")
    changes = reference.seed(conn, folder)
    assert changes.changed == {"theme": ["YOUTH: names"]}
    names = conn.scalar(select(tables.Theme.names).where(tables.Theme.theme_code == "YOUTH"))
    assert names
    assert names["en"] == "Work for young people"
    entry = conn.execute(
        select(tables.Audit.__table__).order_by(tables.Audit.audit_id.desc()).limit(1)
    ).one()
    assert (entry.actor, entry.action, entry.subject) == ("seed", "change", "theme YOUTH")
    assert entry.before["names"]["en"] == "Youth employment"
    assert entry.after["names"]["en"] == "Work for young people"
    assert audit.verify(conn) == []


def test_an_entry_of_a_list_that_went_goes_and_a_new_one_comes(
    whole: Connection, folder: Path
) -> None:
    reference.seed(whole, folder)
    edit(folder / "project.csv", "ES-SE-CAM;ES-SE-PSU", "ES-SE-CAM;ES-H-DV")
    changes = reference.seed(whole, folder)
    assert changes.added == {"project_place": 1}
    assert changes.removed == {"project_place": ["PP-ES1 ES-SE-PSU"]}
    assert reference.load(whole).projects["PP-ES1"].place_codes == ("ES-H-DV", "ES-SE-CAM")


def test_a_row_that_went_stays_where_something_refers_to_it(conn: Connection, folder: Path) -> None:
    reference.seed(conn, folder)
    drop_line(folder / "unit.csv", "hours,")
    drop_line(folder / "theme.csv", "CULTURE,")
    changes = reference.seed(conn, folder)
    assert changes.kept == {"unit": ["hours"]}
    assert changes.removed == {"theme": ["CULTURE"]}
    assert {"hours"} <= set(conn.scalars(select(tables.Unit.unit_code)))


def test_a_category_by_which_something_was_reported_stays(conn: Connection, folder: Path) -> None:
    reference.seed(conn, folder)
    conn.execute(insert(tables.Breakdown).values(breakdown_key="sex=X"))
    conn.execute(
        insert(tables.BreakdownCategory).values(
            breakdown_key="sex=X", dimension_code="sex", category_code="X"
        )
    )
    drop_line(folder / "category.csv", "sex,X,")
    assert reference.seed(conn, folder).kept == {"category": ["sex X"]}


def test_what_others_added_is_left_alone(whole: Connection) -> None:
    reference.seed(whole)
    whole.execute(insert(tables.Theme).values(theme_code="OWN", names={"en": "Ours"}, sort=10))
    assert not reference.seed(whole)
    assert "OWN" in reference.load(whole).themes


def test_rows_may_stand_before_those_they_refer_to(conn: Connection, folder: Path) -> None:
    path = folder / "place.csv"
    header, *lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join([header, *reversed(lines)]), "utf-8")
    assert reference.seed(conn, folder).added["place"] == 563


# --- The audit trail ---------------------------------------------------------------------------


def test_an_entry_follows_the_one_before(conn: Connection) -> None:
    first = audit.record(
        conn, "somebody", "accept", "submission 1", after={"day": date(2024, 5, 1)}
    )
    second = audit.record(conn, "somebody", "withdraw", "submission 1", before={"share": 0.1})
    rows = conn.execute(select(tables.Audit.__table__).order_by(tables.Audit.audit_id)).all()
    assert [row.audit_id for row in rows] == [first, second]
    assert rows[0].previous_hash == audit.BEGINNING
    assert rows[1].previous_hash == rows[0].hash
    assert rows[0].after == {"day": "2024-05-01"}
    assert audit.verify(conn) == []


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "nobody"},
        {"after": {"value": 2}},
        {"at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"hash": "0" * 64},
    ],
    ids=["actor", "effect", "moment", "hash"],
)
def test_a_changed_entry_is_noticed(conn: Connection, change: dict[str, Any]) -> None:
    ids = [audit.record(conn, "a", "b", "c", after={"value": n}) for n in range(3)]
    conn.execute(update(tables.Audit).where(tables.Audit.audit_id == ids[1]).values(change))
    assert ids[1] in audit.verify(conn)
    assert ids[0] not in audit.verify(conn)


def test_a_removed_entry_is_noticed_at_the_next(conn: Connection) -> None:
    ids = [audit.record(conn, "a", "b", "c") for _ in range(3)]
    conn.execute(delete(tables.Audit).where(tables.Audit.audit_id == ids[1]))
    assert audit.verify(conn) == [ids[2]]
