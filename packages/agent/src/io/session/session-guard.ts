/** Ends the processes of a session that another program runs, also when the agent is killed: session-guard.pl. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';

const perl = '/usr/bin/perl';
const markName = 'STOKE_SESSION';

export class SessionGuard {
  /** The variable that the command of the session has to have: by it all its processes are found. */
  readonly mark = `${markName}=${randomUUID()}`;
  readonly #child: ChildProcess;

  constructor() {
    const script = fileURLToPath(new URL('session-guard.pl', import.meta.url));
    this.#child = spawn(perl, [script, this.mark], {
      env: { PATH: process.env.PATH ?? '', PERL_BADLANG: '0' },
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    // Without it nothing is guarded, and the session goes on all the same.
    this.#child.on('error', () => undefined);
    this.#child.stdin?.on('error', () => undefined);
  }

  /** To every process of the session. */
  signal(number: number): void {
    if (this.#child.stdin?.writable === true) this.#child.stdin.write(Uint8Array.of(number));
  }

  /** Kills every process of the session. */
  end(): void {
    this.#child.stdin?.end();
  }
}
