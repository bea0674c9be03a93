/** Whether pairs of landmarks agree with each other, while they are set: a hint, the measuring judges by itself. */

const sum = (values) => values.reduce((total, value) => total + value, 0);
const middle = (points) => [sum(points.map(([x]) => x)) / points.length, sum(points.map(([, y]) => y)) / points.length];

/** The turned, scaled and shifted map with the least squared distance, as a function; null if all points are one. */
export function similarity(before, after) {
  const [mx, my] = middle(before);
  const [nx, ny] = middle(after);
  let [a, b, size] = [0, 0, 0];
  before.forEach(([x, y], at) => {
    const [u, v] = [x - mx, y - my];
    const [p, q] = [after[at][0] - nx, after[at][1] - ny];
    a += u * p + v * q;
    b += u * q - v * p;
    size += u * u + v * v;
  });
  if (!size) return null;
  [a, b] = [a / size, b / size];
  const map = ([x, y]) => [nx + a * (x - mx) - b * (y - my), ny + b * (x - mx) + a * (y - my)];
  return map;
}

/** How far each pair lies from where the others put it, px of the second photograph; null with fewer than four. */
export function strays(before, after) {
  if (before.length < 4) return null;
  return before.map((place, at) => {
    const map = similarity(before.toSpliced(at, 1), after.toSpliced(at, 1));
    if (!map) return 0;
    const [x, y] = map(place);
    return Math.hypot(x - after[at][0], y - after[at][1]);
  });
}

/** The narrow side of a cloud of points over its long side, 0 to 1. */
export function narrowness(points) {
  const [mx, my] = middle(points);
  const [xx, xy, yy] = points.reduce(
    ([p, q, r], [x, y]) => [p + (x - mx) ** 2, q + (x - mx) * (y - my), r + (y - my) ** 2],
    [0, 0, 0],
  );
  const root = Math.sqrt(((xx - yy) / 2) ** 2 + xy * xy);
  const [long, narrow] = [(xx + yy) / 2 + root, Math.max((xx + yy) / 2 - root, 0)];
  return long > 0 ? Math.sqrt(narrow / long) : 0;
}
