#!/usr/bin/env python3
"""Words of the interface in three languages, without the GNU gettext programs.

  .venv/bin/python tools/messages.py extract     read code and templates, bring locale/ up to date
  .venv/bin/python tools/messages.py todo        print what has no Chinese yet, ready to be filled
  .venv/bin/python tools/messages.py fill FILE   take translations from a file of lines
  .venv/bin/python tools/messages.py check       what is missing or wrong; exits 1 if anything is
  .venv/bin/python tools/messages.py compile     write the .mo files (set-up does it; not in git)

How to translate: write code with English messages, run `extract`, then `todo > /tmp/words.tsv`, write the
Chinese behind each tab, `fill /tmp/words.tsv`, and commit locale/. A line of the file is

  msgid<TAB>译文            or, where the message has a context,            context<TAB>msgid<TAB>译文

with \\n for a line break and \\t for a tab. A plural takes one Chinese form. Placeholders (%(name)s, {name})
and tags (<b>) stay as they are. `fill` ends with what it could not place.

Simplified Chinese is written by people; Traditional Chinese is made of it, character by character, and never
edited; English is the message itself. Entries are sorted and carry no places, so that two people's changes
merge; a lock lets several people run this at once. Entries that the code no longer has are dropped.
"""

from __future__ import annotations

import fcntl
import io
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import opencc
import polib

ROOT = Path(__file__).resolve().parent.parent
APPS = ("common", "governance", "catalog", "projects", "reviews", "budgets", "delivery", "insight", "config")
WRITTEN, MADE, ENGLISH = "zh_Hans", "zh_Hant", "en"
PLURALS = {
    WRITTEN: "nplurals=1; plural=0;",
    MADE: "nplurals=1; plural=0;",
    ENGLISH: "nplurals=2; plural=(n != 1);",
}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?\w+[^>]*>")


class Message(NamedTuple):
    """What identifies an entry."""

    context: str
    text: str
    plural: str = ""


Key = tuple[str, str]
Catalogue = dict[Key, polib.POEntry]


def main(arguments: list[str]) -> int:
    commands: dict[str, Callable[[], int]] = {
        "extract": extract,
        "todo": todo,
        "check": check,
        "compile": compile_all,
    }
    match arguments:
        case ["fill", name]:
            return fill(Path(name))
        case [name] if name in commands:
            return commands[name]()
    print(__doc__)
    return 1


def extract() -> int:
    with locked():
        store(merged(messages(), load(WRITTEN)))
    print(f"{len(missing())} without Chinese: tools/messages.py todo")
    return 0


def todo() -> int:
    for entry in missing():
        print("\t".join([*([entry.msgctxt] if entry.msgctxt else []), escaped(entry.msgid), ""]))
    return 0


def fill(file: Path) -> int:
    """Set the Chinese of entries; unknown messages are printed and change nothing."""
    unknown = []
    with locked():
        catalogue = load(WRITTEN)
        for line in file.read_text(encoding="utf-8").splitlines():
            key, translation = parsed(line)
            if translation and key in catalogue:
                put(catalogue[key], translation)
            elif translation:
                unknown.append(line)
        store(catalogue)
    for line in unknown:
        print(f"not in the code (run extract first?): {line}")
    return int(bool(unknown))


def parsed(line: str) -> tuple[Key, str]:
    """Key and translation of a line; no translation when the line has none."""
    match [unescaped(part) for part in line.split("\t")]:
        case [text, translation]:
            return ("", text), translation
        case [context, text, translation]:
            return (context, text), translation
    return ("", line), ""


def check() -> int:
    """Everything that would show a person the wrong words."""
    found, written = messages(), load(WRITTEN)
    problems = [f"not extracted: {m.text!r}" for m in found.values() if (m.context, m.text) not in written]
    problems += [f"no longer in the code: {key[1]!r}" for key in written if key not in found]
    for entry in written.values():
        problems += [f"{problem}: {entry.msgid!r}" for problem in faults(entry)]
    made = load(MADE)
    if {k: texts(e) for k, e in made.items()} != {k: [traditional(t) for t in texts(e)] for k, e in written.items()}:
        problems.append("Traditional Chinese is not made of the Simplified one: run extract")
    for problem in problems:
        print(problem)
    return int(bool(problems))


def compile_all() -> int:
    for language in PLURALS:
        if path_of(language).exists():
            part = path_of(language).with_suffix(f".{os.getpid()}")
            polib.pofile(str(path_of(language))).save_as_mofile(str(part))
            part.replace(path_of(language).with_suffix(".mo"))
    return 0


# --- what the code says -------------------------------------------------------------------


