/** A backup that cannot be used: cut, damaged, foreign, too new. The message is a sentence for the operator. */
export class ArchiveProblem extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ArchiveProblem';
  }
}

export const cut = (cause?: unknown): ArchiveProblem =>
  new ArchiveProblem('The backup is not complete: its end is missing.', { cause });

export const damaged = (detail: string, cause?: unknown): ArchiveProblem =>
  new ArchiveProblem(`The backup is damaged: ${detail}.`, { cause });

export const foreign = (cause?: unknown): ArchiveProblem =>
  new ArchiveProblem('This is not a backup of Tollgate.', { cause });
