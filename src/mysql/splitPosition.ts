/** Of `file:position`, as a server's binary log has it. */
export function splitPosition(text: string): readonly [file: string, position: number] {
  const at = text.lastIndexOf(':');
  return [text.slice(0, at), Number(text.slice(at + 1))];
}
