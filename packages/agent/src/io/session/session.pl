#!/usr/bin/perl
# Runs one command whose streams somebody is attached to, over pipes or on a terminal of its own, and lets nothing of
# it outlive the agent: when the agent's end of stdin closes, for whatever reason, every process of the command ends.
#
# stdin:  frames, namely a letter, four bytes of length (big endian) and as many bytes:
#         L  what to run, once and first: fields ended by NUL, namely directory, uid:gid or -, ROWSxCOLUMNS or - for
#            pipes, number of variables, the variables as NAME=value, program, argv[0], further arguments
#         I  input     E  the end of input     W  rows and columns, two bytes each     S  number of a signal, one byte
# stdout, stderr: those of the command; a terminal has only the one.
# fd 3:   "started <pid>", "failed <reason>", "exited <wait status>", a line each.
use strict;
use warnings;
use Fcntl qw(F_GETFL F_SETFD F_SETFL FD_CLOEXEC O_NOCTTY O_NONBLOCK O_RDWR);
use IO::Handle ();
use POSIX qw(:errno_h WNOHANG);

# ioctl numbers of Linux on x86 and ARM.
use constant { TIOCSCTTY => 0x540E, TIOCSWINSZ => 0x5414, TIOCGPTN => 0x80045430, TIOCSPTLCK => 0x40045431 };
# What waits for a slow reader, in either direction; beyond it the writer has to wait.
use constant MOST_WAITING => 65536;
use constant CANNOT_EXECUTE => 126;
use constant NOT_FOUND => 127;

my @caught = qw(HUP INT QUIT TERM USR1 USR2 PIPE CHLD);
# Handlers, not IGNORE: they are reset by exec, so the command starts with the defaults.
$SIG{$_} = sub { } for @caught;
$0 = 'stoke-session';
open(my $notify, '>&=', 3) or die "Cannot open descriptor 3: $!\n";
fcntl($notify, F_SETFD, FD_CLOEXEC);

my ($frames, $input, $input_ended) = ('', '', 0);
my $agent_gone = 0;
my ($command, $status, $keyboard, $terminal);
my @routes;

my $launch = first_frame();
exit 0 unless defined $launch;
unless (eval { start_command(split /\0/, $launch, -1); 1 }) {
    chomp(my $reason = $@);
    report("failed $reason");
    exit 0;
}
report("started $command");
turn() until defined $status && !@routes;
exit 0;

sub report { my ($line) = @_; local $!; syswrite($notify, "$line\n"); return }

sub first_frame {
    for (;;) {
        my ($kind, $payload) = next_frame();
        return $kind eq 'L' ? $payload : undef if defined $kind;
        my $count = sysread(STDIN, $frames, 65536, length $frames);
        return undef if defined $count ? $count == 0 : !$!{EINTR};
    }
}

sub next_frame {
    return if length $frames < 5;
    my ($kind, $length) = unpack 'a N', $frames;
    return if length $frames < 5 + $length;
    substr($frames, 0, 5, '');
    return ($kind, substr($frames, 0, $length, ''));
}

sub start_command {
    my ($directory, $user, $size, $variables, @rest) = @_;
    pop @rest;
    my @environment = splice(@rest, 0, $variables);
    my @ids = $user eq '-' ? () : split /:/, $user;
    my @streams = $size eq '-' ? open_pipes() : open_terminal($size, @ids);
    $command = fork();
    die "Cannot fork: $!\n" unless defined $command;
    become_command($directory, \@ids, \@environment, @streams, @rest) if $command == 0;
    close $_ for @streams;
    nonblocking($_) for $keyboard, map { ($_->{from}, $_->{to}) } @routes;
    return;
}

# Real pipes: the agent's own descriptors are sockets, which /dev/stdout cannot be opened on.
sub open_pipes {
    pipe(my $in, $keyboard) or die "Cannot make a pipe: $!\n";
    pipe(my $out_reader, my $out) or die "Cannot make a pipe: $!\n";
    pipe(my $err_reader, my $err) or die "Cannot make a pipe: $!\n";
    push @routes, { from => $out_reader, to => \*STDOUT, waiting => '' };
    push @routes, { from => $err_reader, to => \*STDERR, waiting => '' };
    return ($in, $out, $err);
}

