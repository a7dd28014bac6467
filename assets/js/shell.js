/* The menu on a phone, and light or dark: nothing of it needs the server. */
(function () {
    "use strict";
    const root = document.documentElement;
    const KEY = "medtown-scheme";
    const button = () => document.querySelector(".menu-button");
    const isOpen = () => root.dataset.menu === "open";

    function showMenu(isShown) {
        if (isShown) root.dataset.menu = "open";
        else delete root.dataset.menu;
        button()?.setAttribute("aria-expanded", String(isShown));
    }

    function setScheme(scheme) {
        root.dataset.scheme = scheme;
        try {
            localStorage.setItem(KEY, scheme);
        } catch {
            // A browser that keeps nothing shows the scheme for this page alone.
        }
    }

    document.addEventListener("click", ({ target }) => {
        if (target.closest(".menu-button")) {
            showMenu(!isOpen());
            if (isOpen()) document.querySelector("#nav a")?.focus();
        } else if (target.closest(".scheme-button")) {
            setScheme(root.dataset.scheme === "dark" ? "light" : "dark");
        } else if (isOpen() && (target.closest("#nav a") || !target.closest("#nav"))) {
            showMenu(false);
        }
    });
    // Whoever leaves the menu by keyboard is not left behind it.
    document.addEventListener("focusin", ({ target }) => {
        if (isOpen() && !target.closest("#nav, .menu-button")) showMenu(false);
    });
    document.addEventListener("keydown", (event) => {
        if (event.key !== "Escape" || !isOpen()) return;
        showMenu(false);
        button().focus();
    });
    document.addEventListener("medtown-ready", () => showMenu(isOpen()));
})();
