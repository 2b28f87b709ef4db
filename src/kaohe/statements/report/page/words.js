// The page's data, its words in the reader's language, and small ways to build elements.
"use strict";
const Page = (() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  let language = data.language;
  const changed = [];

  const text = (number) => {
    const row = data.texts[number];
    return typeof row === "string" ? row : row[language];
  };
  const ui = (name) => text(data.ui[name]);

  // An element with attributes and children; text goes in as text, never as markup.
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== undefined && value !== "") element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  };

  // What a figure looks like: a button that leads to its reason.
  const figure = (number, tag = "button") => {
    const row = data.figures[number];
    const look = `fig${row.e ? ` ${row.e}` : ""}${row.d === undefined ? "" : " prov"}`;
    if (tag !== "button") return make(tag, { class: look }, text(row.v));
    return make("button", { type: "button", class: look, "data-f": number }, text(row.v));
  };

  const say = (chosen) => {
    language = chosen;
    document.documentElement.lang = data.languages[chosen];
    for (const element of document.querySelectorAll("[data-t]")) element.textContent = text(element.dataset.t);
    for (const element of document.querySelectorAll("[data-t-label]")) {
      element.setAttribute("aria-label", text(element.dataset.tLabel));
    }
    for (const button of document.querySelectorAll("[data-language]")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.language) === chosen));
    }
    for (const listener of changed) listener();
  };

  return { data, text, ui, make, figure, say, whenLanguageChanges: (listener) => changed.push(listener) };
})();
