/** The Nvidia GPUs of the machine, by the device nodes that their driver makes. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '@stoke/kit';

/** A character device. */
export interface DeviceNode {
  /** As it is called in /dev. */
  readonly name: string;
  /** On the machine. */
  readonly path: string;
  readonly major: number;
  readonly minor: number;
}

export interface GpuDevices {
  /** One for each GPU, in the order of their numbers. */
  readonly cards: readonly DeviceNode[];
  /** What every program on any of them opens, too. */
  readonly controls: readonly DeviceNode[];
}

const controlNames = ['nvidiactl', 'nvidia-uvm', 'nvidia-uvm-tools', 'nvidia-modeset'];

/** @param directory of the device nodes, /dev on most machines */
export function findGpus(directory: string): GpuDevices {
  const nodes = namesIn(directory).flatMap((name) => nodeAt(directory, name) ?? []);
  const number = ({ name }: DeviceNode): number => Number(name.slice('nvidia'.length));
  return {
    cards: nodes
      .filter(({ name }) => /^nvidia\d+$/.test(name))
      .sort((a, b) => number(a) - number(b)),
    controls: nodes.filter(({ name }) => controlNames.includes(name)),
  };
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter((name) => name.startsWith('nvidia'));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function nodeAt(directory: string, name: string): DeviceNode | undefined {
  const path = join(directory, name);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isCharacterDevice() !== true) return undefined;
  return { name, path, ...deviceNumbers(found.rdev) };
}

/** Linux keeps twelve bits for the major number, and those of the minor one on both sides of them (makedev(3)). */
export function deviceNumbers(device: number): { readonly major: number; readonly minor: number } {
  return { major: (device >>> 8) & 0xfff, minor: (device & 0xff) | ((device >>> 12) & 0xfff00) };
}

export interface GpuFlags {
  readonly isolation: string;
  readonly containerizers: string;
  readonly nvidia_gpu_devices?: string | undefined;
  readonly nvidia_device_dir: string;
}

/** Whether containers get the GPUs they are given and no others. */
export function isolatesGpus({ isolation }: Pick<GpuFlags, 'isolation'>): boolean {
  return isolation === 'gpu/nvidia';
}

/** What cannot be right about the flags together. */
export function gpuFlagProblems(flags: GpuFlags): string[] {
  const { containerizers, nvidia_gpu_devices: devices } = flags;
  if (!isolatesGpus(flags)) {
    const reason = 'because there is --nvidia_gpu_devices';
    return devices === undefined ? [] : [`Expected \`--isolation\` to be gpu/nvidia, ${reason}`];
  }
  if (/\b(oci|docker)\b/.test(containerizers)) return [];
  const reason = 'because plain processes see all GPUs, and --isolation is gpu/nvidia';
  return [`Expected \`--containerizers\` to hold oci or docker, ${reason}`];
}

export type FoundGpus =
  | { readonly ok: true; readonly gpus: GpuDevices | undefined }
  | { readonly ok: false; readonly problem: string };

/** The GPUs that the agent gives to tasks; none without `--isolation=gpu/nvidia`. */
export function configuredGpus(flags: GpuFlags): FoundGpus {
  if (!isolatesGpus(flags)) return { ok: true, gpus: undefined };
  const found = findGpus(flags.nvidia_device_dir);
  const wanted = flags.nvidia_gpu_devices?.split(',').map((number) => `nvidia${Number(number)}`);
  const cards = found.cards.filter(({ name }) => wanted?.includes(name) !== false);
  const missing = wanted?.find((name) => !cards.some((card) => card.name === name));
  if (missing !== undefined) {
    return {
      ok: false,
      problem: `--nvidia_gpu_devices: there is no device '${missing}' in ${flags.nvidia_device_dir}`,
    };
  }
  if (cards.length > 0) return { ok: true, gpus: { ...found, cards } };
  return {
    ok: false,
    problem: `--isolation: there is no GPU: ${flags.nvidia_device_dir} has no device nvidia0 (nvidia-modprobe makes it, when the driver is loaded)`,
  };
}
