// The files of this machine, as procedures see them.

export interface FileLook {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  /** `self`: the user that runs this, root too. */
  readonly owner: 'self' | 'root' | 'other';
  /** As chmod takes it. */
  readonly mode: number;
}

/** The helper's own files on this machine. Errors are Node's (`code` ENOENT, EACCES, ...). */
export interface Files {
  /** Names (not paths) of the entries in a directory, sorted. */
  list(directory: string): Promise<readonly string[]>;
  read(path: string): Promise<string>;
  /**
   * Appends in one write, so that the line outlives a kill -9 of the program. Creates the directory (0750). Where
   * another file has got the name meanwhile, the text is in that one too.
   * @throws ELOOP for a link: whoever made it decides what is written to
   */
  append(path: string, text: string): Promise<void>;
  /** The file's last `bytes` at most; it may begin in the middle of a line. */
  tail(path: string, bytes: number): Promise<string>;
  /** Whole or not at all, on the disk when it resolves, and for the owner only (0600, its directory 0700). */
  writePrivate(path: string, text: string): Promise<void>;
  /**
   * Whole or not at all, on the disk when it resolves, with owner, group and mode of the file `like`.
   * @param as.former what had the name before has this one besides, from before it loses its own
   * @throws EPERM where this account may not give it that owner, EEXIST where there is a `former`: nothing is changed
   */
  replace(path: string, text: string, as: { readonly like: string; readonly former?: string }): Promise<void>;
  /** Who may do what with it, as chmod takes it; null when it cannot be looked at. A link is followed. */
  mode(path: string): Promise<number | null>;
  /** What has this name, a link itself and not what it points to; null when there is nothing, or nobody can tell. */
  look(path: string): Promise<FileLook | null>;
  /** Replaces what has the new name. @throws ENOENT when somebody else was quicker */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
}
