"""Reads what a PDF really draws: glyphs of the page streams, turned into letters by the fonts' own tables."""

from __future__ import annotations

import re
import zlib

OBJECT = re.compile(rb"(?<=\n)(\d+) 0 obj\r?\n?(<<.*?>>|\[.*?\]|[^<\[].*?)\s*(stream\r?\n|endobj)", re.S)
SHOWN = re.compile(rb"/(\S+) [\d.]+ Tf|<([0-9a-fA-F]+)>|\[(.*?)\] ?TJ", re.S)


def objects(pdf: bytes) -> dict[int, tuple[bytes, bytes]]:
    """Number → (dictionary, unpacked stream)."""
    found: dict[int, tuple[bytes, bytes]] = {}
    at = 0
    while match := OBJECT.search(pdf, at):
        number, head, ends = match.groups()
        at, data = match.end(), b""
        if ends.startswith(b"stream"):
            length = int(re.search(rb"/Length (\d+)", head).group(1))
            data, at = pdf[at : at + length], at + length
        found[int(number)] = (head, zlib.decompress(data) if b"/FlateDecode" in head else data)
    for head, data in list(found.values()):
        if b"/ObjStm" in head:
            found |= packed(head, data)
    return found


def packed(head: bytes, data: bytes) -> dict[int, tuple[bytes, bytes]]:
    """The objects inside an object stream."""
    first = int(re.search(rb"/First (\d+)", head).group(1))
    numbers = list(map(int, data[:first].split()))
    starts = list(zip(numbers[::2], numbers[1::2], strict=True))
    ends = [start for _number, start in starts[1:]] + [len(data)]
    return {n: (data[first + start : first + end], b"") for (n, start), end in zip(starts, ends, strict=True)}


def letters(cmap: bytes) -> dict[int, str]:
    """Glyph → letters, as the font's ToUnicode table says."""
    found = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.S):
        for glyph, text in re.findall(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", block):
            found[int(glyph, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    return found


def text_of(pdf: bytes) -> str:
    """All letters of all pages in the order in which they are drawn. A glyph without a letter fails."""
    every = objects(pdf)
    fonts: dict[bytes, dict[int, str]] = {}
    for head, _data in every.values():
        for name, number in re.findall(rb"/(\S+) (\d+) 0 R", head):
            table = re.search(rb"/ToUnicode (\d+) 0 R", every.get(int(number), (b"", b""))[0])
            if table:
                fonts[name] = letters(every[int(table.group(1))][1])
    return "".join(drawn(data, fonts) for head, data in every.values() if b" Tf" in data and b"BT" in data)


def drawn(stream: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    font: dict[int, str] = {}
    found = []
    for name, single, many in SHOWN.findall(stream):
        if name:
            font = fonts.get(name, {})
        for code in [single] if single else re.findall(rb"<([0-9a-fA-F]+)>", many):
            glyphs = [int(code[at : at + 4], 16) for at in range(0, len(code), 4)]
            assert 0 not in glyphs, "a letter that the font does not have"
            found += [font[glyph] for glyph in glyphs]
    return "".join(found)
