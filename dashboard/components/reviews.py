"""One workbook under review: each value as it was handed in, beside what counts and what was said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from dash import html
from markupsafe import Markup

from dashboard import sentences
from dashboard.components import marks, tables, threads
from dashboard.components.previews import CHANGES
from dashboard.frames import Data
from dashboard.queries import Told
from schemas import words
from schemas.findings import Finding
from schemas.words import N_

FORM = "decide"
"The form that the boxes of the values belong to."


@dataclass(frozen=True)
class Part:
    """One slice of a submission: its rows beside what counts, and all that belongs to it."""

    key: str
    rows: pd.DataFrame
    findings: Sequence[Mapping[Any, Any]] = ()
    told: Sequence[Told] = ()
    versions: Sequence[Any] = ()
    is_returned: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_told(self) -> bool:
        """Whether something about it is to be looked at."""
        return bool(self.findings or self.told or self.is_returned or self.is_changed)

    @property
    def is_changed(self) -> bool:
        """Whether it says something else than what counts."""
        return bool((self.rows["change"] != "same").any())


def value(
    data: Data, part: Part, number: int, *, submission_id: int, may_decide: bool, may_write: bool
) -> html.Article:
    """Return one value: what was handed in, and beside it what counts and what counted before."""
    language = data.language
    row = part.rows.iloc[0].to_dict()
    name = data.name(data.catalogue.indicators[row["indicator_code"]])
    period = words.period(row["period_start"].date(), row["period_end"].date(), language)
    lead = words.joined([sentences.where(data, row), period], language)
    said: list[Any] = [_said(data, part, name), *_findings(part, language)]
    if part.told:
        said.append(threads.listed(part.told, language))
    counts: list[Any] = [_counts(data, part, name), *_history(data, part)]
    return html.Article(
        [
            html.Div(
                [
                    html.H3(name, id=f"value-{number}"),
                    html.P(lead, className="muted"),
                    _mark(part, language),
                ],
                className="review-head",
            ),
            html.Div(said, className="review-side"),
            html.Div(counts, className="review-side"),
            _ways(part, submission_id, language, may_decide=may_decide, may_write=may_write),
        ],
        className="review-value",
        **marks.aria(labelledby=f"value-{number}"),
    )


def _mark(part: Part, language: str) -> html.Span | None:
    if not part.is_returned:
        return None
    return html.Span(words.text("Asked about again", language), className="badge badge-returned")


def _what(data: Data, row: dict[Any, Any]) -> str:
    return sentences.what(data, row)


def _said(data: Data, part: Part, name: str) -> html.Div:
    language = data.language
    heads: list[tables.Cell] = [
        words.text("What", language),
        {"t": words.text("Handed in", language), "number": True},
        words.text("Cell, and what is written there", language),
    ]
    own = part.rows[part.rows["cell_after"] != ""]
    body: list[Any] = [
        [
            _what(data, row),
            {"t": sentences.version(data, row, "after") or "–", "number": True},
            {
                "t": "!".join(filter(None, (row["sheet"], row["cell"]))),
                "cell": True,
                "sub": words.text("“{text}”", language, text=row["raw"]) if row["raw"] else "",
            },
        ]
        for row in own.to_dict("records")
    ]
    caption = words.text("Handed in: {indicator}", language, indicator=name)
    return tables.table(caption, heads, body, is_stacked=True, kind="table-compact")


def _counts(data: Data, part: Part, name: str) -> html.Div:
    language = data.language
    heads: list[tables.Cell] = [
        words.text("What", language),
        {"t": words.text("Now", language), "number": True},
        {"t": words.text("After", language), "number": True},
        words.text("Change", language),
    ]
    same = words.text("Stays as it is", language)
    body: list[Any] = [
        [
            _what(data, row),
            {"t": sentences.version(data, row, "before") or "–", "number": True},
            {"t": sentences.version(data, row, "after") or "–", "number": True},
            words.text(CHANGES[row["change"]], language) if row["change"] in CHANGES else same,
        ]
        for row in part.rows.to_dict("records")
    ]
    caption = words.text("What accepting changes: {indicator}", language, indicator=name)
    return tables.table(caption, heads, body, is_stacked=True, kind="table-compact")


def _findings(part: Part, language: str) -> list[Any]:
    """Return what the checks said of the cells of a value, each with its reason."""
    if not part.findings:
        return []
    listed = []
    for row in part.findings:
        found = Finding(
            *(row["sheet"], row["cell"], row["code"], row["severity"], row["found"]),
            row["arguments"] or {},
        )
        reason = row["justification"]
        told = (
            words.text("Reason given: {reason}", language, reason=reason)
            if reason
            else words.text("No reason was given yet.", language)
        )
        listed.append(
            html.Li(
                [
                    html.Span(
                        words.text(sentences.SEVERITIES[row["severity"]], language),
                        className=f"severity severity-{row['severity']}",
                    ),
                    html.P(
                        [
                            html.Code(row["cell"], className="cell"),
                            " ",
                            words.sentence(found, language),
                        ]
                    ),
                    html.P(told, className="muted") if row["severity"] == "warning" else None,
                ]
            )
        )
    return [html.Ul(listed, className="review-findings")]


def _history(data: Data, part: Part) -> list[Any]:
    """Return every version of a value that was accepted, folded."""
    if not part.versions:
        return []
    language = data.language
    heads: list[tables.Cell] = [
        words.text("What", language),
        {"t": words.text("Value", language), "number": True},
        words.text("Counts since", language),
        words.text("Replaced", language),
        words.text("Workbook", language),
    ]
    body: list[Any] = []
    for one in part.versions:
        row = _plain(one)
        ended = row["superseded_at"]
        body.append(
            [
                _what(data, row),
                {
                    "t": sentences.reported(data, row),
                    "number": True,
                    "href": f"/value/{row['observation_id']}",
                },
                words.day(row["accepted_at"].date(), language),
                words.day(ended.date(), language) if ended else "",
                {
                    "t": words.text("Number {number}", language, number=row["submission_id"]),
                    "href": f"/submissions/{row['submission_id']}",
                },
            ]
        )
    caption = words.text("What counted before", language)
    summary = words.plural(
        "{count} earlier version", "{count} earlier versions", len(body), language
    )
    table = tables.table(caption, heads, body, is_stacked=True, kind="table-compact")
    return [html.Details([html.Summary(summary), table], className="twin")]


def _plain(one: Any) -> dict[str, Any]:
    """Return an observation's row as `history.lineage` has it: NaN for no number, no null texts."""
    row = dict(one._mapping)
    for name in ("value", "numerator", "denominator", "n", "value_eur"):
        row[name] = float("nan") if row[name] is None else row[name]
    for name in ("text", "currency", "project_code"):
        row[name] = row[name] or ""
    return row


def _ways(
    part: Part, submission_id: int, language: str, *, may_decide: bool, may_write: bool
) -> html.Div | None:
    """Return what may be done with a value: remark on it or its row, and ask for it again."""
    if not may_write:
        return None
    ways: list[Any] = []
    for word, more in (
        (N_("Remark on this value"), {}),
        (N_("Remark on the whole row"), {"row": "1"}),
    ):
        asked = urlencode({"submission": submission_id, "slice": part.key, **more})
        ways.append(
            html.A(
                words.text(word, language),
                href=f"/work/threads/new?{asked}",
                className="button button-quiet",
            )
        )
    if may_decide:
        is_open = any(not one.thread.resolved_at and one.thread.is_remark for one in part.told)
        box = Markup(
            '<label class="form-box"><input type="checkbox" name="leaving" value="{}" form="{}"{}>'
            " <span>{}</span></label>"
        ).format(
            part.key,
            FORM,
            Markup(" checked") if is_open else "",
            words.text("Give this value back", language),
        )
        ways.insert(0, html.Div(**marks.data(html=str(box))))
    return html.Div(ways, className="review-ways")
