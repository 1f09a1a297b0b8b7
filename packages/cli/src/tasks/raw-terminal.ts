/** A terminal whose bytes nobody touches on their way, in either direction: the one at the other end decides about them. */
import { spawnSync } from 'node:child_process';

const sttyTimeoutMs = 5_000;

function stty(words: readonly string[]): string | undefined {
  const ended = spawnSync('stty', words, {
    stdio: ['inherit', 'pipe', 'ignore'],
    encoding: 'utf8',
    timeout: sttyTimeoutMs,
  });
  return ended.status === 0 ? ended.stdout.trim() : undefined;
}

/**
 * Makes the terminal on stdin raw; what comes back puts it as it was. The runtime's own raw mode goes on making line
 * feeds of output into new lines, which tears the pictures of programs that move the cursor.
 */
export function makeRaw(): () => void {
  const before = stty(['-g']);
  const isRaw = before !== undefined && stty(['raw', '-echo']) !== undefined;
  // Without the tool: nearly as good.
  if (!isRaw) process.stdin.setRawMode(true);
  let isRestored = false;
  const restore = (): void => {
    if (isRestored) return;
    isRestored = true;
    process.off('exit', restore);
    if (isRaw) stty([before]);
    else process.stdin.setRawMode(false);
  };
  process.once('exit', restore);
  return restore;
}
