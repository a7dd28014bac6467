"""Kinds of reports as people write them: what an outline may say, and what is answered where it is wrong."""

from pathlib import Path

import pytest

from dashboard.reports.outlines import OutlineError, faults, outlines, read
from dashboard.reports.parts import OPTIONS, PARTS
from dashboard.reports.subjects import Subject

GOOD = """
subject = "country"
title = "My report"

[[parts]]
part = "summary"
title = "In short"

[[parts]]
part = "charts"
show = ["statuses", "map"]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, "utf-8")
    return path


def test_an_outline_is_read_as_it_is_written(tmp_path: Path) -> None:
    found = read(written(tmp_path, GOOD), OPTIONS)

    assert (found.kind, found.subject, found.title) == ("mine", Subject.COUNTRY, "My report")
    assert [(one.part, one.title) for one in found.parts] == [
        ("summary", "In short"),
        ("charts", ""),
    ]
    assert found.parts[1].options == {"show": ("statuses", "map")}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"summary"', '"sumary"', "part 1: “sumary” is no part; did you mean “summary”?"),
        ('"country"', '"planet"', "“planet” is no subject; there are project, territory"),
        ("show =", "shows =", "part 2 (charts): “shows” is no option; did you mean “show”?"),
        ('"map"', '"mop"', "part 2 (charts): “mop” is nothing to show; did you mean “map”?"),
        ('["statuses", "map"]', '"map"', "part 2 (charts): “show” is a list of words."),
        ('part = "charts"\nshow', 'part = "method"\nshow', "“show” is no option; it has none."),
        (
            'part = "charts"\nshow = ["statuses", "map"]',
            'part = "summary"',
            "“summary” is there twice.",
        ),
        ('"map"', '"statuses"', "“charts (statuses)” is there twice."),
        ('title = "My report"', "", "“title” is missing, or no text."),
        ('title = "My report"', 'title = " "', "a report has a title"),
        ('title = "My report"', 'title = "x"\nauthor = "me"', "“author” is not known"),
        ('title = "In short"', "title = 3", "part 1 (summary): a title is a text."),
        ('part = "charts"', 'name = "charts"', "part 2 has no “part”."),
        ("subject", "[subject", "mine.toml: "),
    ],
)
def test_what_is_wrong_in_an_outline_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in GOOD
    with pytest.raises(OutlineError) as told:
        read(written(tmp_path, GOOD.replace(old, new, 1)), OPTIONS)

    assert str(told.value).startswith("mine.toml: ")
    assert said in str(told.value)


def test_every_part_is_in_a_report_and_every_subject_has_one() -> None:
    found = outlines()

    assert {one.part for outline in found.values() for one in outline.parts} == set(PARTS)
    assert {outline.subject for outline in found.values()} == set(Subject)


def test_an_outline_that_is_wrong_leaves_the_others_usable_until_it_is_mended(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, GOOD.replace('"map"', '"mop"'))
    (tmp_path / "other.toml").write_text(GOOD, "utf-8")

    assert list(outlines(tmp_path)) == ["other"]
    assert "did you mean “map”?" in faults(tmp_path)["mine"]

    path.write_text(GOOD, "utf-8")

    assert list(outlines(tmp_path)) == ["mine", "other"]
    assert faults(tmp_path) == {}
