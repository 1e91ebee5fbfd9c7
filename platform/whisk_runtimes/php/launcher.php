<?php
/**
 * Runs one PHP action and speaks the frames of PROTOCOL.md with the platform.
 *
 * Started as `php launcher.php`; the channel's descriptor is in __OW_CHANNEL (default 3). Needs
 * archives.php beside it only for archives that the platform has not unpacked.
 *
 * Source: contracts rest-api §8.1, §8.2, §8.5.
 */

declare(strict_types=1);

namespace Whisk;

const FRAME_LIMIT = 64 * 1024 * 1024;
const OUTPUT_CHUNK = 1024 * 1024;
const DEEPEST = 20000;

const MISSING_CODE = 'Missing main/no code to execute.';
const SECOND_INIT = 'Cannot initialize the action more than once.';
const NO_ACTION = 'no action defined yet';
const NO_BINARY = 'The action failed to generate or locate a binary. See logs for details.';
const CANNOT_START = 'Cannot start action. Check logs for details.';
const NOT_A_DICTIONARY = 'The action did not return a dictionary or array.';
const COMMAND_EXITED = 'command exited';
const ENCODING = JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_LINE_TERMINATORS
    | JSON_PRESERVE_ZERO_FRACTION | JSON_THROW_ON_ERROR;
const LONE_SURROGATE = '/\\\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\\\u[dD][c-fC-F][0-9a-fA-F]{2})'
    . '|(?<!\\\\u[dD][89abAB][0-9a-fA-F]{2})\\\\u[dD][c-fC-F][0-9a-fA-F]{2}/';

/** An answer other than the action's own result; the code is the HTTP status. */
final class Refusal extends \Exception
{
    public function __construct(int $status, string $text)
    {
        parent::__construct($text, $status);
    }
}

/** The action's code has no function of the given name. */
final class MissingFunction extends \Exception
{
}

/** The launcher's end of the frame stream. */
final class Channel
{
    /** @var resource */
    private $stream;
    private int $owner;

    public function __construct(int $descriptor)
    {
        $stream = \fopen("php://fd/$descriptor", 'r+b');
        if ($stream === false) {
            \fwrite(\STDERR, "There is no channel on descriptor $descriptor.\n");
            exit(1);
        }
        $this->stream = $stream;
        $this->owner = \getmypid();
        \stream_set_write_buffer($stream, 0);
        \stream_set_chunk_size($stream, 65536);
        keep_from_children($descriptor);
    }

    /** Send one frame whole; in a process that the action forked, output goes to the pipes. */
    public function send(string $kind, string $payload): void
    {
        if (\getmypid() !== $this->owner) {
            \file_put_contents($kind === 'O' ? 'php://stdout' : 'php://stderr', $payload);
            return;
        }
        $frame = $kind . \pack('N', \strlen($payload)) . $payload;
        for ($sent = 0; $sent < \strlen($frame); $sent += $written) {
            $written = @\fwrite($this->stream, $sent ? \substr($frame, $sent) : $frame);
            if ($written === false || $written === 0) {
                quit(0);
            }
        }
    }

    /**
     * Wait for the next frame; the process ends when the platform's end is closed.
     *
     * @return array{string, string} the type and the payload
     */
    public function receive(): array
    {
        $header = $this->exactly(5);
        ['kind' => $kind, 'length' => $length] = \unpack('a1kind/Nlength', $header);
        if ($length > FRAME_LIMIT || ($kind !== 'I' && $kind !== 'R')) {
            quit(1);
        }
        return [$kind, $length ? $this->exactly($length) : ''];
    }

    /** Whether this process is not the one that was started, but was forked by the action. */
    public function left(): bool
    {
        return \getmypid() !== $this->owner;
    }

    private function exactly(int $size): string
    {
        $data = '';
        while (\strlen($data) < $size) {
            $piece = @\fread($this->stream, $size - \strlen($data));
            if ($piece === false || $piece === '') {
                quit(0);
            }
            $data .= $piece;
        }
        return $data;
    }
}

/** End at once and say nothing: nobody waits for the action's own shutdown functions. */
function quit(int $status): never
{
    State::$quiet = true;
    while (\ob_get_level() > 0) {
        @\ob_end_clean();
    }
    exit($status);
}

