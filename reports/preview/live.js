(() => {
  "use strict";
  const mine = document.currentScript.dataset.version;
  const shared = "position:fixed;z-index:2147483647;font:14px/1.45 system-ui,sans-serif;box-sizing:border-box;";
  const made = (name, style, text = "") => {
    const element = document.createElement(name);
    element.style.cssText = style;
    element.textContent = text;
    return element;
  };

  const bar = made("p", `${shared}right:12px;bottom:12px;margin:0;padding:6px 12px;border-radius:4px;background:#1b2230;color:#fff;`);
  bar.id = "preview-bar";
  bar.setAttribute("role", "status");
  const panel = made("section", `${shared}inset:0 0 auto;max-height:70vh;overflow:auto;padding:16px 20px;background:#fff4f2;color:#3a0d08;border-bottom:4px solid #b3261e;`);
  panel.id = "preview-fault";
  panel.setAttribute("role", "alert");
  panel.hidden = true;
  document.body.append(panel, bar);
  addEventListener("beforeprint", () => { bar.hidden = panel.hidden = true; });
  addEventListener("afterprint", () => show(last));

  const words = {
    none: "no PDF",
    building: "PDF is being built",
    current: "PDF is current",
    failed: "PDF failed",
  };
  let last = null;

  function show(state) {
    last = state;
    if (!state) return;
    bar.hidden = false;
    bar.textContent = state.fault ? "Draft as before the fault" : "Draft";
    if (!mine) bar.textContent = state.fault ? "No draft yet" : "The draft is being built";
    bar.dataset.pdf = state.pdf;
    if (mine && !state.fault) {
      bar.append(" · ");
      const link = made(state.pdf === "current" ? "a" : "span", "color:inherit", words[state.pdf]);
      if (state.pdf === "current") link.href = state.pdf_name;
      bar.append(link);
    }
    panel.hidden = !state.fault;
    panel.replaceChildren();
    if (!state.fault) return;
    const { message, hint, problems, trace } = state.fault;
    const code = "margin:8px 0 0;white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.5 ui-monospace,monospace;";
    panel.append(made("strong", "font-size:16px;overflow-wrap:anywhere", message));
    if (hint) panel.append(made("div", "margin-top:4px", hint));
    if (problems.length > 1) for (const problem of problems) panel.append(made("div", code, problem));
    if (trace) panel.append(made("pre", code, trace));
  }

  const source = new EventSource("/events");
  source.onmessage = (event) => {
    const state = JSON.parse(event.data);
    if (state.version && state.version !== mine) location.reload();
    else show(state);
  };
  source.onerror = () => { bar.textContent = "The preview has ended, or starts again"; };
})();
