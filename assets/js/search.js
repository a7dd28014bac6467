/* The field in the head of a page leads to what was found without loading everything anew. */
(function () {
    "use strict";
    document.addEventListener("submit", (event) => {
        const form = event.target.closest?.("form.find");
        if (!form || !window.medtown?.isReady) return; // before that, the form sends itself
        event.preventDefault();
        const words = form.elements.q.value.trim();
        const asked = words ? "?" + new URLSearchParams({ q: words }) : "";
        window.medtown.open(new URL(form.action).pathname + asked);
    });
})();
