// The options of the configuration, as the manual and the reference show them.
import { optionNames, options, type OptionName } from '../src/config/options.ts';
import { optionTypes } from '../src/config/optionTypes.ts';
import { showValue } from '../src/config/showValue.ts';

export interface OptionFacts {
  readonly name: OptionName;
  readonly allowed: string;
  /** Empty: not set. */
  readonly fallback: string;
  readonly perHost: boolean;
  readonly help: string;
}

export interface OptionGroup {
  /** The value of vip_type that the options are for; undefined: for all. */
  readonly provider: string | undefined;
  readonly options: readonly OptionFacts[];
}

/** The options for everybody, then those of each provider. */
export function optionGroups(): readonly OptionGroup[] {
  const groups = Map.groupBy(optionNames, (name) => options[name].provider);
  return [...groups].map(([provider, names]) => ({ provider, options: names.map(facts) }));
}

function facts(name: OptionName): OptionFacts {
  const { type, default: fallback, perHost, help } = options[name];
  return { name, allowed: optionTypes[type].allowed, fallback: showValue(name, fallback), perHost, help };
}

/** What holds without it is not a value, and the text says it. */
export function saysDefault(help: string): boolean {
  return help.includes('Default: ');
}

export function groupTitle(provider: string | undefined): string {
  return provider === undefined ? 'For every cluster' : `Only with vip_type = ${provider}`;
}