/** Close the channel in what the action starts; PHP itself has no word for that. */
function keep_from_children(int $descriptor): void
{
    if (!\extension_loaded('ffi')) {
        return;
    }
    try {
        $c = \FFI::cdef('int fcntl(int fd, int command, int value); int close(int fd);');
        $channel = @\readlink("/proc/self/fd/$descriptor");
        $others = 0;
        foreach (\scandir('/proc/self/fd') ?: [] as $name) {
            $same = \ctype_digit($name) && @\readlink("/proc/self/fd/$name") === $channel;
            if ($same && $channel !== false) {
                $c->fcntl((int) $name, 2, 1);
                $others += (int) $name !== $descriptor ? 1 : 0;
            }
        }
        if ($others) {
            // Actions written for other launchers may still write to 3.
            $c->close($descriptor);
        }
    } catch (\FFI\Exception) {
        return; // switched off in php.ini: a child of the action could disturb its own action only
    }
}

/** What a `fwrite(STDOUT)` or `fwrite(STDERR)` writes becomes frames, in order with `echo`. */
final class Frames extends \php_user_filter
{
    public function filter($in, $out, &$consumed, bool $closing): int
    {
        while ($bucket = \stream_bucket_make_writeable($in)) {
            $consumed += $bucket->datalen;
            output($this->params, $bucket->data);
        }
        return \PSFS_FEED_ME;
    }
}

/** Send what the action wrote, in frames of bounded size. */
function output(string $kind, string $data): void
{
    for ($at = 0; $at < \strlen($data); $at += OUTPUT_CHUNK) {
        State::$channel->send($kind, \substr($data, $at, OUTPUT_CHUNK));
    }
}

/** Write a line for the developer to the action's standard error. */
function explain(string $text): void
{
    State::flush();
    output('E', "$text\n");
}

/** What the whole process has once. */
final class State
{
    public static Channel $channel;
    public static bool $quiet = false;
    /** `I` or `R` while a request is being answered. */
    public static string $asked = '';
    /** @var callable|null */
    public static $main = null;
    /** The function to look for when everything is loaded. */
    public static string $wanted = 'main';
    /** @var list<string> what is still to be loaded */
    public static array $files = [];
    public static ?\Throwable $failure = null;
    /** @var list<string> */
    public static array $exported = [];
    /** Room to say that there is none left. */
    public static string $reserve = '';

    /** Everything that is echoed goes through one buffer that makes frames of it at once. */
    public static function buffer(): void
    {
        \ob_start(static function (string $data): string {
            output('O', $data);
            return '';
        }, 1);
    }

    /** Send what buffers that the action opened hold back. */
    public static function flush(): void
    {
        while (\ob_get_level() > 1) {
            \ob_end_flush();
        }
        if (\ob_get_level() === 1) {
            \ob_flush();
        } else {
            self::buffer();
        }
    }
}

// ------------------------------------------------------------------------------- init and run

/** @return array<string, mixed> the members of a request */
function read(string $payload): array
{
    if (\str_contains($payload, '\\ud') || \str_contains($payload, '\\uD')) {
        // PHP's decoder gives the whole document up for half of a surrogate pair.
        $payload = \preg_replace(LONE_SURROGATE, '\\ufffd', $payload) ?? $payload;
    }
    $flags = JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE;
    try {
        $request = \json_decode($payload, true, DEEPEST, $flags);
    } catch (\JsonException $error) {
        throw new Refusal(502, "The request to the action cannot be read: {$error->getMessage()}");
    }
    if (!\is_array($request)) {
        throw new Refusal(502, 'The request to the action is not a JSON object.');
    }
    return $request;
}

/** Find out what to load; the answer is given when it has been loaded. */
function init(string $payload): void
{
    if (State::$main !== null) {
        throw new Refusal(403, SECOND_INIT);
    }
    $value = read($payload)['value'] ?? null;
    $code = \is_array($value) ? $value['code'] ?? null : null;
    $path = \is_array($value) ? $value['path'] ?? null : null;
    if (!$path && (!\is_string($code) || \trim($code) === '')) {
        throw new Refusal(403, MISSING_CODE);
    }
    foreach (\is_array($value['env'] ?? null) ? $value['env'] : [] as $name => $text) {
        set((string) $name, $text);
    }
    $name = (string) ($value['name'] ?? 'action');
    $main = (string) (($value['main'] ?? '') ?: 'main');
    if ($path || !empty($value['binary'])) {
        $directory = $path ? (string) $path : unpack_code($code);
        if (!\is_file("$directory/index.php")) {
            explain('The archive has no index.php at its root.');
            throw new Refusal(502, NO_BINARY);
        }
        \chdir($directory);
        \set_include_path($directory . PATH_SEPARATOR . \get_include_path());
        State::$files = archived($directory);
    } else {
        $file = scratch() . '/' . \strtr($name, '/', '_') . '.php';
        \file_put_contents($file, $code);
        State::$files = [$file];
    }
    State::$wanted = $main;
}

