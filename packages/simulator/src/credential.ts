/** Who the simulated agents and frameworks say they are. */
import { readFile } from 'node:fs/promises';
import { errorMessage } from '@stoke/kit';
import { z } from 'zod';
import { simulatorError } from './errors.ts';

const credentialSchema = z.object({ principal: z.string(), secret: z.string() });

export type Credential = z.infer<typeof credentialSchema>;

/** Reads `{"principal","secret"}`, as agents do. @throws AppError CREDENTIAL_UNREADABLE */
export async function readCredential(path: string): Promise<Credential> {
  try {
    return credentialSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    const reason =
      cause instanceof z.ZodError ? 'principal and secret are needed' : errorMessage(cause);
    throw simulatorError('CREDENTIAL_UNREADABLE', {
      message: `Cannot read credential file '${path}': ${reason}`,
      details: { file: path },
      cause,
    });
  }
}
