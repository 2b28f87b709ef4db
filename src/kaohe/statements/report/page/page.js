// What ties the page together: the language switch, links into closed parts, printing.
"use strict";
(() => {
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => Page.say(Number(button.dataset.language)));
  }
  // A link to a person opens that person; a link to a figure opens its reason.
  const follow = () => {
    const name = decodeURIComponent(location.hash.slice(1));
    const person = name && document.getElementById(name);
    if (person instanceof HTMLDetailsElement) {
      person.open = true;
      person.scrollIntoView();
      person.querySelector("summary").focus({ preventScroll: true });
    } else if (/^f\d+$/.test(name)) Reasons.show(Number(name.slice(1)));
  };
  document.addEventListener("click", ({ target }) => {
    const link = target.closest('a[href^="#p"]');
    if (link && link.hash === location.hash) follow();
  });
  window.addEventListener("hashchange", follow);
  window.addEventListener("beforeprint", () => {
    for (const person of document.querySelectorAll(".person")) person.open = true;
    Charts.drawAll();
    // Drawn for the screen's width, a chart scales to the paper's.
    for (const svg of document.querySelectorAll(".chart svg")) {
      svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} ${svg.getAttribute("height")}`);
    }
  });
  window.addEventListener("afterprint", () => {
    for (const svg of document.querySelectorAll(".chart svg")) svg.removeAttribute("viewBox");
  });
  Charts.all();
  follow();
  document.documentElement.dataset.ready = "yes";
})();
