"use strict";
/* What every page does: the reason's panel, charts drawn from their data, and small conveniences. */
(() => {
  const why = document.getElementById("why");
  const panel = document.getElementById("why-panel");

  // A figure was clicked: its reason arrives in the panel, which opens once it is there.
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === why) tabler.Offcanvas.getOrCreateInstance(panel).show();
    draw(event.detail.target);
  });
  // A piece that could not be had says so where it was asked for.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { status } = event.detail.xhr;
    if (status === 422 || status === 404 || status === 409) event.detail.shouldSwap = true;
  });

  // Charts: <div class="chart" data-chart="id-of-a-json-script"></div>; a table with the same stands beside it.
  function draw(root) {
    for (const place of root.querySelectorAll("[data-chart]")) {
      if (place.dataset.drawn || typeof echarts === "undefined") continue;
      place.dataset.drawn = "1";
      const option = JSON.parse(document.getElementById(place.dataset.chart).textContent);
      const chart = echarts.init(place, null, { renderer: "svg" });
      chart.setOption({
        animation: false, aria: { enabled: true },
        textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
        ...(window.kaoheChart ? window.kaoheChart(place.dataset.kind, option) : option),
        tooltip: { ...(option.tooltip || {}), renderMode: "richText", confine: true },
      });
      new ResizeObserver(() => chart.resize()).observe(place);
    }
  }
  draw(document);
  // What htmx brings in may hold charts, wherever it is put.
  document.body.addEventListener("htmx:load", (event) => draw(event.detail.elt));

  // The demo's people sign in with a click.
  for (const button of document.querySelectorAll("[data-sign-in]")) {
    button.addEventListener("click", () => {
      document.getElementById("id_login").value = button.dataset.signIn;
      document.getElementById("id_password").value = document.querySelector("[data-password]").dataset.password;
      document.getElementById("id_login").form.submit();
    });
  }

  // A job that is over takes the page along, where the page wants it so.
  document.body.addEventListener("htmx:load", (event) => {
    const over = event.target.matches?.("[data-job-done]") ? event.target : event.target.querySelector?.("[data-job-done]");
    const wants = over?.closest("[data-then]");
    if (wants) window.location.assign(wants.dataset.then);
  });
})();
