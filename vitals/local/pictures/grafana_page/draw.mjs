// Draws panels in a headless Chromium. Reads {chromium, panels} and writes one line of JSON for each panel.

import { readFile } from "node:fs/promises";

import { chromium } from "playwright-core";

const ORIGIN = "http://page.invalid"; // never resolved: every request is answered here
const files = { "/page.js": "text/javascript", "/page.css": "text/css", "/fonts.css": "text/css" };
const html = `<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/fonts.css"><link rel="stylesheet" href="/page.css">
<style>body{margin:0}*{animation:none!important;transition:none!important;caret-color:transparent!important}</style>
<div id="panel"></div><script src="/page.js"></script>`;

async function answer(route) {
  const { pathname } = new URL(route.request().url());
  if (pathname === "/") return route.fulfill({ contentType: "text/html", body: html });
  const body = files[pathname] && (await readFile(new URL(`built${pathname}`, import.meta.url)).catch(() => ""));
  return body === undefined ? route.fulfill({ status: 404, body: "" }) : route.fulfill({ contentType: files[pathname], body });
}

let asked = "";
for await (const part of process.stdin) asked += part;
const { chromium: executablePath, panels, scale } = JSON.parse(asked);
const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : []; // Chromium has none for root
const browser = await chromium.launch({ executablePath, args: ["--font-render-hinting=none", ...sandbox] });
try {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1200 }, deviceScaleFactor: scale, timezoneId: "UTC", locale: "en-US" });
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  await page.route("**/*", answer);
  await page.goto(`${ORIGIN}/`);
  await page.evaluate(() => window.ready);
  for (const panel of panels) {
    let line;
    try {
      problems.length = 0;
      const shown = await page.evaluate((one) => window.drawPanel(one), panel);
      if (problems.length) throw new Error(problems[0]);
      const clip = { x: 0, y: 0, width: panel.width, height: panel.height };
      const png = await page.screenshot({ clip });
      line = { shown, png: png.toString("base64") };
    } catch (error) {
      line = { error: String(error.message ?? error).split("\n")[0] };
    }
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
} finally {
  await browser.close();
}
