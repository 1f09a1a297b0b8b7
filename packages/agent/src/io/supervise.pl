#!/usr/bin/perl
# Waits for one command and leaves its wait status in a file, whether or not the agent lives meanwhile.
# Arguments: runtime directory, uid:gid or -, program, argv[0], further arguments.
use strict;
use warnings;

my ($run, $user, $file, @argv) = @ARGV;

# Handlers, not IGNORE: they are reset by exec, so the command starts with the defaults.
$SIG{$_} = sub { } for qw(HUP INT QUIT TERM USR1 USR2 PIPE);

sub write_file {
    my ($name, $text) = @_;
    open(my $out, '>', "$run/$name.tmp") or die "Cannot write $run/$name: $!\n";
    print $out $text;
    close($out) or die "Cannot write $run/$name: $!\n";
    rename("$run/$name.tmp", "$run/$name") or die "Cannot write $run/$name: $!\n";
}

sub start_ticks {
    open(my $in, '<', "/proc/$$/stat") or return 0;
    my $stat = <$in>;
    $stat =~ s/^.*\) //s;
    return (split / /, $stat)[19];
}

my $child = fork();
die "Cannot fork: $!\n" unless defined $child;
if ($child == 0) {
    setpgrp(0, 0);
    $SIG{$_} = 'DEFAULT' for qw(HUP INT QUIT TERM USR1 USR2 PIPE);
    if ($user ne '-') {
        my ($uid, $gid) = split /:/, $user;
        $) = "$gid $gid";
        $( = $gid;
        ($<, $>) = ($uid, $uid);
        die "Cannot become user $uid: $!\n" if $< != $uid || $> != $uid;
    }
    delete $ENV{PERL_BADLANG};
    for my $name (grep { /^STOKE_KEPT_PERL/ } keys %ENV) {
        $ENV{ substr($name, length 'STOKE_KEPT_') } = delete $ENV{$name};
    }
    no warnings 'exec';
    exec { $file } @argv or print STDERR "Failed to execute '$file': $!\n";
    exit 1;
}
write_file('started', "$$ " . start_ticks() . " $child\n");
my $reaped = 0;
$reaped = waitpid($child, 0) until $reaped == $child;
write_file('status', "$?\n");
