# The terminal of a task: its screen goes into the log and to whoever is attached, by a socket beside the files of the
# supervisor, so that both outlive the agent. Used by launcher.pl.
#
# To an attached one goes what the task writes, as it is. From it come frames, as session.pl takes them: a letter, four
# bytes of length (big endian) and as many bytes, namely I for input and W for rows and columns, two bytes each.
package StokeTerminal;
use strict;
use warnings;
use Fcntl qw(F_GETFL F_SETFL O_NOCTTY O_NONBLOCK O_RDWR);
use POSIX qw(:errno_h);
use Socket qw(AF_UNIX SOCK_STREAM pack_sockaddr_un);

# ioctl numbers of Linux on x86 and ARM.
use constant { TIOCSCTTY => 0x540E, TIOCSWINSZ => 0x5414, TIOCGPTN => 0x80045430, TIOCSPTLCK => 0x40045431 };
use constant MOST_TYPED => 65536;
# What waits for a slow reader; one that is slower is cut off, for the task does not wait.
use constant MOST_SHOWN => 1_048_576;
use constant LONGEST_FRAME => 1_048_576;
use constant MOST_ATTACHED => 64;

# The end that keyboard and screen are at, and the end for the command. Its directory is the runtime's for a moment: a
# whole path may be longer than those of sockets can be.
sub open_terminal {
    my ($size, $run, $owner) = @_;
    sysopen(my $screen, '/dev/ptmx', O_RDWR | O_NOCTTY) or die "Cannot open a terminal: $!\n";
    ioctl($screen, TIOCSPTLCK, my $unlocked = pack 'i', 0) or die "Cannot unlock a terminal: $!\n";
    ioctl($screen, TIOCGPTN, my $number = pack 'I', 0) or die "Cannot name a terminal: $!\n";
    my $name = '/dev/pts/' . unpack('I', $number);
    sysopen(my $line, $name, O_RDWR | O_NOCTTY) or die "Cannot open $name: $!\n";
    chown($owner, -1, $line) if defined $owner;
    resize($screen, split /x/, $size);
    chdir($run) or die "Cannot enter $run: $!\n";
    socket(my $door, AF_UNIX, SOCK_STREAM, 0) or die "Cannot make a socket: $!\n";
    bind($door, pack_sockaddr_un('console')) && listen($door, 16) or die "Cannot listen: $!\n";
    nonblocking($_) for $screen, $door;
    return { screen => $screen, line => $line, door => $door, attached => [], typed => '', is_lit => 1 };
}

# In the process that is to become the command.
sub take_terminal {
    my ($terminal) = @_;
    POSIX::setsid();
    ioctl($terminal->{line}, TIOCSCTTY, 0) or die "Cannot take the terminal: $!\n";
    open($_->[0], $_->[1], $terminal->{line}) or die "Cannot use the terminal: $!\n"
        for [ \*STDIN, '<&' ], [ \*STDOUT, '>&' ], [ \*STDERR, '>&' ];
    return;
}

# Until the command ended and all that it wrote is shown. $log takes text, $is_over says whether it ended.
sub serve {
    my ($terminal, $log, $is_over) = @_;
    close $terminal->{line};
    for (my $over = 0; ;) {
        my $shown = turn($terminal, $log);
        last if $over && !$shown;
        $over ||= $is_over->();
    }
    close $terminal->{door};
    for (1 .. 20) {
        last unless grep { length $_->{shown} } @{ $terminal->{attached} };
        select(undef, undef, undef, 0.05);
        show($terminal, $_) for @{ $terminal->{attached} };
    }
    return;
}

