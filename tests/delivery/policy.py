"""What Postfix asks about each recipient: `grey` is deferred the first two times."""

from __future__ import annotations

import socketserver
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

GREY = 2
"""How often a recipient that is greylisted is deferred."""


class _Handler(socketserver.StreamRequestHandler):
    seen: Counter[str]

    def handle(self) -> None:
        asked: dict[str, str] = {}
        for line in self.rfile:
            name, equals, value = line.decode("utf-8", "replace").strip().partition("=")
            if equals:
                asked[name] = value
                continue
            self.wfile.write(f"action={self.decide(asked.get('recipient', ''))}\n\n".encode())
            asked = {}

    def decide(self, recipient: str) -> str:
        if not recipient.startswith("grey"):
            return "DUNNO"
        self.seen[recipient] += 1
        later = self.seen[recipient] <= GREY
        return "DEFER_IF_PERMIT 4.7.1 greylisted, come again" if later else "DUNNO"


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    block_on_close = False


@contextmanager
def greylisting() -> Iterator[int]:
    """Run the service; yield its port."""
    handler = type("Handler", (_Handler,), {"seen": Counter()})
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join(5)
