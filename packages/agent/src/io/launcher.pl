#!/usr/bin/perl
# Starts commands for the agent: forking this small process is much cheaper than forking the agent's own.
# Each command gets a supervisor, a fork of this process, that leads a session of its own, waits for the command,
# and leaves its wait status in a file whether or not the agent lives meanwhile.
#
# stdin:  "<length>\n" and as many bytes: fields ended by NUL, namely container id, runtime directory, sandbox,
#         uid:gid or -, bytes:files of rotated logs or -, file where the command leaves the pid of a process that goes on
#         without it or -, ROWSxCOLUMNS of the terminal or -, number of variables, the variables as NAME=value, program,
#         argv[0], further arguments.
# stdout: "started <id> <pid>", "exited <id>" or "failed <id> <reason>", a line each.
use strict;
use warnings;
use Fcntl qw(O_APPEND O_CREAT O_EXCL O_NOFOLLOW O_NONBLOCK O_WRONLY);
use IO::Handle ();
use POSIX ();

my @caught = qw(HUP INT QUIT TERM USR1 USR2 PIPE);
# The number of the system call differs.
my %prctl = (x86_64 => 157, aarch64 => 167, riscv64 => 167, ppc64le => 171, s390x => 172);
my $buffer = '';
open(my $notify, '>&', \*STDOUT) or die "Cannot copy stdout: $!\n";
$SIG{CHLD} = 'IGNORE';
$0 = 'stoke-launcher';

while (defined(my $request = read_request())) {
    my ($id, @fields) = split /\0/, $request, -1;
    pop @fields;
    my $pid = fork();
    if (!defined $pid) { report("failed $id Cannot fork: $!") }
    elsif ($pid == 0) { supervise($id, @fields); POSIX::_exit(0) }
}

