"""facts.json: valid by its schema, the same every time, and honest about what it counts."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files

from jsonschema import Draft202012Validator

from reports.model import fact_spans
from reports.rendering.ledger import SCHEMA, counted, facts_file
from tests.rendering.example_edition import example_edition

EDITION = example_edition()


def schema() -> Draft202012Validator:
    """Return the validator of the schema that the package carries."""
    kept = json.loads((files("reports") / "schemas" / "facts-1.json").read_text("utf-8"))
    Draft202012Validator.check_schema(kept)
    assert kept["$id"] == kept["properties"]["schema"]["const"] == SCHEMA
    return Draft202012Validator(kept)


def test_the_file_follows_its_schema() -> None:
    assert list(schema().iter_errors(json.loads(facts_file(EDITION)))) == []
    faulty = json.loads(facts_file(EDITION))
    del faulty["facts"][0]["formula"]
    faulty["facts"][1]["value"] = 5864.6
    assert len(list(schema().iter_errors(faulty))) == 2


def test_the_file_is_the_same_every_time_and_has_a_line_for_each_fact() -> None:
    written = facts_file(EDITION)
    assert written == facts_file(example_edition.__wrapped__())
    lines = written.decode().splitlines()
    assert sum(line.startswith('{"expression"') for line in lines) == len(EDITION.facts)


def test_a_fact_is_told_with_all_that_it_rests_on() -> None:
    told = json.loads(facts_file(EDITION))
    fact = next(item for item in told["facts"] if item["key"] == "exports.on-month")
    assert fact["value"] == "22.567"
    assert fact["printed"] == ["23%"]
    assert [item["key"] for item in fact["inputs"]] == ["exports.may", "exports.april"]
    assert fact["rows"] == [
        {"table": "observations", "key": "exports May 2025", "vintage": "2025-06-09"}
    ]
    (source,) = [entry for entry in told["sources"] if entry["id"] == fact["sources"][0]]
    assert source["number"] == 4
    assert source["date"] == "2025-06-09"


def test_it_counts_every_number_and_sees_a_naked_one() -> None:
    count = counted(EDITION)
    assert count["naked"] == 0
    assert count["share"] == 1
    assert count["printed"] == sum(
        count[name] for name in ("facts", "dates", "names", "numbering", "naked")
    )
    assert count["facts"] >= len({span.text for span in fact_spans(EDITION.lead)})
    spoilt = counted(replace(EDITION, headline=("Exports rise by 17 and by nine",)))
    assert spoilt["naked"] == 2
    assert spoilt["share"] < 1