# One look at everything that may go on; true when the task wrote something.
sub turn {
    my ($terminal, $log) = @_;
    my ($screen, $door, $attached) = @$terminal{qw(screen door attached)};
    my ($readers, $writers) = ('', '');
    vec($readers, fileno $door, 1) = 1 if @$attached < MOST_ATTACHED;
    vec($readers, fileno $screen, 1) = 1 if $terminal->{is_lit};
    vec($writers, fileno $screen, 1) = 1 if length $terminal->{typed};
    for (@$attached) {
        vec($readers, fileno $_->{socket}, 1) = 1 if length $terminal->{typed} < MOST_TYPED;
        vec($writers, fileno $_->{socket}, 1) = 1 if length $_->{shown};
    }
    my $ready = select($readers, $writers, undef, 0.1);
    $readers = $writers = '' if $ready <= 0;
    my $text = $terminal->{is_lit} && !vec($readers, fileno $screen, 1) ? '' : look($terminal);
    if (length $text) {
        $log->($text);
        $_->{shown} .= $text for @$attached;
    }
    accept_one($terminal) if vec($readers, fileno $door, 1);
    for (@$attached) { hear($terminal, $_) if $_->{socket} && vec($readers, fileno $_->{socket}, 1) }
    type($terminal);
    show($terminal, $_) for @$attached;
    @$attached = grep { $_->{socket} } @$attached;
    return length $text;
}

# A screen that no process has open is dark, and says EIO; it may be lit again.
sub look {
    my ($terminal) = @_;
    my $count = sysread($terminal->{screen}, my $text, 16384);
    $terminal->{is_lit} = defined $count ? $count > 0 : $!{EAGAIN} || $!{EINTR};
    return defined $count ? $text : '';
}

sub accept_one {
    my ($terminal) = @_;
    accept(my $socket, $terminal->{door}) or return;
    nonblocking($socket);
    push @{ $terminal->{attached} }, { socket => $socket, frames => '', shown => '' };
    return;
}

sub hear {
    my ($terminal, $one) = @_;
    my $count = sysread($one->{socket}, $one->{frames}, 65536, length $one->{frames});
    return drop($one) if defined $count ? $count == 0 : !$!{EAGAIN} && !$!{EINTR};
    while (length $one->{frames} >= 5) {
        my ($kind, $length) = unpack 'a N', $one->{frames};
        return drop($one) if $length > LONGEST_FRAME;
        last if length $one->{frames} < 5 + $length;
        substr($one->{frames}, 0, 5, '');
        my $payload = substr($one->{frames}, 0, $length, '');
        if ($kind eq 'I') { $terminal->{typed} .= $payload }
        elsif ($kind eq 'W') { resize($terminal->{screen}, unpack 'n n', $payload) }
    }
    return;
}

sub type {
    my ($terminal) = @_;
    return unless length $terminal->{typed};
    my $count = syswrite($terminal->{screen}, $terminal->{typed});
    if (defined $count) { substr($terminal->{typed}, 0, $count, '') }
    elsif (!$!{EAGAIN} && !$!{EINTR}) { $terminal->{typed} = '' }
    return;
}

sub show {
    my ($terminal, $one) = @_;
    return unless $one->{socket} && length $one->{shown};
    my $count = syswrite($one->{socket}, $one->{shown});
    if (defined $count) { substr($one->{shown}, 0, $count, '') }
    elsif (!$!{EAGAIN} && !$!{EINTR}) { return drop($one) }
    drop($one) if length $one->{shown} > MOST_SHOWN;
    return;
}

sub drop { my ($one) = @_; close $one->{socket}; $one->{socket} = undef; $one->{shown} = ''; return }

sub resize {
    my ($screen, $rows, $columns) = @_;
    ioctl($screen, TIOCSWINSZ, pack('S4', $rows // 0, $columns // 0, 0, 0));
    return;
}

sub nonblocking {
    my ($stream) = @_;
    fcntl($stream, F_SETFL, fcntl($stream, F_GETFL, 0) | O_NONBLOCK);
    return;
}

# What the command left in its session goes with it.
sub end_session {
    my ($leader) = @_;
    opendir(my $proc, '/proc') or return;
    for my $pid (grep { /^\d+$/ } readdir $proc) {
        open(my $in, '<', "/proc/$pid/stat") or next;
        my $stat = <$in> // next;
        $stat =~ s/^.*\) //s;
        my (undef, undef, undef, $session) = split / /, $stat;
        kill 9, $pid if $session == $leader && $pid != $leader;
    }
    return;
}

1;
