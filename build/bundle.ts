// One CommonJS file of everything but the AWS SDK and gRPC, which have files of their own. A dynamic import() stays
// lazy in it: what it names is evaluated when a command first uses it.
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, type BuildResult, type Metafile, type Plugin } from 'esbuild';
import { awsSdkPath, bundlePath, distDirectory, grpcPath, root } from './paths.ts';
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
 * By its size alone the AWS SDK would cost every start 10 ms, and gRPC 3 ms: each lies beside the bundle, and is read
 * when it is first used.
 */
function apart(name: string, filter: RegExp, path: string): Plugin {
  return {
    name,
    setup(build) {
      build.onResolve({ filter }, ({ path: file }) => ({ path: file, namespace: name }));
      build.onLoad({ filter: /.*/, namespace: name }, () => ({
        contents: `const apart = { exports: {} };
          const vm = require('node:vm');
          const filename = ${JSON.stringify(basename(path))};
          const text = require('node:sea').getAsset(filename, 'utf8');
          const options = { filename, importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER };
          vm.compileFunction(text, ['module', 'exports', 'require'], options)(apart, apart.exports, require);
          module.exports = apart.exports;`,
        loader: 'js',
      }));
    },
  };
}

/** @returns what the files are made of @throws when esbuild has an error or a warning to tell. */
export async function bundle(): Promise<Metafile> {
  mkdirSync(distDirectory, { recursive: true });
  const awsSdkApart = apart('aws-sdk-apart', /\/awsSdk\.ts$/, awsSdkPath);
  const grpcApart = apart('grpc-apart', /\/grpc\.ts$/, grpcPath);
  const all = await Promise.all([
    buildFile('src/main.ts', bundlePath, [withoutNativeParts, awsSdkApart, grpcApart]),
    // Its ES modules: what is not used of them can be left out.
    buildFile('src/adapters/ec2/awsSdk.ts', awsSdkPath, [], ['module', 'main']),
    buildFile('src/adapters/etcd/grpc.ts', grpcPath, []),
  ]);
  return {
    inputs: Object.assign({}, ...all.map(({ metafile }) => metafile.inputs)) as Metafile['inputs'],
    outputs: Object.assign({}, ...all.map(({ metafile }) => metafile.outputs)) as Metafile['outputs'],
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
