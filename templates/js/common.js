// What the page of a briefing and the pages of the archive have in common: the mode of colours,
// how an element is made, how a day is written. It stands before the script of either.
"use strict";
const common = (() => {
  const root = document.documentElement;
  const store = {
    get() { try { return localStorage.getItem("theme"); } catch { return null; } },
    set(mode) { try { localStorage.setItem("theme", mode); } catch { /* Storage may be refused. */ } },
  };
  if (["light", "dark"].includes(store.get())) root.dataset.theme = store.get();

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  const day = (iso) => iso && new Date(`${iso}T00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

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

  document.addEventListener("DOMContentLoaded", theme);
  return { root, make, day };
})();