sub open_terminal {
    my ($size, @ids) = @_;
    sysopen($terminal, '/dev/ptmx', O_RDWR | O_NOCTTY) or die "Cannot open a terminal: $!\n";
    my $unlocked = pack 'i', 0;
    ioctl($terminal, TIOCSPTLCK, $unlocked) or die "Cannot unlock a terminal: $!\n";
    my $number = pack 'I', 0;
    ioctl($terminal, TIOCGPTN, $number) or die "Cannot name a terminal: $!\n";
    my $name = '/dev/pts/' . unpack('I', $number);
    sysopen(my $line, $name, O_RDWR | O_NOCTTY) or die "Cannot open $name: $!\n";
    chown($ids[0], -1, $line) if @ids;
    resize(split /x/, $size);
    open($keyboard, '>&', $terminal) or die "Cannot copy $name: $!\n";
    push @routes, { from => $terminal, to => \*STDOUT, waiting => '' };
    open(my $out, '>&', $line) or die "Cannot copy $name: $!\n";
    open(my $err, '>&', $line) or die "Cannot copy $name: $!\n";
    return ($line, $out, $err);
}

sub resize {
    my ($rows, $columns) = @_;
    ioctl($terminal, TIOCSWINSZ, pack('S4', $rows, $columns, 0, 0)) if $terminal;
    return;
}

sub become_command {
    my ($directory, $ids, $environment, $in, $out, $err, $file, @argv) = @_;
    POSIX::setsid();
    ioctl($in, TIOCSCTTY, 0) if $terminal;
    open(STDIN, '<&', $in);
    open(STDOUT, '>&', $out);
    open(STDERR, '>&', $err);
    $SIG{$_} = 'DEFAULT' for @caught;
    unless (chdir($directory)) {
        print STDERR "Cannot enter $directory: $!\n";
        leave(CANNOT_EXECUTE);
    }
    if (@$ids) {
        my ($uid, $gid) = @$ids;
        $) = "$gid $gid";
        $( = $gid;
        ($<, $>) = ($uid, $uid);
        if ($< != $uid || $> != $uid) {
            print STDERR "Cannot become user $uid: $!\n";
            leave(CANNOT_EXECUTE);
        }
    }
    %ENV = map { split(/=/, $_, 2) } @$environment;
    no warnings 'exec';
    exec { $file } @argv;
    my $code = $!{ENOENT} ? NOT_FOUND : CANNOT_EXECUTE;
    print STDERR "Failed to execute '$file': $!\n";
    leave($code);
}

sub leave { STDERR->flush(); POSIX::_exit($_[0]) }

sub nonblocking {
    my ($stream) = @_;
    fcntl($stream, F_SETFL, fcntl($stream, F_GETFL, 0) | O_NONBLOCK);
    return;
}

# One look at everything that may go on.
sub turn {
    my ($readers, $writers) = ('', '');
    vec($readers, fileno(STDIN), 1) = 1 if !$agent_gone && length $input < MOST_WAITING;
    vec($writers, fileno($keyboard), 1) = 1 if $keyboard && (length $input || $input_ended);
    for my $route (@routes) {
        vec($readers, fileno($route->{from}), 1) = 1 if $route->{from} && length $route->{waiting} < MOST_WAITING;
        vec($writers, fileno($route->{to}), 1) = 1 if length $route->{waiting};
    }
    # A signal that comes right before select does not end it: hence the bound.
    select($readers, $writers, undef, 0.25);
    reap();
    read_frames() if !$agent_gone && length $input < MOST_WAITING;
    feed();
    pass_on($_) for @routes;
    @routes = grep { $_->{from} || length $_->{waiting} } @routes;
    return;
}

