/* Charts: a drawing of the server's first, plotly.js when it comes into view and can be touched.
 *
 * A figure stands in `data-figure` as Plotly's own JSON; `layout.meta.narrow` holds what is different
 * on a phone. plotly.js is fetched once, when the first chart is seen, and draws one chart at a time.
 */
(function () {
    "use strict";
    const NARROW = 480;
    const CONFIG = {
        displayModeBar: false, displaylogo: false, responsive: true, scrollZoom: false, doubleClick: false,
        showSendToCloud: false, showLink: false, // plotly.js 4 offers to send data to its maker unless told not to
    };
    const FIGURES = ".figure[data-figure]";
    let library = null;
    const waiting = new Set();
    let isDrawing = false;

    const all = () => document.querySelectorAll(FIGURES);
    const room = () => new Promise((go) =>
        (window.requestIdleCallback ? requestIdleCallback(go, { timeout: 300 }) : setTimeout(go, 20)));

    function plotly() {
        const address = document.querySelector('meta[name="plotly"]').content;
        library = library || new Promise((resolve, reject) => {
            const script = document.createElement("script");
            script.src = address;
            script.onload = () => resolve(window.Plotly);
            script.onerror = () => {
                library = null; // the next chart tries again
                reject(new Error("plotly.js did not arrive"));
            };
            document.head.append(script);
        });
        return library;
    }

    function merged(whole, changes) {
        const made = { ...whole };
        for (const [name, value] of Object.entries(changes || {}))
            made[name] = value && typeof value === "object" && !Array.isArray(value) ? merged(whole[name] || {}, value) : value;
        return made;
    }

    function isNarrow(place) {
        return place.clientWidth < NARROW;
    }

    function asked(place) {
        const figure = JSON.parse(place.dataset.figure);
        const layout = isNarrow(place) ? merged(figure.layout, (figure.layout.meta || {}).narrow) : figure.layout;
        place.style.blockSize = layout.height ? layout.height + "px" : "";
        if (layout.meta && layout.meta.ratio) place.style.aspectRatio = layout.meta.ratio; // a map's own on a phone
        return [figure.data, layout];
    }

    // A mark carries the observations behind it, where they are few; a click leads to their cells.
    function lead(place, event) {
        const ids = event.points && event.points[0] && event.points[0].customdata;
        if (!Array.isArray(ids)) return;
        const named = ids.length ? window.medtown.compact(ids) : "";
        if (named) window.medtown.open("/value?ids=" + named);
        else if (place.dataset.behind) window.medtown.open(place.dataset.behind);
    }

    // plotly.js has been fetched: draw. Most of it happens at once, which `beforeprint` relies on.
    async function draw(place) {
        if (!place.isConnected || place.plotted === place.dataset.figure || !place.clientWidth) return;
        const [data, layout] = asked(place);
        let holder = place.querySelector(":scope > .plot");
        place.plotted = place.dataset.figure;
        place.plottedNarrow = isNarrow(place);
        if (holder) {
            await (place.drawing = window.Plotly.react(holder, data, layout, CONFIG));
            return;
        }
        holder = document.createElement("div");
        holder.className = "plot";
        holder.setAttribute("aria-hidden", "true"); // the figure around it says what it shows
        place.append(holder);
        await (place.drawing = window.Plotly.newPlot(holder, data, layout, CONFIG));
        document.getElementById("js-plotly-tester")?.setAttribute("aria-hidden", "true"); // it measures texts
        removeDrawings(place);
        place.classList.add("is-live");
        holder.on("plotly_click", (event) => lead(place, event));
        sizes.observe(place);
    }

    function removeDrawings(place) {
        place.querySelectorAll(":scope > svg").forEach((drawing) => drawing.remove());
    }

    // One at a time, with room for the reader in between.
    async function drawAll() {
        if (isDrawing) return;
        isDrawing = true;
        try {
            await plotly();
            while (waiting.size) {
                await room();
                const [place] = waiting; // none, where the reader has gone on
                waiting.delete(place);
                if (place) await draw(place).catch((error) => place.isConnected && console.error(error));
            }
        } catch (error) {
            waiting.clear(); // the server's drawings stay
            console.warn(error);
        }
        isDrawing = false;
    }

    function want(place) {
        if (!window.medtown?.isReady || !place.dataset.figure || !place.getClientRects().length) return;
        if (place.plotted === place.dataset.figure) return;
        waiting.add(place);
        drawAll();
    }

    const seen = new IntersectionObserver(
        (entries) => entries.forEach((entry) => {
            entry.target.isSeen = entry.isIntersecting;
            if (entry.isIntersecting) want(entry.target);
            else waiting.delete(entry.target);
        }),
        { rootMargin: "250px 0px" }
    );
    const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => {
        if (!target.clientWidth || isNarrow(target) === target.plottedNarrow) return;
        target.plotted = "";
        if (target.isSeen) want(target);
    }));

    // Dash draws a page anew, element by element: a chart goes on in its like, which changes it.
    function inherit(place, old) {
        const isSame = old.dataset.figure === place.dataset.figure;
        if (!old.plotted && !isSame) return; // the server's drawing is of another view
        place.replaceChildren(...old.children);
        place.drawing = old.drawing;
        place.plotted = old.plotted;
        place.plottedNarrow = old.plottedNarrow;
        if (!place.plotted) return;
        place.style.blockSize = old.style.blockSize;
        place.classList.add("is-live");
        const holder = place.querySelector(":scope > .plot");
        holder.removeAllListeners("plotly_click");
        holder.on("plotly_click", (event) => lead(place, event));
        sizes.observe(place);
    }

    // What is gone gives its memory back, but not in the middle of being drawn.
    async function purge(place) {
        await Promise.resolve(place.drawing).catch(() => {});
        place.querySelectorAll(":scope > .plot").forEach((holder) => window.Plotly.purge(holder));
    }

    function replace(changes) {
        const gone = changes.flatMap(({ removedNodes }) => [...removedNodes]).filter((node) => node.querySelectorAll);
        const figures = gone.flatMap((node) => [...node.querySelectorAll(FIGURES)]).filter((old) => !old.isConnected);
        figures.forEach((old) => {
            const place = old.id && document.getElementById(old.id);
            if (place?.matches(FIGURES) && !place.firstElementChild) inherit(place, old);
            purge(old);
            waiting.delete(old);
            seen.unobserve(old);
            sizes.unobserve(old);
        });
    }

    function watch(changes) {
        if (!window.medtown?.isReady) return;
        window.medtown.drawTables(document); // what takes the place of a chart that is gone
        replace(changes);
        all().forEach((place) => {
            if (!place.isWatched) {
                place.isWatched = true;
                seen.observe(place);
            } else if (place.plotted !== place.dataset.figure && place.isSeen) want(place);
            // Without a drawing there is nothing to see until plotly.js is there: also on paper.
            if (!place.firstElementChild) plotly().catch(() => {});
        });
    }

    new MutationObserver((changes) => {
        const own = changes.filter(({ target }) => !target.closest?.(".plot"));
        if (own.length) watch(own);
    }).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["data-figure"] });
    document.addEventListener("medtown-ready", () => watch([]));

    // On paper a drawing is as wide as the paper, and every chart is there.
    function onPaper(isPrinting) {
        if (isPrinting && window.Plotly) all().forEach((place) => place.firstElementChild || draw(place));
        document.querySelectorAll(".plot .main-svg").forEach((drawing) => {
            if (isPrinting) {
                const { width, height } = drawing.getBoundingClientRect();
                drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
            } else drawing.removeAttribute("viewBox");
        });
    }
    window.addEventListener("beforeprint", () => onPaper(true));
    window.addEventListener("afterprint", () => onPaper(false));
})();
