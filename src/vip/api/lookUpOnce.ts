/** Makes it once for each key. What failed is forgotten: whoever asks next tries again. */
export function lookUpOnce<T>(made: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const found = made.get(key) ?? make();
  made.set(key, found);
  found.catch(() => made.delete(key));
  return found;
}
