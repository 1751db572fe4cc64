"""Files inside the PDF, associated with it as PDF/A-3 asks.

WeasyPrint can attach files, but lists each twice in /AF, tells their relationships apart by their
bytes, and guesses their media types from their names. They are written here instead.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from reports.model import Attachment


def embed(pdf: Any, attachments: Sequence[Attachment]) -> None:
    """Add files to a PDF that is about to be written; their dates are those of the PDF itself."""
    import pydyf

    if not attachments:
        return
    names, associated = pydyf.Array(), pydyf.Array()
    for attachment in sorted(attachments, key=lambda file: file.name):  # A name tree is sorted.
        specification = _specification(pdf, attachment)
        names.extend((specification["F"], specification.reference))
        associated.append(specification.reference)
    tree = pydyf.Dictionary({"Names": names})
    pdf.add_object(tree)
    pdf.catalog.setdefault("Names", pydyf.Dictionary())["EmbeddedFiles"] = tree.reference
    pdf.catalog["AF"] = associated


def _specification(pdf: Any, attachment: Attachment) -> Any:
    import pydyf

    name = attachment.name.encode("ascii")
    checksum = hashlib.md5(attachment.content, usedforsecurity=False).hexdigest()
    parameters = pydyf.Dictionary(
        {
            "Size": len(attachment.content),
            "CheckSum": f"<{checksum}>",
            "CreationDate": pdf.info["CreationDate"],
            "ModDate": pdf.info["ModDate"],
        }
    )
    subtype = "/" + attachment.media_type.replace("/", "#2f")
    about = {"Type": "/EmbeddedFile", "Subtype": subtype, "Params": parameters}
    stream = pydyf.Stream([attachment.content], about, compress=True)
    pdf.add_object(stream)
    specification = pydyf.Dictionary(
        {
            "Type": "/Filespec",
            "F": pydyf.String(name),
            "UF": pydyf.String(attachment.name),
            "EF": pydyf.Dictionary({"F": stream.reference, "UF": stream.reference}),
            "Desc": pydyf.String(attachment.description),
            "AFRelationship": f"/{attachment.relationship}",
        }
    )
    pdf.add_object(specification)
    return specification
