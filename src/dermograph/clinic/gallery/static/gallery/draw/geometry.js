/** Polygons on a photograph. Positions are [x, y] in pixels of the original, pixel centres at integers. */

/** Signed area, px². */
export function signedArea(points) {
  let sum = 0;
  for (let at = 0; at < points.length; at += 1) {
    const [x0, y0] = points[at];
    const [x1, y1] = points[(at + 1) % points.length];
    sum += x0 * y1 - x1 * y0;
  }
  return sum / 2;
}

/** Whether a point lies in a closed polygon, by the even-odd rule. */
export function holds(points, [x, y]) {
  let inside = false;
  for (let at = 0; at < points.length; at += 1) {
    const [x0, y0] = points[at];
    const [x1, y1] = points[(at + 1) % points.length];
    if (y0 > y !== y1 > y && x < x0 + ((y - y0) * (x1 - x0)) / (y1 - y0)) inside = !inside;
  }
  return inside;
}

const side = (a, b, p) => Math.sign((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]));
const between = (a, b, p) =>
  Math.min(a[0], b[0]) <= p[0] && p[0] <= Math.max(a[0], b[0]) && Math.min(a[1], b[1]) <= p[1] && p[1] <= Math.max(a[1], b[1]);
const same = (a, b) => a[0] === b[0] && a[1] === b[1];

/** Whether two edges share a point other than the corner that joins neighbours. */
function meet(one, other) {
  const { a, b } = one;
  const { a: c, b: d } = other;
  const joint = one.part === other.part && one.joins(other) ? [a, b].find((p) => same(p, c) || same(p, d)) : null;
  if (joint) {
    const p = same(joint, a) ? b : a;
    const q = same(joint, c) ? d : c;
    const ahead = (p[0] - joint[0]) * (q[0] - joint[0]) + (p[1] - joint[1]) * (q[1] - joint[1]) > 0;
    return side(joint, p, q) === 0 && ahead;
  }
  const [s, t, u, v] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
  if (s * t < 0 && u * v < 0) return true;
  return (
    (s === 0 && between(a, b, c)) || (t === 0 && between(a, b, d)) || (u === 0 && between(c, d, a)) || (v === 0 && between(c, d, b))
  );
}

function edgesOf(lines) {
  const edges = [];
  lines.forEach(({ points, closed }, part) => {
    const count = closed ? points.length : points.length - 1;
    for (let at = 0; at < count; at += 1) {
      const a = points[at];
      const b = points[(at + 1) % points.length];
      if (same(a, b)) continue;
      edges.push({
        part, at, a, b,
        left: Math.min(a[0], b[0]), right: Math.max(a[0], b[0]), top: Math.min(a[1], b[1]), bottom: Math.max(a[1], b[1]),
        joins: (other) => Math.abs(other.at - at) === 1 || (closed && Math.abs(other.at - at) === count - 1),
      });
    }
  });
  return edges;
}

/** The first two edges that cross or touch, as {part, at, a, b}; null if none do. Lines are {points, closed}. */
export function crossing(lines) {
  const edges = edgesOf(lines).sort((one, other) => one.left - other.left);
  for (let first = 0; first < edges.length; first += 1) {
    const one = edges[first];
    for (let second = first + 1; second < edges.length && edges[second].left <= one.right; second += 1) {
      const other = edges[second];
      if (other.top <= one.bottom && one.top <= other.bottom && meet(one, other)) return [one, other];
    }
  }
  return null;
}

/** The nearest place on an edge: {part, at, distance, place}; null without edges. Lines have none back to the start. */
export function nearestEdge(parts, [x, y], areLines = false) {
  let best = null;
  parts.forEach((points, part) => {
    for (let at = 0; at < points.length - (areLines ? 1 : 0); at += 1) {
      const a = points[at];
      const b = points[(at + 1) % points.length];
      const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
      const length = dx * dx + dy * dy;
      const share = length ? Math.min(1, Math.max(0, ((x - a[0]) * dx + (y - a[1]) * dy) / length)) : 0;
      const place = [a[0] + share * dx, a[1] + share * dy];
      const distance = Math.hypot(place[0] - x, place[1] - y);
      if (!best || distance < best.distance) best = { part, at, distance, place };
    }
  });
  return best;
}

/** A line with only the points that move it by more than a tolerance (Ramer, Douglas and Peucker). */
export function simplified(points, tolerance) {
  if (points.length < 3) return points;
  const keep = new Uint8Array(points.length);
  keep[0] = keep[points.length - 1] = 1;
  const spans = [[0, points.length - 1]];
  while (spans.length) {
    const [from, to] = spans.pop();
    const [a, b] = [points[from], points[to]];
    const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
    let [most, farthest] = [tolerance, -1];
    for (let at = from + 1; at < to; at += 1) {
      const p = points[at];
      const off = length
        ? Math.abs((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])) / length
        : Math.hypot(p[0] - a[0], p[1] - a[1]);
      if (off > most) [most, farthest] = [off, at];
    }
    if (farthest > 0) {
      keep[farthest] = 1;
      spans.push([from, farthest], [farthest, to]);
    }
  }
  return points.filter((_, at) => keep[at]);
}

/** A hundredth of a pixel is finer than any hand. */
export const rounded = ([x, y]) => [Math.round(x * 100) / 100, Math.round(y * 100) / 100];

/** Area on a plane, in the unit of its matrix squared; null without a matrix. */
export function planeArea(parts, matrix) {
  if (!matrix) return null;
  const onPlane = ([x, y]) => {
    const [u, v, w] = matrix.map((row) => row[0] * x + row[1] * y + row[2]);
    return [u / w, v / w];
  };
  return parts.reduce((sum, points) => sum + Math.abs(signedArea(points.map(onPlane))), 0);
}
