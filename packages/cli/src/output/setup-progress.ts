/** Shows what is being brought (Spark, Java, packages): every new step a line, downloads in the status line. */
import type { SetupProgress } from '@stoke/spark';
import { formatSize } from './format.ts';
import type { StatusLine } from './status-line.ts';

const everyShare = 0.25;

/** A listener for installations. Without a terminal a download says a line each quarter. */
export function setupProgress(status: StatusLine): (progress: SetupProgress) => void {
  const said = new Map<string, number>();
  return (progress) => {
    if (progress.type === 'step') {
      status.set('');
      status.say(`${progress.what}: ${progress.doing}`);
      return;
    }
    const { what, bytes, totalBytes, bytesPerSecond } = progress;
    const share = totalBytes === undefined ? undefined : bytes / totalBytes;
    const percent =
      share === undefined
        ? ''
        : ` of ${formatSize(totalBytes ?? 0)} (${Math.floor(share * 100)} %)`;
    const text = `${what}: ${formatSize(bytes)}${percent}, ${formatSize(bytesPerSecond)}/s`;
    status.set(share === 1 ? '' : `  ${text}`);
    if (status.isLive) return;
    const quarter = Math.floor((share ?? 0) / everyShare);
    if ((said.get(what) ?? -1) >= quarter) return;
    said.set(what, quarter);
    status.say(text);
  };
}
