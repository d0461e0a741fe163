import { crc32 } from "node:zlib";

/** A zip archive whose files are stored as they are. */
export function zip(files: readonly { readonly name: string; readonly content: Buffer }[]): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of files) {
    const path = Buffer.from(name);
    const shared = sharedFields(path, content);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), shared, path, content]);
    entries.push(
      Buffer.concat([
        Buffer.from("PK\x01\x02"),
        numbers([VERSION, 2]),
        shared,
        numbers([0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]),
        path,
      ]),
    );
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(entries);
  const count = files.length;
  const end = numbers([0, 2], [0, 2], [count, 2], [count, 2], [directory.length, 4], [offset, 4], [0, 2]);
  return Buffer.concat([...locals, directory, Buffer.from("PK\x05\x06"), end]);
}

const VERSION = 20;
/** Names are UTF-8. */
const FLAGS = 0x0800;
/** The first of January 1980, the earliest a zip can say. */
const DATE = 0x21;

/** What the head of a file and its entry in the directory have in common. */
function sharedFields(path: Buffer, content: Buffer): Buffer {
  const size = content.length;
  return numbers(
    [VERSION, 2],
    [FLAGS, 2],
    [0, 2],
    [0, 2],
    [DATE, 2],
    [crc32(content), 4],
    [size, 4],
    [size, 4],
    [path.length, 2],
    [0, 2],
  );
}

/** Each with its width in bytes, lowest byte first. */
function numbers(...fields: readonly (readonly [value: number, width: 2 | 4])[]): Buffer {
  return Buffer.concat(
    fields.map(([value, width]) => {
      const bytes = Buffer.alloc(width);
      bytes.writeUIntLE(value, 0, width);
      return bytes;
    }),
  );
}
