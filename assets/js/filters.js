/* Filters: a choice is written into the address, and the page is drawn again; the form itself works
 * without this (`dashboard/components/filters.py`). */
(function () {
    "use strict";

    // What a form says, as an address says it: no empty values, several choices with commas.
    function said(form) {
        const address = new URLSearchParams();
        const given = new FormData(form);
        for (const name of new Set(given.keys())) {
            const values = given.getAll(name).filter(Boolean);
            if (values.length) address.set(name, values.join(","));
        }
        return address.toString();
    }

    function apply(form) {
        const text = said(form);
        const address = window.medtown.kept(location.pathname + (text ? "?" + text : ""));
        const active = document.activeElement;
        // Where the keyboard was, should the form be drawn anew.
        window.medtown.again = form.contains(active) ? [active.name, active.value, active.type] : null;
        if (address !== location.pathname + location.search) window.medtown.open(address, { stays: true });
    }

    function limit(group) {
        const boxes = [...group.querySelectorAll("input")];
        const isFull = boxes.filter((one) => one.checked).length >= Number(group.dataset.most);
        boxes.forEach((one) => (one.disabled = isFull && !one.checked));
    }

    document.addEventListener("change", (event) => {
        const form = event.target.closest?.("form.filters");
        if (!form) return;
        const group = event.target.closest(".checks");
        if (group) limit(group);
        if (!window.medtown.isReady) return; // before that, the button sends the form
        if (event.target.type !== "search") apply(form);
    });
    document.addEventListener("submit", (event) => {
        if (!event.target.matches?.("form.filters") || !window.medtown.isReady) return;
        event.preventDefault();
        apply(event.target);
    });

    document.addEventListener("medtown-drawn", (event) => {
        const form = event.target.querySelector?.("form.filters");
        form?.querySelectorAll(".checks").forEach(limit);
        const field = window.medtown?.again;
        if (!field || !form || document.activeElement !== document.body) return;
        const same = [...form.querySelectorAll(`[name="${CSS.escape(field[0])}"]`)];
        const one = field[2] === "checkbox" ? same.find((box) => box.value === field[1]) : same[0];
        one?.focus({ preventScroll: true });
        if (one) window.medtown.again = null;
    });
})();
