"""Runs a program in a terminal of 33 rows and 101 columns, and types a line at each prompt.

Usage: type-into.py PROMPT LINES_AS_JSON PROGRAM [ARGUMENT ...]     ends with the program's exit code

A line of a single control character is typed half a second after the line before, which has no prompt to wait for.
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

prompt, lines, argv = sys.argv[1].encode(), json.loads(sys.argv[2]), sys.argv[3:]
deadline = time.monotonic() + 180
pid, terminal = pty.fork()
if pid == 0:
    # The size is there before the program looks at it.
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 101, 0, 0))
    os.execvp(argv[0], argv)


def is_key(line):
    return len(line) == 1 and ord(line) < 32


seen = b""
typed = time.monotonic()
while time.monotonic() < deadline:
    ready, _, _ = select.select([terminal], [], [], 0.1)
    if lines and is_key(lines[0]) and time.monotonic() - typed > 0.5:
        os.write(terminal, lines.pop(0).encode())
        typed = time.monotonic()
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
    if lines and not is_key(lines[0]) and prompt in seen:
        seen = b""
        os.write(terminal, (lines.pop(0) + "\n").encode())
        typed = time.monotonic()
else:
    os.kill(pid, 9)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
