#!/usr/bin/perl
# Shows a directory of the machine inside a container that runs, at the same path, or hides it again.
#
# Arguments: show or hide, a process of the container, its sandbox as it is outside and inside, the directory.
# The directory is taken hold of outside and mounted inside, so nothing is mounted on the machine, and the mount ends
# with the container. Once inside, nothing is loaded or run: files there are the container's.
use strict;
use warnings;
use POSIX ();

# Numbers of Linux: the first three are the same everywhere.
use constant { OPEN_TREE => 428, MOVE_MOUNT => 429, MOUNT_SETATTR => 442 };
use constant { AT_FDCWD => -100, AT_EMPTY_PATH => 0x1000, O_CLOEXEC => 0x80000 };
use constant { OPEN_TREE_CLONE => 1, MOVE_MOUNT_F_EMPTY_PATH => 4 };
use constant { CLONE_NEWNS => 0x20000, MNT_DETACH => 2, UMOUNT_NOFOLLOW => 8, EINVAL => 22, ENOENT => 2 };
use constant { MOUNT_ATTR_NOSUID => 2, MOUNT_ATTR_NODEV => 4, MS_PRIVATE => 1 << 18 };
my %numbers = (x86_64 => [308, 166], aarch64 => [268, 39]);

my ($order, $pid, $outside, $inside, $path) = @ARGV;
my $machine = (POSIX::uname())[4];
my ($setns, $umount2) = @{ $numbers{$machine} // die "Cannot enter containers on $machine\n" };
my $empty = '';
umask 022;

my $sandbox = identity($outside) // die "Cannot find the sandbox '$outside': $!\n";
my $wanted = identity($path);
open(my $namespace, '<', "/proc/$pid/ns/mnt") or die "Cannot find process $pid: $!\n";
my $tree = $order eq 'show' ? take_hold() : undef;
syscall($setns, fileno $namespace, CLONE_NEWNS) == 0 or die "Cannot enter the container: $!\n";

# Only the container has its sandbox there: no process that got the pid meanwhile, on this machine or another one.
(identity($inside) // '') eq $sandbox or die "Process $pid is not in the container\n";
$order eq 'show' ? show() : hide();

sub identity { my ($where) = @_; my ($device, $inode) = stat $where; return defined $inode ? "$device:$inode" : undef }

sub take_hold {
    my $held = syscall(OPEN_TREE, AT_FDCWD, $path, OPEN_TREE_CLONE | O_CLOEXEC);
    $held >= 0 or die "Cannot take hold of '$path': $!\n";
    my $attributes = pack('Q4', MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, 0, MS_PRIVATE, 0);
    syscall(MOUNT_SETATTR, $held, $empty, AT_EMPTY_PATH, $attributes, length $attributes) == 0
        or die "Cannot set up the mount of '$path' (it takes Linux 5.12): $!\n";
    return $held;
}

# What was put in the way inside can lead nowhere else than there; all the same no link is followed.
sub enter {
    my ($make, @parts) = @_;
    chdir '/' or die "Cannot enter /: $!\n";
    for my $part (@parts) {
        mkdir $part, 0755 if $make && !lstat $part;
        lstat $part or return 0;
        die "'$part' on the way to '$path' is no directory\n" if -l _ || !-d _;
        chdir $part or die "Cannot enter '$part' on the way to '$path': $!\n";
    }
    return 1;
}

sub show {
    enter(1, parts()) or die "Cannot make '$path' in the container: $!\n";
    return if (identity('.') // '') eq $wanted;
    my $here = '.';
    syscall(MOVE_MOUNT, $tree, $empty, AT_FDCWD, $here, MOVE_MOUNT_F_EMPTY_PATH) == 0
        or die "Cannot mount '$path' in the container: $!\n";
    return;
}

# One that is not there is no error.
sub hide {
    my @parts = parts();
    my $name = pop @parts;
    enter(0, @parts) or return;
    return if syscall($umount2, $name, MNT_DETACH | UMOUNT_NOFOLLOW) == 0;
    my $number = $! + 0;
    die "Cannot unmount '$path' in the container: $!\n" unless $number == EINVAL || $number == ENOENT;
    return;
}

sub parts { return grep { length && $_ ne '.' } split m{/}, $path }
