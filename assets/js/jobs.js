// How far a job is: asked for every second while it is shown, and the page anew once it has ended.
(function () {
    "use strict";
    let isAsking = false;

    async function look() {
        const shown = document.querySelector("[data-job]");
        if (!shown || isAsking || document.hidden) return;
        isAsking = true;
        try {
            const answer = await fetch(`/jobs/${shown.dataset.job}`, { headers: { Accept: "application/json" } });
            if (!answer.ok) return;
            const { state, done, total, text } = await answer.json();
            if (state === "done" || state === "failed") return location.reload();
            shown.querySelector(".job-text").textContent = text;
            Object.assign(shown.querySelector("progress"), { max: total, value: done });
        } catch {
            // The server is away: asked again.
        } finally {
            isAsking = false;
        }
    }

    setInterval(look, 1000);
})();
