"use strict";
/* Scoring: what is typed is saved at once; digits score, arrows go from row to row. */
(() => {
  const place = document.querySelector("[data-scoring]");
  if (!place) return;
  const rows = [...place.querySelectorAll("[data-row]")];
  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
  const told = place.querySelector("[data-told]");
  const waiting = new Map(); // row → timer
  const TYPING = 500, AGAIN = 4000;

  const score = (row) => row.querySelector("input[type=radio]:checked")?.value ?? row.querySelector(".score-box")?.value ?? "";

  // One after the other: what is left is counted at each, and the last word must be the last count.
  const queued = new Set();
  let turn = Promise.resolve();
  function save(row) {
    clearTimeout(waiting.get(row));
    waiting.delete(row);
    queued.add(row);
    turn = turn.then(() => (queued.delete(row) ? send(row) : undefined));
  }

  async function send(row) {
    const state = row.querySelector("[data-state]");
    const body = new URLSearchParams({
      subject: row.dataset.subject, item: row.dataset.item,
      score: score(row), note: row.querySelector(".note-box")?.value ?? "",
    });
    state.textContent = place.dataset.saving;
    try {
      const answer = await fetch(place.dataset.save, { method: "POST", headers, body, keepalive: true });
      if (!answer.ok) throw new Error(String(answer.status));
      const now = await answer.json();
      state.textContent = now.problem || place.dataset.saved;
      row.classList.toggle("wrong", now.is_error);
      told.textContent = now.problem;
      show(now);
    } catch {
      state.textContent = told.textContent = place.dataset.failed;
      waiting.set(row, setTimeout(() => save(row), AGAIN));
    }
  }

  function show(now) {
    const put = (name, text) => document.querySelectorAll(name).forEach((one) => { one.textContent = text; });
    put("[data-left]", now.left);
    put("[data-unsent]", now.unsent);
    for (const badge of document.querySelectorAll("[data-sheet-left]")) {
      badge.textContent = now.sheet_left || badge.dataset.none;
      badge.classList.toggle("badge-done", !now.sheet_left);
    }
    document.querySelector("[data-hand-in]")?.classList.toggle("btn-primary", !now.left);
  }

  function soon(row, wait) {
    clearTimeout(waiting.get(row));
    waiting.set(row, setTimeout(() => save(row), wait));
  }

  function go(row, step) {
    const to = rows[rows.indexOf(row) + step];
    const inside = to && (to.querySelector("input[type=radio]:checked") || to.querySelector("input[type=radio], .score-box"));
    if (inside) inside.focus();
    else if (step > 0) document.querySelector("[data-next], [data-hand-in]")?.focus();
    return Boolean(inside);
  }

  for (const row of rows) {
    row.addEventListener("input", (event) => soon(row, event.target.type === "radio" ? 0 : TYPING));
    row.addEventListener("change", () => { if (waiting.has(row)) save(row); });
    row.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      const isRadio = event.target.type === "radio";
      if (event.key === "ArrowDown" || event.key === "Enter") { event.preventDefault(); go(row, 1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); go(row, -1); }
      else if (isRadio && /^[0-9]$/.test(event.key)) {
        // A scale up to ten has its ten on the key 0, unless it has a 0 itself.
        const by = (value) => [...row.querySelectorAll("input[type=radio]")].find((one) => one.value === value);
        const chosen = by(event.key) || (event.key === "0" && by("10"));
        if (!chosen) return;
        event.preventDefault();
        chosen.checked = true;
        save(row);
        go(row, 1);
      }
    });
  }
  // Whoever leaves takes nothing along that was not saved.
  window.addEventListener("pagehide", () => {
    const unsent = new Set([...waiting.keys(), ...queued]);
    queued.clear();
    for (const row of unsent) send(row);
  });
  const first = rows.find((row) => !score(row)) || rows[0];
  if (!document.querySelector("[role=alert]")) first?.querySelector("input[type=radio]:checked, input[type=radio], .score-box")?.focus({ preventScroll: true });
})();
