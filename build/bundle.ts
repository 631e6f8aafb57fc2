// One CommonJS file of everything but the AWS SDK, which is a second one. A dynamic import() stays lazy in it: what it
// names is evaluated when a command first uses it.
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, type BuildResult, type Metafile, type Plugin } from 'esbuild';
import { awsSdkPath, bundlePath, distDirectory, root } from './paths.ts';
import { compatFiles } from '../src/adapters/compatLayer.ts';
import { version } from './version.ts';

// ssh2 looks for two native parts inside try/catch and does without them. A require that esbuild cannot resolve would
// be a warning here, and one that it leaves in place would search the machine's disk at run time.
const withoutNativeParts: Plugin = {
  name: 'without-native-parts',
  setup(build) {
    build.onResolve({ filter: /^cpu-features$|\.node$/ }, ({ path }) => ({ path, namespace: 'native-part' }));
    build.onLoad({ filter: /.*/, namespace: 'native-part' }, ({ path }) => ({
      contents: `throw new Error(${JSON.stringify(path)} + ' is not part of mha-helper');`,
    }));
  },
};

/**
 * By its size alone the AWS SDK would cost every start 10 ms: it lies beside the bundle, and is read when it is first
 * used.
 */
const awsSdkApart: Plugin = {
  name: 'aws-sdk-apart',
  setup(build) {
    build.onResolve({ filter: /\/awsSdk\.ts$/ }, ({ path }) => ({ path, namespace: 'apart' }));
    build.onLoad({ filter: /.*/, namespace: 'apart' }, () => ({
      contents: `const apart = { exports: {} };
        const vm = require('node:vm');
        const filename = ${JSON.stringify(basename(awsSdkPath))};
        const text = require('node:sea').getAsset(filename, 'utf8');
        const options = { filename, importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER };
        vm.compileFunction(text, ['module', 'exports', 'require'], options)(apart, apart.exports, require);
        module.exports = apart.exports;`,
      loader: 'js',
    }));
  },
};

/** @returns what both files are made of @throws when esbuild has an error or a warning to tell. */
export async function bundle(): Promise<Metafile> {
  mkdirSync(distDirectory, { recursive: true });
  const [main, awsSdk] = await Promise.all([
    buildFile('src/main.ts', bundlePath, [withoutNativeParts, awsSdkApart]),
    // Its ES modules: what is not used of them can be left out.
    buildFile('src/adapters/ec2/awsSdk.ts', awsSdkPath, [], ['module', 'main']),
  ]);
  return {
    inputs: { ...main.metafile.inputs, ...awsSdk.metafile.inputs },
    outputs: { ...main.metafile.outputs, ...awsSdk.metafile.outputs },
  };
}

async function buildFile(
  entryPoint: string,
  outfile: string,
  plugins: Plugin[],
  mainFields?: string[],
): Promise<BuildResult<{ metafile: true }>> {
  const result = await build({
    entryPoints: [join(root, entryPoint)],
    outfile,
    bundle: true,
    ...(mainFields === undefined ? {} : { mainFields }),
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    // Libraries print stack traces of what servers send them; nothing but our own lines goes into MHA's log.
    drop: ['console'],
    // Names stay as they are, for stack traces.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    define: {
      MHA_HELPER_VERSION: JSON.stringify(version()),
      MHA_COMPAT_FILES: JSON.stringify(compatFiles()),
      'import.meta.dirname': '"/"',
    },
    plugins,
    metafile: true,
    logLevel: 'warning',
    absWorkingDir: root,
  });
  if (result.warnings.length > 0) throw new Error(`esbuild has ${result.warnings.length} warnings`);
  return result;
}
