"""Draw charts with matplotlib, set the rest with Typst: `typst_build.py CONTENT FONTS PDF`."""

import json
import shutil
import sys
from pathlib import Path

from charts import draw
from typst_compile import compile_pdf

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Make the PDF named on the command line, and what it is made from in a folder beside it."""
    content, fonts, pdf = map(Path, sys.argv[1:4])
    folder = pdf.with_suffix(".typst")
    folder.mkdir()
    shutil.copy(content, folder / "content.json")
    shutil.copy(HERE / "briefing.typ", folder)
    for part in json.loads(content.read_text("utf-8"))["parts"]:
        for block in part["blocks"]:
            if block["kind"] == "figure":
                draw(block["chart"]).savefig(folder / f"{block['key']}.svg")
    compile_pdf(folder, fonts, pdf)


if __name__ == "__main__":
    main()
