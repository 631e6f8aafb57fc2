declare module 'postject' {
  /** Adds `data` to the executable `file`, in place. */
  export function inject(
    file: string,
    resourceName: string,
    data: Buffer,
    options: { sentinelFuse: string },
  ): Promise<void>;
}
