// What fired in a range of time: when, for how long, and who was notified.

import { chosen, linked } from "./address.js";
import { ask, everyWanted } from "./ask.js";
import { clock, el, fill, length, table } from "./dom.js";
import { TimeRange } from "./range.js";
import { CHANNELS } from "./status.js";

const REFRESH_S = 10;

export function startHistory(host) {
  const range = new TimeRange(() => again(), "now-24h"); // where the server begins, too
  const problem = el("p", { class: "problem", role: "alert" });
  const list = el("div", { class: "card" }, el("p", { class: "quiet" }, "Loading …"));
  host.append(el("div", { class: "bar" }, range.node), problem, list);
  const again = everyWanted(REFRESH_S, () => range.paused, async () => {
    range.update();
    try {
      fill(list, await ask("/api/history", chosen()), draw);
      problem.textContent = "";
    } catch (error) {
      problem.textContent = error.message;
    }
  });
}

function draw({ alerts, total, step }) {
  if (!alerts.length) return el("p", { class: "quiet" }, "Nothing fired in this range.");
  const more = total > alerts.length ? ` The newest ${alerts.length} of ${total} are shown.` : "";
  return [
    el("p", { class: "quiet" }, `Times to ${step} s.${more}`),
    el(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": "Alerts, newest first" },
      table(["Began", "Lasted", "Alert", "Severity", "Notified"], alerts.map((alert) => drawRow(alert, step))),
    ),
  ];
}

function drawRow(alert, step) {
  const labels = Object.entries(alert.labels).map(([name, value]) => `${name}=${value}`).join(" ");
  const ms = (moment) => String(Math.round(moment * 1000));
  // What fires still is asked for until now: a moment ahead has no values, and would never be asked for again.
  const around = { from: ms(alert.start - 900), to: alert.end === null ? "now" : ms(alert.end + 300) };
  const expr = `ALERTS{alertname=${JSON.stringify(alert.name)}}`;
  return el(
    "tr",
    { "data-alert": alert.name },
    el("td", {}, clock(alert.start)),
    el("td", { class: "number" }, alert.end === null ? el("span", { class: "badge critical" }, "firing") : length(alert.end - alert.start + step)),
    el("td", {}, el("a", { href: linked("/query", { ...around, expr }) }, alert.name), " ", alert.service, el("span", { class: "quiet labels" }, labels)),
    el("td", {}, el("span", { class: `badge ${alert.severity || "none"}` }, alert.severity || "none")),
    el("td", {}, alert.notifications.length ? notified(alert.notifications) : el("span", { class: "quiet" }, "no one")),
  );
}

function notified(notifications) {
  return el(
    "ul",
    { class: "plain" },
    notifications.map((one) => el("li", {}, `${CHANNELS[one.channel]} ${one.receiver} `, el("span", { class: "quiet" }, one.status, " ", clock(one.at)))),
  );
}
