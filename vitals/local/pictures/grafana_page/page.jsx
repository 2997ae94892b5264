// One panel at a time, drawn by Grafana's own components; what it shows as text is read back from the page.

import { ThemeContext, getDisplayValueAlignmentFactors, getFieldDisplayValues } from "@grafana/data";
import { initPluginTranslations } from "@grafana/i18n";
import { BarGauge, BigValue, GlobalStyles, TimeSeries, VizRepeater } from "@grafana/ui";
import { TableNG } from "@grafana/ui/unstable";
import { createRoot } from "react-dom/client";

import { framesOf, rangeOf, themes } from "./frames.js";

const QUIET_FRAMES = 4; // pictures without a change after which a panel is complete
const MOST_FRAMES = 240;
let root = null;
let drawn = []; // what the chart has written on its canvas, for it is not in the page

const write = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...rest) {
  const at = this.getTransform().transformPoint({ x, y });
  drawn.push({ canvas: this.canvas, text, x: at.x, y: at.y, align: this.textAlign });
  return write.call(this, text, x, y, ...rest);
};
const clear = CanvasRenderingContext2D.prototype.clearRect;
CanvasRenderingContext2D.prototype.clearRect = function (...box) {
  drawn = drawn.filter((one) => one.canvas !== this.canvas);
  return clear.call(this, ...box);
};

function values(panel, frames) {
  const theme = themes[panel.theme];
  return getFieldDisplayValues({
    data: frames,
    fieldConfig: { defaults: panel.defaults, overrides: [] },
    reduceOptions: { calcs: ["lastNotNull"], ...panel.options.reduceOptions },
    replaceVariables: (text) => text,
    sparkline: (panel.options.graphMode ?? "area") !== "none",
    theme,
    timeZone: "utc",
  });
}

function tiles(panel, frames, one) {
  const { width, height, options } = panel;
  return (
    <VizRepeater
      autoGrid={panel.kind === "stat"}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      getValues={() => values(panel, frames)}
      height={height}
      itemSpacing={panel.kind === "stat" ? 3 : 8}
      orientation={options.orientation ?? "auto"}
      renderCounter={0}
      renderValue={(props) => <div data-tile="">{one(props)}</div>}
      source={frames}
      width={width}
    />
  );
}

function stat(panel, frames, { value, alignmentFactors, orientation, width, height, count }) {
  const { options } = panel;
  if (value.sparkline) value.sparkline.timeRange = rangeOf(panel);
  const auto = (options.textMode ?? "auto") === "auto" && (panel.defaults.displayName || !panel.title);
  return (
    <BigValue
      alignmentFactors={alignmentFactors}
      colorMode={options.colorMode ?? "value"}
      count={count}
      graphMode={options.graphMode ?? "area"}
      height={height}
      justifyMode={options.justifyMode ?? "auto"}
      parentOrientation={orientation}
      sparkline={value.sparkline}
      text={options.text}
      textMode={auto ? "value_and_name" : (options.textMode ?? "auto")}
      theme={themes[panel.theme]}
      value={value.display}
      width={width}
      wideLayout={options.wideLayout ?? true}
    />
  );
}

function bar(panel, { value, alignmentFactors, orientation, width, height }) {
  const { options } = panel;
  return (
    <BarGauge
      alignmentFactors={alignmentFactors}
      display={value.view?.getFieldDisplayProcessor(value.colIndex)}
      displayMode={options.displayMode ?? "gradient"}
      field={value.field}
      height={height}
      itemSpacing={8}
      orientation={orientation}
      showUnfilled={options.showUnfilled ?? true}
      text={options.text}
      theme={themes[panel.theme]}
      value={value.display}
      valueDisplayMode={options.valueMode}
      width={width}
    />
  );
}

function element(panel, frames) {
  const { width, height, options } = panel;
  switch (panel.kind) {
    case "timeseries": {
      const legend = { displayMode: "list", placement: "bottom", calcs: [], showLegend: true, ...options.legend };
      return <TimeSeries frames={frames} height={height} legend={legend} timeRange={rangeOf(panel)} timeZone="utc" width={width} />;
    }
    case "stat":
      return tiles(panel, frames, (props) => stat(panel, frames, props));
    case "bargauge":
      return tiles(panel, frames, (props) => bar(panel, props));
    case "table":
      return <TableNG cellHeight="sm" data={frames[0]} height={height} noHeader={options.showHeader === false} structureRev={1} width={width} />;
    default:
      throw new Error(`no component for panels of type ${panel.kind}`);
  }
}

