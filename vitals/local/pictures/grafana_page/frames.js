// From what Prometheus answered to Grafana's data frames, with the options of the panel applied to each field.

import {
  FieldType,
  Registry,
  applyFieldOverrides,
  cacheFieldDisplayNames,
  createTheme,
  dateTime,
  displayNameOverrideProcessor,
  fieldReducers,
  identityOverrideProcessor,
  standardFieldConfigEditorRegistry,
  standardTransformers,
  standardTransformersRegistry,
  thresholdsOverrideProcessor,
  toDataFrame,
  transformDataFrame,
  valueMappingsOverrideProcessor,
} from "@grafana/data";
import { lastValueFrom } from "rxjs";

export const themes = { light: createTheme({ colors: { mode: "light" } }), dark: createTheme({ colors: { mode: "dark" } }) };

const PLAIN = ["unit", "min", "max", "decimals", "color", "noValue", "links", "fieldMinMax"];
const CUSTOM = [
  ...["drawStyle", "lineInterpolation", "barAlignment", "lineWidth", "lineStyle", "fillOpacity", "gradientMode"],
  ...["fillBelowTo", "spanNulls", "showPoints", "pointSize", "stacking", "transform", "axisPlacement", "axisLabel"],
  ...["axisSoftMin", "axisSoftMax", "axisGridShow", "axisCenteredZero", "axisColorMode", "axisBorderShow", "axisWidth"],
  ...["scaleDistribution", "hideFrom", "thresholdsStyle", "align", "width", "cellOptions", "filterable", "inspect"],
];

function option(id, process = identityOverrideProcessor, isCustom = false) {
  const path = id.replace(/^custom\./, "");
  return { id, path, name: id, isCustom, process, shouldApply: (field) => !isCustom || field.type !== FieldType.time, settings: {} };
}

const fieldOptions = new Registry(() => [
  ...PLAIN.map((id) => option(id)),
  option("displayName", displayNameOverrideProcessor),
  option("thresholds", thresholdsOverrideProcessor),
  option("mappings", valueMappingsOverrideProcessor),
  ...CUSTOM.map((id) => option(`custom.${id}`, identityOverrideProcessor, true)),
]);
standardFieldConfigEditorRegistry.setInit(() => fieldOptions.list());
const transformers = new Map(Object.values(standardTransformers).map((one) => [one.id, one])); // some have two names
standardTransformersRegistry.setInit(() =>
  [...transformers.values()].map((one) => ({ id: one.id, name: one.name, transformation: async () => one })),
);
fieldReducers.list();

/** JSON has no minus infinity, where the first of all thresholds begins. */
function withLowest(defaults) {
  const steps = (defaults.thresholds?.steps ?? []).map((one) => ({ ...one, value: one.value ?? -Infinity }));
  return steps.length ? { ...defaults, thresholds: { mode: "absolute", ...defaults.thresholds, steps } } : defaults;
}

function lines({ series }) {
  return series.map((one) =>
    toDataFrame({
      refId: one.ref,
      name: "",
      fields: [
        { name: "Time", type: FieldType.time, values: one.times, config: {} },
        { name: "Value", type: FieldType.number, values: one.values, labels: one.labels, config: { displayNameFromDS: one.name } },
      ],
    }),
  );
}

/** One frame for each query, as Prometheus' answers are laid out for a table. */
function tables({ series }) {
  const refs = [...new Set(series.map((one) => one.ref))];
  return refs.map((ref) => {
    const own = series.filter((one) => one.ref === ref);
    const labels = [...new Set(own.flatMap((one) => Object.keys(one.labels)))].sort();
    const column = (name, type, of) => ({ name, type, values: own.map(of), config: { filterable: true } });
    return toDataFrame({
      refId: ref,
      name: "",
      fields: [
        column("Time", FieldType.time, (one) => one.times.at(-1)),
        ...labels.map((label) => column(label, FieldType.string, (one) => one.labels[label] ?? "")),
        column(refs.length > 1 ? `Value #${ref}` : "Value", FieldType.number, (one) => one.values.at(-1)),
      ],
    });
  });
}

/** The frames of a panel, ready to be drawn. */
export async function framesOf(panel) {
  const raw = panel.kind === "table" ? tables(panel) : lines(panel);
  const changed = panel.transformations.length ? await lastValueFrom(transformDataFrame(panel.transformations, raw)) : raw;
  const frames = applyFieldOverrides({
    data: changed,
    fieldConfig: { defaults: withLowest(panel.defaults), overrides: panel.overrides },
    fieldConfigRegistry: fieldOptions,
    replaceVariables: (text) => text,
    theme: themes[panel.theme],
    timeZone: "utc",
  });
  cacheFieldDisplayNames(frames); // titles of columns are looked for nowhere else
  return frames;
}

export function rangeOf({ from, to }) {
  const range = { from: dateTime(from), to: dateTime(to) };
  return { ...range, raw: range };
}
