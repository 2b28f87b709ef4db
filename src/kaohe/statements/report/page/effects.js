// Gains and losses as bars, who loses most on top; drawn again when the language changes.
"use strict";
(() => {
  const { data, text, ui } = Page;
  const INK = "#1b2430", QUIET = "#525e6b", GAIN = "#1a6640", LOSS = "#a3262a";
  const place = document.getElementById("bars");
  place.style.height = `${data.bars.length * 22 + 40}px`;
  const chart = echarts.init(place, null, { renderer: "svg" });
  const draw = () => {
    const described = data.bars.map(({ n, v }) => `${n} ${text(v)}`).join(", ");
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", `${ui("gains")}: ${described}`);
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 120, right: 80, top: 6, bottom: 24 },
      xAxis: { type: "value", axisLabel: { color: QUIET, fontSize: 11, hideOverlap: true }, splitLine: { lineStyle: { color: "#eef1f4" } } },
      yAxis: {
        type: "category", inverse: true, data: data.bars.map(({ n }) => n), axisTick: { show: false },
        axisLine: { show: false }, axisLabel: { color: INK, fontSize: 12, width: 108, overflow: "truncate", interval: 0 },
      },
      series: [{
        type: "bar", barMaxWidth: 16,
        data: data.bars.map(({ x, v }) => ({
          value: x, itemStyle: { color: x < 0 ? LOSS : GAIN },
          label: { show: true, position: x < 0 ? "left" : "right", formatter: text(v), color: INK, fontSize: 11 },
        })),
      }],
    }, true);
  };
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => Page.say(Number(button.dataset.language)));
  }
  window.addEventListener("resize", () => chart.resize());
  Page.whenLanguageChanges(draw);
  draw();
  document.documentElement.dataset.ready = "yes";
})();
