// Evaluates FHIRPath over QuestionnaireResponses with npm fhirpath, each expression compiled once.
// Reads {expressions: [...], asked: [{on: "YYYY-MM-DD", resource: {...}, which: [indices, absent for all]}]} on stdin
// and prints, for each that was asked, a string with one letter an expression: t, f, e (empty), or x for anything else.
// The clock stands still on the day `on`, so that today() is that day. Usage: node fhirpath.mjs FOLDER
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const RealDate = Date;
let noon = RealDate.now();
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length ? given : [noon]));
  }
  static now() {
    return noon;
  }
};

const require = createRequire(join(resolve(process.argv[2]), "/"));
const fhirpath = require("fhirpath");
const model = require("fhirpath/fhir-context/r4");

const { expressions, asked } = JSON.parse(readFileSync(0, "utf-8"));
const compiled = expressions.map((expression) => fhirpath.compile(expression, model));

function letter(ask, resource) {
  let found;
  try {
    found = ask(resource);
  } catch {
    return "x";
  }
  if (found.length === 0) return "e";
  if (found.length > 1 || typeof found[0] !== "boolean") return "x";
  return found[0] ? "t" : "f";
}

const answers = asked.map(({ on, resource, which }) => {
  const [year, month, day] = on.split("-").map(Number);
  noon = new RealDate(year, month - 1, day, 12).getTime();
  return (which ?? [...compiled.keys()])
    .map((index) => letter(compiled[index], resource))
    .join("");
});
process.stdout.write(JSON.stringify(answers));
