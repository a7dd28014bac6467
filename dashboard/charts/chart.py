"""What a chart is, whatever shows it: a page, an image, a frame elsewhere.

A chart's address (`/chart/<kind>?indicator=…`) is all that it needs: whoever loads the view of that
address makes the same chart again. What belongs to it (title, sentence, unit, period, source, twin,
files, the cells behind it) is told here, how it looks on a page in `dashboard.components.charts`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from dashboard import lineage, sentences
from dashboard.figures import Figure
from dashboard.frames import Data
from dashboard.views import View, address

Row = Mapping[Any, Any]


@dataclass(frozen=True)
class Panel:
    """One figure of a chart; where there are several, each has its name and its value.

    `href` leads to the cells behind the value, `behind` to those of the whole figure.
    """

    figure: Figure
    name: str = ""
    value: str = ""
    target: str = ""
    href: str = ""
    behind: str = ""


class Entry(NamedTuple):
    """A line beside a chart: a place with its status and its value."""

    name: str
    within: str
    status: str
    value: str
    href: str
    page: str = ""
    "Where its own page is."


@dataclass(frozen=True)
class Chart:
    """One chart with all that belongs to it."""

    kind: str
    view: View
    "All that its address says."
    title: str
    lead: str
    "The sentence that says what it shows."
    panels: tuple[Panel, ...]
    table: pd.DataFrame
    "Its twin in words."
    about: tuple[str, ...]
    "Unit, period, day and source."
    files: Mapping[str, str]
    entries: tuple[Entry, ...] = ()

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """The legend: that of the first panel that has one."""
        return next((panel.figure.keys for panel in self.panels if panel.figure.keys), ())

    @property
    def address(self) -> str:
        """Where the chart stands alone."""
        return address(f"/chart/{self.kind}", self.view)

    @property
    def alt(self) -> str:
        """What a reader hears instead of the whole chart."""
        told = (
            f"{panel.name}: {panel.figure.alt}" if panel.name else panel.figure.alt
            for panel in self.panels
        )
        return " ".join(dict.fromkeys(told))


@dataclass(frozen=True)
class Kind:
    """How a chart is made, and what has to be loaded for it where it stands alone."""

    make: Callable[[Data, View], Chart]
    is_of_one_indicator: bool = True
    has_breakdowns: bool = False
    has_dimension: bool = False


def unit_of(data: Data, indicator_code: str, found: pd.DataFrame) -> str:
    """Return the unit that an indicator's results are shown in."""
    own = found[found["indicator_code"] == indicator_code]
    row = own.iloc[0].to_dict() if len(own) else {"indicator_code": indicator_code, "currency": ""}
    return sentences.unit_of(data, row)


def panel_of(data: Data, figure: Figure, row: Row | None, name: str) -> Panel:
    """Return one of several figures with its result's value and target, and the cells behind them."""
    if row is None:
        return Panel(figure, name)
    shown = sentences.actual(data, row)
    # Beside a total, the target of a part of it would mislead.
    target = "" if sentences.compared(data, row) else sentences.goal(data, row, "target")
    href = lineage.cells(data, row) if shown else ""
    return Panel(figure, name, shown, target, href, lineage.by_view(data, row))


def twin_of(panels: Sequence[Panel]) -> pd.DataFrame:
    """Return the twins of several figures as one table; its first column, without a name, tells them apart."""
    twins = [panel.figure.table for panel in panels]
    if not sum(map(len, twins)):
        return pd.DataFrame()
    names = [panel.name for panel in panels for _ in range(len(panel.figure.table))]
    whole = pd.concat(twins)
    whole.insert(0, "", names)
    return whole


def files(kind: str, view: View, table: str, **changes: object) -> dict[str, str]:
    """Return where a chart can be taken from, by the word on the link: its table, its image."""
    tables = {
        ending.upper(): address(f"/download/{table}.{ending}", view, **changes)
        for ending in ("csv", "xlsx")
    }
    images = {ending.upper(): address(f"/chart/{kind}.{ending}", view) for ending in ("svg", "png")}
    return tables | images


def of_one_figure(
    data: Data,
    kind: str,
    view: View,
    figure: Figure,
    *,
    title: str,
    about: Sequence[str],
    table: str,
    entries: Sequence[Entry] = (),
    **changes: object,
) -> Chart:
    """Return a chart of one figure; `changes` are those of the address of its table."""
    behind = lineage.by_view(data, {"indicator_code": view.indicator}) if view.indicator else ""
    return Chart(
        kind,
        view,
        title,
        figure.title,
        (Panel(figure, behind=behind),),
        figure.table,
        tuple(about),
        files(kind, view, table, **changes),
        tuple(entries),
    )
