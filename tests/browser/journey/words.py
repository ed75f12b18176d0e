"""Words that are left over in another language: a scan of everything that a page says to people."""

from __future__ import annotations

import re

from playwright.sync_api import Page

# Words that a city hall says in Latin letters, and what stands in records as it was entered.
PRODUCTS = (
    "API|SDK|CSV|XLSX|Excel|WPS|Word|docx|PowerPoint|PDF|OFD|ZIP|MB|KB|TOML|IP|VPN|vCPU|CPU|GiB|CNY|Ctrl|Alt|Enter|Esc"
)
CODES = (
    r"(?:[a-z]+-)?(?:SB|XM|TC|CZ)\d{4}-\d+(?:-\d+)?(?:/\d+)?",  # applications, lines, projects, components, acts
    r"[a-z]+(?:-[A-Za-z0-9]+)+",  # capabilities, systems, data resources
    r"[a-z]+\.[a-z]+",  # accounts
    r"F\d\d(?:\.\d\d)?",  # function categories
)
ALLOWED = re.compile("|".join([*CODES, rf"\b(?:{PRODUCTS})\b"]), re.ASCII)
WORD = re.compile(r"[A-Za-z][A-Za-z'’]+")  # a single letter is a name: member A, key J
SAID = """() => {
  const said = new Set();
  const foreign = (node) => node.closest('[lang]')?.matches(':not(html)');
  const shown = (node) => node.checkVisibility({ visibilityProperty: true });
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walk.nextNode(); text; text = walk.nextNode()) {
    const node = text.parentElement;
    if (text.data.trim() && !/^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE|KBD)$/.test(node.tagName) && shown(node) && !foreign(node))
      said.add(text.data.trim().replace(/\\s+/g, ' '));
  }
  for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
    for (const node of document.body.querySelectorAll(`[${name}]`))
      if (node.getAttribute(name) && shown(node) && !foreign(node)) said.add(node.getAttribute(name));
  said.add(document.title);
  return [...said];
}"""


def untranslated(page: Page, *allowed: str) -> list[str]:
    """Texts of a Chinese page that hold Latin words beyond the allowed ones, which are named by the page's test."""
    names = re.compile("|".join(map(re.escape, allowed))) if allowed else None
    found = []
    for text in page.evaluate(SAID):
        rest = ALLOWED.sub("", names.sub("", text) if names else text)
        if WORD.search(rest):
            found.append(text[:120])
    return sorted(found)
