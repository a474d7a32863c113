export type State = 'ok' | 'note' | 'warning' | 'problem';

/** What one check found, as one line, and what to do about it. Neither ever holds a secret. */
export interface Finding {
  readonly check: string;
  readonly state: State;
  readonly message: string;
  readonly advice: string | null;
}

export const ok = (check: string, message: string): Finding => ({ check, state: 'ok', message, advice: null });

/** Nothing is wrong, but something could not be looked at, or is worth knowing. */
export const note = (check: string, message: string, advice: string): Finding => ({
  check,
  state: 'note',
  message,
  advice,
});

/** It works, and will not for ever. */
export const warning = (check: string, message: string, advice: string): Finding => ({
  check,
  state: 'warning',
  message,
  advice,
});

/** Something does not work. */
export const problem = (check: string, message: string, advice: string): Finding => ({
  check,
  state: 'problem',
  message,
  advice,
});

export const count = (findings: readonly Finding[], state: State): number =>
  findings.filter(finding => finding.state === state).length;
