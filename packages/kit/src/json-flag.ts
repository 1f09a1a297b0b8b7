/** Flags whose text is JSON: access control lists, rate limits. */
import { DomainInfo, fromJsonValue } from '@stoke/protocol';
import { z } from 'zod';
import { type Acls, parseAcls } from './core/acls.ts';
import { errorMessage } from './errors.ts';

/** A value, or everything that is wrong with the JSON. */
type Read<T> = { readonly value: T } | { readonly problems: readonly string[] };

/** A flag whose JSON `read` turns into a value; what is wrong with it is told, place by place. */
export function jsonFlag<T>(
  read: (json: unknown) => Read<T>,
): z.ZodPipe<z.ZodString, z.ZodTransform<T, string>> {
  return z.string().transform((text, context) => {
    const result = readText(text, read);
    if ('value' in result) return result.value;
    context.addIssue({ code: 'custom', message: result.problems.join('; ') });
    return z.NEVER;
  });
}

function readText<T>(text: string, read: (json: unknown) => Read<T>): Read<T> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problems: ['it is not JSON'] };
  }
  return read(json);
}

/** `--acls`: access control lists. */
export function aclsFlag(): z.ZodPipe<z.ZodString, z.ZodTransform<Acls, string>> {
  return jsonFlag<Acls>((json) => {
    const parsed = parseAcls(json);
    return parsed.ok ? { value: parsed.acls } : { problems: parsed.problems };
  });
}

/** A fault domain: `{"fault_domain":{"region":{"name":"eu"},"zone":{"name":"a"}}}`. */
export function domainFlag(): z.ZodPipe<z.ZodString, z.ZodTransform<DomainInfo, string>> {
  return jsonFlag<DomainInfo>((json) => {
    try {
      const domain = fromJsonValue(DomainInfo, json);
      return domain.fault_domain === undefined
        ? { problems: ['fault_domain with region and zone is missing'] }
        : { value: domain };
    } catch (error) {
      return { problems: [errorMessage(error)] };
    }
  });
}
