"""What was found, in groups, with the words that fitted marked; and the field to look for something."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from markupsafe import Markup

from dashboard import search
from dashboard.components import marks
from dashboard.frames import Data
from dashboard.search import Hit
from dashboard.views import View, address
from schemas import words
from schemas.words import N_

MOST = 8
"Hits of a kind, before all of them are asked for."

ICONS = {
    "indicator": "gauge",
    "project": "briefcase",
    "territory": "map-pin",
    "country": "world",
    "goal": "target",
    "target": "target",
    "organisation": "users",
}


def field(language: str) -> html.Div:
    """Return the field that stands in the head of every page, on a phone only its button.

    It works without a script: without words it leads to the page of the search.
    """
    label = words.text("Search the catalogue", language)
    form = Markup(
        '<form class="find" method="get" action="/search" role="search" aria-label="{label}">'
        '<button type="submit" aria-label="{label}">'
        '<span class="icon icon-search" aria-hidden="true"></span></button>'
        '<input type="search" name="q" aria-label="{label}" placeholder="{hint}" autocomplete="off"'
        ' maxlength="120" enterkeyhint="search"></form>'
    ).format(label=label, hint=words.text("Search", language))
    return html.Div(className="find-slot", **marks.data(html=str(form)))


def groups(data: Data, hits: Sequence[Hit], *, only: str = "") -> list[html.Section]:
    """Return the hits by kind, the kind of the best hit first; all of one kind where it is named."""
    kinds = dict.fromkeys(hit.entry.kind for hit in hits if only in ("", hit.entry.kind))
    return [
        _group(data, kind, [hit for hit in hits if hit.entry.kind == kind], is_whole=bool(only))
        for kind in kinds
    ]


def _group(data: Data, kind: str, hits: Sequence[Hit], *, is_whole: bool) -> html.Section:
    language = data.language
    shown = hits if is_whole else hits[:MOST]
    listed = Markup('<ol class="hits">{}</ol>').format(
        Markup("").join(_hit(data, hit, language) for hit in shown)
    )
    parts: list[Any] = [
        html.H2(
            [
                marks.icon(ICONS[kind]),
                words.text(search.KINDS[kind], language),
                html.Span(words.number(len(hits), language), className="hits-count"),
            ],
            className="card-title",
            id=f"hits-{kind}",
        ),
        html.Div(**marks.data(html=str(listed))),
    ]
    if len(hits) > len(shown):
        more = words.plural("Show {count} more", "Show {count} more", len(hits) - MOST, language)
        where = address("/search", data.view, by=kind, programme="")
        parts.append(html.A(more, href=where, className="tool"))
    return html.Section(parts, className="card", **marks.aria(labelledby=f"hits-{kind}"))


def _hit(data: Data, hit: Hit, language: str) -> Markup:
    entry = hit.entry
    name = _marked(entry.names, hit, language)
    if entry.kind in ("goal", "target"):
        name = Markup('<span class="hit-number">{}</span> {}').format(entry.code, name)
    head = Markup('<a href="{}">{}</a>').format(entry.href, name) if entry.href else name
    within = _within(hit, language)
    return Markup('<li class="hit hit-of-{}"><p class="hit-name">{}</p>{}{}{}</li>').format(
        entry.kind, head, within, _because(hit, language), _projects(data, hit)
    )


def _parts(text: str, hit: Hit) -> Markup:
    return Markup("").join(
        Markup("<mark>{}</mark>").format(part) if is_hit else Markup("{}").format(part)
        for part, is_hit in search.marked(text, hit.matched)
    )


def _marked(names: Mapping[str, str], hit: Hit, language: str) -> Markup:
    """Return a name in the reader's language; where it is in another, whoever reads aloud knows."""
    text = words.name(names, language)
    tag = next((tag for tag, name in names.items() if name == text), "")
    spoken = _parts(text, hit)
    if tag and tag != words.base(language) and words.base(language) not in names:
        return Markup('<span lang="{}" dir="auto">{}</span>').format(tag, spoken)
    return spoken


def _within(hit: Hit, language: str) -> Markup:
    names = list(dict.fromkeys(words.name(one, language) for one in hit.entry.within))
    if not names:
        return Markup("")
    return Markup('<p class="hit-within">{}</p>').format(" · ".join(names))


def _because(hit: Hit, language: str) -> Markup:
    """Return the text that has the words, where the name does not show them."""
    because = hit.because
    if because is None:
        return Markup("")
    shown = _parts(search.extract(because.text, hit.matched), hit)
    tag = because.language
    if not tag:
        return Markup('<p class="hit-text"><span dir="auto">{}</span></p>').format(shown)
    spoken = words.LANGUAGES.get(tag, tag) if tag != words.base(language) else ""
    named = Markup(' <span class="hit-language">{}</span>').format(spoken) if spoken else ""
    return Markup('<p class="hit-text"><span lang="{}" dir="auto">{}</span>{}</p>').format(
        tag, shown, named
    )


def _projects(data: Data, hit: Hit) -> Markup:
    """Return the projects of an organisation, each a link."""
    known = data.catalogue.projects
    links = [
        Markup('<a href="/project/{}">{}</a>').format(code, data.name(known[code]))
        for code in hit.entry.projects
        if code in known
    ]
    if not links:
        return Markup("")
    return Markup('<p class="hit-ways">{}</p>').format(Markup(" · ").join(links))


EXAMPLES = (N_("jobs"), N_("training"), N_("women"), N_("local currency"), N_("waste"))
"What a reader may look for; each is a word of the catalogue in every language."


def examples(language: str) -> html.P:
    """Return a few words to begin with."""
    links: list[Any] = [html.Span(words.text("For example:", language)), " "]
    for place, example in enumerate(EXAMPLES):
        word = words.text(example, language)
        links += [" · "] if place else []
        links.append(html.A(word, href=address("/search", View(q=word))))
    return html.P(links, className="examples")
