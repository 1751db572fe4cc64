"""Our builds, and what a user would pick instead: each as the commands that make it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from reports.rendering.fonts import fonts_dir
from tests.bench.peers.getting import Tools
from tests.bench.peers.measuring import Command
from tests.bench.peers.preparing import Prepared

HERE = Path(__file__).resolve().parent
MADE = HERE / "made"
OUR_BIN = Path(sys.executable).parent
Chain = tuple[Command, ...]


@dataclass(frozen=True)
class Subject:
    """Something that is measured: a chain of commands that makes files in a fresh folder."""

    name: str
    chain: Callable[[Path], Chain]
    html: str = ""
    """The name of the page that it makes, if it makes one."""
    pdf: str = ""
    html_without: tuple[str, ...] = ()
    """Parts of the content that the page shows otherwise."""
    pdf_without: tuple[str, ...] = ()
    before: Callable[[Path], Chain] = lambda _folder: ()
    """What is made in the folder first, and not measured."""


@dataclass(frozen=True)
class Peer:
    """A subject, what of ours it is held against, and what it needs."""

    subject: Subject
    against: str
    """A key of `ours`."""
    needs: tuple[str, ...] = ()
    """Keys of `Tools.missing`."""
    lacks: str = ""
    reach: str = ""
    """How many times our time it should take at least."""


def ours(prepared: Prepared) -> dict[str, Subject]:
    """Return what peers are held against: the full build, the PDF alone, the PDF step alone."""
    day = prepared.content.day

    def build(form: str, folder: Path) -> Chain:
        options = ("--as-of", day.isoformat(), "--output", folder, "--format", form)
        return ((OUR_BIN / "reports", "build", *options),)

    def step(folder: Path) -> Chain:
        return (
            (sys.executable, "-m", f"{__package__}.pdf_step", prepared.job, folder / "step.pdf"),
        )

    html, pdf = (f"draft/{day}/{_file(day)}.{form}" for form in ("html", "pdf"))
    return {
        "build": Subject(
            "`reports build`", partial(build, "html,pdf"), html, pdf, html_without=("annex",)
        ),
        "pdf": Subject("`reports build --format pdf`", partial(build, "pdf"), pdf=pdf),
        "step": Subject("our PDF step, charts drawn", step, pdf="step.pdf"),
    }


def _file(day: date) -> str:
    return f"us-china-trade-briefing-{day}"


def peers(prepared: Prepared, tools: Tools) -> Iterator[Peer]:
    """Yield every peer, those that cannot be had too."""
    yield Peer(
        Subject(
            "papermill + nbconvert, HTML and webpdf",
            partial(_notebook, prepared, tools),
            "briefing.html",
            "briefing.pdf",
        ),
        "build",
        ("papermill", "chromium"),
        "running heads and page numbers, data in the PDF",
        "2.5",
    )
    for engine, needs in (("WeasyPrint", ()), ("Chromium", ("chromium",))):
        yield Peer(
            Subject(
                f"R Markdown HTML + {engine} PDF",
                partial(_r_markdown, prepared, tools, engine),
                "briefing.html",
                "briefing.pdf",
            ),
            "build",
            ("r", *needs),
            "running heads and page numbers, data in the PDF",
            "1.5",
        )
    yield Peer(
        Subject(
            "Quarto, HTML and Typst PDF",
            partial(_quarto, prepared, tools),
            "briefing.html",
            "briefing.pdf",
        ),
        "build",
        ("quarto", "papermill"),
    )
    yield Peer(
        Subject(
            "Typst and matplotlib, PDF alone", partial(_typst, prepared, tools), pdf="briefing.pdf"
        ),
        "pdf",
        ("typst",),
        "a web page, data in the PDF",
    )
    yield Peer(
        Subject(
            "ReportLab and matplotlib, PDF alone",
            partial(_reportlab, prepared, tools),
            pdf="briefing.pdf",
        ),
        "pdf",
        ("reportlab",),
        "a web page, data in the PDF",
    )
    yield Peer(
        Subject(
            "Typst's compile, charts drawn",
            partial(_typst_step, tools),
            pdf="step.pdf",
            before=partial(_typst, prepared, tools),
        ),
        "step",
        ("typst",),
        "data in the PDF",
    )
    yield Peer(
        Subject(
            "Chromium's print to PDF of our HTML",
            partial(_print_ours, prepared, tools),
            pdf="printed.pdf",
            pdf_without=("annex",),
            before=ours(prepared)["build"].chain,
        ),
        "step",
        ("chromium",),
        "running heads and page numbers, the annex, data in the PDF",
    )


def environment(tools: Tools) -> dict[str, str]:
    """Return the environment of the peers, whose programs come first; bytecode is kept."""
    kept = {name: value for name, value in os.environ.items() if "BYTECODE" not in name}
    return kept | {
        "PATH": f"{tools.bin.resolve()}:{os.environ['PATH']}",
        "PYTHONPATH": str(HERE.parents[2]),
        "PEERS_CHROMIUM": tools.chromium,
    }


def _notebook(prepared: Prepared, tools: Tools, folder: Path) -> Chain:
    notebook = folder / "briefing.ipynb"
    convert = (tools.bin / "jupyter", "nbconvert", "--no-input", notebook)
    browser = ("--disable-chromium-sandbox", "--config", MADE / "webpdf_config.py")
    return (
        (
            *(tools.bin / "papermill", "--no-progress-bar"),
            *("-p", "content", prepared.dialect("markdown"), "-p", "modules", MADE),
            *(MADE / "briefing.ipynb", notebook),
        ),
        (*convert, "--to", "html"),
        (*convert, "--to", "webpdf", *browser),
    )


def _r_markdown(prepared: Prepared, tools: Tools, engine: str, folder: Path) -> Chain:
    page, pdf = folder / "briefing.html", folder / "briefing.pdf"
    # Its working files go beside the output, since other runs use the same source.
    content, charts = prepared.dialect("markdown"), MADE / "charts.R"
    render = (
        f"rmarkdown::render('{MADE / 'briefing.Rmd'}', output_file = '{page}', quiet = TRUE, "
        f"intermediates_dir = '{folder}', "
        f"params = list(content = '{content}', charts = '{charts}'))"
    )
    weasyprint: Command = (OUR_BIN / "weasyprint", "--quiet", page, pdf)
    last = weasyprint if engine == "WeasyPrint" else _chromium(tools, page, pdf)
    return (("Rscript", "-e", render), last)


def _chromium(tools: Tools, page: Path, pdf: Path) -> Command:
    quiet = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer")
    return (tools.chromium, *quiet, f"--print-to-pdf={pdf}", page.as_uri())


def _quarto(prepared: Prepared, tools: Tools, folder: Path) -> Chain:
    notebook = folder / "briefing.ipynb"
    render = ("quarto", "render", notebook, "--no-execute")
    return (
        _notebook(prepared, tools, folder)[0],
        (*render, "--to", "html", "-M", "embed-resources:true", "-M", "echo:false"),
        (*render, "--to", "typst", "-M", "echo:false"),
    )


def _typst(prepared: Prepared, tools: Tools, folder: Path) -> Chain:
    inputs = (prepared.dialect("typst"), fonts_dir())
    return ((tools.bin / "python", MADE / "typst_build.py", *inputs, folder / "briefing.pdf"),)


def _typst_step(tools: Tools, folder: Path) -> Chain:
    inputs = (folder / "briefing.typst", fonts_dir())
    return ((tools.bin / "python", MADE / "typst_compile.py", *inputs, folder / "step.pdf"),)


def _reportlab(prepared: Prepared, tools: Tools, folder: Path) -> Chain:
    inputs = (prepared.dialect("reportlab"), fonts_dir())
    return ((tools.bin / "python", MADE / "reportlab_build.py", *inputs, folder / "briefing.pdf"),)


def _print_ours(prepared: Prepared, tools: Tools, folder: Path) -> Chain:
    page = folder / ours(prepared)["build"].html
    return (_chromium(tools, page, folder / "printed.pdf"),)
