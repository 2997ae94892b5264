// Drills at a button: start one, watch what happens, stop it.

import { ask, every, send } from "./ask.js";
import { ago, clock, el, fill, length, table } from "./dom.js";

const REFRESH_S = 2;
const TONES = { passed: "good", failed: "critical", skipped: "none", stopped: "warning" };

export function startDrills(host) {
  const progress = document.getElementById("drill-progress");
  const problem = document.getElementById("drill-problem");
  const show = (state) => {
    progress.hidden = !state.progress;
    if (state.progress) fill(progress, state.progress, drawProgress);
    const running = Boolean(state.progress && state.progress.ended_at === null);
    fill(host, [state.possible, state.why_not, state.drills, running], () => drawDrills(state, running));
  };
  every(REFRESH_S, async () => show(await ask("/api/drills")));
  document.getElementById("main").addEventListener("click", async ({ target }) => {
    const name = target.dataset.drill;
    if (!name && !("stop" in target.dataset)) return;
    problem.textContent = "";
    try {
      show(await (name ? send("POST", `/api/drills/${encodeURIComponent(name)}`) : send("DELETE", "/api/drills")));
    } catch (error) {
      problem.textContent = error.message;
    }
  });
}

function drawProgress({ name, begun_at: begun, ended_at: ended, lines, verdict }) {
  return [
    el(
      "p",
      { class: "alert-head" },
      el("strong", {}, name),
      el("span", { class: `badge ${verdict ? TONES[verdict] : "info"}` }, verdict ?? "running"),
      el("span", { class: "quiet" }, verdict ? `took ${length(ended - begun)}` : ["since ", ago(begun)]),
      verdict ? null : el("button", { type: "button", class: "push", "data-stop": true }, "Stop and clear the fault"),
    ),
    el("ol", { class: "lines" }, lines.map((line) => el("li", {}, line))),
    el("p", { class: "quiet" }, "Begun ", clock(begun), ". ", el("a", { href: "/notifications" }, "Notifications as received"), " · ", el("a", { href: "/" }, "Status")),
  ];
}

function drawDrills({ possible, why_not: why, drills }, running) {
  if (!possible) return el("p", {}, why);
  const rows = drills.map((drill) =>
    el(
      "tr",
      { "data-name": drill.name },
      el("td", {}, el("strong", {}, drill.name)),
      el("td", {}, drill.description),
      el("td", {}, drill.alert ?? "none"),
      el("td", {}, drill.expected),
      el("td", {}, el("button", { type: "button", "data-drill": drill.name, disabled: running, "aria-label": `Start the drill ${drill.name}` }, "Start")),
    ),
  );
  return el("div", { class: "scroll" }, table(["Drill", "What is injected", "Alert", "Expected", ""], rows));
}
