/** How Mesos writes doubles in JSON: always with decimals, infinities as strings. */

/** Text of a double. NaN, which JSON cannot say, becomes the string "NaN", which no reader accepts. */
export function doubleText(value: number): string {
  if (Number.isInteger(value)) {
    if (value > 0 && value < 1e15) return `${value}.0`;
    const text = Object.is(value, -0) ? '-0' : String(value);
    return text.includes('e') ? text : `${text}.0`;
  }
  if (Number.isFinite(value)) return String(value);
  return `"${value}"`;
}
