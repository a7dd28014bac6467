// A file that is tried: it stays here, and is sent once more for the copy with its findings.
(function () {
  "use strict";
  var form = null; // what was sent last: the file, and what was chosen beside it

  document.addEventListener("medtown-sent", function (event) {
    form = event.detail.form;
  });

  function part(type, props) {
    return { type: type, namespace: "dash_html_components", props: props };
  }

  function tried(stored) {
    var place = document.getElementById("try-answer").dataset;
    var answer = stored.answer || {};
    if (!stored.ok || !answer.shown) {
      return [part("P", { children: answer.message || "", className: "upload-state is-error" })];
    }
    var button = part("Button", {
      id: "try-annotated",
      className: "button",
      children: [part("Span", { className: "icon icon-download" }), place.button],
    });
    var head = part("Div", {
      className: "row",
      children: [part("Strong", { children: answer.message + " " + answer.values }), button],
    });
    return [head, part("P", { id: "try-state", role: "alert" }), part("Div", { className: "grid", children: answer.shown })];
  }

  function save(blob, name) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(function () {
      URL.revokeObjectURL(link.href);
    }, 60000);
  }

  function named(header) {
    var long = /filename\*=UTF-8''([^;]+)/.exec(header || "");
    var short = /filename="?([^";]+)"?/.exec(header || "");
    return long ? decodeURIComponent(long[1]) : short ? short[1] : "findings.xlsx";
  }

  document.addEventListener("click", async function (event) {
    var button = event.target.closest && event.target.closest("#try-annotated");
    if (!button || !form || button.disabled) {
      return;
    }
    var place = document.getElementById("try-answer").dataset;
    var state = document.getElementById("try-state");
    button.disabled = true;
    state.textContent = place.busy;
    try {
      var token = document.querySelector('meta[name="csrf-token"]');
      var answer = await fetch(place.url, {
        method: "POST",
        body: form,
        headers: { "X-CSRFToken": token ? token.content : "" },
      });
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      save(await answer.blob(), named(answer.headers.get("Content-Disposition")));
      state.textContent = "";
    } catch {
      state.textContent = place.failed;
    }
    button.disabled = false;
  });

  window.medtown = Object.assign(window.medtown || {}, { tried: tried });
})();
