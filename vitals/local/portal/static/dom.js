// Small pieces that every view needs: elements without innerHTML, and times that stay current.

/** Make an element; attributes that start with "on" are listeners, children may be strings, nodes or null. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** A table whose rows stand below one another in a narrow window. */
export function table(names, rows) {
  const head = names.map((name) => el("th", { scope: "col" }, name));
  return el("table", { class: "stacked" }, el("thead", {}, el("tr", {}, head)), el("tbody", {}, rows));
}

/** Replace what is inside `host` only if `data` differs from last time, so that focus and selection survive. */
export function fill(host, data, draw) {
  const key = JSON.stringify(data);
  if (host.dataset.shown === key) return;
  host.dataset.shown = key;
  host.replaceChildren(...[draw(data)].flat());
}

/** A moment as a clock time; its age is in the tooltip and kept current by `tick`. */
export function clock(seconds) {
  const date = new Date(seconds * 1000);
  const today = date.toDateString() === new Date().toDateString();
  const options = today ? { timeStyle: "medium" } : { dateStyle: "medium", timeStyle: "short" };
  return el("time", { datetime: date.toISOString(), title: date.toLocaleString() }, date.toLocaleString([], options));
}

/** How long ago a moment was, updated every second. */
export function ago(seconds) {
  return el("time", { datetime: new Date(seconds * 1000).toISOString(), "data-since": seconds }, age(seconds));
}

function age(seconds) {
  return length(Date.now() / 1000 - seconds);
}

/** A length of time in seconds for people. */
export function length(seconds) {
  const passed = Math.max(0, seconds);
  if (passed < 90) return `${Math.round(passed)} s`;
  if (passed < 5400) return `${Math.round(passed / 60)} min`;
  if (passed < 172800) return `${Math.round(passed / 3600)} h`;
  return `${Math.round(passed / 86400)} d`;
}

setInterval(() => {
  for (const node of document.querySelectorAll("time[data-since]")) node.textContent = age(Number(node.dataset.since));
}, 1000);

/** A duration in nanoseconds for people. */
export function duration(nanoseconds) {
  if (nanoseconds <= 0) return "0";
  const units = [[1e9, "s"], [1e6, "ms"], [1e3, "µs"], [1, "ns"]];
  const [size, unit] = units.find(([size]) => nanoseconds >= size) ?? [1, "ns"];
  return `${Number((nanoseconds / size).toPrecision(3))} ${unit}`;
}
