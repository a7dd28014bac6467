// The menu on a phone, and light or dark: nothing of it needs the server.
(function () {
  "use strict";
  var root = document.documentElement;
  var KEY = "mantine-color-scheme-value"; // where Mantine looks, so that both agree

  function showMenu(isOpen) {
    var button = document.querySelector(".menu-button");
    if (isOpen) {
      root.setAttribute("data-menu", "open");
    } else {
      root.removeAttribute("data-menu");
    }
    if (button) {
      button.setAttribute("aria-expanded", String(isOpen));
    }
  }

  function isMenuOpen() {
    return root.getAttribute("data-menu") === "open";
  }

  function setScheme(scheme) {
    root.setAttribute("data-mantine-color-scheme", scheme);
    try {
      localStorage.setItem(KEY, scheme);
    } catch {
      // A browser that keeps nothing shows the scheme for this page alone.
    }
  }

  document.addEventListener("click", function (event) {
    var target = event.target;
    if (target.closest(".menu-button")) {
      showMenu(!isMenuOpen());
      if (isMenuOpen()) {
        var first = document.querySelector("#nav a");
        if (first) {
          first.focus();
        }
      }
    } else if (target.closest(".scheme-button")) {
      setScheme(root.getAttribute("data-mantine-color-scheme") === "dark" ? "light" : "dark");
    } else if (isMenuOpen() && (target.closest("#nav a") || !target.closest("#nav"))) {
      showMenu(false);
    }
  });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && isMenuOpen()) {
      showMenu(false);
      document.querySelector(".menu-button").focus();
    }
  });
})();
