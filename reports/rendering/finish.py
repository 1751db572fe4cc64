"""What WeasyPrint leaves undone for a PDF that is PDF/A-3a and PDF/UA-1 at once.

WeasyPrint offers one claim for a file. The second one is added to the metadata, with the schema
that PDF/A asks for. Then, before the file is written, running heads and feet become artifacts (they
are tagged outside of the tree otherwise), and text in a Chinese face is told to be Chinese (`lang`
on part of a line is lost otherwise). Files that ride inside are added last. Each object is put into
bytes once: by itself it would be for its place in the file, and again for the file's identifier.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reports.model import Attachment
from reports.rendering.embed import embed

VARIANT = "pdf/a-3a"
_CHINESE_FAMILIES = ("Noto Sans SC", "Noto Serif SC")
_UA_CLAIM = """\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">\
<pdfuaid:part>1</pdfuaid:part></rdf:Description>\
<rdf:Description rdf:about=""\
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"\
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"\
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property>\
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""


def write(document: Any, attachments: Sequence[Attachment] = ()) -> bytes:
    """Write a laid out document as a PDF with both claims, and files inside it."""
    plain = document.metadata.generate_rdf_metadata

    def with_claim(*args: Any) -> bytes:
        written: bytes = plain(*args)
        return written.replace(b"</rdf:RDF>", _UA_CLAIM.encode() + b"</rdf:RDF>")

    def finish(document: Any, pdf: Any) -> None:
        _finish(document, pdf)
        embed(pdf, attachments)
        _in_bytes(pdf)

    document.metadata.generate_rdf_metadata = with_claim
    try:
        data: bytes = document.write_pdf(pdf_variant=VARIANT, finisher=finish)
    finally:
        del document.metadata.generate_rdf_metadata  # A document may be written again.
    return data


def _finish(document: Any, pdf: Any) -> None:
    chinese = {
        font.hash.encode() for font in document.fonts.values() if font.family in _CHINESE_FAMILIES
    }
    objects = {item.reference: item for item in pdf.objects}
    elements = {(page, mark): element for element, page, mark in _tree_leaves(pdf.catalog, objects)}
    for page in pdf.page_references:
        stream = objects[objects[page]["Contents"]].stream
        for at, mark, font in _marks(stream):
            element = elements.get((page, mark))
            if element is None:
                stream[at - 2 : at + 1] = [b"", b"/Artifact", b"BMC"]
            elif font in chinese:
                element["Lang"] = b"(zh-Hans)"


def _tree_leaves(catalog: Any, objects: Any) -> Iterator[tuple[Any, bytes, int]]:
    """Yield every element of the structure tree that holds content, with its page and mark."""
    waiting = [objects[catalog["StructTreeRoot"]]]
    while waiting:
        element = waiting.pop()
        for kid in element["K"]:
            if isinstance(kid, int):
                yield element, element["Pg"], kid
            elif "K" in (child := objects[kid]):
                waiting.append(child)


def _marks(stream: list[Any]) -> Iterator[tuple[int, int, bytes]]:
    """Yield where marked content begins, its mark, and the font of its first text."""
    font, begun = b"", None
    for at, token in enumerate(stream):
        if token == b"BDC":
            begun = at
        elif isinstance(token, bytes) and token.endswith(b" Tf"):
            font = token[1:].partition(b" ")[0]
        elif token == b"EMC" and begun is not None:
            yield begun, stream[begun - 1]["MCID"], font
            begun = None


def _in_bytes(pdf: Any) -> None:
    """Have no object of a PDF put into bytes, and compressed, a second time."""
    import pydyf

    class Written(pydyf.Object):  # type: ignore[misc]
        data = b""
        compressible = False

    for number, item in enumerate(pdf.objects):
        if item.free == "f":  # The head of the list of free objects has no bytes.
            continue
        written = Written()
        written.number, written.generation = item.number, item.generation
        written.data, written.compressible = item.data, item.compressible
        pdf.objects[number] = written
