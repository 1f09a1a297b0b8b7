import { expect, test } from 'vitest';
import { hostFilesystems } from './host-filesystems.ts';

const mountinfo = `22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
23 22 0:20 / /proc rw,nosuid shared:5 - proc proc rw
24 22 0:21 / /run/user rw shared:6 master:1 - tmpfs tmpfs rw
25 22 254:1 / /usr/my\\040data rw,relatime shared:7 - xfs /dev/vdb rw
26 22 254:2 / /home rw,relatime - ext4 /dev/vdc rw
27 26 0:44 /export /home/nfs rw,relatime - nfs4 server:/export rw
28 22 254:3 / /tmp/build rw,relatime - ext4 /dev/vdd rw
29 22 254:4 / /runtime rw,relatime - ext4 /dev/vde rw
`;

test('hostFilesystems lists what holds files outside the root, parents first', () => {
  expect(hostFilesystems(mountinfo)).toEqual(['/home', '/home/nfs', '/runtime', '/usr/my data']);
  expect(hostFilesystems('')).toEqual([]);
});
