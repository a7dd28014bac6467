// Texts of a report: kept while they are written, with how they will look; nothing of others is written over.
(function () {
  "use strict";
  var PAUSE = 1200; // milliseconds without a key after which a text is kept
  var AGAIN = 5000; // milliseconds until what could not be kept is tried once more

  function state(form, text, isWrong) {
    var place = form.querySelector(".report-state");
    place.textContent = text;
    place.classList.toggle("form-error", Boolean(isWrong));
  }

  function isChanged(form) {
    return form.elements.text.value !== form.kept;
  }

  function shown(form, told) {
    form.elements.seen.value = told.version;
    if (told.html !== undefined) {
      document.getElementById(form.dataset.report).innerHTML = told.html; // escaped by the server
    }
  }

  function moved(form, told) {
    state(form, told.message, true);
    var other = document.createElement("div");
    other.className = "report-other";
    var text = document.createElement("pre");
    text.className = "report-source";
    text.dir = "auto";
    text.textContent = told.text;
    other.append(form.dataset.moved, text);
    [
      [form.dataset.mine, form.elements.text.value],
      [form.dataset.theirs, told.text],
    ].forEach(function (way) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "button button-quiet";
      button.textContent = way[0];
      button.addEventListener("click", function () {
        other.remove();
        form.moved = false;
        form.elements.seen.value = told.version;
        form.elements.text.value = way[1];
        form.kept = null;
        keep(form, true);
        form.elements.text.focus();
      });
      other.append(button);
    });
    form.moved = true;
    form.append(other);
  }

  function keep(form, isSettled) {
    clearTimeout(form.waiting);
    if (form.moved || form.busy || (!isSettled && !isChanged(form))) {
      return;
    }
    var sent = form.elements.text.value;
    var body = new FormData(form);
    if (isSettled) {
      body.append("settled", "1");
    }
    form.busy = true;
    fetch(form.action, { method: "POST", body: body, headers: { Accept: "application/json" } })
      .then(function (answer) {
        return answer.json().then(function (told) {
          form.busy = false;
          if (answer.status === 409) {
            moved(form, told);
            return;
          }
          if (!answer.ok) {
            state(form, told.message || form.dataset.failed, true);
            return;
          }
          form.kept = sent;
          shown(form, told);
          if (form.elements.text.value === sent && told.text !== sent) {
            form.elements.text.value = form.kept = told.text;
          }
          state(form, form.dataset.saved);
          if (isChanged(form)) {
            later(form);
          }
        });
      })
      .catch(function () {
        form.busy = false;
        state(form, form.dataset.failed, true);
        form.waiting = setTimeout(keep, AGAIN, form, isSettled);
      });
  }

  function later(form) {
    clearTimeout(form.waiting);
    form.waiting = setTimeout(keep, PAUSE, form, false);
  }

  function editor(event) {
    var form = event.target.form;
    return form && form.dataset.report && event.target.name === "text" ? form : null;
  }

  document.addEventListener("focusin", function (event) {
    var form = editor(event);
    if (form && form.kept === undefined) {
      form.kept = event.target.defaultValue;
    }
  });
  document.addEventListener("input", function (event) {
    var form = editor(event);
    if (form) {
      state(form, form.dataset.unsaved);
      later(form);
    }
  });
  document.addEventListener("focusout", function (event) {
    var form = editor(event);
    if (form && (isChanged(form) || form.elements.text.value.indexOf("{{") >= 0)) {
      keep(form, true);
    }
  });
  document.addEventListener("submit", function (event) {
    if (event.target.dataset.report && window.fetch) {
      event.preventDefault();
      keep(event.target, true);
    }
  });
  window.addEventListener("beforeunload", function (event) {
    var isOpen = Array.prototype.some.call(document.querySelectorAll("form[data-report]"), function (form) {
      return form.kept !== undefined && (isChanged(form) || form.busy);
    });
    if (isOpen) {
      event.preventDefault();
    }
  });
})();