/** @return list<string> the files to load, in order */
function archived(string $directory): array
{
    $autoload = "$directory/vendor/autoload.php";
    return \is_file($autoload) ? [$autoload, "$directory/index.php"] : ["$directory/index.php"];
}

function unpack_code(string $code): string
{
    require_once __DIR__ . '/archives.php';
    $directory = scratch();
    try {
        Archives::unpack((string) \base64_decode($code), $directory);
    } catch (\Throwable $error) {
        $reason = \rtrim($error->getMessage(), '.');
        throw new Refusal(502, "The action's archive cannot be unpacked: $reason.");
    }
    return $directory;
}

/** Make a private directory. */
function scratch(): string
{
    $place = \sys_get_temp_dir() . '/action-' . \bin2hex(\random_bytes(6));
    \mkdir($place, 0700);
    return $place;
}

/** Find the action's function in what has been loaded. */
function loaded(): string
{
    if (State::$failure !== null) {
        trace(State::$failure);
        State::$failure = null;
        throw new Refusal(502, CANNOT_START);
    }
    $main = State::$wanted;
    foreach ([$main, \str_replace('.', '::', $main)] as $name) {
        if (\is_callable($name)) {
            State::$main = $name;
            return '{"ok":true}';
        }
    }
    explain(
        "The action has no function '$main': define `function $main(array \$args): array` after "
        . '`<?php`, or name the function to call when the action is created (--main).'
    );
    throw new Refusal(502, CANNOT_START);
}

function run(string $payload): string
{
    if (State::$main === null) {
        throw new Refusal(500, NO_ACTION);
    }
    $request = read($payload);
    $arguments = $request['value'] ?? [];
    unset($request['value']);
    export($request);
    try {
        $result = (State::$main)($arguments);
    } catch (\Throwable $error) {
        trace($error);
        return encoded(['error' => described($error)]);
    }
    return serialize_result($result);
}

function serialize_result(mixed $result): string
{
    if ($result === []) {
        return '{}'; // a list without elements and an object without members look the same
    }
    try {
        $text = \json_encode($result, ENCODING, DEEPEST);
        if ($text[0] === '{' || $text[0] === '[') {
            return $text;
        }
        explain('The action returned ' . \get_debug_type($result) . ', not an array.');
    } catch (\Throwable $error) {
        explain("The action's result is not JSON: {$error->getMessage()}");
    }
    throw new Refusal(502, NOT_A_DICTIONARY);
}

/** @param array<string, mixed> $members */
function export(array $members): void
{
    $names = [];
    foreach ($members as $name => $value) {
        $names[] = '__OW_' . \strtoupper((string) $name);
        set(\end($names), $value);
    }
    foreach (\array_diff(State::$exported, $names) as $name) {
        \putenv($name);
        unset($_ENV[$name], $_SERVER[$name]);
    }
    State::$exported = $names;
}

function set(string $name, mixed $value): void
{
    $text = \is_string($value) ? $value : \json_encode($value);
    if (\str_contains($name . $text, "\0") || $name === '' || \str_contains($name, '=')) {
        explain('The environment variable ' . \json_encode($name) . ' cannot be set.');
        return;
    }
    \putenv("$name=$text");
    $_ENV[$name] = $_SERVER[$name] = $text;
}

// -------------------------------------------------------------------------------------- errors

/** @param array<string, mixed> $document */
function encoded(array $document): string
{
    return \json_encode($document, ENCODING | JSON_INVALID_UTF8_SUBSTITUTE);
}

function described(\Throwable $error): string
{
    return $error->getMessage() !== '' ? $error->getMessage() : $error::class;
}

