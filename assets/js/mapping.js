/* What the program saw in a workbook: drawn over the rows of its sheets, and changed by answers.
 *
 * `dashboard/components/sheets.py` says what the server tells. Every answer is a key and a text; after
 * each the server is asked what would be read now, and only saving keeps anything. Texts of the
 * workbook only ever become text nodes.
 */
(function () {
  "use strict";
  var AT_FIRST = 10; // so many words are asked for before there is a button for all
  var page = null; // the page that is shown: root, words, answers, what was told last

  function element(name, attributes) {
    var made = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) {
      if (attributes[key] !== undefined && attributes[key] !== false) {
        made.setAttribute(key, attributes[key] === true ? "" : attributes[key]);
      }
    });
    Array.prototype.slice.call(arguments, 2).flat().forEach(function (child) {
      if (child !== undefined && child !== "" && child !== null) {
        made.append(child);
      }
    });
    return made;
  }

  function hidden(text) {
    return element("span", { class: "visually-hidden" }, text);
  }

  function filled(sentence, parts) {
    return sentence.replace(/\{(\w+)\}/g, function (_, name) {
      return parts[name];
    });
  }

  // --- Asking the server ------------------------------------------------------------------------

  function post(address, body, signal) {
    var token = document.querySelector('meta[name="csrf-token"]');
    return fetch(address, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", "X-CSRFToken": token ? token.content : "" },
      signal: signal,
    }).then(function (answer) {
      return answer.json().then(function (told) {
        if (!answer.ok) {
          throw new Error(told.message || page.words.failed);
        }
        return told;
      });
    });
  }

  function ask(isFirst) {
    var mine = page;
    if (mine.waiting) {
      mine.waiting.abort();
    }
    mine.waiting = new AbortController();
    say(mine.words.reading);
    var body = { rows: mine.rows };
    if (isFirst) {
      body.catalogue = true;
    } else {
      body.answers = mine.answers;
    }
    mine.root.setAttribute("aria-busy", "true");
    post(mine.url + "/seen", body, mine.waiting.signal)
      .then(function (told) {
        if (page !== mine) {
          return;
        }
        if (isFirst) {
          mine.answers = told.answers;
          mine.saved = JSON.stringify(told.answers);
          mine.catalogue = told.catalogue;
          mine.roles = told.roles;
        }
        mine.root.removeAttribute("aria-busy");
        show(told);
      })
      .catch(function (error) {
        if (error.name !== "AbortError" && page === mine) {
          mine.root.removeAttribute("aria-busy");
          say(error instanceof TypeError ? mine.words.failed : error.message, true);
        }
      });
  }

  function answer(key, text) {
    if ((page.answers[key] || "") === text) {
      return;
    }
    if (text) {
      page.answers[key] = text;
    } else {
      delete page.answers[key];
    }
    ask(false);
  }

  function say(text, isError) {
    var state = document.getElementById("mapping-state");
    if (state) {
      state.textContent = text;
      state.classList.toggle("is-error", Boolean(isError));
    }
  }

  // --- Drawing ----------------------------------------------------------------------------------

  function show(told) {
    page.told = told;
    var isSame = JSON.stringify(page.answers) === page.saved;
    say(isSame ? page.words.saved : page.words.changed);
    var tally = document.getElementById("mapping-tally");
    if (tally) {
      tally.replaceChildren(
        ...told.tally.map(function (one) {
          return element("li", { class: one.kind && "severity severity-" + one.kind }, one.text);
        }),
      );
    }
    asked(told).forEach(function (one) {
      page.asked[one.key] = one;
    });
    redraw("mapping-questions", questions);
    redraw("mapping-words", unknown);
    redraw("mapping-sheets", sheets);
    redraw("mapping-preview", preview);
    if (!document.getElementById("mapping-title")) {
      redraw("mapping-remember", remember);
    }
  }

  // A part is drawn anew only where it changed; what has the focus keeps it, with what was typed.
  function redraw(id, draw) {
    var place = document.getElementById(id);
    if (!place) {
      return;
    }
    var focused = place.contains(document.activeElement) ? document.activeElement : null;
    var scrolled = Array.from(place.querySelectorAll(".sheet-scroll"), function (one) {
      return [one.scrollLeft, one.scrollTop];
    });
    place.replaceChildren(...draw(page.told));
    place.querySelectorAll(".sheet-scroll").forEach(function (one, at) {
      if (scrolled[at]) {
        one.scrollLeft = scrolled[at][0];
        one.scrollTop = scrolled[at][1];
      }
    });
    var again = focused && focused.id && document.getElementById(focused.id);
    if (again) {
      if (focused.isDirty && again.tagName === "INPUT") {
        again.value = focused.value;
      }
      again.focus({ preventScroll: true });
    }
  }

  // Every question that was asked once stays, so that its answer can be seen and changed.
  function asked(told) {
    return told.questions.map(function (one) {
      var before = page.asked[one.key];
      return before && !one.open && one.open !== undefined ? Object.assign({}, before, { open: false }) : one;
    });
  }

  function current(kinds) {
    var here = page.told.questions.map(function (one) {
      return one.key;
    });
    return Object.values(page.asked).filter(function (one) {
      return kinds(one.kind) && (here.indexOf(one.key) >= 0 || page.answers[one.key]);
    });
  }

  function isWord(kind) {
    return ["indicator", "project", "place", "category"].indexOf(kind) >= 0;
  }

  function questions() {
    var open = current(function (kind) {
      return !isWord(kind);
    });
    if (!open.length) {
      return [element("p", { class: "muted" }, page.words.none_open)];
    }
    return [element("ol", { class: "asked" }, open.map(question))];
  }

  function stateOf(one) {
    var isAnswered = Boolean(page.answers[one.key]);
    var name = isAnswered ? "answered" : "look";
    return element("span", { class: "sure sure-" + name }, isAnswered ? page.words.answered : page.words.open);
  }

  function question(one) {
    var id = "ask-" + one.key;
    var value = page.answers[one.key] || "";
    var control;
    if (one.kind === "choice" && one.options.length <= 6) {
      control = element(
        "div",
        { class: "row" },
        one.options.map(function (option, place) {
          var input = element("input", { type: "radio", name: id, id: id + "-" + place, value: option.code, disabled: !page.isOpen });
          input.checked = option.code === value;
          input.addEventListener("change", function () {
            answer(one.key, option.code);
          });
          return element("label", { class: "choice", for: id + "-" + place }, input, element("bdi", {}, option.label));
        }),
      );
    } else if (one.kind === "choice") {
      control = menu(id, one.text, [{ code: "", label: "–" }].concat(one.options), value, function (code) {
        answer(one.key, code);
      });
    } else {
      control = text(id, one.text, value, page.words.period_hint, function (said) {
        answer(one.key, said);
      });
    }
    return element(
      "li",
      { class: "question" },
      element(
        "fieldset",
        {},
        element("legend", {}, stateOf(one), " ", one.where && element("code", { class: "cell" }, one.where), " ", one.text),
        control,
      ),
    );
  }

  function menu(id, label, options, value, choose) {
    var made = element(
      "select",
      { id: id, class: "field", "aria-label": label, disabled: !page.isOpen },
      options.map(function (one) {
        var option = element("option", { value: one.code }, one.label);
        option.selected = one.code === value;
        return option;
      }),
    );
    made.addEventListener("change", function () {
      choose(made.value);
    });
    return made;
  }

  function text(id, label, value, hint, choose, type) {
    var made = element("input", {
      id: id,
      class: "field",
      type: type || "text",
      "aria-label": label,
      placeholder: hint,
      disabled: !page.isOpen,
      maxlength: 200,
      min: type ? 1 : undefined,
    });
    made.value = value;
    made.addEventListener("input", function () {
      made.isDirty = true;
    });
    made.addEventListener("change", function () {
      made.isDirty = false;
      choose(made.value.trim());
    });
    return made;
  }

  // --- Words of the catalogue -------------------------------------------------------------------

  function offered(kind, suggested, within) {
    var rows = page.catalogue[kind];
    if (kind === "category") {
      rows = within && rows[within] ? rows[within] : Object.values(rows).flat();
    }
    var names = {};
    rows.forEach(function (one) {
      names[one.code] = one.label;
    });
    var first = suggested
      .filter(function (one) {
        return one.code !== "skip";
      })
      .map(function (one) {
        return { code: one.code, label: names[one.code] || one.label, group: page.words.suggested };
      });
    var rest = rows
      .filter(function (one) {
        return !first.some(function (other) {
          return other.code === one.code;
        });
      })
      .map(function (one) {
        return { code: one.code, label: one.label, group: page.words.all };
      });
    return first.concat(rest);
  }

  function unknown() {
    var found = current(isWord);
    if (!found.length) {
      return [element("p", { class: "muted" }, page.words.no_words)];
    }
    var all = element("button", { type: "button", id: "all-words", class: "tool" }, filled(page.words.all_words, { count: found.length }));
    all.addEventListener("click", function () {
      page.isLong = true;
      redraw("mapping-words", unknown);
      document.querySelectorAll("#mapping-words .field")[AT_FIRST].focus();
    });
    return [
      element(
        "ul",
        { class: "asked" },
        found.slice(0, page.isLong ? found.length : AT_FIRST).map(function (one) {
          var leave = { code: "skip", label: page.words.leave_out, isWord: true };
          var options = offered(one.kind, one.options, one.within);
          options.splice(
            options.filter(function (other) {
              return other.group === page.words.suggested;
            }).length,
            0,
            leave,
          );
          return element(
            "li",
            { class: "question word" },
            element("p", {}, stateOf(one), " ", one.where && element("code", { class: "cell" }, one.where), " ", element("bdi", { class: "said" }, one.word)),
            page.isOpen
              ? window.medtown.combobox("ask-" + one.key, one.word, options, page.answers[one.key] || "", page.words, function (code) {
                  answer(one.key, code);
                })
              : element("p", {}, page.answers[one.key] || "–"),
          );
        }),
      ),
      found.length > AT_FIRST && !page.isLong ? all : "",
    ];
  }

  // --- Sheets -----------------------------------------------------------------------------------

  function sheets(told) {
    if (!told.tables.length) {
      return [element("section", { class: "card" }, element("p", {}, told.verdict))];
    }
    return told.tables.map(sheet);
  }

  function sheet(table, place) {
    var id = "sheet-" + place;
    var opened = page.opened[place];
    var column = table.columns.find(function (one) {
      return one.letters === opened;
    });
    return element(
      "section",
      { class: "card", "aria-labelledby": id },
      element("div", { class: "card-head" }, element("h2", { class: "card-title", id: id }, table.title), legend(table)),
      settings(table, place),
      picture(table, place),
      column && why(column, place),
      table.hidden ? more(table, place) : "",
    );
  }

  function legend(table) {
    var families = new Set(
      table.columns.map(function (one) {
        return one.family;
      }),
    );
    return element(
      "ul",
      { class: "legend roles" },
      Object.keys(page.words.families)
        .filter(function (name) {
          return families.has(name);
        })
        .map(function (name) {
          return element("li", {}, element("span", { class: "swatch", "data-family": name, "aria-hidden": "true" }), page.words.families[name]);
        }),
    );
  }

  function settings(table, place) {
    var id = "header-" + place;
    var first = text(id + "-first", page.words.first, table.header.first, "", rows, "number");
    var last = text(id + "-last", page.words.last, table.header.last, "", rows, "number");
    function rows() {
      if (Number(first.value) >= 1 && Number(last.value) >= Number(first.value)) {
        answer(table.header.key, Number(first.value) + "-" + Number(last.value));
      }
    }
    var hasFacts = table.facts.some(function (fact) {
      return page.answers[fact.key];
    });
    var details = element(
      "details",
      { class: "twin", open: page.facts[place] || hasFacts },
      element("summary", {}, element("span", { class: "icon icon-chevron-down", "aria-hidden": "true" }), element("span", {}, page.words.facts)),
      element("div", { class: "facts-asked" }, table.facts.map(fact)),
    );
    details.addEventListener("toggle", function () {
      page.facts[place] = details.open;
    });
    return element(
      "div",
      { class: "sheet-settings" },
      element("div", { class: "row" }, element("span", { class: "label" }, page.words.headers), first, element("span", { "aria-hidden": "true" }, "–"), last),
      details,
    );
  }

  function fact(one) {
    var id = "ask-" + one.key;
    var value = page.answers[one.key] || "";
    function choose(said) {
      answer(one.key, said);
    }
    var control =
      one.kind === "period" || !page.isOpen
        ? text(id, one.label, value, page.words.period_hint, choose)
        : window.medtown.combobox(id, one.label, offered(one.kind, [], ""), value, page.words, choose);
    return element(
      "div",
      { class: "fact" },
      element("label", { class: "label", for: id }, one.label),
      control,
      one.said && element("span", { class: "sub muted" }, filled(page.words.as_read, { said: one.said })),
    );
  }

  function picture(table, place) {
    var head = element(
      "tr",
      {},
      element("th", { class: "corner", scope: "col" }, hidden(page.words.row)),
      table.columns.map(function (column) {
        return heading(column, place);
      }),
    );
    var before = 0;
    var rows = table.lines.flatMap(function (line) {
      var gap = before && line.n > before + 1 ? [element("tr", { class: "gap" }, element("th", { scope: "row" }, "⋮"), element("td", { colspan: table.columns.length }))] : [];
      before = line.n;
      return gap.concat(
        element(
          "tr",
          { "data-row": line.role },
          element("th", { scope: "row" }, String(line.n), line.label && element("span", { class: "row-role" }, line.label)),
          line.cells.map(function (cell, at) {
            var attributes = { "data-family": table.columns[at].family, dir: "auto" };
            if (cell.length > 24) {
              attributes.title = cell;
            }
            return element("td", attributes, cell);
          }),
        ),
      );
    });
    var caption = filled(page.words.picture, { title: table.title });
    return element(
      "div",
      { class: "sheet-scroll", tabindex: "0", role: "group", "aria-label": caption },
      element("table", { class: "sheet" }, element("caption", { class: "visually-hidden" }, caption), element("thead", {}, head), element("tbody", {}, rows)),
    );
  }

  function heading(column, place) {
    var parts = { letters: column.letters };
    var choice = menu("role-" + place + "-" + column.letters, filled(page.words.column, parts), page.roles, column.role, function (role) {
      answer(column.key, role);
    });
    var isOpened = page.opened[place] === column.letters;
    var button = element(
      "button",
      {
        type: "button",
        id: "why-" + place + "-" + column.letters,
        class: "sure sure-" + column.sure,
        "aria-expanded": String(isOpened),
        "aria-controls": "why-" + place,
        "aria-label": column.word + ": " + filled(page.words.why, parts),
      },
      column.word,
    );
    button.addEventListener("click", function () {
      page.opened[place] = isOpened ? "" : column.letters;
      redraw("mapping-sheets", sheets);
    });
    return element(
      "th",
      { scope: "col", "data-family": column.family },
      element("span", { class: "letters" }, column.letters),
      choice,
      button,
    );
  }

  function why(column, place) {
    function reasons(list) {
      return list.length
        ? element(
            "ul",
            { class: "listed" },
            list.map(function (one) {
              return element("li", {}, one);
            }),
          )
        : page.words.no_reasons;
    }
    function pair(term, said) {
      return element("div", {}, element("dt", {}, term), element("dd", {}, said));
    }
    var role = page.roles.find(function (one) {
      return one.code === column.role;
    });
    var close = element("button", { type: "button", class: "icon-button", "aria-label": page.words.close }, element("span", { class: "icon icon-x", "aria-hidden": "true" }));
    close.addEventListener("click", function () {
      page.opened[place] = "";
      redraw("mapping-sheets", sheets);
      document.getElementById("why-" + place + "-" + column.letters).focus({ preventScroll: true });
    });
    var back = element("button", { type: "button", class: "tool" }, page.words.take_back);
    back.addEventListener("click", function () {
      answer(column.key, "");
    });
    return element(
      "div",
      { class: "lineage why", id: "why-" + place, role: "status" },
      close,
      element("h3", {}, element("bdi", {}, column.letters), " · ", element("bdi", {}, column.header || "–")),
      element(
        "dl",
        { class: "facts" },
        pair(page.words.role, role.label),
        pair(page.words.sure, column.word),
        column.answered ? "" : pair(page.words.for, reasons(column.for)),
        column.against.length && !column.answered ? pair(page.words.against, reasons(column.against)) : "",
      ),
      column.answered && page.isOpen ? back : "",
    );
  }

  function more(table, place) {
    var button = element("button", { type: "button", id: "more-" + place, class: "tool" }, page.words.more);
    button.addEventListener("click", function () {
      page.rows[place] = (page.rows[place] || 40) + 200;
      ask(false);
    });
    return element("p", { class: "card-foot" }, filled(page.words.hidden, { count: table.hidden }), " ", button);
  }

  // --- What comes of it -------------------------------------------------------------------------

  function preview(told) {
    if (!told.preview) {
      return [element("p", { class: "muted" }, page.words.no_values)];
    }
    var heading = document.getElementById("mapping-preview-title");
    return [
      element("div", {
        class: "table-scroll",
        tabindex: "0",
        role: "group",
        "aria-label": heading ? heading.textContent : "",
        "data-html": told.preview,
      }),
    ];
  }

  function remember(told) {
    var place = document.getElementById("mapping-remember");
    var project = told.project;
    var title = text("mapping-title", place.dataset.titleLabel, place.dataset.title, "", function () {});
    var choice = window.medtown.combobox("mapping-project", place.dataset.projectLabel, offered("project", [], ""), project, page.words, function (code) {
      project = code;
    });
    var button = element("button", { type: "button", class: "button button-quiet", id: "mapping-keep" }, place.dataset.button);
    var said = element("p", { role: "status" });
    button.addEventListener("click", function () {
      post(page.url + "/layout", { answers: page.answers, title: title.value, project: project })
        .then(function (kept) {
          said.replaceChildren(kept.message, " ", element("a", { href: kept.url, class: "tool", download: "" }, page.words.file));
        })
        .catch(function (error) {
          said.textContent = error.message;
        });
    });
    return [
      element(
        "div",
        { class: "facts-asked" },
        element("div", { class: "fact" }, element("label", { class: "label", for: "mapping-title" }, place.dataset.titleLabel), title),
        element("div", { class: "fact" }, element("label", { class: "label", for: "mapping-project" }, place.dataset.projectLabel), choice),
      ),
      element("div", { class: "row" }, button),
      said,
    ];
  }

  // --- The page ---------------------------------------------------------------------------------

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("#mapping-save");
    if (!button || !page) {
      return;
    }
    button.disabled = true;
    say(page.words.reading);
    post(page.url + "/answers", { answers: page.answers })
      .then(function (kept) {
        window.medtown.open(kept.url);
      })
      .catch(function (error) {
        button.disabled = false;
        say(error.message, true);
      });
  });

  function look() {
    var root = document.getElementById("mapping");
    if (!root) {
      page = null;
    } else if ((!page || page.root !== root) && !root.closest("#first-view")) {
      page = {
        root: root,
        url: root.dataset.url,
        words: JSON.parse(root.dataset.words),
        isOpen: Boolean(root.dataset.isOpen),
        answers: {},
        saved: "{}",
        asked: {},
        rows: {},
        opened: {},
        facts: {},
      };
      ask(true);
    }
  }

  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
  look();
})();
