"""Cut the fonts of the briefing from the variable fonts of their packages.

Run by hand when a face or a character is missing; a build only reads what this wrote. README.md
beside it says how. Needs fontTools and brotli:

    python templates/fonts/cut.py FOLDER

FOLDER holds the four unpacked packages named in README.md. The same packages give the same bytes.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.merge import Merger
from fontTools.merge import Options as MergeOptions
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

HERE = Path(__file__).parent
FEATURES = ["kern", "mark", "mkmk", "liga", "tnum", "ccmp", "locl", "rvrn"]
EXTENDED = range(0x100, 0x180)
"""Latin Extended-A, for names such as Šefčovič."""
TYPOGRAPHIC = "\u00a0–—‘’“”…−×÷·•%§°½"
LETTERS = "".join(map(chr, range(0x20, 0x7F)))
ACCENTED = "".join(map(chr, (*range(0xC0, 0xD7), *range(0xD8, 0xF7), *range(0xF8, 0x100))))
SCREEN = LETTERS + TYPOGRAPHIC + "£€" + ACCENTED + "ĆćČčĐđĞğŁłŃńŐőŚśŞşŠšŻżŽž"
FIGURES = LETTERS + TYPOGRAPHIC + "£€"
# The epoch of OpenType is 1904; a fixed day keeps the bytes the same.
STAMP = 3_800_000_000


@dataclass(frozen=True)
class Cut:
    """One face: the file it becomes, the package it comes from, its place on the axes."""

    stem: str
    family: str
    weight: int
    package: str
    axes: dict[str, float]
    italic: bool = False
    print_file: bool = True
    screen: str = ""
    """The characters of the WOFF2 file; empty where the face is not used on screen."""


NEWSREADER, ARCHIVO = "newsreader", "archivo"
CUTS = (
    Cut("NewsreaderDisplay-560", "Newsreader Display", 560, NEWSREADER,
        {"opsz": 60, "wght": 560}, screen=SCREEN),
    Cut("NewsreaderFigures-480", "Newsreader Figures", 480, NEWSREADER,
        {"opsz": 40, "wght": 480}, screen=FIGURES),
    Cut("NewsreaderText-400", "Newsreader Text", 400, NEWSREADER, {"opsz": 11, "wght": 400}),
    Cut("NewsreaderText-600", "Newsreader Text", 600, NEWSREADER, {"opsz": 11, "wght": 600}),
    Cut("NewsreaderText-400i", "Newsreader Text", 400, NEWSREADER, {"opsz": 11, "wght": 400},
        italic=True),
    Cut("NewsreaderTextScreen-400", "Newsreader Text Screen", 400, NEWSREADER,
        {"opsz": 16, "wght": 400}, print_file=False, screen=SCREEN),
    Cut("NewsreaderTextScreen-600", "Newsreader Text Screen", 600, NEWSREADER,
        {"opsz": 16, "wght": 600}, print_file=False, screen=SCREEN),
    *(Cut(f"Archivo-{weight}", "Archivo", weight, ARCHIVO, {"wdth": 100, "wght": weight},
          screen=SCREEN) for weight in (400, 500, 600)),
    *(Cut(f"ArchivoSemiCondensed-{weight}", "Archivo SemiCondensed", weight, ARCHIVO,
          {"wdth": 86, "wght": weight}, screen=SCREEN) for weight in (400, 500, 600)),
)  # fmt: skip
HAN = (
    ("NotoSerifSC-600", "Noto Serif SC", 600, "noto-serif-sc"),
    ("NotoSansSC-500", "Noto Sans SC", 500, "noto-sans-sc"),
)


def main(packages: Path) -> None:
    """Write every TrueType and WOFF2 file and the table of advance widths beside this script."""
    for cut in CUTS:
        font = _static(cut, packages)
        if cut.print_file:
            _save(font, HERE / f"{cut.stem}.ttf")
            _write_metrics(font, cut)
        if cut.screen:
            _save(_subset(font, [ord(char) for char in cut.screen]), HERE / f"{cut.stem}.woff2")
    han = []
    common = set((HERE / "han-common.txt").read_text(encoding="utf-8")) - {"\n"}
    screen = set((HERE / "han-screen.txt").read_text(encoding="utf-8")) - {"\n"}
    for stem, family, weight, package in HAN:
        font = _han(packages / package, package, weight, common | screen)
        _name(font, family, weight, italic=False)
        _save(font, HERE / f"{stem}.ttf")
        han.append(Cut(stem, family, weight, package, {}, screen="".join(sorted(screen))))
        _write_metrics(font, han[-1])
        _save(_subset(font, sorted(map(ord, screen | {" "}))), HERE / f"{stem}.woff2")
    _write_manifest((*CUTS, *han))


def _static(cut: Cut, packages: Path) -> TTFont:
    """Return the Latin face at one place of its axes, with Latin Extended-A merged in."""
    style = "italic" if cut.italic else "normal"
    parts = []
    for part in ("latin", "latin-ext"):
        path = packages / cut.package / "files" / f"{cut.package}-{part}-standard-{style}.woff2"
        font = instantiateVariableFont(TTFont(path, recalcTimestamp=False), cut.axes)
        keep = sorted(font.getBestCmap())
        if part == "latin-ext":
            keep = [code for code in keep if code in EXTENDED]
        parts.append(_subset(font, keep))
    merged = _merge(parts)
    _name(merged, cut.family, cut.weight, cut.italic)
    return merged


def _merge(parts: list[TTFont]) -> TTFont:
    files = []
    for part in parts:
        stream = BytesIO()
        part.save(stream, reorderTables=False)
        stream.seek(0)
        files.append(stream)
    merged: TTFont = Merger(options=MergeOptions(drop_tables=["vhea", "vmtx"])).merge(files)
    return merged


def _subset(font: TTFont, codes: list[int]) -> TTFont:
    """Return a copy with these characters only, without hints, names kept."""
    stream = BytesIO()
    font.flavor = None
    font.save(stream, reorderTables=False)
    stream.seek(0)
    copy = TTFont(stream, recalcTimestamp=False)
    options = Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.drop_tables += ["STAT", "gasp", "prep", "fpgm", "cvt ", "BASE", "vhea", "vmtx"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(copy)
    return copy


def _name(font: TTFont, family: str, weight: int, italic: bool) -> None:
    """Give the face its own family, so that no weight is ever picked by guess."""
    style = ("Italic" if italic else "Regular") if weight == 400 else str(weight)
    postscript = f"{family.replace(' ', '')}-{style}"
    kept = {record.nameID: record.toUnicode() for record in font["name"].names}
    names = {
        0: kept.get(0, ""), 1: family, 2: "Italic" if italic else "Regular", 3: postscript,
        4: f"{family} {style}", 5: "Version 1.0", 6: postscript, 13: kept.get(13, ""),
        14: kept.get(14, ""), 16: family, 17: style,
    }  # fmt: skip
    font["name"].names = []
    for number, text in names.items():
        if text:
            font["name"].setName(text, number, 3, 1, 0x409)
    os2, head = font["OS/2"], font["head"]
    os2.usWeightClass, os2.usWidthClass = weight, 5
    os2.fsSelection = (os2.fsSelection & 0x80) | (0x01 if italic else 0x40)
    head.macStyle = 0x02 if italic else 0
    head.created = head.modified = STAMP
    font.recalcTimestamp = False


def _han(folder: Path, package: str, weight: int, characters: set[str]) -> TTFont:
    """Gather the wanted characters, and the space, from the files a package is split into."""
    glyphs: dict[str, Any] = {}
    advances: dict[str, int] = {}
    cmap: dict[int, str] = {}
    model: TTFont | None = None
    wanted = set(map(ord, characters | {" "}))
    for part in json.loads((folder / "unicode.json").read_text(encoding="utf-8")):
        name = part.strip("[]")
        path = folder / "files" / f"{package}-{name}-{weight}-normal.woff2"
        font = TTFont(path, recalcTimestamp=False)
        model = model or font
        outlines = font.getGlyphSet()
        found = {code: glyph for code, glyph in font.getBestCmap().items() if code in wanted}
        for code, glyph in found.items():
            cmap[code] = f"u{code:04X}"
            glyphs[cmap[code]] = _outline(outlines, glyph)
            advances[cmap[code]] = font["hmtx"][glyph][0]
        wanted -= set(found)
    if wanted or model is None:
        raise SystemExit(f"{package} lacks {''.join(map(chr, sorted(wanted)))}")
    return _build(model, glyphs, advances, cmap)


def _outline(outlines: Any, glyph: str) -> Any:
    recording, pen = DecomposingRecordingPen(outlines), TTGlyphPen(None)
    outlines[glyph].draw(recording)
    recording.replay(pen)
    return pen.glyph()


def _build(
    model: TTFont, glyphs: dict[str, Any], advances: dict[str, int], cmap: dict[int, str]
) -> TTFont:
    """Build a TrueType font from outlines, with the vertical measures of its package."""
    glyphs[".notdef"] = _outline(model.getGlyphSet(), ".notdef")
    advances[".notdef"] = model["hmtx"][".notdef"][0]
    builder = FontBuilder(model["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder([".notdef", *sorted(set(glyphs) - {".notdef"})])
    builder.setupCharacterMap(dict(sorted(cmap.items())))
    builder.setupGlyf(glyphs)
    left = {name: getattr(glyph, "xMin", 0) for name, glyph in builder.font["glyf"].glyphs.items()}
    builder.setupHorizontalMetrics({name: (advances[name], left[name]) for name in advances})
    builder.setupHorizontalHeader(ascent=model["hhea"].ascent, descent=model["hhea"].descent)
    builder.setupOS2(
        sTypoAscender=model["OS/2"].sTypoAscender, sTypoDescender=model["OS/2"].sTypoDescender,
        usWinAscent=model["OS/2"].usWinAscent, usWinDescent=model["OS/2"].usWinDescent,
        achVendID=model["OS/2"].achVendID, fsType=0,
    )  # fmt: skip
    builder.setupPost(keepGlyphNames=False)
    builder.font["name"] = model["name"]
    return builder.font


def _save(font: TTFont, path: Path) -> None:
    font.flavor = "woff2" if path.suffix == ".woff2" else None
    font["post"].formatType = 3.0
    font.save(path, reorderTables=True)
    font.flavor = None


def _write_metrics(font: TTFont, cut: Cut) -> None:
    """Write advance widths and kerning pairs, so that a build measures text without fontTools."""
    cmap, widths = font.getBestCmap(), font["hmtx"]
    beside = "\N{NO-BREAK SPACE}’“”–—"
    letters = {
        chr(code): glyph for code, glyph in cmap.items() if code < 0x7F or chr(code) in beside
    }
    kern = _kerning(font, sorted(set(letters.values())))
    pairs = {
        first + second: kern[letters[first], letters[second]]
        for first, second in product(sorted(letters), repeat=2)
        if kern.get((letters[first], letters[second]))
    }
    metrics = {
        "family": cut.family,
        "weight": cut.weight,
        "units_per_em": font["head"].unitsPerEm,
        "advances": {chr(code): widths[glyph][0] for code, glyph in sorted(cmap.items())},
        "kerning": pairs,
        "ligatures": _ligatures(font, letters),
    }
    path = HERE / "metrics" / f"{cut.stem}.json"
    path.parent.mkdir(exist_ok=True)
    text = json.dumps(metrics, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf-8")


def _ligatures(font: TTFont, letters: dict[str, str]) -> dict[str, int]:
    """Return by how much pairs of letters are broader, or narrower, when they are joined as one.

    Longer ones, such as ffi, come out as the sum of their pairs.
    """
    found: dict[str, int] = {}
    if "GSUB" not in font:
        return found
    table, widths = font["GSUB"].table, font["hmtx"]
    numbers = {
        index
        for record in table.FeatureList.FeatureRecord
        if record.FeatureTag == "liga"
        for index in record.Feature.LookupListIndex
    }
    for number in sorted(numbers):
        for subtable in table.LookupList.Lookup[number].SubTable:
            actual = getattr(subtable, "ExtSubTable", subtable)
            sets = actual.ligatures if actual.LookupType == 4 else {}
            joined = {
                (first, *item.Component): item.LigGlyph
                for first, some in sets.items()
                for item in some
            }
            for first, second in product(letters, repeat=2):
                if whole := joined.get((letters[first], letters[second])):
                    apart = widths[letters[first]][0] + widths[letters[second]][0]
                    found[first + second] = widths[whole][0] - apart
    return found


def _kerning(font: TTFont, glyphs: list[str]) -> dict[tuple[str, str], int]:
    """Return the first pair adjustment the kern lookups hold for each pair of glyphs."""
    pairs: dict[tuple[str, str], int] = {}
    if "GPOS" not in font:
        return pairs
    table = font["GPOS"].table
    numbers = {
        index
        for record in table.FeatureList.FeatureRecord
        if record.FeatureTag == "kern"
        for index in record.Feature.LookupListIndex
    }
    for number in sorted(numbers):
        for subtable in table.LookupList.Lookup[number].SubTable:
            actual = getattr(subtable, "ExtSubTable", subtable)
            if actual.LookupType == 2:
                _read_pairs(actual, glyphs, pairs)
    return pairs


def _read_pairs(subtable: Any, glyphs: list[str], pairs: dict[tuple[str, str], int]) -> None:
    wanted = set(glyphs)
    covered = [glyph for glyph in subtable.Coverage.glyphs if glyph in wanted]
    if subtable.Format == 1:
        sets = dict(zip(subtable.Coverage.glyphs, subtable.PairSet, strict=True))
        for first in covered:
            for record in sets[first].PairValueRecord:
                if record.SecondGlyph in wanted:
                    pairs.setdefault((first, record.SecondGlyph), _advance(record.Value1))
        return
    for first, second in product(covered, glyphs):
        row = subtable.Class1Record[subtable.ClassDef1.classDefs.get(first, 0)]
        cell = row.Class2Record[subtable.ClassDef2.classDefs.get(second, 0)]
        pairs.setdefault((first, second), _advance(cell.Value1))


def _write_manifest(cuts: tuple[Cut, ...]) -> None:
    """List the faces for the build: family, weight as CSS counts (hundreds), style and use."""
    faces = [
        {
            "stem": cut.stem,
            "family": cut.family,
            "weight": round(cut.weight, -2),
            "style": "italic" if cut.italic else "normal",
            "print": cut.print_file,
            "screen": bool(cut.screen),
        }
        for cut in cuts
    ]
    lines = ",\n ".join(json.dumps(face) for face in faces)
    (HERE / "faces.json").write_text(f"[\n {lines}\n]\n", encoding="utf-8")


def _advance(value: Any) -> int:
    return int(getattr(value, "XAdvance", 0) or 0) if value is not None else 0


if __name__ == "__main__":
    main(Path(sys.argv[1]))
