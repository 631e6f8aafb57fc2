// What a person at a terminal sees. Types only.
/** What a person at a terminal sees of a long wait. */
export interface Progress {
  /** False where nobody watches: then nothing is shown. */
  readonly wanted: boolean;
  /** Writes the line over the one before. */
  show(text: string): void;
  /** Takes the line away; before anything else is written. */
  clear(): void;
}

/** A terminal that is drawn on anew. */
export interface Terminal {
  size(): { readonly columns: number; readonly rows: number };
  /** @param onKey gets each key as it is pressed; Ctrl-C is one of them. @returns gives the terminal back as it was */
  enter(onKey: (key: string) => void): () => void;
  draw(lines: readonly string[]): void;
}
