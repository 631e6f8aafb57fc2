// What is asked to see whether a connection lives, and nothing else.
export const livesQuery = 'DO 0';
export const livesCommand: readonly string[] = ['true'];