sub read_request {
    my $length;
    until (defined $length) {
        if ($buffer =~ s/\A(\d+)\n//) { $length = $1 }
        else { read_more() or return undef }
    }
    while (length($buffer) < $length) { read_more() or return undef }
    return substr($buffer, 0, $length, '');
}

sub read_more {
    for (;;) {
        my $count = sysread(STDIN, $buffer, 65536, length $buffer);
        return $count if defined $count;
        return 0 unless $!{EINTR};
    }
}

# Nobody may listen any more: that is no reason to stop.
sub report { my ($line) = @_; local $!; syswrite($notify, "$line\n"); return }

sub supervise {
    my ($id, $run, $sandbox, $user, $rotation, $left, $size, $variables, @rest) = @_;
    my @environment = splice(@rest, 0, $variables);
    my ($file, @argv) = @rest;
    $0 = "stoke-task $id";
    $SIG{CHLD} = 'DEFAULT';
    # Handlers, not IGNORE: they are reset by exec, so the command starts with the defaults.
    $SIG{$_} = sub { } for @caught;
    my @ids = $user eq '-' ? () : split /:/, $user;
    my (@logs, $terminal, $record);
    my $child = eval {
        POSIX::setsid();
        $terminal = terminal($size, $run, $ids[0]) if $size ne '-';
        chdir($sandbox) or die "Cannot enter $sandbox: $!\n";
        open(STDIN, '<', '/dev/null') or die "Cannot open /dev/null: $!\n";
        if ($terminal) { $terminal->{log} = screen_log($rotation, @ids) }
        elsif ($rotation eq '-') {
            redirect(\*STDOUT, 'stdout', @ids);
            redirect(\*STDERR, 'stderr', @ids);
        }
        else { @logs = (open_log(\*STDOUT, 'stdout', $rotation, @ids), open_log(\*STDERR, 'stderr', $rotation, @ids)) }
        adopt_orphans() if $left ne '-';
        $record = claim_start($run);
        my $pid = fork();
        die "Cannot fork: $!\n" unless defined $pid;
        run_command($terminal, $file, \@argv, \@environment, @ids) if $pid == 0;
        if (@logs) {
            # The end of a log is seen only when nobody holds its pipe open.
            open($_, '>', '/dev/null') or die "Cannot open /dev/null: $!\n" for \*STDOUT, \*STDERR;
        }
        $pid;
    };
    if (!defined $child) {
        chomp(my $reason = $@);
        report("failed $id $reason");
        return;
    }
    report("started $id $$");
    my ($process, $status) = $left eq '-' ? ($child, undef) : what_goes_on($child, $left);
    keep_logs($process, @logs) if @logs;
    keep_terminal($terminal, $process) if $terminal;
    $status //= await($process, $process != $child);
    syswrite($record, "$status\n") if defined $status;
    report("exited $id");
    return;
}

# The process that the command left, once it ended well; otherwise itself and how it ended.
sub what_goes_on {
    my ($child, $file) = @_;
    my $status = await($child);
    open(my $in, '<', $file) or return ($child, $status);
    my ($pid) = (<$in> // '') =~ /\A(\d+)\s*\z/;
    return defined $pid && ($status // -1) == 0 ? ($pid, undef) : ($child, $status);
}

# Undefined when there is no such child. One that is to be adopted may still have a parent that is; so others are
# waited for as well then.
sub await {
    my ($pid, $is_adopted) = @_;
    for (;;) {
        my $reaped = waitpid($is_adopted ? -1 : $pid, 0);
        return $? if $reaped == $pid;
        return undef if $reaped == -1 && !$!{EINTR};
    }
}

# What loses its parent below this process becomes its child: PR_SET_CHILD_SUBREAPER.
sub adopt_orphans {
    my $machine = (POSIX::uname())[4];
    my $prctl = $prctl{$machine} // die "Cannot adopt processes on $machine\n";
    syscall($prctl, 36, 1, 0, 0, 0) == 0 or die "Cannot adopt processes: $!\n";
    return;
}

sub redirect {
    my ($stream, $name, @ids) = @_;
    my $file = open_output($name, 0, @ids);
    open($stream, '>&', $file) or die "Cannot redirect to $name: $!\n";
    return;
}

# What was fetched, or the task itself, may have put a link there, symbolic or hard, which must not be written to or
# given away with the agent's rights; or a pipe, whose reader must not be waited for.
sub open_output {
    my ($name, $more, @ids) = @_;
    my $flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | $more;
    sysopen(my $file, $name, $flags, 0644) or die "Cannot open $name: $!\n";
    my $links = (stat $file)[3];
    die "Cannot open $name: it is no file of its own\n" if !-f $file || $links != 1;
    if (@ids) { chown($ids[0], $ids[1], $file) or die "Cannot give away $name: $!\n" }
    return $file;
}

# A log that goes through this process, which keeps its files small.
sub open_log {
    my ($stream, $name, $rotation, @ids) = @_;
    my ($bytes, $files) = split /:/, $rotation;
    my $file = open_output($name, 0, @ids);
    pipe(my $read, my $write) or die "Cannot make a pipe: $!\n";
    $read->blocking(0);
    open($stream, '>&', $write) or die "Cannot redirect $name: $!\n";
    return { name => $name, bytes => $bytes, files => $files, ids => \@ids, read => $read, file => $file, size => -s $file };
}

# Returns when the logs ended, or the command did and what it wrote is read: others may hold the pipes for ever.
sub keep_logs {
    my ($child, @logs) = @_;
    local $SIG{CHLD} = sub { };
    for (my $over; @logs;) {
        my $wanted = '';
        vec($wanted, fileno $_->{read}, 1) = 1 for @logs;
        select($wanted, undef, undef, $over ? 0 : 0.2);
        my @open = grep { copy_log($_) } @logs;
        return if $over && (time > $over + 1 || @open == @logs && !grep { $_->{busy} } @open);
        @logs = @open;
        $over = time if !$over && is_over($child);
    }
    return;
}

# Whether the command ended; its status stays to be asked for.
sub is_over {
    my ($child) = @_;
    open(my $in, '<', "/proc/$child/stat") or return 1;
    my $stat = <$in> // return 1;
    return $stat =~ /\) [ZX] [^)]*\z/;
}

# False at the end of the log.
sub copy_log {
    my ($log) = @_;
    my $count = sysread($log->{read}, my $text, 65536);
    $log->{busy} = defined $count;
    return 1 if !defined $count;
    return 0 if $count == 0;
    write_log($log, $text);
    return 1;
}

sub write_log {
    my ($log, $text) = @_;
    my $count = length $text;
    rotate($log) if defined $log->{bytes} && $log->{size} > 0 && $log->{size} + $count > $log->{bytes};
    # A full disk loses output; it does not stop the task.
    my $written = $log->{file} ? syswrite($log->{file}, $text) : $count;
    $log->{size} += $written // 0;
    return;
}

sub rotate {
    my ($log) = @_;
    my $name = $log->{name};
    for my $number (reverse 1 .. $log->{files} - 1) {
        rename($number == 1 ? $name : $name . '.' . ($number - 1), "$name.$number");
    }
    # Only into a new file: the task may have put things in the way. If it still does, the next round tries again.
    unlink($name);
    $log->{file} = eval { open_output($name, O_EXCL, @{ $log->{ids} }) };
    $log->{size} = 0;
    return;
}

# Only tasks with a terminal need what it takes.
sub terminal {
    my ($size, $run, $owner) = @_;
    require(__FILE__ =~ s{[^/]*\z}{terminal.pl}r);
    return StokeTerminal::open_terminal($size, $run, $owner);
}

# A terminal has one stream only; the other file is there for those who look for it.
sub screen_log {
    my ($rotation, @ids) = @_;
    my ($bytes, $files) = $rotation eq '-' ? () : split /:/, $rotation;
    open_output('stderr', 0, @ids);
    my $file = open_output('stdout', 0, @ids);
    return { name => 'stdout', bytes => $bytes, files => $files, ids => \@ids, file => $file, size => -s $file };
}

sub keep_terminal {
    my ($terminal, $child) = @_;
    local $SIG{CHLD} = sub { };
    StokeTerminal::serve($terminal, sub { write_log($terminal->{log}, $_[0]) }, sub { is_over($child) });
    StokeTerminal::end_session($child);
    return;
}

sub run_command {
    my ($terminal, $file, $argv, $environment, @ids) = @_;
    if ($terminal) { eval { StokeTerminal::take_terminal($terminal); 1 } or POSIX::_exit(1) }
    else { setpgrp(0, 0) }
    $SIG{$_} = 'DEFAULT' for @caught;
    if (@ids) {
        my ($uid, $gid) = @ids;
        $) = "$gid $gid";
        $( = $gid;
        ($<, $>) = ($uid, $uid);
        if ($< != $uid || $> != $uid) {
            print STDERR "Cannot become user $uid: $!\n";
            POSIX::_exit(1);
        }
    }
    %ENV = map { split(/=/, $_, 2) } @$environment;
    no warnings 'exec';
    exec { $file } @$argv or print STDERR "Failed to execute '$file': $!\n";
    STDERR->flush();
    POSIX::_exit(1);
}

# Before the command is there, and only once: an agent that waited for it in vain has put its own file there.
# The wait status follows in the same file, so that not even a full disk is in its way.
sub claim_start {
    my ($run) = @_;
    my ($own, $line) = ("$run/supervisor", "$$ " . start_ticks() . "\n");
    sysopen(my $record, $own, O_WRONLY | O_APPEND | O_CREAT | O_EXCL, 0644) or die "Cannot open $own: $!\n";
    (syswrite($record, $line) // 0) == length $line or die "Cannot write $own: $!\n";
    link($own, "$run/started") or die "Cannot claim the start: $!\n";
    return $record;
}

sub start_ticks {
    open(my $in, '<', "/proc/$$/stat") or return 0;
    my $stat = <$in>;
    $stat =~ s/^.*\) //s;
    return (split / /, $stat)[19];
}
