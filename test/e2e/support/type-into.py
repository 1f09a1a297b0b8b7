"""Runs a program in a terminal of its own and types a line at each prompt.

Usage: type-into.py PROMPT LINES_AS_JSON PROGRAM [ARGUMENT ...]     ends with the program's exit code
"""
import json
import os
import pty
import select
import sys
import time

prompt, lines, argv = sys.argv[1].encode(), json.loads(sys.argv[2]), sys.argv[3:]
deadline = time.monotonic() + 180
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(argv[0], argv)
seen = b""
while time.monotonic() < deadline:
    ready, _, _ = select.select([terminal], [], [], 1)
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
    if lines and prompt in seen:
        seen = b""
        os.write(terminal, (lines.pop(0) + "\n").encode())
else:
    os.kill(pid, 9)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
