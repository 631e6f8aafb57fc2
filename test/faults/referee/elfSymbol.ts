// Where an exported variable lies in a program, read from the ELF file itself.
import { closeSync, openSync, readSync } from 'node:fs';

export interface Symbol {
  /** Its address; in a position-independent program, counted from where that was loaded. */
  readonly value: number;
  readonly positionIndependent: boolean;
}

const DYNAMIC_SYMBOLS = 11;
const POSITION_INDEPENDENT = 3;
const SECTION_HEADER = { type: 4, offset: 24, size: 32, link: 40 } as const;
const SYMBOL = { size: 24, value: 8 } as const;

/** @throws Error when the program does not export it */
export function symbolOf(program: string, name: string): Symbol {
  const file = openSync(program, 'r');
  try {
    const header = read(file, 0, 64);
    if (header.toString('latin1', 1, 4) !== 'ELF' || header[4] !== 2)
      throw new Error(`${program} is no 64-bit ELF program`);
    const sections = sectionsOf(file, header);
    const symbols = sections.find(({ type }) => type === DYNAMIC_SYMBOLS);
    const names = symbols === undefined ? undefined : sections[symbols.link];
    if (symbols === undefined || names === undefined) throw new Error(`${program} exports nothing`);
    const texts = read(file, names.offset, names.size);
    const table = read(file, symbols.offset, symbols.size);
    // With the zero bytes around it: the end of a longer name is another one.
    const at = texts.indexOf(`\0${name}\0`, 0, 'latin1') + 1;
    for (let entry = 0; at > 0 && entry < table.length; entry += SYMBOL.size) {
      if (table.readUInt32LE(entry) !== at) continue;
      return {
        value: Number(table.readBigUInt64LE(entry + SYMBOL.value)),
        positionIndependent: header.readUInt16LE(16) === POSITION_INDEPENDENT,
      };
    }
    throw new Error(`${program} does not export ${name}`);
  } finally {
    closeSync(file);
  }
}

interface Section {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

function sectionsOf(file: number, header: Buffer): Section[] {
  const [size, count] = [header.readUInt16LE(58), header.readUInt16LE(60)];
  const table = read(file, Number(header.readBigUInt64LE(40)), size * count);
  return Array.from({ length: count }, (_, index) => {
    const from = index * size;
    return {
      type: table.readUInt32LE(from + SECTION_HEADER.type),
      offset: Number(table.readBigUInt64LE(from + SECTION_HEADER.offset)),
      size: Number(table.readBigUInt64LE(from + SECTION_HEADER.size)),
      link: table.readUInt32LE(from + SECTION_HEADER.link),
    };
  });
}

function read(file: number, offset: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  const count = readSync(file, bytes, 0, size, offset);
  if (count !== size) throw new Error(`only ${count} of ${size} bytes could be read`);
  return bytes;
}
