"""Less of an edition: what is left of its facts and sources when parts of it are left out."""

from __future__ import annotations

from dataclasses import replace

from reports.model.citations import citations, fact_spans
from reports.model.edition import Edition


def pruned(edition: Edition) -> Edition:
    """Return an edition with the facts that it still prints and their sources, numbered anew.

    The order is that of a whole edition: as the page cites them, then those that only data tables
    name, then those of facts.
    """
    parts = tuple(
        getattr(edition, name)
        for name in ("headline", "standfirst", "key_figures", "lead", "changes", "sections")
    )
    printed = {span.key for span in fact_spans((edition.masthead, edition.notes, *parts))}
    facts = tuple(fact for fact in edition.facts if fact.key in printed)
    cited = dict.fromkeys(citations(parts, printed=True))
    cited.update(dict.fromkeys(citations(parts, printed=False)))
    for fact in facts:
        cited.update(dict.fromkeys(fact.sources))
    known = {source.id: source for source in edition.sources}
    sources = tuple(replace(known[name], number=n) for n, name in enumerate(cited, 1))
    return replace(edition, facts=facts, sources=sources)
