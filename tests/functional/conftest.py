"""A build in place of the real one, for what is about the command line alone."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from reports import drafts, pipeline


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that lets the making of the forms end at once, with the warnings given."""

    def install(*warnings: str, pages: bytes = b"page", error: Exception | None = None) -> None:
        def make(request: pipeline.BuildRequest, variant: str) -> pipeline.Made:
            if error:
                raise error
            day = request.as_of or datetime(2025, 12, 31, tzinfo=UTC).date()
            forms = ("edition", "facts", *request.formats)
            built = drafts.Built(
                as_of=day,
                newest_day=day,
                folder=drafts.folder(request.output, day),
                files={form: drafts.file_name(form, day, variant) for form in forms},
                pages=4,
                notes=(),
                warnings=warnings,
                timings={"total": 1.0},
                variant=variant,
            )
            return built, dict.fromkeys(forms, pages)

        def make_variants(
            request: pipeline.BuildRequest, variants: tuple[str, ...], tell: object
        ) -> tuple[pipeline.Made, ...]:
            return tuple(make(request, variant) for variant in variants)

        monkeypatch.setattr(pipeline, "make_variants", make_variants)

    return install
