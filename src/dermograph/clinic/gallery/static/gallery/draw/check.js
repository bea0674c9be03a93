/** What is wrong with an outline while it is drawn, by the rules by which the server judges it. */

import { crossing, holds, signedArea } from "./geometry.js";

const MOST_POINTS = 5000;
const LEAST_AREA_PX = 4;

/**
 * @param {number[][][]} parts closed polygons
 * @param {number[][]|null} open the line that is being drawn
 * @param {{width: number, height: number}} size of the original, px
 * @returns {{what: string, values: object, edges: object[]}|null} the first fault; null if there is none
 */
export function fault(parts, open, { width, height }) {
  const lines = parts.map((points) => ({ points, closed: true }));
  if (open) lines.push({ points: open, closed: false });
  if (lines.reduce((sum, line) => sum + line.points.length, 0) > MOST_POINTS) {
    return { what: "many", values: { most: MOST_POINTS }, edges: [] };
  }
  for (const { points } of lines) {
    const out = points.find(([x, y]) => !(x >= -0.5 && y >= -0.5 && x <= width - 0.5 && y <= height - 0.5));
    if (out) return { what: "outside", values: { x: Math.round(out[0]), y: Math.round(out[1]) }, edges: [] };
  }
  const met = crossing(lines);
  if (met) {
    const [x, y] = met[0].a;
    return { what: "crosses", values: { x: Math.round(x), y: Math.round(y) }, edges: met };
  }
  if (parts.some((points) => points.length < 3)) return { what: "few", values: {}, edges: [] };
  if (parts.some((points) => Math.abs(signedArea(points)) < LEAST_AREA_PX)) return { what: "flat", values: {}, edges: [] };
  const within = parts.some((points, at) => parts.some((other, also) => at !== also && holds(other, points[0])));
  return within ? { what: "within", values: {}, edges: [] } : null;
}
