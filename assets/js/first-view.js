/* The page that the server wrote gives way to Dash's own as soon as that is drawn: drawings move over,
 * and whoever was somewhere in the page, or had begun to choose something, goes on from there. */
(function () {
    "use strict";
    const first = () => document.getElementById("first-view");

    // The address says its language, so that it is a link to what is seen.
    const here = new URL(location.href);
    if (first() && !here.searchParams.has("lang")) {
        here.searchParams.set("lang", document.documentElement.lang);
        history.replaceState(history.state, "", here);
    }

    // Both pages are drawn by the same functions, so an element is known by where it stands: below
    // the nearest element with an id, or below the shell.
    function twin(element, old, root) {
        const way = [];
        let one = element;
        while (one !== old && !one.id && !one.classList.contains("shell")) {
            way.unshift([...one.parentElement.children].indexOf(one));
            one = one.parentElement;
        }
        const start = root.querySelector(one.id && one !== old ? `[id="${CSS.escape(one.id)}"]` : ".shell");
        const found = way.reduce((at, place) => at?.children[place], start);
        return found?.tagName === element.tagName ? found : null;
    }

    function moveDrawings(old, root) {
        root.querySelectorAll(".figure[id]").forEach((place) => {
            const drawn = old.querySelector(`[id="${CSS.escape(place.id)}"]`);
            if (drawn?.getAttribute("aria-label") === place.getAttribute("aria-label"))
                place.replaceChildren(...drawn.children);
        });
    }

    function open(old, root) {
        old.querySelectorAll("details[open]").forEach((one) => {
            const same = twin(one, old, root);
            if (!same || same.open) return;
            same.open = true;
            window.medtown.drawTables(same);
        });
    }

    // Choices that were made before anybody listened; a form of filters that differs is applied.
    function carryOver(old, root) {
        old.querySelectorAll("form").forEach((form) => {
            const same = twin(form, old, root);
            if (!same) return;
            let isChanged = false;
            [...form.elements].forEach((field, place) => {
                const other = same.elements[place];
                if (!field.name || other?.name !== field.name) return;
                if (other.value === field.value && other.checked === field.checked) return;
                other.value = field.value;
                other.checked = field.checked;
                isChanged = isChanged || field.type !== "search";
            });
            if (isChanged && form.matches(".filters")) document.addEventListener("medtown-ready", () => same.requestSubmit(), { once: true });
        });
    }

    function scroll(old, root) {
        const moved = [...old.querySelectorAll(".table-scroll, .nav")].filter((one) => one.scrollLeft || one.scrollTop);
        return moved.map((one) => [twin(one, old, root), one.scrollLeft, one.scrollTop]).filter(([same]) => same);
    }

    function goOn(active, other) {
        if (!other) return;
        other.focus({ preventScroll: true });
        if (active.type === "search") other.setSelectionRange(active.selectionStart, active.selectionEnd);
    }

    function takeOver() {
        const old = first();
        const root = document.getElementById("react-entry-point");
        if (!old || !root?.querySelector('[id="_pages_content"]')?.firstElementChild) return;
        watch.disconnect();
        window.medtown.drawTables(root);
        const top = window.scrollY; // before anything moves, so that the browser need not lay it out
        const places = scroll(old, root);
        moveDrawings(old, root);
        open(old, root);
        carryOver(old, root);
        const active = document.activeElement;
        const other = old.contains(active) ? twin(active, old, root) : null;
        root.removeAttribute("hidden");
        old.remove();
        window.scrollTo(0, top);
        places.forEach(([same, left, down]) => same.scrollTo(left, down));
        goOn(active, other);
        window.medtown.isReady = true;
        document.documentElement.classList.add("is-ready");
        document.dispatchEvent(new CustomEvent("medtown-ready"));
    }

    const watch = new MutationObserver(takeOver);
    if (first()) watch.observe(document.documentElement, { childList: true, subtree: true });
    else window.medtown = Object.assign(window.medtown || {}, { isReady: true });
})();
