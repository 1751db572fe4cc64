"""Send a message many times with smtplib alone, for the benchmark.

`plain_smtp.py FILE PORT COUNT`
"""

import smtplib
import sys
from pathlib import Path


def main() -> None:
    """Send the message of a file over one connection."""
    name, port, count = sys.argv[1:]
    content = Path(name).read_bytes()
    with smtplib.SMTP("127.0.0.1", int(port), "bench.example.org") as server:
        for number in range(int(count)):
            server.sendmail("briefing@example.org", [f"reader{number}@example.org"], content)


main()
