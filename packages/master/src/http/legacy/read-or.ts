/** Reads a body that may be anything. */
import { isAppError } from '@stoke/protocol';

/** The value, or the message of what is wrong with the text. */
export function readOr<T>(parse: () => T): { readonly value: T } | { readonly problem: string } {
  try {
    return { value: parse() };
  } catch (error) {
    if (isAppError(error) || error instanceof SyntaxError) return { problem: error.message };
    throw error;
  }
}
