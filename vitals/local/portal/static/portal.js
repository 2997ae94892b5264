// Entry: start what the page has a place for.

import { carry } from "./address.js";
import { startDashboard } from "./dashboard.js";
import { startDrills } from "./drills.js";
import { startFrame } from "./frame.js";
import { startHistory } from "./history.js";
import { startNotifications } from "./notifications.js";
import { startQuery } from "./query.js";
import { startSilences } from "./silences.js";
import { startStatus } from "./status.js";
import { startTrace, startTraces } from "./traces.js";

const start = (id, run) => {
  const host = document.getElementById(id);
  if (host) run(host);
};

startFrame();
carry();
startStatus();
start("dashboard", startDashboard);
start("query", startQuery);
start("history", startHistory);
start("notifications", startNotifications);
start("silences", startSilences);
start("drills", startDrills);
start("traces", startTraces);
start("trace", startTrace);
