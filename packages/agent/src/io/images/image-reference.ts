/** Names of images as Docker writes them: [registry/]repository[:tag][@digest]. */
import { agentError } from '../../errors.ts';

export interface ImageReference {
  /** As the name was given, for messages. */
  readonly text: string;
  /** Host and port; undefined: the agent's own registry. */
  readonly registry: string | undefined;
  readonly repository: string;
  readonly tag: string;
  /** `sha256:` and 64 hexadecimal digits; goes before the tag. */
  readonly digest: string | undefined;
}

const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const repositoryPattern = new RegExp(`^${component}(?:/${component})*$`);
const registryPattern =
  /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d+)?$|^\[[0-9a-fA-F:]+\](:\d+)?$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const mostCharacters = 255;

/** What digests of this agent look like. */
export const digestPattern = /^sha256:[0-9a-f]{64}$/;

/** @throws AppError `IMAGE_UNUSABLE` */
export function parseReference(text: string): ImageReference {
  const [name = '', digest, ...more] = text.split('@');
  const colon = name.lastIndexOf(':');
  const hasTag = colon > name.lastIndexOf('/');
  const path = hasTag ? name.slice(0, colon) : name;
  const tag = hasTag ? name.slice(colon + 1) : 'latest';
  const [first = '', ...rest] = path.split('/');
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const registry = hasRegistry ? first : undefined;
  const repository = hasRegistry ? rest.join('/') : path;
  const isSound =
    more.length === 0 &&
    text.length <= mostCharacters &&
    repositoryPattern.test(repository) &&
    tagPattern.test(tag) &&
    (digest === undefined || digestPattern.test(digest)) &&
    (registry === undefined || registryPattern.test(registry));
  if (isSound) return { text, registry, repository, tag, digest };
  throw agentError('IMAGE_UNUSABLE', {
    message: `Cannot use image '${text}': the name is not of the form [registry/]repository[:tag][@sha256:digest]`,
  });
}
