/** Networks for tests, with names and addresses of the test's own, and what is left of them on the machine. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { whyNoOci } from '@stoke/testing';

/** The reference plugins, as Debian installs them. */
export const referencePlugins = '/usr/lib/cni';

/** Why there can be no networks of containers here; undefined when there can. */
export function whyNoNetworks(): string | undefined {
  if (!existsSync(join(referencePlugins, 'bridge'))) {
    return 'containernetworking-plugins is not installed';
  }
  return whyNoOci(['iptables', 'nsenter', 'setpriv', 'flock']);
}

/** One that others reach the machine by, if it has any. */
export function machineAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}

function run(file: string, ...args: string[]): string {
  return spawnSync(file, args, { encoding: 'utf8' }).stdout ?? '';
}

/** What networks leave on a machine when nobody cleans up. */
export interface Leftovers {
  readonly namespaces: number;
  readonly interfaces: number;
  readonly addresses: number;
  readonly rules: number;
  readonly records: number;
}

export class CniScene {
  readonly configDir: string;
  /** For plugins of the test's own. */
  readonly pluginDir: string;
  readonly #root: string;
  readonly #bridges: string[] = [];

  constructor() {
    this.#root = mkdtempSync(join(tmpdir(), 'stoke-cni-'));
    this.configDir = join(this.#root, 'net.d');
    this.pluginDir = join(this.#root, 'plugins');
    mkdirSync(this.configDir);
    mkdirSync(this.pluginDir);
  }

  get flags(): string[] {
    return [
      `--network_cni_config_dir=${this.configDir}`,
      `--network_cni_plugins_dir=${this.pluginDir}:${referencePlugins}`,
    ];
  }

  /** The directory where a network keeps which addresses are taken. */
  #leases(): string {
    return join(this.#root, 'leases');
  }

  /**
   * The configuration of the plugin `bridge`, with a bridge and addresses that nobody else has.
   * @param name of a network without further plugins; empty for one in a list
   * @param leadsOut whether containers reach all that is not on the bridge over it
   */
  bridge(name: string, leadsOut: boolean): Record<string, unknown> {
    const number = this.#bridges.length;
    const bridge = `stk${process.pid}n${number}`;
    this.#bridges.push(bridge);
    return {
      type: 'bridge',
      bridge,
      isGateway: true,
      ipMasq: true,
      ipam: {
        type: 'host-local',
        dataDir: this.#leases(),
        ranges: [[{ subnet: `10.${220 + number}.${process.pid % 256}.0/24` }]],
        ...(leadsOut ? { routes: [{ dst: '0.0.0.0/0' }] } : {}),
      },
      ...(name === '' ? {} : { name, cniVersion: '0.4.0' }),
    };
  }

  /** Describes a network in a file. */
  write(file: string, value: unknown): void {
    writeFileSync(
      join(this.configDir, file),
      typeof value === 'string' ? value : JSON.stringify(value),
    );
  }

  /** A plugin that is a shell script and notes its calls in `calls`. */
  writePlugin(type: string, body: string): void {
    const path = join(this.pluginDir, type);
    const calls = join(this.#root, 'calls');
    const text = `#!/bin/sh\necho "$CNI_COMMAND $CNI_IFNAME ${type}" >> ${calls}\n${body}\n`;
    writeFileSync(path, text);
    chmodSync(path, 0o755);
  }

  /** The calls of own plugins since the last time. */
  takeCalls(): string[] {
    const path = join(this.#root, 'calls');
    if (!existsSync(path)) return [];
    const calls = readFileSync(path, 'utf8').trim().split('\n');
    rmSync(path);
    return calls;
  }

  /** Whether an own plugin was called so since the last time. */
  sawCall(call: string): boolean {
    const path = join(this.#root, 'calls');
    return existsSync(path) && readFileSync(path, 'utf8').split('\n').includes(call);
  }

  writeFile(name: string, text: string): void {
    writeFileSync(this.path(name), text);
  }

  remove(file: string): void {
    rmSync(join(this.configDir, file));
  }

  /** What the kernel keeps of networks goes, as it does when the machine stops. */
  forgetInKernel(agentDir: string): void {
    for (const path of globSync(`${agentDir}/meta/networks/*/ns`)) run('umount', path);
    const rules = run('iptables', '-t', 'nat', '-S', 'POSTROUTING').split('\n');
    for (const rule of rules.filter((line) => this.#isOurs(line))) {
      const words = (rule.match(/"(?:\\.|[^"\\])*"|\S+/g) ?? []).slice(1);
      run('iptables', '-t', 'nat', '-D', ...words.map(unquoted));
      const chain = words.at(-1) ?? '';
      for (const verb of ['-F', '-X']) run('iptables', '-t', 'nat', verb, chain);
    }
  }

  path(name: string): string {
    return join(this.#root, name);
  }

  leftovers(agentDir: string): Leftovers {
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
    const rules = [...run('iptables-save').split('\n'), ...run('ip6tables-save').split('\n')];
    return {
      namespaces: mounts.filter((line) => line.includes(`${agentDir}/meta/networks/`)).length,
      interfaces: this.#bridges.flatMap((bridge) => globSync(`/sys/class/net/${bridge}/brif/*`))
        .length,
      addresses: globSync(`${this.#leases()}/*/*.*.*.*`).length,
      // Those of a container name it, or hold an address that it has.
      rules: rules.filter((line) => line.startsWith('-A') && this.#isOurs(line)).length,
      records: globSync(`${agentDir}/meta/networks/*`).length,
    };
  }

  #isOurs(rule: string): boolean {
    const third = process.pid % 256;
    return this.#bridges.some((_, number) => rule.includes(`10.${220 + number}.${third}.`));
  }

  close(): void {
    for (const bridge of this.#bridges) run('ip', 'link', 'delete', bridge);
    rmSync(this.#root, { recursive: true, force: true });
  }
}

function unquoted(word: string): string {
  return word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word;
}

export const nothing: Leftovers = {
  namespaces: 0,
  interfaces: 0,
  addresses: 0,
  rules: 0,
  records: 0,
};
