/* What the pages need of the browser: tables drawn from data, and links that do not load anew.
 *
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
    }

    function showAll() {
        document.querySelectorAll("div[data-table], details[data-table][open]").forEach(show);
    }

    new MutationObserver(showAll).observe(document.documentElement, {
        childList: true,
        subtree: true,
        attributeFilter: ["data-table"],
    });
    document.addEventListener("toggle", (event) => event.target.matches?.("details[data-table][open]") && show(event.target), true);
    // A printed page shows every table.
    window.addEventListener("beforeprint", () =>
        document.querySelectorAll("details[data-table]").forEach((twin) => (twin.open = true)));

    function open(address) {
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
        open(address.pathname + address.search + address.hash);
    });

    window.medtown = { open };
})();
