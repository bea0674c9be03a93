"""How operations are registered, and the ninja beneath them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar

from django.http import HttpRequest
from ninja import NinjaAPI, Router
from ninja.decorators import decorate_view
from ninja.parser import Parser
from ninja.types import DictStrAny

from dermograph.clinic.api.gate import gated
from dermograph.clinic.api.registry import RULES, Rule, Takes
from dermograph.clinic.api.shapes import Problem

PREFIX = "/api/v1"
VERSION = "1.0.0"
Function = TypeVar("Function", bound=Callable[..., Any])


class _Parsed(Parser):
    """Hands over the JSON that the gate has read already."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        """The body as it was parsed."""
        found: DictStrAny = vars(request)["api_json"]
        return found


class _Api(NinjaAPI):
    """Ninja's API, whose errors reach the door below."""

    def set_default_exception_handlers(self) -> None:
        """None: the door answers."""


api = _Api(title="Dermograph", version=VERSION, parser=_Parsed(), openapi_url=None, docs_url=None)


def operation(  # noqa: PLR0913 (what the document says of an operation)
    router: Router,
    method: Literal["get", "post", "patch"],
    path: str,
    *,
    out: Any,  # noqa: ANN401 (a type)
    scope: str,
    like: str = "",
    takes: Takes = "nothing",
    made: bool = False,
    refuses: tuple[int, ...] = (),
    together: bool = True,
    extra: Mapping[str, Any] | None = None,
) -> Callable[[Function], Function]:
    """Register a function as an operation. Its name is the operation's id, its docstring what the document says.

    Args:
        router: Of its tag.
        method: Of the request.
        path: Below the prefix, with Django's converters.
        out: The shape of its answer.
        scope: Of the token.
        like: The page whose roles may do it.
        takes: What its body is.
        made: Whether it answers 201.
        refuses: Statuses besides those that follow from the above.
        together: See ``once.done_once``.
        extra: Further parts of the document.
    """

    def register(function: Function) -> Function:
        name = function.__name__
        writes = method != "get"
        rule = Rule(name, scope, like, writes=writes, takes=takes, together=together)
        RULES[name] = rule
        summary, _, rest = (function.__doc__ or "").partition("\n")
        statuses = {400, 401, 403, 422, 429, 503, *refuses}
        statuses |= {413, 415} if takes != "nothing" else set()
        statuses |= {404} if "{" in path else set()
        responses: dict[int, Any] = {201 if made else 200: out, **dict.fromkeys(sorted(statuses), Problem)}
        router.api_operation(
            [method.upper()],
            path,
            response=responses,
            operation_id=name,
            summary=summary.rstrip("."),
            description=_description(rule, rest),
            openapi_extra=dict(extra or {}),
        )(decorate_view(gated(rule))(function))
        return function

    return register


def _description(rule: Rule, rest: str) -> str:
    scope = f"Scope: `{rule.scope}`." if rule.scope else "Any token."
    roles = f" Roles: those of the page `{rule.like}`." if rule.like else ""
    return "\n\n".join(part for part in (" ".join(rest.split()), scope + roles) if part)
