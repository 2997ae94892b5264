// Notifications as they were received: the text that the person on call had before them.

import { ask, every } from "./ask.js";
import { clock, el, fill } from "./dom.js";
import { CHANNELS } from "./status.js";

const REFRESH_S = 5;
const ADDRESS = /https?:\/\/[^\s<>"']+/g;

export function startNotifications(host) {
  every(REFRESH_S, async () => fill(host, await ask("/api/deliveries", new URLSearchParams({ text: "1" })), draw));
}

function draw({ deliveries, total }) {
  if (!deliveries.length) return el("p", { class: "quiet" }, "No notifications in this run.");
  const more = total > deliveries.length ? el("p", { class: "quiet" }, `The newest ${deliveries.length} of ${total} are shown.`) : null;
  return [more, el("ol", { class: "messages plain" }, deliveries.map(drawMessage))].filter(Boolean);
}

function drawMessage({ channel, receiver, at, status, summary, text, picture }) {
  return el(
    "li",
    { class: "card", "data-channel": channel },
    el(
      "p",
      { class: "alert-head" },
      el("span", { class: `badge ${status === "firing" ? "critical" : "good"}` }, status),
      el("strong", {}, CHANNELS[channel]),
      el("span", {}, receiver),
      el("span", { class: "push quiet" }, clock(at)),
    ),
    el("p", { class: "subject" }, summary),
    text ? el("pre", { tabindex: "0", class: "message" }, linkedText(text)) : null,
    picture ? el("img", { class: "followed", src: `/notifications/pictures/${picture}`, alt: summary }) : null,
  );
}

/** Text with its web addresses as links; everything else stays text. */
function linkedText(text) {
  const pieces = [];
  let end = 0;
  for (const found of text.matchAll(ADDRESS)) {
    pieces.push(text.slice(end, found.index), el("a", { href: found[0], rel: "noreferrer" }, found[0]));
    end = found.index + found[0].length;
  }
  return [...pieces, text.slice(end)];
}