def messages() -> dict[Key, Message]:
    """Every message of code and templates. A file that cannot be read stops it: nothing is lost by mistake."""
    # babel is in the developers' lock only; compile, which set-up calls, does without it
    from babel.messages.extract import extract as read  # noqa: PLC0415

    found: dict[Key, Message] = {}
    for path in sources():
        for _line, text, _comments, context in read("python", io.BytesIO(code_of(path).encode()), KEYWORDS):
            singular, *plural = (text,) if isinstance(text, str) else text
            if singular:
                message = Message(context or "", singular, plural[0] if plural else "")
                key = (message.context, message.text)
                found[key] = message if message.plural else found.get(key, message)
    return found


def sources() -> Iterator[Path]:
    for app in APPS:
        yield from sorted((ROOT / app).rglob("*.py"))
    yield from sorted(p for p in (ROOT / "templates").rglob("*") if p.suffix in {".html", ".txt"})


def code_of(path: Path) -> str:
    """Python as it is; a template as the Python that calls its messages."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    from django.conf import settings  # noqa: PLC0415  compile does without Django
    from django.utils.translation.template import templatize  # noqa: PLC0415

    if not settings.configured:
        settings.configure()
    return templatize(text, origin=str(path.relative_to(ROOT)))


# --- the catalogues -----------------------------------------------------------------------


@contextmanager
def locked() -> Iterator[None]:
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "messages.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def path_of(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def load(language: str) -> Catalogue:
    path = path_of(language)
    entries = polib.pofile(str(path)) if path.exists() else []
    return {(e.msgctxt or "", e.msgid): e for e in entries if not e.obsolete}


def merged(found: dict[Key, Message], known: Catalogue) -> Catalogue:
    """Entries for all messages, with the translations that are known."""
    catalogue = {}
    for key, message in found.items():
        entry = new_entry(message)
        if key in known and any(old := texts(known[key])):
            put(entry, old[0])
        catalogue[key] = entry
    return catalogue


def new_entry(message: Message) -> polib.POEntry:
    flags = [name for name, sign in (("python-format", "%("), ("python-brace-format", "{")) if sign in message.text]
    entry = polib.POEntry(msgid=message.text, msgctxt=message.context or None, flags=flags)
    if message.plural:
        entry.msgid_plural, entry.msgstr_plural = message.plural, {0: ""}
    return entry


def put(entry: polib.POEntry, translation: str) -> None:
    if entry.msgid_plural:
        entry.msgstr_plural = {0: translation}
    else:
        entry.msgstr = translation


def texts(entry: polib.POEntry) -> list[str]:
    return [entry.msgstr_plural[n] for n in sorted(entry.msgstr_plural)] if entry.msgid_plural else [entry.msgstr]


def store(catalogue: Catalogue) -> None:
    """Write the Simplified catalogue as it is, and make the other two of it."""
    save(WRITTEN, [copy_of(e, texts(e)) for e in catalogue.values()])
    save(MADE, [copy_of(e, [traditional(t) for t in texts(e)]) for e in catalogue.values()])
    save(ENGLISH, [copy_of(e, [e.msgid, e.msgid_plural] if e.msgid_plural else [e.msgid]) for e in catalogue.values()])


def copy_of(entry: polib.POEntry, translations: list[str]) -> polib.POEntry:
    new = new_entry(Message(entry.msgctxt or "", entry.msgid, entry.msgid_plural))
    if entry.msgid_plural:
        new.msgstr_plural = dict(enumerate(translations))
    else:
        new.msgstr = translations[0]
    return new


def save(language: str, entries: list[polib.POEntry]) -> None:
    book = polib.POFile(wrapwidth=110)
    book.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": language,
        "Plural-Forms": PLURALS[language],
    }
    book.extend(sorted(entries, key=lambda e: (e.msgid, e.msgctxt or "")))
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    book.save(str(part))
    part.replace(path)


def traditional(text: str, converter: opencc.OpenCC = opencc.OpenCC("s2tw")) -> str:  # noqa: B008  loads its tables once
    """Characters only, in their usual forms: 網絡, 數據, 信息, and 審核 instead of 審覈."""
    return str(converter.convert(text))


# --- what is wrong ------------------------------------------------------------------------


def missing() -> list[polib.POEntry]:
    return sorted((e for e in load(WRITTEN).values() if not all(texts(e))), key=lambda e: e.msgid)


def faults(entry: polib.POEntry) -> Iterator[str]:
    if entry.fuzzy:
        yield "fuzzy"
    if not all(texts(entry)):
        yield "no Chinese"
        return
    forms = [entry.msgid, *([entry.msgid_plural] if entry.msgid_plural else [])]
    allowed = {sign for form in forms for sign in PLACEHOLDER.findall(form)}
    needed = set(PLACEHOLDER.findall(forms[-1]))
    for text in texts(entry):
        signs = set(PLACEHOLDER.findall(text))
        if not needed <= signs <= allowed:
            yield f"placeholders differ ({' '.join(sorted(signs ^ needed))})"


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
