/** The initial file system of a virtual machine: an archive of the kind "newc" (Linux: early-userspace/buffer-format). */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the root needs before it is there, each after those it depends on. */
const modules = [
  'drivers/virtio/virtio_ring',
  'drivers/virtio/virtio',
  'drivers/virtio/virtio_pci_modern_dev',
  'drivers/virtio/virtio_pci_legacy_dev',
  'drivers/virtio/virtio_pci',
  'fs/fuse/fuse',
  'fs/fuse/virtiofs',
  'fs/overlayfs/overlay',
].map((name) => `${name}.ko`);

const directoryMode = 0o040755;
const programMode = 0o100755;
const alignment = 4;

interface Entry {
  readonly name: string;
  readonly mode: number;
  readonly data: Uint8Array;
}

/** @param modulesDir of the kernel that it is for */
export function makeInitramfs(modulesDir: string): Buffer {
  const directory = (name: string): Entry => ({ name, mode: directoryMode, data: Buffer.alloc(0) });
  const file = (name: string, data: Uint8Array): Entry => ({ name, mode: programMode, data });
  const init = fileURLToPath(new URL('init.sh', import.meta.url));
  const order = modules.map((path) => basename(path)).join('\n');
  return cpio([
    directory('bin'),
    file('bin/busybox', readFileSync('/bin/busybox')),
    directory('modules'),
    file('modules/order', Buffer.from(order)),
    ...modules.map((path) =>
      file(`modules/${basename(path)}`, readFileSync(join(modulesDir, 'kernel', path))),
    ),
    file('init', readFileSync(init)),
  ]);
}

function cpio(entries: readonly Entry[]): Buffer {
  const end = { name: 'TRAILER!!!', mode: 0, data: Buffer.alloc(0) };
  return Buffer.concat([...entries, end].flatMap((entry, index) => record(entry, index + 1)));
}

/** Header and data end at multiples of four bytes. */
function record({ name, mode, data }: Entry, inode: number): readonly Uint8Array[] {
  const fields = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length + 1, 0];
  const hex = fields.map((field) => field.toString(16).padStart(8, '0')).join('');
  const header = Buffer.from(`070701${hex}${name}\0`);
  return [header, padding(header.length), data, padding(data.length)];
}

function padding(length: number): Uint8Array {
  return Buffer.alloc((alignment - (length % alignment)) % alignment);
}
