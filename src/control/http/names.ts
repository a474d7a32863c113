import { z } from 'zod';
import { isModelName, isResourceName } from '../../spec/names.ts';

export const resourceName = z.string().refine(isResourceName, {
  error: 'expected at most 63 letters, digits, dots, dashes and underscores, beginning with a letter or digit',
});

/** Whether answers of targets that keep no state are kept here; null: nothing is said. */
export const storeResponses = z.boolean().nullable();

export const modelGlob = z.string().refine(glob => isModelName(glob.replaceAll('*', 'x')), {
  error: 'expected a model name or a pattern such as gpu-box/* or *',
});
