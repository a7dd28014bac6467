/* What the pages need of the browser: tables drawn from data, and links that do not load anew.
 *
 * A past day that is in the address stays in every link of the page (`kept`), but for the way back.
 * Dash makes each cell of a table a component of its own, at more than a millisecond a piece. So a
 * table arrives as data (`dashboard/components/tables.py` says how) and is drawn here; texts only
 * ever become text nodes.
 */
(function () {
    "use strict";

    function element(name, className, ...children) {
        const made = document.createElement(name);
        if (className) made.className = className;
        made.append(...children.filter((child) => child !== undefined && child !== ""));
        return made;
    }

    function hidden(text) {
        return element("span", "visually-hidden", text);
    }

    // Only ways that we write ourselves: within this site, or to a source on the web.
    function isSafe(address) {
        return /^(\/(?!\/)|https?:\/\/)/.test(address);
    }

    // The address with the past day that the page is of, unless it names one itself.
    function kept(address) {
        const day = new URLSearchParams(location.search).get("as_of");
        const whole = new URL(address, location.href);
        const isPage = whole.origin === location.origin && /^\d{4}-\d\d-\d\d$/.test(day || "");
        if (!isPage || whole.searchParams.has("as_of")) return address;
        whole.searchParams.set("as_of", day);
        return whole.pathname + whole.search + whole.hash;
    }

    // Whoever drew a link wrote `own`; what stands there now is `own` with the day, or without.
    function keepDay() {
        document.querySelectorAll('a[href^="/"]:not([data-today])').forEach((link) => {
            const shown = link.getAttribute("href");
            if (link.kept !== shown) link.own = shown;
            link.kept = kept(link.own);
            if (link.kept !== shown) link.setAttribute("href", link.kept);
        });
    }

    function bar(cell) {
        const share = Math.min(Math.max(cell.bar, 0), 1);
        const fill = element("div", "bar-fill status-" + (cell.status || "none"));
        fill.style.inlineSize = 100 * share + "%";
        const whole = element("div", "bar bar-small", fill);
        if (cell.expected > 0 && cell.expected < 1) {
            const mark = element("div", "bar-expected");
            mark.style.insetInlineStart = 100 * cell.expected + "%";
            whole.append(mark);
        }
        whole.setAttribute("aria-hidden", "true"); // the words beside it say the same
        return element("div", "bar-cell", whole, element("span", "number", cell.t));
    }

    function content(cell) {
        if (typeof cell === "string") return [cell];
        if (cell.missing) return [element("span", "none", "–", hidden(cell.missing))];
        if (cell.withheld) {
            const eye = element("span", "icon icon-eye-off");
            eye.setAttribute("aria-hidden", "true");
            return [element("span", "withheld", eye, cell.withheld)];
        }
        if ("bar" in cell) return [bar(cell)];
        let shown = [cell.t || ""];
        if ("status" in cell) shown = [element("span", "status status-" + (cell.status || "none"), cell.t)];
        if (cell.severity) shown = [element("span", "severity severity-" + cell.severity, cell.t)];
        if (cell.badge) shown = [element("span", "badge badge-" + cell.badge, cell.t)];
        if (cell.cell) shown = [element("code", "cell", cell.t)];
        if (cell.quote) shown = [element("q", "", cell.t)];
        if (cell.links)
            shown = cell.links.map((one) => {
                const link = element("a", "tool", one.t);
                if (isSafe(one.href)) link.href = one.href;
                link.download = "";
                return link;
            });
        if (cell.ways)
            shown = cell.ways.map((one) => {
                const way = element("a", "way", one.t, hidden(": " + (one.about || "")));
                if (isSafe(one.href)) way.href = one.href;
                return way;
            });
        if (cell.tiles)
            shown = cell.tiles.map((goal) => {
                const tile = element("a", "sdg-tile sdg-tile-small sdg-" + goal, String(goal));
                tile.href = "/sdg/" + goal;
                return tile;
            });
        if (cell.href && isSafe(cell.href)) {
            const link = element("a", cell.number ? "value" : "", ...shown);
            link.href = cell.href;
            if (cell.title) link.title = cell.title;
            shown = [link];
        }
        if (cell.sub) shown.push(" ", element("span", "sub muted", cell.sub));
        return shown;
    }

    function draw(place, data) {
        const table = element("table", place.dataset.class || "table");
        const caption = place.getAttribute("aria-label") || place.dataset.caption;
        if (caption) table.append(element("caption", "visually-hidden", caption));
        const titles = data.columns.map((column) => (typeof column === "string" ? column : column.t));
        const head = element("tr");
        data.columns.forEach((column) => {
            const name = column.number ? "number" : "";
            const cell = element(column === "" ? "td" : "th", name, ...content(column));
            if (column !== "") cell.scope = "col";
            head.append(cell);
        });
        table.append(element("thead", "", head));
        const body = element("tbody");
        data.rows.forEach((row) => {
            if (row.group) {
                const group = element("th", "", row.group);
                group.colSpan = titles.length;
                group.scope = "colgroup";
                body.append(element("tr", "is-group", group));
                return;
            }
            const line = element("tr", row.className || "");
            (row.cells || row).forEach((cell, position) => {
                const kind = [cell.number && "number", cell.muted && "muted", cell.className].filter(Boolean).join(" ");
                const made = element(position ? "td" : "th", kind, ...content(cell));
                if (!position) made.scope = "row";
                made.dataset.label = titles[position];
                line.append(made);
            });
            body.append(line);
        });
        table.append(body);
        return table;
    }

    function show(place) {
        if (place.drawn === place.dataset.table) return;
        place.drawn = place.dataset.table;
        const table = draw(place, JSON.parse(place.dataset.table));
        if (place.tagName === "DETAILS") {
            place.querySelector(":scope > .table-scroll")?.remove();
            const scroll = element("div", "table-scroll", table);
            scroll.tabIndex = 0;
            scroll.setAttribute("role", "group");
            scroll.setAttribute("aria-label", place.dataset.caption);
            place.append(scroll);
        } else place.replaceChildren(table);
        const hit = table.querySelector(".is-hit");
        if (hit) place.scrollLeft = hit.offsetLeft - place.clientWidth / 2;
    }

    function showAll() {
        keepDay();
        document.querySelectorAll("div[data-table], details[data-table][open]").forEach(show);
    }

    new MutationObserver(showAll).observe(document.documentElement, {
        childList: true,
        subtree: true,
        attributeFilter: ["data-table", "href"],
    });
    document.addEventListener("toggle", (event) => event.target.matches?.("details[data-table][open]") && show(event.target), true);
    // A printed page shows every table.
    window.addEventListener("beforeprint", () =>
        document.querySelectorAll("details[data-table]").forEach((twin) => (twin.open = true)));

    function go(address) {
        history.pushState({}, "", address);
        window.dispatchEvent(new CustomEvent("_dashprivate_pushstate")); // as dcc.Link does
        window.scrollTo(0, 0);
        document.getElementById("main")?.focus({ preventScroll: true });
    }

    document.addEventListener("click", (event) => {
        const link = event.target.closest?.("a[href]");
        if (!link || event.defaultPrevented || event.button || link.target || link.hasAttribute("download")) return;
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        const address = new URL(link.href, location.href);
        if (address.origin !== location.origin || link.getAttribute("href").startsWith("#")) return;
        event.preventDefault();
        go(address.pathname + address.search + address.hash);
    });

    // A button that cannot be pressed by mistake: it asks first, in its own words.
    function ask(button) {
        const { confirm, yes, no } = button.dataset;
        const text = element("p", "", confirm);
        text.id = "confirm-text";
        const sure = element("button", "button", yes);
        const cancel = element("button", "button button-quiet", no);
        const box = element("dialog", "confirm", text, element("div", "confirm-ways", cancel, sure));
        box.setAttribute("aria-labelledby", text.id);
        box.addEventListener("close", () => {
            box.remove();
            button.focus();
        });
        cancel.addEventListener("click", () => box.close());
        sure.addEventListener("click", () => {
            box.close();
            button.isSure = true;
            button.click();
        });
        document.body.append(box);
        box.showModal();
        cancel.focus();
    }

    document.addEventListener(
        "click",
        (event) => {
            const button = event.target.closest?.("button[data-confirm]");
            if (!button) return;
            if (button.isSure) {
                button.isSure = false;
                return;
            }
            event.preventDefault();
            event.stopImmediatePropagation();
            ask(button);
        },
        true
    );

    // Runs of ids as short text, as `dashboard/components/marks.py` writes them; empty where too long.
    function compact(ids) {
        const runs = [];
        [...new Set(ids)].sort((a, b) => a - b).forEach((id) => {
            const run = runs[runs.length - 1];
            if (run && id === run[1] + 1) run[1] = id;
            else runs.push([id, id]);
        });
        const text = runs.map(([low, high]) => (low === high ? low : low + "-" + high)).join(",");
        return text.length <= 4000 ? text : "";
    }

    window.medtown = Object.assign(window.medtown || {}, { open: (address) => go(kept(address)), compact });
})();