sub read_frames {
    my $readable = '';
    vec($readable, fileno(STDIN), 1) = 1;
    return unless select($readable, undef, undef, 0) > 0;
    my $count = sysread(STDIN, $frames, 65536, length $frames);
    if (defined $count ? $count == 0 : !$!{EINTR}) {
        $agent_gone = 1;
        end_all(9);
        return;
    }
    while (my ($kind, $payload) = next_frame()) {
        if ($kind eq 'I') { $input .= $payload if $keyboard && !$input_ended }
        elsif ($kind eq 'E') { end_input() }
        elsif ($kind eq 'W') { resize(unpack 'n n', $payload) }
        elsif ($kind eq 'S') { end_all(unpack 'C', $payload) unless defined $status }
    }
    return;
}

# A terminal has no end: its own sign for it is typed.
sub end_input {
    return if $input_ended;
    $input .= "\x04" if $terminal;
    $input_ended = 1;
    return;
}

sub feed {
    return unless $keyboard;
    if (length $input) {
        my $count = syswrite($keyboard, $input);
        if (defined $count) { substr($input, 0, $count, '') }
        elsif (!$!{EAGAIN} && !$!{EINTR}) { stop_feeding() }
    }
    stop_feeding() if $input_ended && !length $input;
    return;
}

sub stop_feeding { close $keyboard if $keyboard; undef $keyboard; $input = ''; return }

sub pass_on {
    my ($route) = @_;
    read_route($route) while $route->{from} && length $route->{waiting} < MOST_WAITING && readable($route);
    return unless length $route->{waiting};
    my $count = syswrite($route->{to}, $route->{waiting});
    if (defined $count) { substr($route->{waiting}, 0, $count, '') }
    elsif (!$!{EAGAIN} && !$!{EINTR}) { undef $route->{from}; $route->{waiting} = '' }
    return;
}

# Once the command ended, what is not there yet will not come.
sub readable {
    my ($route) = @_;
    my $bits = '';
    vec($bits, fileno($route->{from}), 1) = 1;
    my $count = select($bits, undef, undef, 0);
    undef $route->{from} if $count == 0 && defined $status;
    return $count > 0;
}

# A terminal whose last user went says EIO.
sub read_route {
    my ($route) = @_;
    my $count = sysread($route->{from}, $route->{waiting}, 16384, length $route->{waiting});
    undef $route->{from} if defined $count ? $count == 0 : !$!{EAGAIN} && !$!{EINTR};
    return;
}

# What the command left behind goes with it; then its streams can only run dry.
sub reap {
    return if defined $status || waitpid($command, WNOHANG) != $command;
    my $waited = $?;
    end_all(9);
    $status = $waited;
    report("exited $status");
    return;
}

# Signals the command, what is in its session, and what descends from it. SIGKILL comes again until nobody is left.
sub end_all {
    my ($signal) = @_;
    for (1 .. ($signal == 9 ? 5 : 1)) {
        my @found = processes_of_command() or return;
        kill $signal, @found;
    }
    return;
}

sub processes_of_command {
    my (%parent, %ours);
    opendir(my $proc, '/proc') or return ($command);
    for my $pid (grep { /^\d+$/ } readdir $proc) {
        open(my $in, '<', "/proc/$pid/stat") or next;
        my $stat = <$in> // next;
        $stat =~ s/^.*\) //s;
        my ($state, $up, undef, $session) = split / /, $stat;
        next if $state eq 'Z' || $pid == $$;
        $parent{$pid} = $up;
        $ours{$pid} = 1 if $pid == $command || $session == $command;
    }
    for (my $grown = 1; $grown;) {
        $grown = 0;
        for my $pid (grep { !$ours{$_} } keys %parent) {
            $ours{$pid} = $grown = 1 if $ours{ $parent{$pid} } || $parent{$pid} == $command;
        }
    }
    # The command before what it started: otherwise it might tell of their end as its own.
    return sort { ($b == $command) <=> ($a == $command) } keys %ours;
}
