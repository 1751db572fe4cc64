"""The peers, installed into a folder of their own; what cannot be had is named with the reason."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

PACKAGES = {
    "papermill": ("papermill==2.7.0", "nbconvert[webpdf]==7.17.2", "ipykernel==7.4.0"),
    "typst": ("typst==0.15.2",),
    "reportlab": ("reportlab==5.1.0", "svglib==2.3.2"),
    "quarto": ("quarto-cli==1.10.19",),  # It fetches the program from elsewhere while it is built.
}
"""What a peer needs from PyPI; all draw their charts with the same matplotlib, but R."""
MATPLOTLIB = "matplotlib==3.11.2"
R_PACKAGES = ("rmarkdown", "ggplot2", "jsonlite")
R_DEBIAN = ("r-base-core", *(f"r-cran-{name}" for name in R_PACKAGES), "pandoc")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Tools:
    """Where the peers are, and why others are not."""

    bin: Path
    """The programs of the peers' own Python environment."""
    chromium: str
    missing: dict[str, str] = field(default_factory=dict)
    """Reasons by peer."""


def get(folder: Path) -> Tools:
    """Install what is not installed yet."""
    venv = folder / "venv"
    if not (venv / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    missing = {}
    for name, packages in PACKAGES.items():
        if name == "quarto" and shutil.which("quarto"):
            continue
        if reason := _install(venv, (MATPLOTLIB, *packages)):
            missing[name] = reason
    if reason := _r_is_missing():
        missing["r"] = reason
    chromium = next(filter(None, map(shutil.which, BROWSERS)), "")
    if not chromium:
        missing["chromium"] = "no Chromium on the path"
    return Tools(venv / "bin", chromium, missing)


def _install(venv: Path, packages: tuple[str, ...]) -> str:
    """Install packages; return why not, or nothing."""
    done = venv / ".installed"
    known = done.read_text("utf-8").splitlines() if done.exists() else []
    if set(packages) <= set(known):
        return ""
    command: list[str | Path] = [
        venv / "bin" / "python",
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
    ]
    said = subprocess.run(
        [*command, "--quiet", *packages], capture_output=True, text=True, check=False
    )
    if said.returncode:
        lines = [line.strip() for line in said.stderr.splitlines() if "ERROR: " in line]
        return f"`pip install {packages[-1]}` failed: {lines[0] if lines else said.returncode}"
    done.write_text("\n".join((*known, *packages)) + "\n", "utf-8")
    return ""


def _r_is_missing() -> str:
    if _r_runs():
        return ""
    root: list[str] = [] if os.geteuid() == 0 else ["sudo", "-n"]
    wanted = f"sudo apt-get install {' '.join(R_DEBIAN)}"
    if not shutil.which("apt-get") or (root and not shutil.which("sudo")):
        return f"no R with {', '.join(R_PACKAGES)} and Pandoc ({wanted})"
    install = [*root, "apt-get", "install", "-y", "-q", "--no-install-recommends", *R_DEBIAN]
    for command in ([*root, "apt-get", "update", "-q"], install):
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return f"`{' '.join(command)}` failed"
    return "" if _r_runs() else f"R is installed, but does not load {', '.join(R_PACKAGES)}"


def _r_runs() -> bool:
    if not shutil.which("Rscript") or not shutil.which("pandoc"):
        return False
    load = "; ".join(f"library({name})" for name in R_PACKAGES)
    done = subprocess.run(["Rscript", "-e", load], capture_output=True, check=False)
    return done.returncode == 0
