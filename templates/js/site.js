// The archive's search and filters. Without this script the pages show every edition in lists.
// The search index is loaded by scripts, which works from a folder too.
"use strict";
(({ make, day }) => {
  document.addEventListener("DOMContentLoaded", () => { openFiles(); finder(); });

  // A link to the list of files opens it.
  function openFiles() {
    const open = () => {
      const target = document.getElementById(location.hash.slice(1));
      if (target?.localName === "details") { target.open = true; target.scrollIntoView(); }
    };
    addEventListener("hashchange", open);
    open();
  }

  // One letter for one letter, so that a place in the folded text is one in the text.
  const folded = (text) => Array.from(text, (letter) => {
    const plain = letter.normalize("NFD")[0].toLowerCase();
    const like = { "\u2019": "'", "\u2018": "'", "\u2212": "-", "\u2013": "-", "\u00a0": " ", "\u202f": " " };
    return (like[plain] || plain).padEnd(letter.length).slice(0, letter.length);
  }).join("");
  const termsOf = (query) => [...folded(query).matchAll(/"([^"]+)"|([^\s"]+)/g)].map(([, phrase, word]) => (phrase || word).trim()).filter(Boolean);
  const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  // Words are found by their beginnings; Chinese, which has no spaces, anywhere.
  const pattern = (term) => new RegExp((/^[\p{L}\p{N}]/u.test(term) && !/\p{Script=Han}/u.test(term) ? "(?<![\\p{L}\\p{N}])" : "") + escaped(term), "gu");

  function finder() {
    const box = document.getElementById("finder");
    if (!box) return;
    const part = (id) => document.getElementById(id);
    const [words, year, corrected, status, results, list, more] = ["find", "year", "corrected", "status", "results", "list", "more"].map(part);
    const chunks = new Map(box.dataset.chunks.split(" ").filter(Boolean).map((address) => [address.match(/\d{4}/)[0], address]));
    const loaded = new Map();
    const PAGE = 30;
    let shown = PAGE;
    let asked = 0;

    window.archiveYear = ({ year: of, passages, editions }) => {
      loaded.set(String(of), { passages, folded: passages.map(folded), editions });
    };
    const load = (of) => new Promise((resolve, reject) => {
      if (loaded.has(of)) { resolve(); return; }
      const script = make("script", { src: chunks.get(of) });
      script.onload = () => (loaded.has(of) ? resolve() : reject(of));
      script.onerror = () => { script.remove(); reject(of); };
      document.head.append(script);
    });

    const searched = (of, patterns) => {
      const { passages, folded: plain, editions } = loaded.get(of);
      const matches = patterns.map((term) => new Set(plain.flatMap((text, at) => (text.search(term) >= 0 ? [at] : []))));
      return editions.flatMap((edition) => {
        if (corrected.checked && edition.issues.length < 2) return [];
        const own = `${edition.as_of} ${edition.headline} ${edition.number} ${edition.issues.map((issue) => issue.reason).join(" ")}`;
        const head = folded(own);
        const hits = patterns.map((term, n) => (head.search(term) >= 0 ? [] : edition.passages.filter((at) => matches[n].has(at))));
        const whole = patterns.every((term, n) => hits[n].length || head.search(term) >= 0);
        if (!whole) return [];
        // The passage that holds the most of the words says the most.
        const counts = new Map();
        for (const at of hits.flat()) counts.set(at, (counts.get(at) || 0) + 1);
        const best = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0];
        return [{ edition, passage: best ? passages[best[0]] : "" }];
      });
    };

    const marked = (text, patterns) => {
      const plain = folded(text);
      const places = patterns.flatMap((term) => [...plain.matchAll(term)].map((hit) => [hit.index, hit.index + hit[0].length])).sort((a, b) => a[0] - b[0]);
      const nodes = [];
      let at = 0;
      for (const [start, end] of places) {
        if (start < at) continue;
        nodes.push(text.slice(at, start), make("mark", { textContent: text.slice(start, end) }));
        at = end;
      }
      return [...nodes, text.slice(at)];
    };
    const ROOM = 260;
    const cut = (text, patterns) => {
      if (text.length <= ROOM) return text;
      const plain = folded(text);
      const first = Math.min(...patterns.map((term) => plain.search(term)).filter((at) => at >= 0), text.length);
      const start = Math.max(0, Math.min(first - 90, text.length - ROOM));
      const from = start ? text.indexOf(" ", start) + 1 : 0;
      const end = text.lastIndexOf(" ", from + ROOM);
      const last = from + ROOM >= text.length ? text.length : end;
      return (from ? "… " : "") + text.slice(from, last) + (last < text.length ? " …" : "");
    };
    const entry = ({ edition, passage }, patterns) => {
      const item = make("li", { className: "entry" });
      const when = make("p", { className: "when" }, make("time", { dateTime: edition.as_of, textContent: day(edition.as_of) }));
      if (edition.number) when.append(" ", make("span", { textContent: edition.number }));
      const what = make("div", { className: "what" });
      const name = edition.headline || "This edition was removed";
      what.append(make("h3", {}, make("a", { href: `${edition.as_of}/index.html` }, ...marked(name, patterns))));
      for (const issue of edition.issues.slice(1)) {
        what.append(make("p", { className: "correction" }, make("span", { className: "tag tag-corrected", textContent: "Corrected" }), " ", ...marked(`${day(issue.at.slice(0, 10))}: ${issue.reason}`, patterns)));
      }
      const said = passage && passage !== edition.headline ? passage : patterns.length ? "" : edition.standfirst;
      if (said) what.append(make("p", { className: "passage" }, ...marked(cut(said, patterns), patterns)));
      item.append(when, what);
      return item;
    };

    const remember = () => {
      const state = new URLSearchParams();
      if (words.value.trim()) state.set("q", words.value.trim());
      if (year.value) state.set("year", year.value);
      if (corrected.checked) state.set("corrected", "yes");
      const hash = state.size ? `#${state}` : location.pathname;
      try { history.replaceState(null, "", hash); } catch { /* Some browsers refuse it in a folder. */ }
    };
    const recall = () => {
      const state = new URLSearchParams(location.hash.slice(1));
      if (![..."q year corrected".split(" ")].some((name) => state.has(name))) return false;
      words.value = state.get("q") || "";
      year.value = chunks.has(state.get("year")) ? state.get("year") : "";
      corrected.checked = state.has("corrected");
      return true;
    };

    const find = async () => {
      const turn = ++asked;
      const patterns = termsOf(words.value).map(pattern);
      const idle = !patterns.length && !year.value && !corrected.checked;
      list.hidden = !idle;
      results.hidden = idle;
      more.hidden = true;
      if (idle) { results.replaceChildren(); status.textContent = ""; return; }
      const years = year.value ? [year.value] : [...chunks.keys()];
      if (years.some((of) => !loaded.has(of))) status.textContent = "Searching …";
      try {
        await Promise.all(years.map(load));
      } catch (of) {
        if (turn === asked) { status.textContent = `The search index of ${of} cannot be loaded; the page of the year lists its editions.`; list.hidden = false; }
        return;
      }
      if (turn !== asked) return;
      const found = years.flatMap((of) => searched(of, patterns));
      results.replaceChildren(...found.slice(0, shown).map((hit) => entry(hit, patterns)));
      status.textContent = found.length ? `${found.length.toLocaleString("en-GB")} edition${found.length === 1 ? "" : "s"} found` : "No edition has all of these words";
      more.hidden = found.length <= shown;
    };
    const again = () => { shown = PAGE; remember(); return find(); };

    let waiting = 0;
    words.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(again, 120); });
    words.addEventListener("keydown", (event) => { if (event.key === "Escape" && words.value) { event.preventDefault(); words.value = ""; again(); } });
    year.addEventListener("change", again);
    corrected.addEventListener("change", again);
    more.addEventListener("click", () => {
      const at = shown;
      shown += PAGE;
      find().then(() => results.children[at]?.querySelector("a").focus());
    });
    addEventListener("hashchange", () => { if (recall()) find(); });
    box.hidden = false;
    if (recall()) find();
  }
})(common);
