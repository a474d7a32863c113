/** Members whose names differ, as the client of OpenAI's dialect spells them and as the one of this dialect does. */
const names: Readonly<Record<string, string>> = {
  stop: 'generationConfig.stopSequences',
  temperature: 'generationConfig.temperature',
  top_p: 'generationConfig.topP',
  top_k: 'generationConfig.topK',
  n: 'generationConfig.candidateCount',
  seed: 'generationConfig.seed',
  presence_penalty: 'generationConfig.presencePenalty',
  frequency_penalty: 'generationConfig.frequencyPenalty',
  max_tokens: 'generationConfig.maxOutputTokens',
  max_completion_tokens: 'generationConfig.maxOutputTokens',
  logprobs: 'generationConfig.responseLogprobs',
  top_logprobs: 'generationConfig.logprobs',
  reasoning_effort: 'generationConfig.thinkingConfig',
  reasoning: 'generationConfig.thinkingConfig',
  response_format: 'generationConfig.responseMimeType',
  'response_format.json_schema.schema': 'generationConfig.responseSchema',
  tool_choice: 'toolConfig.functionCallingConfig',
  service_tier: 'serviceTier',
};

/** Where what a codec names stands in the caller's request. */
export interface ClientPlaces {
  /** The first neutral message is the caller's system instruction. */
  readonly hasSystem: boolean;
  /** Of the contents, by neutral messages. */
  readonly contents: readonly number[];
  /** Of the tools. */
  readonly tools: readonly string[];
  /** Members that stand in `generationConfig`. */
  readonly generation: ReadonlySet<string>;
}

/**
 * Codecs name members as a client of OpenAI's dialect spells them; a client of this dialect is told its own names. Of a
 * message the parts are told without their number, since contents may have been put together.
 */
export function clientField(field: string, places: ClientPlaces): string {
  if (Object.hasOwn(names, field)) return names[field]!;
  if (places.generation.has(field)) return `generationConfig.${field}`;
  const message = /^messages\[(\d+)\](\..+)?$/.exec(field);
  if (message !== null) return contentField(Number(message[1]), message[2] !== undefined, places);
  const tool = /^tools\[(\d+)\](.*)$/.exec(field);
  if (tool === null) return field;
  const place = places.tools[Number(tool[1])];
  return place === undefined ? field : place + tool[2]!.replace(/^\.function\b/, '');
}

function contentField(index: number, inside: boolean, { hasSystem, contents }: ClientPlaces): string {
  if (hasSystem && index === 0) return 'systemInstruction';
  const place = contents[hasSystem ? index - 1 : index] ?? 0;
  return inside ? `contents[${place}].parts` : `contents[${place}]`;
}
