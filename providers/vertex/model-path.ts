/** The path of one method of one model. */
export type ModelPath = (publisher: string, model: string, method: string) => string;

/** `@` stands before the version of a model (`claude-sonnet-4-5@20250929`) and may stand in a path as it is. */
export const modelPath =
  (place: string): ModelPath =>
  (publisher, model, method) =>
    `${place}/publishers/${publisher}/models/${encodeURIComponent(model).replaceAll('%40', '@')}:${method}`;
