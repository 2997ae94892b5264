// Silences: the form that makes one, always with an end and a reason, and the list from which one is ended.

import { ask, every, send } from "./ask.js";
import { clock, el, fill, table } from "./dom.js";

const REFRESH_S = 5;

export function startSilences(host) {
  const form = document.getElementById("silence-form");
  const said = document.getElementById("silence-said");
  const problem = document.getElementById("silence-problem");
  form.elements.matchers.value = new URLSearchParams(location.search).getAll("matcher").join("\n");
  try {
    form.elements.author.value = localStorage.getItem("vitals-author") ?? "";
  } catch {
    // Storage is switched off in this browser: the name is typed each time.
  }
  const refresh = every(REFRESH_S, async () => {
    try {
      fill(host, await ask("/api/silences"), draw);
    } catch (error) {
      host.replaceChildren(el("p", { class: "problem", role: "alert" }, error.message));
      delete host.dataset.shown;
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = Object.fromEntries(["matchers", "lasts", "reason", "author"].map((name) => [name, form.elements[name].value]));
    changing(async () => {
      const { alerts } = await send("POST", "/api/silences", wanted);
      try {
        localStorage.setItem("vitals-author", wanted.author);
      } catch {
        // As above.
      }
      form.elements.reason.value = "";
      return alerts.length ? `Silenced. Held back now: ${alerts.join(", ")}.` : "Silenced. Nothing that it covers fires now.";
    });
  });
  host.addEventListener("click", ({ target }) => {
    if (target.dataset.end) changing(async () => (await send("DELETE", `/api/silences/${encodeURIComponent(target.dataset.end)}`), "Ended."));
  });
  async function changing(work) {
    said.textContent = problem.textContent = "";
    try {
      said.textContent = await work();
    } catch (error) {
      problem.textContent = error.message;
    }
    refresh();
  }
}

function draw({ silences }) {
  const now = silences.filter((one) => one.state !== "expired");
  const over = silences.filter((one) => one.state === "expired");
  return [
    el("h2", {}, "In force"),
    now.length ? listed(now) : el("p", { class: "quiet" }, "Nothing is silenced."),
    ...(over.length ? [el("h2", {}, "Over"), listed(over)] : []),
  ];
}

function listed(silences) {
  return el("div", { class: "scroll" }, table(["Alerts", "Until", "By", "Reason", "Held back now", ""], silences.map(row)));
}

function row({ id, state, matchers, end, author, reason, alerts }) {
  const button = el("button", { type: "button", "data-end": id, "aria-label": `End the silence of ${matchers.join(", ")}` }, "End now");
  return el(
    "tr",
    { "data-silence": state },
    el("td", {}, el("code", {}, matchers.join(", "))),
    el("td", {}, clock(end)),
    el("td", {}, author),
    el("td", {}, reason),
    el("td", {}, state === "expired" ? "" : alerts.join(", ") || "nothing"),
    el("td", {}, state === "expired" ? null : button),
  );
}
