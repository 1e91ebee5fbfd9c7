/**
 * Unpacks an archived action: zip from its central directory, or tar.gz.
 *
 * Imported by launcher.cjs only when the platform sends an archive instead of a directory.
 */

import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";

const ENTRY_LIMIT = 100_000;
const UNPACKED_LIMIT = 512 * 1024 * 1024;

/** Yield the entries of a zip file, read from its central directory. */
function* zipEntries(archive) {
  let { offset, count } = zipDirectory(archive);
  checkCount(count);
  for (; count > 0; count--) {
    if (archive.readUInt32LE(offset) !== 0x02014b50) {
      throw new Error("The zip file's directory is broken.");
    }
    const encrypted = archive.readUInt16LE(offset + 8) & 1;
    const method = archive.readUInt16LE(offset + 10);
    const crc = archive.readUInt32LE(offset + 16);
    const packed = archive.readUInt32LE(offset + 20);
    const size = archive.readUInt32LE(offset + 24);
    const nameEnd = offset + 46 + archive.readUInt16LE(offset + 28);
    const mode = archive.readUInt32LE(offset + 38) >>> 16;
    const local = archive.readUInt32LE(offset + 42);
    const name = archive.toString("utf8", offset + 46, nameEnd);
    offset = nameEnd + archive.readUInt16LE(offset + 30) + archive.readUInt16LE(offset + 32);
    if (encrypted) {
      throw new Error(`The entry '${name}' is encrypted.`);
    }
    const content = () => zipContent(archive, { name, method, crc, packed, size, local });
    if ((mode & 0o170000) === 0o120000) {
      yield { name, mode, size, link: content().toString() };
    } else {
      yield { name, mode, size, content: name.endsWith("/") ? undefined : content };
    }
  }
}

function checkCount(count) {
  if (count > ENTRY_LIMIT) {
    throw new Error(`It has more than ${ENTRY_LIMIT} entries.`);
  }
}

function zipDirectory(archive) {
  let end = archive.length - 22;
  while (end >= 0 && archive.readUInt32LE(end) !== 0x06054b50) {
    end--;
  }
  if (end < 0) {
    throw new Error("The zip file is cut short: it has no directory at its end.");
  }
  const count = archive.readUInt16LE(end + 10);
  const offset = archive.readUInt32LE(end + 16);
  const large = count === 0xffff || offset === 0xffffffff;
  if (large && end >= 20 && archive.readUInt32LE(end - 20) === 0x07064b50) {
    const start = Number(archive.readBigUInt64LE(end - 12));
    return {
      count: Number(archive.readBigUInt64LE(start + 32)),
      offset: Number(archive.readBigUInt64LE(start + 48)),
    };
  }
  return { count, offset };
}

function zipContent(archive, { name, method, crc, packed, size, local }) {
  const start =
    local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const raw = archive.subarray(start, start + packed);
  if (method !== 0 && method !== 8) {
    throw new Error(`The entry '${name}' uses compression method ${method}; use deflate.`);
  }
  const bytes =
    method === 0 ? raw : zlib.inflateRawSync(raw, { maxOutputLength: Math.max(size, 1) });
  if (bytes.length !== size || (zlib.crc32 && zlib.crc32(bytes) !== crc)) {
    throw new Error(`The entry '${name}' is damaged.`);
  }
  return bytes;
}

/** Yield the entries of a tar file: ustar, with the long names of GNU and of pax. */
function* tarEntries(archive) {
  const text = (start, length) =>
    archive.toString("utf8", start, start + length).replace(/\0[^]*$/, "");
  let long = {};
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12).trim() || "0", 8);
    const type = String.fromCharCode(archive[at + 156]);
    const content = archive.subarray(at + 512, at + 512 + size);
    if (!(size >= 0) || content.length !== size) {
      throw new Error("The tar file is broken.");
    }
    const prefix = text(at + 257, 5) === "ustar" ? text(at + 345, 155) : "";
    const name = long.path ?? (prefix ? `${prefix}/${text(at, 100)}` : text(at, 100));
    const link = long.linkpath ?? text(at + 157, 100);
    const mode = Number.parseInt(text(at + 100, 8).trim() || "0", 8);
    at += 512 + Math.ceil(size / 512) * 512;
    if (type === "x") {
      long = { ...long, ...paxMembers(content) };
      continue;
    }
    if (type === "L" || type === "K") {
      const value = content.toString().replace(/\0+$/, "");
      long = { ...long, [type === "L" ? "path" : "linkpath"]: value };
      continue;
    }
    long = {};
    if (type === "0" || type === "\0" || type === "7") {
      yield { name, mode, size, content: () => content };
    } else if (type === "5") {
      yield { name, mode, size: 0 };
    } else if (type === "2") {
      yield { name, mode, size: 0, link };
    } else if (type === "1") {
      yield { name, mode, size: 0, link: path.relative(path.dirname(name), link) };
    }
  }
}

function paxMembers(content) {
  const members = {};
  for (let at = 0; at < content.length; ) {
    const length = Number.parseInt(content.toString("latin1", at, at + 12), 10);
    if (!(length > 0)) {
      break;
    }
    const record = content.toString("utf8", at, at + length);
    const [, name, value] = /^\d+ ([^=]+)=([^]*)\n$/.exec(record) ?? [];
    members[name] = value;
    at += length;
  }
  return members;
}

/**
 * Unpack a zip or tar.gz archive; nothing is ever written outside the directory.
 *
 * @param {Buffer} archive the archive's bytes
 * @param {string} directory an existing, empty directory
 * @throws {Error} with one sentence, if it is broken, too large or names a place outside itself
 */
export function unpack(archive, directory) {
  let entries;
  if (archive[0] === 0x50 && archive[1] === 0x4b) {
    entries = zipEntries(archive);
  } else if (archive[0] === 0x1f && archive[1] === 0x8b) {
    entries = tarEntries(zlib.gunzipSync(archive, { maxOutputLength: UNPACKED_LIMIT }));
  } else {
    throw new Error("It is neither a zip nor a tar.gz file.");
  }
  const links = [];
  let count = 0;
  let total = 0;
  for (const { name, mode, size, link, content } of entries) {
    count += 1;
    total += size;
    checkCount(count);
    if (total > UNPACKED_LIMIT) {
      throw new Error(`It unpacks to more than ${UNPACKED_LIMIT / 1024 ** 2} MB.`);
    }
    if (name.startsWith("/") || name.split("/").includes("..") || name.includes("\0")) {
      throw new Error(`The entry '${name}' lies outside the archive.`);
    }
    const place = path.join(directory, name);
    if (link !== undefined) {
      links.push([place, link]);
    } else if (content === undefined) {
      fs.mkdirSync(place, { recursive: true });
    } else {
      fs.mkdirSync(path.dirname(place), { recursive: true });
      fs.writeFileSync(place, content(), { mode: mode & 0o111 ? 0o755 : 0o644 });
    }
  }
  // Links come last, so that no file is ever written through one.
  links.forEach(([place, target]) => makeLink(place, target, fs.realpathSync(directory)));
}

function makeLink(place, target, root) {
  const inside = (name) => `${name}/`.startsWith(`${root}/`);
  if (path.isAbsolute(target) || fs.lstatSync(place, { throwIfNoEntry: false })) {
    return;
  }
  fs.mkdirSync(path.dirname(place), { recursive: true });
  const parent = fs.realpathSync(path.dirname(place));
  if (inside(parent) && inside(path.resolve(parent, target))) {
    fs.symlinkSync(target, place);
  }
}
