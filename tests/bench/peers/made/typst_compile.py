"""Set a briefing whose charts are drawn: `typst_compile.py FOLDER FONTS PDF`.

PDF/A-3a and PDF/UA-1 are asked for, as ours claims both.
"""

import sys
from pathlib import Path

import typst


def compile_pdf(folder: Path, fonts: Path, pdf: Path) -> None:
    """Compile a folder that holds `briefing.typ`, `content.json` and the charts."""
    typst.compile(
        folder / "briefing.typ",
        output=pdf,
        font_paths=[fonts],
        ignore_system_fonts=True,
        pdf_standards=["a-3a", "ua-1"],
    )


if __name__ == "__main__":
    compile_pdf(*map(Path, sys.argv[1:4]))
