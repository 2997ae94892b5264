// The range of time that a page shows: presets, a range of one's own, steps in time, and a pause.

import { change, chosen } from "./address.js";
import { el } from "./dom.js";

const PRESETS = {
  "now-5m": "5 minutes", "now-15m": "15 minutes", "now-1h": "1 hour", "now-3h": "3 hours", "now-6h": "6 hours",
  "now-12h": "12 hours", "now-24h": "24 hours", "now-2d": "2 days", "now-7d": "7 days", "now-30d": "30 days",
};
const UNITS = { s: 1000, m: 60e3, h: 3600e3, d: 86400e3, w: 604800e3 };
const SHORTEST_MS = 30e3; // six points of the finest resolution: less does not make a line
const LONGEST_MS = 365 * 86400e3; // the server refuses more than a year

/** Unix milliseconds of "now-15m", of milliseconds as text, or NaN. */
export function milliseconds(text) {
  const relative = /^now(?:([+-])(\d+)([smhdw]))?$/.exec(text);
  if (!relative) return /^\d+$/.test(text) ? Number(text) : NaN;
  const offset = relative[2] ? Number(relative[2]) * UNITS[relative[3]] : 0;
  return Date.now() + (relative[1] === "+" ? offset : -offset);
}

/** Show a stretch between two moments in milliseconds, at least as long as a line needs. */
export function zoom(from, to) {
  const missing = Math.max(0, SHORTEST_MS - (to - from)) / 2;
  const length = Math.min(to - from + 2 * missing, LONGEST_MS);
  const start = Math.round(from - missing);
  change({ from: String(start), to: String(Math.round(start + length)) });
}

export class TimeRange {
  /** `again` is called when another range shall be shown; `usual` is where it begins when the address does not say. */
  constructor(again, usual = "now-1h") {
    this.again = again;
    this.usual = usual;
    this.paused = false;
    this.select = el("select", { id: "range", name: "range", onchange: () => this.preset() });
    this.pause = el("button", { type: "button", "aria-pressed": "false", onclick: () => this.toggle() }, "Pause");
    this.from = el("input", { type: "datetime-local", id: "custom-from", step: "1" });
    this.to = el("input", { type: "datetime-local", id: "custom-to", step: "1" });
    this.problem = el("p", { class: "problem", role: "alert" });
    const step = (label, name, work) => el("button", { type: "button", "aria-label": name, title: name, onclick: work }, label);
    this.custom = el(
      "details",
      { class: "menu" },
      el("summary", {}, "Custom range"),
      el(
        "div",
        { class: "fields" },
        el("label", { for: "custom-from" }, "From"), this.from,
        el("label", { for: "custom-to" }, "To ", el("span", { class: "quiet" }, "(empty: now)")), this.to,
        el("button", { type: "button", onclick: () => this.apply() }, "Show"),
        this.problem,
      ),
    );
    this.custom.addEventListener("toggle", () => this.custom.open && this.fillCustom());
    this.node = el(
      "div",
      { class: "range", role: "group", "aria-label": "Range of time" },
      el("label", { for: "range" }, "Time range"), this.select, this.custom,
      step("‹", "Earlier", () => this.move(-0.5)),
      step("›", "Later", () => this.move(0.5)),
      step("+", "Zoom in", () => this.scale(0.5)),
      step("−", "Zoom out", () => this.scale(2)),
      this.pause,
    );
    this.update();
  }

  get ends() {
    return [chosen().get("from") ?? this.usual, chosen().get("to") ?? "now"];
  }

  /** Show what the address says; `usual` may have become known only now. */
  update(usual = this.usual) {
    this.usual = usual;
    const [from, to] = this.ends;
    const preset = to === "now" && from in PRESETS ? from : "";
    const options = Object.entries(PRESETS).map(([value, text]) => [value, `Last ${text}`]);
    if (!preset) options.push(["", to === "now" ? `Since ${moment(from)}` : `${moment(from)} to ${moment(to)}`]);
    const key = JSON.stringify([preset, options]);
    if (this.shown === key) return;
    this.shown = key;
    this.select.replaceChildren(...options.map(([value, text]) => el("option", { value, selected: value === preset }, text)));
  }

  changed() {
    this.update();
    this.again();
  }

  preset() {
    if (!this.select.value) return;
    change({ from: this.select.value, to: "now" });
    this.changed();
  }

  toggle() {
    this.paused = !this.paused;
    this.pause.setAttribute("aria-pressed", String(this.paused));
    this.pause.textContent = this.paused ? "Resume" : "Pause";
    if (!this.paused) this.again();
  }

  move(share) {
    const [from, to] = this.ends.map(milliseconds);
    const by = (to - from) * share;
    const end = Math.min(to + by, Date.now());
    zoom(end - (to - from), end);
    this.changed();
  }

  scale(factor) {
    const [from, to] = this.ends.map(milliseconds);
    const spare = ((to - from) * (factor - 1)) / 2;
    zoom(from - spare, Math.min(to + spare, Date.now()));
    this.changed();
  }

  fillCustom() {
    const [from, to] = this.ends;
    this.from.value = local(milliseconds(from));
    this.to.value = to === "now" ? "" : local(milliseconds(to));
    this.problem.textContent = "";
    this.from.focus();
  }

  apply() {
    const from = new Date(this.from.value).getTime();
    const to = this.to.value ? new Date(this.to.value).getTime() : Date.now();
    if (!(from < to)) {
      this.problem.textContent = "The start must be a moment before the end.";
      return;
    }
    change({ from: String(from), to: this.to.value ? String(to) : "now" });
    this.custom.open = false;
    this.custom.querySelector("summary").focus();
    this.changed();
  }
}

function moment(text) {
  return /^\d+$/.test(text) ? new Date(Number(text)).toLocaleString([], { dateStyle: "medium", timeStyle: "short" }) : text;
}

/** What an input of date and time takes: the browser's own zone, to the second. */
function local(at) {
  const date = new Date(at);
  return new Date(at - date.getTimezoneOffset() * 60e3).toISOString().slice(0, 19);
}
