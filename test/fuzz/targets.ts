import { readdirSync } from 'node:fs';
import type { FuzzTarget } from './engine/fuzz-target.ts';

/** One file for each, by the target's name. */
export const targetNames: readonly string[] = readdirSync(new URL('targets', import.meta.url))
  .map(file => file.replace(/\.ts$/, ''))
  .sort();

export const targetModule = (name: string): URL => new URL(`targets/${name}.ts`, import.meta.url);

export async function openTarget(name: string): Promise<FuzzTarget> {
  const { target } = (await import(targetModule(name).href)) as { readonly target: FuzzTarget };
  return target;
}
