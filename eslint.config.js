import eslint from '@eslint/js';
import typescript from 'typescript-eslint';
import { fileNames } from './build/lint/fileNames.ts';
import { imports } from './build/lint/imports.ts';
import { layers } from './build/lint/layers.ts';

const outside = layers
  .filter((layer) => layer.touchesTheOutside)
  .map(({ path }) => `src/${path}${path.endsWith('/') ? '**' : ''}`);

const toolsInstead = "use the context's tools: only adapters/ and main.ts touch the outside";
const outsideGlobals = [
  'process',
  'console',
  'fetch',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'globalThis',
  'global',
  'require',
  'WebSocket',
  'EventSource',
];

const noNestedTemplate = {
  selector: 'TemplateLiteral TemplateLiteral',
  message: 'a template within a template: give the inner text a name',
};

export default typescript.config(
  { ignores: ['dist/', 'node_modules/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [eslint.configs.recommended, typescript.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { own: { rules: { imports, 'file-names': fileNames } } },
    rules: {
      'own/imports': 'error',
      'own/file-names': 'error',
      'max-lines': ['error', { max: 300 }],
      'no-nested-ternary': 'error',
      'no-restricted-syntax': ['error', noNestedTemplate],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-regex-spaces': 'off',
      // What a terminal must not get is named by its code.
      'no-control-regex': 'off',
      // TypeScript knows the globals.
      'no-undef': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            {
              from: 'package',
              package: 'node:test',
              name: ['test', 'describe', 'it', 'suite', 'before', 'after', 'beforeEach', 'afterEach'],
            },
          ],
        },
      ],
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: outside,
    rules: {
      'no-restricted-globals': ['error', ...outsideGlobals.map((name) => ({ name, message: toolsInstead }))],
      'no-restricted-syntax': [
        'error',
        noNestedTemplate,
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: toolsInstead },
        { selector: 'CallExpression[callee.name="Date"]', message: toolsInstead },
        { selector: 'MemberExpression[object.name="Date"][property.name="now"]', message: toolsInstead },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    // A suite takes the methods of its subject apart, and a double answers with a promise because the interface says
    // so.
    rules: {
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/require-await': 'off',
      'max-lines': ['error', { max: 500 }],
    },
  },
);
