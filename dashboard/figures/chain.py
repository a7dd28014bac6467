"""A theory of change as a drawn chain: stages side by side, and lines from each step to where it leads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard import theme
from dashboard.figures.figure import (
    PHONE,
    PLAIN,
    Figure,
    Plotly,
    empty,
    figure,
    is_rtl,
    label,
    wrapped,
)
from schemas import words
from schemas.records import STAGES
from schemas.words import N_

WIDE = 620
"Pixels of a plot in a report; a wider one leaves more room."

GAP = 26
"Pixels between two stages, for the lines."

SIZE, LINE, ROOM, APART = 11, 15, 12, 14
"Of a text in pixels: its size, a line of it, what is above and below it, what is between two boxes."

HEAD = 26
"Pixels of the name of a stage."

MOST = 9
"Lines of a step; the table has all of it."

TIP = 7
"Pixels of the tip of a line."


Step = dict[str, Any]


@dataclass(frozen=True)
class Box:
    """A step as it is drawn: its number, its lines, and where it stands in pixels."""

    number: int
    stage: str
    lines: tuple[str, ...]
    left: float
    top: float
    wide: float
    tall: float

    @property
    def middle(self) -> float:
        """How far down its middle is."""
        return self.top + self.tall / 2


def chain(frame: pd.DataFrame, *, language: str) -> Figure:
    """Return how steps are thought to lead to each other, stage by stage.

    `frame` has step (a number), stage (of `records.STAGES`), text, leads_to (numbers of steps) and
    assumption, a row for each step. On a phone the stages stand below each other, and words say what
    leads where.
    """
    rows = _ordered(frame)
    numbers = {row["step"]: number for number, row in enumerate(rows, 1)}
    for row in rows:
        row["leads_to"] = [numbers[step] for step in row["leads_to"] if step in numbers]
    table = _table(rows, language)
    if not rows:
        said = words.text("No theory of change has been written yet.", language)
        return empty(said, language, table)
    boxes, height = _beside(rows)
    below, tall = _below(rows, language)
    hidden: Plotly = {"visible": False, "type": "linear", "tickvals": [], "ticktext": []}
    hidden |= {"fixedrange": True}
    layout = theme.layout(
        height=round(height) + 16,
        margin={"l": 2, "r": 2, "t": 8, "b": 8, "pad": 0},
        xaxis={**hidden, "range": [WIDE, 0] if is_rtl(language) else [0, WIDE]},
        yaxis={**hidden, "range": [height, 0]},
        shapes=[*_lines(rows, boxes), *_blocks(boxes)],
        annotations=_texts(boxes, language),
    )
    narrow = {
        "height": round(tall) + 16,
        "yaxis": {"range": [tall, 0]},
        "shapes": _blocks(below),
        "annotations": _texts(below, language),
    }
    title = _title(rows, language)
    # Something has to be drawn for a chart to be one; what is seen are shapes and texts.
    nothing = {"type": "scatter", "mode": "none", "name": "steps", "x": [], "y": []}
    return figure(
        [nothing], layout, title=title, table=table, alt=_alt(title, rows, language), narrow=narrow
    )


def _ordered(frame: pd.DataFrame) -> list[Step]:
    """Return the steps as rows, in the order of the stages."""
    order = {stage: place for place, stage in enumerate(STAGES)}
    rows = [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]
    return sorted(rows, key=lambda row: order[str(row["stage"])])


# --- Where everything stands ----------------------------------------------------------------------


def _beside(rows: Sequence[Step]) -> tuple[list[Box], float]:
    """Return the boxes of stages side by side, and how tall the tallest stage is."""
    stages = list(dict.fromkeys(row["stage"] for row in rows))
    wide = (WIDE - GAP * (len(stages) - 1)) / len(stages)
    columns = []
    for place, stage in enumerate(stages):
        top, column = float(HEAD), []
        for number, row in enumerate(rows, 1):
            if row["stage"] == stage:
                lines = _wrapped(row["text"], wide)
                tall = len(lines) * LINE + ROOM
                column.append(Box(number, stage, lines, place * (wide + GAP), top, wide, tall))
                top += tall + APART
        columns.append(column)
    height = max(column[-1].top + column[-1].tall for column in columns)
    return [box for column in columns for box in _centred(column, height)], height


def _centred(column: Sequence[Box], height: float) -> list[Box]:
    """Return the boxes of a stage in the middle of the height that all have."""
    down = (height - column[-1].top - column[-1].tall) / 2
    return [
        Box(one.number, one.stage, one.lines, one.left, one.top + down, one.wide, one.tall)
        for one in column
    ]


def _below(rows: Sequence[Step], language: str) -> tuple[list[Box], float]:
    """Return the boxes of stages below each other, each with the numbers that it leads to."""
    boxes: list[Box] = []
    top, last = 0.0, ""
    for number, row in enumerate(rows, 1):
        if row["stage"] != last:
            top, last = top + HEAD, row["stage"]
        lines = _wrapped(f"{number}. {row['text']}", PHONE)
        if row["leads_to"]:
            lines = (*lines, _leads(row["leads_to"], language))
        tall = len(lines) * LINE + ROOM
        boxes.append(Box(number, last, lines, 0, top, WIDE, tall))
        top += tall + APART
    return boxes, top - APART


def _wrapped(text: str, wide: float) -> tuple[str, ...]:
    # A little larger than it is drawn: widths are guessed, and nothing may stand out of its box.
    return tuple(wrapped(text, wide - 16, SIZE + 1, most=MOST))


def _leads(numbers: Iterable[int], language: str) -> str:
    told = words.listed([words.number(number, language) for number in numbers], language)
    return words.text("Leads to: {steps}", language, steps=told)


# --- What is drawn --------------------------------------------------------------------------------


def _blocks(boxes: Sequence[Box]) -> list[Plotly]:
    """Return the grounds of the boxes, each with an edge where it begins."""
    shapes = []
    for box in boxes:
        shapes.append(
            {
                "type": "rect",
                **_corners(box.left, box.top, box.left + box.wide, box.top + box.tall),
                "fillcolor": theme.light("raised"),
                "line": {"width": 0},
                "layer": "below",
            }
        )
        shapes.append(_line(box.left, box.top, box.left, box.top + box.tall, "accent", 3))
    return shapes


def _corners(x0: float, y0: float, x1: float, y1: float) -> Plotly:
    places = {"x0": x0, "y0": y0, "x1": x1, "y1": y1}
    return {"xref": "x", "yref": "y"} | {key: round(value, 1) for key, value in places.items()}


def _line(x0: float, y0: float, x1: float, y1: float, colour: str, width: float) -> Plotly:
    return {
        "type": "line",
        **_corners(x0, y0, x1, y1),
        "line": {"color": theme.light(colour), "width": width},
        "layer": "below",
    }


def _lines(rows: Sequence[Step], boxes: Sequence[Box]) -> list[Plotly]:
    """Return a line with its tip from each step to each that it leads to."""
    by_number = {box.number: box for box in boxes}
    return [
        shape
        for number, row in enumerate(rows, 1)
        for other in row["leads_to"]
        for shape in _line_between(by_number[number], by_number[other])
    ]


def _line_between(start: Box, end: Box) -> list[Plotly]:
    """Return a line between the sides of two boxes that face each other."""
    if start.stage == end.stage:
        is_down = end.top > start.top
        x = start.left + start.wide / 2
        y0, y1 = (start.top + start.tall, end.top) if is_down else (start.top, end.top + end.tall)
        back = -TIP if is_down else TIP
        tips = [(x - TIP / 2, y1 + back), (x + TIP / 2, y1 + back)]
        x0, x1 = x, x
    else:
        is_ahead = end.left > start.left
        x0, x1 = (
            (start.left + start.wide, end.left) if is_ahead else (start.left, end.left + end.wide)
        )
        y0, y1 = start.middle, end.middle
        back = -TIP if is_ahead else TIP
        tips = [(x1 + back, y1 - TIP / 2), (x1 + back, y1 + TIP / 2)]
    return [
        _line(x0, y0, x1, y1, "muted", 1.5),
        *(_line(x, y, x1, y1, "muted", 1.5) for x, y in tips),
    ]


def _texts(boxes: Sequence[Box], language: str) -> list[Plotly]:
    """Return the names of the stages, and the texts of the steps."""
    notes = []
    last = ""
    tops = {box.stage: 0.0 for box in boxes}
    for box in reversed(boxes):
        tops[box.stage] = box.top
    for box in boxes:
        if box.stage != last:
            last = box.stage
            name = f"<b>{label(words.text(STAGES[last], language), language)}</b>"
            notes.append(_note(name, box.left, tops[last] - HEAD / 2, 0, "ink", language))
        text = "<br>".join(label(line, language) for line in box.lines)
        notes.append(_note(text, box.left, box.middle, 10, "ink", language))
    return notes


def _note(text: str, x: float, y: float, away: int, colour: str, language: str) -> Plotly:
    is_from_right = is_rtl(language)
    side = "right" if is_from_right else "left"
    return {
        "text": text,
        "x": round(x, 1),
        "y": round(y, 1),
        "xref": "x",
        "yref": "y",
        "xanchor": side,
        "yanchor": "middle",
        "align": side,
        "xshift": -away if is_from_right else away,
        **PLAIN,
        "font": {"size": SIZE, "color": theme.light(colour)},
    }


# --- The words ------------------------------------------------------------------------------------


def _title(rows: Sequence[Step], language: str) -> str:
    stages = [words.text(STAGES[row["stage"]], language) for row in (rows[0], rows[-1])]
    return words.plural(
        "The theory of change has {count} step, from “{first}” to “{last}”.",
        "The theory of change has {count} steps, from “{first}” to “{last}”.",
        len(rows),
        language,
        first=stages[0],
        last=stages[1],
    )


def _alt(title: str, rows: Sequence[Step], language: str) -> str:
    """Return the chain in words: each step with its stage, and what it leads to."""
    told = []
    for number, row in enumerate(rows, 1):
        step = words.text(
            "{number} ({stage}): {text}",
            language,
            number=words.number(number, language),
            stage=words.text(STAGES[row["stage"]], language),
            text=str(row["text"]).rstrip("."),
        )
        told.append(
            f"{step}. {_leads(row['leads_to'], language)}." if row["leads_to"] else f"{step}."
        )
    return " ".join([title, *told])


def _table(rows: Sequence[Step], language: str) -> pd.DataFrame:
    heads = [N_("Number"), N_("Stage"), N_("Step"), N_("Leads to"), N_("Assumption")]
    lines = [
        (
            words.number(number, language),
            words.text(STAGES[row["stage"]], language),
            str(row["text"]),
            words.listed([words.number(one, language) for one in row["leads_to"]], language),
            str(row.get("assumption") or ""),
        )
        for number, row in enumerate(rows, 1)
    ]
    return pd.DataFrame(lines, columns=[words.text(head, language) for head in heads])
