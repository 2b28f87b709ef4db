// Rows behind a measure, and the conversations behind rows: each row once in the data, lists name them by number.
"use strict";
const Evidence = (() => {
  const { data, text, ui, make } = Page;
  const FIRST = 20;
  const SENDERS = ["customer", "agent", "robot", "system"];

  // A list holds the first row's number and the step from each to the next.
  const numbers = (steps) => {
    let last = 0;
    return steps.map((step) => { last += step; return last; });
  };

  const cell = (value, isFlag) => {
    if (value === null || value === undefined) return "";
    return isFlag ? ui(value ? "yes" : "no") : String(value);
  };

  // A conversation as it was counted: time, sender, text, waiting, and what was made of each line.
  const chat = (number) => {
    const { who, customer, day, lines, more } = data.chats[number];
    if (!lines || !lines.length) return make("p", { class: "quiet" }, ui("no_chat"));
    const rows = lines.map(([time, sender, said, waited, margin, orders]) => make("li", { class: SENDERS[sender] },
      make("span", { class: "when" }, time, " ", make("b", {}, ui(SENDERS[sender])),
        waited === null ? null : make("span", { class: "waited" }, ` ${ui("waited")} ${waited}`)),
      make("p", {}, said),
      margin.length || orders.length
        ? make("small", { class: "margin" }, [...margin.map(text), ...orders].join(" · ")) : null));
    return make("figure", { class: "chat-lines" },
      make("figcaption", {}, `${customer} · ${who} · ${text(day)}`), make("ol", {}, ...rows),
      more ? make("p", { class: "quiet" }, `+${more}`) : null);
  };

  const opener = (number) => make("button", { type: "button", class: "chat-opener", "data-chat": number, "aria-expanded": "false" }, ui("chat"));

  // A conversation opens below the row that it belongs to, wherever on the page that stands.
  const unfold = (button) => {
    const row = button.closest("tr");
    row.after(make("tr", { class: "chat-row" }, make("td", { colspan: row.cells.length }, chat(Number(button.dataset.chat)))));
  };
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("button[data-chat]");
    if (!button) return;
    const open = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!open));
    if (open) button.closest("tr").nextElementSibling.remove();
    else unfold(button);
  });
  Page.whenLanguageChanges(() => {
    for (const button of document.querySelectorAll("#signals button[data-chat][aria-expanded=true]")) {
      button.closest("tr").nextElementSibling.remove();
      unfold(button);
    }
  });

  // The rows of a list, the first ones at once and the others when somebody asks for them.
  const list = (list, title, name) => {
    const kind = data.kinds[list.k];
    const shown = numbers(list.r);
    const some = (name) => list[name] !== undefined;
    const filled = kind.columns.map((_, column) => shown.some((row) => cell(kind.rows[row][column], false) !== ""));
    // Whose they all are, the figure says already.
    const alike = (column) => column === kind.who && shown.every((row) => kind.rows[row][column] === kind.rows[shown[0]][column]);
    const columns = kind.columns.map((_, index) => index).filter((index) => filled[index] && !alike(index));
    const chats = shown.some((row) => kind.chats[row] !== undefined);
    const heads = [...(chats ? [""] : []), ...columns.map((column) => text(kind.columns[column])),
      ...(some("a") ? [ui("counts")] : []), ...(some("y") ? [ui("reason")] : [])];
    const line = (row, at) => make("tr", {},
      chats ? make("td", {}, kind.chats[row] === undefined ? "" : opener(kind.chats[row])) : null,
      ...columns.map((column) => make("td", { class: typeof kind.rows[row][column] === "number" && !kind.flags[column] ? "num" : "" }, cell(kind.rows[row][column], kind.flags[column]))),
      some("a") ? make("td", { class: "num" }, String(list.a[at])) : null,
      some("y") ? make("td", {}, text(typeof list.y === "number" ? list.y : list.y[at])) : null);
    const body = make("tbody", {}, ...shown.slice(0, FIRST).map(line));
    const parts = [
      make("p", { class: "sub" }, ui(title), ui("colon"), new Intl.NumberFormat("en").format(list.t)),
      make("div", { class: "wide", tabindex: "0", role: "region", "aria-label": `${name}${ui("colon")}${ui(title)}` },
        make("table", { class: "evidence" }, make("thead", {}, make("tr", {}, ...heads.map((one) =>
          one ? make("th", { scope: "col" }, one) : make("td", {})))), body)),
    ];
    if (shown.length > FIRST) {
      const rest = make("button", { type: "button", class: "more" }, ui("all_rows"), " (", String(shown.length), ")");
      rest.addEventListener("click", () => {
        body.append(...shown.slice(FIRST).map((row, index) => line(row, index + FIRST)));
        rest.remove();
      });
      parts.push(rest);
    }
    const beyond = list.t - shown.length;
    if (beyond) parts.push(make("p", { class: "quiet" }, ui("more_rows").replace("{count}", new Intl.NumberFormat("en").format(beyond))));
    return parts;
  };

  return { list };
})();