const frame = () => new Promise((done) => requestAnimationFrame(done));

/** Until the page and what is on its canvases have not changed for some pictures. */
async function complete(host) {
  let last = "";
  for (let quiet = 0, count = 0; quiet < QUIET_FRAMES && count < MOST_FRAMES; count += 1) {
    await frame();
    const now = `${host.innerHTML.length} ${drawn.map((one) => `${one.text}${one.x}`).join()}`;
    quiet = now === last && host.innerHTML.length > 0 ? quiet + 1 : 0;
    last = now;
  }
}

const numbers = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
const opaque = (color) => color && color !== "none" && numbers(color)[3] !== 0;

/** The name, of those that the panel uses, whose colour is nearest to one of the page. */
function named(panel, css) {
  const theme = themes[panel.theme];
  const names = (panel.defaults.thresholds?.steps ?? []).map((one) => one.color);
  const probe = document.createElement("i");
  document.body.append(probe);
  const rgb = (color) => {
    probe.style.color = color;
    return numbers(getComputedStyle(probe).color).slice(0, 3);
  };
  const own = numbers(css).slice(0, 3);
  const far = (name) => rgb(theme.visualization.getColorByName(name)).reduce((sum, one, i) => sum + (one - own[i]) ** 2, 0);
  const found = names.toSorted((one, other) => far(one) - far(other))[0] ?? "";
  probe.remove();
  return found;
}

function tileTexts(panel, tile) {
  const leaves = [...tile.querySelectorAll("*")].filter((one) => one.children.length === 0 && one.textContent);
  const groups = Map.groupBy(leaves, (one) => (one.tagName === "SPAN" ? one.parentElement : one));
  const texts = [...groups].map(([, parts]) => parts.map((one) => one.textContent).join(""));
  const inside = [tile, ...tile.querySelectorAll("*")].map((one) => getComputedStyle(one));
  const filled = (panel.options.colorMode ?? "value").startsWith("background");
  const css = filled
    ? inside.map((one) => (opaque(one.backgroundImage) ? one.backgroundImage.slice(one.backgroundImage.indexOf("rgb")) : one.backgroundColor)).find(opaque)
    : leaves.length && getComputedStyle(leaves.at(-1)).color;
  return { texts, color: css ? named(panel, css) : "" };
}

function read(panel, host) {
  const chart = host.querySelector(".u-over")?.getBoundingClientRect();
  const box = host.getBoundingClientRect();
  const scale = window.devicePixelRatio;
  const below = chart && (chart.bottom - box.top) * scale;
  const text = (one) => one.textContent.replace(/\s+/g, " ").trim();
  const entries = [...host.querySelectorAll('[data-testid^="data-testid VizLegend series"]')];
  return {
    plot: chart && { x: chart.left - box.left, y: chart.top - box.top, width: chart.width, height: chart.height },
    y: drawn.filter((one) => chart && one.align !== "center").map((one) => one.text),
    x: drawn.filter((one) => chart && one.align === "center" && one.y >= below).map((one) => one.text),
    legend: entries.map((one) => [text(one.querySelector("button")), ...[...one.querySelectorAll("li, td")].map(text).filter(Boolean)]),
    tiles: [...host.querySelectorAll("[data-tile]")].map((tile) => tileTexts(panel, tile)),
    cells: [...host.querySelectorAll("[role=row]")].map((row) => [...row.querySelectorAll("[role=columnheader], [role=gridcell]")].map(text)),
  };
}

window.drawPanel = async (panel) => {
  const host = document.getElementById("panel");
  root?.unmount();
  drawn = [];
  Object.assign(host.style, { width: `${panel.width}px`, height: `${panel.height}px`, overflow: "hidden" });
  document.body.style.background = themes[panel.theme].colors.background.primary;
  const frames = await framesOf(panel);
  root = createRoot(host);
  root.render(
    <ThemeContext.Provider value={themes[panel.theme]}>
      <GlobalStyles />
      {element(panel, frames)}
    </ThemeContext.Provider>,
  );
  await complete(host);
  return read(panel, host);
};

window.ready = (async () => {
  await initPluginTranslations("grafana");
  await Promise.all([document.fonts.load("400 12px Inter"), document.fonts.load("500 12px Inter")]);
})();
