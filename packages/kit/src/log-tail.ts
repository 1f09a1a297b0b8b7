/** The last lines of a log, as a person reads them. */
import { open } from 'node:fs/promises';

const tailBytes = 8192;

/** Plain lines stay, JSON lines become their message; a missing file gives an empty text. */
export async function tailLog(path: string, lines = 6): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return '';
  try {
    const { size } = await file.stat();
    const length = Math.min(size, tailBytes);
    const { buffer } = await file.read({ buffer: Buffer.alloc(length), position: size - length });
    return buffer.toString('utf8').trim().split('\n').slice(-lines).map(plainLine).join('\n');
  } finally {
    await file.close();
  }
}

function plainLine(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const { msg, err }: { msg?: string; err?: { message?: string } } = JSON.parse(line);
    return [msg, err?.message].filter((part) => part !== undefined).join(': ') || line;
  } catch {
    return line;
  }
}
