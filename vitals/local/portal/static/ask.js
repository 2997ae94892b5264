// Asking our own server: JSON or a thrown message, and one place that says whether it answers.

const connection = document.getElementById("connection");
const token = document.querySelector("meta[name=vitals-token]").content;
let failures = 0;

/** Fetch JSON; throws an Error with the server's own words. */
export function ask(path, parameters) {
  return fetched(path + (parameters ? `?${parameters}` : ""), { headers: { accept: "application/json" } });
}

/** Change something: the token says that it is a page of this run that asks. */
export function send(method, path, body) {
  const headers = { accept: "application/json", "content-type": "application/json", "x-vitals-token": token };
  return fetched(path, { method, headers, body: body ? JSON.stringify(body) : undefined });
}

async function fetched(address, options) {
  let answer;
  try {
    answer = await fetch(address, options);
  } catch {
    failures += 1;
    if (failures > 1) connection.textContent = "Vitals does not answer. Is it still running?";
    throw new Error("Vitals does not answer.");
  }
  failures = 0;
  connection.textContent = "";
  const body = await answer.json().catch(() => ({ error: answer.statusText }));
  if (!answer.ok) throw new Error(body.error);
  return body;
}

/** Run `work` now and then every `seconds`, never twice at once and not while the page is hidden; returns "run it now". */
export function every(seconds, work) {
  let busy = false;
  let again = false;
  const run = async () => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      await work();
    } catch (error) {
      console.info(error.message);
    } finally {
      busy = false;
    }
    if (again) {
      again = false;
      await run();
    }
  };
  setInterval(() => document.hidden || run(), seconds * 1000);
  document.addEventListener("visibilitychange", () => document.hidden || run());
  run();
  return run;
}

/** As `every`, but left out while `rests()`, unless it was wanted; returns "I want it now". */
export function everyWanted(seconds, rests, work) {
  let wanted = true;
  const run = every(seconds, async () => {
    if (!wanted && rests()) return;
    wanted = false;
    await work();
  });
  return () => {
    wanted = true;
    run();
  };
}

/** `work` once, when its last call is a moment ago. */
export function debounced(work) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, 150);
  };
}
