// What every page has around it: the switch between light and dark, and menus that close.

import { el } from "./dom.js";

const THEMES = ["auto", "light", "dark"];

/** Start the head of the page. */
export function startFrame() {
  const button = document.getElementById("theme");
  const show = () => {
    button.setAttribute("aria-label", `Theme: ${chosenTheme()}`);
    button.replaceChildren(el("span", {}, "Theme: "), chosenTheme());
  };
  button.addEventListener("click", () => {
    choose(THEMES[(THEMES.indexOf(chosenTheme()) + 1) % THEMES.length]);
    show();
    dispatchEvent(new Event("theme"));
  });
  show();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => dispatchEvent(new Event("theme")));
  // In a narrow window the links are one line that scrolls.
  document.querySelector(".top nav > ul > li > [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  addEventListener("keydown", (event) => event.key === "Escape" && closeMenus(null, true));
  addEventListener("pointerdown", (event) => closeMenus(event.target));
  addEventListener("focusin", (event) => closeMenus(event.target));
}

function chosenTheme() {
  return document.documentElement.dataset.theme ?? "auto";
}

function choose(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("vitals-theme", theme);
  } catch {
    // As in theme.js: the choice lasts until the page is left.
  }
}

/** Whether the page is dark now. */
export function isDark() {
  const theme = chosenTheme();
  return theme === "auto" ? matchMedia("(prefers-color-scheme: dark)").matches : theme === "dark";
}

function closeMenus(target, focus = false) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (target && menu.contains(target)) continue;
    menu.open = false;
    if (focus && menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  }
}
