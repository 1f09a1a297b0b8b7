/**
 * System calls that containers are refused (seccomp part of the OCI runtime specification). The kernel refuses most
 * of them anyway to processes without the capability; but in a user namespace of its own a process has them all, so
 * making one is refused too.
 */

const newUserNamespace = 0x10000000;
/** What programs take for a kernel without the call, and do without. */
const notThere = 38;

const refused = [
  ...['mount', 'umount', 'umount2', 'pivot_root', 'move_mount', 'open_tree', 'mount_setattr'],
  ...['fsopen', 'fsconfig', 'fsmount', 'fspick', 'setns', 'open_by_handle_at'],
  ...['add_key', 'keyctl', 'request_key', 'bpf', 'perf_event_open', 'userfaultfd'],
  ...['init_module', 'finit_module', 'delete_module', 'kexec_load', 'kexec_file_load'],
  ...['acct', 'ioperm', 'iopl', 'quotactl', 'reboot', 'swapon', 'swapoff'],
];

const architectures: Readonly<Record<string, readonly string[]>> = {
  x64: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
  arm64: ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'],
};

/** `architecture` as Node names it; without other ABIs of the machine a process could go round the list. */
export function seccompRules(architecture: string): unknown {
  const refuse = { action: 'SCMP_ACT_ERRNO', errnoRet: 1 };
  const makesUsers = [
    { index: 0, value: newUserNamespace, valueTwo: newUserNamespace, op: 'SCMP_CMP_MASKED_EQ' },
  ];
  return {
    defaultAction: 'SCMP_ACT_ALLOW',
    architectures: architectures[architecture] ?? [],
    syscalls: [
      { names: refused, ...refuse },
      { names: ['clone', 'unshare'], args: makesUsers, ...refuse },
      // Its flags lie in memory, which a filter does not see.
      { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: notThere },
    ],
  };
}
