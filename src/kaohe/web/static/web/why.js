"use strict";
/* The reason's tree: what is open is the state, and the link at its foot names exactly that. */
(() => {
  const panel = document.getElementById("why"), frame = document.getElementById("why-panel");
  let asker = null;

  // Until the reason is there, the panel says what is being waited for.
  document.body.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (detail.target !== panel) return;
    panel.replaceChildren(document.getElementById("why-waiting").content.cloneNode(true));
    if (!frame.contains(detail.elt)) asker = detail.elt;
    tabler.Offcanvas.getOrCreateInstance(frame).show();
  });

  // Whoever closes the panel is back at the figure that they asked about.
  frame.addEventListener("hidden.bs.offcanvas", () => asker?.focus());

  const open = (reason) => {
    const names = [];
    for (const one of reason.querySelectorAll("details.reason-node[open][data-at]")) names.push(one.dataset.at);
    for (const one of reason.querySelectorAll(".chat-row[data-at]")) names.push(one.dataset.at);
    for (const one of reason.querySelectorAll("details.reason-rows[data-at]")) {
      const start = one.querySelector(".rows-shown")?.dataset.start || "0";
      const closes = one.dataset.at.endsWith("c") ? start === "0" : !one.open;
      if (!closes) names.push(start === "0" ? one.dataset.at : `${one.dataset.at}~${start}`);
    }
    // What lies within something closed is not open.
    return names.filter((name) => !closedAbove(reason, name)).sort();
  };

  const closedAbove = (reason, name) => {
    const place = reason.querySelector(`[data-at="${name.replace(/~.*/, "")}"]`);
    for (let above = place?.parentElement?.closest("details"); above && reason.contains(above); above = above.parentElement.closest("details")) {
      if (!above.open) return true;
    }
    return false;
  };

  const note = (reason) => {
    if (!reason) return;
    const names = open(reason);
    const address = reason.dataset.address + (names.length ? `&open=${names.join(",")}` : "");
    reason.querySelector(".reason-link").href = address;
    if (reason.hasAttribute("data-page")) history.replaceState(null, "", address);
  };

  document.addEventListener("toggle", ({ target }) => note(target.closest?.(".reason")), true);
  document.body.addEventListener("htmx:afterSettle", ({ detail }) => {
    const { elt } = detail;
    for (const reason of elt.matches?.(".reason") ? [elt] : elt.querySelectorAll?.(".reason") || []) note(reason);
    note(elt.closest?.(".reason"));
  });

  // A conversation opens below its row and closes with the same button.
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    const button = event.detail.elt;
    if (!button.matches(".chat-opener")) return;
    const shown = button.closest("tr").nextElementSibling;
    button.setAttribute("aria-expanded", "true");
    if (!shown?.matches(".chat-row")) return;
    event.preventDefault();
    shown.remove();
    button.setAttribute("aria-expanded", "false");
    note(button.closest(".reason"));
  });

  document.addEventListener("click", async ({ target }) => {
    const button = target.closest?.(".reason-copy");
    if (!button) return;
    const link = button.closest(".reason").querySelector(".reason-link");
    await navigator.clipboard.writeText(link.href);
    button.textContent = button.dataset.done;
  });
})();
