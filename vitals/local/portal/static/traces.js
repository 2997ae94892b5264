// The list of recent traces and the waterfall of one.

import { ask, every } from "./ask.js";
import { ago, duration, el, fill } from "./dom.js";

const REFRESH_S = 5;
const NUMBERS = new Set(["Duration", "Spans", "Age"]);

export function startTraces(host) {
  document.getElementById("open-trace").addEventListener("submit", (event) => {
    event.preventDefault();
    location.assign(`/traces/${new FormData(event.target).get("trace_id").toLowerCase()}`);
  });
  every(REFRESH_S, async () => fill(host, (await ask("/api/traces")).traces, drawList));
}

function drawList(traces) {
  if (!traces.length) return el("p", { class: "quiet" }, "No trace has been received yet.");
  const longest = Math.max(...traces.map((trace) => trace.duration_ns), 1);
  const names = ["Request", "Service", "Duration", "", "Spans", "Age"];
  const rows = traces.map((trace) =>
    el(
      "tr",
      {},
      el("td", {}, el("a", { href: `/traces/${trace.trace_id}` }, trace.name), trace.status === "error" ? [" ", el("span", { class: "badge critical" }, "error")] : null),
      el("td", {}, trace.service),
      el("td", { class: "number" }, duration(trace.duration_ns)),
      el("td", { class: "track" }, bar(0, trace.duration_ns / longest, trace.status, 0)),
      el("td", { class: "number" }, String(trace.spans)),
      el("td", { class: "number" }, ago(trace.start_ns / 1e9)),
    ),
  );
  return el("table", { class: "trace-list" }, el("thead", {}, el("tr", {}, names.map((name) => el("th", { scope: "col", class: NUMBERS.has(name) ? "number" : null }, name)))), el("tbody", {}, rows));
}

export async function startTrace(host) {
  try {
    const trace = await ask(`/api/traces/${host.dataset.id}`);
    host.replaceChildren(...drawTrace(trace));
  } catch (error) {
    host.replaceChildren(el("p", { class: "problem", role: "alert" }, error.message));
  }
}

function drawTrace({ start_ns: start, duration_ns: whole, rows }) {
  const services = [...new Set(rows.map((row) => row.span.service))];
  const started = new Date(start / 1e6);
  return [
    el("p", { class: "quiet" }, `${rows.length} spans in ${duration(whole)}, started ${started.toLocaleString()}. Services: ${services.join(", ")}.`),
    el("div", { class: "axis", "aria-hidden": "true" }, [0, 0.25, 0.5, 0.75, 1].map((share) => el("span", {}, duration(whole * share)))),
    el("ol", { class: "waterfall" }, rows.map((row) => drawSpan(row, whole, services.indexOf(row.span.service)))),
  ];
}

function drawSpan({ span, depth, offset_ns: offset, duration_ns: length, orphan }, whole, color) {
  const name = el("span", { class: "span-name" }, orphan ? "… " : "", span.name, el("span", { class: "quiet" }, ` ${span.service}`));
  name.style.paddingLeft = `${depth * 16}px`;
  const track = el("span", { class: "track" }, bar(offset / Math.max(whole, 1), length / Math.max(whole, 1), span.status, color));
  const facts = Object.entries({ "span id": span.span_id, "parent id": span.parent_id ?? "none", status: span.status, ...span.attributes });
  return el(
    "li",
    { "data-span": span.name },
    el(
      "details",
      {},
      el("summary", {}, name, track, el("span", { class: "number" }, duration(length))),
      el("dl", {}, facts.map(([key, value]) => [el("dt", {}, key), el("dd", {}, String(value))])),
    ),
  );
}

function bar(left, width, status, color) {
  const node = el("span", { class: `span-bar color-${color % 6} ${status}` });
  node.style.left = `${left * 100}%`;
  node.style.width = `${Math.max(width * 100, 0.4)}%`;
  return node;
}
