import type { KnownModel } from '../../routing/list-models.ts';

interface ModelJson {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: string;
}

/** `created` is not known for most models; the shape wants a number. */
export const describeModel = ({ name, owner }: KnownModel): ModelJson => ({
  id: name,
  object: 'model',
  created: 0,
  owned_by: owner,
});

/** OpenAI's list shape. */
export const listModels = (models: readonly KnownModel[]): { object: 'list'; data: readonly ModelJson[] } => ({
  object: 'list',
  data: models.map(describeModel),
});
