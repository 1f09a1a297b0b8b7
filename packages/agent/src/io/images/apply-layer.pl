#!/usr/bin/perl
# Unpacks one layer of an image from stdin into a directory that it makes its root first, so that no name and no link
# leads out of it. Arguments: the directory, the most entries. The archive is a tar (POSIX pax or GNU); files named
# .wh.NAME delete what lower layers have (OCI image specification, "Whiteouts"). Devices are left out: containers
# have their own.
use strict;
use warnings;
use Fcntl qw(O_CREAT O_EXCL O_NOFOLLOW O_WRONLY S_ISDIR);
use POSIX ();

my ($root, $most) = @ARGV;
my $block = 512;
my $longest = 1 << 20;
my $buffer = '';
my %own;
my @directories;

binmode STDIN;
umask 0;
chdir $root or die "Cannot enter the layer: $!\n";
chroot '.' or die "Cannot make the layer the root: $!\n";
chdir '/' or die "Cannot enter the layer: $!\n";
unpack_all();
for my $entry (reverse @directories) { utime $entry->[1], $entry->[1], $entry->[0] }
exit 0;

sub unpack_all {
    my %next;
    my $count = 0;
    while (1) {
        my $header = take($block);
        last if $header eq "\0" x $block;
        my $entry = parse($header);
        die "More than $most entries\n" if ++$count > $most;
        if ($entry->{type} =~ /\A[xLK]\z/) {
            die "A name is too long\n" if $entry->{size} > $longest;
            my $text = take_padded($entry->{size});
            if ($entry->{type} eq 'x') { %next = (%next, pax($text)) }
            else { $next{ $entry->{type} eq 'L' ? 'path' : 'linkpath' } = $text =~ s/\0.*\z//sr }
            next;
        }
        if ($entry->{type} eq 'g') { skip($entry->{size}); next }
        $entry = { %$entry, %next };
        %next = ();
        place($entry);
    }
    while (sysread STDIN, $buffer, 1 << 20) { }
}

sub parse {
    my ($header) = @_;
    my ($name, $mode, $uid, $gid, $size, $mtime, $sum, $type, $link, $magic, $prefix) =
        unpack 'Z100 a8 a8 a8 a12 a12 a8 a1 Z100 a6 x2 x32 x32 x8 x8 Z155', $header;
    substr($header, 148, 8) = ' ' x 8;
    die "The archive is damaged\n" if unpack('%32C*', $header) != number($sum);
    $name = "$prefix/$name" if $magic eq "ustar\0" && $prefix ne '';
    $type = '0' if $type eq "\0" || $type eq '7';
    $type = '5' if $type eq '0' && $name =~ m{/\z};
    return {
        path => $name, mode => number($mode) & 07777, uid => number($uid), gid => number($gid),
        size => number($size), mtime => number($mtime), type => $type, linkpath => $link,
    };
}

# Octal digits, or base 256 where those are not enough.
sub number {
    my ($text) = @_;
    if (ord($text) & 0x80) {
        my $value = ord($text) & 0x7f;
        $value = $value * 256 + $_ for unpack 'C*', substr $text, 1;
        die "A number is too large\n" if $value > 1 << 50;
        return $value;
    }
    return $text =~ /([0-7]+)/ ? oct $1 : 0;
}

sub pax {
    my ($text) = @_;
    my %found;
    while ($text =~ /\G(\d+) /gc) {
        my $rest = substr $text, pos $text, $1 - length($1) - 1;
        pos($text) = pos($text) + length $rest;
        my ($key, $value) = $rest =~ /\A([^=]+)=(.*)\n\z/s or die "The archive is damaged\n";
        die "Sparse files are not supported\n" if $key =~ /\AGNU\.sparse/;
        $found{$key} = $value if $key =~ /\A(?:path|linkpath)\z/;
        $found{$key} = int $value if $key =~ /\A(?:size|uid|gid|mtime)\z/;
    }
    return %found;
}

# A name from the root, without anything that climbs.
sub clean {
    my ($name) = @_;
    my @parts = grep { $_ ne '' && $_ ne '.' } split m{/}, $name;
    die "Entry '$name' lies outside the layer\n" if grep { $_ eq '..' } @parts;
    die "Entry has a name that is none\n" if $name =~ /\0/;
    return '/' . join '/', @parts;
}

sub place {
    my ($entry) = @_;
    my $path = clean($entry->{path});
    my ($parent, $base) = $path =~ m{\A(.*)/([^/]*)\z};
    if ($base =~ /\A\.wh\./) { white_out($parent, $base); skip($entry->{size}); return }
    make_parents($parent);
    my $type = $entry->{type};
    my @there = lstat $path;
    remove($path) if @there && !($type eq '5' && S_ISDIR($there[2]));
    mark($path);
    if ($type eq '5') { directory($path, $entry) }
    elsif ($type eq '0') { file($path, $entry); return }
    elsif ($type eq '1') { link clean($entry->{linkpath}), $path or fail('link', $path) }
    elsif ($type eq '2') {
        symlink $entry->{linkpath}, $path or fail('link', $path);
        POSIX::lchown($entry->{uid}, $entry->{gid}, $path);
    }
    elsif ($type eq '6') { POSIX::mkfifo($path, 0600) or fail('make', $path); own($path, $entry) }
    elsif ($type !~ /\A[34]\z/) { die "Entry '$path' is of an unknown kind '$type'\n" }
    skip($entry->{size});
}

sub directory {
    my ($path, $entry) = @_;
    -d $path or mkdir $path, 0700 or fail('make', $path);
    own($path, $entry);
    push @directories, [$path, $entry->{mtime}];
}

sub file {
    my ($path, $entry) = @_;
    sysopen my $out, $path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600 or fail('write', $path);
    my $left = $entry->{size};
    while ($left > 0) {
        my $part = take_some($left);
        $left -= length $part;
        my $done = 0;
        while ($done < length $part) {
            $done += syswrite($out, $part, length($part) - $done, $done) // fail('write', $path);
        }
    }
    close $out or fail('write', $path);
    take(-$entry->{size} % $block);
    own($path, $entry);
    utime $entry->{mtime}, $entry->{mtime}, $path;
}

sub own {
    my ($path, $entry) = @_;
    chown $entry->{uid}, $entry->{gid}, $path or fail('own', $path);
    chmod $entry->{mode}, $path or fail('change', $path);
}

# What this layer itself made stays when it hides a directory of lower ones.
sub mark {
    my ($path) = @_;
    while ($path ne '' && !$own{$path}++) { $path =~ s{/[^/]*\z}{} }
}

sub make_parents {
    my ($path) = @_;
    my $made = '';
    for my $part (grep { $_ ne '' } split m{/}, $path) {
        $made .= "/$part";
        next if -d $made;
        remove($made) if lstat $made;
        mkdir $made, 0755 or fail('make', $made);
        mark($made);
    }
}

sub white_out {
    my ($parent, $base) = @_;
    if ($base eq '.wh..wh..opq') { empty($parent eq '' ? '/' : $parent); return }
    return if $base =~ /\A\.wh\.\.wh\./;
    my $name = substr $base, 4;
    die "Entry '$parent/$base' deletes nothing\n" if $name eq '' || $name eq '.' || $name eq '..';
    remove("$parent/$name") if lstat "$parent/$name";
}

sub empty {
    my ($directory) = @_;
    for my $name (names($directory)) {
        my $path = $directory eq '/' ? "/$name" : "$directory/$name";
        if (!$own{$path}) { remove($path) }
        elsif (-d $path && !-l $path) { empty($path) }
    }
}

sub remove {
    my ($path) = @_;
    if (-d $path && !-l $path) {
        remove("$path/$_") for names($path);
        rmdir $path or fail('remove', $path);
    }
    else { unlink $path or fail('remove', $path) }
}

sub names {
    my ($path) = @_;
    opendir my $directory, $path or return;
    return grep { $_ ne '.' && $_ ne '..' } readdir $directory;
}

sub fail {
    my ($verb, $path) = @_;
    die "Cannot $verb '$path': $!\n";
}

sub take {
    my ($length) = @_;
    while (length $buffer < $length) {
        sysread(STDIN, $buffer, 1 << 16, length $buffer) or die "The archive ends too early\n";
    }
    return substr $buffer, 0, $length, '';
}

sub take_padded {
    my ($length) = @_;
    my $text = take($length);
    take(-$length % $block);
    return $text;
}

sub take_some {
    my ($most) = @_;
    take(0);
    if ($buffer eq '') { sysread STDIN, $buffer, 1 << 18 or die "The archive ends too early\n" }
    return substr $buffer, 0, $most, '';
}

sub skip {
    my ($length) = @_;
    my $left = $length + -$length % $block;
    while ($left > 0) { $left -= length take_some($left) }
}
