/** A virtual machine that reads the files of this one, has a disk of its own, and control groups of version 2 only. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '@stoke/kit';
import { waitFor, whyNoProgram, whyNotRoot } from '@stoke/testing';
import { findKernel, type Kernel } from '../../../../scripts/ensure-kernel.ts';
import { GuestLine } from './guest-line.ts';
import { makeInitramfs } from './initramfs.ts';

const emulator = 'qemu-system-x86_64';
/** It comes with QEMU, or is a program of its own. */
const shareServer = ['/usr/lib/qemu/virtiofsd', '/usr/libexec/virtiofsd'].find(existsSync);
const programs = [emulator, 'busybox', 'mkfs.ext4', 'ip'];
const memoryMb = 2048;
const diskBytes = 4 * 1024 ** 3;
const bootTimeoutMs = 180_000;
const commandTimeoutMs = 120_000;
const consoleLines = 40;

/** Why tests cannot have a virtual machine here; undefined when they can. */
export function whyNoVirtualMachine(): string | undefined {
  const missing = whyNotRoot() ?? whyNoProgram(programs);
  if (missing !== undefined) return missing;
  if (process.arch !== 'x64') return `there is no kernel for ${process.arch}`;
  if (shareServer === undefined) return 'virtiofsd is not installed';
  return findKernel() === undefined ? 'no kernel for virtual machines was brought' : undefined;
}

/**
 * A machine that is itself a virtual one may not have what real ones have: then programs are emulated. That takes one
 * processor: two have locked one another up for ever (QEMU 7.2).
 */
function accelerator(): readonly string[] {
  const isReal = ['kvm_intel', 'kvm_amd'].some((name) => existsSync(`/sys/module/${name}`));
  return isReal && existsSync('/dev/kvm')
    ? ['-accel', 'kvm', '-cpu', 'host', '-smp', '2']
    : ['-accel', 'tcg', '-cpu', 'max', '-smp', '1'];
}

export class VirtualMachine {
  /** This machine as the virtual one knows it. */
  readonly outside = '10.0.2.2';
  /** Where the virtual machine listens when it wants to be reached. */
  readonly address = '10.0.2.15';
  readonly #directory: string;
  readonly #ports: ReadonlyMap<number, number>;
  #processes: ChildProcess[] = [];
  #line: GuestLine | undefined;

  /** @param ports those of this machine by the port of the virtual machine that they lead to */
  private constructor(directory: string, ports: ReadonlyMap<number, number>) {
    this.#directory = directory;
    this.#ports = ports;
  }

  /**
   * Makes it and its disk; `start` boots it.
   * @param directory stays when the machine is cut off
   */
  static async create(directory: string, guestPorts: readonly number[]): Promise<VirtualMachine> {
    writeFileSync(join(directory, 'disk'), '');
    truncateSync(join(directory, 'disk'), diskBytes);
    const ports = guestPorts.map(async (port) => [port, await freePort()] as const);
    return new VirtualMachine(directory, new Map(await Promise.all(ports)));
  }

  /** Where a port of the virtual machine is reached from outside. */
  url(guestPort: number): string {
    return `http://127.0.0.1:${this.#ports.get(guestPort)}`;
  }

  /** Boots and resolves when it takes commands; the error holds the end of its console. */
  async start(): Promise<void> {
    const kernel = findKernel();
    if (kernel === undefined || shareServer === undefined)
      throw new Error('See whyNoVirtualMachine');
    writeFileSync(this.#path('initramfs'), makeInitramfs(kernel.modules));
    for (const name of ['share', 'line']) rmSync(this.#path(name), { force: true });
    const source = ['-o', 'source=/', '-o', 'cache=always', '-o', 'sandbox=chroot'];
    this.#spawn(shareServer, [`--socket-path=${this.#path('share')}`, ...source]);
    await this.#appears('share');
    this.#spawn(emulator, this.#words(kernel));
    await this.#appears('line');
    this.#line = new GuestLine(this.#path('line'));
    await this.#within(bootTimeoutMs, 'its boot', this.#line.ready);
  }

  /** Runs a command of the shell as root in /disk, and resolves with its output; the error of one that fails has it too. */
  async run(command: string): Promise<string> {
    const answer = this.#line?.run(command) ?? Promise.reject(new Error('It was not started'));
    const { code, output } = await this.#within(commandTimeoutMs, command, answer);
    if (code === 0) return output;
    throw new Error(`In the virtual machine '${command}' ended with ${code}:\n${output}`);
  }

  /** As if its power were cut: what is not on its disk is lost. */
  async cut(): Promise<void> {
    this.#line?.close();
    const running = this.#processes.filter(
      ({ exitCode, signalCode }) => exitCode === null && signalCode === null,
    );
    this.#processes = [];
    const ends = running.map((child) => once(child, 'exit'));
    for (const child of running) child.kill('SIGKILL');
    await Promise.all(ends);
  }

  #path(name: string): string {
    return join(this.#directory, name);
  }

  #words({ image, modules }: Kernel): readonly string[] {
    const guest = fileURLToPath(new URL('guest.sh', import.meta.url));
    const forwards = [...this.#ports].map(
      ([inside, outside]) => `hostfwd=tcp:127.0.0.1:${outside}-${this.address}:${inside}`,
    );
    const memory = `size=${memoryMb}M`;
    return [
      ...['-machine', 'q35,memory-backend=memory', ...accelerator()],
      // The server of the shared files reads and writes the machine's memory.
      ...['-m', memory, '-object', `memory-backend-memfd,id=memory,${memory},share=on`],
      ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
      ...['-kernel', image, '-initrd', this.#path('initramfs')],
      '-append',
      `console=ttyS0 quiet panic=-1 stoke.guest=${guest} stoke.modules=${modules}`,
      ...['-chardev', `file,id=console,path=${this.#path('console')},append=on`],
      ...['-serial', 'chardev:console'],
      ...['-chardev', `socket,id=line,path=${this.#path('line')},server=on,wait=off`],
      ...['-serial', 'chardev:line'],
      ...['-chardev', `socket,id=share,path=${this.#path('share')}`],
      ...['-device', 'vhost-user-fs-pci,chardev=share,tag=outside'],
      ...['-drive', `file=${this.#path('disk')},if=virtio,format=raw`],
      ...['-netdev', ['user,id=network', ...forwards].join(',')],
      ...['-device', 'virtio-net-pci,netdev=network,romfile='],
    ];
  }

  /** What it says goes to the console's file too. */
  #spawn(file: string, args: readonly string[]): void {
    const console = openSync(this.#path('console'), 'a');
    this.#processes.push(spawn(file, args, { stdio: ['ignore', console, console] }));
    closeSync(console);
  }

  #appears(name: string): Promise<boolean> {
    const there = waitFor(() => existsSync(this.#path(name)), { what: `the ${name} of QEMU` });
    return this.#within(bootTimeoutMs, name, there);
  }

  async #within<T>(timeoutMs: number, what: string, wanted: Promise<T>): Promise<T> {
    const stop = new AbortController();
    const late = delay(timeoutMs, undefined, { signal: stop.signal }).then(() => {
      throw new Error(`Cannot wait for ${what}: not seen within ${timeoutMs} ms`);
    });
    try {
      return await Promise.race([wanted, late]);
    } catch (cause) {
      const said = readFileSync(this.#path('console'), 'utf8').split(/\r?\n/).slice(-consoleLines);
      throw new Error(`The virtual machine failed: ${cause}\n${said.join('\n')}`, { cause });
    } finally {
      stop.abort();
      late.catch(() => undefined);
    }
  }
}
