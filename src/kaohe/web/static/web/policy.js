"use strict";
/* The policy: the same line lit on both sides, the editor's line numbers and cures, who gains and loses. */
(() => {
  // Reading: a sentence and its lines light up together, whichever is pointed at or focused.
  const both = document.querySelector("[data-lines]");
  if (both) {
    const said = [...both.querySelectorAll(".said[data-line]")];
    const lines = [...both.querySelectorAll(".yaml [data-line]")];
    const starts = [...new Set(said.map((one) => Number(one.dataset.line)))].sort((one, other) => one - other);
    const startOf = (line) => starts.filter((one) => one <= line).pop();
    const light = (start, from) => {
      const end = starts.find((one) => one > start) ?? lines.length + 1;
      for (const one of said) one.classList.toggle("lit", Number(one.dataset.line) === start);
      for (const one of lines) one.classList.toggle("lit", Number(one.dataset.line) >= start && Number(one.dataset.line) < end);
      const other = from === "said" ? lines[start - 1] : said.find((one) => Number(one.dataset.line) === start);
      const box = other?.closest("[tabindex]");
      if (box && box.scrollHeight > box.clientHeight) box.scrollTop = other.offsetTop - box.clientHeight / 3;
    };
    const told = (event) => {
      const one = event.target.closest("[data-line]");
      if (!one) return;
      const isSaid = one.classList.contains("said");
      const start = isSaid ? Number(one.dataset.line) : startOf(Number(one.dataset.line));
      if (start) light(start, isSaid ? "said" : "lines");
    };
    for (const kind of ["mouseover", "focusin", "click"]) both.addEventListener(kind, told);
  }

  // Writing: line numbers beside the text, those with a problem marked; a cure is a click.
  const text = document.getElementById("text");
  const gutter = document.querySelector(".gutter");
  if (text && gutter) {
    const number = () => {
      const wrong = new Set((document.getElementById("said").dataset.wrong || "").split(",").map(Number));
      const count = text.value.split("\n").length;
      while (gutter.children.length > count) gutter.lastElementChild.remove();
      while (gutter.children.length < count) gutter.append(document.createElement("li"));
      [...gutter.children].forEach((one, at) => one.classList.toggle("wrong", wrong.has(at + 1)));
    };
    const go = (line) => {
      const before = text.value.split("\n").slice(0, line - 1).join("\n").length;
      text.focus();
      text.setSelectionRange(before + (line > 1 ? 1 : 0), before + (line > 1 ? 1 : 0));
      text.scrollTop = Math.max(0, (line - 6) * parseFloat(getComputedStyle(text).lineHeight));
    };
    text.addEventListener("input", number);
    text.addEventListener("scroll", () => { gutter.scrollTop = text.scrollTop; });
    document.body.addEventListener("htmx:afterSwap", number);
    document.body.addEventListener("click", (event) => {
      const place = event.target.closest("[data-go]");
      const cure = event.target.closest("[data-cure-line]");
      const sentence = event.target.closest("#said .to-line");
      if (place || sentence) {
        event.preventDefault();
        go(Number(place ? place.dataset.go : sentence.textContent));
      }
      if (cure) {
        const lines = text.value.split("\n"), at = Number(cure.dataset.cureLine) - 1;
        lines[at] = lines[at].replace(cure.dataset.of, () => cure.dataset.instead);
        text.value = lines.join("\n");
        text.dispatchEvent(new Event("input", { bubbles: true }));
        go(at + 1);
      }
    });
    number();
    // What was typed is not lost by a click on a link.
    let changed = false;
    document.getElementById("draft").addEventListener("input", () => { changed = true; });
    document.getElementById("draft").addEventListener("submit", () => { changed = false; });
    window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  }

  // A slope for everybody whose pay changes most: dashed down, drawn through up; the table says it in figures.
  const style = getComputedStyle(document.documentElement);
  const colours = { gain: style.getPropertyValue("--kaohe-gain").trim(), loss: style.getPropertyValue("--kaohe-loss").trim(), "": style.getPropertyValue("--tblr-secondary").trim() };
  window.kaoheChart = (kind, data) => kind !== "slope" ? data : {
    grid: { left: 70, right: 130, top: 24, bottom: 8, containLabel: false },
    tooltip: { trigger: "item", formatter: (point) => `${point.seriesName} ${data.people[point.seriesIndex].said}` },
    xAxis: { type: "category", data: data.sides, boundaryGap: false, position: "top", axisTick: { show: false }, axisLabel: { color: colours[""] } },
    yAxis: { type: "value", scale: true, axisLabel: { color: colours[""] } },
    series: data.people.map((one) => ({
      type: "line", name: one.name, data: one.drawn, symbol: "circle", symbolSize: 6,
      lineStyle: { color: colours[one.tone], type: one.tone === "loss" ? "dashed" : "solid" }, itemStyle: { color: colours[one.tone] },
      endLabel: { show: true, formatter: `${one.name} ${one.said}`, color: colours[one.tone] }, labelLayout: { hideOverlap: true, moveOverlap: "shiftY" },
    })),
  };
})();
