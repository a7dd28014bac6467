"""A page as plain HTML: what stands there before any script has arrived, and without any.

Dash's components become their tags, figures become drawings (`dashboard.svg`), tables stand as they
are. The browser's Dash draws the same page from the same functions and takes over
(`assets/js/first-view.js`).
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from copy import copy
from html import escape, unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from dash.development.base_component import Component

from dashboard import bundles, svg, theme

VOID = frozenset({"br", "hr", "img", "link", "meta"})
"Tags without an end."

NAMES = {"className": "class", "htmlFor": "for", "tabIndex": "tabindex", "srcSet": "srcset"}
"HTML's names of what Dash calls otherwise."

OURS = frozenset(
    {"children", "style", "id", "n_clicks", "n_clicks_timestamp", "disable_n_clicks", "key"}
)
"Properties that are no attributes, or are written apart."

NARROW = 340
"Pixels of a card's inside on a phone."

FIGURE, HTML = "data-figure", "data-html"

Filled = Mapping[str, Any]

DOCUMENT = """<!DOCTYPE html>
<html lang="{language}" dir="{direction}" data-scheme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
{head}
</head>
{body}
</html>"""


def document(language: str, title: str, *, head: Iterable[str], body: str) -> str:
    """Return a whole page; its title is escaped, `head` are tags and `body` is one."""
    return DOCUMENT.format(
        language=language,
        direction=theme.direction(language),
        title=escape(title),
        head="\n".join(head),
        body=body,
    )


def shared(said: Mapping[str, str]) -> list[str]:
    """Return the tags that tell others how to show a link: the properties of Open Graph."""
    named = (f'<meta property="{name}" content="{escape(word)}">' for name, word in said.items())
    return [*named, '<meta name="twitter:card" content="summary_large_image">']


def looks() -> list[str]:
    """Return the tags that give a page its colours and its style sheet."""
    return [f"<script>{theme.FIRST_PAINT}</script>", bundles.tags()[0]]


def render(node: Any, language: str, filled: Filled | None = None) -> str:
    """Return components as HTML; `filled` holds what stands within the elements of some ids."""
    return "".join(_rendered(node, language, filled or {}))


def folded(node: Any, called: Collection[str]) -> Any:
    """Return components of which Dash has to know few: what only stands there is HTML in an attribute.

    Dash takes more than half a millisecond for each component of a page, in every browser, every
    time that a filter changes. Those of its own remain, those whose id a callback names (`called`),
    and what is around them. `assets/js/pages.js` puts the HTML where it belongs.
    """
    if isinstance(node, (list, tuple)):
        return [folded(one, called) for one in node]
    inside = getattr(node, "children", None)
    if not isinstance(inside, (list, tuple, Component)) or _is_known(node, called):
        return node
    made = copy(node)  # the page as it was made is kept
    if _holds_known(inside, called):
        made.children = folded(inside, called)
    else:
        del made.children
        setattr(made, HTML, "".join(_rendered(inside, None, {})))
    return made


def _is_known(node: Component, called: Collection[str]) -> bool:
    """Return whether a component is Dash's own, or one that a callback may change or listen to."""
    own = getattr(node, "id", None)
    return node._namespace != "dash_html_components" or isinstance(own, dict) or own in called


def _holds_known(node: Any, called: Collection[str]) -> bool:
    if isinstance(node, (list, tuple)):
        return any(_holds_known(one, called) for one in node)
    if not isinstance(node, Component):
        return False
    return _is_known(node, called) or _holds_known(getattr(node, "children", None), called)


def _rendered(node: Any, language: str | None, filled: Filled) -> Iterable[str]:
    if node is None or isinstance(node, bool):
        return
    if isinstance(node, (str, int, float)):
        yield escape(str(node))
    elif isinstance(node, (list, tuple)):
        for one in node:
            yield from _rendered(one, language, filled)
    elif node._namespace == "dash_html_components":
        yield from _element(node, language, filled)
    else:  # a control or a store of Dash: what is inside of it, if anything
        yield from _rendered(getattr(node, "children", None), language, filled)


