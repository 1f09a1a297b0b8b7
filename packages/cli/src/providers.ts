/** The providers by name, loaded only when a command needs them, and the search for a cluster over all of them. */
import type { ClusterInfo, Provider } from '@stoke/cluster';
import type { CliIo } from './io.ts';

type Loader = (env: CliIo['env']) => Promise<Provider>;

const loaders: Readonly<Record<string, Loader>> = {
  local: async (env) => (await import('@stoke/provider-local')).createLocalProvider(env),
  standalone: async (env) =>
    (await import('@stoke/provider-standalone')).createStandaloneProvider(env),
};

/** What `-p` takes. */
export const providerNames: readonly string[] = Object.keys(loaders);

/**
 * The provider of this name.
 * @throws AppError `PROVIDER_UNKNOWN`
 */
export async function loadProvider(io: CliIo, name: string): Promise<Provider> {
  const loader = Object.hasOwn(loaders, name) ? loaders[name] : undefined;
  if (loader !== undefined) return loader(io.env);
  const { clusterError } = await import('@stoke/cluster');
  throw clusterError('PROVIDER_UNKNOWN', {
    message: `Cannot use ${await providerProblem(name)}`,
    details: { provider: name, known: providerNames },
  });
}

/** Why there is no provider of this name; undefined when there is one. */
export async function providerProblem(name: string): Promise<string | undefined> {
  if (Object.hasOwn(loaders, name)) return undefined;
  const { closestWord } = await import('@stoke/kit');
  const near = closestWord(name, providerNames);
  const suggestion = near === undefined ? '' : `did you mean '${near}'? `;
  return `provider '${name}': there is none of this name; ${suggestion}the providers are ${providerNames.join(', ')}`;
}

/** All providers. */
export function loadProviders(io: CliIo): Promise<Provider[]> {
  return Promise.all(providerNames.map((name) => loadProvider(io, name)));
}

/**
 * The provider that has the cluster.
 * @throws AppError `CLUSTER_SPEC_INVALID` for a text that cannot be a name, `CLUSTER_UNKNOWN`
 */
export async function findCluster(io: CliIo, name: string): Promise<Provider> {
  const { clusterError, nameProblem, unknownCluster } = await import('@stoke/cluster');
  const problem = nameProblem(name);
  if (problem !== undefined) {
    throw clusterError('CLUSTER_SPEC_INVALID', {
      message: `Cannot use cluster name '${name}': ${problem}`,
      details: { name },
    });
  }
  const providers = await loadProviders(io);
  const lists = await Promise.all(providers.map((provider) => provider.list()));
  const found = providers.find((_, index) => lists[index]?.includes(name));
  if (found === undefined) throw unknownCluster(name, lists.flat().sort());
  return found;
}

/** Everything about every cluster, by name. */
export async function everyCluster(io: CliIo): Promise<ClusterInfo[]> {
  const providers = await loadProviders(io);
  const infos = await Promise.all(
    providers.map(async (provider) => {
      const names = await provider.list();
      return Promise.all(names.map((name) => provider.info(name)));
    }),
  );
  return infos
    .flat()
    .filter((info) => info !== undefined)
    .sort((a, b) => a.name.localeCompare(b.name));
}

/**
 * Refuses a name that a cluster of any provider has: verbs find clusters by name alone.
 * @throws AppError `CLUSTER_EXISTS`
 */
export async function refuseClash(io: CliIo, name: string): Promise<void> {
  const providers = await loadProviders(io);
  const lists = await Promise.all(providers.map((provider) => provider.list()));
  const owner = providers.find((_, index) => lists[index]?.includes(name));
  if (owner === undefined) return;
  const { clusterError } = await import('@stoke/cluster');
  throw clusterError('CLUSTER_EXISTS', {
    message: `Cannot create cluster '${name}': provider '${owner.name}' has one of this name already; choose another name, or end it with 'stoke cluster kill -n ${name}'`,
    details: { name, provider: owner.name },
  });
}
