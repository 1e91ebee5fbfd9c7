<?php
/**
 * Unpacks an archived action: zip from its central directory, or tar.gz.
 *
 * Loaded by launcher.php only when the platform sends an archive instead of a directory; needs
 * neither the zip nor the phar extension.
 */

declare(strict_types=1);

namespace Whisk;

final class BrokenArchive extends \Exception
{
}

/** Unpacks archives; nothing is ever written outside the directory. */
final class Archives
{
    private const ENTRY_LIMIT = 100000;
    private const UNPACKED_LIMIT = 512 * 1024 * 1024;

    /**
     * Unpack a zip or tar.gz archive into an existing, empty directory.
     *
     * @throws BrokenArchive with one sentence, if it is broken, too large or names a place outside
     */
    public static function unpack(string $archive, string $directory): void
    {
        if (\str_starts_with($archive, 'PK')) {
            $entries = self::zip($archive);
        } elseif (\str_starts_with($archive, "\x1f\x8b")) {
            $entries = self::tar(self::inflated($archive));
        } else {
            throw new BrokenArchive('it is neither a zip nor a tar.gz file');
        }
        $links = [];
        $count = $total = 0;
        foreach ($entries as [$name, $size, $mode, $link, $content]) {
            self::check(++$count);
            $total += $size;
            if ($total > self::UNPACKED_LIMIT) {
                throw new BrokenArchive('it unpacks to more than 512 MB');
            }
            $parts = \explode('/', $name);
            if ($name === '' || $name[0] === '/' || \in_array('..', $parts, true)
                || \str_contains($name, "\0")) {
                throw new BrokenArchive("the entry '$name' lies outside the archive");
            }
            $place = "$directory/$name";
            if ($link !== null) {
                $links[$place] ??= $link;
            } elseif ($content === null) {
                self::folder(\rtrim($place, '/'));
            } else {
                self::folder(\dirname($place));
                \file_put_contents($place, $content());
                \chmod($place, $mode & 0111 ? 0755 : 0644);
            }
        }
        // Links come last, so that no file is ever written through one.
        foreach ($links as $place => $target) {
            self::link($place, $target, (string) \realpath($directory));
        }
    }

    private static function check(int $count): void
    {
        if ($count > self::ENTRY_LIMIT) {
            throw new BrokenArchive('it has more than ' . self::ENTRY_LIMIT . ' entries');
        }
    }

    private static function folder(string $place): void
    {
        if (!\is_dir($place)) {
            \mkdir($place, 0755, true);
        }
    }

    private static function link(string $place, string $target, string $root): void
    {
        if ($target === '' || $target[0] === '/' || \is_link($place) || \file_exists($place)) {
            return;
        }
        self::folder(\dirname($place));
        $parent = (string) \realpath(\dirname($place));
        $goal = self::normal("$parent/$target");
        if (\str_starts_with("$parent/", "$root/") && \str_starts_with("$goal/", "$root/")) {
            \symlink($target, $place);
        }
    }

    private static function normal(string $path): string
    {
        $parts = [];
        foreach (\explode('/', $path) as $part) {
            if ($part === '..') {
                \array_pop($parts);
            } elseif ($part !== '' && $part !== '.') {
                $parts[] = $part;
            }
        }
        return '/' . \implode('/', $parts);
    }

    private static function part(string $archive, int $offset, int $size): string
    {
        $part = \substr($archive, $offset, $size);
        if ($offset < 0 || \strlen($part) < $size) {
            throw new BrokenArchive('the zip file is broken');
        }
        return $part;
    }

    /** @return iterable<array{string, int, int, ?string, ?callable}> */
    private static function zip(string $archive): iterable
    {
        $end = \strrpos($archive, "PK\x05\x06");
        if ($end === false || $end + 22 > \strlen($archive)) {
            throw new BrokenArchive('the zip file is cut short: it has no directory at its end');
        }
        $found = \unpack('x10/vcount/x4/Voffset', self::part($archive, $end, 22));
        $large = $found['count'] === 0xffff || $found['offset'] === 0xffffffff;
        if ($large && $end >= 20 && \substr($archive, $end - 20, 4) === "PK\x06\x07") {
            $start = \unpack('P', self::part($archive, $end - 12, 8))[1];
            $found = \unpack('x32/Pcount/x8/Poffset', self::part($archive, $start, 56));
        }
        self::check($found['count']);
        $offset = $found['offset'];
        for ($n = 0; $n < $found['count']; $n++) {
            $one = \unpack(
                'Vsignature/x4/vflags/vmethod/x4/Vcrc/Vpacked/Vsize/vname/vextra/vcomment/x4'
                . '/Vattributes/Vlocal',
                self::part($archive, $offset, 46)
            );
            if ($one['signature'] !== 0x02014b50) {
                throw new BrokenArchive("the zip file's directory is broken");
            }
            $name = self::part($archive, $offset + 46, $one['name']);
            if ($one['flags'] & 1) {
                throw new BrokenArchive("the entry '$name' is encrypted");
            }
            $offset += 46 + $one['name'] + $one['extra'] + $one['comment'];
            $mode = $one['attributes'] >> 16;
            $content = static fn (): string => self::zipContent($archive, $name, $one);
            if (($mode & 0170000) === 0120000) {
                yield [$name, 0, $mode, $content(), null];
            } else {
                $folder = \str_ends_with($name, '/');
                yield [$name, $one['size'], $mode, null, $folder ? null : $content];
            }
        }
    }

