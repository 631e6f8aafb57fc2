// One CommonJS file of everything. A dynamic import() stays lazy in it: what it names is evaluated when a command first uses it.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, type BuildResult, type Plugin } from 'esbuild';
import { bundlePath, distDirectory, root } from './paths.ts';
import { compatFiles } from '../src/adapters/compatLayer.ts';
import { version } from './version.ts';

// ssh2 looks for two native parts inside try/catch and does without them. A require that esbuild cannot resolve would be a
// warning here, and one that it leaves in place would search the machine's disk at run time.
const withoutNativeParts: Plugin = {
  name: 'without-native-parts',
  setup(build) {
    build.onResolve({ filter: /^cpu-features$|\.node$/ }, ({ path }) => ({ path, namespace: 'native-part' }));
    build.onLoad({ filter: /.*/, namespace: 'native-part' }, ({ path }) => ({
      contents: `throw new Error(${JSON.stringify(`${path} is not part of mha-helper`)});`,
    }));
  },
};

/** @throws when esbuild has an error or a warning to tell. */
export async function bundle(outfile = bundlePath): Promise<BuildResult<{ metafile: true }>> {
  mkdirSync(distDirectory, { recursive: true });
  const result = await build({
    entryPoints: [join(root, 'src/main.ts')],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    // Names stay as they are, for stack traces.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    define: { MHA_HELPER_VERSION: JSON.stringify(version()), MHA_COMPAT_FILES: JSON.stringify(compatFiles()), 'import.meta.dirname': '"/"' },
    plugins: [withoutNativeParts],
    metafile: true,
    logLevel: 'warning',
    absWorkingDir: root,
  });
  if (result.warnings.length > 0) throw new Error(`esbuild has ${result.warnings.length} warnings`);
  return result;
}
