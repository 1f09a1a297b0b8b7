#!/usr/bin/perl
# Lets nothing of a session that another program runs outlive the agent: when the agent's end of stdin closes, for
# whatever reason, all processes of the session end. They are known by a variable that only they have in their
# environment, so it does not matter who started them and in which container they are.
#
# argument: the variable, NAME=value        stdin: numbers of signals for the session, a byte each
use strict;
use warnings;

my $mark = shift @ARGV // die "Usage: session-guard.pl NAME=value\n";
# Handlers, not IGNORE: the agent's own end is told by stdin.
$SIG{$_} = sub { } for qw(HUP INT QUIT TERM USR1 USR2 PIPE);
$0 = 'stoke-session-guard';

for (;;) {
    my $count = sysread(STDIN, my $numbers, 64);
    next if !defined $count && $!{EINTR};
    last unless $count;
    signal_all($_) for unpack 'C*', $numbers;
}
# Again and again: something may be about to start, or to fork.
for my $pause (0, 0.05, 0.1, 0.2, 0.4, 0.8) {
    select(undef, undef, undef, $pause);
    signal_all(9);
}
exit 0;

sub signal_all {
    my ($signal) = @_;
    my @found = processes_of_session();
    kill $signal, @found if @found;
    return;
}

# Those with the variable, those in their sessions, and whatever descends from them.
sub processes_of_session {
    my (%parent, %session, %ours);
    opendir(my $proc, '/proc') or return;
    for my $pid (grep { /^\d+$/ && $_ != $$ } readdir $proc) {
        my $stat = content("/proc/$pid/stat") // next;
        $stat =~ s/^.*\) //s;
        my ($state, $up, undef, $leader) = split / /, $stat;
        next if $state eq 'Z';
        ($parent{$pid}, $session{$pid}) = ($up, $leader);
        my $environment = content("/proc/$pid/environ") // next;
        $ours{$pid} = 1 if index("\0$environment\0", "\0$mark\0") >= 0;
    }
    my %sessions = map { $session{$_} => 1 } grep { $ours{ $session{$_} } } keys %ours;
    for my $pid (keys %parent) { $ours{$pid} = 1 if $sessions{ $session{$pid} } }
    for (my $grown = 1; $grown;) {
        $grown = 0;
        for my $pid (grep { !$ours{$_} && $ours{ $parent{$_} } } keys %parent) { $ours{$pid} = $grown = 1 }
    }
    return keys %ours;
}

sub content {
    my ($path) = @_;
    open(my $in, '<', $path) or return undef;
    local $/;
    return scalar <$in>;
}
