/** What a file of the CNI configuration directory says ("CNI specification", network configuration format). Pure. */
import { z } from 'zod';

/** One plugin of a network, with all that its file says; what the agent does not know is the plugin's own. */
export interface PluginConfig {
  readonly type: string;
  /** What the plugin wants to be told of each container: `portMappings`, `ips`. */
  readonly capabilities?: Readonly<Record<string, boolean>> | undefined;
  readonly args?: Readonly<Record<string, unknown>> | undefined;
  readonly ipam?: { readonly type?: string | undefined } | undefined;
  readonly [key: string]: unknown;
}

/** A network: its plugins are called one after the other, each with the result of the one before. */
export interface NetworkConfig {
  readonly name: string;
  readonly cniVersion: string;
  readonly plugins: readonly PluginConfig[];
  /** Whether its plugins are not to be asked if a container is still connected. */
  readonly disableCheck?: boolean | undefined;
}

export type ParsedNetwork =
  | { readonly ok: true; readonly network: NetworkConfig }
  | { readonly ok: false; readonly problem: string };

/** Versions of the specification whose results are understood. */
const versions = ['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.4.0', '1.0.0'] as const;
/** The first that knows lists of plugins. */
const firstWithLists = '0.3.0';
/** Older files say no version. */
const versionOfOld = '0.2.0';

/** Mesos's plugin that maps ports around another one. */
export const mesosPortMapper = 'mesos-cni-port-mapper';
/** Where Mesos puts what it knows of a container into the arguments of a plugin. */
export const mesosArgs = 'org.apache.mesos';

const plugin = z.looseObject({
  // Also the name of a program: it must not lead out of the directory of plugins.
  type: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'is no name of a plugin'),
  capabilities: z.record(z.string(), z.boolean()).optional(),
  args: z
    .record(z.string(), z.unknown())
    .refine((args) => !(mesosArgs in args), `holds '${mesosArgs}', which is the agent's to set`)
    .optional(),
  ipam: z.looseObject({ type: z.string().optional() }).optional(),
});

const head = {
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'is no name of a network'),
  cniVersion: z.enum(versions, `is none of ${versions.join(', ')}`).optional(),
};

const single = z.looseObject(head).and(plugin);

const list = z.looseObject({
  ...head,
  disableCheck: z.boolean().optional(),
  plugins: z.array(plugin).min(1, 'names no plugin'),
});

const portMapper = z.looseObject({
  delegate: plugin,
  excludeDevices: z
    .array(z.string().regex(/^[^\s/!]{1,15}$/, 'is no name of a device'))
    .max(1, 'names more than one device, which portmap cannot leave out')
    .default([]),
});

/**
 * Reads a file with one plugin or with a list of them. With `hasMesosPortMapper` Mesos's own plugin of that name is
 * there and is called as any other; otherwise what it does is done by its delegate and the reference plugin portmap.
 */
export function parseNetworkConfig(
  text: string,
  options: { readonly hasMesosPortMapper: boolean },
): ParsedNetwork {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, problem: `is no JSON: ${error instanceof Error ? error.message : error}` };
  }
  if (typeof value === 'object' && value !== null && 'plugins' in value) return parseList(value);
  return parseSingle(value, options.hasMesosPortMapper);
}

function parseList(value: unknown): ParsedNetwork {
  const parsed = list.safeParse(value);
  if (!parsed.success) return { ok: false, problem: problemOf(parsed.error) };
  const { name, cniVersion = firstWithLists, plugins, disableCheck } = parsed.data;
  return { ok: true, network: { name, cniVersion, plugins, disableCheck } };
}

function parseSingle(value: unknown, hasMesosPortMapper: boolean): ParsedNetwork {
  const parsed = single.safeParse(value);
  if (!parsed.success) return { ok: false, problem: problemOf(parsed.error) };
  const { name, cniVersion = versionOfOld, ...rest } = parsed.data;
  if (rest.type === mesosPortMapper && !hasMesosPortMapper) return mappingPorts(name, rest);
  return { ok: true, network: { name, cniVersion, plugins: [rest] } };
}

/** Mesos's plugin as a list; portmap has chains of its own, so the one that is named does not count. */
function mappingPorts(name: string, config: PluginConfig): ParsedNetwork {
  const parsed = portMapper.safeParse(config);
  if (!parsed.success) return { ok: false, problem: problemOf(parsed.error) };
  const { delegate, excludeDevices } = parsed.data;
  const notFrom = excludeDevices.flatMap((device) => ['!', '-i', device]);
  const portmap: PluginConfig = {
    type: 'portmap',
    capabilities: { portMappings: true },
    snat: true,
    ...(notFrom.length === 0 ? {} : { conditionsV4: notFrom, conditionsV6: notFrom }),
  };
  const { args } = config;
  const plugins = [args === undefined ? delegate : { ...delegate, args }, portmap];
  return { ok: true, network: { name, cniVersion: '0.3.1', plugins } };
}

function problemOf({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`).join('; ');
}

/** Programs that the network needs: its plugins, and those that give them addresses. */
export function programsOf({ plugins }: NetworkConfig): readonly string[] {
  const names = plugins.flatMap(({ type, ipam }) =>
    ipam?.type === undefined ? [type] : [type, ipam.type],
  );
  return [...new Set(names)];
}

/** Whether a plugin of the network wants to be told this of each container. */
export function hasCapability({ plugins }: NetworkConfig, name: string): boolean {
  return plugins.some(({ capabilities }) => capabilities?.[name] === true);
}
