// A line of the last two minutes. The figure beside it says the same in numbers, so it is hidden from screen readers.
import { svg } from "./dom.js";

const POINTS = 120;
const WIDTH = 120;
const HEIGHT = 28;

export class Sparkline {
  #values = [];
  #area = svg("path.area");
  #line = svg("path.line");

  constructor(kind = "rate") {
    this.element = svg(`svg.spark.${kind}`, { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" }, this.#area, this.#line);
  }

  push(value) {
    this.#values.push(value);
    if (this.#values.length > POINTS) {
      this.#values.shift();
    }
    const top = Math.max(1, ...this.#values) * 1.1;
    const first = POINTS - this.#values.length;
    const points = this.#values.map((v, i) => `${((first + i) * WIDTH / (POINTS - 1)).toFixed(1)},${(HEIGHT - 1 - v / top * (HEIGHT - 2)).toFixed(1)}`);
    if (points.length === 1) {
      points.push(points[0]);
    }
    this.#line.setAttribute("d", `M${points.join("L")}`);
    this.#area.setAttribute("d", `M${points[0].split(",")[0]},${HEIGHT}L${points.join("L")}L${WIDTH},${HEIGHT}Z`);
  }
}
