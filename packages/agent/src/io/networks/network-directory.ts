/** The networks that the operator describes in a directory, looked at anew for each container that asks for one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorMessage } from '@stoke/kit';
import { isExecutable } from '../executables.ts';
import type { KnownNetworks } from './asked-networks.ts';
import {
  mesosPortMapper,
  type NetworkConfig,
  parseNetworkConfig,
  programsOf,
} from './network-config.ts';

const endings = ['.conf', '.conflist', '.json'];

export class NetworkDirectory {
  readonly path: string;
  /** Directories of plugins. */
  readonly plugins: readonly string[];

  constructor(path: string, plugins: readonly string[]) {
    this.path = path;
    this.plugins = plugins;
  }

  /** Files in the order of their names; of two for one network the first counts. */
  read(): KnownNetworks {
    const networks = new Map<string, NetworkConfig>();
    const problems: string[] = [];
    for (const file of this.#files(problems)) {
      const network = this.#readFile(file);
      if (typeof network === 'string') problems.push(`${file}: ${network}`);
      else if (networks.has(network.name)) {
        problems.push(`${file}: network '${network.name}' is described in another file too`);
      } else networks.set(network.name, network);
    }
    return { networks, problems };
  }

  #files(problems: string[]): readonly string[] {
    try {
      const there = readdirSync(this.path).filter((name) =>
        endings.some((ending) => name.endsWith(ending)),
      );
      return there.sort().map((name) => join(this.path, name));
    } catch (error) {
      problems.push(`${this.path}: ${errorMessage(error)}`);
      return [];
    }
  }

  /** Text says why it is no network. */
  #readFile(file: string): NetworkConfig | string {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      return errorMessage(error);
    }
    const hasMesosPortMapper = this.#hasPlugin(mesosPortMapper);
    const parsed = parseNetworkConfig(text, { hasMesosPortMapper });
    if (!parsed.ok) return parsed.problem;
    const absent = programsOf(parsed.network).filter((name) => !this.#hasPlugin(name));
    if (absent.length === 0) return parsed.network;
    return `plugin ${absent.join(', ')} is not in ${this.plugins.join(':')}`;
  }

  #hasPlugin(name: string): boolean {
    return findPlugin(name, this.plugins) !== undefined;
  }
}

/** The program of a plugin in the first directory that has it. */
export function findPlugin(name: string, directories: readonly string[]): string | undefined {
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}
