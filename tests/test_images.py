"""Pictures without a browser: the right size, the same bytes, letters of six languages, no markup."""

import socket
import struct
import zlib
from typing import Any

import pytest

from dashboard import images, svg
from schemas import words
from tests.test_figures import family

GREEK, ARABIC = "Ενδυνάμωση", "الأشخاص في لأول"


def letters(text: str, family_name: str = '"Inter", "IBM Plex Sans Arabic"') -> str:
    """Return a drawing of one line of text, black on white."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 40" width="240" height="40"'
        f' font-family=\'{family_name}\' font-size="20"><rect width="240" height="40" fill="#fff"/>'
        f'<text x="120" y="26" text-anchor="middle">{text}</text></svg>'
    )


def rows(picture: bytes) -> list[bytes]:
    """Return the rows of a PNG of 8 bits a channel, each a pixel's four channels after another."""
    wide, tall = images.size_of(picture)
    depth, kind = picture[24], picture[25]
    assert depth == 8
    step = {2: 3, 6: 4}[kind]
    at, data = 8, b""
    while at < len(picture):
        (length,) = struct.unpack(">I", picture[at : at + 4])
        if picture[at + 4 : at + 8] == b"IDAT":
            data += picture[at + 8 : at + 8 + length]
        at += length + 12
    raw, found, last = zlib.decompress(data), [], bytes(wide * step)
    for number in range(tall):
        start = number * (wide * step + 1)
        how, line = raw[start], bytearray(raw[start + 1 : start + 1 + wide * step])
        for n in range(len(line)):
            left = line[n - step] if n >= step else 0
            above = last[n]
            corner = last[n - step] if n >= step else 0
            line[n] = (line[n] + predicted(how, left, above, corner)) % 256
        last = bytes(line)
        found.append(b"".join(last[n : n + 3] for n in range(0, len(last), step)))
    return found


