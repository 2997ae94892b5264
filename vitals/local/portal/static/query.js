// A query of one's own: drawn over a range, and its values at the end of it. The query stands in the address.

import { carry, change, chosen, live } from "./address.js";
import { ask, debounced, everyWanted } from "./ask.js";
import { el, fill } from "./dom.js";
import { isDark } from "./frame.js";
import { Picture } from "./picture.js";
import { TimeRange } from "./range.js";

const REFRESH_S = 10;
const VARIABLE = /\$(?!__)(\w+)|\$\{(?!__)(\w+)(?::\w+)?\}/g;

export function startQuery(host) {
  const form = document.getElementById("query-form");
  const text = document.getElementById("expr");
  const variables = document.getElementById("query-variables");
  text.value = new URLSearchParams(location.search).get("expr") ?? "";

  const range = new TimeRange(run);
  const error = el("p", { class: "problem", role: "alert" });
  const picture = el("div", { class: "picture" });
  const about = el("p", { class: "quiet", role: "status" });
  const values = el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Values at the end of the range" });
  const drawing = new Picture(picture, run);
  host.append(el("div", { class: "bar" }, range.node), error, el("div", { class: "card query-answer", hidden: true }, picture, about, values));
  const answer = host.querySelector(".query-answer");

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  text.addEventListener("keydown", (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && form.requestSubmit());
  const again = everyWanted(REFRESH_S, () => range.paused || !live(), async () => {
    range.update();
    await show();
  });
  function run() {
    change({ expr: text.value.trim() || null });
    again();
  }
  addEventListener("theme", run);
  new ResizeObserver(debounced(() => !answer.hidden && run())).observe(host);

  async function show() {
    const expr = new URLSearchParams(location.search).get("expr");
    if (!expr) return;
    await drawVariables(variables, expr, run);
    const parameters = chosen();
    const missing = names(expr).filter((name) => !parameters.get(`var-${name}`));
    if (missing.length) {
      error.textContent = `Choose a value for ${missing.map((name) => `$${name}`).join(", ")}.`;
      return;
    }
    answer.hidden = false;
    const { clientWidth: width, clientHeight: height } = picture;
    for (const [name, value] of Object.entries({ expr, width, height, theme: isDark() ? "dark" : "light" })) parameters.set(name, value);
    try {
      const found = await ask("/api/query", parameters);
      await drawing.show(found.spec);
      about.textContent = found.series > found.drawn ? `${found.series} series; the ${found.drawn} highest are drawn.` : `${found.series} series.`;
      fill(values, found.rows, drawRows);
      error.textContent = "";
    } catch (problem) {
      error.textContent = problem.message;
    }
    picture.classList.toggle("stale", error.textContent !== "");
  }
}

function names(expr) {
  return [...new Set([...expr.matchAll(VARIABLE)].map((match) => match[1] ?? match[2]))];
}

/** A field for each variable of the query, with the values that the label of its name has. */
async function drawVariables(host, expr, run) {
  const wanted = names(expr);
  const key = JSON.stringify(wanted);
  if (host.dataset.shown === key) return;
  host.dataset.shown = key;
  const fields = await Promise.all(
    wanted.map(async (name) => {
      const known = await ask(`/api/labels/${encodeURIComponent(name)}`, chosen()).catch(() => ({ values: [] }));
      const current = chosen().get(`var-${name}`) ?? "";
      const options = [...new Set(["", ...known.values, current])];
      const select = el("select", { id: `var-${name}` }, options.map((value) => el("option", { value, selected: value === current }, value || "choose …")));
      select.addEventListener("change", () => {
        change({ [`var-${name}`]: select.value || null });
        run();
      });
      return [el("label", { for: `var-${name}` }, `$${name}`), select];
    }),
  );
  host.replaceChildren(...fields.flat());
  carry();
}

function drawRows(rows) {
  if (!rows.length) return el("p", { class: "quiet" }, "No series at the end of the range.");
  const head = el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Series"), el("th", { scope: "col", class: "number" }, "Value")));
  const body = rows.map(([name, value]) => el("tr", {}, el("td", { class: "series" }, name), el("td", { class: "number" }, value)));
  return el("table", {}, head, el("tbody", {}, body));
}
