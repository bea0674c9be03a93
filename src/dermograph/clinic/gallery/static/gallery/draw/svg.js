/** Making SVG elements. Attributes only: an inline style would need another security policy. */

const SVG = "http://www.w3.org/2000/svg";

/** A new element with attributes, in a parent. */
export function made(name, attributes = {}, parent = null) {
  const element = document.createElementNS(SVG, name);
  put(element, attributes);
  parent?.append(element);
  return element;
}

/** Set attributes; null takes one away. */
export function put(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
  }
}

/** The path through screen positions. */
export function path(points, closed) {
  if (!points.length) return "";
  const steps = points.map(([x, y], at) => `${at ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`);
  return steps.join("") + (closed ? "Z" : "");
}

/** ``{name}`` in words replaced by values. */
export function filled(words, values = {}) {
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}
