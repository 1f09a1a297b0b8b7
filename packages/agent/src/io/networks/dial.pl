#!/usr/bin/perl
# Connects to HOST PORT in the network namespace it runs in, says so, and passes bytes on between the connection and
# its own streams. On descriptor 3 it says "connected", or an error code and a message.
use strict;
use warnings;
use Errno ();
use IO::Select ();
use IO::Socket::IP ();
use Socket qw(SHUT_WR);

$SIG{PIPE} = 'IGNORE';
my ($host, $port) = @ARGV;
open(my $notify, '>&=', 3) or die "Cannot open descriptor 3: $!\n";
my $socket = IO::Socket::IP->new(PeerHost => $host, PeerPort => $port);
unless ($socket) {
    my $code = $!{ECONNREFUSED} ? 'ECONNREFUSED' : 'ENOTCONN';
    my $reason = $@ || $!;
    syswrite($notify, "$code $reason");
    exit 1;
}
syswrite($notify, 'connected');
close($notify);
my $select = IO::Select->new($socket, \*STDIN);
while (my @ready = $select->can_read) {
    for my $from (@ready) {
        my $is_input = $from == \*STDIN;
        my $count = sysread($from, my $bytes, 65536);
        if ($count) {
            write_all($is_input ? $socket : \*STDOUT, $bytes) or exit 0;
            next;
        }
        exit 0 unless $is_input;
        $select->remove($from);
        shutdown($socket, SHUT_WR);
    }
}

sub write_all {
    my ($to, $bytes) = @_;
    while (length $bytes) {
        my $count = syswrite($to, $bytes);
        return 0 unless defined $count;
        substr($bytes, 0, $count, '');
    }
    return 1;
}
