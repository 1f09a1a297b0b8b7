/** Commands as a person could paste them into a shell, with secrets masked. */

const plainWord = /^[A-Za-z0-9_@%+=:,./-]+$/;
const secretValue = /((?:secret|password|passwd|token|credential)[A-Za-z0-9._-]*=).+/i;

function quoted(word: string): string {
  return plainWord.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The words as one shell line; the value after `…secret=`, `…password=` or `…token=` becomes `***`. */
export function formatCommand(file: string, args: readonly string[]): string {
  return [file, ...args].map((word) => quoted(word.replace(secretValue, '$1***'))).join(' ');
}
