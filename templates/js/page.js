// Popovers for numbers, the mode of colours, the mark in the contents, copied links, figures as CSV.
// The page says all it has to say without this script.
"use strict";
(() => {
  const root = document.documentElement;
  const store = {
    get() { try { return localStorage.getItem("theme"); } catch { return null; } },
    set(mode) { try { localStorage.setItem("theme", mode); } catch { /* Storage may be refused. */ } },
  };
  if (["light", "dark"].includes(store.get())) root.dataset.theme = store.get();

  document.addEventListener("DOMContentLoaded", () => {
    theme();
    contents();
    links();
    const facts = JSON.parse(document.getElementById("facts").textContent);
    figures(facts);
    provenance(facts);
  });

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const say = (words) => { document.getElementById("said").textContent = words; };

  function theme() {
    const button = document.getElementById("theme");
    const system = matchMedia("(prefers-color-scheme: dark)");
    const mode = () => root.dataset.theme || (system.matches ? "dark" : "light");
    const name = () => { button.textContent = mode() === "dark" ? "Light mode" : "Dark mode"; };
    button.addEventListener("click", () => {
      root.dataset.theme = mode() === "dark" ? "light" : "dark";
      store.set(root.dataset.theme);
      name();
    });
    system.addEventListener("change", name);
    button.hidden = false;
    name();
  }

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

  function figures(facts) {
    const button = document.getElementById("figures-csv");
    const quoted = (text) => `"${String(text).replace(/^[=+@\t\r]/, "'$&").replaceAll('"', '""')}"`;
    button.addEventListener("click", () => {
      const head = ["Figure", "As printed", "Measure", "Period", "How", "Status", "Known since", "Rows", "Sources"];
      const rows = Object.entries(facts).map(([key, parts]) => [key, ...parts.slice(0, 7), parts[7].map(source).join("; ")]);
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

  const day = (text) => text && new Date(`${text}T00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const sentence = (text) => text && text[0].toUpperCase() + text.slice(1);

  function provenance(facts) {
    let box = null;
    let opener = null;

    const close = (back) => {
      if (!box) return;
      box.remove();
      opener.setAttribute("aria-expanded", "false");
      if (back) opener.focus({ preventScroll: true });
      box = opener = null;
    };

    const build = ([shown, label, period, formula, status, known, rows, sources]) => {
      const list = make("dl");
      const add = (name, ...words) => { if (words.some(Boolean)) list.append(make("dt", { textContent: name }), make("dd", {}, ...words)); };
      add("Period", period);
      add("How", formula);
      add("Status", sentence(status));
      add("Known", day(known) && `since ${day(known)}`);
      add("Rows", rows);
      add(sources.length > 1 ? "Sources" : "Source", ...sources.map((number) => {
        const link = make("a", { href: `#source-${number}`, textContent: source(number) });
        link.addEventListener("click", () => close(false));
        return link;
      }));
      const shut = make("button", { type: "button", className: "close" });
      shut.setAttribute("aria-label", "Close");
      shut.addEventListener("click", () => close(true));
      const made = make("div", { className: "provenance", tabIndex: -1 },
        make("h2", { id: "provenance-title", textContent: shown }),
        make("p", { className: "measure", textContent: label }), list, shut);
      made.setAttribute("role", "dialog");
      made.setAttribute("aria-labelledby", "provenance-title");
      return made;
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

    const open = (link, entry) => {
      close(false);
      opener = link;
      box = build(entry);
      document.body.append(box);
      if (getComputedStyle(box).position === "absolute") place(); else uncover();
      link.setAttribute("aria-expanded", "true");
      box.focus({ preventScroll: true });
    };

    for (const link of document.querySelectorAll("a.fact")) {
      const entry = facts[link.querySelector("[data-fact]").dataset.fact];
      link.setAttribute("aria-haspopup", "dialog");
      link.setAttribute("aria-expanded", "false");
      link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        if (opener === link) close(true); else open(link, entry);
      });
    }
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
})();
