"""Runs a program in a terminal of 33 rows and 101 columns and acts on it, step by step, as what it writes is seen.

Usage: act-on-terminal.py STEPS_AS_JSON PROGRAM [ARGUMENT ...]     ends with the program's exit code

A step is an object: "await" is a regular expression for what the program wrote since the step before; then one of
"send" (text to type), "resize" ([rows, columns]), "signal" (its number, for the program), "run" (an argv, waited for).
What was written goes to stdout. After the program's end a last line on stderr tells whether the terminal is as it was.
"""
import fcntl
import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time

steps, argv = json.loads(sys.argv[1]), sys.argv[2:]
deadline = time.monotonic() + 90


def set_size(descriptor, rows, columns):
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


pid, terminal = pty.fork()
if pid == 0:
    # The size is there before the program looks at it.
    set_size(0, 33, 101)
    os.execvp(argv[0], argv)
before = termios.tcgetattr(terminal)[:4]
os.set_blocking(terminal, False)
seen, typing, status = b"", b"", None


def act(step):
    global typing
    typing += step.get("send", "").encode()
    if "resize" in step:
        set_size(terminal, *step["resize"])
    if "signal" in step:
        os.kill(pid, step["signal"])
    if "run" in step:
        subprocess.run(step["run"], check=True)


while True:
    if time.monotonic() > deadline:
        sys.stderr.write("too late for %s after %r\n" % (json.dumps(steps[:1])[:300], seen[-300:]))
        os.kill(pid, 9)
        sys.exit(99)
    while steps and not typing and re.search(steps[0].get("await", "").encode(), seen, re.S):
        seen = b""
        act(steps.pop(0))
    readable, writable, _ = select.select([terminal], [terminal] if typing else [], [], 0.1)
    if writable:
        typing = typing[os.write(terminal, typing[:4096]):]
    if readable:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        sys.stdout.buffer.write(data)
        seen = (seen + data)[-65536:]
    else:
        # What it left behind may hold the terminal open.
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended == pid:
            break
        status = None
after = termios.tcgetattr(terminal)[:4]
sys.stderr.write("terminal %s\n" % ("as before" if after == before else "changed"))
if status is None:
    status = os.waitpid(pid, 0)[1]
sys.exit(os.waitstatus_to_exitcode(status) % 256)
