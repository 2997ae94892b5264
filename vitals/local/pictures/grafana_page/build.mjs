// Bundles the page once after an installation: one script, one style sheet, and the formats for node alone.

import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { build } from "esbuild";

const shared = {
  bundle: true,
  minify: true,
  logLevel: "error",
  define: { "process.env.NODE_ENV": '"production"', global: "globalThis" },
  loader: { ".svg": "dataurl", ".woff2": "dataurl", ".woff": "dataurl", ".png": "dataurl", ".ttf": "dataurl" },
};

await build({ ...shared, entryPoints: ["page.jsx"], outfile: "built/page.js", format: "iife", jsx: "automatic" });
await build({
  ...shared,
  entryPoints: ["formats.mjs"],
  outfile: "built/formats.mjs",
  format: "esm",
  platform: "node",
  // What runs on node expects a browser at one place: it asks for the language of the user.
  banner: {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url); globalThis.navigator ??= { language: "en-US", languages: ["en-US"], userAgent: "" };',
  },
});

// Fonts are in the page before it draws: the widths of labels decide where they stand.
const require = createRequire(import.meta.url);
const faces = await Promise.all(
  [400, 500].map(async (weight) => {
    const file = require.resolve(`@fontsource/inter/files/inter-latin-${weight}-normal.woff2`);
    const font = (await readFile(file)).toString("base64");
    return `@font-face{font-family:Inter;font-weight:${weight};src:url(data:font/woff2;base64,${font}) format("woff2")}`;
  }),
);
await writeFile("built/fonts.css", faces.join("\n"));
