"""Write an archive of many weekly editions, each of the size of a real one, without its pages.

`archive.py DRAFT OUTPUT COUNT`; DRAFT is the folder of a built edition.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.archive.decade import write_decade  # noqa: E402


def main() -> None:
    """Write the archive that the command line asks for."""
    draft, output, count = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    named = (path for path in sorted(draft.rglob("*")) if path.is_file() and path.name[0] != ".")
    files = {path.relative_to(draft).as_posix(): path.read_bytes() for path in named}
    write_decade(output / "archive", count, files, corrected=range(0, count, 40))


main()
