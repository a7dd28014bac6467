// A text field that offers what can be chosen: by keyboard as well as by hand (WAI-ARIA, combobox
// with a listbox). The choice is handed on; a text that is none of the options chooses nothing.
(function () {
  "use strict";
  var MOST = 60;

  function fold(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  }

  function element(name, className, text) {
    var made = document.createElement(name);
    made.className = className || "";
    if (text) {
      made.textContent = text;
    }
    return made;
  }

  // options: [{code, label, group}]; words: {choose, nothing}; onchoose(code) also with "" for none.
  function combobox(id, label, options, value, words, onchoose) {
    var box = element("div", "combobox");
    var input = element("input", "field");
    var list = element("ul", "combobox-list");
    var shown = [];
    var active = -1;
    var chosen = options.find(function (one) {
      return one.code === value;
    });
    input.id = id;
    input.type = "text";
    input.value = chosen ? told(chosen) : value || "";
    input.placeholder = words.choose;
    input.autocomplete = "off";
    list.id = id + "-list";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", label);
    var attributes = {
      role: "combobox",
      "aria-label": label,
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": list.id,
    };
    Object.keys(attributes).forEach(function (name) {
      input.setAttribute(name, attributes[name]);
    });
    box.append(input, list);

    function told(one) {
      return !one.code || one.label === one.code || one.isWord ? one.label : one.label + " (" + one.code + ")";
    }

    function open(isAll) {
      var sought = isAll ? [] : fold(input.value).split(/\s+/).filter(Boolean);
      shown = options
        .filter(function (one) {
          var text = fold(told(one));
          return sought.every(function (word) {
            return text.includes(word);
          });
        })
        .slice(0, MOST);
      list.replaceChildren();
      var group = "";
      shown.forEach(function (one, place) {
        if (one.group && one.group !== group) {
          group = one.group;
          var head = element("li", "combobox-group", group);
          head.setAttribute("role", "presentation");
          list.append(head);
        }
        var line = element("li", "combobox-option", told(one));
        line.id = id + "-" + place;
        line.setAttribute("role", "option");
        line.setAttribute("aria-selected", "false");
        line.addEventListener("mousedown", function (event) {
          event.preventDefault();
          choose(place);
        });
        list.append(line);
      });
      if (!shown.length) {
        list.append(element("li", "combobox-group", words.nothing));
      }
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      mark(-1);
    }

    function close() {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function mark(place) {
      active = place;
      list.querySelectorAll("[role=option]").forEach(function (line, at) {
        line.setAttribute("aria-selected", String(at === place));
        if (at === place) {
          input.setAttribute("aria-activedescendant", line.id);
          line.scrollIntoView({ block: "nearest" });
        }
      });
    }

    function choose(place) {
      chosen = shown[place];
      input.value = told(chosen);
      close();
      onchoose(chosen.code);
    }

    input.addEventListener("input", function () {
      open(false);
    });
    input.addEventListener("click", function () {
      open(true);
    });
    input.addEventListener("blur", function () {
      close();
      if (!input.value.trim() && chosen) {
        chosen = undefined;
        onchoose("");
      } else {
        input.value = chosen ? told(chosen) : "";
      }
    });
    input.addEventListener("keydown", function (event) {
      var isOpen = !list.hidden;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!isOpen) {
          open(true);
        }
        var step = event.key === "ArrowDown" ? 1 : -1;
        mark(Math.min(Math.max(active + step, 0), shown.length - 1));
      } else if (event.key === "Enter" && isOpen) {
        event.preventDefault(); // what nobody pointed at is chosen only where it is alone
        if (active >= 0 || shown.length === 1) {
          choose(Math.max(active, 0));
        }
      } else if (event.key === "Escape" && isOpen) {
        event.preventDefault();
        input.value = chosen ? told(chosen) : "";
        close();
      }
    });
    return box;
  }

  window.medtown = Object.assign(window.medtown || {}, { combobox: combobox });
})();
