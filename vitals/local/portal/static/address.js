// Time range and variables live in the address, as in Grafana, so that every view can be linked and reloaded.

const KEPT = /^(from|to|var-.+)$/;
const OWN = new Set(["expr"]); // what a link says of its own page, beside the choices that every page has

/** The parameters that queries need: from, to and var-*. */
export function chosen() {
  const kept = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(location.search)) if (KEPT.test(name)) kept.append(name, value);
  return kept;
}

/** Change some of them ({name: value or null}), keep the rest, and let every link on the page carry them on. */
export function change(values) {
  const parameters = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(values)) {
    if (value === null) parameters.delete(name);
    else parameters.set(name, value);
  }
  history.replaceState(null, "", `${location.pathname}?${parameters}`);
  carry();
}

/** The address of a path with the current choices. */
export function linked(path, extra = {}) {
  const parameters = chosen();
  for (const [name, value] of Object.entries(extra)) parameters.set(name, value);
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}

/** Put the current choices into the links of the navigation. */
export function carry() {
  for (const link of document.querySelectorAll(".top a, .run a, a[data-carry]")) {
    const url = new URL(link.href);
    const own = Object.fromEntries([...url.searchParams].filter(([name]) => OWN.has(name)));
    link.href = linked(url.pathname, link.dataset.panel ? { ...own, viewPanel: link.dataset.panel } : own);
  }
}

/** Whether the range ends now, so that refreshing shows something new. */
export function live() {
  return (chosen().get("to") ?? "now").startsWith("now");
}