    /** @param array<string, int> $one */
    private static function zipContent(string $archive, string $name, array $one): string
    {
        $sizes = \unpack('x26/vname/vextra', self::part($archive, $one['local'], 30));
        $start = $one['local'] + 30 + $sizes['name'] + $sizes['extra'];
        $raw = self::part($archive, $start, $one['packed']);
        $bytes = match ($one['method']) {
            0 => $raw,
            8 => @\gzinflate($raw, \max(1, $one['size'])),
            default => throw new BrokenArchive(
                "the entry '$name' uses compression method {$one['method']}; use deflate"
            ),
        };
        if ($bytes === false || \strlen($bytes) !== $one['size'] || \crc32($bytes) !== $one['crc']) {
            throw new BrokenArchive("the entry '$name' is damaged");
        }
        return $bytes;
    }

    private static function inflated(string $archive): string
    {
        $stream = \inflate_init(ZLIB_ENCODING_GZIP);
        $out = '';
        foreach (\str_split($archive, 65536) as $piece) {
            $more = @\inflate_add($stream, $piece);
            if ($more === false) {
                throw new BrokenArchive('the tar.gz file is broken');
            }
            $out .= $more;
            if (\strlen($out) > self::UNPACKED_LIMIT) {
                throw new BrokenArchive('it unpacks to more than 512 MB');
            }
        }
        if (\inflate_get_status($stream) !== ZLIB_STREAM_END) {
            throw new BrokenArchive('the tar.gz file is cut short');
        }
        return $out;
    }

    /** @return iterable<array{string, int, int, ?string, ?callable}> */
    private static function tar(string $archive): iterable
    {
        $long = [];
        $at = 0;
        while ($at + 512 <= \strlen($archive) && $archive[$at] !== "\0") {
            $head = \unpack(
                'Z100name/Z8mode/x16/Z12size/x20/a1type/Z100link/Z5magic/x83/Z155prefix',
                \substr($archive, $at, 512)
            );
            $size = (int) \octdec(\trim($head['size']) ?: '0');
            $content = \substr($archive, $at + 512, $size);
            if (\strlen($content) !== $size) {
                throw new BrokenArchive('the tar file is broken');
            }
            $at += 512 + \intdiv($size + 511, 512) * 512;
            $type = $head['type'];
            if ($type === 'x' || $type === 'L' || $type === 'K') {
                $long = [...$long, ...self::longNames($type, $content)];
                continue;
            }
            $prefixed = $head['magic'] === 'ustar' && $head['prefix'] !== '';
            $name = $long['path'] ?? ($prefixed ? "{$head['prefix']}/{$head['name']}" : $head['name']);
            $link = $long['linkpath'] ?? $head['link'];
            $mode = (int) \octdec(\trim($head['mode']) ?: '0');
            $long = [];
            if ($type === '0' || $type === "\0" || $type === '7') {
                yield [$name, $size, $mode, null, static fn (): string => $content];
            } elseif ($type === '5') {
                yield [$name, 0, $mode, null, null];
            } elseif ($type === '2') {
                yield [$name, 0, $mode, $link, null];
            } elseif ($type === '1') {
                $up = \str_repeat('../', \substr_count($name, '/'));
                yield [$name, 0, $mode, $up . $link, null];
            }
        }
    }

    /** @return array<string, string> */
    private static function longNames(string $type, string $content): array
    {
        if ($type !== 'x') {
            return [$type === 'L' ? 'path' : 'linkpath' => \rtrim($content, "\0")];
        }
        $members = [];
        for ($at = 0; $at < \strlen($content); $at += $length) {
            $length = (int) \substr($content, $at, 12);
            if ($length <= 0) {
                break;
            }
            $record = \rtrim(\substr($content, $at, $length), "\n");
            [$name, $value] = \explode('=', \explode(' ', $record, 2)[1] ?? '=', 2);
            $members[$name] = $value;
        }
        return $members;
    }
}
