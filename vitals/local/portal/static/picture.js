// One drawing over time: new rows are pushed into it, the pointer's moment shows on all of them, a drag zooms.

import { el } from "./dom.js";
import { zoom } from "./range.js";

const EMBED = {
  mode: "vega-lite",
  ast: true, // evaluates expressions without eval, so the page needs no 'unsafe-eval'
  renderer: "canvas", // thousands of points in SVG would make every refresh slow
  actions: false,
  defaultStyle: false,
  tooltip: { disableDefaultStyle: true },
};
const DRAG_PX = 6; // less is a click with a hand that moved
const drawn = new Set();

export class Picture {
  /** Draws into `host`; `again` is called when a drag has chosen another range. */
  constructor(host, again) {
    this.host = host;
    this.again = again;
    this.line = el("div", { class: "cursor", hidden: true, "aria-hidden": "true" });
    this.band = el("div", { class: "selection", hidden: true, "aria-hidden": "true" });
    host.addEventListener("pointermove", (event) => this.point(event));
    host.addEventListener("pointerleave", () => point(null));
    host.addEventListener("pointerdown", (event) => this.press(event));
  }

  /** Draw a spec; when only its rows differ from the last one, push them into the drawing that is there. */
  async show(spec) {
    const shape = JSON.stringify({ ...spec, datasets: null, params: spec.params.map((one) => one.name) });
    if (this.view && this.shape === shape) {
      for (const { name, value } of spec.params) this.view.signal(name, value);
      for (const [name, rows] of Object.entries(spec.datasets)) this.view.data(name, rows);
      await this.view.runAsync();
      return;
    }
    const inside = el("div");
    const { view } = await window.vegaEmbed(inside, spec, EMBED);
    this.view?.finalize();
    this.view = view;
    this.shape = shape;
    delete this.host.dataset.shown;
    this.host.replaceChildren(inside, this.line, this.band);
    drawn.add(this);
  }

  /** Forget the drawing: something else is shown in its place. */
  clear() {
    this.view?.finalize();
    this.view = null;
    drawn.delete(this);
  }

  /** The time scale with the place of its plot, or null where the drawing has none. */
  get time() {
    if (!this.view || !this.host.isConnected) return null;
    let scale;
    try {
      scale = this.view.scale("x");
    } catch {
      return null; // a number, a table or a text
    }
    if (!scale.invert) return null;
    const [left, top] = this.view.origin();
    const padding = this.view.padding();
    return { scale, left: left + padding.left, top: top + padding.top, width: this.view.width(), height: this.view.height() };
  }

  /** The place of an event in the plot, held to it; null outside of it. */
  place(event, held = false) {
    const time = this.time;
    if (!time) return null;
    const box = this.host.getBoundingClientRect();
    const x = event.clientX - box.left - time.left;
    const y = event.clientY - box.top - time.top;
    if (!held && (x < 0 || x > time.width || y < 0 || y > time.height)) return null;
    return Math.min(Math.max(x, 0), time.width);
  }

  point(event) {
    const x = this.place(event);
    point(x === null ? null : Number(this.time.scale.invert(x)));
  }

  mark(moment) {
    const time = moment === null ? null : this.time;
    const x = time ? time.scale(moment) : NaN;
    this.line.hidden = !(x >= 0 && x <= time?.width);
    if (this.line.hidden) return;
    this.line.style.transform = `translateX(${time.left + x}px)`;
    this.line.style.top = `${time.top}px`;
    this.line.style.height = `${time.height}px`;
  }

  press(event) {
    const start = this.place(event);
    if (start === null || event.button !== 0 || event.pointerType === "touch") return; // a touch scrolls the page
    const move = (moved) => {
      const [left, right] = [start, this.place(moved, true)].sort((one, other) => one - other);
      const time = this.time;
      this.band.hidden = right - left < DRAG_PX;
      this.band.style.left = `${time.left + left}px`;
      this.band.style.width = `${right - left}px`;
      this.band.style.top = `${time.top}px`;
      this.band.style.height = `${time.height}px`;
    };
    const ended = (last) => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", ended);
      removeEventListener("pointercancel", ended);
      const chosen = !this.band.hidden && last.type === "pointerup";
      this.band.hidden = true;
      if (!chosen) return;
      const [left, right] = [start, this.place(last, true)].sort((one, other) => one - other);
      zoom(Number(this.time.scale.invert(left)), Number(this.time.scale.invert(right)));
      this.again();
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", ended);
    addEventListener("pointercancel", ended);
    event.preventDefault(); // a drag selects a range here, and no text
  }
}

function point(moment) {
  for (const one of drawn) one.mark(moment);
}
