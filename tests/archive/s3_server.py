"""Run moto's S3 server: it prints its port, and writes one file at a time.

S3 decides a conditional put in one step. moto looks first and writes then, between which another
thread could come, so one lock is held over both.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

_WRITING = threading.Lock()


def main() -> None:
    """Serve until the process is killed."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    moto = DomainDispatcherApplication(create_backend_app)

    def serve(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        with _WRITING if environ["REQUEST_METHOD"] == "PUT" else nullcontext():
            return list(moto(environ, start))

    server = make_server("127.0.0.1", 0, serve, threaded=True)
    print(server.port, flush=True)  # noqa: T201
    server.serve_forever()


if __name__ == "__main__":
    main()
