"""Search: any word of the catalogue finds what it names, in every language and with slips of the pen."""

import json
import string
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plotly.utils import PlotlyJSONEncoder
from sqlalchemy import Engine

from dashboard import search, static
from dashboard.pages import search as page
from dashboard.search import ALIAS, NAME, Entry, Field
from schemas import codes, database


@pytest.fixture
def entries(seeded_sqlite: Engine) -> list[Entry]:
    with database.connect(seeded_sqlite) as conn:
        return search.load(conn)


def best(entries: list[Entry], query: str, language: str = "en") -> tuple[str, str]:
    hit = search.find(entries, query, language).hits[0]
    return hit.entry.kind, hit.entry.code


def found(entries: list[Entry], query: str, language: str = "en") -> set[str]:
    return {hit.entry.code for hit in search.find(entries, query, language).hits}


def entry(code: str, *names: str, kind: str = "indicator", **more: str) -> Entry:
    named = dict(zip(codes.LANGUAGES, names, strict=False)) | more
    fields = tuple(Field(NAME, tag, name) for tag, name in named.items())
    return Entry(kind, code, named, f"/{kind}/{code}", fields)


# --- The catalogue --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("People reached directly for the first time", ("indicator", "PPL-NEW")),
        ("Personas alcanzadas directamente por primera vez", ("indicator", "PPL-NEW")),
        ("Άτομα που ωφελούνται άμεσα για πρώτη φορά", ("indicator", "PPL-NEW")),
        ("المستفيدون المباشرون لأول مرة", ("indicator", "PPL-NEW")),
        ("ppl-new", ("indicator", "PPL-NEW")),
        ("incubadora de negócios sociais", ("project", "DA-JO")),
        ("Al Koura", ("territory", "JO-IR-KOU")),
        ("الكوره", ("territory", "JO-IR-KOU")),
        ("Grèce", ("country", "GRC")),
        ("palestina", ("country", "PSE")),
        ("SDG 8", ("goal", "8")),
        ("ODS 8", ("goal", "8")),
        ("8.5", ("target", "8.5")),
        ("JOHUD", ("organisation", "JOHUD")),
    ],
)
def test_a_name_a_code_or_an_alias_finds_its_entry_first(
    entries: list[Entry], query: str, expected: tuple[str, str]
) -> None:
    for language in codes.LANGUAGES:
        assert best(entries, query, language) == expected


def test_every_kind_can_be_found(entries: list[Entry]) -> None:
    assert {entry.kind for entry in entries} == set(search.KINDS)


@pytest.mark.thorough(40)
@pytest.mark.parametrize("first", range(40))
def test_every_name_finds_its_entry(entries: list[Entry], first: int) -> None:
    for one in entries[first::40]:
        for name in one.names.values():
            assert one.code in found(entries, name), name


def test_a_slip_of_the_pen_finds_the_same(entries: list[Entry]) -> None:
    assert "CUR-AID" in found(entries, "social currencey")
    assert "JOB-NEW" in found(entries, "θεσεις εργασσιας")
    assert best(entries, "Portgual") == ("country", "PRT")


def test_what_is_around_a_place_finds_it_too(entries: list[Entry]) -> None:
    assert "ES-SE-CAM" in found(entries, "España")
    assert "DA-ES" in found(entries, "España")


def test_nothing_that_fits_is_said_so_with_words_that_would(entries: list[Entry]) -> None:
    nothing = search.find(entries, "xqzwv", "en")
    assert (nothing.hits, nothing.suggestion) == ((), "")

    meant = search.find(entries, "kurency", "en")
    assert meant.hits or search.find(entries, meant.suggestion, "en").hits


def test_no_words_find_nothing(entries: list[Entry]) -> None:
    assert search.find(entries, "  – ", "en").hits == ()


# --- The order of hits ----------------------------------------------------------------------------


def test_all_words_have_to_fit_and_where_none_has_all_the_nearest_are_shown() -> None:
    both, one = entry("A", "water and jobs"), entry("B", "water")
    assert [hit.entry.code for hit in search.find([one, both], "jobs water", "en").hits] == ["A"]
    near = search.find([one], "jobs water", "en")
    assert near.is_near
    assert [hit.entry.code for hit in near.hits] == ["B"]


def test_the_readers_language_goes_before_others_and_names_before_what_is_around() -> None:
    spanish, french = entry("ES", "x", "formation"), entry("FR", "y", "z", "formation")
    around = Entry("project", "P", {"en": "q"}, "/", (Field(search.RELATED, "fr", "formation"),))
    all_of_them = [around, spanish, french]
    ranked = [hit.entry.code for hit in search.find(all_of_them, "formation", "fr").hits]
    assert ranked == ["FR", "ES", "P"]


def test_a_whole_name_goes_before_a_longer_one() -> None:
    long, short = entry("L", "training of trainers"), entry("S", "training")
    hits = search.find([long, short], "training", "en").hits
    assert [hit.entry.code for hit in hits] == ["S", "L"]


