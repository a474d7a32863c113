import { inputTokens, outputTokens, type Usage } from '../../../../spec/usage.ts';

/** `promptTokenCount` counts every token of the prompt; `candidatesTokenCount` is without thoughts. */
export function usageJson(usage: Usage): Readonly<Record<string, unknown>> {
  const prompt = inputTokens(usage);
  const output = outputTokens(usage);
  const answer = output - usage.reasoning;
  return {
    promptTokenCount: prompt,
    ...(answer > 0 && { candidatesTokenCount: answer }),
    totalTokenCount: prompt + output,
    ...(usage.cacheRead > 0 && { cachedContentTokenCount: usage.cacheRead }),
    ...(usage.reasoning > 0 && { thoughtsTokenCount: usage.reasoning }),
    ...details('promptTokensDetails', prompt, usage.audioIn, usage.imageIn),
    ...details('candidatesTokensDetails', answer, usage.audioOut, usage.imageOut),
  };
}

/** Told where there is something else than text. */
function details(name: string, all: number, audio: number, image: number): Readonly<Record<string, unknown>> {
  if (audio + image === 0) return {};
  const classes = [
    ['TEXT', all - audio - image],
    ['AUDIO', audio],
    ['IMAGE', image],
  ] as const;
  return {
    [name]: classes.filter(([, tokens]) => tokens > 0).map(([modality, tokenCount]) => ({ modality, tokenCount })),
  };
}
