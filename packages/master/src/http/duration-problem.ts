/** What Mesos says about a text that is no duration. */

/** Sentence without full stop; the text must not be a valid duration. */
export function durationProblem(text: string): string {
  const number = /^[\d.]*/.exec(text)?.[0] ?? '';
  const unit = text.slice(number.length);
  if (unit === '') return `Invalid duration '${text}'`;
  if (number === '' || Number.isNaN(Number(number))) {
    return `Failed to convert '${number}' to number`;
  }
  return `Unknown duration unit '${unit}'`;
}
