"""Our PDF step alone, as the process that lays out the PDF does it: `pdf_step.py JOB PDF`.

JOB is a pickle of what that process is handed: the edition, its charts, its layout, attachments.
"""

import pickle
import sys
from pathlib import Path

from reports.rendering.pdf import render_pdf


def main() -> None:
    """Write the PDF named on the command line."""
    job, pdf = map(Path, sys.argv[1:3])
    pdf.write_bytes(render_pdf(*pickle.loads(job.read_bytes())).data)  # noqa: S301 - our own file


if __name__ == "__main__":
    main()