def predicted(how: int, left: int, above: int, corner: int) -> int:
    """Return what PNG's filters expect of a byte: nothing, left, above, their mean, or Paeth's."""
    if how == 4:
        guess = left + above - corner
        return min((left, above, corner), key=lambda byte: abs(guess - byte))
    return (0, left, above, (left + above) // 2)[how]


def ink(picture: bytes) -> int:
    """Return how many dark pixels a picture has."""
    return sum(row[n] < 128 for row in rows(picture) for n in range(0, len(row), 3))


@pytest.mark.parametrize(("width", "scale", "size"), [(240, 1, (240, 40)), (240, 2, (480, 80))])
def test_a_picture_has_the_size_that_was_asked_for(
    width: int, scale: float, size: tuple[int, int]
) -> None:
    assert images.size_of(images.png(letters("Abc"), width, scale)) == size


def test_the_height_of_a_picture_follows_from_the_drawing() -> None:
    assert images.size_of(images.png(letters("Abc"), 600)) == (1200, 200)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_same_drawing_is_the_same_bytes(language: str) -> None:
    drawn = svg.draw(family(language)["trend"].dict, 480, language=language)
    assert images.png(drawn, 480) == images.png(drawn, 480)


@pytest.mark.parametrize("text", ["People", GREEK, ARABIC, "Ação ñ €", f"{ARABIC} {GREEK} 12"])
def test_every_language_has_its_letters(text: str) -> None:
    unknown = "\U0001f47b" * len(text)
    told = rows(images.png(letters(text), 240, 1))
    assert ink(images.png(letters(text), 240, 1)) > 200
    assert told != rows(images.png(letters(unknown), 240, 1))


@pytest.mark.parametrize("letter", [*"αβήώς", *"ابتثجحخ", *"ãçñéŒ", *"≥–…€%", *"٠١٩"])
def test_a_letter_is_not_the_box_of_an_unknown_one(letter: str) -> None:
    boxes = [images.png(letters(box), 240, 1) for box in ("\U0001f47b", "\uabcd")]
    assert images.png(letters(letter), 240, 1) not in boxes
    assert ink(images.png(letters(letter), 240, 1)) > 2  # a zero of Arabic is a dot


def test_arabic_is_joined_and_runs_from_the_right() -> None:
    # A word whose letters stand apart is wider and has other shapes.
    joined = images.png(letters("محمد"), 240, 1)
    apart = images.png(letters("\u200c".join("محمد")), 240, 1)
    assert joined != apart
    # The tall letter that the word begins with stands at the right of the long line.
    left, right = halves(rows(images.png(letters("ا" + "ـ" * 8), 240, 1)))
    assert right > left


def halves(drawn: list[bytes]) -> tuple[int, int]:
    """Return the ink of the left and the right half of what is inked."""
    columns = [n // 3 for row in drawn for n in range(0, len(row), 3) if row[n] < 128]
    middle = (min(columns) + max(columns)) / 2
    return sum(n < middle for n in columns), sum(n > middle for n in columns)


def test_an_arabic_ligature_beside_other_letters_is_the_ligature() -> None:
    # The end of the line stays where it is, whatever stands left of it.
    alone = rows(images.png(letters("الأول").replace('"middle"', '"end"'), 240, 1))
    beside = rows(images.png(letters("Ελ الأول").replace('"middle"', '"end"'), 240, 1))
    isolated = rows(
        images.png(letters("\u2068الأول Ελ\u2069").replace('"middle"', '"end"'), 240, 1)
    )
    inked = [n for row in alone for n in range(0, len(row), 3) if row[n] < 128]
    start = min(inked)
    assert [row[start:] for row in beside] == [row[start:] for row in alone]
    assert isolated != alone


@pytest.mark.parametrize(
    "drawing",
    [
        "no drawing",
        "<html/>",
        '<svg xmlns="http://www.w3.org/2000/svg"/>',
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 10"/>',
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 nan 10"/>',
        '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>',
        letters('<image href="file:///etc/passwd"/>'),
        letters('<a xlink:href="x" xmlns:xlink="http://www.w3.org/1999/xlink">x</a>'),
        letters('<tspan fill="url(http://example.org/a.svg#b)">x</tspan>'),
        letters("<style>@import 'x';</style>"),
    ],
)
def test_what_is_no_drawing_of_ours_is_refused(drawing: str) -> None:
    with pytest.raises(images.ImageError):
        images.png(drawing, 240)


def test_a_picture_has_a_largest_size() -> None:
    with pytest.raises(images.ImageError, match="8000"):
        images.png(letters("Abc"), 100_000)


@pytest.mark.parametrize("language", list(words.LANGUAGES))
@pytest.mark.parametrize("has_figure", [True, False])
def test_a_preview_has_the_size_that_is_asked_for_and_is_always_the_same(
    language: str, has_figure: bool
) -> None:
    figure = svg.draw(family(language)["trend"].dict, 440, language=language)
    said = ("Ιταλία, España, تونس", "735–900", figure if has_figure else None, language)
    picture = images.social(*said)
    assert images.size_of(picture) == images.PREVIEW == (1200, 630)
    assert picture == images.social(*said)


@pytest.mark.parametrize("figure", ["territory_map", "category_bars", "status_bars"])
@pytest.mark.parametrize("title", ["", "A", "W" * 400, "Long words of a sentence " * 20])
def test_a_preview_holds_whatever_it_is_given(title: str, figure: str) -> None:
    drawn = svg.draw(family()[figure].dict, 440)
    assert images.size_of(images.social(title, title, drawn, "en")) == images.PREVIEW


def test_what_people_wrote_is_text_in_a_preview() -> None:
    hostile = '#panic("x") $ [a] *b* \\ "c" #image("/etc/passwd") <script> //'
    picture = images.social(hostile, hostile, None, "en")
    assert picture != images.social("", "", None, "en")
    assert picture != images.social(hostile.replace("#", ""), hostile, None, "en")


def test_an_arabic_preview_begins_at_the_right() -> None:
    def begins(language: str) -> float:
        below = rows(images.social("ا", "", None, language))[130:]
        columns = [n // 3 for row in below for n in range(0, len(row), 3) if row[n] < 128]
        return sum(columns) / len(columns)

    assert begins("en") < 200
    assert begins("ar") > 1000


def test_no_picture_asks_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a picture asked the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    images.social("Title", "Lead", letters("Abc"), "en")
    assert "http" not in images.TEMPLATE
    assert "@preview" not in images.TEMPLATE
