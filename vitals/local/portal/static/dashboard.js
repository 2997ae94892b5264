// A dashboard: time range and variables at the top, panels on Grafana's 24 columns, refreshed while the range ends now.

import { change, chosen, linked, live } from "./address.js";
import { ask, debounced, everyWanted } from "./ask.js";
import { el } from "./dom.js";
import { Panel } from "./panel.js";
import { TimeRange } from "./range.js";

const REFRESH_S = 5;
const ALL = "$__all";

/** Show the dashboard that the page names. */
export async function startDashboard(host) {
  const { uid, panel: only } = host.dataset;
  if (!uid) {
    host.append(el("p", { class: "quiet" }, "No dashboards yet. `vitals render` writes them."));
    return;
  }
  const range = new TimeRange(() => again());
  const variables = el("span", { class: "variables" });
  const pace = el("span", { class: "quiet push" });
  const controls = el("form", { class: "bar", "aria-label": "What to show" }, variables, range.node, pace);
  const problem = el("p", { class: "problem", role: "alert" });
  const grid = el("div", { class: only ? "grid large" : "grid" });
  host.append(controls, problem, grid);
  controls.addEventListener("submit", (event) => event.preventDefault());

  let panels = null;
  const rests = () => panels && (range.paused || !live());
  const again = everyWanted(REFRESH_S, rests, async () => {
    try {
      const dashboard = await ask(`/api/dashboards/${encodeURIComponent(uid)}`, chosen());
      problem.textContent = dashboard.problems.join(" ");
      range.update(dashboard.from);
      pace.textContent = `Drawn by Vitals, not Grafana · ${range.paused ? "paused" : live() ? `every ${REFRESH_S} s` : "fixed range"}`;
      drawVariables(variables, dashboard, again);
      panels ??= lay(grid, dashboard, only, again);
    } catch (error) {
      problem.textContent = error.message;
    }
    await Promise.all((panels ?? []).map((panel) => panel.refresh()));
  });
  addEventListener("theme", again);
}

function lay(grid, dashboard, only, again) {
  const wanted = dashboard.panels.filter((panel) => (only ? String(panel.id) === only : true));
  if (!wanted.length) grid.append(el("p", { class: "problem" }, `This dashboard has no panel ${only}.`));
  if (only) grid.before(el("p", {}, el("a", { href: linked(dashboard.url), "data-carry": true }, `← All of ${dashboard.title}`)));
  const panels = [];
  const sizes = new ResizeObserver(debounced(again));
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const panel = panels.find((one) => one.node === target);
        const came = isIntersecting && !panel.visible;
        panel.visible = isIntersecting;
        if (came) panel.refresh();
      }
    },
    { rootMargin: "300px" },
  );
  for (const one of wanted) {
    if (one.type === "row") {
      grid.append(place(el("h2", { class: "row" }, one.title), one.grid));
      continue;
    }
    const panel = new Panel(dashboard, one, again, { large: Boolean(only) });
    panels.push(panel);
    grid.append(only ? panel.node : place(panel.node, one.grid));
    if (panel.details) grid.after(panel.details);
    sizes.observe(panel.picture);
    if (!only) seen.observe(panel.node);
  }
  return panels;
}

function place(node, { x, y, w, h }) {
  node.style.gridColumn = `${x + 1} / span ${w}`;
  node.style.gridRow = `${y + 1} / span ${h}`;
  return node;
}

function drawVariables(host, dashboard, again) {
  const fields = dashboard.variables.map((one) => ({
    ...one,
    name: `var-${one.name}`,
    options: one.options.map((value) => [value, value === ALL ? "All" : value]),
  }));
  const key = JSON.stringify(fields);
  if (host.dataset.shown === key || (host.contains(document.activeElement) && host.dataset.shown)) return;
  host.dataset.shown = key;
  host.replaceChildren(...fields.flatMap((field) => drawField(field, again)));
}

function drawField({ name, label, options, selected }, again) {
  const select = el("select", { id: name, name }, options.map(([value, text]) => el("option", { value, selected: selected.includes(value) }, text)));
  select.addEventListener("change", () => {
    change({ [name]: select.value });
    again();
  });
  return [el("label", { for: name }, label), select];
}