def test_slips_are_thought_of_only_where_no_word_is_like_it() -> None:
    water, later = entry("W", "water"), entry("L", "later")
    assert {hit.entry.code for hit in search.find([water, later], "water", "en").hits} == {"W"}
    assert {hit.entry.code for hit in search.find([later], "water", "en").hits} == {"L"}


def test_short_words_and_numbers_are_taken_as_they_are() -> None:
    assert search.likenesses("8", ["8", "80", "18"]) == {"8": 1.0}
    assert search.likenesses("cat", ["car", "cats"]) == {"cats": search.BEGINNING}


def test_a_hit_says_which_text_had_the_words() -> None:
    other = entry("A", "jobs", el="θέσεις εργασίας")
    (hit,) = search.find([other], "εργασιας", "en").hits
    assert hit.because is not None
    assert (hit.because.language, hit.because.text) == ("el", "θέσεις εργασίας")
    (seen,) = search.find([other], "jobs", "en").hits
    assert seen.because is None


# --- Folding --------------------------------------------------------------------------------------

LETTERS = string.ascii_letters + "áéíóúñçãõàèêëïîôùûüΑαΆάΕεΈέΗηΉήΙιΊίΟοΌόΥυΎύΩωΏώΣσς"
WORDS = st.text(alphabet=LETTERS, min_size=3, max_size=12)


def without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


@given(WORDS)
def test_case_accents_and_normal_form_make_no_difference(word: str) -> None:
    known = search.words_of(word)
    assert search.words_of(word.upper()) == known
    assert search.words_of(without_accents(word)) == known
    assert search.words_of(unicodedata.normalize("NFD", word)) == known


ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهويءأإآىة"


@given(st.text(alphabet=ARABIC, min_size=3, max_size=10))
def test_arabic_variants_and_vowel_marks_make_no_difference(word: str) -> None:
    variant = word.translate(str.maketrans("أإآىة", "ااايه"))
    assert search.words_of(variant) == search.words_of(word)
    assert search.words_of("َ".join(word)) == search.words_of(word)
    assert search.words_of("ـ".join(word)) == search.words_of(word)


def test_the_arabic_article_makes_no_difference() -> None:
    assert search.words_of("المستفيدون") == search.words_of("مستفيدون")
    assert search.words_of("والشباب") == search.words_of("شباب")
    assert search.words_of("الا") == {"الا"}  # too short to be an article and a word


@given(st.lists(WORDS, min_size=1, max_size=6), st.integers(0, 5))
def test_a_word_of_a_name_finds_it_and_is_marked(names: list[str], place: int) -> None:
    name = " ".join(names)
    word = names[place % len(names)]
    hits = search.find([entry("A", name)], word, "en").hits
    assert [hit.entry.code for hit in hits] == ["A"]
    parts = search.marked(name, hits[0].matched)
    assert "".join(part for part, _ in parts) == name
    assert (word, True) in parts


@given(st.text(max_size=60), st.text(max_size=20))
def test_marking_never_changes_a_text(text: str, query: str) -> None:
    matched = set(search.asked_for(query))
    assert "".join(part for part, _ in search.marked(text, matched)) == text


def test_an_extract_holds_the_word_that_fitted() -> None:
    text = "one two " * 60 + "needle " + "three four " * 60
    shown = search.extract(text, {"needle"})
    assert "needle" in shown
    assert len(shown) < 200
    assert search.extract("short", {"needle"}) == "short"


# --- The page -------------------------------------------------------------------------------------


def shown(**arguments: str) -> str:
    layout: Any = page.layout(**arguments)
    return json.dumps(layout, cls=PlotlyJSONEncoder, ensure_ascii=False)


def test_the_page_shows_hits_in_groups_and_marks_the_words(seeded_sqlite: Engine) -> None:
    told = shown(q="employment")
    assert "<mark>employment</mark>" in told
    assert "/project/DA-GR" in told
    assert "entries fit" in told


def test_one_kind_can_be_asked_for(seeded_sqlite: Engine) -> None:
    assert '"hits-goal"' not in shown(q="employment", by="project")
    assert '"hits-goal"' in shown(q="employment")


def test_nothing_found_leads_on(seeded_sqlite: Engine) -> None:
    assert "Nothing fits" in shown(q="xqzwv")
    assert "of another kind" in shown(q="PPL-NEW", by="country") or "of other kinds" in shown(
        q="PPL-NEW", by="country"
    )


def test_what_is_looked_for_is_no_markup(seeded_sqlite: Engine) -> None:
    drawn = static.render(page.layout(q="<b>employment</b>"), "en")
    assert "<b>" not in drawn
    assert "&lt;b&gt;employment" in drawn
    assert "<mark>employment</mark>" in drawn


def test_an_empty_catalogue_and_no_words_are_designed_for(empty_sqlite: Engine) -> None:
    assert "What can be found" in shown()
    assert "Nothing fits" in shown(q="jobs")


def test_aliases_count_less_than_names() -> None:
    named = entry("N", "jobs")
    known_as = Entry("indicator", "A", {"en": "work"}, "/", (Field(ALIAS, "", "jobs"),))
    assert [h.entry.code for h in search.find([known_as, named], "jobs", "en").hits] == ["N", "A"]
