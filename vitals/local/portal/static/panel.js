// One panel: frame in the DOM, picture from the server's Vega-Lite spec, new rows pushed in without redrawing.

import { chosen, linked } from "./address.js";
import { ask } from "./ask.js";
import { clock, el, fill } from "./dom.js";
import { isDark } from "./frame.js";
import { Picture } from "./picture.js";

export class Panel {
  constructor(dashboard, panel, again, { large = false } = {}) {
    this.dashboard = dashboard;
    this.panel = panel;
    this.large = large;
    this.visible = large;
    this.picture = el("div", { class: "picture" });
    this.drawing = new Picture(this.picture, again);
    this.error = el("p", { class: "panel-error", role: "status" });
    this.values = el("p", { class: "hidden" });
    this.details = large ? el("div", { class: "panel-details" }) : null;
    this.node = el("article", { class: "panel", "data-panel-id": panel.id, "aria-label": panel.title }, this.head(), this.error, this.picture, this.values);
    if (panel.html !== null) {
      this.picture.classList.add("prose");
      this.picture.innerHTML = panel.html; // our server's markdown, in which HTML is disabled
    }
  }

  head() {
    const { id, title, description } = this.panel;
    const link = el("a", { href: linked(this.dashboard.url, { viewPanel: id }), "data-carry": true, "data-panel": id }, title);
    const about = `about-${id}`;
    const help = el("button", { type: "button", class: "help", "aria-label": `About ${title}`, "aria-describedby": about }, "?");
    return el(
      "header",
      {},
      el("h3", {}, title ? link : "\u00a0"),
      description ? el("span", { class: "about" }, help, el("span", { role: "tooltip", id: about }, description)) : null,
    );
  }

  async refresh() {
    if (this.panel.html !== null || !this.visible) return;
    const { clientWidth: width, clientHeight: height } = this.picture;
    if (width < 40 || height < 20) return;
    const parameters = chosen();
    const theme = isDark() ? "dark" : "light";
    for (const [name, value] of Object.entries({ uid: this.dashboard.uid, id: this.panel.id, width, height, theme })) {
      parameters.set(name, value);
    }
    try {
      const drawn = await ask("/api/panels", parameters);
      if (drawn.table) this.showTable(drawn.table);
      else await this.drawing.show(drawn.spec);
      this.values.textContent = drawn.has_data ? drawn.summary.map((pair) => pair.join(": ")).join("; ") : "No data";
      if (this.details) this.details.replaceChildren(...details(drawn));
      this.fail("");
    } catch (error) {
      this.fail(error.message);
    }
  }

  fail(message) {
    this.error.textContent = message;
    this.node.classList.toggle("stale", message !== "");
  }

  showTable({ columns, numeric, links, rows }) {
    const names = columns.map((name, i) => el("th", { class: numeric[i] ? "number" : null, scope: "col" }, name));
    const cell = (text, i) => el("td", { class: numeric[i] ? "number" : null }, links[i] && text ? el("a", { href: cellLink(links[i], text) }, text) : text);
    const body = el("tbody", {}, rows.map((row) => el("tr", {}, row.map(cell))));
    this.drawing.clear();
    fill(this.picture, { columns, rows }, () =>
      el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": this.panel.title }, el("table", {}, el("thead", {}, el("tr", {}, names)), body)),
    );
  }
}

/** Fill Grafana's variables into a cell's link: the cell's text and the time range. */
function cellLink(template, text) {
  const known = { "__value.text": encodeURIComponent(text), __url_time_range: chosen().toString() };
  const address = new URL(template.replace(/\$\{([^}]+)\}/g, (_, name) => known[name] ?? ""), location.href);
  return address.protocol.startsWith("http") ? address.href : "#";
}

function details(drawn) {
  const rows = drawn.summary.map(([name, value]) => el("tr", {}, el("td", {}, name), el("td", { class: "number" }, value)));
  const traces = drawn.exemplars.slice(0, 10).map((one) =>
    el(
      "tr",
      {},
      el("td", {}, el("a", { href: `/traces/${one.trace_id}`, class: "trace-id" }, one.trace_id.slice(0, 16))),
      el("td", {}, one.labels.endpoint ?? ""),
      el("td", { class: "number" }, one.shown),
      el("td", { class: "number" }, clock(one.at)),
    ),
  );
  const queries = drawn.queries.map((query) => [
    el("pre", { tabindex: "0" }, query),
    el("p", { class: "run" }, el("a", { href: linked("/query", { expr: query }) }, "Run this query")),
  ]);
  return [
    rows.length ? el("section", {}, el("h2", {}, "Now"), el("table", {}, el("tbody", {}, rows))) : null,
    traces.length ? el("section", {}, el("h2", {}, "Slow requests"), el("table", { class: "stacked" }, el("tbody", {}, traces))) : null,
    queries.length ? el("section", {}, el("h2", {}, "Queries"), queries.flat()) : null,
  ].filter(Boolean);
}
