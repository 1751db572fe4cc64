// Popovers for numbers, the mark in the contents, copied links, figures as CSV.
// The page says all it has to say without this script.
"use strict";
(({ root, make, day }) => {
  document.addEventListener("DOMContentLoaded", () => {
    contents();
    links();
    const facts = decoded(document.getElementById("facts").textContent);
    figures(facts);
    provenance(facts);
  });

  const say = (words) => { document.getElementById("said").textContent = words; };

  function contents() {
    const list = document.querySelector(".contents ul");
    const entries = [...list.querySelectorAll("a")].map((link) => ({
      link, section: document.getElementById(link.hash.slice(1)),
    }));
    let current = null;
    let waiting = false;
    const mark = () => {
      waiting = false;
      const line = innerHeight * 0.3;
      const atEnd = scrollY > 0 && innerHeight + scrollY >= root.scrollHeight - 2;
      const passed = entries.filter(({ section }) => section.getBoundingClientRect().top <= line);
      const next = atEnd ? entries.at(-1) : passed.at(-1) || entries[0];
      if (next === current) return;
      current?.link.removeAttribute("aria-current");
      current = next;
      current.link.setAttribute("aria-current", "location");
      const { offsetLeft, offsetWidth } = current.link.parentElement;
      list.scrollTo({ left: offsetLeft - list.offsetLeft - (list.clientWidth - offsetWidth) / 2 });
    };
    const soon = () => { if (!waiting) { waiting = true; requestAnimationFrame(mark); } };
    addEventListener("scroll", soon, { passive: true });
    addEventListener("resize", soon);
    mark();
  }

  function links() {
    for (const link of document.querySelectorAll(".heading-link")) {
      link.addEventListener("click", () => {
        navigator.clipboard?.writeText(link.href).then(() => say("Link copied"), () => {});
      });
    }
  }

  // Words that many facts share stand once, in a table; reports/rendering/provenance.py writes it.
  function decoded(text) {
    const { words, facts } = JSON.parse(text);
    const threes = (list) => Array.from({ length: list.length / 3 }, (_, n) => list.slice(3 * n, 3 * n + 3).map((at) => words[at]));
    const fact = ([shown, exact, label, period, formula, expression, inputs, moreInputs, status, rows, moreRows, sources]) => ({
      shown, exact, expression, moreInputs, moreRows, sources,
      label: words[label], period: words[period], formula: words[formula], status: words[status],
      inputs: inputs.map(([name, value, key]) => ({ name: words[name], value, key })),
      rows: threes(rows).map(([table, key, known]) => ({ table, key, known })),
    });
    return new Map(Object.entries(facts).map(([key, parts]) => [key, fact(parts)]));
  }

  function figures(facts) {
    const button = document.getElementById("figures-csv");
    const quoted = (text) => `"${String(text).replace(/^[=+@\t\r]/, "'$&").replaceAll('"', '""')}"`;
    button.addEventListener("click", () => {
      const head = ["Figure", "As printed", "Measure", "Period", "How", "In figures", "Status", "Known since", "Rows", "Sources"];
      const rows = [...facts].map(([key, fact]) => [
        key, fact.shown, fact.label, fact.period, fact.formula, fact.expression, fact.status, newest(fact), rowWords(fact).join("; "),
        fact.sources.map(source).join("; "),
      ]);
      const text = [head, ...rows].map((row) => row.map(quoted).join(",")).join("\r\n");
      const link = make("a", { href: `data:text/csv;charset=utf-8,${encodeURIComponent(`\ufeff${text}`)}`, download: "figures.csv" });
      link.click();
    });
    button.hidden = false;
  }

  function source(number) {
    const entry = document.getElementById(`source-${number}`);
    const part = (name) => entry.querySelector(name)?.textContent || "";
    return [part(".publisher").replace(/\.$/, ""), part(".day")].filter(Boolean).join(", ");
  }

  const sentence = (text) => text && text[0].toUpperCase() + text.slice(1);
  const newest = (fact) => fact.rows.map((row) => row.known).sort().at(-1) || "";
  const rowWords = (fact) => fact.rows.map(({ table, key, known }) => `${table}: ${key}${known === newest(fact) ? "" : `, since ${day(known)}`}`).concat(fact.moreRows ? [`and ${fact.moreRows} more`] : []);

  function provenance(facts) {
    let box = null;
    let opener = null;

    const close = (back) => {
      if (!box) return;
      box.remove();
      if (opener.ariaExpanded) opener.ariaExpanded = "false";
      if (back) opener.focus({ preventScroll: true });
      box = opener = null;
    };

    const inputs = (fact, path) => {
      const items = fact.inputs.map(({ name, value, key }) => {
        const item = make("li", {}, `${name}: `);
        if (!facts.has(key) || path.includes(key)) { item.append(value); return item; }
        const button = make("button", { type: "button", className: "input", textContent: value });
        button.addEventListener("click", () => { fill([...path, key]); box.focus({ preventScroll: true }); });
        item.append(button);
        return item;
      });
      if (fact.moreInputs) items.push(make("li", { textContent: `and ${fact.moreInputs} more` }));
      return items;
    };

    const details = (fact, path) => {
      const list = make("dl");
      const add = (name, ...words) => { if (words.some(Boolean)) list.append(make("dt", { textContent: name }), make("dd", {}, ...words.filter(Boolean))); };
      add("Period", fact.period);
      add("How", fact.formula, fact.expression && make("p", { className: "expression", textContent: fact.expression }));
      add("Exactly", fact.exact);
      if (fact.inputs.length) add("From", make("ul", {}, ...inputs(fact, path)));
      add("Status", sentence(fact.status));
      add("Known", newest(fact) && `since ${day(newest(fact))}`);
      if (fact.rows.length) add("Rows", make("ul", {}, ...rowWords(fact).map((words) => make("li", { textContent: words }))));
      add(fact.sources.length > 1 ? "Sources" : "Source", ...fact.sources.map((number) => {
        const link = make("a", { href: `#source-${number}`, textContent: source(number) });
        link.addEventListener("click", () => close(false));
        return link;
      }));
      return list;
    };

    // The path leads from the number that was opened to one of its inputs.
    const fill = (path) => {
      const fact = facts.get(path.at(-1));
      const parts = [
        make("h2", { id: "provenance-title", textContent: fact.shown }),
        make("p", { className: "measure", textContent: fact.label }),
        details(fact, path),
      ];
      if (path.length > 1) {
        const back = make("button", { type: "button", className: "back", textContent: `Back to ${facts.get(path.at(-2)).shown}` });
        back.addEventListener("click", () => { fill(path.slice(0, -1)); box.focus({ preventScroll: true }); });
        parts.push(back);
      }
      const shut = make("button", { type: "button", className: "close" });
      shut.setAttribute("aria-label", "Close");
      shut.addEventListener("click", () => close(true));
      box.replaceChildren(...parts, shut);
    };

    const place = () => {
      const at = opener.getClientRects()[0];
      const width = box.offsetWidth;
      const height = box.offsetHeight;
      const below = at.bottom + 8 + height <= innerHeight || at.top - 8 - height < 0;
      const left = Math.max(12, Math.min(at.left, root.clientWidth - width - 12));
      box.style.left = `${left + scrollX}px`;
      box.style.top = `${(below ? at.bottom + 8 : at.top - 8 - height) + scrollY}px`;
    };

    const uncover = () => {
      const hidden = opener.getClientRects()[0].bottom + 16 - box.getBoundingClientRect().top;
      if (hidden > 0) scrollBy({ top: hidden });
    };

    const open = (number, key) => {
      close(false);
      opener = number;
      box = make("div", { className: "provenance", tabIndex: -1 });
      box.setAttribute("role", "dialog");
      box.setAttribute("aria-labelledby", "provenance-title");
      fill([key]);
      document.body.append(box);
      if (getComputedStyle(box).position === "absolute") place(); else uncover();
      if (opener.ariaExpanded) opener.ariaExpanded = "true";
      box.focus({ preventScroll: true });
    };

    const answer = (number, key) => (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      if (opener === number) close(true); else open(number, key);
    };

    for (const number of document.querySelectorAll(".fact")) {
      const key = (number.dataset.fact ? number : number.querySelector("[data-fact]")).dataset.fact;
      number.setAttribute("aria-haspopup", "dialog");
      number.setAttribute("aria-expanded", "false");
      const opens = answer(number, key);
      number.addEventListener("click", opens);
      if (number.localName === "a") continue;
      // A number without a source has nowhere to lead to without this script.
      number.tabIndex = 0;
      number.setAttribute("role", "button");
      number.addEventListener("keydown", (event) => { if (["Enter", " "].includes(event.key)) opens(event); });
    }
    // The labels of a chart are not heard; its table of data is the way there by keyboard.
    for (const label of document.querySelectorAll("svg [data-fact]")) label.addEventListener("click", answer(label, label.dataset.fact));
    document.addEventListener("pointerdown", (event) => {
      if (box && !box.contains(event.target) && !opener.contains(event.target)) close(box.contains(document.activeElement));
    });
    document.addEventListener("keydown", (event) => {
      if (!box) return;
      if (event.key === "Escape") { event.preventDefault(); close(true); }
      if (event.key !== "Tab") return;
      const stops = [...box.querySelectorAll("a, button")];
      const leaves = event.shiftKey ? [box, stops[0]] : [stops.at(-1)];
      if (leaves.includes(document.activeElement)) { event.preventDefault(); close(true); }
    });
    addEventListener("resize", () => close(false));
  }
})(common);
