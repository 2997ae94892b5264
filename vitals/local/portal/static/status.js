// Alerts, notifications, and the health of the components.

import { ask, every } from "./ask.js";
import { ago, clock, el, fill, table } from "./dom.js";

const REFRESH_S = 5;
export const CHANNELS = {
  slack: "Slack", email: "E-mail", pagerduty: "PagerDuty", deadman: "Dead man's switch", discord: "Discord",
  incidentio: "incident.io", jira: "Jira", mattermost: "Mattermost", msteamsv2: "Microsoft Teams", opsgenie: "Opsgenie",
  pushover: "Pushover", rocketchat: "Rocket.Chat", sns: "Amazon SNS", telegram: "Telegram", victorops: "VictorOps",
  webex: "Webex", webhook: "Webhook", wechat: "WeChat",
};

/** Keep the lists and the count in the page's head current. */
export function startStatus() {
  const alerts = document.getElementById("alerts");
  const deliveries = document.getElementById("deliveries");
  const health = document.getElementById("health");
  every(REFRESH_S, async () => {
    const found = await ask("/api/alerts");
    count(found);
    if (alerts) fill(alerts, found, drawAlerts);
  });
  if (deliveries) every(REFRESH_S, async () => fill(deliveries, await ask("/api/deliveries"), drawDeliveries));
  if (health) every(REFRESH_S, async () => fill(health, await shownHealth(), drawHealth));
}

function count({ alerts, problems }) {
  const known = !problems.some((problem) => problem.startsWith("Prometheus"));
  const worst = ["critical", "warning"].map((severity) => [
    severity,
    alerts.filter((alert) => alert.severity === severity && alert.state === "firing").length,
  ]);
  fill(document.getElementById("alert-count"), [known, worst], () => {
    const badges = worst
      .filter(([, number]) => number > 0)
      .map(([severity, number]) => el("a", { href: "/", class: `badge ${severity}` }, `${number} ${severity}`));
    if (!known) badges.push(el("span", { class: "badge warning" }, "Alerts unknown"));
    return badges.length ? badges : [el("span", { class: "badge good" }, "No alerts")];
  });
}

function drawAlerts({ alerts, problems }) {
  const nodes = problems.map((problem) => el("p", { class: "problem", role: "alert" }, problem));
  if (!alerts.length && !problems.length) nodes.push(el("p", { class: "quiet" }, "No alerts firing."));
  if (alerts.length) nodes.push(el("ul", { class: "alerts" }, alerts.map(drawAlert)));
  return nodes;
}

function drawAlert(alert) {
  const notifications = [...new Map(alert.notifications.map((one) => [`${one.channel} ${one.receiver} ${one.status}`, one])).values()];
  const links = [
    alert.runbook_url && el("a", { href: alert.runbook_url }, "Runbook"),
    alert.source_url && el("a", { href: alert.source_url }, "Rule"),
    alert.dashboard_url && el("a", { href: alert.dashboard_url }, "Panel"),
    alert.state === "firing" && alert.severity !== "none" && el("a", { href: silencing(alert) }, "Silence"),
  ].filter(Boolean);
  return el(
    "li",
    { class: `alert ${alert.severity || "none"} ${alert.state}`, "data-alert": alert.name },
    el(
      "p",
      { class: "alert-head" },
      el("span", { class: `badge ${alert.severity || "none"}` }, ["", "none"].includes(alert.severity) ? "no severity" : alert.severity),
      el("strong", {}, alert.name),
      alert.service ? el("span", { class: "quiet" }, alert.service) : null,
      el("span", { class: "push quiet" }, `${alert.state} for `, ago(alert.since)),
    ),
    alert.summary ? el("p", {}, alert.summary) : null,
    el(
      "p",
      { class: "quiet" },
      notified(alert, notifications),
      links.map((link) => [" · ", link]).flat(),
    ),
  );
}

/** The form of silences, filled in for one alert: its name, and its service where it has one. */
function silencing({ name, service }) {
  const matchers = [["alertname", name], ["service", service]].filter(([, value]) => value);
  return `/silences?${new URLSearchParams(matchers.map(([label, value]) => ["matcher", `${label}=${JSON.stringify(value)}`]))}`;
}

function notified({ state, severity, receivers }, notifications) {
  if (notifications.length) {
    return ["Notified: ", notifications.map((one, i) => [i ? ", " : "", `${CHANNELS[one.channel]} ${one.receiver} at `, clock(one.at)])].flat(3);
  }
  if (state === "pending") return "No notification: pending, not firing yet.";
  if (severity === "none") return `Heartbeat${receivers.length ? ` to ${receivers.join(", ")}` : ""}: notified only when it is missing.`;
  return receivers.length ? `Routed to ${receivers.join(", ")}; no notification yet.` : "No notification yet.";
}

function drawDeliveries({ deliveries }) {
  if (!deliveries.length) return el("p", { class: "quiet" }, "No notifications in this run.");
  return el(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "Notifications, newest first" },
    table(["Time", "Channel", "Status", "Alerts"], deliveries.slice(0, 50).map(drawDelivery)),
    el("p", {}, el("a", { href: "/notifications" }, "As they were received")),
  );
}

function drawDelivery(delivery) {
  const names = [...new Set(delivery.alerts.map((alert) => alert.name))].join(", ");
  return el(
    "tr",
    { "data-channel": delivery.channel },
    el("td", { class: "number" }, clock(delivery.at)),
    el("td", {}, CHANNELS[delivery.channel], " ", el("span", { class: "quiet" }, delivery.receiver)),
    el("td", {}, el("span", { class: `badge ${delivery.status === "firing" ? "critical" : "good"}` }, delivery.status)),
    el("td", { title: delivery.summary }, names || delivery.summary),
  );
}

/** What is shown of the health; the time of the answer is left out, because it always differs. */
async function shownHealth() {
  const { parts, real_since: since } = await ask("/api/health");
  return { parts, since };
}

function drawHealth({ parts, since }) {
  if (!parts.length) return el("p", { class: "quiet" }, "No components running yet.");
  const words = { healthy: "good", starting: "info", restarting: "warning", failing: "critical", stopped: "none", "not run here": "none" };
  const real = since === null ? null : el("p", { id: "real-since", class: "quiet" }, "Data are real since ", clock(since), "; what is older is synthetic.");
  const list = el(
    "ul",
    { class: "parts" },
    parts.map((part) =>
      el(
        "li",
        { "data-part": part.name },
        el("span", { class: `dot ${words[part.state]}`, "aria-hidden": "true" }),
        el("span", {}, part.url ? el("a", { href: part.url }, part.name) : part.name),
        el("span", { class: "quiet" }, part.state, " ", ago(part.since)),
        el("span", { class: "quiet push" }, part.pid ? `pid ${part.pid}` : ""),
        part.detail ? el("span", { class: "quiet detail" }, part.detail) : null,
      ),
    ),
  );
  return [real, list].filter(Boolean);
}
