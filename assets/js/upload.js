// Choosing or dropping a workbook: a plain form post with its progress, then the answer is handed
// to Dash. Dash's own upload turns a file into base64 first: five times the memory, eight the time.
// The words come from the page: data-label, data-hint, data-busy, data-checking, data-failed,
// data-too-large; every data-field-NAME goes along as field NAME.
(function () {
  "use strict";

  function element(tag, className, text) {
    var made = document.createElement(tag);
    made.className = className;
    if (text) {
      made.textContent = text;
    }
    return made;
  }

  function fill(slot) {
    var words = slot.dataset;
    var zone = element("label", "upload-zone");
    var input = element("input", "upload-input");
    input.type = "file";
    input.accept = words.accept || "";
    input.setAttribute("aria-describedby", "upload-hint upload-state");
    var icon = element("span", "icon icon-upload");
    icon.setAttribute("aria-hidden", "true");
    var hint = element("span", "upload-hint", words.hint);
    hint.id = "upload-hint";
    zone.append(icon, element("span", "upload-label", words.label), hint, input);
    var state = element("div", "upload-state");
    state.id = "upload-state";
    state.setAttribute("role", "status");
    var progress = element("div", "upload-progress");
    progress.hidden = true;
    progress.append(element("div", ""));
    slot.append(zone, state, progress);

    function say(text, isError) {
      state.textContent = text;
      state.classList.toggle("is-error", Boolean(isError));
    }

    function show(isBusy) {
      slot.classList.toggle("is-busy", isBusy);
      slot.setAttribute("aria-busy", String(isBusy));
      input.disabled = isBusy;
      progress.hidden = !isBusy;
    }

    // On a page that Dash does not draw there is nobody to hand it to.
    function follow(answer) {
      if (answer && answer.url) {
        location.assign(answer.url);
      } else if (answer && answer.message) {
        say(answer.message, true);
      }
    }

    function hand(answer) {
      if (!words.store) {
        follow(answer.answer);
        return;
      }
      answer.at = Date.now(); // the same answer twice is news twice
      window.dash_clientside.set_props(words.store, { data: answer });
    }

    function send(file) {
      if (words.maxBytes && file.size > Number(words.maxBytes)) {
        say(words.tooLarge, true);
        return;
      }
      var form = new FormData();
      Object.keys(words).forEach(function (name) {
        if (name.startsWith("field") && name.length > 5) {
          var field = name.slice(5).replace(/[A-Z]/g, function (letter) {
            return "_" + letter.toLowerCase();
          });
          form.append(field.slice(1), words[name]); // data-field-project-code is project_code
        }
      });
      document.querySelectorAll(".upload-fields [name]").forEach(function (field) {
        form.append(field.name, field.value);
      });
      form.append("file", file);
      var request = new XMLHttpRequest();
      var token = document.querySelector('meta[name="csrf-token"]');
      request.open("POST", words.url || "/upload");
      request.setRequestHeader("Accept", "application/json");
      if (token) {
        request.setRequestHeader("X-CSRFToken", token.content);
      }
      request.upload.onprogress = function (event) {
        if (event.lengthComputable) {
          var percent = Math.round((100 * event.loaded) / event.total);
          progress.firstChild.style.inlineSize = percent + "%";
          say(percent < 100 ? words.busy.replace("{percent}", percent) : words.checking);
        }
      };
      request.onload = function () {
        var answer = null;
        try {
          answer = JSON.parse(request.responseText);
        } catch {
          say(words.failed, true);
        }
        show(false);
        if (answer) {
          say("");
        }
        var isOk = request.status >= 200 && request.status < 300;
        slot.dispatchEvent(new CustomEvent("medtown-sent", { bubbles: true, detail: { form: form } }));
        hand({ ok: isOk, status: request.status, answer: answer, file_name: file.name });
      };
      request.onerror = function () {
        show(false);
        say(words.failed, true);
        hand({ ok: false, status: 0, answer: null, file_name: file.name });
      };
      show(true);
      say(words.busy.replace("{percent}", 0));
      request.send(form);
    }

    input.addEventListener("change", function () {
      if (input.files.length) {
        send(input.files[0]);
      }
      input.value = ""; // so that the corrected file of the same name can be chosen again
    });
    ["dragenter", "dragover"].forEach(function (kind) {
      zone.addEventListener(kind, function (event) {
        event.preventDefault();
        zone.classList.add("is-over");
      });
    });
    ["dragleave", "drop"].forEach(function (kind) {
      zone.addEventListener(kind, function (event) {
        event.preventDefault();
        zone.classList.remove("is-over");
      });
    });
    zone.addEventListener("drop", function (event) {
      if (event.dataTransfer.files.length && !input.disabled) {
        send(event.dataTransfer.files[0]);
      }
    });
  }

  function look() {
    var slot = document.getElementById("upload-slot");
    if (slot && !slot.dataset.store && !slot.filled) {
      slot.filled = true;
      slot.textContent = ""; // the form that does without a script
      fill(slot);
    } else if (slot && slot.dataset.store && !slot.firstChild && !slot.closest("#first-view")) {
      fill(slot);
    }
  }

  // A file dropped beside the zone would replace the page.
  ["dragover", "drop"].forEach(function (kind) {
    window.addEventListener(kind, function (event) {
      if (document.getElementById("upload-slot")) {
        event.preventDefault();
      }
    });
  });
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
  look();
})();
