/* What the pages need of the browser: tables, links that do not load anew and keep what was chosen,
 * the way back to where a reader was, menus, and buttons that ask first. */
(function () {
    "use strict";
    const main = () => document.getElementById("main");

    function element(name, className, ...children) {
        const made = document.createElement(name);
        if (className) made.className = className;
        made.append(...children.filter((child) => child !== undefined && child !== ""));
        return made;
    }

    // --- Links --------------------------------------------------------------------------------

    // What the address says of the whole visit, and every link of ours says too: the past day that
    // the pages are of, and the language. The static renderer does the same (`dashboard/static.py`).
    const KEPT = { as_of: /^\d{4}-\d\d-\d\d$/, lang: /^[a-z]{2}(-[A-Z]{2})?$/ };
    const FILES = /^\/(\/|assets\/|_)/;

    function kept(address) {
        if (FILES.test(address)) return address;
        const whole = new URL(address, location.href);
        if (whole.origin !== location.origin) return address;
        const own = new URLSearchParams(location.search);
        Object.entries(KEPT).forEach(([name, form]) => {
            const word = own.get(name) || "";
            if (form.test(word) && !whole.searchParams.has(name)) whole.searchParams.set(name, word);
        });
        return whole.pathname + whole.search + whole.hash;
    }

    // Whoever drew a link wrote `own`; what stands there now is `own` with the day, or without.
    function keepInLinks() {
        document.querySelectorAll('a[href^="/"]:not([data-today])').forEach((link) => {
            const shown = link.getAttribute("href");
            if (link.kept === shown && link.keptAt === location.search) return;
            if (link.kept !== shown) link.own = shown;
            link.keptAt = location.search;
            link.kept = kept(link.own);
            if (link.kept !== shown) link.setAttribute("href", link.kept);
        });
    }

    // --- What arrives as HTML -----------------------------------------------------------------

    // A table arrives as HTML in an attribute (`dashboard/components/tables.py`), and so does what
    // Dash need not know of a page (`dashboard/static.py`): each element as a component of its own
    // would cost it more than half a millisecond.
    function draw(place) {
        if (place.drawn === place.dataset.html || place.parentElement.closest("details:not([open])")) return;
        place.drawn = place.dataset.html;
        place.innerHTML = place.dataset.html;
        drawTables(place);
        place.dispatchEvent(new CustomEvent("medtown-drawn", { bubbles: true }));
        const hit = place.querySelector(".is-hit");
        if (hit) place.scrollLeft = hit.offsetLeft - place.clientWidth / 2;
    }

    function drawTables(root) {
        root.querySelectorAll("[data-html]").forEach(draw);
    }

    // Dash draws a page anew, element by element: what was open in a card stays open in its like.
    const OPENED = "details:not(:has(> .menu))";
    const siblings = (one) => [...(one.closest("[aria-labelledby]")?.querySelectorAll(OPENED) || [])];

    function reopen(changes) {
        const gone = changes.flatMap(({ removedNodes }) => [...removedNodes]).filter((node) => node.querySelectorAll);
        gone.flatMap((node) => [...node.querySelectorAll(OPENED)]).filter((one) => one.open).forEach((one) => {
            const card = one.closest("[aria-labelledby]")?.getAttribute("aria-labelledby");
            const same = card && document.querySelector(`[aria-labelledby="${CSS.escape(card)}"] ${OPENED}`);
            const found = same && siblings(same)[siblings(one).indexOf(one)];
            if (found) found.open = true;
        });
    }

    new MutationObserver((changes) => {
        const own = changes.filter(({ target }) => !target.closest?.(".plot")); // plotly.js draws a lot
        if (!own.length) return;
        drawTables(document);
        reopen(own);
        keepInLinks();
    }).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["data-html", "href"] });
    document.addEventListener("toggle", (event) => event.target.open && drawTables(event.target), true);

    // A printed page shows every table, and is as it was afterwards.
    window.addEventListener("beforeprint", () =>
        document.querySelectorAll("details.twin:not([open])").forEach((twin) => {
            twin.isForPrint = twin.open = true;
            drawTables(twin);
        }));
    window.addEventListener("afterprint", () =>
        document.querySelectorAll("details.twin").forEach((twin) => {
            if (twin.isForPrint) twin.isForPrint = twin.open = false;
        }));

    // A native control whose choice a store of Dash's holds.
    document.addEventListener("change", ({ target }) => {
        const store = target.closest?.("[data-store]")?.dataset.store;
        if (store) window.dash_clientside.set_props(store, { data: target.value });
    });

    // --- From page to page --------------------------------------------------------------------

    // What Dash changes, not what our scripts make of it: the charts and tables of the page before
    // may still be on their way.
    const isOfDash = ({ type, target }) => type === "attributes" || !target.closest?.(".figure, [data-html]");

    // Call back when the page that was asked for has been drawn. Until then the page keeps its height:
    // a reader far down would else be carried up while Dash takes the old page away.
    function whenDrawn(then) {
        const content = document.getElementById("_pages_content");
        const end = () => {
            drawing.disconnect();
            clearTimeout(enough);
            document.documentElement.classList.remove("is-waiting");
            requestAnimationFrame(() => {
                content.style.minBlockSize = "";
                then();
            });
        };
        const drawing = new MutationObserver((changes) => changes.some(isOfDash) && end());
        const enough = setTimeout(end, 20000);
        document.documentElement.classList.add("is-waiting");
        content.style.minBlockSize = content.offsetHeight + "px";
        drawing.observe(content, { childList: true, subtree: true, attributeFilter: ["data-html", "data-figure"] });
    }

    // Pages that must be loaded whole: of what stands in their head (the grid's scripts), or because
    // Dash does not draw them (`dashboard/documents.py`).
    const WHOLE = [/^\/explore(\?|$)/, /^\/(sign-in|account|invitation|work|admin|notices|privacy)(\/|\?|$)/];
    const kind = (address) => WHOLE.findIndex((one) => one.test(address));

    function go(address, { stays = false } = {}) {
        const { pathname, hash } = new URL(address, location.href);
        if (!window.medtown.isReady || kind(pathname) !== kind(at)) {
            location.href = address;
            return;
        }
        history.pushState({ top: stays ? window.scrollY : 0 }, "", address);
        at = location.pathname + location.search;
        window.dispatchEvent(new CustomEvent("_dashprivate_pushstate")); // as dcc.Link does
        if (stays) return whenDrawn(() => {});
        window.scrollTo(0, 0);
        main()?.focus({ preventScroll: true });
        whenDrawn(() => hash && document.getElementById(hash.slice(1))?.scrollIntoView());
    }

    // Back and forward lead to where the reader was in the page, once it is drawn again.
    let at = location.pathname + location.search;
    let scrolled = 0;
    if (history.scrollRestoration) history.scrollRestoration = "manual";
    window.addEventListener("scroll", () => {
        clearTimeout(scrolled);
        scrolled = setTimeout(() => history.replaceState({ ...history.state, top: window.scrollY }, ""), 150);
    }, { passive: true });
    window.addEventListener("popstate", (event) => {
        clearTimeout(scrolled);
        const top = event.state?.top || 0;
        const here = location.pathname + location.search;
        if (here === at) return window.scrollTo(0, top); // a place within this page
        if (kind(here) !== kind(at)) return location.reload();
        at = here;
        whenDrawn(() => window.scrollTo(0, top));
    });
    window.addEventListener("load", () => history.state?.top && window.scrollTo(0, history.state.top));

    document.addEventListener("click", (event) => {
        const link = event.target.closest?.("a[href]");
        if (!link || event.defaultPrevented || event.button || link.target || link.hasAttribute("download")) return;
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        const address = new URL(link.href, location.href);
        const written = link.getAttribute("href");
        if (address.origin !== location.origin || written.startsWith("#") || FILES.test(written)) return;
        if (link.dataset.language) {
            // The same view in another language, in a page of its own direction.
            event.preventDefault();
            const there = new URL(location.href);
            there.searchParams.set("lang", link.dataset.language);
            location.href = there;
            return;
        }
        if (!window.medtown.isReady) return;
        event.preventDefault();
        go(address.pathname + address.search + address.hash);
    });

    // --- Menus --------------------------------------------------------------------------------

    // What is beside an open menu closes it, and so does Escape.
    const openMenus = () => [...document.querySelectorAll("details[open] > .menu")].map((menu) => menu.parentElement);

    const closeMenus = (isChosen) => ({ target }) =>
        openMenus().forEach((menu) => (menu.open = menu.contains(target) && !(isChosen && target.closest("a"))));

    document.addEventListener("click", closeMenus(true));
    document.addEventListener("focusin", closeMenus(false));
    document.addEventListener("keydown", (event) => {
        if (event.key !== "Escape") return;
        openMenus().forEach((menu) => {
            menu.open = false;
            menu.querySelector("summary").focus();
        });
    });

    // --- Buttons that ask first ---------------------------------------------------------------

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

    // --- For the other scripts ----------------------------------------------------------------

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

    window.medtown = Object.assign(window.medtown || {}, {
        open: (address, how) => go(kept(address), how), compact, kept, drawTables,
    });
})();
