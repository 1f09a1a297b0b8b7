/** Amounts, ages and ids as people read them. */

/** An age or duration in its largest unit: `850 ms`, `4.2 s`, `3m`, `5h`, `2d`. */
export function formatElapsed(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = ms / 1000;
  return seconds < 60 ? `${seconds.toFixed(1)} s` : formatAge(ms);
}

/** A latency: `0.73 ms`, `12.4 ms`, `326 ms`, `13.3 s`; as wide as any other. */
export function formatLatency(ms: number): string {
  const [value, unit] = ms < 999.5 ? [ms, 'ms'] : [ms / 1000, 's'];
  const digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${unit}`.padStart('0.73 ms'.length);
}

/** How long ago: `12s`, `3m`, `5h`, `2d`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

/** MiB: `512 MiB`, `5.3 GiB`. */
export function formatMemory(mb: number): string {
  return mb < 1024 ? `${Math.round(mb)} MiB` : `${(mb / 1024).toFixed(1)} GiB`;
}

/** A number without needless digits. */
export function formatNumber(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Bytes of a download: `12.4 MB`. */
export function formatSize(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** An id's telling part: Mesos ids are long and begin alike. */
export function shortId(id: string): string {
  return id.length <= 14 ? id : `…${id.slice(-12)}`;
}
