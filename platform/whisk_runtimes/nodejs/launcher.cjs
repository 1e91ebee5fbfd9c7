/**
 * Runs one Node action and speaks the frames of PROTOCOL.md with the platform.
 *
 * Started as `node launcher.cjs`; the channel's descriptor is in __OW_CHANNEL (default 3). Needs
 * archives.mjs beside it only for archives that the platform has not unpacked.
 *
 * Source: contracts rest-api §8.1, §8.2, §8.5; apache/openwhisk-runtime-nodejs
 * core/nodejsActionBase (runner.js, src/service.js) for what an action can observe.
 */

"use strict";

// No ES module: loading one as the first takes Node a fifth longer than its whole start.
const fs = require("node:fs");
const Module = require("node:module");
const net = require("node:net");
const os = require("node:os");
const path = require("node:path");
const { Writable } = require("node:stream");
const { pathToFileURL } = require("node:url");
const vm = require("node:vm");

const { createRequire } = Module;
const OWN_FILE = __filename;
const HEADER = 5;
const NUMBER = 4;
const FRAME_LIMIT = 64 * 1024 * 1024;
const OUTPUT_CHUNK = 1024 * 1024;

const MISSING_CODE = "Missing main/no code to execute.";
const SECOND_INIT = "Cannot initialize the action more than once.";
const NO_ACTION = "no action defined yet";
const NOT_A_DICTIONARY = "The action did not return a dictionary.";
const NO_ENTRY = "Zipped actions must contain either package.json or index.js at the root.";
const INIT_FAILED = "Initialization has failed due to: ";
const RUN_FAILED = "An error has occurred: ";

/** A failure whose text is meant for the developer as it is. */
class Refusal extends Error {
  /**
   * @param {string} text the sentence
   * @param {number} status the HTTP status of the container protocol
   */
  constructor(text, status = 502) {
    super(text);
    this.status = status;
  }
}

// ---------------------------------------------------------------------------------- the channel

let channel = Number(process.env.__OW_CHANNEL ?? 3);
delete process.env.__OW_CHANNEL;
const exit = process.exit.bind(process);
const pause = new Int32Array(new SharedArrayBuffer(4));

/** End at once: the platform is gone, so nobody waits for the action's own exit handlers. */
function quit(code = 0) {
  process.removeAllListeners("exit");
  exit(code);
}

function writeAll(frame) {
  let sent = 0;
  let wait = 0.05;
  while (sent < frame.length) {
    try {
      sent += fs.writeSync(channel, frame, sent);
      wait = 0.05;
    } catch (error) {
      if (error.code !== "EAGAIN") {
        quit();
      }
      // The event loop made the socket non-blocking, and order demands that we stay here.
      Atomics.wait(pause, 0, 0, wait);
      wait = Math.min(wait * 2, 2);
    }
  }
}

/** Send one frame whose payload is text. */
function sendText(kind, text) {
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(HEADER + length);
  frame.write(kind, 0, 1, "latin1");
  frame.writeUInt32BE(length, 1);
  frame.write(text, HEADER, length, "utf8");
  writeAll(frame);
}

/** Send one frame of a run beside others: its number stands before the payload. */
function sendBeside(kind, number, bytes) {
  const prefix = Buffer.allocUnsafe(HEADER + NUMBER);
  prefix.write(kind.toLowerCase(), 0, 1, "latin1");
  prefix.writeUInt32BE(NUMBER + bytes.length, 1);
  prefix.writeUInt32BE(number, HEADER);
  writeAll(Buffer.concat([prefix, bytes]));
}

/**
 * Send what the action wrote, in frames of bounded size.
 *
 * @param {string} kind "O" or "E"
 * @param {string | ArrayBufferView} chunk what it wrote
 * @param {object} [turn] the run that wrote it; by default the one in whose course this happens
 */
function sendOutput(kind, chunk, turn = several?.getStore()) {
  if (turn?.number !== undefined) {
    const bytes =
      typeof chunk === "string"
        ? Buffer.from(chunk)
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let start = 0; start < bytes.length; start += OUTPUT_CHUNK) {
      sendBeside(kind, turn.number, bytes.subarray(start, start + OUTPUT_CHUNK));
    }
    return;
  }
  if (typeof chunk === "string" && chunk.length <= OUTPUT_CHUNK / 4) {
    if (chunk.length) {
      sendText(kind, chunk);
    }
    return;
  }
  const bytes =
    typeof chunk === "string"
      ? Buffer.from(chunk)
      : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  for (let start = 0; start < bytes.length; start += OUTPUT_CHUNK) {
    const piece = bytes.subarray(start, start + OUTPUT_CHUNK);
    const header = Buffer.allocUnsafe(HEADER);
    header.write(kind, 0, 1, "latin1");
    header.writeUInt32BE(piece.length, 1);
    writeAll(Buffer.concat([header, piece]));
  }
}

