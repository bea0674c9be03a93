"""Tags of the frame: the page's own section, and the course line that an app above brings."""

from __future__ import annotations

from django import template
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString

register = template.Library()


class Keep(Node):
    """Renders what stands in it into a name of the context instead of into the page."""

    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist = nodelist
        self.name = name

    def render(self, context: Context) -> SafeString:
        """Nothing."""
        context[self.name] = self.nodelist.render(context).strip()
        return SafeString("")


class Absent(Node):
    """Renders nothing."""

    def render(self, context: Context) -> SafeString:  # noqa: ARG002 (Django's signature)
        """Nothing."""
        return SafeString("")


@register.tag
def keep(parser: Parser, token: Token) -> Node:
    """``{% keep section %}{% block section %}{% endblock %}{% endkeep %}``: so that the page knows its own section."""
    nodelist = parser.parse(("endkeep",))
    parser.delete_first_token()
    return Keep(nodelist, token.split_contents()[1])


@register.tag
def course_line_if_there(parser: Parser, token: Token) -> Node:
    """The course line. It belongs to an app above this one, so it is looked for by name; nothing where it is absent."""
    for library in parser.libraries.values():
        if "course_line" in library.tags:
            own = Token(token.token_type, "course_line course", token.position, token.lineno)
            node: Node = library.tags["course_line"](parser, own)
            return node
    return Absent()