def _element(node: Any, language: str | None, filled: Filled) -> Iterable[str]:
    """Return an element; without a language, what our scripts draw stays in its attribute."""
    props = node.to_plotly_json()["props"]
    tag = node._type.lower()
    drawn = () if language is None else (FIGURE, HTML)
    yield f"<{tag}{''.join(_attributes(props, drawn))}>"
    if tag in VOID:
        return
    if language is not None and FIGURE in props:
        yield from _drawings(props, language)
    elif language is not None and HTML in props:
        yield props[HTML]
    else:
        own = props.get("id")
        inside = filled.get(own) if isinstance(own, str) else None
        yield from _rendered(props.get("children") if inside is None else inside, language, filled)
    yield f"</{tag}>"


def _attributes(props: Mapping[str, Any], left_out: Collection[str]) -> Iterable[str]:
    if own := props.get("id"):
        name = (
            own if isinstance(own, str) else json.dumps(own, sort_keys=True, separators=(",", ":"))
        )
        yield f' id="{escape(name)}"'
    if style := props.get("style"):
        yield f' style="{escape(_style(style))}"'
    for name, value in props.items():
        if name in OURS or name in left_out or value is None or value is False:
            continue
        shown = NAMES.get(name, name if "-" in name else name.lower())
        yield f" {shown}" if value is True else f' {shown}="{escape(str(value))}"'


def _style(style: Mapping[str, Any]) -> str:
    """Return a style as CSS writes it: `{"inlineSize": "40%"}` is `inline-size:40%`."""
    names = (re.sub("([A-Z])", lambda letter: f"-{letter[1].lower()}", name) for name in style)
    return ";".join(f"{name}:{value}" for name, value in zip(names, style.values(), strict=True))


def _drawings(props: Mapping[str, Any], language: str) -> Iterable[str]:
    """Return a figure as it is on a wide screen, and on a phone where that is another drawing."""
    figure = json.loads(props[FIGURE])
    wide = int(props.get("data-width", NARROW))
    widths = {wide: "at-wide", NARROW: "at-narrow"} if wide > NARROW else {NARROW: ""}
    for width, kind in widths.items():
        drawn = svg.draw(figure, width=width, language=language)
        named = f' class="{kind}"' if kind else ""
        # The figure around it says what it shows, once.
        yield drawn.replace("<svg ", f'<svg{named} aria-hidden="true" ', 1)


def first_figure(node: Any) -> dict[str, Any] | None:
    """Return the first figure among components, as Plotly's dict; None where there is none."""
    if isinstance(node, (list, tuple)):
        return next((found for one in node if (found := first_figure(one))), None)
    if node is None or isinstance(node, (str, int, float)):
        return None
    if told := getattr(node, FIGURE, None):
        figure: dict[str, Any] = json.loads(told)
        return figure if figure["data"] else None
    return first_figure(getattr(node, "children", None))


# --- Links ----------------------------------------------------------------------------------------

LINK = re.compile(r'(?<=\shref=")([/?][^"]*)(?=")')
"An address within this site; `?lang=…` is that of the page itself in another language."

FILES = ("//", "/assets/", "/_")


def with_kept(page: str, kept: Mapping[str, str], here: str) -> str:
    """Return HTML whose links say what the whole visit keeps: the language, the past day.

    `here` is the address of the page, which a link to another language leads to.
    """

    def changed(found: re.Match[str]) -> str:
        return escape(kept_in(unescape(found[1]), kept, here))

    return LINK.sub(changed, page)


def kept_in(address: str, kept: Mapping[str, str], here: str) -> str:
    """Return an address with what the visit keeps.

    >>> kept_in("/country/TUN", {"lang": "ar"}, "/")
    '/country/TUN?lang=ar'
    >>> kept_in("?lang=fr", {"lang": "ar"}, "/sdg/8?lang=ar&until=2023-06-30")
    '/sdg/8?lang=fr&until=2023-06-30'
    """
    if address.startswith(FILES):
        return address
    parts = urlsplit(address)
    own = dict(parse_qsl(parts.query))
    if address.startswith("?"):
        base = urlsplit(here)
        return f"{base.path}?{urlencode({**dict(parse_qsl(base.query)), **own})}"
    said = {**own, **{name: word for name, word in kept.items() if word and name not in own}}
    query = f"?{urlencode(said)}" if said else ""
    return f"{parts.path}{query}{f'#{parts.fragment}' if parts.fragment else ''}"
