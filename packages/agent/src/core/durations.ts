/** Durations in the notation of Mesos: a number and a unit, as executors read it from their environment. */

const units: readonly (readonly [name: string, nanoseconds: number])[] = [
  ['weeks', 604_800e9],
  ['days', 86_400e9],
  ['hrs', 3_600e9],
  ['mins', 60e9],
  ['secs', 1e9],
  ['ms', 1e6],
  ['us', 1e3],
  ['ns', 1],
];

/** `5000` → `5secs`, `900000` → `15mins`, `1500` → `1.5secs`. */
export function formatDuration(durationMs: number): string {
  const nanoseconds = Math.round(durationMs * 1e6);
  if (nanoseconds === 0) return '0ns';
  const size = Math.abs(nanoseconds);
  const [name, unit] = units.find(([, length]) => size >= length) ?? ['ns', 1];
  return `${nanoseconds / unit}${name}`;
}

/** The milliseconds of a DurationInfo, which counts nanoseconds. */
export function durationInfoMs(duration: { readonly nanoseconds: number }): number {
  return duration.nanoseconds / 1e6;
}
