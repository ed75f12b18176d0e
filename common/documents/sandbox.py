"""The language of Word templates: names, loops, conditions and five filters; nothing that calls or computes.

A template is written by an office and rendered on the server. What it may contain is a short list, read from its
parsed form before anything runs; the sandbox and the context of plain texts are the second and the third wall.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.utils.translation import gettext as _
from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const,
    nodes.For, nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
    nodes.Filter, nodes.Test,
)  # fmt: skip
FILTERS = frozenset({"default", "join", "length", "trim", "upper"})
TESTS = frozenset({"defined", "none", "even", "odd"})
DEEPEST = 3  # loops inside one another


class Words(str):
    """A text of the context: shown, compared, never walked through letter by letter."""

    __slots__ = ()

    def __iter__(self) -> Iterator[str]:
        raise SecurityError(_("a text cannot be gone through in a loop"))


class Missing(StrictUndefined):
    """A name that the context does not have is a fault of the template, said with the name."""

    @property
    def _undefined_message(self) -> str:
        return _("there is no “%(name)s”") % {"name": self._undefined_name}


class Sandbox(ImmutableSandboxedEnvironment):
    """Knows the names of the context, and refuses before rendering what it does not know."""

    def __init__(self, known: Collection[str]) -> None:
        super().__init__(undefined=Missing, autoescape=True)
        self.known = frozenset(known)
        self.globals.clear()
        self.filters = {name: call for name, call in self.filters.items() if name in FILTERS}
        self.tests = {name: call for name, call in self.tests.items() if name in TESTS | {"undefined"}}
        self.source = ""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        self.source = source
        tree = super()._parse(source, name, filename)
        _inspect(tree, frozenset(self.known), depth=0)
        return tree


def _inspect(node: nodes.Node, known: frozenset[str], *, depth: int) -> None:
    """Refuse with the line of the first thing that is not allowed."""
    if problem := _problem(node, known, depth):
        raise TemplateSyntaxError(problem, node.lineno)
    if isinstance(node, nodes.For):
        _inspect(node.iter, known, depth=depth)
        inner = known | {"loop"} | {name.name for name in node.target.find_all(nodes.Name)} | _target(node)
        for child in [*node.body, *node.else_]:
            _inspect(child, inner, depth=depth + 1)
        return
    for child in node.iter_child_nodes():
        _inspect(child, known, depth=depth)


def _target(loop: nodes.For) -> set[str]:
    return {loop.target.name} if isinstance(loop.target, nodes.Name) else set()


def _problem(node: Any, known: frozenset[str], depth: int) -> str:
    kind = type(node)
    if kind not in ALLOWED:
        return _("only names, conditions and loops may stand here, no calls and no sums")
    checks: dict[type[nodes.Node], Any] = {
        nodes.Name: lambda: _name(node, known),
        nodes.Getattr: lambda: _attribute(node.attr),
        nodes.Getitem: lambda: _item(node),
        nodes.Filter: lambda: _among(node, FILTERS),
        nodes.Test: lambda: _among(node, TESTS),
        nodes.For: lambda: _loop(node, depth),
    }
    check = checks.get(kind)
    return check() if check else ""


def _name(node: Any, known: frozenset[str]) -> str:
    if node.name in known:
        return ""
    return _("there is no field “%(name)s”") % {"name": node.name}


def _attribute(name: str) -> str:
    return _("“%(name)s” may not be asked for") % {"name": name} if name.startswith("_") else ""


def _item(node: Any) -> str:
    if not isinstance(node.arg, nodes.Const):
        return _("only names, conditions and loops may stand here, no calls and no sums")
    return _attribute(str(node.arg.value))


def _among(node: Any, allowed: frozenset[str]) -> str:
    if node.name in allowed:
        return ""
    return _("“%(name)s” is not one of %(allowed)s") % {"name": node.name, "allowed": ", ".join(sorted(allowed))}


def _loop(node: Any, depth: int) -> str:
    if depth >= DEEPEST:
        return _("loops stand at most %(most)s deep") % {"most": DEEPEST}
    if node.recursive or node.test or not isinstance(node.target, nodes.Name):
        return _("a loop is written as: for name in list")
    walked = node.iter
    while isinstance(walked, nodes.Getattr | nodes.Getitem):
        walked = walked.node
    return "" if isinstance(walked, nodes.Name) else _("a loop is written as: for name in list")
