"use strict";
/* The overview's charts, from their data: a trend with the period before behind it, a calendar, waiting times. */
(() => {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const main = colour("--tblr-primary"), soft = colour("--kaohe-soft"), grey = colour("--tblr-secondary");
  const language = document.documentElement.lang;
  const grid = { left: 8, right: 12, top: 12, bottom: 8, containLabel: true };
  const label = { color: grey, fontSize: 11 };

  // Per cent are drawn as such; other units as they are.
  const scaled = (unit, values) => values.map((one) => (one === null || unit !== "ratio" ? one : one * 100));
  const ends = (unit) => (unit === "ratio" ? "{value}%" : "{value}");

  function trend(data) {
    const now = scaled(data.unit, data.values), before = scaled(data.unit, data.before);
    const provisional = now.map((one, at) => (data.provisional_from < data.known && at >= data.provisional_from - 1 ? one : null));
    const final = now.map((one, at) => (at < data.provisional_from ? one : null));
    const shaded = data.marked.flatMap((one) => one.days.map((at) => [{ xAxis: Math.max(at - 0.5, 0), name: one.title }, { xAxis: at + 0.5 }]));
    const line = { type: "line", symbol: "circle", symbolSize: 4, connectNulls: false };
    return {
      grid,
      tooltip: {
        trigger: "axis",
        formatter: (points) => {
          const at = points[0].dataIndex;
          const said = `${data.words.now}: ${data.said[at] || "—"}${at >= data.provisional_from ? ` (${data.words.provisional})` : ""}`;
          const then = before[at] === undefined || before[at] === null ? "" : `\n${data.words.before}: ${before[at].toFixed(2)}${data.unit === "ratio" ? "%" : ""}`;
          const marked = data.marked.filter((one) => one.days.includes(at)).map((one) => `\n${one.title}`).join("");
          return `${data.days[at]}\n${said}${then}${marked}`;
        },
      },
      xAxis: { type: "category", data: data.days.map((_, at) => at + 1), axisLabel: label, axisTick: { show: false }, axisLine: { lineStyle: { color: "#ccd3da" } } },
      yAxis: { type: "value", scale: true, axisLabel: { ...label, formatter: ends(data.unit) }, splitLine: { lineStyle: { color: "#e8ecf0" } }, splitNumber: 3 },
      series: [
        { ...line, name: data.words.before, data: before.slice(0, data.days.length), symbol: "none", lineStyle: { color: "#9aa6b2", width: 1.5 }, itemStyle: { color: "#9aa6b2" } },
        { ...line, name: data.words.now, data: final, lineStyle: { color: main, width: 2 }, itemStyle: { color: main }, markArea: { silent: true, itemStyle: { color: soft }, label: { show: false }, data: shaded } },
        { ...line, name: data.words.provisional, data: provisional, lineStyle: { color: main, width: 2, type: "dashed" }, itemStyle: { color: "#fff", borderColor: main, borderWidth: 1.5 } },
      ],
    };
  }

  function calendar(data) {
    const day = new Intl.DateTimeFormat(language, { weekday: "narrow" });
    const month = new Intl.DateTimeFormat(language, { month: "short" });
    const names = [...Array(7).keys()].map((at) => day.format(new Date(2023, 0, 1 + at)));  // 1 January 2023 is a Sunday
    const months = [...Array(12).keys()].map((at) => month.format(new Date(2023, at, 1)));
    const known = data.days.slice(0, data.known).map((one, at) => [one, data.values[at]]);
    const most = Math.max(1, ...known.map((one) => one[1]));
    const weeks = Math.ceil(data.days.length / 7) + 1;
    return {
      tooltip: { formatter: (point) => `${point.value[0]}\n${data.word}: ${point.value[1].toLocaleString("en")}` },
      visualMap: { min: 0, max: most, show: false, inRange: { color: ["#eef4fa", "#7fa9d1", main] } },
      calendar: {
        range: [data.days[0], data.days[data.days.length - 1]], orient: "vertical", top: 28, bottom: 8,
        left: weeks > 8 ? 60 : "20%", right: weeks > 8 ? 10 : "15%", cellSize: ["auto", "auto"],
        itemStyle: { color: "#fff", borderColor: "#d5dce3" }, splitLine: { show: false }, yearLabel: { show: false },
        dayLabel: { ...label, firstDay: 1, nameMap: names }, monthLabel: { ...label, nameMap: months },
      },
      series: [{
        type: "heatmap", coordinateSystem: "calendar", data: known,
        label: { show: weeks <= 8, formatter: (point) => point.value[1], fontSize: 11, color: "#1b2430", textBorderColor: "#fff", textBorderWidth: 2 },
      }],
    };
  }

  function waits(data) {
    return {
      grid, tooltip: { trigger: "axis", axisPointer: { type: "shadow" } },
      xAxis: { type: "category", data: data.titles, axisLabel: { ...label, interval: 0, rotate: 40 }, axisTick: { show: false } },
      yAxis: { type: "value", axisLabel: label, splitNumber: 3, minInterval: 1, splitLine: { lineStyle: { color: "#e8ecf0" } } },
      series: [{ type: "bar", name: data.word, data: data.counts, itemStyle: { color: main }, barCategoryGap: "20%" }],
    };
  }

  const kinds = { trend, calendar, waits };
  window.kaoheChart = (kind, data) => (kinds[kind] ? kinds[kind](data) : data);
})();