// ------------------------------------------------------------------------ runs beside each other

/** In whose course we are, where several may be under way; undefined where one runs at a time. */
let several;

/** Let each run beside others see its own activation in the environment. */
async function allowSeveral() {
  const { AsyncLocalStorage } = await import("node:async_hooks");
  several = new AsyncLocalStorage();
  process.env = new Proxy(process.env, {
    get(environment, name) {
      const own = several.getStore()?.environment;
      return own !== undefined && Object.hasOwn(own, name) ? own[name] : environment[name];
    },
    set(environment, name, value) {
      environment[name] = value;
      return true;
    },
  });
}

// ------------------------------------------------------------------- process.stdout and .stderr

/** A standard stream that sends every write as a frame before it returns. */
class FrameStream extends Writable {
  #kind;

  constructor(kind, fd) {
    super({ decodeStrings: false });
    this.#kind = kind;
    this.fd = fd;
    this.isTTY = false;
  }

  write(chunk, encoding, callback) {
    if (typeof encoding === "function") {
      callback = encoding;
      encoding = undefined;
    }
    if (typeof chunk === "string") {
      const plain = encoding === undefined || encoding === null || /^utf-?8$/i.test(encoding);
      sendOutput(this.#kind, plain ? chunk : Buffer.from(chunk, encoding));
    } else if (ArrayBuffer.isView(chunk)) {
      sendOutput(this.#kind, chunk);
    } else {
      return super.write(chunk, encoding, callback); // reports the wrong type as Node does
    }
    if (typeof callback === "function") {
      process.nextTick(callback, null);
    }
    return true;
  }

  /** Write the last chunk but stay open: the next activation needs the stream too. */
  end(chunk, encoding, callback) {
    const last = [chunk, encoding, callback].find((value) => typeof value === "function");
    if (chunk !== undefined && chunk !== null && typeof chunk !== "function") {
      this.write(chunk, typeof encoding === "function" ? undefined : encoding);
    }
    if (last) {
      process.nextTick(last);
    }
    return this;
  }

  destroy() {
    return this;
  }
}

const stdout = new FrameStream("O", 1);
const stderr = new FrameStream("E", 2);
Object.defineProperty(process, "stdout", { configurable: true, enumerable: true, value: stdout });
Object.defineProperty(process, "stderr", { configurable: true, enumerable: true, value: stderr });

// -------------------------------------------------------------------------------------- errors

function describe(error) {
  try {
    const place = error instanceof SyntaxError && /^(\S.*:\d+)\r?\n/.exec(error.stack);
    return place ? `${error} (${place[1].replace(/^.*\//, "")})` : String(error);
  } catch {
    return "an error that cannot be shown";
  }
}

/** The stack as far as the action is concerned: without our frames and Node's inner ones. */
function ownFramesRemoved(stack) {
  return stack
    .split("\n")
    .filter((line) => !/^ +at /.test(line) || !/\bnode:internal\//.test(line))
    .filter((line) => !line.includes(OWN_FILE))
    .join("\n");
}

/** Show an error in the action's log. */
function explain(error, turn) {
  const stack = error instanceof Error && typeof error.stack === "string" && error.stack;
  sendOutput("E", `${stack ? ownFramesRemoved(stack) : describe(error)}\n`, turn);
}

/** What JSON can hold of a rejection's reason: an Error with its name, message and own members. */
function serializable(value, seen = []) {
  if (typeof value === "bigint" || typeof value === "symbol") {
    return String(value);
  }
  if (typeof value === "function") {
    return `[Function: ${value.name || "anonymous"}]`;
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (seen.includes(value)) {
    return "[Circular]";
  }
  if (typeof value.toJSON === "function") {
    return value.toJSON();
  }
  const inner = [...seen, value];
  if (Array.isArray(value)) {
    return value.map((member) => serializable(member, inner));
  }
  const members = Object.entries(value);
  if (value instanceof Error) {
    for (const name of ["name", "message", "stack", "code", "cause", "errors"]) {
      if (value[name] !== undefined && !Object.keys(value).includes(name)) {
        const member = value[name];
        members.push([name, name === "stack" ? ownFramesRemoved(String(member)) : member]);
      }
    }
  }
  return Object.fromEntries(members.map(([name, member]) => [name, serializable(member, inner)]));
}

// -------------------------------------------------------------------------------------- loading

function scratchDirectory() {
  return fs.mkdtempSync(path.join(os.tmpdir(), "action-"));
}

async function unpackCode(code) {
  const directory = scratchDirectory();
  const { unpack } = await import(pathToFileURL(path.join(__dirname, "archives.mjs")).href);
  try {
    unpack(Buffer.from(code, "base64"), directory);
  } catch (error) {
    const reason = error.message.replace(/\.$/, "");
    throw new Refusal(`There was an error uncompressing the action archive. ${reason}.`);
  }
  return directory;
}

const MODULE_SYNTAX = [
  "Cannot use import statement outside a module",
  "Unexpected token 'export'",
  "Cannot use 'import.meta' outside a module",
  "await is only valid in async functions and the top level bodies of modules",
];

/** An expression that is the function `main` (dotted names allowed) of a scope, or undefined. */
function lookup(main) {
  const names = main.split(".");
  return names.every((name) => /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name))
    ? `typeof ${names[0]} === "undefined" ? undefined : ${names.join("?.")}`
    : "undefined";
}

/** Find the entry point among what a module exports. */
function exported(exports, main) {
  const pick = (from) => main.split(".").reduce((value, name) => value?.[name], from);
  const candidates = [pick(exports), pick(exports?.default)];
  if (main === "main") {
    candidates.push(exports?.default, exports);
  }
  return candidates.find((candidate) => typeof candidate === "function");
}

async function loadSource(name, code, main) {
  const file = path.join(process.cwd(), `${name.replaceAll("/", "_")}.js`);
  const require = createRequire(file);
  const module = { id: ".", filename: file, exports: {}, children: [], loaded: false, require };
  const names = ["exports", "require", "module", "__filename", "__dirname"];
  let evaluate;
  try {
    evaluate = vm.compileFunction(`${code}\n;return ${lookup(main)};`, names, {
      filename: path.basename(file),
      importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
  } catch (error) {
    if (MODULE_SYNTAX.includes(error.message)) {
      return loadModuleSource(name, code, main);
    }
    vm.compileFunction(code, names, { filename: path.basename(file) }); // says it without our line
    throw error;
  }
  const { exports } = module;
  const found = evaluate.call(exports, exports, require, module, file, process.cwd());
  return typeof found === "function" ? found : exported(module.exports, main);
}

async function loadModuleSource(name, code, main) {
  const directory = scratchDirectory();
  try {
    const file = path.join(directory, `${name.replaceAll("/", "_")}.mjs`);
    fs.writeFileSync(file, `${code}\n;export const __ow_entry = ${lookup(main)};\n`);
    const exports = await import(pathToFileURL(file).href);
    return typeof exports.__ow_entry === "function" ? exports.__ow_entry : exported(exports, main);
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

async function loadArchive(directory, main) {
  process.chdir(directory);
  const require = createRequire(path.join(directory, "index.js"));
  const own = path.join(directory, "package.json");
  const description = fs.existsSync(own) ? readDescription(own) : undefined;
  const { file, name } = entryPoint(directory, description, main, require);
  const modern = file.endsWith(".mjs") || (file.endsWith(".js") && description?.type === "module");
  let exports;
  try {
    exports = modern ? await import(pathToFileURL(file).href) : require(file);
  } catch (error) {
    if (!["ERR_REQUIRE_ESM", "ERR_REQUIRE_ASYNC_MODULE"].includes(error?.code)) {
      throw missingPackage(error, directory, description) ?? error;
    }
    exports = await import(pathToFileURL(file).href);
  }
  return exported(exports, name);
}

function readDescription(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (error) {
    throw new Refusal(`package.json is not valid JSON: ${error.message}.`);
  }
}

/** The file to load and the name to look up in it; `module.fn` may select another file. */
function entryPoint(directory, description, main, require) {
  const [, module, fn] = /^([^.]+)\.([^.]+)$/.exec(main) ?? [];
  for (const suffix of module ? [".js", ".cjs", ".mjs"] : []) {
    const file = path.join(directory, module + suffix);
    if (fs.existsSync(file)) {
      return { file, name: fn };
    }
  }
  const indexes = ["index.js", "index.mjs"].map((name) => path.join(directory, name));
  const index = indexes.find((file) => fs.existsSync(file));
  if (!description && !index) {
    throw new Refusal(NO_ENTRY);
  }
  if (!description?.main && index) {
    return { file: index, name: main };
  }
  try {
    return { file: require.resolve(directory), name: main };
  } catch {
    const named = description.main ? `the file '${description.main}'` : "no 'main'";
    throw new Refusal(`package.json names ${named}, and there is no index.js either.`);
  }
}

/** A clear sentence for a declared dependency that is not in the archive. */
function missingPackage(error, directory, description) {
  const declared = Object.keys(description?.dependencies ?? {});
  const notFound = ["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"].includes(error?.code);
  const name = notFound && declared.find((wanted) => error.message.includes(`'${wanted}'`));
  return name && !fs.existsSync(path.join(directory, "node_modules", name))
    ? new Refusal(
        `The package '${name}' is declared in package.json but is not in the archive, and ` +
          "nothing is installed at init: run `npm install` and put node_modules into the archive.",
      )
    : undefined;
}

// ------------------------------------------------------------------------------- init and run

let action;
let exportedNames = [];
/** The request being answered: `{ prefix }`, or undefined between requests. */
let current;
const waiting = [];
/** The runs beside it: `{ prefix, number, environment }`. */
const beside = new Set();

/** Answer a request, unless it has been answered. */
function answer(turn, status, body) {
  if (current !== turn && !beside.has(turn)) {
    return;
  }
  if (body.length > FRAME_LIMIT / 4 && Buffer.byteLength(body) > FRAME_LIMIT - 3) {
    const length = `${Buffer.byteLength(body)} > ${FRAME_LIMIT - 3} bytes.`;
    const error = `The action produced a response that exceeded the allowed length: ${length}`;
    body = JSON.stringify({ error });
  }
  if (turn.number !== undefined) {
    beside.delete(turn);
    sendBeside("a", turn.number, Buffer.from(status + body));
    return;
  }
  current = undefined;
  sendText("A", status + body);
  if (waiting.length) {
    setImmediate(next);
  }
}

function refuse(turn, status, error) {
  answer(turn, String(status), JSON.stringify({ error }));
}

function toEnvironment(name, value) {
  process.env[name] = typeof value === "string" ? value : JSON.stringify(value);
}

async function load(value) {
  const { name = "action", code, path: directory, binary, env } = value;
  const main = value.main || "main";
  Object.entries(env ?? {}).forEach(([variable, text]) => toEnvironment(variable, text));
  const found =
    directory || binary
      ? await loadArchive(directory || (await unpackCode(code)), main)
      : await loadSource(name || "action", code, main);
  if (typeof found !== "function") {
    throw new Refusal(`Action entrypoint '${main}' is not a function.`);
  }
  return found;
}

function init(turn, text) {
  if (action) {
    refuse(turn, 403, SECOND_INIT);
    return;
  }
  const value = JSON.parse(text)?.value ?? {};
  const hasCode = typeof value.code === "string" && value.code.trim() !== "";
  if (!value.path && !hasCode) {
    refuse(turn, 403, MISSING_CODE);
    return;
  }
  load(value).then(
    (found) => {
      if (current === turn) {
        action = found;
      }
      answer(turn, "200", '{"ok":true}');
    },
    (error) => {
      explain(error instanceof Refusal ? error.message : error);
      refuse(turn, 502, INIT_FAILED + (error instanceof Refusal ? error.message : describe(error)));
    },
  );
}

function run(turn, text) {
  if (!action) {
    refuse(turn, 500, NO_ACTION);
    return;
  }
  const { value, ...members } = JSON.parse(text);
  const names = Object.keys(members);
  exportedNames
    .filter((name) => !(name in members))
    .forEach((name) => delete process.env[`__OW_${name.toUpperCase()}`]);
  names.forEach((name) => toEnvironment(`__OW_${name.toUpperCase()}`, members[name]));
  exportedNames = names;
  call(turn, value);
}

/** Run beside what runs already. */
function runBeside(turn, text) {
  if (!action) {
    refuse(turn, 500, NO_ACTION);
    return;
  }
  const { value, ...members } = JSON.parse(text);
  Object.keys(members).forEach((member) => {
    const name = `__OW_${member.toUpperCase()}`;
    turn.environment[name] = members[member];
    if (!(name in process.env)) {
      toEnvironment(name, members[member]); // so that it is listed
    }
  });
  call(turn, value);
}

function call(turn, value) {
  const result = action(value ?? {});
  if (typeof result?.then === "function") {
    Promise.resolve(result).then(
      (settled) => finish(turn, settled),
      (reason) => reject(turn, reason),
    );
  } else {
    finish(turn, result);
  }
}

function finish(turn, result) {
  if (result === undefined) {
    answer(turn, "200", "{}");
    return;
  }
  if (typeof result !== "object") {
    refuse(turn, 502, NOT_A_DICTIONARY);
    return;
  }
  let body;
  try {
    body = JSON.stringify(result);
  } catch (error) {
    fail(turn, error);
    return;
  }
  // An object's own toJSON may have made anything of it.
  if (body !== undefined && (body[0] === "{" || body[0] === "[" || result === null)) {
    answer(turn, "200", body);
  } else {
    refuse(turn, 502, NOT_A_DICTIONARY);
  }
}

function reject(turn, reason) {
  try {
    answer(turn, "200", JSON.stringify({ error: reason ? serializable(reason) : {} }));
  } catch (error) {
    fail(turn, error);
  }
}

function fail(turn, error) {
  explain(error, turn);
  refuse(turn, 502, turn.prefix + describe(error));
}

// ------------------------------------------------------------------------------- the main loop

function next() {
  if (current !== undefined || !waiting.length) {
    return;
  }
  const { kind, text } = waiting.shift();
  const turn = { prefix: kind === "I" ? INIT_FAILED : RUN_FAILED };
  current = turn;
  try {
    (kind === "I" ? init : run)(turn, text);
  } catch (error) {
    fail(turn, error);
  }
}

function begin(number, text) {
  const turn = { prefix: RUN_FAILED, number, environment: {} };
  beside.add(turn);
  several.run(turn, () => {
    try {
      runBeside(turn, text);
    } catch (error) {
      fail(turn, error);
    }
  });
}

let pieces = [];
let held = 0;
let wanted = HEADER;

/** Take bytes from the channel; the buffer is reused as soon as this returns. */
function receive(count, buffer) {
  let bytes = buffer.subarray(0, count);
  if (held) {
    pieces.push(Buffer.from(bytes));
    held += count;
    if (held < wanted) {
      return true;
    }
    bytes = Buffer.concat(pieces, held);
    pieces = [];
  }
  wanted = HEADER;
  while (bytes.length >= HEADER) {
    const kind = String.fromCharCode(bytes[0]);
    wanted = HEADER + bytes.readUInt32BE(1);
    const known = kind === "I" || kind === "R" || (kind === "r" && several !== undefined);
    if (wanted > FRAME_LIMIT + HEADER || !known) {
      quit(1);
    }
    if (bytes.length < wanted) {
      break;
    }
    if (kind === "r") {
      const number = bytes.readUInt32BE(HEADER);
      const text = bytes.toString("utf8", HEADER + NUMBER, wanted);
      next(); // what has come before it begins before it
      begin(number, text);
    } else {
      waiting.push({ kind, text: bytes.toString("utf8", HEADER, wanted) });
    }
    bytes = bytes.subarray(wanted);
    wanted = HEADER;
  }
  held = bytes.length;
  if (held) {
    pieces.push(Buffer.from(bytes));
  }
  next();
  return true;
}

process.on("uncaughtException", (error) => {
  const turn = several?.getStore() ?? current;
  if (turn) {
    fail(turn, error);
  } else if (beside.size) {
    beside.forEach((one) => fail(one, error)); // nobody can say whose it is
  } else {
    explain(error);
  }
});
process.on("unhandledRejection", (reason) => explain(reason));

/** Play a whole life against /dev/null, so that the first action finds everything compiled. */
async function rehearse() {
  const real = channel;
  channel = fs.openSync(os.devNull, "w");
  const play = async (kind, request) => {
    waiting.push({ kind, text: JSON.stringify(request) });
    next();
    while (current) {
      await new Promise(setImmediate);
    }
  };
  const code = "function main({ name }) { console.log(name); return { greeting: `Hi ${name}` }; }";
  await play("I", { value: { name: "rehearsal", main: "main", code, env: {} } });
  await play("R", { value: { name: "stem cell" } });
  fs.closeSync(channel);
  channel = real;
  action = undefined;
}

/** Let actions require what was installed for everybody, if the `openwhisk` package is among it. */
function showSharedPackages() {
  const beside = path.resolve(process.execPath, "..", "..", "lib", "node_modules");
  const places = [beside, "/usr/local/lib/node_modules", "/usr/lib/node_modules"];
  const shared = places.find((place) => fs.existsSync(path.join(place, "openwhisk")));
  if (shared && !process.env.NODE_PATH) {
    process.env.NODE_PATH = shared;
    Module._initPaths();
  }
}

/** Get ready, say so, and serve. */
async function serve() {
  showSharedPackages();
  await rehearse();
  if (process.env.__OW_ALLOW_CONCURRENT === "true") {
    await allowSeveral();
  }
  const socket = new net.Socket({
    fd: channel,
    readable: true,
    writable: false,
    onread: { buffer: Buffer.allocUnsafeSlow(65536), callback: receive },
  });
  for (const event of ["end", "close", "error"]) {
    socket.on(event, () => quit());
  }
  socket.resume();
  sendText("K", "");
}

serve();
