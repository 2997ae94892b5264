// Entry: start what the page has a place for.

import { carry } from "./address.js";
import { startDashboard } from "./dashboard.js";
import { startStatus } from "./status.js";
import { startTrace, startTraces } from "./traces.js";

const start = (id, run) => {
  const host = document.getElementById(id);
  if (host) run(host);
};

carry();
startStatus();
start("dashboard", startDashboard);
start("traces", startTraces);
start("trace", startTrace);
