"""Runs a program in a terminal of 33 rows and 101 columns, and types when it has been quiet after a prompt.

Usage: type-keys.py LINES_AS_JSON PROGRAM [ARGUMENT ...]     ends with the program's exit code

A line is typed at each `ready> `; one of a single control character is typed half a second after what came before.
"""
import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

lines, argv = json.loads(sys.argv[1]), sys.argv[2:]
deadline = time.monotonic() + 60
pid, terminal = pty.fork()
if pid == 0:
    # The size is there before the program looks at it.
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 101, 0, 0))
    os.execvp(argv[0], argv)
seen = b""
last = time.monotonic()
while time.monotonic() < deadline:
    ready, _, _ = select.select([terminal], [], [], 0.1)
    if lines and len(lines[0]) == 1 and time.monotonic() - last > 0.5:
        os.write(terminal, lines.pop(0).encode())
        last = time.monotonic()
    if not ready:
        continue
    try:
        data = os.read(terminal, 65536)
    except OSError:
        break
    if not data:
        break
    sys.stdout.buffer.write(data)
    seen += data
    if lines and len(lines[0]) > 1 and b"ready> " in seen:
        seen = b""
        os.write(terminal, (lines.pop(0) + "\n").encode())
        last = time.monotonic()
else:
    os.kill(pid, 9)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
