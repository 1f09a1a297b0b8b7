/** The file systems of the machine that a container has to be given one by one, because an overlay ends at mounts. */

/** Those with files of their own; the others are made by the kernel or live in memory. */
const keptKinds = new Set(['btrfs', 'ext2', 'ext3', 'ext4', 'f2fs', 'nfs', 'nfs4', 'xfs', 'zfs']);
/** What a container has of its own, or must not see. */
const hidden = ['/dev', '/proc', '/run', '/sys', '/tmp'];

/** Mount points below `/`, parents first. `mountinfo` is the text of /proc/self/mountinfo. */
export function hostFilesystems(mountinfo: string): readonly string[] {
  const points = mountinfo.split('\n').flatMap((line) => {
    const fields = line.split(' ');
    const kind = fields[fields.indexOf('-', 6) + 1] ?? '';
    const point = unescapeMount(fields[4] ?? '');
    return keptKinds.has(kind) && isShown(point) ? [point] : [];
  });
  return [...new Set(points)].sort((a, b) => (a < b ? -1 : 1));
}

function isShown(point: string): boolean {
  if (!point.startsWith('/') || point === '/') return false;
  return !hidden.some((directory) => point === directory || point.startsWith(`${directory}/`));
}

/** Spaces and the like stand there as octal numbers. */
function unescapeMount(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
