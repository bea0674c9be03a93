"""The rules of CDS Hooks 2.0 for what a service sends, written from the specification and from nothing of ours.

Each says what is wrong, as lines of text; none where it is right.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
HOOK = re.compile(r"[a-z][a-z-]*")


def faults_of_response(body: Any) -> list[str]:  # noqa: ANN401 (any JSON)
    """What is wrong with the answer of a service."""
    return list(_response(body))


def faults_of_discovery(body: Any) -> list[str]:  # noqa: ANN401 (any JSON)
    """What is wrong with the answer of discovery."""
    return list(_discovery(body))


def _response(body: Any) -> Iterator[str]:  # noqa: ANN401 (any JSON)
    if not isinstance(body, dict) or not isinstance(body.get("cards"), list):
        yield "cards: REQUIRED array"
        return
    yield from _only(body, "", {"cards", "systemActions", "extension"})
    yield from _nothing_empty({**body, "cards": body["cards"] or ["no guidance"]}, "")
    seen = []
    for number, card in enumerate(body["cards"]):
        at = f"cards[{number}]"
        if not isinstance(card, dict):
            yield f"{at}: an object"
            continue
        seen.append(card.get("uuid"))
        yield from _card(card, at)
    named = [one for one in seen if one is not None]
    if len(named) != len(set(map(str, named))):
        yield "cards: uuid is unique"


def _card(card: dict[str, Any], at: str) -> Iterator[str]:
    known = "uuid summary detail indicator source suggestions selectionBehavior overrideReasons links extension"
    yield from _only(card, at, set(known.split()))
    yield from _required(card, at, "summary", "indicator", "source")
    summary = card.get("summary")
    if isinstance(summary, str) and (len(summary) >= 140 or "\n" in summary):
        yield f"{at}.summary: one sentence of fewer than 140 characters"
    yield from _plain_members(card, at)
    if isinstance(card.get("source"), dict):
        yield from _source(card["source"], f"{at}.source")
    elif "source" in card:
        yield f"{at}.source: an object"
    if "suggestions" in card and "selectionBehavior" not in card:
        yield f"{at}.selectionBehavior: REQUIRED where there are suggestions"
    if "selectionBehavior" in card and card["selectionBehavior"] not in ("at-most-one", "any"):
        yield f"{at}.selectionBehavior: at-most-one or any"
    for number, one in enumerate(card.get("suggestions", [])):
        yield from _suggestion(one, f"{at}.suggestions[{number}]")
    for number, one in enumerate(card.get("overrideReasons", [])):
        yield from _required(one, f"{at}.overrideReasons[{number}]", "code", "system", "display")
    for number, one in enumerate(card.get("links", [])):
        yield from _link(one, f"{at}.links[{number}]")


def _plain_members(card: dict[str, Any], at: str) -> Iterator[str]:
    for name in ("summary", "detail"):
        if name in card and not isinstance(card[name], str):
            yield f"{at}.{name}: a string"
    if "uuid" in card and not (isinstance(card["uuid"], str) and UUID.fullmatch(card["uuid"])):
        yield f"{at}.uuid: a UUID"
    if "indicator" in card and card["indicator"] not in ("info", "warning", "critical"):
        yield f"{at}.indicator: info, warning or critical"


def _source(source: dict[str, Any], at: str) -> Iterator[str]:
    yield from _only(source, at, {"label", "url", "icon", "topic", "extension"})
    yield from _required(source, at, "label")
    for name in ("url", "icon"):
        if name in source and not _is_absolute(source[name]):
            yield f"{at}.{name}: an absolute URL"
    if "topic" in source:
        yield from _required(source["topic"], f"{at}.topic", "code", "system")


def _suggestion(one: Any, at: str) -> Iterator[str]:  # noqa: ANN401 (any JSON)
    yield from _required(one, at, "label")
    if not isinstance(one, dict):
        return
    yield from _only(one, at, {"label", "uuid", "isRecommended", "actions", "extension"})
    for number, action in enumerate(one.get("actions", [])):
        yield from _action(action, f"{at}.actions[{number}]")


def _action(action: Any, at: str) -> Iterator[str]:  # noqa: ANN401 (any JSON)
    yield from _required(action, at, "type", "description")
    if not isinstance(action, dict):
        return
    yield from _only(action, at, {"type", "description", "resource", "resourceId", "extension"})
    if action.get("type") not in ("create", "update", "delete"):
        yield f"{at}.type: create, update or delete"
    if action.get("type") in ("create", "update") and not (action.get("resource") or {}).get("resourceType"):
        yield f"{at}.resource: REQUIRED to {action['type']}"


def _link(one: Any, at: str) -> Iterator[str]:  # noqa: ANN401 (any JSON)
    yield from _required(one, at, "label", "url", "type")
    if not isinstance(one, dict):
        return
    yield from _only(one, at, {"label", "url", "type", "appContext", "extension"})
    if one.get("type") not in (None, "absolute", "smart"):
        yield f"{at}.type: absolute or smart"
    if "url" in one and not _is_absolute(one["url"]):
        yield f"{at}.url: an absolute URL"
    if "appContext" in one and one.get("type") != "smart":
        yield f"{at}.appContext: only of a smart link"


def _discovery(body: Any) -> Iterator[str]:  # noqa: ANN401 (any JSON)
    if not isinstance(body, dict) or not isinstance(body.get("services"), list):
        yield "services: REQUIRED array"
        return
    yield from _nothing_empty({**body, "services": body["services"] or ["none"]}, "")
    for number, one in enumerate(body["services"]):
        at = f"services[{number}]"
        yield from _required(one, at, "hook", "description", "id")
        if not isinstance(one, dict):
            continue
        yield from _only(one, at, {"hook", "title", "description", "id", "prefetch", "usageRequirements", "extension"})
        if not HOOK.fullmatch(str(one.get("hook", "x"))):
            yield f"{at}.hook: a name"
        for name, query in (one.get("prefetch") or {}).items():
            if not isinstance(query, str):
                yield f"{at}.prefetch.{name}: a query"
                continue
            tokens = re.findall(r"{{(.*?)}}", query)
            if any(not re.fullmatch(r"context\.[A-Za-z]+|user[A-Za-z]+Id", token) for token in tokens):
                yield f"{at}.prefetch.{name}: only members of the context are tokens"


def _required(value: Any, at: str, *names: str) -> Iterator[str]:  # noqa: ANN401 (any JSON)
    if not isinstance(value, dict):
        yield f"{at}: an object"
        return
    yield from (f"{at}.{name}: REQUIRED" for name in names if name not in value)


def _only(value: dict[str, Any], at: str, known: set[str]) -> Iterator[str]:
    yield from (f"{at}.{name}: not of the specification" for name in value if name not in known)


def _nothing_empty(value: Any, at: str) -> Iterator[str]:  # noqa: ANN401 (any JSON)
    if value is None or value in ({}, []) or (isinstance(value, str) and not value.strip()):
        yield f"{at}: null or empty"
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _nothing_empty(inner, f"{at}.{name}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _nothing_empty(inner, f"{at}[{number}]")


def _is_absolute(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
