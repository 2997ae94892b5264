// The text of numbers by Grafana's own formatters. Reads [{unit, value, decimals, step}] and writes the texts.

import { FieldType, createTheme, formattedValueToString, getDisplayProcessor, getValueFormats } from "@grafana/data";

const theme = createTheme();

function text({ unit, value, decimals, step }) {
  const field = { name: "v", type: FieldType.number, values: [], config: { unit, decimals: decimals ?? undefined } };
  return formattedValueToString(getDisplayProcessor({ field, theme, timeZone: "utc" })(value, step ?? undefined));
}

let asked = "";
for await (const part of process.stdin) asked += part;
const { numbers } = JSON.parse(asked);
const units = getValueFormats().flatMap((one) => one.submenu.map((each) => each.value));
process.stdout.write(JSON.stringify({ units, texts: numbers.map(text) }));