/** Show an error in the action's log, without our own frames. */
function trace(\Throwable $error): void
{
    $text = "PHP " . $error::class . ": {$error->getMessage()} in {$error->getFile()}"
        . " on line {$error->getLine()}";
    foreach ($error->getTrace() as $frame) {
        if (($frame['file'] ?? __FILE__) !== __FILE__) {
            $call = ($frame['class'] ?? '') . ($frame['type'] ?? '') . $frame['function'];
            $text .= "\n  at $call() in {$frame['file']} on line {$frame['line']}";
        }
    }
    explain($text);
}

const LEVELS = [
    E_WARNING => 'Warning', E_USER_WARNING => 'Warning', E_NOTICE => 'Notice',
    E_USER_NOTICE => 'Notice', E_DEPRECATED => 'Deprecated', E_USER_DEPRECATED => 'Deprecated',
    E_RECOVERABLE_ERROR => 'Error', E_USER_ERROR => 'Error',
];

\set_error_handler(static function (int $level, string $text, string $file, int $line): bool {
    if (\error_reporting() & $level) {
        explain('PHP ' . (LEVELS[$level] ?? 'Error') . ":  $text in $file on line $line");
    }
    return $level !== E_USER_ERROR;
});

/** The process ends: by exit() or by what no code can catch. Whoever waits gets an answer. */
\register_shutdown_function(static function (): void {
    State::$reserve = '';
    if (State::$quiet || State::$asked === '' || State::$channel->left()) {
        return;
    }
    $error = \error_get_last();
    $fatal = $error !== null
        && $error['type'] & (E_ERROR | E_PARSE | E_CORE_ERROR | E_COMPILE_ERROR | E_USER_ERROR);
    if ($fatal && \str_starts_with($error['message'], 'Allowed memory size of')) {
        // The platform has read PHP's own message and knows what the end of the channel means.
        quit(255);
    }
    if (!$fatal) {
        explain('The action called exit(): return an array instead.');
    }
    State::flush();
    $init = State::$asked === 'I';
    State::$asked = '';
    State::$channel->send('A', $init ? '502' . encoded(['error' => CANNOT_START])
        : '400' . encoded(['error' => COMMAND_EXITED]));
    State::$quiet = true;
});

// ------------------------------------------------------------------------------- the main loop

/** Answer what was asked, unless the work gives nothing yet; whether it has been answered. */
function answer(callable $work): bool
{
    $status = 200;
    try {
        $body = $work();
        if ($body === null) {
            return false;
        }
    } catch (Refusal $refusal) {
        $status = $refusal->getCode();
        $body = encoded(['error' => $refusal->getMessage()]);
    } catch (\Throwable $error) {
        trace($error);
        $status = 502;
        $body = encoded(['error' => described($error)]);
    }
    State::flush();
    if (State::$channel->left()) {
        quit(0); // the action forked, and its child came back here
    }
    if (\strlen($body) > FRAME_LIMIT - 3) {
        $length = \strlen($body) . ' > ' . (FRAME_LIMIT - 3) . ' bytes.';
        $text = "The action produced a response that exceeded the allowed length: $length";
        $status = 200;
        $body = encoded(['error' => $text]);
    }
    State::$asked = '';
    State::$channel->send('A', $status . $body);
    return true;
}

/** Answer requests until one asks for code to be loaded. */
function await_code(): void
{
    do {
        [$kind, $payload] = State::$channel->receive();
        State::$asked = $kind;
    } while (answer(static fn (): ?string => $kind === 'I' ? init($payload) : run($payload)));
}

function start(): void
{
    $descriptor = (int) (\getenv('__OW_CHANNEL') ?: '3');
    \putenv('__OW_CHANNEL');
    unset($_ENV['__OW_CHANNEL'], $_SERVER['__OW_CHANNEL']);
    State::$channel = new Channel($descriptor);
    State::$reserve = \str_repeat('x', 65536);
    \stream_filter_register('whisk', Frames::class);
    \stream_filter_append(\STDOUT, 'whisk', STREAM_FILTER_WRITE, 'O');
    \stream_filter_append(\STDERR, 'whisk', STREAM_FILTER_WRITE, 'E');
    \ini_set('serialize_precision', '-1');
    State::buffer();
    State::$channel->send('K', '');
}

start();
for (;;) {
    await_code();
    // Here, because the variables of an action's file are global ones.
    try {
        while (State::$files !== []) {
            require \array_shift(State::$files);
        }
    } catch (\Throwable $whisk) {
        State::$failure = $whisk;
        State::$files = [];
        unset($whisk);
    }
    answer(loaded(...));
}
