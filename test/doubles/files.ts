import type { FileLook, Files } from '../../src/context/Context.ts';

/** Files in memory. */
export class MemoryFiles implements Files {
  readonly texts: Map<string, string>;
  /** Default 0600. */
  readonly modes = new Map<string, number>();

  /** What look() sees; nothing by default. */
  readonly looks = new Map<string, FileLook>();

  constructor(texts: Readonly<Record<string, string>> = {}) {
    this.texts = new Map(Object.entries(texts));
  }

  list(directory: string): Promise<readonly string[]> {
    const inside = [...this.texts.keys()].filter((path) => path.startsWith(`${directory}/`));
    const names = [...new Set(inside.map((path) => path.slice(directory.length + 1).split('/')[0] ?? ''))];
    return names.length === 0 ? Promise.reject(notFound(directory)) : Promise.resolve(names.sort());
  }

  read(path: string): Promise<string> {
    const text = this.texts.get(path);
    return text === undefined ? Promise.reject(notFound(path)) : Promise.resolve(text);
  }

  append(path: string, text: string): Promise<void> {
    this.texts.set(path, (this.texts.get(path) ?? '') + text);
    return Promise.resolve();
  }

  async tail(path: string, bytes: number): Promise<string> {
    return (await this.read(path)).slice(-bytes);
  }

  writePrivate(path: string, text: string): Promise<void> {
    this.texts.set(path, text);
    return Promise.resolve();
  }

  async replace(path: string, text: string, as: { readonly former?: string }): Promise<void> {
    if (as.former !== undefined) this.texts.set(as.former, await this.read(path));
    this.texts.set(path, text);
  }

  async rename(from: string, to: string): Promise<void> {
    this.texts.set(to, await this.read(from));
    this.texts.delete(from);
  }

  mode(path: string): Promise<number | null> {
    return Promise.resolve(this.texts.has(path) ? (this.modes.get(path) ?? 0o600) : null);
  }

  look(path: string): Promise<FileLook | null> {
    return Promise.resolve(this.looks.get(path) ?? null);
  }

  remove(path: string): Promise<void> {
    this.texts.delete(path);
    return Promise.resolve();
  }
}

function notFound(path: string): Error {
  return Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: 'ENOENT' });
}
