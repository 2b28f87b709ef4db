// Reasons: a tree that opens in place, four depths, each figure and measure looked up by its number.
"use strict";
const Reasons = (() => {
  const { data, text, ui, make, figure } = Page;
  const panel = document.getElementById("panel");

  const named = (row, parent) => {
    const parts = [text(row.t)];
    if (!parent || row.w !== parent.w) parts.push(text(row.w));
    if (text(row.n) && (!parent || row.n !== parent.n)) parts.push(text(row.n));
    const name = parts.join(" · ");
    return name.charAt(0).toUpperCase() + name.slice(1);
  };

  const pair = (list, label, value) => {
    if (value) list.append(make("dt", {}, label), make("dd", {}, value));
  };

  const rules = (row) => {
    const list = make("dl");
    if (row.q !== undefined) pair(list, ui("formula"), make("span", { class: "formula" }, text(row.q)));
    if (row.m !== undefined) pair(list, ui("worth"), text(row.m));
    if (row.d !== undefined) pair(list, ui("until"), text(row.d));
    pair(list, ui("stands_at"), make("code", {}, row.p));
    for (const reading of row.r || []) pair(list, ui("reading"), text(reading));
    return list;
  };

  const others = (row) => row.o ? [make("p", { class: "sub" }, ui("not_fired")), make("ul", {}, ...row.o.map((one) => make("li", {}, text(one))))] : [];

  const table = (number) => {
    const { k, rows } = data.tables[number];
    const heads = k === "places" ? ["place", "person", "value"] : ["person", "weight", "amount"];
    const cells = ([name, value, last]) => k === "places" ? [String(last), text(name), text(value)] : [text(name), text(value), text(last)];
    const body = rows.map((row) => make("tr", {}, ...cells(row).map((cell, index) =>
      make("td", { class: heads[index] === "person" ? "" : "num" }, cell))));
    const details = make("details", { class: "lists" }, make("summary", {}, ui(k)),
      make("table", {}, make("thead", {}, make("tr", {}, ...heads.map((one) => make("th", { scope: "col", class: one === "person" ? "" : "num" }, ui(one))))), make("tbody", {}, ...body)));
    return details;
  };

  const node = (title, value, fill, look = "") => {
    const inside = make("div", { class: "inside" });
    const details = make("details", { class: "node" },
      make("summary", {}, make("span", { class: "what" }, title), make("span", { class: `num value${look}` }, value)), inside);
    details.addEventListener("toggle", () => { if (details.open && !inside.childNodes.length) inside.append(...fill()); });
    return details;
  };

  const input = (parent) => ([kind, one, other]) => {
    if (kind === "a") return make("div", { class: "leaf" }, make("span", {}, text(one)), make("span", { class: "num" }, text(other)));
    const row = kind === "f" ? data.figures[one] : data.measures[one];
    const provisional = row.d !== undefined && kind === "f" || row.u !== undefined;
    return node(named(row, parent), text(row.v), kind === "f" ? () => reason(one) : () => days(one), provisional ? " prov" : "");
  };

  // Everything that a figure's reason says, the inputs closed.
  const reason = (number) => {
    const row = data.figures[number];
    const inputs = row.i ? [make("p", { class: "sub" }, ui("inputs")), ...row.i.map(input(row))] : [];
    return [make("p", { class: "said" }, text(row.s)), ...sure(row), rules(row), ...others(row), ...(row.g || []).map(table), ...inputs];
  };

  const sure = (row) => (row.c || []).map((one) => make("p", { class: "quiet" }, text(one)));

  // A measure: its days, and the rows behind them where the run has any.
  const days = (number) => {
    const row = data.measures[number];
    const found = [];
    if (row.u !== undefined) found.push(make("p", { class: "prov" }, `${ui("until")} ${text(row.u)}`));
    if (row.d.length) {
      const body = row.d.map(([day, value, provisional]) => make("tr", { class: provisional ? "prov" : "" },
        make("td", {}, text(day)), make("td", { class: "num" }, text(value))));
      found.push(make("table", {}, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, ui("day")), make("th", { scope: "col", class: "num" }, ui("value")))), make("tbody", {}, ...body)));
    } else found.push(make("p", { class: "quiet" }, ui("no_days")));
    return [...found, ...evidence(row.e, named(row))];
  };

  const evidence = (lists, name) => {
    if (!lists) return [make("p", { class: "quiet" }, ui(data.evidence ? "elsewhere" : "no_evidence"))];
    return [["c", "counted"], ["n", "not_counted"]].flatMap(([side, title]) => lists[side] ? Evidence.list(lists[side], title, name) : []);
  };

  const show = (number) => {
    const row = data.figures[number];
    if (!row) return;
    const title = document.getElementById("panel-title");
    title.replaceChildren(`${named(row)}  `, figure(number, "span"));
    document.getElementById("reason").replaceChildren(make("div", { class: "inside" }, ...reason(number)));
    panel.dataset.shown = number;
    if (!panel.open) panel.showModal();
    panel.scrollTop = 0;
    title.focus();
    history.replaceState(null, "", `#f${number}`);
  };

  // The lists that a part of the page names by numbers, filled when they are first opened.
  const fillList = (details) => {
    const place = details.querySelector("div");
    const numbers = (which) => (details.dataset[which] || "").split(",").filter(Boolean).map(Number);
    place.replaceChildren(...numbers("figures").map((number) => input(null)(["f", number])), ...numbers("measures").map((number) => input(null)(["m", number])));
    place.className = "inside";
  };

  document.addEventListener("toggle", ({ target }) => {
    if (!target.open) return;
    if (target.matches(".lists[data-figures], .lists[data-measures]")) fillList(target);
    if (target.matches(".node[data-f]")) target.querySelector(".inside").replaceChildren(...reason(Number(target.dataset.f)));
  }, true);
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("button[data-f]");
    if (button) show(Number(button.dataset.f));
    else if (target === panel || target.closest("#close")) panel.close();
  });
  panel.addEventListener("close", () => history.replaceState(null, "", location.pathname + location.search));
  Page.whenLanguageChanges(() => {
    if (panel.open) show(Number(panel.dataset.shown));
    for (const details of document.querySelectorAll(".node[data-f][open]")) {
      details.querySelector(":scope > .inside").replaceChildren(...reason(Number(details.dataset.f)));
    }
    document.querySelectorAll(".lists[open][data-figures], .lists[open][data-measures]").forEach(fillList);
  });
  return { show };
})();
