// Light or dark as it was chosen last, before anything is painted; without a choice the browser's own setting holds.

try {
  const chosen = localStorage.getItem("vitals-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage is switched off in this browser: the choice lasts until the page is left.
}
