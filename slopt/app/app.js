// Sends what is moved, fades what is stale at once, and keeps the focus where it was.
(() => {
  let asked = 0, sent = 0, waiting = null, dragging = null, focused = "";
  const byId = (id) => document.getElementById(id);
  const stale = () => { asked += 1; document.body.classList.add("stale"); return asked; };
  const send = (what) => emitEvent("slopt", { ...what, asked: what.quiet ? asked : stale() });
  const fill = (range) => {
    const share = (range.value - range.min) / (range.max - range.min || 1);
    range.style.setProperty("--at", `${(100 * share).toFixed(2)}%`);
  };
  const slide = (range) => {  // at most twenty a second, the last one always
    fill(range);
    const path = range.closest(".knob").dataset.path;
    waiting = { do: "slide", path, at: Number(range.value), asked: stale() };
    const left = 50 - (performance.now() - sent);
    if (left <= 0) flush(); else if (!slide.timer) slide.timer = setTimeout(flush, left);
  };
  const flush = () => {
    clearTimeout(slide.timer); slide.timer = null; sent = performance.now();
    if (waiting) emitEvent("slopt", waiting);
    waiting = null;
  };
  const budget = () => document.querySelector('.knob[data-path="limits.budget"] .range');
  const moveBudget = (x) => {
    const svg = document.querySelector("#frontier svg"), range = budget();
    if (!svg || !range) return;
    const box = svg.getBoundingClientRect(), at = (x - box.left) / box.width * svg.viewBox.baseVal.width;
    const d = svg.dataset, share = (at - d.left) / (d.right - d.left);
    range.value = (Number(d.low) + share * (d.high - d.low)) * d.size;
    slide(range);
  };
  document.addEventListener("input", (e) => { if (e.target.matches(".range")) slide(e.target); });
  document.addEventListener("change", (e) => {
    const its = e.target;
    if (its.matches(".knob .field")) send({ do: "type", path: its.closest(".knob").dataset.path, text: its.value });
    else if (its.dataset.do === "tier") send({ do: "pin", segment: Number(its.dataset.segment), tier: Number(its.value) });
    else if (its.dataset.do === "risk") send({ do: "risk", key: its.value });
    else if (its.dataset.do === "compare") send({ do: "compare", key: its.value });
    else if (its.dataset.do === "show") { send({ do: "show", name: its.value, quiet: true }); its.value = ""; }
  });
  document.addEventListener("click", (e) => {
    const its = e.target.closest("button[data-do]");
    if (e.target.id === "reload") location.reload();
    if (!its) return;
    const what = its.dataset.do;
    if (what === "pin") send({ do: its.getAttribute("aria-pressed") === "true" ? "unpin" : "pin", segment: Number(its.dataset.segment) });
    else send({ do: what, quiet: !["undo", "reset"].includes(what) });
  });
  document.addEventListener("pointerdown", (e) => {
    if (e.target.closest("#budget-line")) { dragging = e.pointerId; byId("budget-line").focus(); e.preventDefault(); }
  });
  document.addEventListener("pointermove", (e) => { if (dragging === e.pointerId) moveBudget(e.clientX); });
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => { dragging = null; });
  document.addEventListener("keydown", (e) => {
    if (e.target.id !== "budget-line" || !budget()) return;
    const range = budget(), steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
    if (e.key === "Home") range.value = range.min;
    else if (e.key === "End") range.value = range.max;
    else if (e.key in steps) range.value = Number(range.value) + steps[e.key] * range.step;
    else return;
    e.preventDefault(); slide(range);
  });
  document.addEventListener("focusin", (e) => { focused = e.target.id; });
  new MutationObserver(() => {
    if (focused && document.activeElement === document.body && byId(focused)) byId(focused).focus({ preventScroll: true });
  }).observe(document.documentElement, { childList: true, subtree: true });
  const gone = (is) => {  // what stands on the page belongs to a program that is no more
    byId("gone").hidden = !is;
    document.body.classList.toggle("gone", is);
    for (const part of document.querySelectorAll(".results,.inputs,.actions")) part.inert = is;
  };
  const watch = async () => {
    try {
      const answer = await fetch("/alive", { cache: "no-store", signal: AbortSignal.timeout(10000) });
      gone(!answer.ok);
      const known = byId("outdated");
      if (answer.ok) known.hidden = (await answer.text()) === known.dataset.stamp;
    } catch { gone(true); }
    setTimeout(watch, 1500);
  };
  window.slopt = {
    fresh(n) { if (n >= asked) document.body.classList.remove("stale"); },
    knobs(all) {
      for (const [path, its] of Object.entries(all)) {
        const knob = document.querySelector(`.knob[data-path="${CSS.escape(path)}"]`);
        if (!knob) continue;
        const field = knob.querySelector(".field"), range = knob.querySelector(".range");
        if (its.refused === "" && (its.asked >= asked || document.activeElement !== range)) {
          field.value = its.text;
          if (its.asked >= asked && Number(range.value) !== its.at && dragging === null) range.value = its.at;
        }
        field.setAttribute("aria-invalid", its.refused ? "true" : "false");
        range.setAttribute("aria-valuetext", its.text);
        knob.classList.toggle("moved", its.moved);
        knob.querySelector(".note").innerHTML = its.note;
        knob.querySelector(".marks").innerHTML = its.marks;
        fill(range);
      }
    },
    risk(key) { const s = byId("risk"); if (s) s.value = key; },
    compare(html, key) { const s = byId("compare"); s.innerHTML = html; s.value = key; },
  };
  document.addEventListener("DOMContentLoaded", () => {
    setTimeout(watch, 1500);
    if (matchMedia("(max-width: 699.9px)").matches) setTimeout(() => document.querySelectorAll(".fold").forEach((d) => { d.open = false; }), 300);
  });
})();
