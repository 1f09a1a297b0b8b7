/** Base64 without Buffer, refusing what Mesos refuses. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUE_OF = new Int8Array(128).fill(-1);
for (let at = 0; at < ALPHABET.length; at++) VALUE_OF[ALPHABET.charCodeAt(at)] = at;

/** Encodes with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  let out = '';
  const whole = bytes.length - (bytes.length % 3);
  for (let at = 0; at < whole; at += 3) {
    const bits = (byteAt(bytes, at) << 16) | (byteAt(bytes, at + 1) << 8) | byteAt(bytes, at + 2);
    out += sextet(bits >> 18) + sextet(bits >> 12) + sextet(bits >> 6) + sextet(bits);
  }
  if (bytes.length - whole === 1) {
    const bits = byteAt(bytes, whole) << 16;
    return `${out}${sextet(bits >> 18)}${sextet(bits >> 12)}==`;
  }
  if (bytes.length - whole === 2) {
    const bits = (byteAt(bytes, whole) << 16) | (byteAt(bytes, whole + 1) << 8);
    return `${out}${sextet(bits >> 18)}${sextet(bits >> 12)}${sextet(bits >> 6)}=`;
  }
  return out;
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

function sextet(bits: number): string {
  return ALPHABET.charAt(bits & 63);
}

/** What decoding gives: the bytes, or the first character that does not belong. */
export type Base64Decoded =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly invalid: string };

/** Decodes up to the first '='; white space is skipped, missing padding is fine. */
export function decodeBase64(text: string): Base64Decoded {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let length = 0;
  let bits = 0;
  let have = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 61) break;
    if (code === 32 || (code >= 9 && code <= 13)) continue;
    const value = code < 128 ? (VALUE_OF[code] ?? -1) : -1;
    if (value < 0) return { ok: false, invalid: text.charAt(at) };
    bits = ((bits << 6) | value) & 0xffffff;
    have += 6;
    if (have >= 8) {
      have -= 8;
      bytes[length++] = (bits >> have) & 255;
    }
  }
  return { ok: true, bytes: length === bytes.length ? bytes : bytes.slice(0, length) };
}
