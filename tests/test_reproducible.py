"""The same dataset, day and version give the same bytes, whatever else is different."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import LONDON, ROOT, Build, Said, run_reports

pytestmark = pytest.mark.slow


def files(output: Path) -> dict[str, bytes]:
    """Return the files of a build by name, without the record that names its inputs."""
    folder = output / "draft" / LONDON
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name[0] != "."}


def test_one_process_makes_the_bytes_of_three(
    london: Build, reports: Callable[..., Said], tmp_path: Path
) -> None:
    assert reports("build", "--as-of", LONDON, "--output", tmp_path).status == 0
    assert files(tmp_path) == files(london.folder.parents[1])


def test_charts_that_were_kept_make_the_same_bytes(
    london: Build, reports: Callable[..., Said], tmp_path: Path
) -> None:
    kept = shutil.copytree(london.folder.parents[1] / ".cache", tmp_path / ".cache")
    before = sorted(path for path in kept.rglob("*"))
    assert reports("build", "--as-of", LONDON, "--output", tmp_path).status == 0
    assert files(tmp_path) == files(london.folder.parents[1])
    assert sorted(path for path in kept.rglob("*")) == before  # Nothing was drawn.


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Auckland", "LANG": "C"},
        {"PYTHONHASHSEED": "2", "TZ": "America/Los_Angeles", "LANG": "de_DE.UTF-8"},
        {"PYTHONHASHSEED": "3", "SOURCE_DATE_EPOCH": "1", "PYTHONOPTIMIZE": "1"},
        {"PYTHONHASHSEED": "4", "MPLCONFIGDIR": "{tmp}/mpl", "XDG_CACHE_HOME": "{tmp}/cache"},
    ],
    ids=lambda environment: " ".join(environment),
)
def test_processes_with_other_surroundings_make_the_same_bytes(
    london: Build, tmp_path: Path, environment: dict[str, str]
) -> None:
    filled = {name: value.format(tmp=tmp_path) for name, value in environment.items()}
    said = run_reports("build", "--as-of", LONDON, "--output", tmp_path, environment=filled)
    assert said.status == 0, said.err
    assert files(tmp_path) == files(london.folder.parents[1])


def test_another_folder_makes_the_same_bytes(london: Build, tmp_path: Path) -> None:
    project = tmp_path / "another place" / "checkout"
    for name in ("reports", "templates", "data"):
        shutil.copytree(ROOT / name, project / name)
    subprocess.run(
        [sys.executable, "-m", "reports", "build", "--as-of", LONDON],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(project)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert files(project / "output") == files(london.folder.parents[1])


def test_the_wheel_brings_all_it_needs_and_makes_the_same_bytes(
    london: Build, tmp_path: Path
) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    installed, project = tmp_path / "installed", tmp_path / "project"
    zipfile.ZipFile(wheel).extractall(installed)
    project.mkdir()
    code = "import sys; sys.path.insert(0, sys.argv.pop(1)); from reports.cli import main; main()"
    subprocess.run(
        [sys.executable, "-P", "-c", code, str(installed), "build", "--as-of", LONDON],
        cwd=project,
        check=True,
        capture_output=True,
    )
    assert files(project / "output") == files(london.folder.parents[1])


def test_an_edition_does_not_depend_on_those_built_before_it(london: Build, tmp_path: Path) -> None:
    code = (
        "import sys\nfrom datetime import date\nfrom pathlib import Path\n"
        "from reports.pipeline import BuildRequest, build\n"
        "for day in sys.argv[3:]:\n"
        "    data, output = Path(sys.argv[1]), Path(sys.argv[2])\n"
        "    build(BuildRequest(data, output, date.fromisoformat(day), processes=False))\n"
    )
    days = ("2025-10-13", "2025-02-10", LONDON)
    command = [sys.executable, "-c", code, str(ROOT / "data"), str(tmp_path), *days]
    subprocess.run(command, check=True, cwd=ROOT)
    assert files(tmp_path) == files(london.folder.parents[1])
