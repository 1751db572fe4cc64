"""A mail server that takes everything and keeps nothing, for the benchmark.

`sink.py` prints its port and serves until its standard input ends.
"""

from __future__ import annotations

import socket
import sys
import threading

CHUNK = 1 << 18
END = b"\r\n.\r\n"


def serve(connection: socket.socket) -> None:
    """Speak with one client to its end."""
    with connection:
        connection.sendall(b"220 sink\r\n")
        waiting = b""
        while True:
            while b"\n" not in waiting:
                found = connection.recv(CHUNK)
                if not found:
                    return
                waiting += found
            line, _, waiting = waiting.partition(b"\n")
            verb = line[:4].upper()
            if verb == b"DATA":
                connection.sendall(b"354 go on\r\n")
                waiting = take(connection, waiting)
            elif verb == b"EHLO":
                connection.sendall(b"250-sink\r\n250 SIZE 50000000\r\n")
                continue
            connection.sendall(b"221 bye\r\n" if verb == b"QUIT" else b"250 fine\r\n")


def take(connection: socket.socket, tail: bytes) -> bytes:
    """Read a message to its end; return what follows it."""
    while END not in tail:
        # The end may lie across two chunks: keep so many bytes of the one before.
        found = connection.recv(CHUNK)
        if not found:
            raise SystemExit("the client broke off in a message")
        tail = tail[-len(END) :] + found
    return tail.partition(END)[2]


def main() -> None:
    """Serve on a free port of loopback."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(server.getsockname()[1], flush=True)  # noqa: T201
        threading.Thread(target=accept, args=(server,), daemon=True).start()
        sys.stdin.read()


def accept(server: socket.socket) -> None:
    """Serve each client in a thread."""
    while True:
        connection, _ = server.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


main()
