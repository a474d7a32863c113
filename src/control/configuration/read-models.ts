import { limits } from '../../spec/limits.ts';
import { didYouMean } from '../../spec/nearest.ts';
import type { ModelResource } from '../../spec/resources.ts';
import type { Notes } from './context.ts';
import type { Path } from './mistake.ts';
import type { ModelInput } from './schema.ts';
import type { Entry } from './sections.ts';

export type FileModel = Omit<ModelResource, 'managedBy'>;

/** `providers`: every name a target may begin with, also of providers that have mistakes of their own. */
export function readModels(
  entries: readonly Entry<ModelInput>[],
  providers: readonly string[],
  notes: Notes,
): readonly FileModel[] {
  return entries.map(({ name, path, value }) => {
    for (const role of ['targets', 'fallbacks'] as const) {
      for (const [index, { model }] of value[role].entries()) {
        checkTarget(model, [...path, role, index, 'model'], providers, notes);
      }
    }
    if (value.retries >= limits.attemptsPerCall) {
      notes.warn(
        [...path, 'retries'],
        `a call has at most ${limits.attemptsPerCall} attempts, so only ${limits.attemptsPerCall - 1} are made`,
      );
    }
    return {
      name,
      strategy: value.strategy,
      targets: value.targets,
      fallbacks: value.fallbacks.map(({ model }) => ({ model, weight: 1 })),
      retries: value.retries,
      timeouts: {
        connectMillis: value.timeouts.connect,
        firstTokenMillis: value.timeouts.first_token,
        idleMillis: value.timeouts.idle,
        totalMillis: value.timeouts.total,
      },
    };
  });
}

function checkTarget(model: string, path: Path, providers: readonly string[], notes: Notes): void {
  const slash = model.indexOf('/');
  const provider = model.slice(0, slash);
  if (slash < 1) notes.mistake(path, 'expected provider/model');
  else if (!providers.includes(provider)) {
    notes.mistake(path, `no provider is named ${JSON.stringify(provider)}${didYouMean(provider, providers)}`);
  }
}
