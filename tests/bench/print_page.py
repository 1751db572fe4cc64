"""Write the print HTML of an edition with its charts and fonts as files.

`print_page.py DAY FOLDER` writes FOLDER/page.html, which WeasyPrint's own command line renders.
"""

import re
import shutil
import sys
from datetime import date
from pathlib import Path
from urllib.parse import unquote

from reports import drawings
from reports.briefings import build_edition, load_editorial
from reports.dataset import load_dataset
from reports.rendering.fonts import fonts_dir
from reports.rendering.layout import plan_layout
from reports.rendering.pdf import print_html
from reports.resources import data_dir


def main() -> None:
    """Write the page of the day named on the command line."""
    day, folder = date.fromisoformat(sys.argv[1]), Path(sys.argv[2])
    view = load_dataset(data_dir()).as_of(day)
    edition = build_edition(view, load_editorial(data_dir(), day))
    layout = plan_layout(edition)
    page = print_html(edition, layout)
    page = re.sub(r"\bchart:([\w.%-]+)", lambda found: f"{unquote(found[1])}.svg", page)
    page = re.sub(r"\bfonts:([\w-]+\.ttf)", r"\1", page)
    folder.mkdir(parents=True)
    (folder / "page.html").write_text(page, encoding="utf-8")
    for name, svg in drawings.Studio().draw(drawings.for_print(edition, layout)).items():
        (folder / f"{name}.svg").write_bytes(svg)
    for font in fonts_dir().glob("*.ttf"):
        shutil.copy(font, folder)


main()
