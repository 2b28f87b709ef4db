// Charts: rankings as dots on one axis, metrics by week as lines, sums as waterfalls.
"use strict";
const Charts = (() => {
  const { data, text, ui, make, figure } = Page;
  const INK = "#1b2430", QUIET = "#525e6b", ACCENT = "#1f5c99", PALE = "#b9c3ce", LOSS = "#a3262a", LINE = "#d5dce4";
  const PERCENT = "ratio";
  const drawn = new Map();
  // Sections of the same spans share one choice: of a week, of a day.
  const axes = [];
  const axisOf = (section) => axes.find(({ spans }) => spans.join() === section.weeks.join());
  let highlighted = -1;

  const short = (unit) => (value) =>
    unit === PERCENT
      ? `${+(value * 100).toFixed(1)}%`
      : new Intl.NumberFormat(document.documentElement.lang, { notation: "compact", maximumFractionDigits: 1 }).format(value);
  const font = { color: QUIET, fontSize: 11 };
  const tooltip = {
    renderMode: "richText", confine: true, borderWidth: 1, borderColor: LINE, padding: [4, 8],
    textStyle: { color: INK, fontSize: 12 },
  };

  // Draw once the place is in sight; draw again when the language changes.
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) draw(entry.target);
  }, { rootMargin: "300px" });

  const draw = (place) => {
    const option = place.chartOption;
    if (!option || drawn.get(place) === option || !place.clientWidth) return;
    const chart = echarts.getInstanceByDom(place) || echarts.init(place, null, { renderer: "svg" });
    chart.setOption({ animation: false, textStyle: { fontFamily: getComputedStyle(document.body).fontFamily }, ...option }, true);
    if (option.names) option.names(chart, option);
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", option.aria.label.description);
    drawn.set(place, option);
  };

  const put = (place, description, option) => {
    place.chartOption = { aria: { enabled: true, label: { description } }, tooltip, ...option };
    watcher.unobserve(place);
    watcher.observe(place);
  };

  // Rankings

  const order = (metric) => (one, other) => {
    const places = [one, other].map((row) => (row[2] < 0 ? null : data.figures[row[2]].x));
    if (places[0] !== null && places[1] !== null && places[0] !== places[1]) return places[0] - places[1];
    const [left, right] = [one, other].map((row) => data.figures[row[1]].x);
    if (left === null || right === null) return (left === null) - (right === null);
    return metric.b === "lower" ? left - right : right - left;
  };

  // With intervals everyone has a line of their own, best on top; without, all dots lie on one.
  const hasIntervals = (rows) => rows.some((row) => row[4]?.l !== undefined);

  const whiskers = (valued) => valued.flatMap((row, index) => row[4]?.l === undefined ? [] : [[
    { coord: [row[4].l, index], symbol: "none", lineStyle: { color: ACCENT, width: 2, opacity: 0.45, type: row[4].n ? "dashed" : "solid" }, label: { show: false } },
    { coord: [row[4].h, index], symbol: "none" },
  ]]);

  const dots = (metric, rows, shop) => {
    const valued = rows.filter((row) => data.figures[row[1]].x !== null);
    const spread = hasIntervals(valued);
    const point = (row, index) => ({
      name: data.people[row[0]].n,
      value: [data.figures[row[1]].x, spread ? index : 0],
      label: [text(data.figures[row[1]].v), row[4]?.i === undefined ? "" : `(${text(row[4].i)})`].filter(Boolean).join(" "),
      itemStyle: { color: row[3] < 0 && metric.pt ? "#fff" : ACCENT, borderColor: ACCENT, borderWidth: 1.5, opacity: 0.85 },
    });
    const some = shop !== null && shop.x !== null;
    const line = {
      silent: true, symbol: "none", animation: false,
      lineStyle: { color: INK, type: "solid", width: 1.5 },
      label: { formatter: some ? `${ui("shop")} ${text(shop.v)}` : "", position: spread ? "start" : "end", color: INK, fontSize: 11, distance: 2 },
      data: [...(some ? [{ xAxis: shop.x }] : []), ...whiskers(valued)],
    };
    const values = valued.flatMap((row) => [data.figures[row[1]].x, ...(row[4]?.l === undefined ? [] : [row[4].l, row[4].h])]).concat(some ? [shop.x] : []);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const margin = (high - low || Math.abs(high) || 1) * 0.08;
    return {
      grid: { left: 14, right: 14, top: 22, bottom: 22 },
      xAxis: {
        type: "value", min: low - margin, max: high + margin, splitNumber: 3, splitLine: { show: false },
        axisLine: { show: true, onZero: false, lineStyle: { color: PALE } },
        axisLabel: { ...font, formatter: short(metric.u), showMinLabel: false, showMaxLabel: false, hideOverlap: true, ...(low === high && { customValues: [low] }) },
      },
      yAxis: spread
        ? { type: "value", show: false, inverse: true, min: -1, max: valued.length }
        : { type: "value", show: false, min: -1, max: 1 },
      tooltip: { ...tooltip, formatter: (one) => `${one.data.name}  ${one.data.label}` },
      series: [{ type: "scatter", symbolSize: spread ? 9 : 13, data: valued.map(point), markLine: line }],
    };
  };

  const hidden = (said) => make("span", { class: "hidden" }, ` ${said}`);

  const sure = (known) => {
    if (known?.s === undefined) return make("td", {}, "");
    const signs = known.n ? [" ≈", hidden(ui("noise"))] : [];
    return make("td", { class: "num quiet" }, text(known.s), ...signs);
  };

  const rankTable = (metric, rows, shop) => {
    const [ranged, placed] = [hasIntervals(rows), metric.pl && rows.some((row) => row[4]?.s !== undefined)];
    const head = make("tr", {},
      metric.pl ? make("th", { scope: "col", class: "num" }, ui("place")) : null,
      make("th", { scope: "col" }, ui("person")),
      make("th", { scope: "col", class: "num" }, ui("value")),
      ranged ? make("th", { scope: "col", class: "num range" }, ui("interval")) : null,
      placed ? make("th", { scope: "col", class: "num" }, ui("sure")) : null,
      metric.pt ? make("th", { scope: "col", class: "num" }, ui("points")) : null);
    const body = rows.map(([who, value, place, points, known]) => make("tr", { class: metric.pt && points < 0 ? "out" : "" },
      metric.pl ? make("td", { class: "num" }, place < 0 ? "" : text(data.figures[place].v)) : null,
      make("th", { scope: "row" }, make("a", { href: `#${data.people[who].id}` }, data.people[who].n),
        known?.e === undefined ? null : make("small", { class: "quiet" }, ` * ${text(known.e)}`, hidden(ui("present")))),
      make("td", { class: "num" }, figure(value)),
      ranged ? make("td", { class: "num quiet small range" }, known?.i === undefined ? "" : text(known.i)) : null,
      placed ? sure(known) : null,
      metric.pt ? make("td", { class: "num" }, points < 0 ? "" : figure(points)) : null));
    if (shop >= 0) {
      body.push(make("tr", { class: "shop-row" }, metric.pl ? make("td", {}, "") : null,
        make("th", { scope: "row" }, ui("shop")), make("td", { class: "num" }, figure(shop)),
        ranged ? make("td", { class: "range" }, "") : null, placed ? make("td", {}, "") : null, metric.pt ? make("td", {}, "") : null));
    }
    return make("table", {}, make("thead", {}, head), make("tbody", {}, ...body));
  };

  const listing = (title, rows) =>
    `${title}: ${rows.map(([who, value]) => `${data.people[who].n} ${text(data.figures[value].v)}`).join(", ")}`;

  // Where days and weeks are both ranked, a card says of which board it is.
  const board = (section) => (axes.length > 1 ? make("small", { class: "quiet" }, ` · ${text(section.t)}`) : null);

  const rankings = () => {
    const place = document.getElementById("ranks");
    if (!place) return;
    place.replaceChildren();
    for (const section of data.rankings) {
      for (const metric of section.metrics) {
        const { shop, rows } = metric.w[axisOf(section).at];
        const sorted = [...rows].sort(order(metric));
        const chart = make("div", { class: "chart low" });
        if (hasIntervals(rows)) chart.style.height = `${sorted.length * 13 + 58}px`;
        const direction = metric.b ? ` · ${ui(metric.b)}` : "";
        place.append(make("article", { class: "card" },
          make("h3", {}, text(metric.t), board(section), make("small", { class: "quiet" }, direction)), chart, rankTable(metric, sorted, shop)));
        put(chart, listing(text(metric.t), sorted), dots(metric, sorted, shop < 0 ? null : data.figures[shop]));
      }
    }
  };

  const picker = () => {
    const place = document.getElementById("weeks");
    if (!place || !data.rankings.length) return;
    place.replaceChildren(...axes.map((axis) => {
      const buttons = axis.spans.map((label, index) => {
        const button = make("button", { type: "button", "aria-pressed": String(index === axis.at) }, text(label));
        button.addEventListener("click", () => {
          axis.at = index;
          for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
          rankings();
        });
        return button;
      });
      return make("div", { class: "axis" }, ...buttons);
    }));
  };

  // By week

  // A line bears its name at its last point. Names that would lie on each other are moved apart
  // once the points have their places; where there are too many, only the outermost are named.
  const LONGEST_NAME = 64, NAME_HEIGHT = 12, MOST_NAMED = 10;
  const named = (name, values, color, show) => {
    const last = values.reduce((found, value, index) => (value === null ? found : index), -1);
    const label = { show, formatter: name, position: "right", color, fontSize: 10, width: LONGEST_NAME - 4, overflow: "truncate" };
    return { data: values.map((value, index) => (index === last ? { value, label } : value)), last };
  };

  // Places at least so far apart and as near to the wanted ones as can be: neighbours too close share their mean.
  const spread = (wanted, gap, floor) => {
    const blocks = [];
    wanted.forEach((at, index) => {
      blocks.push({ sum: at - index * gap, count: 1 });
      while (blocks.length > 1 && blocks.at(-2).sum / blocks.at(-2).count > blocks.at(-1).sum / blocks.at(-1).count) {
        const { sum, count } = blocks.pop();
        blocks.at(-1).sum += sum;
        blocks.at(-1).count += count;
      }
    });
    const even = blocks.flatMap(({ sum, count }) => new Array(count).fill(sum / count));
    const [low, high] = [6, floor - (wanted.length - 1) * gap];
    return even.map((at, index) => Math.max(Math.min(at, high), low) + index * gap);
  };

  const apart = (chart, option) => {
    const ends = option.series.flatMap((one, series) => {
      const end = one.data[one.last];
      return end?.label.show ? [{ series, at: chart.convertToPixel({ seriesIndex: series }, [one.last, end.value])[1] }] : [];
    }).sort((one, other) => one.at - other.at);
    const dropped = ends.length > MOST_NAMED ? ends.slice(2, -2).filter(({ series }) => option.series[series].z === 2) : [];
    const kept = ends.filter((end) => !dropped.includes(end));
    const tops = spread(kept.map(({ at }) => at), NAME_HEIGHT, chart.getHeight() - 26);
    for (const { series } of dropped) option.series[series].data[option.series[series].last].label.show = false;
    kept.forEach(({ series, at }, index) => {
      option.series[series].data[option.series[series].last].label.offset = [0, tops[index] - at];
    });
    chart.setOption({ series: option.series });
  };

  const lines = (section, metric) => {
    const people = new Map();
    metric.w.forEach(({ rows }, index) => {
      for (const [who, value] of rows) {
        if (!people.has(who)) people.set(who, new Array(metric.w.length).fill(null));
        people.get(who)[index] = data.figures[value].x;
      }
    });
    const series = [...people].map(([who, values]) => {
      const chosen = who === highlighted;
      return {
        type: "line", name: data.people[who].n, symbolSize: chosen ? 8 : 4, symbol: "circle", z: chosen ? 4 : 2,
        lineStyle: { color: chosen ? ACCENT : PALE, width: chosen ? 3 : 1.2 }, itemStyle: { color: chosen ? ACCENT : PALE },
        ...named(data.people[who].n, values, chosen ? ACCENT : QUIET, chosen || highlighted < 0),
      };
    });
    if (metric.w.some(({ shop }) => shop >= 0)) {
      series.push({
        type: "line", name: ui("shop"), z: 3, symbol: "circle", symbolSize: 2, lineStyle: { color: INK, width: 2, type: "dashed" },
        itemStyle: { color: INK },
        ...named(ui("shop"), metric.w.map(({ shop }) => (shop < 0 ? null : data.figures[shop].x)), INK, true),
      });
    }
    return {
      grid: { left: 46, right: 14 + LONGEST_NAME, top: 12, bottom: 24 },
      xAxis: { type: "category", data: section.weeks.map(text), boundaryGap: false, axisLabel: font, axisLine: { lineStyle: { color: PALE } } },
      yAxis: { type: "value", scale: true, splitNumber: 3, axisLabel: { ...font, formatter: short(metric.u) }, splitLine: { lineStyle: { color: "#eef1f4" } } },
      tooltip: { ...tooltip, formatter: (one) => `${one.seriesName} · ${one.name}  ${short(metric.u)(one.value)}` },
      series,
      names: apart,
    };
  };

  const weekTable = (section, metric) => {
    const names = [...new Set(metric.w.flatMap(({ rows }) => rows.map((row) => row[0])))];
    const row = (who) => make("tr", {}, make("th", { scope: "row" }, data.people[who].n),
      ...metric.w.map(({ rows }) => {
        const found = rows.find((one) => one[0] === who);
        return make("td", { class: "num" }, found ? figure(found[1]) : "");
      }));
    const shop = make("tr", { class: "shop-row" }, make("th", { scope: "row" }, ui("shop")),
      ...metric.w.map((one) => make("td", { class: "num" }, one.shop < 0 ? "" : figure(one.shop))));
    const head = make("tr", {}, make("th", { scope: "col" }, ui("person")),
      ...section.weeks.map((label) => make("th", { scope: "col", class: "num" }, text(label))));
    const some = metric.w.some((one) => one.shop >= 0);
    return make("table", {}, make("thead", {}, head), make("tbody", {}, ...names.map(row), some ? shop : null));
  };

  const trends = () => {
    const place = document.getElementById("lines");
    if (!place) return;
    const open = [...place.querySelectorAll("details")].map((one) => one.open);
    place.replaceChildren();
    for (const section of data.rankings) {
      for (const metric of section.metrics) {
        const chart = make("div", { class: "chart" });
        const table = make("details", { class: "lists" }, make("summary", {}, ui("table")), weekTable(section, metric));
        table.open = Boolean(open[place.children.length]);
        place.append(make("article", { class: "card" }, make("h3", {}, text(metric.t), board(section)), chart, table));
        const shops = metric.w.map(({ shop }, index) => (shop < 0 ? "" : `${text(section.weeks[index])} ${text(data.figures[shop].v)}`));
        const described = shops.some(Boolean)
          ? `${text(metric.t)}. ${ui("shop")}: ${shops.filter(Boolean).join(", ")}`
          : listing(`${text(metric.t)}, ${text(section.weeks.at(-1))}`, metric.w.at(-1).rows);
        put(chart, described, lines(section, metric));
      }
    }
  };

  const highlighter = () => {
    const select = document.getElementById("highlight");
    if (!select) return;
    select.replaceChildren(make("option", { value: -1 }, ui("nobody")),
      ...data.people.map((person, index) => make("option", { value: index }, person.n)));
    select.value = String(highlighted);
    select.onchange = () => { highlighted = Number(select.value); trends(); };
  };

  // Waterfalls

  // Bars that float: what lies above zero and what lies below are stacked apart, each on a clear base.
  const floating = (bars) => {
    const sides = bars.map(({ start, end }) => [Math.min(start, end), Math.max(start, end)]);
    const part = (size, at) => ({
      type: "bar", stack: "sum", barMaxWidth: 26, tooltip: { show: at !== null },
      silent: at === null, itemStyle: { color: "transparent" }, label: { position: "right", color: INK, fontSize: 11 },
      data: sides.map(([low, high], index) => ({
        value: size(low, high),
        itemStyle: at === null ? undefined : { color: bars[index].color },
        label: { show: at !== null && (at === "right") === (high > 0 || low === high), formatter: bars[index].shown },
      })),
    });
    return [
      part((low) => Math.max(low, 0), null),
      part((low, high) => Math.min(high, 0), null),
      part((low, high) => Math.max(high, 0) - Math.max(low, 0), "right"),
      part((low, high) => Math.min(low, 0) - Math.min(high, 0), "below"),
    ];
  };

  const falls = () => {
    for (const place of document.querySelectorAll("[data-fall]")) {
      const { t, rows, f } = data.falls[Number(place.dataset.fall)];
      let running = 0;
      const bars = rows.map(([name, size, shown]) => {
        const [start, end] = [running, running + size];
        running = end;
        return { name: text(name), start, end, shown: text(shown), color: size < 0 ? LOSS : ACCENT };
      });
      if (f >= 0) bars.push({ name: text(t), start: 0, end: data.figures[f].x || 0, shown: text(data.figures[f].v), color: QUIET });
      const wide = place.clientWidth > 480;
      place.style.height = `${bars.length * (wide ? 58 : 30) + 30}px`;
      put(place, bars.map(({ name, shown }) => `${name} ${shown}`).join(", "), {
        grid: { left: wide ? 262 : 120, right: 70, top: 6, bottom: 24 },
        xAxis: { type: "value", splitNumber: 4, axisLabel: { ...font, formatter: short("money"), hideOverlap: true }, splitLine: { lineStyle: { color: "#eef1f4" } } },
        yAxis: {
          type: "category", inverse: true, data: bars.map(({ name }) => name), axisTick: { show: false }, axisLine: { show: false },
          axisLabel: { ...font, color: INK, width: wide ? 240 : 108, overflow: wide ? "break" : "truncate", interval: 0, lineHeight: 14 },
        },
        tooltip: { ...tooltip, formatter: (one) => `${bars[one.dataIndex].name}  ${bars[one.dataIndex].shown}` },
        series: floating(bars),
      });
    }
  };

  const all = () => { picker(); rankings(); highlighter(); trends(); falls(); };
  let waiting = 0;
  window.addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { for (const place of drawn.keys()) echarts.getInstanceByDom(place)?.resize(); }, 120);
  });
  const latest = (section) => {
    const weeks = section.metrics[0]?.w || [];
    for (let index = weeks.length - 1; index > 0; index -= 1) {
      if (weeks[index].rows.some((row) => data.figures[row[1]].x !== null)) return index;
    }
    return 0;
  };
  for (const section of data.rankings) {
    if (!axisOf(section)) axes.push({ spans: section.weeks, at: latest(section) });
  }
  Page.whenLanguageChanges(all);
  return { all, drawAll: () => document.querySelectorAll(".chart").forEach(draw) };
})();
