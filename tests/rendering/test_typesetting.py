"""Pages are laid out one by one, kept from one time to the next, and numbered as they turn out."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pikepdf
import pytest

from reports.errors import RenderError
from reports.rendering.typesetting import LocalTypesetter
from tests.rendering.example_edition import example_edition

pdfium = pytest.importorskip("pypdfium2")

STYLE = """@page { size: A5; margin: 20mm;
  @bottom-right { content: counter(page) " / " string(pages); font-weight: 400 } }
@font-face { font-family: Archivo; font-weight: 400; src: url(fonts:Archivo-400.ttf) }
html { font: 400 9pt Archivo } p { margin: 0 } .sheet { string-set: pages attr(data-pages) }"""
CHART = '<img alt="a" src="chart:a" style="width:20mm;height:10mm">'


def page(*sheets: str, style: str = STYLE) -> str:
    """Return a page as the template gives it: sheets between form feeds."""
    total = len(sheets)
    divs = (f'\f<div class="sheet" data-pages="{total}">{body}</div>' for body in sheets)
    head = f"<head><title>t</title><style>{style}</style></head>"
    return f'<!doctype html><html lang="en">{head}<body>{"".join(divs)}\f</body></html>'


def chart(width: int) -> dict[str, str]:
    drawn = f'<path d="M0 0h{width}v9"/>'
    return {"a": f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{drawn}</svg>'}


class Watched(LocalTypesetter):
    """Tells which sheets it has laid out."""

    def __init__(self) -> None:
        super().__init__()
        self.laid: list[str] = []

    def _laid_out(self, html: str):  # type: ignore[no-untyped-def]
        self.laid.append(html)
        return super()._laid_out(html)

    def again(self, *sheets: str, style: str = STYLE, width: int = 9) -> bytes:
        """Lay out sheets and write them; forget what was laid out before."""
        self.laid.clear()
        self.lay_out(page(*sheets, style=style))
        return self.write(chart(width), ())


@pytest.fixture
def typesetter() -> Iterator[Watched]:
    with closing(Watched()) as watched:
        yield watched


def fresh(*sheets: str, style: str = STYLE, width: int = 9) -> bytes:
    with closing(Watched()) as watched:
        return watched.again(*sheets, style=style, width=width)


def words(data: bytes) -> list[str]:
    """Return the words of each page, as a reader of PDF finds them."""
    with closing(pdfium.PdfDocument(data)) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def test_a_sheet_that_says_the_same_is_not_laid_out_again(typesetter: Watched) -> None:
    first = typesetter.again("<h1>One</h1>", "<p>Two</p>", f"<p>Three{CHART}</p>")
    assert len(typesetter.laid) == 3
    second = typesetter.again("<h1>One</h1>", "<p>Zwei</p>", f"<p>Three{CHART}</p>")
    assert ["Zwei" in html for html in typesetter.laid] == [True]
    assert second == fresh("<h1>One</h1>", "<p>Zwei</p>", f"<p>Three{CHART}</p>") != first
    assert typesetter.again("<h1>One</h1>", "<p>Two</p>", f"<p>Three{CHART}</p>") == first


@pytest.mark.parametrize(
    ("sheets", "style", "width", "laid"),
    [
        (("<h1>One</h1>", f"<p>Two{CHART}</p>"), STYLE, 9, 0),
        (("<h1>One</h1>", f"<p>Two{CHART}</p>"), STYLE, 4, 0),
        (("<h1>Eins</h1>", f"<p>Two{CHART}</p>"), STYLE, 9, 1),
        (("<h1>One</h1>", f"<p>Two{CHART}</p>"), f"{STYLE} p {{ color: #900 }}", 9, 2),
        (("<h1>One</h1>", f"<p>Two{CHART}</p>", "<p>Three</p>"), STYLE, 9, 3),
        ((f"<p>Two{CHART}</p>", "<h1>One</h1>"), STYLE, 9, 2),
    ],
    ids=["nothing", "a chart", "a word", "the style", "the number of pages", "the order"],
)
def test_whatever_changes_the_file_is_that_of_a_first_time(
    typesetter: Watched, sheets: Sequence[str], style: str, width: int, laid: int
) -> None:
    before = typesetter.again("<h1>One</h1>", f"<p>Two{CHART}</p>")
    after = typesetter.again(*sheets, style=style, width=width)
    assert len(typesetter.laid) == laid
    assert after == fresh(*sheets, style=style, width=width)
    assert (after == before) == (laid == 0 and width == 9)


def test_links_and_bookmarks_lead_from_sheet_to_sheet(typesetter: Watched) -> None:
    data = typesetter.again('<h1>One</h1><p><a href="#b">on</a></p>', '<h2 id="b">Two</h2>')
    with pikepdf.open(io.BytesIO(data)) as pdf:
        (link,) = pdf.pages[0].Annots
        names = pdf.Root.Names.Dests.Names
        assert str(link.Dest) == str(names[0]) == "b"
        assert names[1][0].objgen == pdf.pages[1].objgen
        with pdf.open_outline() as outline:
            assert [(item.title, item.children[0].title) for item in outline.root] == [
                ("One", "Two")
            ]


def test_a_sheet_that_takes_two_pages_moves_the_numbers_behind_it(typesetter: Watched) -> None:
    long = "".join(f"<p>{line}</p>" for line in range(60))
    numbers = [said.split()[-3:] for said in words(typesetter.again("One", long, "Three"))]
    assert numbers == [[str(number), "/", "4"] for number in (1, 2, 3, 4)]
    assert words(typesetter.again("One", "Two", "Three"))[2].endswith("3 / 3")


def test_a_warning_comes_back_as_long_as_its_cause_stands(typesetter: Watched) -> None:
    for _ in range(2):
        with pytest.raises(RenderError, match="Ignored"):
            typesetter.again("One", '<p style="colour:red">Two</p>')
    assert words(typesetter.again("One", "Two"))[1].startswith("Two")


def test_a_warning_of_the_style_comes_back_too(typesetter: Watched) -> None:
    for word in ("One", "Two"):
        with pytest.raises(RenderError, match="Ignored"):
            typesetter.again(word, style=f"{STYLE} p {{ colour: red }}")
    assert words(typesetter.again("Two"))[0].startswith("Two")


def test_it_leaves_nothing_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with closing(Watched()) as watched:
        watched.again("One")
        assert list(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())


def test_nothing_is_written_before_something_is_laid_out(typesetter: Watched) -> None:
    with pytest.raises(ValueError, match="nothing has been laid out"):
        typesetter.write({}, ())


def test_an_edition_is_cut_where_its_plan_says() -> None:
    from reports.rendering.layout import plan_layout
    from reports.rendering.pdf import print_html

    plan = plan_layout(example_edition())
    assert print_html(example_edition(), plan).count("\f") == plan.pages + 1
